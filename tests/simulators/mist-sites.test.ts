import { describe, expect, test } from "vitest";
import { foreignMistOrgId, mistMspId, mistOrgId, mistSiteGroupId, mistUserToken } from "../../simulators";
import { headquarters, MistBench, nowhere, org, type Row, used, warehouse } from "./mist-helper";

const templates = [
  "alarmtemplate_id",
  "aptemplate_id",
  "gatewaytemplate_id",
  "networktemplate_id",
  "rftemplate_id",
  "routertemplate_id",
  "secpolicy_id",
  "sitetemplate_id",
];

describe("sites", () => {
  test("only a name is required; the service adds ids, times, the offset and null templates", async () => {
    await using bench = await MistBench.start();
    const site = await bench.ok("POST", `${org}/sites`, { name: "Branch", mystery: 1, tzoffset: 7, id: nowhere });
    expect(site).toEqual({
      ...Object.fromEntries(templates.map((name) => [name, null])),
      name: "Branch",
      mystery: 1,
      timezone: "UTC",
      tzoffset: 0,
      sitegroup_ids: [],
      id: expect.not.stringMatching(nowhere),
      org_id: mistOrgId,
      created_time: bench.simulators.clock.now() / 1_000,
      modified_time: bench.simulators.clock.now() / 1_000,
    });
    expect(await bench.get(`/sites/${headquarters}`)).toMatchObject({ timezone: "Europe/Copenhagen", tzoffset: 60 });
    expect(await bench.ok("PUT", `/sites/${site.id}`, { timezone: "America/St_Johns" })).toMatchObject({
      tzoffset: -210,
    });
    expect((await bench.call("POST", `${org}/sites`, { address: "somewhere" })).status).toBe(400);
    expect((await bench.call("POST", `${org}/sites`, { name: "x", country_code: "Denmark" })).status).toBe(400);
    expect((await bench.call("PUT", `/sites/${site.id}`, { "-name": "" })).status).toBe(400);
    // Names may be used twice.
    await bench.ok("POST", `${org}/sites`, { name: "Branch" });
    expect(await bench.get(`${org}/sites/search?name=branch`)).toMatchObject({ total: 2 });
  });

  test("an update merges; null clears a template, a minus clears the rest", async () => {
    await using bench = await MistBench.start();
    const path = `/sites/${headquarters}`;
    await bench.ok("PUT", path, { notes: "door code 7", rftemplate_id: nowhere, latlng: { lat: 1, lng: 2 } });
    expect(await bench.get(path)).toMatchObject({
      country_code: "DK",
      rftemplate_id: nowhere,
      latlng: { lat: 1, lng: 2 },
    });
    await bench.ok("PUT", path, { rftemplate_id: null, "-notes": "", "-latlng": "", "-timezone": "" });
    const site = await bench.get(path);
    expect(site).toMatchObject({ rftemplate_id: null, timezone: "UTC", name: "Headquarters" });
    expect(site).not.toHaveProperty("notes");
    expect(site).not.toHaveProperty("latlng");
    expect(site.sitegroup_ids).toEqual([mistSiteGroupId]);
  });

  test("a deleted one is gone, with its setting and objects; its devices go back to the pool", async () => {
    await using bench = await MistBench.start();
    const psk = { name: "x", ssid: "y", passphrase: "correct horse" };
    await bench.ok("POST", `/sites/${headquarters}/psks`, psk);
    expect(await bench.outcome("DELETE", `/sites/${headquarters}`)).toEqual([200, undefined]);
    for (const path of ["", "/setting", "/psks", "/devices"])
      expect(await bench.outcome("GET", `/sites/${headquarters}${path}`)).toEqual([404, { id: headquarters }]);
    expect(await bench.get<Row[]>(`${org}/inventory?mac=${used.ap1}`)).toMatchObject([{ site_id: null, name: "" }]);
    expect(await bench.get(`${org}/sitegroups/${mistSiteGroupId}`)).toMatchObject({ site_ids: [] });
  });

  test("a site with devices may refuse to go", async () => {
    await using bench = await MistBench.start({ deleteSiteWithDevices: "refuse" });
    const refusal = [400, { detail: "Site has 3 device(s) assigned." }];
    expect(await bench.outcome("DELETE", `/sites/${headquarters}`)).toEqual(refusal);
    await bench.ok("PUT", `${org}/inventory`, { op: "unassign", macs: [used.ap1, used.ap2, used.switch] });
    await bench.ok("DELETE", `/sites/${headquarters}`);
  });

  test("the search tells little of each", async () => {
    await using bench = await MistBench.start();
    await bench.ok("PUT", `/sites/${warehouse}/setting`, { auto_upgrade: { enabled: true, version: "stable" } });
    const { results } = await bench.get<{ results: Row[] }>(`${org}/sites/search?auto_upgrade_version=stable`);
    expect(results).toMatchObject([
      { id: warehouse, name: "Warehouse", country_code: "DE", timezone: "Europe/Berlin", auto_upgrade_enabled: true },
    ]);
    expect(await bench.get(`${org}/sites/search?country_code=DK`)).toMatchObject({ total: 1 });
  });
});

describe("site groups", () => {
  const groups = async (bench: MistBench, site: string) => (await bench.get(`/sites/${site}`)).sitegroup_ids;
  const members = async (bench: MistBench, id: unknown) => (await bench.get(`${org}/sitegroups/${id}`)).site_ids;

  test("membership is one relation, seen and written from both sides", async () => {
    await using bench = await MistBench.start();
    const { id } = await bench.ok("POST", `${org}/sitegroups`, { name: "north", site_ids: [warehouse] });
    expect(await groups(bench, warehouse)).toEqual([id]);
    await bench.ok("PUT", `/sites/${headquarters}`, { sitegroup_ids: [id] });
    expect(await members(bench, id)).toEqual([warehouse, headquarters]);
    expect(await members(bench, mistSiteGroupId)).toEqual([]);
    await bench.ok("PUT", `${org}/sitegroups/${id}`, { name: "south" });
    expect(await members(bench, id)).toEqual([warehouse, headquarters]);
    await bench.ok("PUT", `${org}/sitegroups/${id}`, { site_ids: [headquarters] });
    expect(await groups(bench, warehouse)).toEqual([]);
    await bench.ok("PUT", `/sites/${headquarters}`, { "-sitegroup_ids": "" });
    expect(await members(bench, id)).toEqual([]);
    await bench.ok("PUT", `/sites/${headquarters}`, { sitegroup_ids: [id] });
    await bench.ok("DELETE", `${org}/sitegroups/${id}`);
    expect(await groups(bench, headquarters)).toEqual([]);
  });

  const create = (bench: MistBench, count: number) =>
    Array.from(
      { length: count },
      (_, index) => () => bench.ok("POST", `${org}/sites`, { name: `site ${index}`, sitegroup_ids: [mistSiteGroupId] }),
    );

  test("by default no write at the same time is lost", async () => {
    await using bench = await MistBench.start();
    await Promise.all(create(bench, 6).map((write) => write()));
    expect(await members(bench, mistSiteGroupId)).toHaveLength(7);
  });

  test("with lostUpdates writes at the same time are lost, one after the other not", async () => {
    await using bench = await MistBench.start({ siteGroupWrites: "lostUpdates", siteGroupWindowMs: 300 });
    await Promise.all(create(bench, 3).map((write) => write()));
    const left = (await members(bench, mistSiteGroupId)) as string[];
    expect(left.length).toBeLessThan(4);
    const sites = await bench.get<Row[]>(`${org}/sites`);
    expect(sites.filter(({ sitegroup_ids: ids }) => (ids as string[]).length > 0)).toHaveLength(left.length);
    bench.mist.variants.siteGroupWindowMs = 1;
    for (const write of create(bench, 3)) await write();
    expect(await members(bench, mistSiteGroupId)).toHaveLength(left.length + 3);
  });
});

describe("settings", () => {
  test.each([
    ["site", `/sites/${headquarters}/setting`, { site_id: headquarters, org_id: mistOrgId, for_site: true }],
    ["organisation", `${org}/setting`, { org_id: mistOrgId }],
  ])("of a %s are there from the start, merge, and clear by a minus", async (_, path, owner) => {
    await using bench = await MistBench.start();
    const first = await bench.get(path);
    expect(first).toMatchObject({ ...owner, ap_updown_threshold: 0, blacklist_url: expect.stringContaining("jwt=") });
    await bench.ok("PUT", path, { vars: { a: "1", b: "2" }, ap_updown_threshold: 30, blacklist_url: "mine" });
    const changed = await bench.ok("PUT", path, { vars: { c: "3" } });
    expect(changed).toMatchObject({ ap_updown_threshold: 30, id: first.id });
    expect(changed.vars).toEqual({ c: "3" });
    expect(changed.blacklist_url).not.toBe(first.blacklist_url);
    const cleared = await bench.ok("PUT", path, { "-vars": "", "-ap_updown_threshold": "" });
    expect(cleared).toMatchObject({ ap_updown_threshold: 0 });
    expect(cleared).not.toHaveProperty("vars");
    for (const bad of [{ ap_updown_threshold: 241 }, { switch_matching: { rules: [{ name: "default" }, {}] } }])
      expect((await bench.call("PUT", path, bad)).status).toBe(400);
  });

  test("the derived one lays organisation, templates and site over each other", async () => {
    await using bench = await MistBench.start();
    const network = {
      name: "campus",
      networks: { guests: { vlan_id: 20 }, staff: { vlan_id: 30 } },
      ntp_servers: ["t"],
    };
    const { id } = await bench.ok("POST", `${org}/networktemplates`, network);
    await bench.ok("PUT", `${org}/setting`, { ui_idle_timeout: 5, ntp_servers: ["o"] });
    await bench.ok("PUT", `/sites/${headquarters}`, { networktemplate_id: id });
    await bench.ok("PUT", `/sites/${headquarters}/setting`, { networks: { staff: { vlan_id: 31 } } });
    const derived = await bench.get(`/sites/${headquarters}/setting/derived`);
    expect(derived).toMatchObject({ ui_idle_timeout: 5, ntp_servers: ["t"], site_id: headquarters });
    expect(derived.networks).toEqual({ guests: { vlan_id: 20 }, staff: { vlan_id: 31 } });
    expect(derived).not.toHaveProperty("name");
    expect(await bench.get(`/sites/${headquarters}/setting`)).not.toHaveProperty("ntp_servers");
  });
});

describe("organisations", () => {
  test("read, changed, made by a user, made and deleted by an MSP", async () => {
    await using bench = await MistBench.start();
    expect(await bench.get(org)).toMatchObject({
      name: "Example Retail",
      msp_id: mistMspId,
      msp_name: "Example Networks",
    });
    await bench.ok("PUT", org, { name: "Renamed", session_expiry: 60 });
    expect(await bench.ok("PUT", org, { "-session_expiry": "" })).toMatchObject({
      name: "Renamed",
      session_expiry: 1_440,
    });
    expect((await bench.call("PUT", org, { "-name": "" })).status).toBe(400);
    // A token of an organisation makes no other.
    expect((await bench.call("POST", "/orgs", { name: "x" })).status).toBe(403);
    const own = await bench.ok("POST", "/orgs", { name: "Lab" }, mistUserToken);
    expect(await bench.get<Row[]>(`/orgs/${own.id}/sites`, mistUserToken)).toEqual([]);
    const managed = await bench.ok("POST", `/msps/${mistMspId}/orgs`, { name: "Customer" }, mistUserToken);
    expect(managed).toMatchObject({ msp_id: mistMspId });
    await bench.ok("POST", `/orgs/${managed.id}/sites`, { name: "x" }, mistUserToken);
    const names = (await bench.get<Row[]>(`/msps/${mistMspId}/orgs`, mistUserToken)).map(({ name }) => name);
    expect(names).toEqual(["Renamed", "Customer"]);
    expect(
      (await bench.call("GET", `/msps/${mistMspId}/orgs/${foreignMistOrgId}`, undefined, mistUserToken)).status,
    ).toBe(404);
    await bench.ok("DELETE", `/orgs/${managed.id}`, undefined, mistUserToken);
    expect((await bench.call("GET", `/orgs/${managed.id}`, undefined, mistUserToken)).status).toBe(404);
    expect((await bench.call("GET", `/msps/${mistMspId}/orgs`)).status).toBe(403);
    expect((await bench.call("GET", `/msps/${nowhere}/orgs`)).status).toBe(404);
  });

  test("with an organisation its tokens and its hold on devices end", async () => {
    await using bench = await MistBench.start();
    await bench.ok("DELETE", org);
    expect((await bench.call("GET", "/self")).status).toBe(401);
    expect(bench.mist.device(used.ap1)).toMatchObject({ orgId: null, siteId: null });
    expect([...bench.mist.world.sites]).toEqual([]);
  });
});
