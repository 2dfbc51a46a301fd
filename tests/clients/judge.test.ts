import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Budget } from "../../provider/clients/http/budget";
import { VendorError } from "../../provider/clients/http/errors";
import { HttpClient, type HttpClientOptions, type HttpRequest } from "../../provider/clients/http/request";
import { Turns } from "../../provider/clients/http/turns";
import { vendorError } from "./fortinet-support";
import { answer, rejection, serve, settled, TestClock } from "./support";

const clientFor = (baseUrl: string, options: Partial<HttpClientOptions> = {}) =>
  new HttpClient({ system: "Acme", baseUrl, clock: new TestClock(), random: () => 0.5, ...options });

const post = (extra: Partial<HttpRequest<unknown>> = {}): HttpRequest<unknown> => ({
  method: "POST",
  path: "/things",
  read: (reply) => reply.json(),
  ...extra,
});

const errorWindow = { counts: "errors", limit: 5, perMs: 3_600_000, stops: true } as const;

describe("a call may be judged by its body", () => {
  test("as one to be read, whatever its status", async () => {
    const server = await serve((_call, response) => answer(response, 400, { parts: [1] }));
    expect(await clientFor(server.url).send(post({ judge: () => "read" }))).toEqual({ parts: [1] });
  });

  test("as a failure, though its status is good; and else as usual", async () => {
    const server = await serve((call, response) => answer(response, 200, JSON.parse(call.body)));
    const judge: HttpRequest<unknown>["judge"] = ({ status, text }) =>
      text.includes("no") ? { kind: "rejected", status, vendorMessage: "no" } : undefined;
    const http = clientFor(server.url);
    expect(await vendorError(http.send(post({ judge, json: { say: "no" } })))).toMatchObject({
      kind: "rejected",
      status: 200,
    });
    expect(await http.send(post({ judge, json: { say: "yes" } }))).toEqual({ say: "yes" });
  });

  test("errors inside an answer are counted, and its place in the budget is free again", async () => {
    const budget = new Budget({ windows: [errorWindow], clock: new TestClock(), maxConcurrency: 1 });
    const server = await serve((_call, response) => answer(response, 200, { failed: 2 }));
    const http = clientFor(server.url, { budget });
    const errorsIn = (result: unknown) => (result as { failed: number }).failed;
    await http.send(post({ errorsIn }));
    await http.send(post({ errorsIn }));
    await http.send(post());
    expect((await budget.usage()).windows).toMatchObject([{ used: 4 }]);
    const failure = await vendorError(http.send(post({ errorReserve: 1 })));
    expect(failure).toMatchObject({ kind: "rate-limited", code: "error-budget", notAttempted: true });
    expect(server.calls).toHaveLength(3);
  });
});

describe("a POST that only reads", () => {
  test("is no write: repeated, never in doubt, not in the audit log", async () => {
    const auditLogPath = join(mkdtempSync(join(tmpdir(), "audit-")), "audit.jsonl");
    const server = await serve((_call, response, number) => answer(response, number === 1 ? 500 : 400, {}));
    const http = clientFor(server.url, { auditLogPath });
    const read = await vendorError(http.send(post({ write: false, repeatable: true })));
    expect(read).toMatchObject({ kind: "rejected", ambiguous: false });
    expect(server.calls).toHaveLength(2);
    await vendorError(http.send(post({ action: "write" })));
    const lines = readFileSync(auditLogPath, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).action)).toEqual(["write"]);
  });

  test("has a time of its own, if it is given one", async () => {
    const server = await serve(() => {});
    const failure = await vendorError(clientFor(server.url).send(post({ timeoutMs: 30, write: false })));
    expect(failure).toMatchObject({ kind: "timeout", ambiguous: false });
  });
});

test("what never left is not counted as an error", async () => {
  const budget = new Budget({ windows: [errorWindow], clock: new TestClock() });
  const http = clientFor("http://127.0.0.1:1", { budget, retry: { maxAttempts: 1 } });
  await vendorError(http.send(post()));
  expect((await budget.usage()).windows).toMatchObject([{ used: 0 }]);
});

test("a pause that the vendor asks for is waited for, or not, by its length", async () => {
  const clock = new TestClock();
  const budget = new Budget({ windows: [], clock });
  const server = await serve((_call, response, n) =>
    answer(response, n === 1 ? 429 : 200, {}, { "retry-after": "900" }),
  );
  const http = clientFor(server.url, { clock, budget, maxPauseMs: 300_000 });
  await vendorError(http.send(post()));
  const failure = await vendorError(http.send(post()));
  expect(failure).toMatchObject({ code: "paused", notAttempted: true });
  expect(failure.message).toContain("There is room again in 15 min");
  await clock.sleep(700_000);
  await http.send(post());
  expect(server.calls).toHaveLength(2);
});

test("nothing that may have been applied counts as not attempted", () => {
  const error = new VendorError({ kind: "timeout", system: "Acme", notAttempted: true });
  expect(error.notAttempted).toBe(true);
  expect(error.with({ ambiguous: true }).notAttempted).toBe(false);
});

describe("turns", () => {
  function tasks(turns: Turns, count: number) {
    const started: number[] = [];
    const ends: PromiseWithResolvers<number>[] = Array.from({ length: count }, () => Promise.withResolvers<number>());
    const results = ends.map(({ promise }, index) =>
      turns.run(() => {
        started.push(index);
        return promise;
      }),
    );
    for (const result of results) result.catch(() => {});
    return { started, ends, results };
  }

  test("come one after the other, failures too", async () => {
    const { started, ends, results } = tasks(new Turns(), 3);
    await settled();
    expect(started).toEqual([0]);
    ends[0]?.reject(new Error("no"));
    await settled();
    expect(started).toEqual([0, 1]);
    ends[1]?.resolve(7);
    ends[2]?.resolve(8);
    await expect(results[0]).rejects.toThrow("no");
    expect([await results[1], await results[2]]).toEqual([7, 8]);
  });

  test("end with the first success, if they are only until then", async () => {
    const { started, ends } = tasks(new Turns({ untilFirstSuccess: true }), 4);
    await settled();
    ends[0]?.reject(new Error("no"));
    await settled();
    expect(started).toEqual([0, 1]);
    ends[1]?.resolve(1);
    await settled();
    expect(started).toEqual([0, 1, 2, 3]);
  });

  test("are given up by those who stop waiting, and nobody loses theirs by it", async () => {
    const turns = new Turns();
    const first = Promise.withResolvers<number>();
    void turns.run(() => first.promise);
    const stop = new AbortController();
    let ran = false;
    const waiting = turns.run(async () => {
      ran = true;
    }, stop.signal);
    const third = turns.run(async () => 3);
    stop.abort(new Error("enough"));
    expect(await rejection(waiting)).toBe(stop.signal.reason);
    first.resolve(1);
    expect(await third).toBe(3);
    expect(ran).toBe(false);
  });
});
