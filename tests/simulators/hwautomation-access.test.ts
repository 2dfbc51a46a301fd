import { expect, test } from "vitest";
import { HwAutomationBench, known, order } from "./hwautomation-helper";

const list = "/api/orchestration/workflows";
const provision = "/api/orchestration/provision";
const json = { "content-type": "application/json" };
const basic = (login: string) => ({ authorization: `Basic ${Buffer.from(login).toString("base64")}` });

test("user and password, or the API key, or nobody", async () => {
  await using bench = await HwAutomationBench.start();
  const { url, username, password } = bench.simulators.describe().hwautomation;
  expect(url).toBe(bench.hw.url);
  for (const headers of [basic(`${username}:${password}`), { authorization: `Bearer ${bench.hw.token}` }])
    expect((await bench.raw("GET", list, headers)).status).toBe(200);
  for (const headers of [{}, basic(`${username}:wrong`), basic("x"), { authorization: "Bearer x" }]) {
    const reply = await bench.raw("GET", list, headers);
    expect([reply.status, reply.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="HWAutomation"']);
    expect(reply.json()).toEqual({
      success: false,
      error: { type: "AuthenticationError", message: expect.any(String), details: {} },
      timestamp: "2025-01-31T12:00:00Z",
    });
  }
  expect((await bench.raw("POST", provision, json, JSON.stringify(order))).status).toBe(401);
  expect(bench.hw.workflows).toEqual([]);
  bench.hw.setVariants({ authentication: "optional" });
  expect((await bench.raw("GET", list)).status).toBe(200);
  expect((await bench.raw("GET", list, basic("any:body"))).status).toBe(200);
});

test("failures are typed, or a text; what is not there, not allowed, not JSON", async () => {
  await using bench = await HwAutomationBench.start();
  expect(await bench.refusal("GET", "/api/nothing")).toEqual([404, "NotFoundError"]);
  expect(await bench.refusal("GET", "/health")).toEqual([404, "NotFoundError"]);
  expect(await bench.refusal("DELETE", list)).toEqual([405, "MethodNotAllowedError"]);
  const head = await bench.call("HEAD", list);
  expect([head.status, head.text]).toEqual([200, ""]);
  const headers = { authorization: `Bearer ${bench.hw.token}` };
  const noType = await bench.raw("POST", provision, { ...headers, "content-type": "text/plain" }, "{}");
  const broken = await bench.raw("POST", provision, { ...headers, ...json }, "{");
  const array = await bench.raw("POST", provision, { ...headers, ...json }, "[]");
  expect([noType.status, broken.status, array.status]).toEqual([415, 400, 400]);
  bench.hw.setVariants({ errorBody: "text", health: "served" });
  expect(await bench.outcome("GET", "/api/nothing")).toEqual([
    404,
    { success: false, error: "No such resource: GET /api/nothing", timestamp: "2025-01-31T12:00:00Z" },
  ]);
  expect((await bench.raw("GET", "/health")).json()).toEqual({
    status: "healthy",
    service: "hwautomation-web",
    timestamp: "2025-01-31T12:00:00.000",
  });
});

test("successes in an envelope", async () => {
  await using bench = await HwAutomationBench.start({ envelope: "wrapped" });
  const id = await bench.provision();
  expect(id).toBeUndefined();
  const [workflow] = bench.hw.workflows;
  const timestamp = "2025-01-31T12:00:00Z";
  const row = { id: workflow?.id, server_id: known, status: "PENDING", created_at: timestamp, completed_at: null };
  expect(await bench.get(list)).toEqual({
    success: true,
    data: { workflows: [row], total: 1 },
    message: "Operation completed successfully",
    timestamp,
  });
  expect((await bench.cancel(String(workflow?.id))).json()).toEqual({
    success: true,
    data: {},
    message: "Workflow cancelled successfully",
    timestamp,
  });
});

test("a locked database", async () => {
  await using bench = await HwAutomationBench.start({ database: "locked" });
  for (const [method, path, body] of [
    ["GET", "/api/database/servers"],
    ["GET", `/api/hardware/server/${known}`],
    ["POST", provision, order],
  ] as const)
    expect(await bench.failure(method, path, body)).toEqual([500, "InternalError", "database is locked"]);
  expect(bench.hw.workflows).toEqual([]);
});

test("faults strike as with the other services: a lost answer leaves one workflow", async () => {
  await using bench = await HwAutomationBench.start();
  const { faults, requests } = bench.simulators;
  faults.add({ service: "hwautomation", path: provision, times: 1, action: { kind: "resetAfterCommit" } });
  await expect(bench.call("POST", provision, order)).rejects.toThrow("fetch failed");
  expect(bench.hw.workflowsOf(known)).toHaveLength(1);
  expect(requests.filter({ service: "hwautomation" })).toMatchObject([
    { method: "POST", path: provision, route: provision, body: order, status: 0, applied: true, account: "admin" },
  ]);
  faults.add({ path: list, times: 1, action: { kind: "truncatedJson" } });
  const broken = await bench.call("GET", list);
  expect(broken.headers.get("content-type")).toBe("application/json");
  expect(() => broken.json()).toThrow();
  faults.add({ path: "/api/orchestration/workflow/{id}/status", times: 2, action: { kind: "html", status: 502 } });
  const path = `/api/orchestration/workflow/${bench.hw.workflows[0]?.id}/status`;
  const statuses = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await bench.call("GET", path)).status);
  expect(statuses).toEqual([502, 502, 200]);
});
