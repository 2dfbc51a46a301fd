import { expect, test } from "vitest";
import { accessPoint, Bench, call, gate, machine, startAt, toCloud, toManager, toNowhere } from "./helper";

const unset = {
  provisionTarget: null,
  externalControllerSn: null,
  externalControllerIp: null,
  platform: null,
  firmwareProfile: null,
  fortiManagerOid: null,
  scriptOid: null,
  useDefaultScript: null,
  provisioningTimestamp: null,
  provisioningCompleteTimestamp: null,
  provisionSubStatus: null,
  message: null,
};

test("a device goes from unprovisioned to provisioned and back", async () => {
  await using bench = await Bench.start();
  const fresh = { deviceSN: gate, deviceType: "FortiGate", ...unset };
  const unprovisioned = { ...fresh, provisionStatus: "unprovisioned", region: "global,europe,JP,US" };
  expect(await bench.device(gate)).toEqual(unprovisioned);

  const reply = await bench.put(gate, { deviceSN: gate, ...toCloud, firmwareProfile: "branch" });
  expect([reply.status, reply.text]).toEqual([200, ""]);
  const assigned = {
    ...fresh,
    provisionTarget: "FortiGateCloud",
    region: "europe",
    firmwareProfile: "branch",
    provisioningTimestamp: startAt,
  };
  const waiting = { ...assigned, provisionStatus: "incomplete", provisionSubStatus: "waiting" };
  expect(await bench.device(gate)).toEqual({ ...waiting, message: expect.any(String) });

  bench.seconds(60);
  bench.simulators.fortinet.setOnline(gate);
  expect(await bench.device(gate)).toMatchObject({ provisionStatus: "incomplete", provisionSubStatus: "provisioning" });
  bench.seconds(29);
  expect(await bench.device(gate)).toMatchObject({ provisionSubStatus: "provisioning" });
  bench.seconds(1);
  const done = { ...assigned, provisionStatus: "provisioned", provisioningCompleteTimestamp: startAt + 90_000 };
  expect(await bench.device(gate)).toEqual(done);
  bench.seconds(7_200);
  expect(await bench.device(gate)).toEqual(done);

  await bench.write(gate, toNowhere);
  expect(await bench.device(gate)).toEqual(unprovisioned);
  await bench.write(gate, toNowhere);
});

test("a device that never comes online takes too long after 30 minutes, and recovers", async () => {
  await using bench = await Bench.start();
  await bench.write(gate, toCloud);
  bench.seconds(1_799);
  expect(await bench.device(gate)).toMatchObject({ provisionSubStatus: "waiting" });
  bench.seconds(1);
  expect(await bench.device(gate)).toMatchObject({
    provisionStatus: "incomplete",
    provisionSubStatus: "provisioningtoolong",
    message: expect.stringContaining("30 minutes"),
  });
  bench.simulators.fortinet.setOnline(gate);
  expect(await bench.device(gate)).toMatchObject({ provisionSubStatus: "provisioning" });
  bench.seconds(30);
  expect(await bench.device(gate)).toMatchObject({ provisionStatus: "provisioned", message: null });
});

test("online does nothing for a device that has no assignment", async () => {
  await using bench = await Bench.start();
  bench.simulators.fortinet.setOnline(gate);
  expect(await bench.device(gate)).toMatchObject({ provisionStatus: "unprovisioned" });
});

test("provisioning twice is refused, even to the same target; a hidden device too", async () => {
  await using bench = await Bench.start();
  await bench.write(gate, toCloud);
  for (const body of [toCloud, toManager]) {
    const reply = await bench.put(gate, body);
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({ error: "invalid_request", error_description: expect.stringContaining(gate) });
  }
  await bench.write(gate, toNowhere);
  await bench.write(gate, toManager);
  expect((await bench.put("FGT60FTK21090001", toCloud)).status).toBe(400);
});

test.each([
  ["no deviceType", gate, { ...toCloud, deviceType: undefined }, /deviceType/],
  ["no provisionStatus", gate, { ...toCloud, provisionStatus: undefined }, /provisionStatus/],
  ["hidden isn't writable", gate, { ...toCloud, provisionStatus: "hidden" }, /provisionStatus/],
  ["incomplete isn't writable", gate, { ...toCloud, provisionStatus: "incomplete" }, /provisionStatus/],
  ["no target", gate, { ...toCloud, provisionTarget: null }, /provisionTarget/],
  ["unknown target", gate, { ...toCloud, provisionTarget: "FortiLANCloud" }, /FortiLANCloud/],
  ["FortiGateCloud without region", gate, { ...toCloud, region: undefined }, /region/],
  ["a region that the device hasn't", gate, { ...toCloud, region: "mars" }, /mars/],
  ["another serial in the body", gate, { ...toCloud, deviceSN: accessPoint }, /deviceSN/],
  ["another type", gate, { ...toCloud, deviceType: "FortiAP" }, /FortiAP/],
  ["FortiManager without entry", gate, { ...toManager, fortiManagerOid: null }, /fortiManagerOid/],
  [
    "FortiManager with half an address",
    gate,
    { ...toManager, fortiManagerOid: null, externalControllerIp: "198.51.100.1" },
    /externalControllerSn/,
  ],
  ["unknown entry", gate, { ...toManager, fortiManagerOid: 9 }, /9/],
  ["unknown script", gate, { ...toManager, scriptOid: 9 }, /9/],
  ["an oid that isn't a number", gate, { ...toManager, fortiManagerOid: "201" }, /integer/],
  ["two scripts", gate, { ...toManager, scriptOid: 101, useDefaultScript: true }, /useDefaultScript/],
  ["a machine without platform", machine, { ...toCloud, provisionTarget: "FortiManagerCloud" }, /platform/],
  [
    "FortiEdgeCloud without region",
    accessPoint,
    { deviceType: "FortiAP", provisionStatus: "provisioned", provisionTarget: "FortiEdgeCloud" },
    /region/,
  ],
  [
    "ExternalController without address",
    accessPoint,
    { deviceType: "FortiAP", provisionStatus: "provisioned", provisionTarget: "ExternalController" },
    /externalControllerIp/,
  ],
  ["no object", gate, [toCloud], /object/],
])("a write is refused: %s", async (_name, serial, body, reason) => {
  await using bench = await Bench.start();
  const reply = await bench.put(serial, body);
  expect(reply.status).toBe(400);
  expect(reply.json()).toEqual({ error: "invalid_request", error_description: expect.stringMatching(reason) });
  expect(await bench.device(serial)).toMatchObject({ provisionStatus: "unprovisioned" });
});

test.each([
  ["FortiManager by entry", gate, { ...toManager, scriptOid: 102 }, { fortiManagerOid: 201, scriptOid: 102 }],
  ["FortiManager with its script", gate, { ...toManager, useDefaultScript: true }, { useDefaultScript: true }],
  [
    "FortiManager by address",
    gate,
    { ...toManager, fortiManagerOid: undefined, externalControllerSn: "FMG1", externalControllerIp: "198.51.100.1" },
    { externalControllerSn: "FMG1", externalControllerIp: "198.51.100.1", region: null },
  ],
  [
    "FortiManager by both: the entry wins",
    gate,
    { ...toManager, externalControllerIp: "198.51.100.1" },
    { fortiManagerOid: 201, externalControllerIp: null },
  ],
  [
    "FortiManagerCloud, machine",
    machine,
    { ...toCloud, provisionTarget: "FortiManagerCloud", region: undefined, platform: "FortiGate-VM64-KVM" },
    { platform: "FortiGate-VM64-KVM", region: null },
  ],
  [
    "FortiManagerCloud, hardware with region",
    gate,
    { ...toCloud, provisionTarget: "FortiManagerCloud", region: "US-WEST-1" },
    { region: "US-WEST-1" },
  ],
  [
    "ExternalController",
    accessPoint,
    {
      deviceType: "FortiAP",
      provisionStatus: "provisioned",
      provisionTarget: "ExternalController",
      externalControllerIp: "wlc.example.net",
    },
    { externalControllerIp: "wlc.example.net", region: null },
  ],
  ["FortiSASE", accessPoint, { ...toCloud, deviceType: "FortiAP", provisionTarget: "FortiSASE" }, { region: "europe" }],
])("a write is accepted: %s", async (_name, serial, body, expected) => {
  await using bench = await Bench.start();
  await bench.write(serial, body);
  expect(await bench.device(serial)).toMatchObject({ provisionStatus: "incomplete", ...expected });
});

test("the list's filters add up", async () => {
  await using bench = await Bench.start();
  const list = async (query: string): Promise<{ total: number; serials: string[] }> => {
    const page = (await bench.ztp("GET", `/v2/devices${query}`)).json<{
      total: number;
      data: { deviceSN: string }[];
    }>();
    return { total: page.total, serials: page.data.map((device) => device.deviceSN) };
  };
  expect((await list("")).total).toBe(31);
  expect((await list("?deviceType=FortiSwitch")).serials[0]).toMatch(/^S124FPTF/);
  expect((await list("?provisionStatus=hidden")).serials).toEqual(["FGT60FTK21090001"]);
  expect((await list(`?deviceSN=${gate},${accessPoint},UNKNOWN`)).serials.sort()).toEqual([gate, accessPoint].sort());
  expect(await list(`?deviceSN=${gate},${accessPoint}&deviceType=FortiAP`)).toEqual({
    total: 1,
    serials: [accessPoint],
  });
  expect(await list("?provisionStatus=nonsense")).toEqual({ total: 0, serials: [] });
});

test("a cached read answers from the snapshot of the last live list", async () => {
  await using bench = await Bench.start();
  const list = async (query: string) => (await bench.ztp("GET", `/v2/devices${query}`)).json();
  expect(await list("?useCache=true")).toMatchObject({ hasCache: false, total: 31 });
  expect(await list("?useCache=false")).toMatchObject({ hasCache: true });
  await bench.write(gate, toCloud);
  const one = `?deviceSN=${gate}&useCache=`;
  expect(await list(`${one}True`)).toMatchObject({ hasCache: true, data: [{ provisionStatus: "unprovisioned" }] });
  expect(await bench.device(gate, "?useCache=true")).toMatchObject({ provisionStatus: "unprovisioned" });
  expect(await bench.device(gate)).toMatchObject({ provisionStatus: "incomplete" });
  expect(await list(`${one}false`)).toMatchObject({ data: [{ provisionStatus: "incomplete" }] });
  expect(await list(`${one}true`)).toMatchObject({ data: [{ provisionStatus: "incomplete" }] });
});

test("a bulk write takes an array of any mixture", async () => {
  await using bench = await Bench.start();
  const reply = await bench.ztp("PUT", "/v2/devices", [
    { deviceSN: gate, ...toCloud },
    { deviceSN: accessPoint, ...toCloud, deviceType: "FortiAP", provisionTarget: "FortiEdgeCloud" },
    { deviceSN: "FGT60FTK21090002", ...toNowhere },
  ]);
  expect([reply.status, reply.text]).toEqual([200, ""]);
  expect(await bench.device(gate)).toMatchObject({ provisionStatus: "incomplete" });
  expect(await bench.device(accessPoint)).toMatchObject({ provisionTarget: "FortiEdgeCloud" });
  expect(await bench.device("FGT60FTK21090002")).toMatchObject({ provisionStatus: "unprovisioned" });
  for (const body of [[], { deviceSN: gate, ...toCloud }, [toCloud], [1]]) {
    expect((await bench.ztp("PUT", "/v2/devices", body)).status).toBe(400);
  }
});

test("serials in the path are percent-decoded", async () => {
  await using bench = await Bench.start();
  bench.simulators.fortinet.seed([{ deviceSN: "ODD/1 2", deviceType: "FortiGate" }]);
  expect(await bench.device("ODD%2F1%202")).toMatchObject({ deviceSN: "ODD/1 2" });
  expect((await bench.ztp("GET", "/v2/devices/%E0%A4%A")).status).toBe(400);
});

test("settings and system can be read", async () => {
  await using bench = await Bench.start();
  const entry = { oid: 202, sn: "FMG3KFT922000011,FMG3KFT922000012", ip: "198.51.100.21,198.51.100.22" };
  const full = { ...entry, scriptOid: null, updateTime: startAt };
  const page = (await bench.ztp("GET", "/v2/setting/fortimanagers")).json<{ data: unknown[] }>();
  expect(page).toMatchObject({ total: 2, data: [{ oid: 201, scriptOid: 101 }, full] });
  expect((await bench.ztp("GET", "/v2/setting/fortimanagers/202")).json()).toEqual(full);
  const script = { oid: 101, name: "branch-baseline", updateTime: startAt };
  expect((await bench.ztp("GET", "/v2/setting/scripts")).json()).toMatchObject({ total: 2, data: [script, {}] });
  expect((await bench.ztp("GET", "/v2/setting/scripts/101")).json()).toEqual(script);
  for (const path of ["fortimanagers/9", "scripts/9", "scripts/x"]) {
    const reply = await bench.ztp("GET", `/v2/setting/${path}`);
    expect([reply.status, reply.json().error]).toEqual([404, "not_found"]);
  }
  expect((await bench.ztp("GET", "/v2/system")).json()).toEqual({
    serviceName: "FortiZTP",
    serviceRegion: "global",
    serviceStatus: "Operational",
    serverTime: "2025-01-31T12:00:00.000Z",
  });
});

test("unknown routes, missing tokens and wrong content types are refused", async () => {
  await using bench = await Bench.start();
  const base = bench.simulators.fortinet.fortiztpUrl;
  for (const path of ["/v1/devices", "/v2/settings/scripts", "/v2/devices/", ""]) {
    const reply = await bench.ztp("GET", path);
    expect([reply.status, reply.json().error]).toEqual([404, "not_found"]);
  }
  expect((await bench.ztp("PATCH", `/v2/devices/${gate}`, {})).status).toBe(404);
  expect((await call(base.replace("/public/api", "/v2/devices"), { token: bench.token })).status).toBe(404);
  const reply = await call(`${base}/v2/devices`);
  expect([reply.status, reply.json()]).toEqual([
    401,
    { error: "invalid_token", error_description: expect.any(String) },
  ]);
  const text = { method: "PUT", token: bench.token, body: JSON.stringify(toCloud), contentType: "text/plain" };
  expect((await call(`${base}/v2/devices/${gate}`, text)).status).toBe(415);
  expect((await call(`${base}/v2/devices/${gate}`, { ...text, body: "{", contentType: undefined })).status).toBe(400);
});
