import { describe, expect, test } from "vitest";
import { mistCampusId, mistEdgeIds, mistOrgId, mistSiteIds } from "../../simulators";
import { vendorError } from "./fortinet-support";
import { minute, setup as plain, type SetupOptions } from "./mist-support";

const [headquarters] = mistSiteIds;
const { signal } = new AbortController();
const router = `485a0d${(700_031).toString(16).padStart(6, "0")}`;
const nowhere = "b1000000-0000-4000-8000-0000000000ff";

async function setup(options: SetupOptions = {}) {
  const account = await plain(options);
  account.mist.addFleet();
  const { client, clock } = account;
  const start = async (body: object = { models: ["AP45"], version: "stable" }) => {
    const row = await client.upgrades.start("site", mistCampusId, body, { signal });
    return { kind: "site", place: mistCampusId, id: String(row?.upgrade_id) } as const;
  };
  const later = () => {
    for (let count = 0; count < 90; count += 1) clock.advance(minute);
  };
  return { ...account, start, later };
}

describe("jobs of a site", () => {
  test("are started, listed, looked at and cancelled", async () => {
    const { client, start } = await setup();
    const key = await start();
    const listed = (await client.upgrades.list("site", mistCampusId, { signal })).get(key.id);
    expect(listed).toMatchObject({ status: "created", total: 6, devices: undefined, targetVersion: "0.14.30110" });
    const view = await client.upgrades.find(key, signal);
    expect(view?.devices?.size).toBe(6);
    await client.upgrades.cancel(key, signal);
    expect((await client.upgrades.find(key, signal))?.outcome).toBe("cancelled");
    expect(await client.upgrades.find({ ...key, id: nowhere }, signal)).toBeUndefined();
  });

  test("share a list while they go on, and are looked at by themselves when they have ended", async () => {
    const { client, start, calls, later } = await setup();
    const keys = [await start({ models: ["AP45"] }), await start({ models: ["AP32"] })];
    const before = calls("GET").length;
    const looks = () => Promise.all(keys.map((key) => client.upgrades.look(key, { signal, maxAgeMs: 1_000 })));
    await looks();
    await looks();
    expect(calls("GET").slice(before)).toEqual([`GET /sites/${mistCampusId}/devices/upgrade`]);
    later();
    const ended = await looks();
    expect(ended.map((view) => view?.outcome)).toEqual(["completed", "completed"]);
    expect(ended.every((view) => view?.devices !== undefined)).toBe(true);
    expect(calls("GET").slice(before)).toHaveLength(1 + 1 + 2);
  });

  test.each(["accepted", "refused"] as const)(
    "that have ended count as cancelled, whatever Mist says (%s)",
    async (cancelFinished) => {
      const { client, start, later } = await setup({ variants: { cancelFinished } });
      const key = await start();
      later();
      await client.upgrades.cancel(key, signal);
      await client.upgrades.cancel({ ...key, id: nowhere }, signal);
    },
  );

  test("that Mist refuses are told in its words", async () => {
    const { start } = await setup();
    const failure = await vendorError(start({ models: ["AP45"], version: "9" }));
    expect(failure).toMatchObject({ kind: "rejected", ambiguous: false });
    expect(failure.message).toContain("9 is not available for AP45");
  });
});

describe("jobs of an organization", () => {
  test.each(["both", "cancel", "plain"] as const)("of routers are found wherever they are (%s)", async (ssrJobPath) => {
    const { client, later } = await setup({ variants: { ssrJobPath } });
    const body = { device_ids: [`00000000-0000-0000-1000-${router}`] };
    const row = await client.upgrades.start("ssr", mistOrgId, body, { signal });
    const key = { kind: "ssr", place: mistOrgId, id: String(row?.id) } as const;
    expect(await client.upgrades.find(key, signal)).toMatchObject({
      outcome: "active",
      total: 1,
      strategy: "big_bang",
    });
    later();
    expect(await client.upgrades.look(key, { signal })).toMatchObject({
      outcome: "completed",
      counts: { upgraded: 1 },
    });
    expect(await client.upgrades.find({ ...key, id: nowhere }, signal)).toBeUndefined();
  });

  test("on Mist Edges are told by nothing but the list", async () => {
    const { client } = await setup();
    const body = { mxedge_ids: [...mistEdgeIds], versions: { mxagent: "latest", tunterm: "latest" } };
    expect(await client.upgrades.start("mxedge", mistOrgId, body, { signal })).toBeUndefined();
    const jobs = await client.upgrades.list("mxedge", mistOrgId, { signal });
    expect([...jobs.values()]).toMatchObject([{ total: 2, devices: undefined, outcome: "active" }]);
  });

  test("on devices are those of its sites", async () => {
    const { client, later } = await setup();
    const body = { all_sites: true, models: ["AP45"], versions: [{ firmware_type: "ap", version: "stable" }] };
    const row = await client.upgrades.start("org", mistOrgId, body, { signal });
    const key = { kind: "org", place: mistOrgId, id: String(row?.id) } as const;
    const [listed] = (await client.upgrades.list("org", mistOrgId, { signal })).values();
    expect(listed?.sites.map(({ siteId }) => siteId).sort()).toEqual([headquarters, mistCampusId].sort());
    expect(await client.upgrades.find(key, signal)).toMatchObject({ outcome: "active", total: 8 });
    later();
    // One of them is not connected.
    expect(await client.upgrades.find(key, signal)).toMatchObject({ outcome: "active", counts: { upgraded: 7 } });
  });
});

describe("versions", () => {
  test("are asked for once in a run", async () => {
    const { client, calls } = await setup();
    const lists = await Promise.all([1, 2].map(() => client.versions.forDevices(mistOrgId, "ap", signal)));
    expect(lists[0]).toContainEqual({ name: "AP45", version: "0.14.30110", tags: ["stable"] });
    await client.versions.forDevices(mistOrgId, "switch", signal);
    await client.versions.forRouters(mistOrgId, { channel: "beta" }, signal);
    expect(calls("GET")).toHaveLength(3);
  });

  test("of Mist Edges are also where an older API has them", async () => {
    const { client, fault, calls } = await setup();
    fault({ kind: "status", status: 404, body: {} }, { path: `/orgs/${mistOrgId}/mxedges/versions` });
    const versions = await client.versions.forEdges(mistOrgId, { channel: "stable" }, signal);
    expect(versions.flatMap(({ tags }) => tags)).toEqual([]);
    expect(versions).toContainEqual(expect.objectContaining({ name: "mxagent", version: "3.1.1090", isDefault: true }));
    expect(calls("GET").at(-1)).toBe(`GET /orgs/${mistOrgId}/mxedges/version`);
  });
});

describe("what devices do", () => {
  test("is listed once for all who look, and asked for by itself", async () => {
    const { client, calls } = await setup();
    const place = { scope: "site", id: mistCampusId } as const;
    const [states] = await Promise.all([1, 2].map(() => client.states.all(place, { signal, maxAgeMs: 1_000 })));
    expect(states?.get(router)).toMatchObject({
      type: "gateway",
      model: "SSR120",
      version: "6.2.5-5r2",
      connected: true,
    });
    expect(calls("GET")).toHaveLength(1);
    const one = await client.states.find(mistCampusId, `00000000-0000-0000-1000-${router}`, signal);
    expect(one).toEqual(states?.get(router));
    expect(await client.states.find(headquarters, `00000000-0000-0000-1000-${router}`, signal)).toBeUndefined();
  });
});
