import { Agent, fetch as undiciFetch } from "undici";
import { describe, expect, test } from "vitest";
import {
  foreignMistOrgId,
  generateMistDevices,
  type Mist,
  mistOrgId,
  mistSiteGroupId,
  mistUserToken,
} from "../../simulators";
import { apMac, code, deviceId, headquarters, MistBench, nowhere, org, type Row, used, warehouse } from "./mist-helper";

describe("the default world", () => {
  test("is what the documentation of the seeds says", async () => {
    await using bench = await MistBench.start();
    const { world } = bench.mist;
    const all = [...world.devices.values()];
    const fresh = all.filter(({ orgId, claimCode }) => orgId === null && Number(claimCode?.slice(6)) < 800_000);
    expect(fresh).toHaveLength(40);
    const types = (type: string) => fresh.filter((device) => device.type === type).map(({ claimCode }) => claimCode);
    expect(types("ap")).toEqual(Array.from({ length: 24 }, (_, index) => code(index + 1)));
    expect(types("switch")).toEqual(Array.from({ length: 8 }, (_, index) => code(index + 1, "SW")));
    expect(types("gateway")).toEqual(Array.from({ length: 8 }, (_, index) => code(index + 1, "GW")));
    expect(all.filter(({ orgId }) => orgId === mistOrgId)).toHaveLength(7);
    expect([...world.sites.values()].map(({ data }) => data.name)).toEqual(["Headquarters", "Warehouse"]);
  });

  test("fresh devices in any number, each with a code and a MAC of its own", () => {
    const devices = generateMistDevices(1_000);
    for (const key of ["mac", "serial", "claimCode"] as const)
      expect(new Set(devices.map((device) => device[key])).size).toBe(1_000);
    expect(devices.every(({ claimCode }) => /^[A-Z0-9]{15}$/.test(String(claimCode)))).toBe(true);
  });
});

describe("options", () => {
  test("a world of one's own", async () => {
    const id = "b1000000-0000-4000-8000-000000000001";
    const site = "b2000000-0000-4000-8000-000000000001";
    await using bench = await MistBench.start(
      { pageMaximum: 1 },
      {
        apiToken: "mine",
        email: "me@example.com",
        password: "secret",
        orgs: [{ id, name: "Mine", data: { allow_mist: false }, setting: { ui_idle_timeout: 3 } }],
        sites: [{ id: site, name: "Only", setting: { vars: { a: "1" } } }],
        objects: [{ scope: "org", collection: "rftemplates", data: { name: "indoor" } }],
        deviceCount: 5,
        users: [{ email: "other@example.com", privileges: [{ scope: "site", role: "read", site_id: site }] }],
        tokens: [{ key: "theirs", email: "other@example.com" }],
      },
    );
    expect(bench.simulators.describe().mist).toEqual({
      url: bench.mist.url,
      apiToken: "mine",
      orgId: id,
      email: "me@example.com",
      password: "secret",
    });
    expect(await bench.get(`/orgs/${id}`)).toMatchObject({ name: "Mine", allow_mist: false });
    expect(await bench.get(`/orgs/${id}/setting`)).toMatchObject({ ui_idle_timeout: 3 });
    expect(await bench.get(`/sites/${site}/setting`)).toMatchObject({ vars: { a: "1" } });
    expect(await bench.get<Row[]>(`/orgs/${id}/rftemplates`)).toMatchObject([{ name: "indoor" }]);
    expect(await bench.get(`/sites/${site}`, "theirs")).toMatchObject({ name: "Only" });
    expect((await bench.call("GET", `/orgs/${id}`, undefined, "theirs")).status).toBe(403);
    expect(await bench.get<Row[]>(`/orgs/${id}/inventory`)).toEqual([]);
    expect(bench.mist.world.devices.size).toBe(8);
  });

  test("a bad variant is refused by name", async () => {
    await expect(MistBench.start({ pageMaximum: 0 })).rejects.toThrow("pageMaximum");
  });

  test("TLS with a certificate of its own", async () => {
    await using bench = await MistBench.start({}, {}, { tls: true });
    const { url, certificate } = bench.mist.tls ?? { url: "", certificate: "" };
    const dispatcher = new Agent({ connect: { ca: certificate } });
    const headers = { authorization: `Token ${bench.mist.apiToken}` };
    const reply = await undiciFetch(`${url}/api/v1/self`, { headers, dispatcher });
    expect(reply.status).toBe(200);
    await dispatcher.close();
    await expect(fetch(`${url}/api/v1/self`, { headers })).rejects.toThrow();
  });
});

describe("control", () => {
  test("variants: value, change, schema", async () => {
    await using bench = await MistBench.start();
    expect((await bench.control("GET", "/mist/variants")).json()).toMatchObject({
      pageMaximum: 1_000,
      rateLimit: 5_000,
    });
    const patched = await bench.control("PATCH", "/mist/variants", { pageMaximum: 7 });
    expect(patched.json()).toEqual({ ...bench.mist.variants, pageMaximum: 7 });
    expect((await bench.control("PATCH", "/mist/variants", { pageMaximum: "7" })).status).toBe(400);
    expect((await bench.control("PATCH", "/mist/variants", { pages: 7 })).status).toBe(400);
    const { properties } = (await bench.control("GET", "/mist/variants/schema")).json<{ properties: Row }>();
    expect(Object.keys(properties).toSorted()).toEqual(Object.keys(bench.mist.variants).toSorted());
    expect(Object.values(properties)).not.toContainEqual(
      expect.not.objectContaining({ description: expect.anything() }),
    );
  });

  test("devices: 1,000 at once, a change, a removal, all of them replaced", async () => {
    await using bench = await MistBench.start();
    const seeds = generateMistDevices(1_000).map((device) => ({ ...device, orgId: mistOrgId }));
    expect((await bench.control("POST", "/mist/devices", seeds)).json<Row[]>()).toHaveLength(1_011);
    expect(await bench.get<Row[]>(`${org}/inventory?limit=1000&type=ap,gateway`)).toHaveLength(803);
    const path = `/mist/devices/${used.ap1}`;
    await bench.control("PATCH", path, { connected: false, siteId: warehouse, config: { name: "moved" } });
    expect((await bench.control("GET", path)).json()).toMatchObject({ siteId: warehouse });
    expect(await bench.get(`/sites/${warehouse}/devices/${deviceId(used.ap1)}`)).toMatchObject({ name: "moved" });
    expect((await bench.control("PATCH", "/mist/devices/000000000000", {})).status).toBe(404);
    expect((await bench.control("PATCH", path, { mac: "000000000000" })).status).toBe(400);
    await bench.control("DELETE", path);
    expect((await bench.call("GET", `/sites/${warehouse}/devices/${deviceId(used.ap1)}`)).status).toBe(404);
    await bench.control("PUT", "/mist/devices", [
      { mac: "AA-BB-CC-DD-EE-FF", type: "switch", claimCode: "abcde-fghij-12345" },
    ]);
    expect([...bench.mist.world.devices.keys()]).toEqual(["aabbccddeeff"]);
    expect(await bench.ok("POST", `${org}/inventory`, ["ABCDEFGHIJ12345"])).toMatchObject({
      added: ["ABCDEFGHIJ12345"],
    });
    expect((await bench.control("POST", "/mist/devices", [{ mac: "12", type: "ap" }])).status).toBe(400);
  });

  test("sites, organisations and settings change behind the API's back", async () => {
    await using bench = await MistBench.start();
    const id = nowhere;
    await bench.control("POST", "/mist/sites", [{ id, name: "New", data: { sitegroup_ids: [mistSiteGroupId] } }]);
    expect(await bench.get(`/sites/${id}`)).toMatchObject({ name: "New", sitegroup_ids: [mistSiteGroupId] });
    await bench.control("PATCH", `/mist/sites/${id}`, { notes: "by hand", sitegroup_ids: [] });
    expect(await bench.get(`/sites/${id}`)).toMatchObject({ notes: "by hand", sitegroup_ids: [] });
    await bench.control("PATCH", `/mist/sites/${id}/setting`, { vars: { a: "1" } });
    await bench.control("PATCH", `/mist/sites/${id}/setting`, { "-vars": "", persist_config_on_device: true });
    expect(await bench.get(`/sites/${id}/setting`)).toMatchObject({ persist_config_on_device: true });
    expect(await bench.get(`/sites/${id}/setting`)).not.toHaveProperty("vars");
    await bench.control("PATCH", `/mist/orgs/${mistOrgId}`, { name: "Renamed" });
    await bench.control("PATCH", `/mist/orgs/${mistOrgId}/setting`, { ui_idle_timeout: 9 });
    expect([await bench.get(org), await bench.get(`${org}/setting`)]).toMatchObject([
      { name: "Renamed" },
      { ui_idle_timeout: 9 },
    ]);
    await bench.control("DELETE", `/mist/sites/${headquarters}`);
    expect((await bench.call("GET", `/sites/${headquarters}`)).status).toBe(404);
    expect((await bench.control("PATCH", `/mist/sites/${headquarters}`, {})).status).toBe(404);
    expect((await bench.control("POST", "/mist/sites", [{ id, name: "x", orgId: nowhere }])).status).toBe(404);
    await bench.control("POST", "/mist/orgs", [{ id: nowhere, name: "Third" }]);
    await bench.control("DELETE", `/mist/orgs/${foreignMistOrgId}`);
    expect((await bench.control("GET", "/mist/orgs")).json<Mist.Org[]>().map((one) => one.id)).toEqual([
      mistOrgId,
      nowhere,
    ]);
  });

  test("objects: added, changed, taken away", async () => {
    await using bench = await MistBench.start();
    const wlan: Mist.ObjectSeed = { scope: "site", scopeId: warehouse, collection: "wlans", data: { ssid: "guests" } };
    const group: Mist.ObjectSeed = {
      scope: "org",
      collection: "sitegroups",
      data: { name: "all", site_ids: [warehouse] },
    };
    const [one, two] = (await bench.control("POST", "/mist/objects", [wlan, group])).json<Mist.Entry[]>();
    expect(await bench.get<Row[]>(`/sites/${warehouse}/wlans`)).toMatchObject([
      { id: one?.id, ssid: "guests", for_site: true },
    ]);
    expect(await bench.get(`/sites/${warehouse}`)).toMatchObject({ sitegroup_ids: [two?.id] });
    const objects = `/mist/objects/site/${warehouse}/wlans`;
    await bench.control("PATCH", `${objects}/${one?.id}`, { ssid: "staff", enabled: false });
    expect(await bench.get(`/sites/${warehouse}/wlans/${one?.id}`)).toMatchObject({ ssid: "staff", enabled: false });
    expect((await bench.control("GET", objects)).json()).toMatchObject([{ data: { ssid: "staff" } }]);
    expect((await bench.control("GET", `${objects}/${one?.id}`)).json()).toMatchObject({ id: one?.id });
    await bench.control("PATCH", `/mist/objects/org/${mistOrgId}/sitegroups/${two?.id}`, { site_ids: [headquarters] });
    expect(await bench.get(`${org}/sitegroups/${two?.id}`)).toMatchObject({ name: "all", site_ids: [headquarters] });
    expect((await bench.control("DELETE", `${objects}/${one?.id}`)).status).toBe(204);
    expect(await bench.get(`/sites/${warehouse}/wlans`)).toEqual([]);
    for (const [method, path] of [
      ["DELETE", `${objects}/${one?.id}`],
      ["GET", `/mist/objects/msp/${nowhere}/wlans`],
      ["PATCH", `/mist/objects/org/${mistOrgId}/rftemplates/${nowhere}`],
    ] as const)
      expect((await bench.control(method, path, method === "PATCH" ? {} : undefined)).status).toBe(404);
    expect(
      (await bench.control("POST", "/mist/objects", [{ ...wlan, collection: "zones", scope: "org" }])).status,
    ).toBe(404);
  });

  test("users, tokens, MSPs and activation codes", async () => {
    await using bench = await MistBench.start();
    await bench.control("POST", "/mist/users", [{ email: "new@example.com", password: "x", twoFactor: "1" }]);
    await bench.control("POST", "/mist/tokens", [{ key: "first" }, { key: "second", email: "new@example.com" }]);
    expect(await bench.get("/self", "first")).toMatchObject({ privileges: [{ role: "admin" }] });
    expect(await bench.get("/self", "second")).toMatchObject({ email: "new@example.com", privileges: [] });
    // The same key again is the same token, not a second one.
    await bench.control("POST", "/mist/tokens", [{ key: "first", name: "renamed", privileges: [] }]);
    expect((await bench.get<Row[]>(`${org}/apitokens`)).map(({ name }) => name)).toEqual([
      "automation",
      "auditor",
      "renamed",
    ]);
    await bench.control("DELETE", "/mist/tokens/first");
    expect((await bench.call("GET", "/self", undefined, "first")).status).toBe(401);
    await bench.control("DELETE", "/mist/users/new@example.com");
    expect((await bench.call("GET", "/self", undefined, "second")).status).toBe(401);
    await bench.control("POST", "/mist/activations", [{ code: "ours", claimCodes: ["MISTA-P0000-00001"] }]);
    expect(await bench.ok("POST", `${org}/claim`, { code: "ours", type: "all" })).toMatchObject({
      inventory_added: [{ mac: apMac(1) }],
    });
    await bench.control("POST", "/mist/msps", [{ id: nowhere, name: "Second" }]);
    bench.mist.setPrivileges(mistUserToken, [{ scope: "msp", role: "read", msp_id: nowhere }]);
    expect(await bench.get(`/msps/${nowhere}/orgs`, mistUserToken)).toEqual([]);
  });

  test("usage is told and forgotten; a reset brings the start back", async () => {
    await using bench = await MistBench.start({ pageMaximum: 50 });
    await bench.ok("POST", `${org}/sites`, { name: "x" });
    await bench.ok("POST", `${org}/inventory`, [code(1)]);
    await bench.control("PATCH", "/mist/variants", { pageMaximum: 1, rateLimit: 10 });
    const { limit, calls } = (await bench.control("GET", "/mist/usage")).json<{ limit: number; calls: Row }>();
    expect([limit, Object.values(calls)]).toEqual([10, [2]]);
    expect((await bench.control("POST", "/reset")).status).toBe(204);
    expect(bench.mist.variants).toMatchObject({ pageMaximum: 50, rateLimit: 5_000 });
    expect([...bench.mist.usage()]).toEqual([]);
    expect(await bench.get<Row[]>(`${org}/sites`)).toHaveLength(2);
    expect(bench.mist.device(apMac(1)).orgId).toBeNull();
    expect(() => bench.mist.device("000000000000")).toThrow("no device");
  });
});
