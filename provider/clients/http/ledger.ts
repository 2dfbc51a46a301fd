import { type Clock, systemClock } from "./clock";
import type { VendorErrorDetails } from "./errors";

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

/** Where calls and errors of one account at one vendor are recorded. In the memory of this process, in a file, or in Redis. */
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

/** The ledger cannot be asked, and going on without it could break the account. The message says why, the hint what to do. */
export class LedgerUnavailable extends Error {
  override readonly name = "LedgerUnavailable";
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }

  /** What it means for a call. */
  get details(): Omit<VendorErrorDetails, "system"> {
    return { kind: "network", reason: this.message, code: "no-budget", hint: this.hint, notAttempted: true };
  }
}

/** The vendor sees a call later than we do, so two calls may be closer together in its log than in ours: milliseconds. */
export const marginMs = 1_000;

/** How long an entry counts in any of the windows, in milliseconds. */
export function memoryOf(windows: readonly BudgetWindow[]): number {
  return marginMs + Math.max(0, ...windows.map(({ perMs }) => perMs));
}

/** How many entries may stand in a window. */
export function roomOf({ limit, reserve = 0 }: BudgetWindow): number {
  return Math.max(1, limit - reserve);
}

/** What a ledger knows at one moment. */
export interface LedgerView {
  /** Milliseconds since the epoch, as are the others. */
  now: number;
  pausedUntil: number;
  /** When the entry was made that has `place - 1` younger ones; undefined if there are not so many. */
  latest(counts: BudgetWindow["counts"], place: number): number | undefined;
}

/** What is missing for one more call, if anything: see `BudgetLedger.tryTake`. */
export function shortageIn(
  { now, pausedUntil, latest }: LedgerView,
  windows: readonly BudgetWindow[],
  pending: number,
): Shortage | undefined {
  const waitFor = ({ counts, perMs }: BudgetWindow, places: number) => {
    const blocking = latest(counts, places);
    return blocking === undefined ? 0 : Math.max(0, blocking + perMs + marginMs - now);
  };
  let longest: Shortage = { of: "pause", waitMs: pausedUntil - now };
  for (const window of windows) {
    const room = roomOf(window);
    let waitMs = waitFor(window, room);
    const undecided = window.counts === "errors" && waitMs === 0 ? pending : 0;
    if (undecided > 0 && (room <= undecided || waitFor(window, room - undecided) > 0))
      waitMs = Number.POSITIVE_INFINITY;
    if (waitMs > longest.waitMs) longest = { of: window.counts, waitMs };
  }
  return longest.waitMs > 0 ? longest : undefined;
}

/** Sliding logs in the memory of this process. */
export class MemoryLedger implements BudgetLedger {
  private readonly logs = { calls: [] as number[], errors: [] as number[] };
  private pausedUntil = 0;

  constructor(private readonly clock: Clock = systemClock) {}

  tryTake(windows: readonly BudgetWindow[], pending: number): Shortage | undefined {
    const { logs, pausedUntil } = this;
    const now = this.clock.now();
    this.forget(now - memoryOf(windows));
    const latest: LedgerView["latest"] = (counts, place) => logs[counts][logs[counts].length - place];
    const shortage = shortageIn({ now, pausedUntil, latest }, windows, pending);
    if (!shortage) logs.calls.push(now);
    return shortage;
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

  private forget(before: number): void {
    for (const log of [this.logs.calls, this.logs.errors]) {
      const kept = log.findIndex((time) => time > before);
      const old = kept === -1 ? log.length : kept;
      // In strides, because removing from the front moves the rest.
      if (old > 256) log.splice(0, old);
    }
  }
}
