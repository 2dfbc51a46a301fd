import { type Clock, systemClock } from "./clock";

/** One limit of a vendor over a sliding window. */
export interface BudgetWindow {
  /** What is counted: every call, or only errors. */
  counts: "calls" | "errors";
  /** How many fit into the window. */
  limit: number;
  /** Length of the window in milliseconds. */
  perMs: number;
  /** How many to leave untouched, for others or for emergencies. Default 0. */
  reserve?: number;
  /** When it is full, callers are turned away at once instead of waiting. Default false. */
  stops?: boolean;
}

/** What a call has to wait for. */
export interface Shortage {
  /** Milliseconds until there might be room. Infinity: only the end of a call that is on its way can tell. */
  waitMs: number;
  /** The kind of window that is full for longest, or a pause. */
  of: BudgetWindow["counts"] | "pause";
}

/** What is recorded at the moment. */
export interface LedgerUsage {
  /** Entries within each of the windows that were asked about, in their order. */
  used: readonly number[];
  /** Milliseconds since the epoch; in the past if there is no pause. */
  pausedUntil: number;
}

/** Where calls and errors of one account at one vendor are recorded. In memory here; a file or a shared store can stand in. */
export interface BudgetLedger {
  /**
   * Records one call if no pause is on and every window has room, and answers undefined; else records nothing and
   * answers what is missing. Atomic over all windows. `pending` calls of the asking process are on their way and may yet
   * turn out as errors: if only their places are missing in a window of errors, the wait is infinite, and the caller
   * asks again when one has ended.
   */
  tryTake(windows: readonly BudgetWindow[], pending: number): Promise<Shortage | undefined> | Shortage | undefined;
  /** Records errors that happened now. Must not throw; a later `tryTake` of the same ledger sees them. */
  recordErrors(count: number): void;
  /** Nobody is let through before `time`, milliseconds since the epoch. A pause never gets shorter. Must not throw. */
  pauseUntil(time: number): void;
  /** Looks without recording anything. */
  usage(windows: readonly BudgetWindow[]): Promise<LedgerUsage> | LedgerUsage;
}

// The vendor sees a call later than we do, so two calls may be closer together in its log than in ours.
const marginMs = 1_000;

/** Sliding logs in the memory of this process. */
export class MemoryLedger implements BudgetLedger {
  private readonly logs = { calls: [] as number[], errors: [] as number[] };
  private pausedUntil = 0;

  constructor(private readonly clock: Clock = systemClock) {}

  tryTake(windows: readonly BudgetWindow[], pending: number): Shortage | undefined {
    const now = this.clock.now();
    this.forget(now - marginMs - Math.max(0, ...windows.map((window) => window.perMs)));
    const shortages: Shortage[] = [
      { of: "pause", waitMs: this.pausedUntil - now },
      ...windows.map((window) => ({ of: window.counts, waitMs: this.waitFor(window, pending, now) })),
    ];
    const longest = shortages.reduce((one, other) => (other.waitMs > one.waitMs ? other : one));
    if (longest.waitMs > 0) return longest;
    this.logs.calls.push(now);
    return undefined;
  }

  recordErrors(count: number): void {
    const now = this.clock.now();
    for (let left = count; left > 0; left--) this.logs.errors.push(now);
  }

  pauseUntil(time: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, time);
  }

  usage(windows: readonly BudgetWindow[]): LedgerUsage {
    const now = this.clock.now();
    const used = windows.map(({ counts, perMs }) => {
      const oldest = now - perMs - marginMs;
      return this.logs[counts].filter((time) => time > oldest).length;
    });
    return { used, pausedUntil: this.pausedUntil };
  }

  private waitFor(window: BudgetWindow, pending: number, now: number): number {
    const log = this.logs[window.counts];
    const room = Math.max(1, window.limit - (window.reserve ?? 0));
    const waitFor = (places: number) => {
      const blocking = log[log.length - places];
      return blocking === undefined ? 0 : Math.max(0, blocking + window.perMs + marginMs - now);
    };
    const waitMs = waitFor(room);
    if (waitMs > 0 || window.counts === "calls") return waitMs;
    return room > pending && waitFor(room - pending) === 0 ? 0 : Number.POSITIVE_INFINITY;
  }

  private forget(before: number): void {
    for (const log of [this.logs.calls, this.logs.errors]) {
      const kept = log.findIndex((time) => time > before);
      const old = kept === -1 ? log.length : kept;
      // In strides, because removing from the front moves the rest.
      if (old > 256) log.splice(0, old);
    }
  }
}
