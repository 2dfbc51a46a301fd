import { expect, test } from "vitest";
import { readOnlyApiId } from "../../simulators";
import { CareBench, fresh } from "./forticare-helper";

const unknownUnits = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ serialNumber: `UNKNOWN${index}` }));

async function calls(care: CareBench, count: number): Promise<void> {
  const replies = await Promise.all(Array.from({ length: count }, () => care.call("/folders/list")));
  expect(replies.every((reply) => reply.status === 200)).toBe(true);
}

test("100 calls a minute, in a sliding window", async () => {
  await using care = await CareBench.start();
  await calls(care, 40);
  care.bench.seconds(30);
  await calls(care, 60);
  const refused = await care.call("/folders/list");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
  expect(refused.json()).toEqual({
    build: "1.0.0",
    version: "3.0",
    status: -1,
    message: "API call limit exceeded: 100 per minute.",
    error: { errorCode: 429, message: "API call limit exceeded: 100 per minute." },
    token: care.token,
    assetFolders: null,
  });
  // Another user has limits of their own.
  await care.ok("/folders/list", {}, await care.signIn(readOnlyApiId));
  care.bench.seconds(29);
  expect((await care.call("/folders/list")).status).toBe(429);
  care.bench.seconds(1);
  await calls(care, 40);
  expect((await care.call("/folders/list")).status).toBe(429);
  expect(care.usage()).toEqual({
    apiId: expect.any(String),
    callsLastMinute: 100,
    callsLastHour: 140,
    errorsLastHour: 0,
  });
});

test("1,000 calls an hour, however slowly", async () => {
  await using care = await CareBench.start();
  for (let batch = 0; batch < 10; batch += 1) {
    await calls(care, 100);
    care.bench.seconds(300);
  }
  expect(await care.problem("/folders/list")).toEqual([429, -1, 429, "API call limit exceeded: 1000 per hour."]);
  care.bench.seconds(599);
  expect((await care.call("/folders/list")).status).toBe(429);
  care.bench.seconds(1);
  await calls(care, 100);
  expect((await care.call("/folders/list")).status).toBe(429);
});

test("10 errors an hour, whatever they are", async () => {
  await using care = await CareBench.start();
  const failing: Array<[string, object]> = [
    ["/nothing", {}],
    ["/products/list", {}],
    ["/products/list", { serialNumber: 1 }],
    ["/products/details", { serialNumber: "UNKNOWN" }],
    ["/folders/delete", { folderId: 77 }],
    ["/folders/list", { accountId: 1 }],
    ["/products/register", { registrationUnits: unknownUnits(3) }],
  ];
  for (const [path, body] of failing) await care.problem(path, body);
  expect(care.usage()).toMatchObject({ errorsLastHour: 9, callsLastHour: 6 });
  await calls(care, 3);
  care.bench.seconds(600);
  await care.problem("/products/list", {});
  expect(await care.problem("/folders/list")).toEqual([429, -1, 429, "API error limit exceeded: 10 per hour."]);
  // What is refused counts neither as a call nor as an error.
  expect(care.usage()).toMatchObject({ errorsLastHour: 10, callsLastHour: 10 });
  care.bench.seconds(2_999);
  expect((await care.call("/folders/list")).status).toBe(429);
  care.bench.seconds(1);
  await care.ok("/folders/list");
  expect(care.usage()).toMatchObject({ errorsLastHour: 1 });
});

test("an expired token costs its user an error; one that nobody had costs nobody", async () => {
  await using care = await CareBench.start();
  for (let count = 0; count < 12; count += 1) expect((await care.call("/folders/list", {}, "junk")).status).toBe(400);
  expect(care.forticare.usage()).toEqual([]);
  care.bench.simulators.fortinet.tokens.expireAll();
  expect((await care.problem("/folders/list"))[2]).toBe(201);
  expect(care.usage()).toMatchObject({ errorsLastHour: 1 });
});

test.each([
  ["each", 3],
  ["call", 1],
] as const)("with countUnitErrors %s a batch with three failing units counts %i", async (countUnitErrors, count) => {
  await using care = await CareBench.start({ countUnitErrors });
  await care.register({ serialNumber: fresh[0] }, ...unknownUnits(3));
  expect(care.usage()).toMatchObject({ errorsLastHour: count });
});

test.each([400, 200] as const)("with throttleMode envelope a refusal has HTTP %i", async (throttleEnvelopeHttp) => {
  await using care = await CareBench.start({
    throttleMode: "envelope",
    throttleEnvelopeHttp,
    limits: { callsPerMinute: 1 },
  });
  await calls(care, 1);
  const reply = await care.call("/folders/list");
  expect([reply.status, reply.json()]).toEqual([
    throttleEnvelopeHttp,
    expect.objectContaining({ status: -1, message: expect.stringContaining("limit exceeded"), assetFolders: null }),
  ]);
  expect(care.bench.simulators.requests.entries.at(-1)).toMatchObject({
    status: throttleEnvelopeHttp,
    applied: false,
    account: "main",
  });
  care.bench.seconds(60);
  await calls(care, 1);
});

test("with throttleRetryAfter a refusal says how long to wait", async () => {
  await using care = await CareBench.start({
    throttleRetryAfter: true,
    limits: { callsPerMinute: 1, callsPerHour: 2 },
  });
  await calls(care, 1);
  care.bench.seconds(20);
  expect((await care.call("/folders/list")).headers.get("retry-after")).toBe("40");
  care.bench.seconds(40);
  await calls(care, 1);
  // The longest of the waits.
  expect((await care.call("/folders/list")).headers.get("retry-after")).toBe("3540");
});

test("with throttledCalls counted a refusal is a call and an error too", async () => {
  await using care = await CareBench.start({ throttledCalls: "counted", limits: { callsPerMinute: 2 } });
  await calls(care, 2);
  for (let count = 0; count < 3; count += 1) await care.call("/folders/list");
  expect(care.usage()).toMatchObject({ callsLastMinute: 5, errorsLastHour: 3 });
});

test("the windows scale", async () => {
  await using care = await CareBench.start({ windowScale: 60, limits: { callsPerMinute: 2, callsPerHour: 3 } });
  await calls(care, 2);
  expect((await care.problem("/folders/list"))[3]).toContain("per minute");
  care.bench.seconds(1);
  await calls(care, 1);
  expect((await care.problem("/folders/list"))[3]).toContain("per hour");
  care.bench.seconds(59);
  await calls(care, 2);
});

test("a limit of 0 is none", async () => {
  const limits = { callsPerMinute: 0, callsPerHour: 0, errorsPerHour: 0, unitsPerBatch: 0, errorsPerBatch: 0 };
  await using care = await CareBench.start({ limits });
  await calls(care, 110);
  const [http, status, units] = await care.register(...unknownUnits(30));
  expect([http, status, units?.length]).toEqual([400, 2, 30]);
  expect(care.usage()).toMatchObject({ callsLastMinute: 111, errorsLastHour: 30 });
});

test("more failing units than allowed end the batch: the rest has no entry", async () => {
  await using care = await CareBench.start();
  const [http, status, units] = await care.register({ serialNumber: fresh[0] }, ...unknownUnits(6), {
    serialNumber: fresh[1],
  });
  expect([http, status]).toEqual([400, 2]);
  expect(units?.map(([serial, result]) => [serial, result])).toEqual([
    [fresh[0], 0],
    ...unknownUnits(5).map(({ serialNumber }) => [serialNumber, 2]),
  ]);
  expect(care.product(fresh[0] as string)).toBeDefined();
  expect(care.product(fresh[1] as string)).toBeUndefined();
  expect(care.usage()).toMatchObject({ errorsLastHour: 5 });
});

test("five failing units are allowed", async () => {
  await using care = await CareBench.start();
  const [, , units] = await care.register(...unknownUnits(5), { serialNumber: fresh[0] });
  expect(units).toHaveLength(6);
  expect(care.product(fresh[0] as string)).toBeDefined();
});

test("with batchOverflow rejectAll nothing of such a batch happens", async () => {
  await using care = await CareBench.start({ batchOverflow: "rejectAll" });
  expect(await care.register({ serialNumber: fresh[0] }, ...unknownUnits(6))).toEqual([400, -2, null]);
  expect(care.product(fresh[0] as string)).toBeUndefined();
  expect(care.usage()).toMatchObject({ errorsLastHour: 6 });
});
