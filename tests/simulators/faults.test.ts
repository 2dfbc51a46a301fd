import { request } from "node:https";
import { expect, test } from "vitest";
import type { FaultAction } from "../../simulators";
import { Bench, gate, toCloud, until } from "./helper";

const route = "/v2/devices/{deviceSN}";

async function strike(action: FaultAction): Promise<{ bench: Bench; put: ReturnType<Bench["put"]> }> {
  const bench = await Bench.start();
  bench.simulators.faults.add({ service: "fortiztp", method: "PUT", path: route, times: 1, action });
  return { bench, put: bench.put(gate, toCloud) };
}

const statusOf = (bench: Bench): string | undefined => bench.simulators.fortinet.devices.get(gate)?.provisionStatus;

test.each<[FaultAction, boolean]>([
  [{ kind: "resetBeforeCommit" }, false],
  [{ kind: "resetAfterCommit" }, true],
])("%o cuts the connection", async (action, applied) => {
  const { bench, put } = await strike(action);
  await using _ = bench;
  await expect(put).rejects.toThrow();
  expect(statusOf(bench)).toBe(applied ? "incomplete" : "unprovisioned");
  const [entry] = bench.simulators.requests.filter({ method: "PUT" });
  expect(entry).toMatchObject({ status: 0, applied, fault: action.kind });
  expect((await bench.put(gate, toCloud)).status).toBe(applied ? 400 : 200);
});

test("a lost response is applied and never answered", async () => {
  const { bench, put } = await strike({ kind: "lostResponse" });
  const failed = expect(put).rejects.toThrow();
  await until(() => statusOf(bench) === "incomplete");
  expect(bench.simulators.requests.filter({ method: "PUT" })).toMatchObject([{ status: 0, applied: true }]);
  await bench.simulators.close();
  await failed;
});

test.each<[FaultAction, number, RegExp, boolean]>([
  [{ kind: "status", status: 500, body: { error: "server_error" } }, 500, /server_error/, false],
  [{ kind: "status", status: 503, body: "busy", applied: true }, 503, /^busy$/, true],
  [{ kind: "html" }, 502, /<html>/, false],
  [{ kind: "html", status: 200, applied: true }, 200, /<html>/, true],
  [{ kind: "tooManyRequests", retryAfter: 7 }, 429, /too_many_requests/, false],
])("%o answers in place of the service", async (action, status, body, applied) => {
  const { bench, put } = await strike(action);
  await using _ = bench;
  const reply = await put;
  expect([reply.status, reply.text]).toEqual([status, expect.stringMatching(body)]);
  if (action.kind === "tooManyRequests") expect(reply.headers.get("retry-after")).toBe("7");
  if (action.kind === "html") expect(reply.headers.get("content-type")).toMatch(/^text\/html/);
  expect(statusOf(bench)).toBe(applied ? "incomplete" : "unprovisioned");
});

test("headers of a status fault are sent", async () => {
  const { bench, put } = await strike({ kind: "status", status: 503, headers: { "retry-after": "3", via: "proxy" } });
  await using _ = bench;
  const { headers } = await put;
  expect([headers.get("retry-after"), headers.get("via")]).toEqual(["3", "proxy"]);
});

test("truncated JSON arrives whole as far as HTTP goes", async () => {
  await using bench = await Bench.start();
  bench.simulators.faults.add({ path: "/v2/system", times: 1, action: { kind: "truncatedJson" } });
  const reply = await bench.ztp("GET", "/v2/system");
  expect(reply.status).toBe(200);
  expect(reply.text).toMatch(/^\{"serviceName"/);
  expect(() => reply.json()).toThrow(SyntaxError);
});

test("token expiry ends access tokens and leaves refresh tokens", async () => {
  await using bench = await Bench.start();
  const { refresh_token } = (await bench.grant()).json<{ refresh_token: string }>();
  bench.simulators.faults.add({ path: "/v2/system", after: 1, times: 1, action: { kind: "expireTokens" } });
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(200);
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(401);
  expect((await bench.refresh(refresh_token)).status).toBe(200);
});

test("a delay adds up with what follows, and latency with both", async () => {
  await using bench = await Bench.start();
  bench.simulators.latencyMs = 15;
  bench.simulators.faults.add({ path: "/v2/system", action: { kind: "delay", ms: 15 } });
  bench.simulators.faults.add({ path: "/v2/system", action: { kind: "status", status: 504 } });
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(504);
  const [entry] = bench.simulators.requests.filter({ path: "/v2/system" });
  expect(entry?.durationMs).toBeGreaterThan(28);
});

test("matchers: after, times, regular expressions, service", async () => {
  await using bench = await Bench.start();
  const { faults } = bench.simulators;
  const fault = faults.add({ path: "^/v2/dev.*1$", after: 1, times: 2, action: { kind: "status", status: 500 } });
  const statuses: number[] = [];
  for (let index = 0; index < 4; index += 1) statuses.push((await bench.ztp("GET", `/v2/devices/${gate}`)).status);
  expect(statuses).toEqual([200, 500, 500, 200]);
  expect([fault.matched, fault.struck]).toEqual([4, 2]);
  fault.remove();
  faults.add({ service: "oauth", action: { kind: "status", status: 500 } });
  faults.add({ path: /system/g, action: { kind: "status", status: 501 } });
  expect((await bench.grant()).status).toBe(500);
  for (const _ of [1, 2]) expect((await bench.ztp("GET", "/v2/system")).status).toBe(501);
  expect((await bench.ztp("GET", "/v2/devices")).status).toBe(200);
  faults.clear();
  expect((await bench.ztp("GET", "/v2/system")).status).toBe(200);
});

test("the TLS listener is refused unless its certificate is trusted; resets work there too", async () => {
  await using bench = await Bench.start({}, { tls: true });
  const { tls } = bench.simulators.fortinet;
  const get = (ca?: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const options = { ca, agent: false, headers: { authorization: `Bearer ${bench.token}` } };
      const call = request(`${tls?.fortiztpUrl}/v2/system`, options, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      });
      call.on("error", reject).end();
    });
  await expect(get()).rejects.toThrow(/self-signed/);
  expect(await get(tls?.certificate)).toBe(200);
  bench.simulators.faults.add({ action: { kind: "resetAfterCommit" } });
  await expect(get(tls?.certificate)).rejects.toThrow();
});
