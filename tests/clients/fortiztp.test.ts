import { describe, expect, test, vi } from "vitest";
import { type Device, sameTarget } from "../../provider/clients/fortinet/fortiztp";
import { deviceSchema, isoTimestamp } from "../../provider/clients/fortinet/fortiztp-types";
import { readOnlyApiId } from "../../simulators";
import { release, serials, setup, toCloud, toManager, vendorError } from "./fortinet-support";
import { answer, serve } from "./support";

const [gate = "", second = "", third = "", fourth = ""] = serials.gates;

describe("reading", () => {
  test.each([{}, { unsetFields: "absent" }, { listKey: "devices" }, { total: "all" }, { timestampUnit: "s" }] as const)(
    "devices are the same whatever the form of the answer: %j",
    async (variants) => {
      const { client } = await setup({ fortinet: { variants } });
      const { devices, total } = await client.devices.list();
      expect(devices).toHaveLength(31);
      expect(total).toBe(31);
      const provisioned = devices.find((device) => device.deviceSN === serials.provisioned);
      expect(provisioned).toMatchObject({
        provisionStatus: "provisioned",
        provisionTarget: "FortiManager",
        fortiManagerOid: 201,
        useDefaultScript: true,
        provisioningTimestamp: "2025-01-30T12:00:00.000Z",
        provisioningCompleteTimestamp: "2025-01-30T12:04:00.000Z",
      });
      expect(provisioned?.region).toBeUndefined();
      expect(provisioned?.availableRegions).toBeUndefined();
      const fresh = await client.devices.get(` ${gate.toLowerCase()} `);
      expect(fresh).toMatchObject({ deviceSN: gate, availableRegions: ["global", "europe", "JP", "US"] });
    },
  );

  test.each(["array", "null", "absent"] as const)("an empty list is an empty list (%s)", async (emptyList) => {
    const { client } = await setup({
      fortinet: { devices: [], fortiManagers: [], scripts: [], variants: { emptyList } },
    });
    expect((await client.devices.list()).devices).toEqual([]);
    expect(await client.fortiManagers.list()).toEqual([]);
    expect(await client.scripts.list()).toEqual([]);
  });

  test.each(["data", "devices"] as const)("FortiManagers, scripts and the service itself (key %s)", async (listKey) => {
    const { client } = await setup({ fortinet: { variants: { listKey } } });
    expect(await client.fortiManagers.list()).toMatchObject([
      { oid: 201, sn: "FMG-VMTM22000001", scriptOid: 101 },
      { oid: 202, ip: "198.51.100.21,198.51.100.22", scriptOid: undefined },
    ]);
    expect(await client.scripts.list()).toMatchObject([
      { oid: 101, name: "branch-baseline", updateTime: "2025-01-31T12:00:00.000Z" },
      { oid: 102 },
    ]);
    expect(await client.system.get()).toMatchObject({ serviceName: "FortiZTP", serviceStatus: "Operational" });
  });

  test("filters add up, cached data only on request, and many serials in few calls", async () => {
    const { client, simulators } = await setup({ fortinet: { deviceCount: 120 } });
    const { devices } = await client.devices.list();
    simulators.requests.clear();
    const wanted = devices.map((device) => device.deviceSN.toLowerCase());
    expect((await client.devices.list({ serials: [...wanted, ...wanted] })).devices).toHaveLength(120);
    expect(simulators.requests.entries).toHaveLength(3);
    const some = await client.devices.list({ deviceType: "FortiAP", provisionStatus: "unprovisioned", useCache: true });
    expect(some.devices.every((device) => device.deviceType === "FortiAP")).toBe(true);
    await client.devices.get(gate);
    const queries = simulators.requests.entries.slice(-2).map((entry) => entry.query);
    expect(queries).toEqual([
      { deviceType: "FortiAP", provisionStatus: "unprovisioned", useCache: "true" },
      { useCache: "false" },
    ]);
  });

  test("no serials means no devices, not all of them", async () => {
    const { client, calls } = await setup();
    expect((await client.devices.list({ serials: [] })).devices).toEqual([]);
    expect(calls()).toEqual([]);
  });

  test("state never comes from a cache, even if that is the service's default", async () => {
    const { client, fortinet } = await setup({ fortinet: { variants: { cacheDefault: "cached", cache: "frozen" } } });
    await client.devices.list({ useCache: true });
    fortinet.patch(gate, { provisionStatus: "hidden" });
    expect(await client.devices.get(gate)).toMatchObject({ provisionStatus: "hidden" });
    const { devices } = await client.devices.list({ serials: [gate] });
    expect(devices).toMatchObject([{ provisionStatus: "hidden" }]);
  });

  test("warns when the list is shorter than the service counts", async () => {
    const onWarning = vi.fn();
    const { client } = await setup({ fortinet: { variants: { listCap: 10, total: "all" } }, client: { onWarning } });
    expect((await client.devices.list()).devices).toHaveLength(10);
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(
      "FortiZTP counts 31 devices but sent 10: the list may be incomplete.",
    );
    await client.devices.list({ deviceType: "FortiAP" });
    expect(onWarning).toHaveBeenCalledTimes(1);
  });

  test.each([
    { unknownSerialOnGet: 404 },
    { unknownSerialOnGet: 400 },
    { unknownSerialOnGet: 404, errorBody: "empty" },
  ] as const)("an unknown device is undefined: %j", async (variants) => {
    const { client } = await setup({ fortinet: { variants } });
    expect(await client.devices.get(serials.unknown)).toBeUndefined();
  });

  test.each([
    { unknownSerialOnGet: 404, errorBody: "html" },
    { unknownSerialOnGet: 400, errorBody: "html" },
    { unknownSerialOnGet: 400, errorBody: "empty" },
  ] as const)("but not on the word of something else: %j", async (variants) => {
    const { client } = await setup({ fortinet: { variants } });
    await vendorError(client.devices.get(serials.unknown));
  });

  test.each([
    [200, { error: "invalid_request", error_description: "no" }],
    [200, "nonsense"],
    [200, { data: [{ deviceType: "FortiGate" }] }],
    [200, null],
    [403, {}],
    [404, {}],
    [500, {}],
  ])("an answer %i %j is never an empty list", async (status, body) => {
    const { clientWith } = await setup();
    const server = await serve((_call, response) => answer(response, status, body));
    await vendorError(clientWith({ fortiztpUrl: server.url }).devices.list());
  });

  test.each(["provisionSubStatus", "provisionStatus"] as const)("an unfinished device (%s)", async (subStatusField) => {
    const { client } = await setup({ fortinet: { variants: { subStatusField } } });
    await client.devices.put(toCloud(gate));
    const device = await client.devices.get(gate);
    expect(device).toMatchObject({ provisionStatus: "incomplete", provisionSubStatus: "waiting" });
  });

  test.each(["html", "truncatedJson", "resetBeforeCommit", "resetAfterCommit", "tooManyRequests"] as const)(
    "survives one %s",
    async (kind) => {
      const { client, simulators } = await setup();
      simulators.faults.add({ service: "fortiztp", times: 1, action: { kind } });
      expect((await client.devices.list()).devices).toHaveLength(31);
    },
  );

  test("survives a lost answer", async () => {
    const { client, simulators } = await setup({ client: { requestTimeoutSeconds: 0.1 } });
    simulators.faults.add({ service: "fortiztp", times: 1, action: { kind: "lostResponse" } });
    expect(await client.devices.get(gate)).toMatchObject({ deviceSN: gate });
  });
});

describe("writing one device", () => {
  const forms = [200, 201, 204].flatMap((putStatus) =>
    ["empty", "device", "message"].map((putBody) => ({ putStatus, putBody })),
  ) as { putStatus: 200 | 201 | 204; putBody: "empty" | "device" | "message" }[];

  test.each(forms)("succeeds with any 2xx: %j", async (variants) => {
    const { client, fortinet } = await setup({ fortinet: { variants } });
    await client.devices.put(toCloud(gate));
    expect(fortinet.device(gate)).toMatchObject({ provisionTarget: "FortiGateCloud", region: "europe" });
    await client.devices.put(release(gate));
    expect(fortinet.device(gate)).toMatchObject({ provisionStatus: "unprovisioned", provisionTarget: null });
  });

  test("sends the documented fields only", async () => {
    const { client, simulators } = await setup();
    const device = (await client.devices.get(gate)) as Device;
    await client.devices.put({ ...device, ...toCloud(gate.toLowerCase(), { platform: null }) });
    expect(simulators.requests.filter({ method: "PUT" })[0]?.body).toEqual({
      deviceSN: gate,
      deviceType: "FortiGate",
      provisionStatus: "provisioned",
      provisionTarget: "FortiGateCloud",
      region: "europe",
      platform: null,
    });
  });

  test.each([
    { unprovisionBody: "minimal" },
    { unprovisionBody: "echo" },
    { unprovisionBody: "echo", reprovision: "lenient" },
  ] as const)("unprovisions in either form: %j", async (variants) => {
    const { client, fortinet } = await setup({ fortinet: { variants } });
    await client.devices.put(release(serials.provisioned));
    expect(fortinet.device(serials.provisioned).provisionStatus).toBe("unprovisioned");
    await client.devices.put(release(serials.provisioned));
  });

  test.each([400, 404] as const)("an unknown device (%i) is explained", async (unknownSerialOnPut) => {
    const { client } = await setup({ fortinet: { variants: { unknownSerialOnPut } } });
    for (const write of [toCloud(serials.unknown), release(serials.unknown)]) {
      const failure = await vendorError(client.devices.put(write));
      expect(failure).toMatchObject({ kind: "not-found", status: unknownSerialOnPut });
      expect(failure.message).toContain("Asset Management");
    }
  });

  test("a missing FortiManager is not a missing device", async () => {
    const { client } = await setup();
    const failure = await vendorError(client.devices.put(toManager(gate, { fortiManagerOid: 999 })));
    expect(failure).toMatchObject({ kind: "rejected" });
    expect(failure.message).toBe(
      `FortiZTP could not provision device ${gate} to FortiManager: the request was rejected (HTTP 400): "FortiManager 999 doesn't exist in this account".`,
    );
  });

  test("a user without the right to write is told which right", async () => {
    const { clientWith, calls } = await setup();
    const failure = await vendorError(clientWith({ apiId: readOnlyApiId }).devices.put(toCloud(gate)));
    expect(failure).toMatchObject({ kind: "forbidden", status: 403 });
    expect(failure.message).toContain("lacks read and write access to FortiZTP");
    expect(calls("PUT")).toHaveLength(1);
  });

  test.each(["resetBeforeCommit", "resetAfterCommit"] as const)(
    "%s: looks, then repeats only what is missing",
    async (kind) => {
      const { client, simulators, calls, fortinet } = await setup();
      simulators.faults.add({ method: "PUT", times: 1, action: { kind } });
      await client.devices.put(toCloud(gate));
      expect(calls("PUT")).toHaveLength(kind === "resetAfterCommit" ? 1 : 2);
      expect(calls("GET")).toHaveLength(1);
      expect(fortinet.device(gate).provisionTarget).toBe("FortiGateCloud");
    },
  );

  test.each([true, false])("a 5xx (applied: %s)", async (applied) => {
    const { client, simulators, calls } = await setup();
    simulators.faults.add({ method: "PUT", times: 1, action: { kind: "status", status: 504, applied } });
    await client.devices.put(toCloud(gate));
    expect(calls("PUT")).toHaveLength(applied ? 1 : 2);
  });

  test("a lost answer is settled by a look", async () => {
    const { client, simulators, calls } = await setup({ client: { requestTimeoutSeconds: 0.1 } });
    simulators.faults.add({ method: "PUT", times: 1, action: { kind: "lostResponse" } });
    await client.devices.put(toCloud(gate));
    expect(calls()).toEqual([`PUT /v2/devices/${gate}`, `GET /v2/devices/${gate}`]);
  });

  test("a web page in place of the answer is settled by a look", async () => {
    const { client, simulators } = await setup();
    simulators.faults.add({ method: "PUT", action: { kind: "html", status: 200, applied: true } });
    await client.devices.put(toCloud(gate));
    simulators.faults.clear();
    simulators.faults.add({ method: "PUT", action: { kind: "html", status: 200 } });
    expect(await vendorError(client.devices.put(toCloud(second)))).toMatchObject({ kind: "not-json", ambiguous: true });
  });

  test("a failure that lasts is reported as doubtful", async () => {
    const { client, simulators } = await setup();
    simulators.faults.add({ method: "PUT", action: { kind: "status", status: 503 } });
    const failure = await vendorError(client.devices.put(toCloud(gate)));
    expect(failure).toMatchObject({ kind: "server", ambiguous: true });
    expect(failure.message).toContain("may have been applied");
  });

  test.each(["asWritten", "oid", "address", "both"] as const)(
    "recognises the FortiManager however the service names it (%s)",
    async (controllerReport) => {
      const { client, simulators, calls } = await setup({ fortinet: { variants: { controllerReport } } });
      simulators.faults.add({ method: "PUT", times: 2, action: { kind: "resetAfterCommit" } });
      await client.devices.put(toManager(gate));
      const address = { externalControllerSn: "FMG-VMTM22000001", externalControllerIp: "fmg.example.net" };
      await client.devices.put(toManager(second, { fortiManagerOid: undefined, ...address }));
      expect(calls("PUT")).toHaveLength(2);
    },
  );
});

describe("writing many devices", () => {
  const four = [gate, second, third, fourth];

  test.each([200, 201, 204] as const)("travel in chunks (%i)", async (putStatus) => {
    const { client, calls, fortinet } = await setup({ fortinet: { deviceCount: 150, variants: { putStatus } } });
    const gates = [...fortinet.devices.values()].filter(
      (device) => device.deviceType === "FortiGate" && !device.virtual,
    );
    const writes = gates.slice(0, 25).map((device) => toCloud(device.deviceSN));
    expect(await client.devices.putMany(writes)).toEqual(Array.from({ length: 25 }));
    expect(calls("PUT")).toEqual(["PUT /v2/devices", "PUT /v2/devices", "PUT /v2/devices"]);
    expect(writes.every((write) => fortinet.device(write.deviceSN).provisionStatus === "incomplete")).toBe(true);
  });

  test.each([
    { bulkOnError: "atomic" },
    { bulkOnError: "prefix" },
    { bulkOnError: "partial" },
    { bulkOnError: "atomic", errorBody: "empty" },
    { bulkOnError: "prefix", errorBody: "html" },
    { bulkOnError: "atomic", unknownSerialOnPut: 404 },
    { bulkMaximum: 2 },
  ] as const)("one bad device never fails its neighbours: %j", async (variants) => {
    const { client, fortinet, calls } = await setup({ fortinet: { variants } });
    const writes = [
      toCloud(gate),
      toCloud(serials.unknown),
      toCloud(second),
      toCloud(third, { region: "Mars" }),
      toCloud(fourth),
    ];
    const outcomes = await client.devices.putMany(writes);
    expect(outcomes.map((outcome) => outcome?.status)).toEqual([
      undefined,
      outcomes[1]?.status,
      undefined,
      400,
      undefined,
    ]);
    expect(outcomes[1]).toBeDefined();
    for (const serial of [gate, second, fourth]) expect(fortinet.device(serial).provisionStatus).toBe("incomplete");
    if (!("errorBody" in variants)) {
      expect(outcomes[1]?.message).toContain("doesn't exist in this account");
      expect(outcomes[3]?.message).toContain("Region Mars isn't available");
    }
    expect(calls("PUT").length).toBeLessThanOrEqual(1 + writes.length);
  });

  test("a device that is already as desired is no failure", async () => {
    const { client } = await setup();
    await client.devices.put(toCloud(second));
    expect(await client.devices.putMany(four.map((serial) => toCloud(serial)))).toEqual(Array.from({ length: 4 }));
  });

  test("writes and releases mix, in either form of a release", async () => {
    const { client, fortinet } = await setup({ fortinet: { variants: { unprovisionBody: "echo" } } });
    await client.devices.put(toCloud(second));
    const outcomes = await client.devices.putMany([toCloud(gate), release(second), release(serials.provisioned)]);
    expect(outcomes).toEqual(Array.from({ length: 3 }));
    expect(fortinet.device(gate).provisionStatus).toBe("incomplete");
    expect(fortinet.device(second).provisionStatus).toBe("unprovisioned");
  });

  test.each(["resetBeforeCommit", "resetAfterCommit"] as const)("%s is settled by one list", async (kind) => {
    const { client, simulators, calls } = await setup();
    simulators.faults.add({ method: "PUT", times: 1, action: { kind } });
    expect(await client.devices.putMany(four.map((serial) => toCloud(serial)))).toEqual(Array.from({ length: 4 }));
    expect(calls("GET")).toEqual(["GET /v2/devices"]);
    expect(calls("PUT")).toHaveLength(kind === "resetAfterCommit" ? 1 : 2);
  });

  test("what was applied before a failure is not sent again", async () => {
    const { clientWith, simulators, fortinet } = await setup();
    simulators.faults.add({ method: "PUT", times: 1, action: { kind: "status", status: 500 } });
    const applied = { provisionStatus: "incomplete", provisionTarget: "FortiGateCloud", region: "europe" };
    // Stands in for a service that applied part of the chunk before it failed.
    const client = clientWith({ onWait: () => fortinet.patch(gate, applied) });
    expect(await client.devices.putMany(four.map((serial) => toCloud(serial)))).toEqual(Array.from({ length: 4 }));
    const bodies = simulators.requests.filter({ method: "PUT" }).map((entry) => (entry.body as unknown[]).length);
    expect(bodies).toEqual([4, 3]);
  });

  test("a lost answer, and a failure that lasts", async () => {
    const { client, simulators } = await setup({ client: { requestTimeoutSeconds: 0.1 } });
    simulators.faults.add({ method: "PUT", times: 1, action: { kind: "lostResponse" } });
    expect(await client.devices.putMany([toCloud(gate), toCloud(second)])).toEqual([undefined, undefined]);
    simulators.faults.add({ method: "PUT", action: { kind: "html", status: 502 } });
    const failures = await client.devices.putMany([toCloud(third), toCloud(fourth)]);
    expect(failures).toMatchObject([
      { kind: "server", ambiguous: true },
      { kind: "server", ambiguous: true },
    ]);
  });

  test("nothing is claimed when the outcome cannot be looked at", async () => {
    const { client, simulators } = await setup();
    simulators.faults.add({ method: "GET", path: "/v2/devices", action: { kind: "status", status: 500 } });
    const outcomes = await client.devices.putMany([toCloud(gate), toCloud(serials.unknown)]);
    expect(outcomes).toMatchObject([{ ambiguous: true }, { ambiguous: true }]);
    expect(outcomes[0]?.message).toContain("could not be checked");
  });

  test("a user without the right to write fails each device, with one call", async () => {
    const { clientWith, calls } = await setup();
    const outcomes = await clientWith({ apiId: readOnlyApiId }).devices.putMany(four.map((serial) => toCloud(serial)));
    expect(outcomes.map((outcome) => outcome?.kind)).toEqual(Array.from({ length: 4 }, () => "forbidden"));
    expect(calls()).toHaveLength(1);
  });

  test("a serial given twice is written once, and cancellation ends all", async () => {
    const { client, simulators } = await setup();
    const outcomes = await client.devices.putMany([toCloud(gate), toCloud(gate, { region: "US" }), toCloud(second)]);
    expect(outcomes.map((outcome) => outcome?.kind)).toEqual([undefined, "rejected", undefined]);
    const stop = new AbortController();
    simulators.faults.add({ method: "PUT", action: { kind: "lostResponse" } });
    const canceled = vendorError(client.devices.putMany([toCloud(third), toCloud(fourth)], { signal: stop.signal }));
    await vi.waitUntil(() => simulators.requests.count({ method: "PUT" }) === 2, { interval: 1 });
    stop.abort();
    expect(await canceled).toMatchObject({ kind: "canceled", ambiguous: true });
  });
});

describe("limits", () => {
  test("the vendor never has to say no", async () => {
    const { client, simulators } = await setup({
      fortinet: { variants: { rateLimitCalls: 20 } },
      client: { rateLimitPerHour: 20 },
    });
    const started = simulators.clock.now();
    for (let call = 0; call < 50; call++) await client.system.get();
    expect(simulators.requests.count({ status: 429 })).toBe(0);
    expect(simulators.clock.now() - started).toBeGreaterThan(2 * 3_600_000);
  });

  test.each(["seconds", "date", "absent"] as const)(
    "if it does, the wait is as asked (%s)",
    async (rateLimitHeader) => {
      const variants = { rateLimitCalls: 2, rateLimitWindowSeconds: 60, rateLimitHeader };
      const { client, simulators, slept } = await setup({ fortinet: { variants }, client: { maxRetries: 10 } });
      for (let call = 0; call < 3; call++) await client.system.get();
      expect(simulators.requests.count({ status: 200, service: "fortiztp" })).toBe(3);
      if (rateLimitHeader !== "absent") expect(slept).toEqual([60_500]);
    },
  );

  test("at most so many calls at once", async () => {
    const { client, simulators } = await setup({ client: { maxConcurrency: 3 } });
    simulators.faults.add({ service: "fortiztp", action: { kind: "lostResponse" } });
    const stop = new AbortController();
    const calls = Array.from({ length: 9 }, () => vendorError(client.system.get({ signal: stop.signal })));
    await vi.waitUntil(() => simulators.requests.count({ service: "fortiztp" }) === 3, { interval: 1 });
    stop.abort();
    for (const failure of await Promise.all(calls)) expect(failure.kind).toBe("canceled");
    expect(simulators.requests.count({ service: "fortiztp" })).toBe(3);
  });
});

describe("TLS", () => {
  test("a private certificate must be trusted or ignored", async () => {
    const { clientWith, fortinet } = await setup({ tls: true });
    const { authUrl, fortiztpUrl } = fortinet.tls ?? { authUrl: "", fortiztpUrl: "" };
    expect(await vendorError(clientWith({ authUrl, fortiztpUrl }).system.get())).toMatchObject({ kind: "tls" });
    const trusting = clientWith({ authUrl, fortiztpUrl, insecureSkipVerify: true });
    expect(await trusting.system.get()).toMatchObject({ serviceName: "FortiZTP" });
  });
});

describe("comparing targets", () => {
  const device = (fields: object) =>
    deviceSchema.parse({ deviceSN: gate, deviceType: "FortiGate", provisionStatus: "provisioned", ...fields });
  const cloud = { provisionTarget: "FortiGateCloud", region: "europe" };
  const managers = [{ oid: 7, sn: "FMG1,FMG2", ip: "fmg.example.net", scriptOid: undefined, updateTime: undefined }];
  const bySerial = {
    fortiManagerOid: undefined,
    externalControllerSn: "fmg1, fmg2",
    externalControllerIp: "FMG.example.net",
  };

  test.each([
    ["the same", device(cloud), toCloud(gate), true],
    ["another region", device({ ...cloud, region: "US" }), toCloud(gate), false],
    [
      "a region that may be a list",
      device({ ...cloud, region: "US,europe", provisionStatus: "incomplete" }),
      toCloud(gate),
      true,
    ],
    ["a stage in place of the status", device({ ...cloud, provisionStatus: "waiting" }), toCloud(gate), true],
    ["not provisioned", device({ ...cloud, provisionStatus: "unprovisioned" }), toCloud(gate), false],
    ["hidden", device({ ...cloud, provisionStatus: "hidden" }), release(gate), false],
    ["released", device({ provisionStatus: "unprovisioned" }), release(gate), true],
    ["another device", device(cloud), toCloud(second), false],
    ["what the write does not state", device({ ...cloud, firmwareProfile: "x" }), toCloud(gate), true],
    ["a field that the write clears", device({ ...cloud, scriptOid: 3 }), toCloud(gate, { scriptOid: null }), false],
    ["false and unset", device(cloud), toCloud(gate, { useDefaultScript: false }), true],
    ["another FortiManager", device({ provisionTarget: "FortiManager", fortiManagerOid: 9 }), toManager(gate), false],
    [
      "serials and addresses",
      device({
        provisionTarget: "FortiManager",
        externalControllerSn: "FMG1,FMG2",
        externalControllerIp: "fmg.example.net",
      }),
      toManager(gate, bySerial),
      true,
    ],
    [
      "serials in another order",
      device({ provisionTarget: "FortiManager", externalControllerSn: "FMG2,FMG1" }),
      toManager(gate, bySerial),
      false,
    ],
    [
      "oid against serials, listed",
      device({ provisionTarget: "FortiManager", fortiManagerOid: 7 }),
      toManager(gate, bySerial),
      true,
    ],
    [
      "oid against serials, unlisted",
      device({ provisionTarget: "FortiManager", fortiManagerOid: 8 }),
      toManager(gate, bySerial),
      false,
    ],
    [
      "serials against oid, listed",
      device({ provisionTarget: "FortiManager", externalControllerSn: "FMG1,FMG2" }),
      toManager(gate, { fortiManagerOid: 7 }),
      true,
    ],
  ])("%s", (_name, actual, write, expected) => {
    expect(sameTarget(actual, write, managers)).toBe(expected);
  });

  test("unknown keys and values survive; numbers may come as text", () => {
    expect(
      device({ provisionTarget: "FortiMoon", newKey: [1], scriptOid: "12", useDefaultScript: "true" }),
    ).toMatchObject({ provisionTarget: "FortiMoon", newKey: [1], scriptOid: 12, useDefaultScript: true });
  });

  test("timestamps are seconds or milliseconds by their size", () => {
    expect(isoTimestamp(1_738_324_800)).toBe("2025-01-31T12:00:00.000Z");
    expect(isoTimestamp(1_738_324_800_000)).toBe("2025-01-31T12:00:00.000Z");
    expect(isoTimestamp(0)).toBeUndefined();
  });
});
