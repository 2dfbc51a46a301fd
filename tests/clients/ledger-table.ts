import { describe, expect, test } from "vitest";
import type { BudgetLedger } from "../../provider/clients/http/budget";
import { TestClock } from "./support";

export const minute = 60_000;
export const hour = 3_600_000;
export const calls = { counts: "calls", limit: 2, perMs: minute } as const;
export const errors = { counts: "errors", limit: 3, perMs: hour } as const;

const undecided = { of: "errors", waitMs: Number.POSITIVE_INFINITY };
const claim = (id: string, count = 1) => ({ id, errors: count });

/** What every ledger does, wherever it keeps its record. `open` makes an empty one. */
export function describeLedger(name: string, open: (clock: TestClock) => Promise<BudgetLedger>): void {
  describe(name, () => {
    test("takes from all windows or from none, and names what is short for longest", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      expect(await ledger.tryTake([calls, errors])).toBeUndefined();
      expect(await ledger.tryTake([calls, errors])).toBeUndefined();
      expect(await ledger.tryTake([calls, errors])).toEqual({ of: "calls", waitMs: minute + 1_000 });
      ledger.recordErrors(3);
      expect(await ledger.tryTake([calls, errors])).toEqual({ of: "errors", waitMs: hour + 1_000 });
      ledger.pauseUntil(clock.now() + 2 * hour);
      ledger.pauseUntil(clock.now() + hour);
      expect(await ledger.tryTake([calls, errors])).toEqual({ of: "pause", waitMs: 2 * hour });
      expect(await ledger.usage([calls, errors])).toEqual({ used: [2, 3], pausedUntil: clock.now() + 2 * hour });
    });

    test("forgets what is older than the window", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      await ledger.tryTake([calls, errors]);
      ledger.recordErrors(1);
      await clock.sleep(minute + 1_000);
      expect((await ledger.usage([calls, errors])).used).toEqual([0, 1]);
      expect(await ledger.tryTake([{ ...calls, limit: 1 }])).toBeUndefined();
      await clock.sleep(hour);
      expect((await ledger.usage([{ ...calls, perMs: hour }, errors])).used).toEqual([1, 0]);
    });

    test("slides: there is room as soon as the call that fills the window is old enough, and not before", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      await ledger.tryTake([calls]);
      await clock.sleep(10_000);
      await ledger.tryTake([calls]);
      expect(await ledger.tryTake([calls])).toEqual({ of: "calls", waitMs: minute + 1_000 - 10_000 });
      await clock.sleep(minute + 1_000 - 10_000 - 1);
      expect(await ledger.tryTake([calls])).toEqual({ of: "calls", waitMs: 1 });
      await clock.sleep(1);
      expect(await ledger.tryTake([calls])).toBeUndefined();
      expect(await ledger.tryTake([calls])).toEqual({ of: "calls", waitMs: 10_000 });
    });

    test("begins anew on the hour, if the window is aligned, however late in the hour the calls were", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      const hourly = { ...calls, perMs: hour, aligned: true };
      await clock.sleep(10 * minute);
      expect(await ledger.tryTake([hourly])).toBeUndefined();
      await clock.sleep(49 * minute);
      expect(await ledger.tryTake([hourly])).toBeUndefined();
      expect(await ledger.tryTake([hourly])).toEqual({ of: "calls", waitMs: minute + 1_000 });
      expect((await ledger.usage([hourly])).used).toEqual([2]);
      await clock.sleep(minute + 999);
      expect(await ledger.tryTake([hourly])).toEqual({ of: "calls", waitMs: 1 });
      expect((await ledger.usage([hourly])).used).toEqual([2]);
      await clock.sleep(1);
      expect((await ledger.usage([hourly, { ...hourly, aligned: false }])).used).toEqual([0, 2]);
      expect(await ledger.tryTake([hourly])).toBeUndefined();
      expect(await ledger.tryTake([hourly])).toBeUndefined();
      expect(await ledger.tryTake([hourly])).toEqual({ of: "calls", waitMs: hour });
    });

    test("counts a call in the last second for the next window, since the vendor may see it then", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      const hourly = { ...calls, perMs: hour, aligned: true };
      await clock.sleep(hour - 500);
      expect(await ledger.tryTake([hourly])).toBeUndefined();
      await clock.sleep(2_000);
      expect((await ledger.usage([hourly])).used).toEqual([1]);
      expect(await ledger.tryTake([hourly])).toBeUndefined();
      expect(await ledger.tryTake([hourly])).toEqual({ of: "calls", waitMs: hour - 500 });
      await clock.sleep(hour - 501);
      expect(await ledger.tryTake([hourly])).toEqual({ of: "calls", waitMs: 1 });
      await clock.sleep(1);
      expect((await ledger.usage([hourly])).used).toEqual([0]);
    });

    test("leaves a reserve untouched, but never all", async () => {
      const ledger = await open(new TestClock());
      expect(await ledger.tryTake([{ ...calls, reserve: 1 }])).toBeUndefined();
      expect(await ledger.tryTake([{ ...calls, reserve: 1 }])).toMatchObject({ of: "calls" });
      expect(await ledger.tryTake([{ ...calls, limit: 3, reserve: 5 }])).toMatchObject({ of: "calls" });
      expect(await ledger.tryTake([{ ...calls, reserve: 0 }])).toBeUndefined();
    });

    test("waits for the end of calls that may yet turn out as errors", async () => {
      const ledger = await open(new TestClock());
      ledger.recordErrors(1);
      expect(await ledger.tryTake([errors], claim("one"))).toBeUndefined();
      expect(await ledger.tryTake([errors], claim("two"))).toBeUndefined();
      expect(await ledger.tryTake([errors], claim("three"))).toEqual(undecided);
      expect(await ledger.tryTake([errors])).toEqual(undecided);
      expect(await ledger.tryTake([errors, { ...calls, limit: 1 }])).toMatchObject({ of: "errors" });
      ledger.recordErrors(1);
      ledger.release("one");
      expect(await ledger.tryTake([errors])).toEqual(undecided);
      ledger.release("two");
      expect(await ledger.tryTake([errors], claim("three"))).toBeUndefined();
      ledger.recordErrors(1);
      expect(await ledger.tryTake([errors])).toEqual({ of: "errors", waitMs: hour + 1_000 });
    });

    test("gives a call all the errors that it may come to, or lets it wait; one that may come to more than all goes alone", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      expect(await ledger.tryTake([errors], claim("read"))).toBeUndefined();
      expect(await ledger.tryTake([errors], claim("batch", 3))).toEqual(undecided);
      expect(await ledger.tryTake([errors], claim("batch", 9))).toEqual(undecided);
      ledger.release("read");
      expect(await ledger.tryTake([errors], claim("batch", 9))).toBeUndefined();
      expect(await ledger.tryTake([errors], claim("read"))).toEqual(undecided);
      ledger.release("batch");
      ledger.recordErrors(1);
      expect(await ledger.tryTake([errors], claim("batch", 2))).toBeUndefined();
      ledger.release("batch");
      await clock.sleep(60_000);
      ledger.recordErrors(1);
      expect(await ledger.tryTake([errors], claim("batch", 2))).toEqual({
        of: "errors",
        waitMs: hour + 1_000 - 60_000,
      });
    });

    test("claims nothing where no window counts errors", async () => {
      const ledger = await open(new TestClock());
      expect(await ledger.tryTake([calls], claim("one", 3))).toBeUndefined();
      expect(await ledger.tryTake([errors], claim("two", 3))).toBeUndefined();
    });

    test("without windows counts all the same, and keeps to a pause until it is over", async () => {
      const clock = new TestClock();
      const ledger = await open(clock);
      ledger.pauseUntil(clock.now() - 1);
      expect(await ledger.tryTake([])).toBeUndefined();
      ledger.pauseUntil(clock.now() + 100);
      expect(await ledger.tryTake([])).toEqual({ of: "pause", waitMs: 100 });
      await clock.sleep(100);
      expect(await ledger.tryTake([])).toBeUndefined();
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
      await ledger.tryTake([calls, errors]);
      ledger.recordErrors(2);
      ledger.pauseUntil(clock.now() + minute);
      await ledger.usage([]);
      const next = reopen();
      expect(await next.usage([calls, errors])).toEqual({ used: [1, 2], pausedUntil: clock.now() + minute });
      await clock.sleep(minute);
      expect(await next.tryTake([calls, errors])).toBeUndefined();
      expect(await ledger.tryTake([calls, errors])).toEqual({ of: "calls", waitMs: 1_000 });
    });

    test("holds for a call what it may come to, whichever process asks, until it has ended", async () => {
      const { ledger, reopen } = await open(new TestClock());
      const other = reopen();
      expect(await ledger.tryTake([errors], claim("one", 2))).toBeUndefined();
      expect(await other.tryTake([errors], claim("two", 2))).toEqual(undecided);
      expect(await other.tryTake([errors], claim("three"))).toBeUndefined();
      expect(await ledger.tryTake([errors], claim("four"))).toEqual(undecided);
      ledger.recordErrors(2);
      ledger.release("one");
      expect(await other.tryTake([errors], claim("five"))).toEqual(undecided);
      other.release("three");
      expect(await other.tryTake([errors], claim("five"))).toBeUndefined();
    });

    test("holds nothing for a process that has died, but all for one that goes on, however long its calls last", async () => {
      const clock = new TestClock();
      const { ledger, reopen } = await open(clock);
      await ledger.tryTake([errors], claim("of the dead", 2));
      const other = reopen();
      await clock.sleep(30_000);
      expect(await other.tryTake([errors], claim("two"))).toBeUndefined();
      await clock.sleep(29_999);
      expect(await other.tryTake([errors])).toEqual(undecided);
      await clock.sleep(1);
      expect(await other.tryTake([errors], claim("three"))).toBeUndefined();
      await clock.sleep(59_999);
      expect(await other.tryTake([errors], claim("four"))).toBeUndefined();
      await clock.sleep(59_999);
      expect(await reopen().tryTake([errors])).toEqual(undecided);
      await clock.sleep(1);
      expect(await reopen().tryTake([errors])).toBeUndefined();
    });

    test("keeps the accounts apart", async () => {
      const { ledger, reopen } = await open(new TestClock());
      await ledger.tryTake([calls, errors], claim("one", 3));
      ledger.recordErrors(3);
      const other = reopen("another account");
      expect((await other.usage([calls, errors])).used).toEqual([0, 0]);
      expect(await other.tryTake([calls, errors])).toBeUndefined();
      expect((await ledger.usage([calls, errors])).used).toEqual([1, 3]);
    });

    test("waits no longer for what was written before the clock was set back than for what happens now", async () => {
      const clock = new TestClock();
      const { ledger } = await open(clock);
      await ledger.tryTake([calls]);
      await ledger.tryTake([calls]);
      ledger.recordErrors(1);
      ledger.pauseUntil(clock.now() + 5_000);
      await ledger.usage([]);
      await clock.sleep(-24 * hour);
      expect(await ledger.usage([calls, errors])).toEqual({ used: [2, 1], pausedUntil: clock.now() + 5_000 });
      await clock.sleep(5_000);
      expect(await ledger.tryTake([calls])).toEqual({ of: "calls", waitMs: minute + 1_000 - 5_000 });
      await clock.sleep(minute + 1_000 - 5_000);
      expect(await ledger.tryTake([calls])).toBeUndefined();
    });
  });
}
