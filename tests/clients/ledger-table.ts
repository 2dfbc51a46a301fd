import { describe, expect, test } from "vitest";
import type { BudgetLedger } from "../../provider/clients/http/budget";
import { TestClock } from "./support";

export const minute = 60_000;
export const hour = 3_600_000;
export const calls = { counts: "calls", limit: 2, perMs: minute } as const;
export const errors = { counts: "errors", limit: 3, perMs: hour } as const;

/** What every ledger does, wherever it keeps its record. `open` makes an empty one. */
export function describeLedger(name: string, open: (clock: TestClock) => Promise<BudgetLedger>): void {
  describe(name, () => {
    test("takes from all windows or from none, and names what is short for longest", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      expect(await ledger.tryTake([calls, errors], 0)).toBeUndefined();
      expect(await ledger.tryTake([calls, errors], 0)).toBeUndefined();
      expect(await ledger.tryTake([calls, errors], 0)).toEqual({ of: "calls", waitMs: minute + 1_000 });
      ledger.recordErrors(3);
      expect(await ledger.tryTake([calls, errors], 0)).toEqual({ of: "errors", waitMs: hour + 1_000 });
      ledger.pauseUntil(clock.now() + 2 * hour);
      ledger.pauseUntil(clock.now() + hour);
      expect(await ledger.tryTake([calls, errors], 0)).toEqual({ of: "pause", waitMs: 2 * hour });
      expect(await ledger.usage([calls, errors])).toEqual({ used: [2, 3], pausedUntil: clock.now() + 2 * hour });
    });

    test("forgets what is older than the window", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      await ledger.tryTake([calls, errors], 0);
      ledger.recordErrors(1);
      await clock.sleep(minute + 1_000);
      expect((await ledger.usage([calls, errors])).used).toEqual([0, 1]);
      expect(await ledger.tryTake([{ ...calls, limit: 1 }], 0)).toBeUndefined();
      await clock.sleep(hour);
      expect((await ledger.usage([{ ...calls, perMs: hour }, errors])).used).toEqual([1, 0]);
    });

    test("slides: there is room as soon as the call that fills the window is old enough, and not before", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      await ledger.tryTake([calls], 0);
      await clock.sleep(10_000);
      await ledger.tryTake([calls], 0);
      expect(await ledger.tryTake([calls], 0)).toEqual({ of: "calls", waitMs: minute + 1_000 - 10_000 });
      await clock.sleep(minute + 1_000 - 10_000 - 1);
      expect(await ledger.tryTake([calls], 0)).toEqual({ of: "calls", waitMs: 1 });
      await clock.sleep(1);
      expect(await ledger.tryTake([calls], 0)).toBeUndefined();
      expect(await ledger.tryTake([calls], 0)).toEqual({ of: "calls", waitMs: 10_000 });
    });

    test("leaves a reserve untouched, but never all", async () => {
      const ledger = await open(new TestClock());
      expect(await ledger.tryTake([{ ...calls, reserve: 1 }], 0)).toBeUndefined();
      expect(await ledger.tryTake([{ ...calls, reserve: 1 }], 0)).toMatchObject({ of: "calls" });
      expect(await ledger.tryTake([{ ...calls, limit: 3, reserve: 5 }], 0)).toMatchObject({ of: "calls" });
      expect(await ledger.tryTake([{ ...calls, reserve: 0 }], 0)).toBeUndefined();
    });

    test("waits for the end of calls that may yet turn out as errors", async () => {
      const ledger = await open(new TestClock());
      ledger.recordErrors(1);
      expect(await ledger.tryTake([errors], 1)).toBeUndefined();
      expect(await ledger.tryTake([errors], 2)).toEqual({ of: "errors", waitMs: Number.POSITIVE_INFINITY });
      expect(await ledger.tryTake([errors], 3)).toEqual({ of: "errors", waitMs: Number.POSITIVE_INFINITY });
      expect(await ledger.tryTake([errors, { ...calls, limit: 1 }], 3)).toMatchObject({ of: "errors" });
      ledger.recordErrors(2);
      expect(await ledger.tryTake([errors], 2)).toEqual({ of: "errors", waitMs: hour + 1_000 });
    });

    test("without windows counts all the same, and keeps to a pause until it is over", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      ledger.pauseUntil(clock.now() - 1);
      expect(await ledger.tryTake([], 0)).toBeUndefined();
      ledger.pauseUntil(clock.now() + 100);
      expect(await ledger.tryTake([], 0)).toEqual({ of: "pause", waitMs: 100 });
      await clock.sleep(100);
      expect(await ledger.tryTake([], 0)).toBeUndefined();
      expect((await ledger.usage([calls])).used).toEqual([2]);
    });
  });
}

/** What every ledger does that outlives a process. `reopen` opens the record of the first one again, as another process does. */
export function describeLastingLedger(
  name: string,
  open: (clock: TestClock) => Promise<{ ledger: BudgetLedger; reopen: (key?: string) => BudgetLedger }>,
): void {
  describe(name, () => {
    test("outlives the process that began it, with calls, errors and a pause", async () => {
      const clock = new TestClock();
      const { ledger, reopen } = await open(clock);
      await ledger.tryTake([calls, errors], 0);
      ledger.recordErrors(2);
      ledger.pauseUntil(clock.now() + minute);
      await ledger.usage([]);
      const next = reopen();
      expect(await next.usage([calls, errors])).toEqual({ used: [1, 2], pausedUntil: clock.now() + minute });
      await clock.sleep(minute);
      expect(await next.tryTake([calls, errors], 0)).toBeUndefined();
      expect(await ledger.tryTake([calls, errors], 0)).toEqual({ of: "calls", waitMs: 1_000 });
    });

    test("keeps the accounts apart", async () => {
      const { ledger, reopen } = await open(new TestClock());
      await ledger.tryTake([calls], 0);
      ledger.recordErrors(3);
      const other = reopen("another account");
      expect((await other.usage([calls, errors])).used).toEqual([0, 0]);
      expect(await other.tryTake([calls, errors], 0)).toBeUndefined();
      expect((await ledger.usage([calls, errors])).used).toEqual([1, 3]);
    });

    test("waits no longer for what was written before the clock was set back than for what happens now", async () => {
      const clock = new TestClock();
      const { ledger } = await open(clock);
      await ledger.tryTake([calls], 0);
      await ledger.tryTake([calls], 0);
      ledger.recordErrors(1);
      ledger.pauseUntil(clock.now() + 5_000);
      await ledger.usage([]);
      await clock.sleep(-24 * hour);
      expect(await ledger.usage([calls, errors])).toEqual({ used: [2, 1], pausedUntil: clock.now() + 5_000 });
      await clock.sleep(5_000);
      expect(await ledger.tryTake([calls], 0)).toEqual({ of: "calls", waitMs: minute + 1_000 - 5_000 });
      await clock.sleep(minute + 1_000 - 5_000);
      expect(await ledger.tryTake([calls], 0)).toBeUndefined();
    });
  });
}
