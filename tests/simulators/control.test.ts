import { expect, test } from "vitest";
import { Clock } from "../../simulators";
import { Bench, call, gate, startAt, toCloud } from "./helper";

test("the index lists every route with a sentence", async () => {
  await using bench = await Bench.start();
  const { routes } = (await bench.control("GET", "/")).json<{ routes: { path: string; doc: string }[] }>();
  expect(routes.length).toBeGreaterThan(20);
  for (const { path, doc } of routes) expect([path, doc]).toEqual([path, expect.stringMatching(/\w+/)]);
});

test("requests are logged with secrets redacted", async () => {
  await using bench = await Bench.start();
  const { refresh_token } = (await bench.grant()).json<{ refresh_token: string }>();
  await bench.refresh(refresh_token);
  await call(`${bench.simulators.fortinet.authUrl}?token=${bench.token}`, { method: "POST", body: "password=hunter2" });
  await bench.put(gate, toCloud);
  const reply = await bench.control("GET", "/requests");
  for (const secret of [bench.simulators.fortinet.password, refresh_token, bench.token, "hunter2"])
    expect(reply.text).not.toContain(secret);
  const [entry] = (await bench.control("GET", "/requests?service=fortiztp")).json<object[]>();
  expect(entry).toMatchObject({
    service: "fortiztp",
    account: "main",
    method: "PUT",
    path: `/public/api/v2/devices/${gate}`,
    route: "/v2/devices/{deviceSN}",
    query: {},
    body: toCloud,
    status: 200,
    applied: true,
    at: startAt,
    durationMs: expect.any(Number),
  });
  const { requests } = bench.simulators;
  expect(requests.count({ service: "oauth" })).toBe(4);
  expect(requests.count({ service: "fortiztp", method: "PUT", path: `/v2/devices/${gate}` })).toBe(1);
  expect(requests.count({ path: "/v2/devices/{deviceSN}" })).toBe(1);
  expect(requests.count({ path: "/v2/devices" })).toBe(0);
  expect((await bench.control("DELETE", "/requests")).status).toBe(204);
  expect(requests.entries).toEqual([]);
});

test("the clock can be read, advanced, frozen and let go", async () => {
  await using bench = await Bench.start();
  expect((await bench.control("GET", "/clock")).json()).toMatchObject({ now: startAt, frozen: true });
  const advanced = await bench.control("POST", "/clock", { advanceSeconds: 1.5 });
  expect(advanced.json()).toMatchObject({ now: startAt + 1_500, iso: "2025-01-31T12:00:01.500Z" });
  expect((await bench.control("POST", "/clock", { freeze: false })).json()).toMatchObject({ frozen: false });
  expect((await bench.control("POST", "/clock", { freeze: true })).json()).toMatchObject({ frozen: true });
  for (const body of [{}, { advanceSeconds: -1 }, { advanceSeconds: "1" }, undefined]) {
    const reply = await bench.control("POST", "/clock", body);
    expect([reply.status, reply.json()]).toEqual([400, { error: expect.any(String) }]);
  }
});

test("devices can be seeded, changed and moved behind the back of the API", async () => {
  await using bench = await Bench.start();
  const seed = [
    { deviceSN: "A", deviceType: "FortiGate", availableRegions: ["x", "y"] },
    { deviceSN: "B", deviceType: "FortiAP", region: "z" },
    {
      deviceSN: "C",
      deviceType: "FortiGate",
      provisionStatus: "provisioned",
      provisionTarget: "FortiSASE",
      region: "x",
    },
  ];
  expect((await bench.control("PUT", "/fortinet/devices", seed)).json()).toHaveLength(3);
  expect(await bench.device("A")).toMatchObject({ provisionStatus: "unprovisioned", region: "x,y" });
  expect(await bench.device("B")).toMatchObject({ region: "z" });
  expect(await bench.device("C")).toMatchObject({ region: "x", provisioningCompleteTimestamp: startAt });

  await bench.write("A", { ...toCloud, region: "x" });
  expect((await bench.control("PATCH", "/fortinet/devices/A", { region: "y" })).json()).toMatchObject({ region: "y" });
  expect(await bench.device("A")).toMatchObject({ provisionStatus: "incomplete", region: "y" });
  await bench.control("POST", "/fortinet/devices/A/online", { provisioningSeconds: 0 });
  expect(await bench.device("A")).toMatchObject({ provisionStatus: "provisioned" });
  await bench.control("POST", "/fortinet/devices/A/unprovision");
  expect(await bench.device("A")).toMatchObject({
    provisionStatus: "unprovisioned",
    region: "x,y",
    provisionTarget: null,
  });
  await bench.control("PATCH", "/fortinet/devices/C", { provisionStatus: "hidden" });
  expect(await bench.device("C")).toMatchObject({ provisionStatus: "hidden", provisionTarget: null });
  await bench.control("PATCH", "/fortinet/devices/C", { provisionStatus: "incomplete", provisionTarget: "FortiSASE" });
  expect(await bench.device("C")).toMatchObject({ provisionSubStatus: "waiting", provisioningTimestamp: startAt });
  bench.seconds(1_800);
  expect(await bench.device("C")).toMatchObject({ provisionSubStatus: "provisioningtoolong" });

  expect((await bench.control("POST", "/fortinet/devices", [{ deviceSN: "D", deviceType: "X" }])).json()).toHaveLength(
    4,
  );
  expect((await bench.control("DELETE", "/fortinet/devices/D")).status).toBe(204);
  expect((await bench.ztp("GET", "/v2/devices/D")).status).toBe(404);
});

test("faults, latency, variants and users can be steered, and reset undoes it all", async () => {
  await using bench = await Bench.start();
  const action = { kind: "status", status: 500 };
  const added = await bench.control("POST", "/faults", { path: "/v2/system", action });
  expect([added.status, added.json()]).toEqual([201, expect.objectContaining({ id: 1, action })]);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(500);
  expect((await bench.control("GET", "/faults")).json()).toMatchObject([{ struck: 1 }]);
  expect((await bench.control("DELETE", "/faults")).status).toBe(204);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(200);
  expect((await bench.control("PUT", "/latency", { ms: 3 })).json()).toEqual({ ms: 3 });
  expect((await bench.control("GET", "/latency")).json()).toEqual({ ms: 3 });
  const { variants } = bench.simulators.fortinet;
  variants.listCap = 3;
  const changed = await bench.control("PATCH", "/fortinet/variants", { putStatus: 204 });
  expect(changed.json()).toMatchObject({ putStatus: 204, listCap: 3 });
  const schema = (await bench.control("GET", "/fortinet/variants/schema")).json<{ properties: object }>();
  expect(Object.keys(schema.properties)).toEqual(Object.keys(variants));
  await bench.control("POST", "/fortinet/users", { apiId: "X", password: "y", readOnly: true });
  expect((await bench.grant({ username: "X", password: "y" })).status).toBe(200);
  await bench.write(gate, toCloud);

  bench.seconds(60);
  expect((await bench.control("POST", "/reset")).status).toBe(204);
  expect(bench.simulators.clock.now()).toBe(startAt);
  expect(bench.simulators.requests.entries).toEqual([]);
  expect([bench.simulators.latencyMs, variants.putStatus, variants.listCap]).toEqual([0, 200, 0]);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(401);
  bench.token = await bench.signIn();
  expect(await bench.device(gate)).toMatchObject({ provisionStatus: "unprovisioned" });
  expect((await bench.grant({ username: "X", password: "y" })).status).toBe(401);
});

test.each<[string, string, unknown, number]>([
  ["GET", "/nothing", undefined, 404],
  ["PATCH", "/fortinet/variants", { putStatus: 205 }, 400],
  ["PATCH", "/fortinet/variants", { nonsense: 1 }, 400],
  ["PUT", "/fortinet/devices", [{ deviceSN: "A" }], 400],
  ["PATCH", `/fortinet/devices/${gate}`, { nonsense: 1 }, 400],
  ["PATCH", "/fortinet/devices/UNKNOWN", { region: "x" }, 404],
  ["POST", "/fortinet/devices/UNKNOWN/online", undefined, 404],
  ["GET", "/fortinet/devices?account=nobody", undefined, 404],
  ["POST", "/faults", { action: { kind: "nonsense" } }, 400],
  ["POST", "/faults", { path: "(", action: { kind: "lostResponse" } }, 400],
  ["PUT", "/latency", { ms: "3" }, 400],
])("%s %s %j is answered with a sentence", async (method, path, json, status) => {
  await using bench = await Bench.start();
  const reply = await bench.control(method, path, json);
  expect([reply.status, reply.json()]).toEqual([status, { error: expect.stringMatching(/\w+ \w+/) }]);
});

test("a body that isn't JSON is answered with a sentence", async () => {
  await using bench = await Bench.start();
  const reply = await call(`${bench.simulators.controlUrl}/latency`, { method: "PUT", body: "{" });
  expect([reply.status, reply.json()]).toEqual([400, { error: expect.any(String) }]);
});

test("simulators share nothing", async () => {
  await using first = await Bench.start();
  await using second = await Bench.start();
  await first.write(gate, toCloud);
  first.simulators.fortinet.variants.listCap = 1;
  expect(await second.device(gate)).toMatchObject({ provisionStatus: "unprovisioned" });
  expect(second.simulators.fortinet.variants.listCap).toBe(0);
  expect((await second.ztp("GET", "/v2/system", undefined, first.token)).status).toBe(401);
});

test("the clock runs timers in order, each at its own instant", () => {
  const clock = new Clock({ startAt: 1_000, frozen: true });
  const seen: Array<[string, number]> = [];
  clock.schedule(20, () => seen.push(["second", clock.now()]));
  clock.schedule(10, () => {
    seen.push(["first", clock.now()]);
    clock.schedule(5, () => seen.push(["nested", clock.now()]));
  });
  const cancel = clock.schedule(15, () => seen.push(["cancelled", clock.now()]));
  cancel();
  clock.advance(19);
  expect(seen).toEqual([
    ["first", 1_010],
    ["nested", 1_015],
  ]);
  clock.advance(1);
  expect(seen).toHaveLength(3);
  expect(clock.now()).toBe(1_020);
  expect(() => clock.advance(-1)).toThrow(RangeError);
});
