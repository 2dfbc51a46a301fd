import { describe, expect, test } from "vitest";
import { fortiManagerMembers, fortiManagerProblems } from "../../provider/clients/fortinet/fortimanager-members";
import type { FortinetVariants } from "../../simulators";
import { serials, setup, toManager, vendorError } from "./fortinet-support";
import { answer, serve } from "./support";

type Change = Partial<FortinetVariants>;

const collection = "/v2/setting/fortimanagers";
const single = { serialNumbers: ["FMG-VMTM23000001"], addresses: ["fmg2.example.net"] };
const cluster = { serialNumbers: [" FMG1", "FMG2 "], addresses: ["fmg3.example.net"], scriptOid: 102 };
const [gate = ""] = serials.gates;

describe("FortiManager entries", () => {
  const replies = [200, 201].flatMap((createStatus) =>
    ["oid", "full", "message", "empty"].map((createBody) => ({ createStatus, createBody })),
  ) as Change[];
  test.each(replies)("are created whatever the answer: %j", async (variants) => {
    const { client, fortinet, simulators } = await setup({ fortinet: { variants } });
    const one = await client.fortiManagers.create(single);
    const before = await client.fortiManagers.list();
    const two = await client.fortiManagers.create(cluster, { before });
    expect(fortinet.fortiManagers.get(one)).toMatchObject({ sn: single.serialNumbers[0], scriptOid: null });
    expect(fortinet.fortiManagers.get(two)).toMatchObject({ sn: "FMG1,FMG2", ip: "fmg3.example.net", scriptOid: 102 });
    expect(fortinet.fortiManagers.size).toBe(4);
    const bodies = simulators.requests.filter({ method: "POST", path: collection }).map((entry) => entry.body);
    expect(bodies).toEqual([
      { sn: "FMG-VMTM23000001", ip: "fmg2.example.net" },
      { sn: "FMG1,FMG2", ip: "fmg3.example.net", scriptOid: 102 },
    ]);
    await client.devices.put(toManager(gate, { fortiManagerOid: two }));
    expect(fortinet.device(gate).fortiManagerOid).toBe(two);
  });

  test.each([
    { kind: "resetBeforeCommit" },
    { kind: "resetAfterCommit" },
    { kind: "status", status: 504 },
    { kind: "status", status: 504, applied: true },
    { kind: "truncatedJson" },
    { kind: "tooManyRequests" },
  ] as const)("exist exactly once after one %j", async (action) => {
    const { client, simulators, fortinet } = await setup();
    // A namesake by address alone, and one that is the same but older.
    fortinet.account().addFortiManager({ oid: 301, sn: "OTHER", ip: "fmg3.example.net" });
    fortinet.account().addFortiManager({ oid: 302, sn: "FMG1,FMG2", ip: "fmg3.example.net" });
    simulators.faults.add({ method: "POST", path: collection, times: 1, action });
    const oid = await client.fortiManagers.create(cluster);
    expect(oid).toBe(1_001);
    expect(fortinet.fortiManagers.size).toBe(5);
  });

  test("exist exactly once after a lost answer", async () => {
    const { client, simulators, fortinet } = await setup({ client: { requestTimeoutSeconds: 0.1 } });
    simulators.faults.add({ method: "POST", path: collection, times: 1, action: { kind: "lostResponse" } });
    expect(await client.fortiManagers.create(single)).toBe(1_001);
    expect(fortinet.fortiManagers.size).toBe(3);
  });

  test.each([404, 400] as const)("that are not there (%i)", async (unknownOid) => {
    const { client } = await setup({ fortinet: { variants: { unknownOid } } });
    expect(await client.fortiManagers.get(201)).toMatchObject({ oid: 201, scriptOid: 101 });
    expect(await client.fortiManagers.get(999)).toBeUndefined();
    await client.fortiManagers.delete(999);
    expect(await vendorError(client.fortiManagers.update(999, single))).toMatchObject({ status: unknownOid });
  });

  const forms = [200, 201, 204].flatMap((settingPutStatus) =>
    ["empty", "full", "message"].map((settingPutBody) => ({ settingPutStatus, settingPutBody })),
  ) as Change[];
  test.each([...forms, { unsetFields: "absent" } as const])("are updated as a whole: %j", async (variants) => {
    const { client, simulators } = await setup({ fortinet: { variants } });
    expect(await client.fortiManagers.update(202, cluster)).toMatchObject({ sn: "FMG1,FMG2", scriptOid: 102 });
    const cleared = await client.fortiManagers.update(202, { ...cluster, scriptOid: undefined });
    expect(cleared.scriptOid).toBeUndefined();
    expect(simulators.requests.filter({ method: "PUT" }).at(-1)?.body).toEqual({
      oid: 202,
      sn: "FMG1,FMG2",
      ip: "fmg3.example.net",
      scriptOid: null,
    });
  });

  test.each(["zero", "absent"] as const)("a script that cannot be taken off (%s) is an error", async (clearScript) => {
    const { client } = await setup({ fortinet: { variants: { clearScript } } });
    await client.fortiManagers.update(202, single);
    const failure = await vendorError(client.fortiManagers.update(201, single));
    expect(failure.message).toBe(
      "FortiZTP could not update FortiManager 201: it accepted the change, but the entry still has script 101. Take the script off the entry in the FortiZTP portal.",
    );
  });

  test("an update that did not happen, or of what is gone, is an error", async () => {
    const { client, simulators, fortinet } = await setup();
    simulators.faults.add({ method: "PUT", action: { kind: "status", status: 200 } });
    const failure = await vendorError(client.fortiManagers.update(202, cluster));
    expect(failure.message).toContain("the entry has no script. Choose script 102 for the entry");
    fortinet.fortiManagers.delete(202);
    expect(await vendorError(client.fortiManagers.update(202, cluster))).toMatchObject({ kind: "not-found" });
  });

  test("no script may be told as 0", async () => {
    const { clientWith } = await setup();
    const { url } = await serve((_call, response) => answer(response, 200, { oid: 5, sn: "A", ip: "a", scriptOid: 0 }));
    const client = clientWith({ fortiztpUrl: url });
    expect(
      (await client.fortiManagers.update(5, { serialNumbers: ["A"], addresses: ["a"] })).scriptOid,
    ).toBeUndefined();
  });

  test.each(["resetBeforeCommit", "resetAfterCommit", "html"] as const)(
    "update and delete survive %s",
    async (kind) => {
      const { client, simulators, fortinet } = await setup();
      simulators.faults.add({ method: "PUT", times: 1, action: { kind } });
      simulators.faults.add({ method: "DELETE", times: 1, action: { kind } });
      expect(await client.fortiManagers.update(202, cluster)).toMatchObject({ scriptOid: 102 });
      await client.fortiManagers.delete(202);
      expect(fortinet.fortiManagers.has(202)).toBe(false);
    },
  );

  test.each([
    { kind: "resetAfterCommit" },
    { kind: "status", status: 500, applied: true },
    { kind: "html", status: 200, applied: true },
  ] as const)("an update that was carried out is not sent again: %j", async (action) => {
    const { client, simulators, calls } = await setup();
    simulators.faults.add({ method: "PUT", times: 1, action });
    expect(await client.fortiManagers.update(202, cluster)).toMatchObject({ sn: "FMG1,FMG2", scriptOid: 102 });
    expect(calls("PUT")).toHaveLength(1);
  });

  test.each([
    ["refused", 400],
    ["conflict", 409],
    ["allowed", undefined],
  ] as const)("in use (%s)", async (deleteReferenced, status) => {
    const { client, fortinet } = await setup({ fortinet: { variants: { deleteReferenced } } });
    const outcome = await client.fortiManagers.delete(201).catch((error: unknown) => error);
    if (status !== undefined) expect(outcome).toMatchObject({ kind: "rejected", status });
    expect(fortinet.fortiManagers.has(201)).toBe(status !== undefined);
  });

  test("a refusal is in the vendor's words", async () => {
    const { client } = await setup();
    const failure = await vendorError(client.fortiManagers.create({ ...single, scriptOid: 9 }));
    expect(failure.message).toBe(
      'FortiZTP could not create the FortiManager entry for FMG-VMTM23000001 at fmg2.example.net: the request was rejected (HTTP 400): "Script 9 doesn\'t exist in this account".',
    );
  });
});

describe("members of an entry", () => {
  test.each<[string[], string[], string[]]>([
    [["A"], ["a"], []],
    [["A", "B"], ["a", "b"], []],
    [["A", "B"], ["a"], []],
    [["A", "B", "C"], ["a", "b", "c"], []],
    [["A", "B", "C"], ["a"], [expect.stringMatching(/^serialNumbers has 3 items and addresses 1 item: /)]],
    [["A"], ["a", "b"], [expect.stringMatching(/^serialNumbers has 1 item and addresses 2 items: /)]],
    [[], [" "], ["serialNumbers is empty", "addresses[0] is empty"]],
    [["A,B"], [], ['serialNumbers[0] holds a comma: make "A,B" separate items', "addresses is empty"]],
  ])("%j at %j", (serialNumbers, addresses, problems) => {
    expect(fortiManagerProblems(serialNumbers, addresses)).toEqual(problems);
  });

  test("are taken apart again", () => {
    const members = { serialNumbers: ["A", "B"], addresses: ["a"] };
    expect(fortiManagerMembers({ sn: "A, B", ip: "a" })).toEqual(members);
  });
});

describe("firmware profiles", () => {
  test.each(["page", "namePage", "objects", "names", "keyed"] as const)("in the form %s", async (firmwareProfiles) => {
    const { client } = await setup({ fortinet: { variants: { firmwareProfiles } } });
    const plain = firmwareProfiles === "names" || firmwareProfiles === "namePage";
    const profiles = await client.devices.firmwareProfiles(gate.toLowerCase(), "europe");
    expect(profiles).toEqual(["branch", "warehouse"].map((name) => ({ name, raw: plain ? name : { name } })));
    expect(await client.devices.firmwareProfiles(gate, "JP")).toEqual([]);
  });

  test.each([
    [200, { data: null }, []],
    [200, { firmwareProfiles: [{ name: "x", id: 7 }] }, [{ name: "x", raw: { name: "x", id: 7 } }]],
    [204, undefined, []],
  ])("an answer %i %j", async (status, body, expected) => {
    const { clientWith } = await setup();
    const { url, calls } = await serve((_call, response) => answer(response, status, body));
    expect(await clientWith({ fortiztpUrl: url }).devices.firmwareProfiles(gate, "EU/1")).toEqual(expected);
    expect(calls[0]?.url).toBe(`/v2/devices/${gate}/regions/EU%2F1/firmwareprofiles`);
  });

  test.each([[{ data: [{ id: 1 }] }], [{ error: "no" }], ["nonsense"], [[1]]])("%j is no list", async (body) => {
    const { clientWith } = await setup();
    const { url } = await serve((_call, response) => answer(response, 200, body));
    await vendorError(clientWith({ fortiztpUrl: url }).devices.firmwareProfiles(gate, "europe"));
  });

  test.each([404, 400] as const)("an unknown device (%i), another region", async (unknownSerialOnGet) => {
    const { client } = await setup({ fortinet: { variants: { unknownSerialOnGet } } });
    const failure = await vendorError(client.devices.firmwareProfiles(serials.unknown, "europe"));
    expect(failure).toMatchObject({ kind: "not-found", status: unknownSerialOnGet });
    const refused = await vendorError(client.devices.firmwareProfiles(gate, "mars"));
    expect(refused).toMatchObject({ kind: "rejected", status: 400 });
    expect(refused.message).toContain("Region mars isn't available");
  });
});
