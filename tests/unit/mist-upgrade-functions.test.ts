import { describe, expect, test } from "vitest";
import { mistCampusId, mistOrgId, mistSiteIds } from "../../simulators";
import { open } from "./mist-account";

const [headquarters] = mistSiteIds;

describe.each(["plugin", "dynamic"] as const)("functions about upgrades, %s host", (host) => {
  test("getDeviceVersions tells versions, and the newest of a channel for each model", async () => {
    const { call, calls } = await open(host);
    const { versions, latest } = await call("getDeviceVersions", { tag: "stable" });
    expect(versions).toContainEqual({ model: "AP45", version: "0.14.30110", tags: ["stable"] });
    expect(latest).toEqual({ AP32: "0.14.30110", AP45: "0.14.30110" });
    expect((await call("getDeviceVersions", { model: "ap45" })).latest).toEqual({ AP45: "0.15.30399" });
    const switches = await call("getDeviceVersions", { siteId: headquarters, deviceType: "switch", tag: "stable" });
    expect(switches.latest).toMatchObject({ "EX4100-48P": "23.4R2-S5.7" });
    expect(calls()).toEqual(["GET /orgs/{org}/devices/versions", `GET /sites/${headquarters}/devices/versions`]);
  });

  test("getSsrVersions and getMxEdgeVersions tell those of packages", async () => {
    const { call } = await open(host);
    const routers = await call("getSsrVersions", { channel: "stable" });
    expect(routers).toMatchObject({ latest: { SSR: "6.3.0-107r1" } });
    expect(routers.versions).toContainEqual({
      package: "SSR",
      version: "6.3.0-107r1",
      tags: ["stable"],
      isDefault: true,
    });
    const edges = await call("getMxEdgeVersions", { channel: "stable", distro: "bullseye" });
    expect(edges).toMatchObject({ latest: { mxagent: "3.1.1090", tunterm: "3.1.1090" } });
  });

  test("getUpgradeJobs and getUpgradeJob tell jobs, whoever has asked for them", async () => {
    const { simulators, call } = await open(host);
    simulators.mist.addFleet();
    const { url, apiToken } = simulators.describe().mist;
    const body = JSON.stringify({ all_sites: true, models: ["AP45"] });
    const headers = { authorization: `Token ${apiToken}`, "content-type": "application/json" };
    await fetch(`${url}/api/v1/orgs/${mistOrgId}/devices/upgrade`, { method: "POST", headers, body });
    const { jobs, total } = (await call("getUpgradeJobs", { siteId: mistCampusId })) as unknown as {
      jobs: { jobId: string }[];
      total: number;
    };
    expect([total, jobs]).toMatchObject([
      1,
      [{ status: "created", phase: "waiting", total: 6, counts: { scheduled: 6 } }],
    ]);
    const job = await call("getUpgradeJob", { jobId: jobs[0]?.jobId as string });
    expect((job.targets as { scheduled: string[] }).scheduled).toHaveLength(6);
    expect(await call("getUpgradeJobs", { siteId: mistCampusId, status: "failed" })).toMatchObject({ total: 0 });
    const all = (await call("getUpgradeJobs")) as unknown as { jobs: { jobId: string; siteIds: string[] }[] };
    expect(all.jobs[0]?.siteIds.sort()).toEqual([headquarters, mistCampusId].sort());
    const [, id] = all.jobs[0]?.jobId.split("/") ?? [];
    expect(await call("getUpgradeJob", { jobId: `org:${id}` })).toMatchObject({ total: 8, siteIds: { length: 2 } });
  });

  test.each([
    ["getUpgradeJobs", { kind: "site" }, "jobs of the kind site need siteId"],
    ["getUpgradeJobs", { kind: "ssr", siteId: headquarters }, "siteId is for jobs of the kind site"],
    ["getUpgradeJob", { jobId: "x" }, "must begin with its kind"],
    ["getUpgradeJob", { jobId: `site:${headquarters}` }, "lacks the id of its site"],
    ["getUpgradeJob", { jobId: `org:${headquarters}` }, "Mist has no record of upgrade org:"],
  ] as const)("%s of %j fails: %s", async (name, args, message) => {
    const { call } = await open(host);
    await expect(call(name, args)).rejects.toThrow(message);
  });
});
