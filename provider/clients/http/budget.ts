import { randomUUID } from "node:crypto";
import { type Clock, formatDuration, orAborted, systemClock } from "./clock";
import { type LedgerPlace, lastingLedger } from "./lasting-ledger";
import {
  type BudgetLedger,
  type BudgetWindow,
  type Claim,
  claimMs,
  countErrors,
  type LedgerUsage,
  MemoryLedger,
  type Shortage,
} from "./ledger";

export type { BudgetLedger, BudgetWindow } from "./ledger";

/** How a caller takes from a budget. */
export interface TakeOptions {
  signal?: AbortSignal;
  /** Told once, when the caller has to wait: for how long at least, in milliseconds, and for what. */
  onWait?: (ms: number, text: string) => void;
  /** Longest wait for a window, in milliseconds; beyond it `BudgetExhausted` is thrown. Default: no limit. */
  maxWaitMs?: number;
  /** The same for a pause that the vendor asked for. Default: `maxWaitMs`. */
  maxPauseMs?: number;
  /** Replaces the reserve of every error window, for callers that matter more or less than others. */
  errorReserve?: number;
  /** How many errors the call may come to, so many of which nobody else can use before it has ended. Default 1. */
  mayFail?: number;
}

/** The right to make one call. Call exactly one of the two when it has ended. */
export interface Permit {
  succeeded(): void;
  /** `errors`: how many the vendor counts for the call. Default 1. */
  failed(errors?: number): void;
}

/** There is no room, and the caller would not wait so long. */
export class BudgetExhausted extends Error {
  override readonly name = "BudgetExhausted";
  constructor(
    /** Milliseconds until there is room. */
    readonly waitMs: number,
    /** When there is room, in milliseconds since the epoch. */
    readonly availableAt: number,
    /** What is used up. */
    readonly of: Shortage["of"],
  ) {
    super(shortages[of].reason);
  }

  get code(): string {
    return shortages[this.of].code;
  }
}

const shortages = {
  calls: { code: "call-budget", reason: "the call budget is used up" },
  errors: { code: "error-budget", reason: "the error budget is used up" },
  pause: { code: "paused", reason: "the service asked to be left alone for a while" },
};

/** The calls of another process end without a word to us: how often to look, and when to tell the user, in milliseconds. */
const others = { lookMs: 100, tellMs: 5_000 };

/** What a budget is made of. */
export interface BudgetOptions {
  windows: readonly BudgetWindow[];
  /** Calls in flight at once. Default: no limit. */
  maxConcurrency?: number;
  ledger?: BudgetLedger;
  clock?: Clock;
}

/** How much of a budget is used. */
export interface BudgetUsage {
  windows: readonly (BudgetWindow & { used: number })[];
  /** The vendor asked not to be called before, in milliseconds since the epoch; undefined if that is over. */
  pausedUntil: number | undefined;
}

/** All limits of one account at one vendor: windows and concurrency, taken in the order of asking. */
export class Budget {
  private windows: readonly BudgetWindow[] = [];
  private maxConcurrency = Number.POSITIVE_INFINITY;
  private readonly ledger: BudgetLedger;
  private readonly clock: Clock;
  private inFlight = 0;
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
    this.ledger.pauseUntil(time);
  }

  /** What is used at the moment. */
  async usage(): Promise<BudgetUsage> {
    const { used, pausedUntil }: LedgerUsage = await this.ledger.usage(this.windows);
    return {
      windows: this.windows.map((window, index) => ({ ...window, used: used[index] ?? 0 })),
      pausedUntil: pausedUntil > this.clock.now() ? pausedUntil : undefined,
    };
  }

  /**
   * Waits until every window has room and a place is free. First come, first served. Rejects with the signal's reason
   * when aborted, with `BudgetExhausted` when it would take longer than the caller waits.
   */
  async take(options: TakeOptions = {}): Promise<Permit> {
    const claim = { id: randomUUID(), errors: options.mayFail ?? 1 };
    const before = this.queue;
    const turn = Promise.withResolvers<void>();
    this.queue = before.then(() => turn.promise);
    try {
      await orAborted(before, options.signal);
      await this.admit(options, claim);
    } finally {
      turn.resolve();
    }
    return this.permit(claim);
  }

  private async admit(options: TakeOptions, claim: Claim): Promise<void> {
    let told = false;
    let waitedForOthersMs = 0;
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
      // Before the ledger is asked, or a call that ends meanwhile would go unnoticed.
      const released = this.released.promise;
      const alone = this.inFlight === 0;
      const shortage = await this.ledger.tryTake(this.effective(options), claim);
      if (!shortage) {
        this.inFlight++;
        return;
      }
      const { waitMs, of } = shortage;
      if (waitMs === Number.POSITIVE_INFINITY && !alone) {
        await orAborted(released, options.signal);
        continue;
      }
      if (waitMs === Number.POSITIVE_INFINITY) {
        if (waitedForOthersMs >= others.tellMs) tell(claimMs - waitedForOthersMs, waitingForOthers);
        waitedForOthersMs += others.lookMs;
        await this.clock.sleep(others.lookMs, options.signal);
        continue;
      }
      if (waitMs > this.longestWait(of, options)) throw new BudgetExhausted(waitMs, this.clock.now() + waitMs, of);
      tell(waitMs, `waiting ${formatDuration(waitMs)} for the call budget`);
      await this.clock.sleep(waitMs, options.signal);
    }
  }

  private longestWait(of: Shortage["of"], { maxWaitMs = Number.POSITIVE_INFINITY, maxPauseMs }: TakeOptions): number {
    if (of === "pause") return maxPauseMs ?? maxWaitMs;
    return this.windows.some((window) => window.counts === of && window.stops) ? 0 : maxWaitMs;
  }

  private effective(options: TakeOptions): readonly BudgetWindow[] {
    const { errorReserve } = options;
    if (errorReserve === undefined) return this.windows;
    return this.windows.map((window) => (window.counts === "errors" ? { ...window, reserve: errorReserve } : window));
  }

  private permit({ id }: Claim): Permit {
    let open = true;
    const close = () => {
      if (!open) return false;
      open = false;
      if (countErrors(this.windows)) this.ledger.release(id);
      this.inFlight--;
      this.released.resolve();
      this.released = Promise.withResolvers();
      return true;
    };
    return {
      succeeded: close,
      failed: (errors = 1) => {
        // Recorded before the place is free, so that the next caller sees it.
        if (open) this.ledger.recordErrors(errors);
        close();
      },
    };
  }
}

const waitingForOthers =
  "waiting for calls of another run: if they fail, the errors that the service allows in an hour are used up";

const budgets = new Map<string, Budget>();

/**
 * The budget of this process for `key` (base URL and account), made on first use, with a record that outlives it. Later
 * callers share it and set its limits. A caller with its own clock or ledger should make a `Budget` instead.
 */
export function sharedBudget(
  key: string,
  limits: Pick<BudgetOptions, "windows" | "maxConcurrency">,
  place: LedgerPlace = {},
): Budget {
  const own = [key, place.redisUrl].join(" ");
  const existing = budgets.get(own);
  if (existing) {
    existing.configure(limits);
    return existing;
  }
  const budget = new Budget({ ...limits, ledger: lastingLedger(key, place) });
  budgets.set(own, budget);
  return budget;
}
