import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Budget } from "../../provider/clients/http/budget";
import { VendorError } from "../../provider/clients/http/errors";
import { items } from "../../provider/clients/http/paging";
import { createRedactor } from "../../provider/clients/http/redact";
import { HttpClient, type HttpClientOptions, type HttpRequest } from "../../provider/clients/http/request";
import { createTrace } from "../../provider/clients/http/trace";
import { joinUrl, path } from "../../provider/clients/http/url";
import { selfSignedCertificate, selfSignedKey } from "../../simulators/core/self-signed";
import { answer, rejection, serve, TestClock } from "./support";

const clientFor = (baseUrl: string, options: Partial<HttpClientOptions> = {}) =>
  new HttpClient({ system: "Acme", baseUrl, clock: new TestClock(), random: () => 0.5, ...options });

const get = (extra: Partial<HttpRequest<unknown>> = {}): HttpRequest<unknown> => ({
  method: "GET",
  path: "/things",
  read: (reply) => reply.json(),
  ...extra,
});

async function failureOf(promise: Promise<unknown>): Promise<VendorError> {
  const error = await rejection(promise);
  expect(error).toBeInstanceOf(VendorError);
  return error as VendorError;
}

describe("addresses", () => {
  test("keep the path of the base, encode parameters, leave out what is undefined", () => {
    expect(joinUrl("https://host/public/api/", "/v2/x", { a: true, b: undefined, c: ["1", 2], d: "x,y z" })).toBe(
      "https://host/public/api/v2/x?a=true&c=1&c=2&d=x%2Cy%20z",
    );
    expect(joinUrl("https://host/token/", "")).toBe("https://host/token/");
    expect(joinUrl("https://host", "/x?y=1", { z: 2 })).toBe("https://host/x?y=1&z=2");
    expect(path`/v2/devices/${"a/b?c"}/x/${7}`).toBe("/v2/devices/a%2Fb%3Fc/x/7");
    expect(path`/v2/devices/${".."}`).toBe("/v2/devices/%2E%2E");
  });

  test("an empty parameter is an error, not another resource", () => {
    expect(() => path`/v2/devices/${""}`).toThrow(RangeError);
  });
});

describe("replies", () => {
  test("any 2xx is a success, with or without a body", async () => {
    const statuses = [200, 201, 202, 204];
    const server = await serve((_call, response, number) => response.writeHead(statuses[number - 1] ?? 200).end());
    const http = clientFor(server.url);
    for (const status of statuses) {
      const seen = await http.send({ method: "PUT", path: "/x", json: { a: 1 }, read: (r) => [r.status, r.json()] });
      expect(seen).toEqual([status, undefined]);
    }
    expect(server.calls[0]).toMatchObject({ body: '{"a":1}', headers: { "content-type": "application/json" } });
  });

  test("a web page in place of JSON names a proxy or captive portal and quotes it briefly", async () => {
    const page = `<!DOCTYPE html><html><script>var x</script><body>Please   log in to Hotel&nbsp;WiFi ${"x".repeat(999)}</body></html>`;
    const server = await serve((_call, response) => response.writeHead(200, { "content-type": "text/html" }).end(page));
    const failure = await failureOf(clientFor(server.url).send(get()));
    expect(failure).toMatchObject({ kind: "not-json", status: 200, ambiguous: false });
    expect(failure.message).toContain("proxy or captive portal");
    expect(failure.message).toContain("Please log in to Hotel WiFi");
    expect(failure.message.length).toBeLessThan(600);
    expect(server.calls).toHaveLength(1);
  });

  test("a write answered by a web page may have been applied", async () => {
    const server = await serve((_call, response) => response.writeHead(200).end("<html></html>"));
    const failure = await failureOf(clientFor(server.url).send(get({ method: "PUT" })));
    expect(failure).toMatchObject({ kind: "not-json", ambiguous: true });
  });

  test("a 404 page of a web server does not say that the thing is gone", async () => {
    const server = await serve((_call, response) => response.writeHead(404).end("<html>nginx</html>"));
    expect(await failureOf(clientFor(server.url).send(get()))).toMatchObject({ kind: "not-json", status: 404 });
  });

  test("JSON that was cut short is read again", async () => {
    const server = await serve((_call, response, number) => response.end(number === 1 ? '{"a":' : '{"a":1}'));
    expect(await clientFor(server.url).send(get())).toEqual({ a: 1 });
  });

  test("a redirect is not followed with credentials", async () => {
    const server = await serve((_call, response) => response.writeHead(302, { location: "https://portal/x" }).end());
    const failure = await failureOf(clientFor(server.url).send(get()));
    expect(failure.message).toContain("https://portal/x");
  });

  test.each([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not-found"],
    [400, "rejected"],
    [501, "server"],
  ] as const)("%i is %s, in the vendor's own words", async (status, kind) => {
    const server = await serve((_call, response) => answer(response, status, { error: "x", error_description: "No." }));
    const http = clientFor(server.url, { hintFor: () => "Do this." });
    const failure = await failureOf(http.send(get({ action: "read thing 7" })));
    expect(failure).toMatchObject({ kind, status, path: "/things", method: "GET", vendorMessage: "No." });
    expect(failure.message).toMatch(/^Acme could not read thing 7: [a-z ]+ \(HTTP \d+\): "No"\. Do this\.$/);
    expect(server.calls).toHaveLength(1);
  });

  test("a reader that does not recognise the answer fails the call", async () => {
    const server = await serve((_call, response) => answer(response, 200, []));
    const read = () => {
      throw new Error("no name");
    };
    expect((await failureOf(clientFor(server.url).send(get({ read })))).message).toContain("no name");
  });
});

describe("retries", () => {
  test.each([429, 500, 502, 503, 504])("a GET is repeated on %i with growing jitter", async (status) => {
    const clock = new TestClock();
    const server = await serve((_call, response, n) => answer(response, n < 4 ? status : 200, { ok: n }));
    expect(await clientFor(server.url, { clock }).send(get())).toEqual({ ok: 4 });
    expect(clock.slept).toEqual([500, 1_000, 2_000]);
  });

  test("after the last attempt the message says how often it was tried", async () => {
    const server = await serve((_call, response) => answer(response, 500, {}));
    const failure = await failureOf(clientFor(server.url).send(get()));
    expect(failure).toMatchObject({ kind: "server", ambiguous: false });
    expect(failure.message).toContain("Tried 4 times.");
  });

  test("a POST is repeated on 429 but not on 500 or a reset", async () => {
    const server = await serve((_call, response, n) => {
      if (n === 1) answer(response, 429, {});
      else if (n === 2) answer(response, 500, {});
      else response.destroy();
    });
    const http = clientFor(server.url);
    expect(await failureOf(http.send(get({ method: "POST" })))).toMatchObject({ kind: "server", ambiguous: true });
    expect(server.calls).toHaveLength(2);
    expect(await failureOf(http.send(get({ method: "POST" })))).toMatchObject({ kind: "network", ambiguous: true });
    expect(server.calls).toHaveLength(3);
  });

  test("a POST that was never sent is repeated", async () => {
    const clock = new TestClock();
    const failure = await failureOf(clientFor("http://127.0.0.1:1", { clock }).send(get({ method: "POST" })));
    expect(failure).toMatchObject({ kind: "network", ambiguous: false, code: "ECONNREFUSED" });
    expect(clock.slept).toHaveLength(3);
  });

  test.each([
    ["7", 7_000],
    [new Date(Date.UTC(2025, 0, 31, 12, 0, 9)).toUTCString(), 9_000],
  ])("Retry-After %s is honoured", async (header, ms) => {
    const clock = new TestClock();
    const server = await serve((_call, response, n) =>
      answer(response, n === 1 ? 429 : 200, {}, { "retry-after": header }),
    );
    await clientFor(server.url, { clock, random: () => 0 }).send(get());
    expect(clock.slept).toEqual([ms]);
  });

  test("a Retry-After beyond the limit fails and says when", async () => {
    const server = await serve((_call, response) => answer(response, 429, {}, { "retry-after": "3600" }));
    const failure = await failureOf(clientFor(server.url).send(get()));
    expect(failure.kind).toBe("rate-limited");
    expect(failure.message).toContain("60 min, until 2025-01-31T13:00:00.000Z");
    expect(server.calls).toHaveLength(1);
  });

  test("beforeRepeat may find the work done", async () => {
    const server = await serve((_call, response) => answer(response, 503, {}));
    const beforeRepeat = vi.fn(async () => ({ value: "found" }));
    expect(await clientFor(server.url).send(get({ method: "PUT", beforeRepeat }))).toBe("found");
    expect(server.calls).toHaveLength(1);
  });

  test("beforeRepeat is asked once more when attempts run out, and when a repetition is refused", async () => {
    const server = await serve((_call, response, n) => answer(response, n === 1 ? 500 : 400, {}));
    const beforeRepeat = vi.fn(async () => undefined);
    const failure = await failureOf(clientFor(server.url).send(get({ method: "PUT", beforeRepeat })));
    expect(failure).toMatchObject({ kind: "rejected", ambiguous: true });
    expect(beforeRepeat).toHaveBeenCalledTimes(2);
  });

  test("a look that fails leaves the first failure, in doubt", async () => {
    const server = await serve((_call, response) => answer(response, 500, {}));
    const beforeRepeat = () => Promise.reject(new VendorError({ kind: "forbidden", system: "Acme" }));
    const failure = await failureOf(clientFor(server.url).send(get({ method: "PUT", beforeRepeat })));
    expect(failure).toMatchObject({ kind: "server", ambiguous: true });
    expect(failure.message).toContain("could not be checked");
  });

  test("a lost answer is a timeout", async () => {
    const server = await serve(() => {});
    const http = clientFor(server.url, { requestTimeoutMs: 50, retry: { maxAttempts: 1 } });
    expect(await failureOf(http.send(get({ method: "PUT" })))).toMatchObject({ kind: "timeout", ambiguous: true });
  });

  test("TLS failures are never repeated and name the remedy; the certificate can be trusted or ignored", async () => {
    const server = createTlsServer({ key: selfSignedKey, cert: selfSignedCertificate }, (_q, r) => r.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clock = new TestClock();
    const failure = await failureOf(clientFor(url, { clock }).send(get({ method: "PUT" })));
    expect(failure).toMatchObject({ kind: "tls", ambiguous: false });
    expect(failure.message).toContain("NODE_EXTRA_CA_CERTS");
    expect(clock.slept).toEqual([]);
    expect(await clientFor(url, { connection: { insecureSkipVerify: true } }).send(get())).toEqual({});
    const caFile = join(mkdtempSync(join(tmpdir(), "ca-")), "ca.pem");
    writeFileSync(caFile, selfSignedCertificate);
    expect(await clientFor(url, { connection: { caFile } }).send(get())).toEqual({});
    const missing = clientFor(url, { connection: { caFile: "/nonexistent.pem" } });
    expect((await failureOf(missing.send(get()))).message).toContain("/nonexistent.pem");
  });
});

describe("cancellation", () => {
  test("ends a wait between attempts", async () => {
    const clock = new TestClock().hold();
    const server = await serve((_call, response) => answer(response, 500, {}));
    const stop = new AbortController();
    const http = clientFor(server.url, { clock, onWait: () => stop.abort() });
    expect(await failureOf(http.send(get({ signal: stop.signal })))).toMatchObject({ kind: "canceled" });
  });

  test("ends a call in flight, which may have been applied", async () => {
    const stop = new AbortController();
    const server = await serve(() => stop.abort());
    const failure = await failureOf(clientFor(server.url).send(get({ method: "PUT", signal: stop.signal })));
    expect(failure).toMatchObject({ kind: "canceled", ambiguous: true });
  });

  test("ends a wait for the budget", async () => {
    const clock = new TestClock().hold();
    const budget = new Budget({ windows: [{ counts: "calls", limit: 1, perMs: 60_000 }], clock });
    const server = await serve((_call, response) => answer(response, 200, {}));
    const stop = new AbortController();
    const http = clientFor(server.url, { clock, budget, onWait: () => stop.abort() });
    await http.send(get());
    expect(await failureOf(http.send(get({ signal: stop.signal })))).toMatchObject({ kind: "canceled" });
  });
});

test("a 429 with Retry-After holds back every caller of the budget", async () => {
  const clock = new TestClock();
  const budget = new Budget({ windows: [], clock });
  const server = await serve((_call, response, n) =>
    answer(response, n === 1 ? 429 : 200, {}, { "retry-after": "20" }),
  );
  const http = clientFor(server.url, { clock, budget, retry: { maxAttempts: 1 } });
  await failureOf(http.send(get()));
  const before = clock.now();
  await http.send(get());
  expect(clock.now() - before).toBe(20_000);
});

test("a budget that is used up for too long fails with the time", async () => {
  const clock = new TestClock();
  const budget = new Budget({ windows: [{ counts: "errors", limit: 1, perMs: 3_600_000 }], clock });
  const server = await serve((_call, response) => answer(response, 400, {}));
  const http = clientFor(server.url, { clock, budget, maxBudgetWaitMs: 60_000 });
  await failureOf(http.send(get()));
  const failure = await failureOf(http.send(get()));
  expect(failure.message).toContain("There is room again in 61 min, at 2025-01-31T13:00:01.000Z.");
  expect(server.calls).toHaveLength(1);
});

test("the proxy of the environment is used", async () => {
  const proxy = await serve((call, response) => answer(response, 200, { via: call.url }));
  vi.stubEnv("HTTP_PROXY", proxy.url);
  vi.stubEnv("NO_PROXY", "");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(await clientFor("http://vendor.invalid/api").send(get())).toEqual({ via: "http://vendor.invalid/api/things" });
});

test("an echoed secret is masked in errors and traces", async () => {
  const redactor = createRedactor();
  redactor.secret("s3cr3t/pass");
  const file = join(mkdtempSync(join(tmpdir(), "trace-")), "trace.log");
  const server = await serve((_call, response) =>
    answer(response, 400, { message: "bad s3cr3t/pass for Bearer abcdefghijkl" }),
  );
  const http = clientFor(server.url, { redactor, trace: createTrace(redactor, file) });
  const failure = await failureOf(http.send(get({ path: path`/x/${"s3cr3t/pass"}`, batchSize: 3 })));
  expect(failure.vendorMessage).toBe("bad [redacted] for Bearer [redacted]");
  expect(failure.message).not.toContain("s3cr3t");
  expect(readFileSync(file, "utf8")).toBe(
    "2025-01-31T12:00:00.000Z Acme GET /x/[redacted] 400 0ms attempt=1 batch=3\n",
  );
});

test("every attempt of every write, and no read, gets a line in the audit log", async () => {
  const redactor = createRedactor();
  redactor.secret("s3cr3t/pass");
  const auditLogPath = join(mkdtempSync(join(tmpdir(), "audit-")), "audit.jsonl");
  const server = await serve((_call, response, number) => answer(response, number === 2 ? 503 : 200, {}));
  const http = clientFor(server.url, { redactor, auditLogPath, userAgentSuffix: "noc/7" });
  await http.send(get());
  const action = "rename thing s3cr3t/pass";
  await http.send({ method: "PUT", path: "/things/1", json: { secret: "body" }, action, read: () => {} });
  const lines = readFileSync(auditLogPath, "utf8").trimEnd().split("\n");
  const written = { system: "Acme", method: "PUT", path: "/things/1", action: "rename thing [redacted]" };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...written, time: "2025-01-31T12:00:00.000Z", ms: 0, outcome: 503, attempt: 1 },
    { ...written, time: expect.any(String), ms: 0, outcome: 200, attempt: 2 },
  ]);
  expect(server.calls[0]?.headers["user-agent"]).toBe("pulumi-ztp noc/7");
});

test("redaction covers JSON, forms, headers and URLs", () => {
  const { redact } = createRedactor();
  expect(redact('{"password":"a\\"b","refresh_token": "x","n":1}')).toBe(
    '{"password":"[redacted]","refresh_token": "[redacted]","n":1}',
  );
  expect(redact("client_secret=abc&x=1 Authorization: Bearer abc")).toBe(
    "client_secret=[redacted]&x=1 Authorization: [redacted]",
  );
  expect(redact("http://me:pw@proxy:3128/")).toBe("http://[redacted]@proxy:3128/");
});

test("no trace is made when tracing is off", () => {
  expect(createTrace(createRedactor(), "")).toBeUndefined();
});

async function drained(list: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of list);
}

describe("paging", () => {
  test("goes on while there is a next page and fetches no more than is read", async () => {
    const fetch = vi.fn(async (page = 0) => ({
      items: [page * 2, page * 2 + 1],
      next: page < 2 ? page + 1 : undefined,
    }));
    const seen: number[] = [];
    for await (const item of items(fetch)) {
      seen.push(item);
      if (item === 3) break;
    }
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test("refuses to turn in a circle", async () => {
    await expect(drained(items(async () => ({ items: [1], next: "same" })))).rejects.toThrow("does not go on");
    const fetch = vi.fn(async (page = 0) => ({ items: [], next: page % 3 }));
    await expect(drained(items((page?: number) => fetch((page ?? 0) + 1)))).rejects.toThrow("does not go on");
    expect(fetch).toHaveBeenCalledTimes(4);
  });

  test("gives up on a list without an end", async () => {
    const fetch = vi.fn(async (page = 0) => ({ items: [], next: page + 1 }));
    await expect(drained(items(fetch))).rejects.toThrow("does not go on after page 10001");
  });
});
