import { describe, expect, test, vi } from "vitest";
import { Batcher, type BatcherOptions } from "../../provider/clients/http/batch";
import { Budget, BudgetExhausted, sharedBudget } from "../../provider/clients/http/budget";
import { SingleFlight, Snapshot } from "../../provider/clients/http/coalesce";
import { rejection, settled, TestClock } from "./support";

const minute = 60_000;
const hour = 3_600_000;

describe("budget", () => {
  test("all windows at once: a hundred a minute and a thousand an hour", async () => {
    const clock = new TestClock();
    const start = clock.now();
    const windows = [
      { counts: "calls" as const, limit: 100, perMs: minute },
      { counts: "calls" as const, limit: 1_000, perMs: hour },
    ];
    const budget = new Budget({ windows, clock });
    const times: number[] = [];
    for (let call = 0; call < 2_500; call++) {
      (await budget.take()).succeeded();
      times.push(clock.now() - start);
    }
    for (const { limit, perMs } of windows) {
      const spans = times.slice(limit).map((time, index) => time - (times[index] ?? 0));
      expect(Math.min(...spans)).toBeGreaterThanOrEqual(perMs);
    }
    expect(times[1_000]).toBeLessThan(hour + 2_000);
  });

  test("a place is free when a call ends, in the order of asking, and aborted callers step aside", async () => {
    const budget = new Budget({ windows: [], maxConcurrency: 1 });
    const first = await budget.take();
    const order: string[] = [];
    const stop = new AbortController();
    const second = budget.take({ signal: stop.signal });
    const third = budget.take().then((permit) => {
      order.push("third");
      return permit;
    });
    const fourth = budget.take().then((permit) => {
      order.push("fourth");
      return permit;
    });
    stop.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    first.succeeded();
    (await third).succeeded();
    await fourth;
    expect(order).toEqual(["third", "fourth"]);
  });

  test("closing a permit twice frees one place", async () => {
    const budget = new Budget({ windows: [], maxConcurrency: 1 });
    const permit = await budget.take();
    permit.succeeded();
    permit.failed();
    await budget.take();
    const stop = new AbortController();
    const waiting = budget.take({ signal: stop.signal });
    stop.abort();
    expect(await rejection(waiting)).toBe(stop.signal.reason);
  });

  test("calls in flight hold places of the error window, so that it is never overrun", async () => {
    const clock = new TestClock().hold();
    const budget = new Budget({ windows: [{ counts: "errors", limit: 5, perMs: hour, reserve: 2 }], clock });
    const permits = await Promise.all([budget.take(), budget.take(), budget.take()]);
    const waits: number[] = [];
    let admitted = false;
    const next = budget.take({ onWait: (ms) => waits.push(ms) }).then((permit) => {
      admitted = true;
      return permit;
    });
    permits[0]?.failed();
    await settled();
    expect(admitted).toBe(false);
    permits[1]?.succeeded();
    (await next).failed();
    permits[2]?.failed();
    await expect(budget.take({ maxWaitMs: minute })).rejects.toThrow(BudgetExhausted);
    await budget.take({ errorReserve: 1, maxWaitMs: 0 });
    expect(waits).toEqual([]);
  });

  test("says how long it waits", async () => {
    const clock = new TestClock();
    const budget = new Budget({ windows: [{ counts: "calls", limit: 1, perMs: minute }], clock });
    const told = vi.fn();
    await budget.take();
    await budget.take({ onWait: told });
    expect(told).toHaveBeenCalledExactlyOnceWith(61_000, "waiting 61 s for the call budget");
  });

  test("is shared by key, and takes the latest limits", async () => {
    const one = sharedBudget("test-key", { windows: [], maxConcurrency: 1 });
    expect(sharedBudget("test-key", { windows: [], maxConcurrency: 2 })).toBe(one);
    await Promise.all([one.take(), one.take()]);
    expect(sharedBudget("other-key", { windows: [] })).not.toBe(one);
  });
});

describe("batch", () => {
  function batcher(extra: Partial<BatcherOptions<number, number>> = {}) {
    const clock = new TestClock().hold();
    const batches: { items: readonly number[]; signal: AbortSignal; finish: (result: (number | Error)[]) => void }[] =
      [];
    const run = (items: readonly number[], signal: AbortSignal) => {
      const { promise, resolve } = Promise.withResolvers<(number | Error)[]>();
      batches.push({ items, signal, finish: resolve });
      return promise;
    };
    return { clock, batches, batch: new Batcher<number, number>({ run, maxSize: 3, quietMs: 50, clock, ...extra }) };
  }

  test("goes when it is full, and when it has been quiet", async () => {
    const { clock, batches, batch } = batcher({ maxInFlight: 9 });
    const results = [1, 2, 3, 4].map((item) => batch.add(item));
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    await clock.advance(40);
    results.push(batch.add(5));
    await clock.advance(40);
    expect(batches).toHaveLength(1);
    await clock.advance(10);
    expect(batches[1]?.items).toEqual([4, 5]);
    for (const { items, finish } of batches) finish(items.map((item) => item * 10));
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
  });

  test("keeps together what comes at once, however slow the machine is", async () => {
    const slow = new TestClock();
    let now = slow.now();
    slow.now = () => (now += 60);
    const { batches, batch } = batcher({ clock: slow, maxSize: 10 });
    for (const item of [1, 2, 3, 4]) void batch.add(item);
    await settled();
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3, 4]]);
  });

  test("does not wait beyond maxWaitMs while items trickle in", async () => {
    const { clock, batches, batch } = batcher({ maxWaitMs: 60 });
    void batch.add(1);
    await clock.advance(40);
    void batch.add(2);
    await clock.advance(20);
    expect(batches[0]?.items).toEqual([1, 2]);
  });

  test("a flush sends what waits, when there is a place in flight", async () => {
    const { clock, batches, batch } = batcher();
    for (const item of [1, 2, 3, 4]) void batch.add(item);
    batch.flush();
    expect(batch).toMatchObject({ waitingCount: 1, inFlightCount: 3 });
    batches[0]?.finish([1, 2, 3]);
    await clock.advance(0);
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3], [4]]);
    expect(batch).toMatchObject({ waitingCount: 0, inFlightCount: 1 });
  });

  test("while one is in flight the next fills; an item may fail alone, or all together", async () => {
    const { batches, batch } = batcher();
    const results = [1, 2, 3, 4, 5, 6].map((item) => batch.add(item));
    expect(batches).toHaveLength(1);
    batches[0]?.finish([1, new Error("only me"), 3]);
    expect(await Promise.allSettled(results.slice(0, 3))).toMatchObject([
      { value: 1 },
      { reason: new Error("only me") },
      { value: 3 },
    ]);
    batches[1]?.finish([]);
    for (const result of results.slice(3)) await expect(result).rejects.toThrow("0 outcomes");
  });

  test("an aborted caller is taken out before it leaves, and let go afterwards", async () => {
    const { clock, batches, batch } = batcher();
    const stops = [1, 2, 3].map(() => new AbortController());
    const results = stops.map((stop, index) => rejection(batch.add(index, stop.signal).then(() => "done")));
    void results;
    expect(batches[0]?.items).toEqual([0, 1, 2]);
    stops[0]?.abort();
    expect(await results[0]).toBe(stops[0]?.signal.reason);
    expect(batches[0]?.signal.aborted).toBe(false);
    stops[1]?.abort();
    stops[2]?.abort();
    expect(batches[0]?.signal.aborted).toBe(true);
    const stop = new AbortController();
    const early = rejection(batch.add(7, stop.signal));
    stop.abort();
    await early;
    batches[0]?.finish([0, 0, 0]);
    await clock.advance(500);
    expect(batches).toHaveLength(1);
  });
});

describe("single flight and snapshot", () => {
  test("one run for all; it is aborted only when all have given up", async () => {
    const signals: AbortSignal[] = [];
    const flight = new SingleFlight((signal) => {
      signals.push(signal);
      return new Promise<string>(() => {});
    });
    const stops = [new AbortController(), new AbortController()];
    const results = stops.map((stop) => rejection(flight.run(stop.signal)));
    stops[0]?.abort();
    await results[0];
    expect(signals[0]?.aborted).toBe(false);
    stops[1]?.abort();
    await results[1];
    expect(signals[0]?.aborted).toBe(true);
    void flight.run();
    expect(signals).toHaveLength(2);
  });

  test("a snapshot answers until it is too old, invalid, or began too early", async () => {
    const clock = new TestClock().hold();
    const load = vi.fn(async () => load.mock.calls.length);
    const snapshot = new Snapshot({ load, maxAgeMs: 1_000, clock });
    expect(await Promise.all([snapshot.read(), snapshot.read()])).toEqual([1, 1]);
    await clock.advance(500);
    expect(await snapshot.read({ since: clock.now() })).toBe(2);
    expect(await snapshot.read({ since: clock.now() })).toBe(2);
    await clock.advance(1_001);
    expect(await snapshot.read()).toBe(3);
    snapshot.invalidate();
    expect(await snapshot.read()).toBe(4);
  });

  test("a failed load is not kept, and an invalidated one still answers those who wait", async () => {
    const clock = new TestClock();
    const loads: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
    const load = () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      loads.push({ resolve, reject });
      return promise;
    };
    const snapshot = new Snapshot({ load, maxAgeMs: 1_000, clock });
    const early = snapshot.read();
    snapshot.invalidate();
    const late = snapshot.read();
    loads[0]?.resolve("old");
    loads[1]?.reject(new Error("down"));
    expect(await early).toBe("old");
    await expect(late).rejects.toThrow("down");
    const again = snapshot.read();
    loads[2]?.resolve("new");
    expect(await again).toBe("new");
  });
});
