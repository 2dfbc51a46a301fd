import { describe, expect, test } from "vitest";
import { Budget, BudgetExhausted, type BudgetLedger } from "../../provider/clients/http/budget";
import { MemoryLedger } from "../../provider/clients/http/ledger";
import { describeLedger } from "./ledger-table";
import { rejection, settled, TestClock } from "./support";

const minute = 60_000;
const hour = 3_600_000;
const calls = { counts: "calls", limit: 2, perMs: minute } as const;
const errors = { counts: "errors", limit: 3, perMs: hour } as const;

/** Those of two processes. */
function budgetsOn(ledger: BudgetLedger, clock?: TestClock): [Budget, Budget] {
  const options = { windows: [{ ...errors, stops: true }], ledger, clock };
  return [new Budget(options), new Budget(options)];
}

describeLedger("a ledger in memory", async (clock) => new MemoryLedger(clock));

describe("a budget", () => {
  test("turns callers away from a window that stops, at once, and lets them wait for others", async () => {
    const clock = new TestClock();
    const budget = new Budget({ windows: [calls, { ...errors, stops: true }], clock });
    (await budget.take()).failed(2);
    (await budget.take()).succeeded();
    (await budget.take()).failed(1);
    expect(clock.slept).toEqual([minute + 1_000]);
    const refusal = await rejection(budget.take());
    expect(refusal).toBeInstanceOf(BudgetExhausted);
    expect(refusal).toMatchObject({ of: "errors", waitMs: hour - minute });
    expect(clock.slept).toHaveLength(1);
    await clock.sleep(hour);
    (await budget.take()).succeeded();
  });

  test("some callers leave more errors to others", async () => {
    const budget = new Budget({ windows: [{ ...errors, stops: true }], clock: new TestClock() });
    (await budget.take()).failed(2);
    await expect(budget.take({ errorReserve: 1 })).rejects.toThrow(BudgetExhausted);
    (await budget.take({ errorReserve: 0 })).succeeded();
  });

  test("waits for a pause no longer than the caller allows", async () => {
    const clock = new TestClock();
    const budget = new Budget({ windows: [], clock });
    budget.pauseUntil(clock.now() + minute);
    expect((await budget.usage()).pausedUntil).toBe(clock.now() + minute);
    expect(await rejection(budget.take({ maxPauseMs: minute - 1 }))).toMatchObject({ of: "pause", waitMs: minute });
    (await budget.take({ maxPauseMs: minute })).succeeded();
    expect(clock.slept).toEqual([minute]);
    expect(await budget.usage()).toEqual({ windows: [], pausedUntil: undefined });
  });

  test("counts for a call in flight as many errors as it may come to", async () => {
    const budget = new Budget({ windows: [errors], clock: new TestClock() });
    const batch = await budget.take({ mayFail: 3 });
    const next = budget.take();
    let taken = false;
    void next.then(() => {
      taken = true;
    });
    await settled();
    expect(taken).toBe(false);
    batch.succeeded();
    (await next).failed(3);
    expect((await budget.usage()).windows).toMatchObject([{ used: 3 }]);
  });

  test("waits for the calls of another process, and says so", async () => {
    const clock = new TestClock().hold();
    const ledger = new MemoryLedger(clock);
    const [mine, theirs] = budgetsOn(ledger, clock);
    const batch = await theirs.take({ mayFail: 3 });
    const waits: [number, string][] = [];
    const permit = mine.take({ onWait: (ms, text) => waits.push([ms, text]) });
    await clock.advance(4_999);
    expect(new Set(clock.slept)).toEqual(new Set([100]));
    expect(waits).toEqual([]);
    await clock.advance(1_000);
    expect(waits).toEqual([[55_000, expect.stringContaining("waiting for calls of another run")]]);
    batch.failed(2);
    await clock.advance(100);
    (await permit).failed(1);
    await expect(mine.take()).rejects.toThrow(BudgetExhausted);
  });

  test("stops waiting for them when the caller gives up", async () => {
    const [mine, theirs] = budgetsOn(new MemoryLedger());
    await theirs.take({ mayFail: 3 });
    const stop = new AbortController();
    const refusal = rejection(mine.take({ signal: stop.signal }));
    stop.abort(new Error("enough"));
    expect(await refusal).toMatchObject({ message: "enough" });
  });

  test("tells what is used", async () => {
    const budget = new Budget({ windows: [calls, errors], clock: new TestClock() });
    (await budget.take()).failed(2);
    expect((await budget.usage()).windows).toEqual([
      { ...calls, used: 1 },
      { ...errors, used: 2 },
    ]);
  });

  test("sees the end of a call while a slow ledger is still thinking", async () => {
    const answers: (() => void)[] = [];
    const memory = new MemoryLedger(new TestClock());
    const slow: BudgetLedger = {
      tryTake: async (windows, claim) => {
        const shortage = memory.tryTake(windows, claim);
        await new Promise<void>((resolve) => answers.push(resolve));
        return shortage;
      },
      release: (id) => memory.release(id),
      recordErrors: (count) => memory.recordErrors(count),
      pauseUntil: (time) => memory.pauseUntil(time),
      usage: (windows) => memory.usage(windows),
    };
    const think = async () => {
      await settled();
      answers.shift()?.();
      await settled();
    };
    const budget = new Budget({ windows: [{ ...errors, limit: 1 }], ledger: slow, clock: new TestClock() });
    const first = budget.take();
    await think();
    const permit = await first;
    const second = budget.take();
    await settled();
    // The question is out, and the answer is no; the call ends before the answer is there.
    permit.succeeded();
    await think();
    await think();
    (await second).succeeded();
  });
});
