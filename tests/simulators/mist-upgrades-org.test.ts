import { describe, expect, test } from "vitest";
import { mistOrgId, mistReadOnlyToken } from "../../simulators";
import { headquarters, type MistBench, nowhere, type Row, warehouse } from "./mist-helper";
import {
  ap,
  benchWith,
  done,
  newAp,
  newJunos,
  occupied,
  once,
  orgJobs,
  siteJobs,
  sw,
  times,
} from "./mist-upgrade-helper";

interface OrgJob extends Row {
  id: string;
  upgrades: Array<{ site_id: string; upgrade: { id: string; status: string; start_time: number; targets: Row } }>;
}

const versions = [{ firmware_type: "ap", version: newAp }];
const startOrg = (bench: MistBench, body: Row = {}): Promise<OrgJob> =>
  bench.ok<OrgJob>("POST", orgJobs, { all_sites: true, versions, ...body });
/** Site, status and occupied stages of each part. */
const parts = ({ upgrades }: OrgJob) =>
  upgrades.map(({ site_id, upgrade: { status, targets } }) => ({ site_id, status, ...occupied(targets) }));

describe("an organisation's job", () => {
  test("is a job at each site, and has no status of its own", async () => {
    await using bench = await benchWith({ aps: 2, elsewhere: 1 });
    const started = await startOrg(bench);
    expect(started).toMatchObject({ target_version: newAp, strategy: "big_bang", force: false, enable_p2p: false });
    expect(started).not.toHaveProperty("status");
    const path = `${orgJobs}/${started.id}`;
    expect(await bench.get(path)).toEqual(started);
    bench.seconds(times.downloading);
    expect(parts(await bench.get<OrgJob>(path))).toEqual([
      { site_id: headquarters, status: "downloading", downloading: [ap(1), ap(2)] },
      { site_id: warehouse, status: "downloading", downloading: [ap(3)] },
    ]);
    bench.seconds(times.upgraded);
    expect(parts(await bench.get<OrgJob>(path)).map(({ status }) => status)).toEqual(["completed", "completed"]);
    for (const mac of [ap(1), ap(2), ap(3)]) expect(done(bench, mac)).toEqual(once(newAp));
  });

  test("is listed with the jobs at its sites, which are jobs as others", async () => {
    await using bench = await benchWith({ aps: 1, elsewhere: 1 });
    const { id, upgrades } = await startOrg(bench);
    const [first, second] = upgrades.map(({ upgrade }) => upgrade.id);
    expect(await bench.get(orgJobs)).toEqual([
      {
        id,
        site_upgrades: [
          { site_id: headquarters, upgrade_id: first },
          { site_id: warehouse, upgrade_id: second },
        ],
      },
    ]);
    expect(await bench.get(`${siteJobs}/${first}`)).toMatchObject({ id: first, targets: { total: 1 } });
    await bench.ok("POST", `${siteJobs}/${first}/cancel`);
    bench.seconds(times.upgraded);
    expect(parts(await bench.get<OrgJob>(`${orgJobs}/${id}`))).toEqual([
      { site_id: headquarters, status: "cancelled", scheduled: [ap(1)] },
      { site_id: warehouse, status: "completed", upgraded: [ap(2)] },
    ]);
  });

  test("is cancelled at all sites", async () => {
    await using bench = await benchWith({ aps: 1, elsewhere: 1 });
    const { id } = await startOrg(bench);
    const reply = await bench.call("POST", `${orgJobs}/${id}/cancel`);
    expect([reply.status, reply.text]).toEqual([200, ""]);
    bench.seconds(1_000);
    expect(parts(await bench.get<OrgJob>(`${orgJobs}/${id}`)).map(({ status }) => status)).toEqual([
      "cancelled",
      "cancelled",
    ]);
    expect(bench.mist.firmwareActions()).toEqual([]);
    expect((await bench.call("POST", `${orgJobs}/${id}/cancel`, {}, mistReadOnlyToken)).status).toBe(403);
  });

  test("is for the sites that it names, by model or rule, and passes over those that have none", async () => {
    await using bench = await benchWith({ aps: 2, elsewhere: 1 });
    bench.mist.world.addDevice({ ...bench.mist.device(ap(3)), model: "AP32" });
    const only = await startOrg(bench, { all_sites: false, site_ids: [warehouse] });
    expect(parts(only)).toMatchObject([{ site_id: warehouse, scheduled: [ap(3)] }]);
    expect(parts(await startOrg(bench, { models: ["AP32"] }))).toMatchObject([{ scheduled: [ap(3)] }]);
    expect(parts(await startOrg(bench, { rules: [{ match_name: "ap-2" }] }))).toMatchObject([{ scheduled: [ap(2)] }]);
    // site_ids count for nothing with all_sites.
    expect((await startOrg(bench, { site_ids: [warehouse] })).upgrades).toHaveLength(2);
  });

  test("a failure halts its own site only", async () => {
    await using bench = await benchWith({ aps: 2, elsewhere: 2 });
    bench.mist.device(ap(1)).updateOutcomes = ["downloadFails"];
    const { id, strategy } = await startOrg(bench, { reboot_strategy: "serial" });
    expect(strategy).toBe("serial");
    bench.seconds(2_000);
    expect(parts(await bench.get<OrgJob>(`${orgJobs}/${id}`))).toEqual([
      { site_id: headquarters, status: "failed", failed: [ap(1)], scheduled: [ap(2)] },
      { site_id: warehouse, status: "completed", upgraded: [ap(3), ap(4)] },
    ]);
  });

  test("of switches has a version for each model, and may be refused", async () => {
    await using bench = await benchWith({ aps: 1, switches: 1 });
    const body = {
      device_type: "switch",
      versions: [{ firmware_type: "junos", version: "22.4R3-S6.5", model_version: { "EX4100-48P": newJunos } }],
      reboot: true,
    };
    const job = await startOrg(bench, body);
    expect([job.target_version, parts(job)]).toEqual([newJunos, [expect.objectContaining({ scheduled: [sw(1)] })]]);
    bench.seconds(times.upgraded);
    expect(bench.mist.device(sw(1)).version).toBe(newJunos);
    bench.mist.variants.orgUpgradeTypes = "apOnly";
    const [status, reply] = await bench.outcome("POST", orgJobs, { all_sites: true, ...body });
    expect([status, reply?.detail]).toEqual([400, "invalid field: device_type"]);
  });

  test("a time without a zone is the time of each site", async () => {
    await using bench = await benchWith({ aps: 1, elsewhere: 1 });
    bench.mist.world.sites.get(warehouse)?.data &&
      Object.assign(bench.mist.world.sites.get(warehouse)?.data ?? {}, {
        timezone: "America/New_York",
      });
    const times = async (start_datetime: string) =>
      (await startOrg(bench, { start_datetime })).upgrades.map(({ upgrade }) => upgrade.start_time);
    const instant = (text: string): number => Date.parse(text) / 1_000;
    expect(await times("2025-02-01T03:00:00")).toEqual([
      instant("2025-02-01T02:00:00Z"),
      instant("2025-02-01T08:00:00Z"),
    ]);
    expect(await times("2025-02-01T03:00:00+02:00")).toEqual([
      instant("2025-02-01T01:00:00Z"),
      instant("2025-02-01T01:00:00Z"),
    ]);
  });

  test.each([
    ["both", ["AP45"], 200],
    ["both", [["AP45"]], 200],
    ["flat", [["AP45"]], 400],
    ["nested", ["AP45"], 400],
    ["nested", [["AP45"]], 200],
  ] as const)("models %s: %j is %i", async (orgUpgradeModels, models, status) => {
    await using bench = await benchWith({ aps: 1 }, { orgUpgradeModels });
    expect((await bench.call("POST", orgJobs, { all_sites: true, versions, models })).status).toBe(status);
  });

  test.each([
    ["site_ids", { all_sites: false }],
    ["site_ids", { all_sites: false, site_ids: [nowhere] }],
    ["device_type", { device_type: "camera" }],
    ["versions", { versions: [{ firmware_type: "junos", version: newJunos }] }],
    ["version", { versions: [{ firmware_type: "ap", version: 1 }] }],
    ["firmware_type", { versions: [{ firmware_type: "ios", version: newAp }] }],
    ["model_version", { versions: [{ firmware_type: "ap", version: newAp, model_version: [] }] }],
    ["version", { versions: [{ firmware_type: "ap", version: "9.9.9" }], models: ["AP45"] }],
    ["reboot_strategy", { reboot_strategy: "random" }],
    ["download_strategy", { download_strategy: "rrm" }],
    ["start_datetime", { start_datetime: "tomorrow" }],
  ])("refuses %s in %j", async (field, body) => {
    await using bench = await benchWith({ aps: 1 });
    const [status, reply] = await bench.outcome("POST", orgJobs, { all_sites: true, versions, ...body });
    expect([status, reply?.detail]).toEqual([400, `invalid field: ${field}`]);
    expect(await bench.get(orgJobs)).toEqual([]);
  });

  test("refuses to do nothing", async () => {
    await using bench = await benchWith({ switches: 1 });
    expect(await bench.outcome("POST", orgJobs, { all_sites: true, versions })).toEqual([
      400,
      { detail: "No device to upgrade." },
    ]);
  });

  test("is gone with its parts", async () => {
    await using bench = await benchWith({ aps: 1 }, { jobRetentionSeconds: 0 });
    const { id } = await startOrg(bench);
    bench.seconds(times.upgraded);
    expect((await bench.call("GET", `${orgJobs}/${id}`)).status).toBe(404);
    expect(await bench.get(`/orgs/${mistOrgId}/devices/upgrade`)).toEqual([]);
  });
});
