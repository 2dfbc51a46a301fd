import { expect, test } from "vitest";
import type { FaultAction } from "../../simulators";
import {
  CareBench,
  code,
  contract,
  fresh,
  inFortiZtp,
  itsKey,
  keyed,
  mainId,
  registered,
  secondId,
} from "./forticare-helper";
import { Bench, startAt, until } from "./helper";

const gate = fresh[0] as string;

async function strike(action: FaultAction) {
  const care = await CareBench.start();
  care.bench.simulators.faults.add({ service: "forticare", path: "/products/register", times: 1, action });
  const reply = care.call("/products/register", { registrationUnits: [{ serialNumber: gate }] });
  return { care, reply, isRegistered: () => care.product(gate) !== undefined };
}

test.each<[FaultAction, boolean]>([
  [{ kind: "lostRequest" }, false],
  [{ kind: "lostResponse" }, true],
])("%o leaves the caller without an answer", async (action, applied) => {
  const { care, reply, isRegistered } = await strike(action);
  const failed = expect(reply).rejects.toThrow();
  const { requests } = care.bench.simulators;
  await until(() => requests.entries.some((entry) => entry.fault === action.kind && entry.applied === applied));
  expect([isRegistered(), requests.entries.at(-1)]).toEqual([applied, expect.objectContaining({ status: 0, applied })]);
  await care.bench.simulators.close();
  await failed;
});

test.each<[FaultAction, boolean]>([
  [{ kind: "resetBeforeCommit" }, false],
  [{ kind: "resetAfterCommit" }, true],
])("%o cuts the connection", async (action, applied) => {
  const { care, reply, isRegistered } = await strike(action);
  await using _ = care;
  await expect(reply).rejects.toThrow();
  expect(isRegistered()).toBe(applied);
});

test("an injected 500 comes before or after the registration", async () => {
  for (const applied of [false, true]) {
    const { care, reply, isRegistered } = await strike({ kind: "status", status: 500, applied });
    await using _ = care;
    expect([(await reply).status, isRegistered()]).toEqual([500, applied]);
  }
});

test("truncated JSON comes after the registration", async () => {
  const { care, reply, isRegistered } = await strike({ kind: "truncatedJson" });
  await using _ = care;
  const { status, text, json } = await reply;
  expect([status, isRegistered()]).toEqual([200, true]);
  expect(text).toMatch(/^\{"build":"1\.0\.0"/);
  expect(json).toThrow(SyntaxError);
});

test("an injected 429 has the envelope of its endpoint", async () => {
  const { care, reply } = await strike({ kind: "tooManyRequests", retryAfter: 60 });
  await using _ = care;
  const { status, headers, json } = await reply;
  expect([status, headers.get("retry-after"), json()]).toEqual([
    429,
    "60",
    expect.objectContaining({ status: -1, token: care.token, assets: null }),
  ]);
});

test("an expired token is refused and counted", async () => {
  const { care, reply } = await strike({ kind: "expireTokens" });
  await using _ = care;
  expect((await reply).json()).toMatchObject({ status: -1, error: { errorCode: 201 } });
});

test("requests are logged by service, account and outcome, without secrets", async () => {
  await using care = await CareBench.start();
  await care.register({ serialNumber: keyed, cloudKey: itsKey });
  await care.ok("/licenses/register", { licenseRegistrationCode: code(1) });
  await care.register({ serialNumber: registered });
  const { requests } = care.bench.simulators;
  expect(requests.filter({ service: "forticare" })).toMatchObject([
    {
      account: "main",
      method: "POST",
      path: "/ES/api/registration/v3/products/register",
      relativePath: "/products/register",
      route: "/products/register",
      body: { registrationUnits: [{ serialNumber: keyed, cloudKey: "[redacted]" }] },
      at: startAt,
      status: 200,
      applied: true,
    },
    { route: "/licenses/register", body: { licenseRegistrationCode: "[redacted]" }, applied: true },
    { route: "/products/register", status: 400, applied: false },
  ]);
  const text = JSON.stringify(requests.entries);
  for (const secret of [itsKey, code(1), care.token]) expect(text).not.toContain(secret);
});

test("variants can be read, changed one by one, and described", async () => {
  await using care = await CareBench.start();
  const change = (json: unknown) => care.bench.control("PATCH", "/forticare/variants", json);
  const changed = await change({ pageSize: 2, limits: { errorsPerHour: 3 } });
  expect(changed.json()).toMatchObject({
    pageSize: 2,
    limits: { callsPerMinute: 100, errorsPerHour: 3, unitsPerBatch: 10 },
  });
  expect((await change({ limits: { callsPerMinute: 5 } })).json()).toMatchObject({
    limits: { callsPerMinute: 5, errorsPerHour: 3 },
  });
  for (const bad of [{ pageSize: 0 }, { nonsense: 1 }, { limits: { callsPerMinute: -1 } }, { limits: { calls: 1 } }])
    expect((await change(bad)).status).toBe(400);
  const now = (await care.bench.control("GET", "/forticare/variants")).json<Record<string, unknown>>();
  expect(now).toMatchObject({ pageSize: 2, limits: { callsPerMinute: 5, errorsPerHour: 3 } });
  const schema = (await care.bench.control("GET", "/forticare/variants/schema")).json<{ properties: object }>();
  expect(Object.keys(schema.properties)).toEqual(Object.keys(now));
});

test("accounts and limits can be looked at, and the limits given back", async () => {
  await using care = await CareBench.start({ limits: { errorsPerHour: 1 } });
  expect((await care.bench.control("GET", "/forticare/accounts")).json()).toEqual([
    { account: "main", accountId: mainId },
    { account: "branches", accountId: secondId },
  ]);
  await care.problem("/products/list");
  const { apiId } = care.bench.simulators.fortinet;
  const users = [{ apiId, callsLastMinute: 1, callsLastHour: 1, errorsLastHour: 1 }];
  expect((await care.bench.control("GET", "/forticare/limits")).json()).toMatchObject({
    limits: { callsPerMinute: 100, errorsPerHour: 1 },
    windowScale: 1,
    users,
  });
  expect((await care.call("/folders/list")).status).toBe(429);
  expect((await care.bench.control("DELETE", "/forticare/limits")).status).toBe(204);
  await care.ok("/folders/list");
});

const newProduct = { serialNumber: "fgt60ftk29990001", productModel: "FortiGate 60F", account: "branches" };

test.each<[string, object, string, object]>([
  ["products", newProduct, "FGT60FTK29990001", { account: "branches", status: "Registered", folderId: 0 }],
  [
    "warehouse",
    { serialNumber: "X1", productModel: "FortiGate 60F", cloudKey: "ABCD1234" },
    "X1",
    { entitled: true, ownedElsewhere: false },
  ],
  ["contracts", { contractNumber: "C1", account: "main" }, "C1", { consumedBy: null, mints: null }],
  [
    "licenses",
    { licenseRegistrationCode: code(9), licenseSKU: "S", mints: { productModel: "M", serialPrefix: "P" } },
    code(9),
    { serialNumber: null },
  ],
  ["folders", { folderName: "New", parentFolderId: 5_001 }, "5004", { account: "main" }],
])("%s can be listed, added, replaced, read and removed", async (path, seed, key, defaults) => {
  await using care = await CareBench.start();
  const { bench } = care;
  const all = async () => (await bench.control("GET", `/forticare/${path}`)).json<unknown[]>();
  const count = (await all()).length;
  expect(count).toBeGreaterThan(2);
  expect((await bench.control("POST", `/forticare/${path}`, [seed])).json()).toHaveLength(count + 1);
  const entry = (await bench.control("GET", `/forticare/${path}/${key}`)).json();
  expect(entry).toMatchObject(defaults);
  expect((await bench.control("PUT", `/forticare/${path}`, [{}])).status).toBe(400);
  expect(await all()).toHaveLength(count + 1);
  expect((await bench.control("DELETE", `/forticare/${path}/${key}`)).status).toBe(204);
  expect((await bench.control("DELETE", `/forticare/${path}/${key}`)).status).toBe(404);
  expect(await all()).toHaveLength(count);
  expect((await bench.control("PUT", `/forticare/${path}`, [seed])).json()).toHaveLength(1);
});

test("what is seeded can be used", async () => {
  await using care = await CareBench.start();
  const { bench } = care;
  const post = (path: string, ...seeds: object[]) => bench.control("POST", `/forticare/${path}`, seeds);
  await post("warehouse", { serialNumber: "FGT60FTK29990002", productModel: "FortiGate 60F", cloudKey: "ABCD1234" });
  await post("contracts", { contractNumber: "C1", supports: [{ type: 113, level: 6 }], days: 30 });
  await care.register({ serialNumber: "FGT60FTK29990002", cloudKey: "ABCD1234", contractNumber: "c1" });
  expect(await care.details("FGT60FTK29990002")).toMatchObject({
    contracts: [{ contractNumber: "C1", terms: [{ supportType: "CPUs", endDate: "2025-03-02T00:00:00" }] }],
  });
  await post("products", newProduct, { serialNumber: "FGT60FTK29990003", productModel: "FortiGate 60F" });
  expect(await bench.device("FGT60FTK29990003")).toMatchObject({ provisionStatus: "unprovisioned" });
  expect(care.device("FGT60FTK29990001", "branches")).toBe("unprovisioned");
  const extra = { level: 6, levelDesc: "x", type: 113, typeDesc: "CPUs", quantity: 4 };
  const entitlements = [{ ...extra, startDate: "2025-01-01T00:00:00", endDate: "2026-01-01T00:00:00" }];
  await bench.control("PATCH", `/forticare/products/${inFortiZtp}`, { entitlements, folderId: 5_001 });
  const { assets } = await care.ok("/products/list", { serialNumber: inFortiZtp });
  expect(assets).toMatchObject([{ folderPath: "/My Assets/Production", entitlements: [{ quantity: 4 }] }]);
  await bench.control("PATCH", `/forticare/products/${inFortiZtp}`, { isDecommissioned: true });
  expect(care.device(inFortiZtp)).toBeUndefined();
});

test.each<[string, string, unknown, number]>([
  ["POST", "/forticare/products", [{ ...newProduct, account: "nobody" }], 404],
  ["POST", "/forticare/licenses", [{ licenseRegistrationCode: "SHORT" }], 400],
  ["POST", "/forticare/warehouse", [{ serialNumber: "X", productModel: "M", cloudKey: "short" }], 400],
  ["PATCH", "/forticare/products/UNKNOWN", { folderId: 1 }, 404],
  ["PATCH", `/forticare/products/${inFortiZtp}`, { account: "branches" }, 400],
  ["GET", "/forticare/folders/77", undefined, 404],
  ["POST", "/fortinet/users", { apiId: "X", password: "y", scope: ["nobody"] }, 404],
])("%s %s %j is answered with a sentence", async (method, path, json, status) => {
  await using care = await CareBench.start();
  const reply = await care.bench.control(method, path, json);
  expect([reply.status, reply.json()]).toEqual([status, { error: expect.stringMatching(/\w+ \w+/) }]);
});

test("reset brings everything back, limits and what is on its way included", async () => {
  await using care = await CareBench.start({ ztpDelayMs: 1_000 });
  const before = JSON.stringify((await care.bench.control("GET", "/forticare/products")).json());
  await care.register({ serialNumber: gate, contractNumber: contract(1) }, { serialNumber: registered });
  await care.ok("/folders/create", { folderName: "New" });
  await care.ok("/licenses/register", { licenseRegistrationCode: code(1) });
  await care.bench.control("PATCH", "/forticare/variants", {
    pageSize: 3,
    ztpDelayMs: 0,
    limits: { errorsPerHour: 0 },
  });
  expect((await care.bench.control("POST", "/reset")).status).toBe(204);
  care.bench.seconds(2);
  expect(care.device(gate)).toBeUndefined();
  expect(care.forticare.variants).toMatchObject({ pageSize: 50, ztpDelayMs: 1_000, limits: { errorsPerHour: 10 } });
  expect(care.forticare.usage()).toEqual([]);
  expect(JSON.stringify([...care.forticare.products.values()])).toBe(before);
  const { world } = care.forticare;
  expect(world.contracts.get(contract(1))).toMatchObject({ consumedBy: null });
  expect(world.licenses.get(code(1))).toMatchObject({ serialNumber: null });
  expect([...world.folders.keys()]).toEqual([5_001, 5_002, 5_003]);
});

test("it listens with TLS as well when asked to", async () => {
  await using bench = await Bench.start({}, { tls: true });
  const { tls } = bench.simulators.fortinet;
  expect(tls?.forticareUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/ES\/api\/registration\/v3$/);
  const refused = fetch(`${tls?.forticareUrl}/folders/list`, { method: "POST" });
  await expect(refused).rejects.toMatchObject({ cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } });
});

test("the start can be given", async () => {
  await using care = await CareBench.start(
    {},
    {
      warehouse: [{ serialNumber: "FGT60FTK29990001", productModel: "FortiGate 60F" }],
      products: [{ serialNumber: inFortiZtp, productModel: "FortiGate 60F", description: "known", folderId: 9 }],
      folders: [{ folderId: 9, folderName: "Nine" }],
      contracts: [{ contractNumber: "C1", consumedBy: inFortiZtp }],
      licenses: undefined,
    },
  );
  expect(care.forticare.world.warehouse.size).toBe(1);
  expect(care.forticare.world.licenses.size).toBe(8);
  expect(await care.details(inFortiZtp)).toMatchObject({
    description: "known",
    folderPath: "/My Assets/Nine",
    contracts: [{ contractNumber: "C1" }],
  });
  expect(care.device(inFortiZtp)).toBe("unprovisioned");
});
