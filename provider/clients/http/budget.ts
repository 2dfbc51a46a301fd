import { type Clock, formatDuration, orAborted, systemClock } from "./clock";

/** One limit of a vendor over a sliding window. */
export interface BudgetWindow {
  /** What is counted: every call, or only those that failed. */
  counts: "calls" | "errors";
  /** How many fit into the window. */
  limit: number;
  /** Length of the window in milliseconds. */
  perMs: number;
  /** How many to leave untouched, for others or for emergencies. Default 0. */
  reserve?: number;
}

/** Where calls and errors are recorded. In memory here; a file or a shared store can stand in. */
export interface BudgetLedger {
  /**
   * Records one call if every window has room and answers 0; else records nothing and answers the milliseconds until
   * it might. Atomic. `pending` calls are on their way and may yet turn out as errors: if only their places are
   * missing, the answer is infinity, and the caller asks again when one has ended.
   */
  tryTake(windows: readonly BudgetWindow[], pending: number): Promise<number> | number;
  /** Records that a call failed. Must not throw: a shared ledger writes in the background. */
  recordError(): void;
}

/** How a caller takes from a budget. */
export interface TakeOptions {
  signal?: AbortSignal;
  /** Told once, when the caller has to wait: for how long at least, in milliseconds, and for what. */
  onWait?: (ms: number, text: string) => void;
  /** Longest wait for a window, in milliseconds; beyond it `BudgetExhausted` is thrown. Default: no limit. */
  maxWaitMs?: number;
  /** Replaces the reserve of every error window, for callers that matter more or less than others. */
  errorReserve?: number;
}

/** The right to make one call. Call exactly one of the two when it has ended. */
export interface Permit {
  succeeded(): void;
  failed(): void;
}

/** The windows stay full for longer than the caller would wait. */
export class BudgetExhausted extends Error {
  override readonly name = "BudgetExhausted";
  constructor(
    /** Milliseconds until there is room. */
    readonly waitMs: number,
    /** When there is room, in milliseconds since the epoch. */
    readonly availableAt: number,
  ) {
    super(`The call budget is used up for another ${formatDuration(waitMs)}.`);
  }
}

/** What a budget is made of. */
export interface BudgetOptions {
  windows: readonly BudgetWindow[];
  /** Calls in flight at once. Default: no limit. */
  maxConcurrency?: number;
  ledger?: BudgetLedger;
  clock?: Clock;
}

/** All limits of one account at one vendor: windows and concurrency, taken in the order of asking. */
export class Budget {
  private windows: readonly BudgetWindow[] = [];
  private maxConcurrency = Number.POSITIVE_INFINITY;
  private readonly ledger: BudgetLedger;
  private readonly clock: Clock;
  private inFlight = 0;
  private pausedUntil = 0;
  private queue: Promise<unknown> = Promise.resolve();
  private released = Promise.withResolvers<void>();

  constructor(options: BudgetOptions) {
    this.clock = options.clock ?? systemClock;
    this.ledger = options.ledger ?? new MemoryLedger(this.clock);
    this.configure(options);
  }

  /** Replaces the limits; what was recorded stays. */
  configure(limits: Pick<BudgetOptions, "windows" | "maxConcurrency">): void {
    this.windows = limits.windows;
    this.maxConcurrency = limits.maxConcurrency ?? Number.POSITIVE_INFINITY;
  }

  /** Nobody gets a permit before `time` (milliseconds since the epoch): the vendor said so. */
  pauseUntil(time: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, time);
  }

  /**
   * Waits until every window has room and a place is free. First come, first served. Rejects with the signal's reason
   * when aborted, with `BudgetExhausted` when it would take longer than `maxWaitMs`.
   */
  async take(options: TakeOptions = {}): Promise<Permit> {
    const before = this.queue;
    const turn = Promise.withResolvers<void>();
    this.queue = before.then(() => turn.promise);
    try {
      await orAborted(before, options.signal);
      await this.admit(options);
    } finally {
      turn.resolve();
    }
    return this.permit();
  }

  private async admit(options: TakeOptions): Promise<void> {
    let told = false;
    const tell = (ms: number, text: string) => {
      if (!told) options.onWait?.(ms, text);
      told = true;
    };
    for (;;) {
      options.signal?.throwIfAborted();
      if (this.inFlight >= this.maxConcurrency) {
        await orAborted(this.released.promise, options.signal);
        continue;
      }
      const pauseMs = this.pausedUntil - this.clock.now();
      const waitMs = pauseMs > 0 ? pauseMs : await this.ledger.tryTake(this.effective(options), this.inFlight);
      if (waitMs <= 0) {
        this.inFlight++;
        return;
      }
      if (waitMs === Number.POSITIVE_INFINITY) {
        await orAborted(this.released.promise, options.signal);
        continue;
      }
      if (waitMs > (options.maxWaitMs ?? Number.POSITIVE_INFINITY)) {
        throw new BudgetExhausted(waitMs, this.clock.now() + waitMs);
      }
      tell(waitMs, `waiting ${formatDuration(waitMs)} for the call budget`);
      await this.clock.sleep(waitMs, options.signal);
    }
  }

  private effective(options: TakeOptions): readonly BudgetWindow[] {
    const { errorReserve } = options;
    if (errorReserve === undefined) return this.windows;
    return this.windows.map((window) => (window.counts === "errors" ? { ...window, reserve: errorReserve } : window));
  }

  private permit(): Permit {
    let open = true;
    const close = () => {
      if (!open) return false;
      open = false;
      this.inFlight--;
      this.released.resolve();
      this.released = Promise.withResolvers();
      return true;
    };
    return {
      succeeded: close,
      failed: () => {
        // Recorded before the place is free, so that the next caller sees it.
        if (open) this.ledger.recordError();
        close();
      },
    };
  }
}

// The vendor sees a call later than we do, so two calls may be closer together in its log than in ours.
const marginMs = 1_000;

/** Sliding logs in the memory of this process. */
export class MemoryLedger implements BudgetLedger {
  private readonly logs = { calls: [] as number[], errors: [] as number[] };

  constructor(private readonly clock: Clock = systemClock) {}

  tryTake(windows: readonly BudgetWindow[], pending: number): number {
    const now = this.clock.now();
    this.forget(now - marginMs - Math.max(0, ...windows.map((window) => window.perMs)));
    const waitMs = Math.max(0, ...windows.map((window) => this.waitFor(window, pending, now)));
    if (waitMs === 0) this.logs.calls.push(now);
    return waitMs;
  }

  recordError(): void {
    this.logs.errors.push(this.clock.now());
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

const budgets = new Map<string, Budget>();

/**
 * The budget of this process for `key` (base URL and account), made on first use. Later callers share its record and
 * set its limits. A caller with its own clock or ledger should make a `Budget` instead.
 */
export function sharedBudget(key: string, limits: Pick<BudgetOptions, "windows" | "maxConcurrency">): Budget {
  const existing = budgets.get(key);
  if (existing) {
    existing.configure(limits);
    return existing;
  }
  const budget = new Budget(limits);
  budgets.set(key, budget);
  return budget;
}
