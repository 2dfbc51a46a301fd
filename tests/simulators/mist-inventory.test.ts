import { describe, expect, test } from "vitest";
import { mistChassisMac, mistChassisMembers, mistDevice } from "../../simulators";
import {
  apMac,
  code,
  deviceId,
  foreign,
  headquarters,
  MistBench,
  nowhere,
  org,
  type Row,
  used,
  warehouse,
} from "./mist-helper";

const inventory = `${org}/inventory`;
const elsewhere = "belongs to another org (Somebody Else)";

interface Bulk extends Row {
  success: string[];
  error: string[];
  reason: string[];
}

/** PUT of the inventory: status and body. */
async function change(bench: MistBench, body: Row): Promise<[number, Bulk]> {
  const reply = await bench.call("PUT", inventory, body);
  return [reply.status, reply.json<Bulk>()];
}

const macs = async (bench: MistBench, query: string): Promise<unknown[]> =>
  (await bench.get<Row[]>(`${inventory}?${query}`)).map(({ mac }) => mac);

describe("claims", () => {
  test("every mix in one call: new, twice, already there, somebody else's, unknown", async () => {
    await using bench = await MistBench.start();
    const codes = [code(1), code(1), code(900_004), foreign.code, "NOTACODE0000000", "mistsw-00000-0001"];
    const reply = await bench.ok("POST", inventory, codes);
    const item = (mac: string, magic: string, model: string, serial: string, type: string) => ({
      mac,
      magic,
      model,
      serial,
      type,
    });
    const first = item(apMac(1), code(1), "AP45", "A070900000001", "ap");
    expect(reply).toEqual({
      added: [code(1), code(1, "SW")],
      duplicated: [code(1), code(900_004)],
      error: [foreign.code, "NOTACODE0000000"],
      reason: [elsewhere, "invalid claim code"],
      inventory_added: [first, item("d420b0000001", code(1, "SW"), "EX4100-48P", "FJ41200000001", "switch")],
      inventory_duplicated: [first, item(used.spare, code(900_004), "AP45", "A070900900004", "ap")],
    });
    expect(bench.simulators.requests.entries[0]?.body).toHaveLength(6);
    expect(await bench.get<Row[]>(`${inventory}?mac=${apMac(1)}`)).toMatchObject([
      { id: deviceId(apMac(1)), site_id: null, magic: code(1), org_id: org.slice(6), connected: true, adopted: false },
    ]);
  });

  test("nothing but errors is 400 with the same body; duplicates and nothing at all are 200", async () => {
    await using bench = await MistBench.start();
    const empty = { added: [], duplicated: [], inventory_added: [], inventory_duplicated: [] };
    expect(await bench.outcome("POST", inventory, [foreign.code, "X"])).toEqual([
      400,
      { ...empty, error: [foreign.code, "X"], reason: [elsewhere, "invalid claim code"] },
    ]);
    expect(await bench.outcome("POST", inventory, [])).toEqual([200, { ...empty, error: [], reason: [] }]);
    expect((await bench.call("POST", inventory, [code(900_001)])).status).toBe(200);
    for (const bad of [{}, [1], "x", undefined]) expect((await bench.call("POST", inventory, bad)).status).toBe(400);
  });

  test.each([
    ["none", []],
    ["first", [elsewhere]],
  ] as const)("reasons may be %s", async (bulkReasons, reason) => {
    await using bench = await MistBench.start({ bulkReasons });
    expect(await bench.ok("POST", inventory, [code(1), foreign.code, "X"])).toMatchObject({
      error: [foreign.code, "X"],
      reason,
    });
    const [, changed] = await change(bench, { op: "delete", macs: [nowhere, apMac(1)] });
    expect(changed).toMatchObject({ error: [expect.any(String)], reason: { length: bulkReasons === "none" ? 0 : 1 } });
  });

  test("codes may come back as they were sent", async () => {
    await using bench = await MistBench.start({ claimEcho: "asSent" });
    const sent = ["mista-p0000-00001", "bad-one", "MISTA-P0009-00004"];
    expect(await bench.ok("POST", inventory, sent)).toMatchObject({
      added: [sent[0]],
      error: [sent[1]],
      duplicated: [sent[2]],
      inventory_added: [{ magic: code(1) }],
    });
  });

  test("reads may know claims and assignments later than writes do", async () => {
    await using bench = await MistBench.start({ claimVisibilityDelayMs: 10_000, assignVisibilityDelayMs: 5_000 });
    await bench.ok("POST", inventory, [code(1)]);
    expect(await bench.ok("POST", inventory, [code(1)])).toMatchObject({ duplicated: [code(1)] });
    const assigned = await change(bench, { op: "assign", macs: [apMac(1)], site_id: headquarters });
    expect(assigned).toMatchObject([200, { success: [apMac(1)] }]);
    const path = `/sites/${headquarters}/devices/${deviceId(apMac(1))}`;
    await bench.ok("PUT", path, { name: "early" });
    expect(await macs(bench, `mac=${apMac(1)}`)).toEqual([]);
    expect((await bench.call("GET", path)).status).toBe(404);
    bench.seconds(10);
    expect(await bench.get(path)).toMatchObject({ name: "early" });
    await change(bench, { op: "assign", macs: [apMac(1)], site_id: warehouse });
    expect(await bench.get<Row[]>(`${inventory}?mac=${apMac(1)}`)).toMatchObject([{ site_id: null }]);
    bench.seconds(5);
    expect(await bench.get<Row[]>(`${inventory}?mac=${apMac(1)}`)).toMatchObject([{ site_id: warehouse }]);
  });
});

describe("changes", () => {
  test("assigned, moved, unassigned, released: the configuration stays while there is a site", async () => {
    await using bench = await MistBench.start();
    const path = (site: string) => `/sites/${site}/devices/${deviceId(used.spare)}`;
    const assign = (site: string) => change(bench, { op: "assign", macs: ["5C:5B:35:0D:BB:A4"], site_id: site });
    expect(await assign(headquarters)).toEqual([200, { op: "assign", success: [used.spare], error: [], reason: [] }]);
    await bench.ok("PUT", path(headquarters), { name: "lobby" });
    expect(await assign(warehouse)).toMatchObject([200, { success: [used.spare] }]);
    expect((await bench.call("GET", path(headquarters))).status).toBe(404);
    expect(await bench.get(path(warehouse))).toMatchObject({ name: "lobby" });
    await change(bench, { op: "unassign", macs: [used.spare] });
    expect((await bench.call("GET", path(warehouse))).status).toBe(404);
    await assign(warehouse);
    expect(await bench.get(path(warehouse))).toMatchObject({ name: "" });
    expect(await change(bench, { op: "delete", serials: ["A070900900004"] })).toMatchObject([
      200,
      { success: ["A070900900004"] },
    ]);
    expect(await macs(bench, `mac=${used.spare}`)).toEqual([]);
    expect(await bench.ok("POST", inventory, [code(900_004)])).toMatchObject({ added: [code(900_004)] });
  });

  test("what is partly refused is 200, what is refused as a whole 400; both have the same body", async () => {
    await using bench = await MistBench.start();
    const unknown = "device not found in inventory";
    const body = { op: "assign", site_id: headquarters };
    expect(await change(bench, { ...body, macs: [used.spare, foreign.mac, apMac(1)] })).toEqual([
      200,
      { op: "assign", success: [used.spare], error: [foreign.mac, apMac(1)], reason: [unknown, unknown] },
    ]);
    const failed = { op: "assign", success: [], error: [foreign.mac], reason: [unknown] };
    expect(await change(bench, { ...body, macs: [foreign.mac] })).toEqual([400, failed]);
    for (const bulkFailedHttp of [404, 200] as const) {
      bench.mist.variants.bulkFailedHttp = bulkFailedHttp;
      expect(await change(bench, { ...body, macs: [foreign.mac] })).toEqual([bulkFailedHttp, failed]);
    }
    bench.mist.variants.bulkPartialHttp = 400;
    expect((await change(bench, { ...body, macs: [used.spare, foreign.mac] }))[0]).toBe(400);
    expect((await change(bench, { ...body, macs: [used.spare] }))[0]).toBe(200);
  });

  test("success may leave out what was so before", async () => {
    await using bench = await MistBench.start({ bulkSuccess: "changed" });
    const [status, reply] = await change(bench, { op: "assign", macs: [used.ap1, used.spare], site_id: headquarters });
    expect([status, reply]).toMatchObject([200, { success: [used.spare], error: [] }]);
    const again = await change(bench, { op: "assign", macs: [used.ap1], site_id: headquarters });
    expect(again).toMatchObject([200, { success: [], error: [] }]);
  });

  test("no_reassign refuses what has a site already", async () => {
    await using bench = await MistBench.start();
    const body = { op: "assign", macs: [used.ap1, used.spare], site_id: warehouse, no_reassign: true };
    expect(await change(bench, body)).toMatchObject([
      200,
      { success: [used.spare], error: [used.ap1], reason: ["already assigned to site Headquarters"] },
    ]);
    expect(bench.mist.device(used.ap1).siteId).toBe(headquarters);
  });

  test("unassigning what has no site is accepted, or refused", async () => {
    await using bench = await MistBench.start();
    const body = { op: "unassign", macs: [used.spare] };
    expect(await change(bench, body)).toMatchObject([200, { success: [used.spare] }]);
    bench.mist.variants.repeatUnassign = "refused";
    expect(await change(bench, body)).toMatchObject([400, { reason: ["device is not assigned"] }]);
  });

  test("who manages a switch is told with the assignment, in either style", async () => {
    await using bench = await MistBench.start();
    const path = `/sites/${headquarters}/devices/${deviceId(used.switch)}`;
    const body = { op: "assign", macs: [used.switch, used.ap1], site_id: headquarters };
    await change(bench, { ...body, managed: true, disable_auto_config: false });
    expect(await bench.get(path)).toMatchObject({ managed: true, disable_auto_config: false });
    await change(bench, { ...body, mist_configured: true });
    expect(await bench.get(path)).toMatchObject({ mist_configured: true });
    expect(bench.mist.device(used.ap1).config).toEqual({ name: "hq-ap-1" });
  });

  test("modes of Junos devices are switched once", async () => {
    await using bench = await MistBench.start();
    const macs = [used.switch, used.ap1];
    expect(await change(bench, { op: "downgrade_to_jsi", macs })).toMatchObject([
      200,
      { success: [used.switch], reason: ["not a Junos device"] },
    ]);
    expect(await bench.get<Row[]>(`${inventory}?mac=${used.switch}`)).toMatchObject([{ jsi: true }]);
    expect(await change(bench, { op: "upgrade_to_mist", macs })).toMatchObject([
      200,
      { success: [used.switch], error: [used.ap1], reason: ["already managed"] },
    ]);
    expect(await change(bench, { op: "upgrade_to_mist", macs })).toMatchObject([400, { success: [] }]);
  });

  test.each([
    ["no op", { macs: [used.ap1] }, "op"],
    ["another op", { op: "constructor", macs: [used.ap1] }, "op"],
    ["no site", { op: "assign", macs: [used.ap1] }, "site_id"],
    ["an unknown site", { op: "assign", macs: [used.ap1], site_id: nowhere }, "site_id"],
    ["no device", { op: "unassign", macs: [] }, "macs"],
    ["serials for an assignment", { op: "unassign", serials: ["A070900900001"] }, "macs"],
    ["no list", { op: "unassign", macs: used.ap1 }, "macs"],
  ])("400 with %s", async (_, body, field) => {
    await using bench = await MistBench.start();
    expect(await change(bench, body)).toEqual([400, { detail: `invalid field: ${field}`, reason: expect.any(String) }]);
  });
});

describe("a virtual chassis", () => {
  test("is one row; its members are shown with vc=true", async () => {
    await using bench = await MistBench.start();
    expect(await macs(bench, "type=switch")).toEqual([used.switch, mistChassisMac]);
    expect(await macs(bench, `vc=true&vc_mac=${mistChassisMac}`)).toEqual([mistChassisMac, ...mistChassisMembers]);
    expect(await macs(bench, `mac=${mistChassisMembers[0]}`)).toEqual([]);
    expect(await bench.get<Row[]>(`${inventory}?vc=true&mac=${mistChassisMembers[0]}`)).toMatchObject([
      { vc_mac: mistChassisMac, site_id: warehouse },
    ]);
    expect(await bench.get<Row[]>(`/sites/${warehouse}/devices?type=switch`)).toMatchObject([
      { mac: mistChassisMac, vc_mac: mistChassisMac, name: "warehouse-chassis" },
    ]);
  });

  test("moves as a whole by its own MAC; a member alone is refused", async () => {
    await using bench = await MistBench.start();
    const [member] = mistChassisMembers;
    const body = { op: "assign", site_id: headquarters };
    expect(await change(bench, { ...body, macs: [member, mistChassisMac] })).toMatchObject([
      200,
      { success: [mistChassisMac], error: [member], reason: ["VC member switches could not be assigned"] },
    ]);
    expect((await bench.get<Row[]>(`${inventory}?vc=true&site_id=${headquarters}&type=switch`)).length).toBe(4);
    expect(await change(bench, { op: "unassign", macs: [member] })).toMatchObject([400, { error: [member] }]);
  });

  test("is released with all of its members or not at all", async () => {
    await using bench = await MistBench.start();
    expect(await change(bench, { op: "delete", macs: [mistChassisMac] })).toMatchObject([
      400,
      { error: [mistChassisMac] },
    ]);
    const whole = [mistChassisMac, ...mistChassisMembers];
    expect(await change(bench, { op: "delete", macs: whole })).toMatchObject([200, { success: whole }]);
    expect(await macs(bench, "vc=true&type=switch")).toEqual([used.switch]);
  });
});

describe("reads", () => {
  test.each([
    ["", [used.ap1, used.ap2, used.switch, used.spare, mistChassisMac]],
    ["type=ap", [used.ap1, used.ap2, used.spare]],
    ["type=ap,switch&unassigned=false", [used.ap1, used.ap2, used.switch, mistChassisMac]],
    [`site_id=${headquarters}`, [used.ap1, used.ap2, used.switch]],
    ["serial=A070900900001,FJ41200900003", [used.ap1, used.switch]],
    [`mac=${used.ap1},5C-5B-35-0D-BB-A2`, [used.ap1, used.ap2]],
    ["model=EX4100-48P", [used.switch, mistChassisMac]],
    ["modified_after=1738328400", []],
    ["disconnected_before=1738328400", [used.ap2]],
  ])("filters: %s", async (query, expected) => {
    await using bench = await MistBench.start();
    bench.mist.device(used.ap2).lastDisconnectedAt = 1_738_000_000_000;
    expect(await macs(bench, query)).toEqual(expected);
  });

  test("the search pages by number, for access points unless told otherwise; the count groups", async () => {
    await using bench = await MistBench.start();
    const { results, ...rest } = await bench.get<{ results: Row[] }>(`${inventory}/search?limit=2`);
    expect(rest).toEqual({ limit: 2, page: 1 });
    expect(results).toMatchObject([
      { mac: used.ap1, status: "connected", version: "0.14.29633", master: false, members: [] },
      { mac: used.ap2, status: "disconnected" },
    ]);
    const chassis = await bench.get<{ results: Row[] }>(`${inventory}/search?type=switch&master=true`);
    expect(chassis.results).toMatchObject([{ mac: mistChassisMac, members: [{ mac: mistChassisMembers[0] }, {}] }]);
    const find = async (query: string) =>
      (await bench.get<{ results: Row[] }>(`${inventory}/search?${query}`)).results.map(({ mac }) => mac);
    expect(await find("text=HQ-AP-2")).toEqual([used.ap2]);
    expect(await find(`mac=${used.spare.toUpperCase()}`)).toEqual([used.spare]);
    expect(await find("status=disconnected")).toEqual([used.ap2]);
    expect(await bench.get(`${inventory}/count?distinct=status`)).toMatchObject({
      distinct: "status",
      total: 2,
      results: [
        { status: "connected", count: 2 },
        { status: "disconnected", count: 1 },
      ],
    });
    expect((await bench.call("GET", `${inventory}/count?distinct=name`)).status).toBe(400);
  });

  test("ids of devices have one of two forms, and are found by either", async () => {
    await using bench = await MistBench.start({ deviceId: "0000" });
    const id = `00000000-0000-0000-0000-${used.ap1}`;
    expect(await bench.get<Row[]>(`${inventory}?mac=${used.ap1}`)).toMatchObject([{ id }]);
    expect(await bench.get(`/sites/${headquarters}/devices/${deviceId(used.ap1)}`)).toMatchObject({ id });
  });
});

describe("a replacement", () => {
  const body = { site_id: headquarters, mac: used.ap1, inventory_mac: used.spare };

  test("takes over site, profile and configuration but for what is discarded", async () => {
    await using bench = await MistBench.start();
    const old = `/sites/${headquarters}/devices/${deviceId(used.ap1)}`;
    await bench.ok("PUT", old, { notes: "by the door", led: { enabled: false } });
    const replaced = await bench.ok("POST", `${inventory}/replace`, { ...body, discard: ["notes"] });
    expect(replaced).toMatchObject({ success: [used.spare], error: [] });
    expect((await bench.call("GET", old)).status).toBe(404);
    const fresh = await bench.get(`/sites/${headquarters}/devices/${deviceId(used.spare)}`);
    expect(fresh).toMatchObject({ name: "hq-ap-1", led: { enabled: false }, mac: used.spare });
    expect(fresh).not.toHaveProperty("notes");
  });

  test("needs an old device at the site and a free one of its kind", async () => {
    await using bench = await MistBench.start();
    const orgId = org.slice(6);
    const gateways = [
      mistDevice("gateway", 1, { orgId, siteId: headquarters }),
      mistDevice("gateway", 2, { orgId, model: "SRX320" }),
    ];
    bench.mist.seed([...gateways, mistDevice("switch", 1, { orgId })]);
    const [first, second] = gateways.map(({ mac }) => mac);
    for (const bad of [
      { ...body, site_id: warehouse },
      { ...body, inventory_mac: used.ap2 },
      { ...body, inventory_mac: apMac(1) },
      { ...body, inventory_mac: "d420b0000001" },
      { ...body, mac: first, inventory_mac: second },
    ]) {
      const [status, reply] = await bench.outcome("POST", `${inventory}/replace`, bad);
      expect([status, reply]).toMatchObject([
        400,
        { success: [], error: [bad.inventory_mac], reason: [expect.any(String)] },
      ]);
    }
  });
});
