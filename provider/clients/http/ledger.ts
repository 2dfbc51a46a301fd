import { type Clock, systemClock } from "./clock";
import type { VendorErrorDetails } from "./errors";

/** One limit of a vendor over a span of time. */
export interface BudgetWindow {
  /** What is counted: every call, or only errors. */
  counts: "calls" | "errors";
  /** How many fit into the window. */
  limit: number;
  /** Length of the window in milliseconds. */
  perMs: number;
  /** It begins anew at every multiple of its length, such as on the hour, instead of sliding. Default false. */
  aligned?: boolean;
  /** How many to leave untouched, for others or for emergencies. Default 0. */
  reserve?: number;
  /** When it is full, callers are turned away at once instead of waiting. Default false. */
  stops?: boolean;
}

/** A call on its way, which may yet turn out as errors. */
export interface Claim {
  /** Different from those of all other processes. */
  id: string;
  /** How many errors it may come to. */
  errors: number;
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
   * answers what is missing. Atomic over all windows. In windows of errors the call holds the places of its claim (one,
   * without) until `release`; if only places that others hold so are missing, the wait is infinite, and the caller asks
   * again when a call has ended. Claims of a process that no longer takes anything are forgotten after `claimMs`.
   */
  tryTake(windows: readonly BudgetWindow[], claim?: Claim): Promise<Shortage | undefined> | Shortage | undefined;
  /** Gives the places of a claim back: the call has ended, and its errors are recorded. Must not throw. */
  release(id: string): void;
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

/** Few calls take longer than this, and a process that has died must not hold others up for long: milliseconds. */
export const claimMs = 60_000;

/** Whether calls claim places in these windows. */
export function countErrors(windows: readonly BudgetWindow[]): boolean {
  return windows.some(({ counts }) => counts === "errors");
}

/** How long an entry counts in any of the windows at most, in milliseconds. */
export function memoryOf(windows: readonly BudgetWindow[]): number {
  const spans = windows.map(({ perMs, aligned }) => (aligned ? perMs + marginMs : perMs));
  return marginMs + Math.max(0, ...spans);
}

/** Until when an entry counts that was made at `time`: milliseconds since the epoch. */
function countsUntil({ perMs, aligned }: BudgetWindow, time: number): number {
  // The vendor may have seen it only after the window had begun anew.
  const end = aligned ? (Math.floor((time + marginMs) / perMs) + 1) * perMs : time + perMs;
  return end + marginMs;
}

/** The time after which entries still count. */
export function countsSince({ perMs, aligned }: BudgetWindow, now: number): number {
  return (aligned ? Math.floor((now - marginMs) / perMs) * perMs - 1 : now - perMs) - marginMs;
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
  /** How many errors the calls on their way may come to. */
  claimed: number;
  /** When the entry was made that has `place - 1` younger ones; undefined if there are not so many. */
  latest(counts: BudgetWindow["counts"], place: number): number | undefined;
}

/** What is missing for one more call that may come to so many errors, if anything: see `BudgetLedger.tryTake`. */
export function shortageIn(
  { now, pausedUntil, claimed, latest }: LedgerView,
  windows: readonly BudgetWindow[],
  errors: number,
): Shortage | undefined {
  const waitFor = (window: BudgetWindow, places: number) => {
    const blocking = latest(window.counts, places);
    return blocking === undefined ? 0 : Math.max(0, countsUntil(window, blocking) - now);
  };
  let longest: Shortage = { of: "pause", waitMs: pausedUntil - now };
  for (const window of windows) {
    const ofErrors = window.counts === "errors";
    // The place, counted from the youngest entry, that must be free.
    const place = roomOf(window) + 1 - (ofErrors ? Math.min(errors, roomOf(window)) : 1);
    let waitMs = waitFor(window, place);
    const undecided = ofErrors && waitMs === 0 ? claimed : 0;
    if (undecided > 0 && (place <= undecided || waitFor(window, place - undecided) > 0))
      waitMs = Number.POSITIVE_INFINITY;
    if (waitMs > longest.waitMs) longest = { of: window.counts, waitMs };
  }
  return longest.waitMs > 0 ? longest : undefined;
}

/** Logs in the memory of this process. */
export class MemoryLedger implements BudgetLedger {
  private readonly logs = { calls: [] as number[], errors: [] as number[] };
  private readonly claims = new Map<string, number>();
  private pausedUntil = 0;

  constructor(private readonly clock: Clock = systemClock) {}

  tryTake(windows: readonly BudgetWindow[], claim?: Claim): Shortage | undefined {
    const { logs, claims, pausedUntil } = this;
    const now = this.clock.now();
    this.forget(now - memoryOf(windows));
    const claimed = [...claims.values()].reduce((sum, errors) => sum + errors, 0);
    const latest: LedgerView["latest"] = (counts, place) => logs[counts][logs[counts].length - place];
    const shortage = shortageIn({ now, pausedUntil, claimed, latest }, windows, claim?.errors ?? 1);
    if (!shortage) logs.calls.push(now);
    if (!shortage && claim && countErrors(windows)) claims.set(claim.id, claim.errors);
    return shortage;
  }

  release(id: string): void {
    this.claims.delete(id);
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
    const used = windows.map((window) => {
      const since = countsSince(window, now);
      return this.logs[window.counts].filter((time) => time > since).length;
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
