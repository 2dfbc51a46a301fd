import { type Clock, systemClock } from "./clock";

/** What became of one item of a batch: its result, or why it alone failed. */
export type ItemOutcome<Result> = Result | Error;

/** How a `Batcher` collects and sends. */
export interface BatcherOptions<Item, Result> {
  /**
   * Sends one batch and answers with one outcome an item, in order. Throwing fails the whole batch. The signal is
   * aborted when every caller of the batch has given up.
   */
  run: (items: readonly Item[], signal: AbortSignal) => Promise<readonly ItemOutcome<Result>[]>;
  /** The most items that travel together; a batch of this size goes at once. */
  maxSize: number;
  /** A smaller batch goes when nothing has arrived for this long, in milliseconds. Default: only when flushed. */
  quietMs?: number;
  /** No item waits longer than this for others, in milliseconds. Default: no limit. */
  maxWaitMs?: number;
  /** A sent item is always answered, even to a caller that has given up: for writes, whose outcome must be known. */
  finishSent?: boolean;
  /** Batches on their way at once; meanwhile the next one fills. Default 1. */
  maxInFlight?: number;
  clock?: Clock;
}

interface Passenger<Item, Result> {
  item: Item;
  arrivedAt: number;
  /** Goes as soon as a place in flight is free, however few go along. */
  due?: boolean;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
  trip?: Trip;
}

interface Trip {
  controller: AbortController;
  aboard: number;
}

/** Lets what arrives together travel together. */
export class Batcher<Item, Result> {
  private readonly clock: Clock;
  private waiting: Passenger<Item, Result>[] = [];
  private inFlight = 0;
  private itemsInFlight = 0;
  private lastArrival = 0;
  private timing = false;

  constructor(private readonly options: BatcherOptions<Item, Result>) {
    this.clock = options.clock ?? systemClock;
  }

  /** Items that wait for company. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Items that have been sent and not yet answered. */
  get inFlightCount(): number {
    return this.itemsInFlight;
  }

  /** Sends what waits now, without waiting for more. */
  flush(): void {
    for (const passenger of this.waiting) passenger.due = true;
    this.pump();
  }

  /** Adds an item and answers with its own outcome. An aborted caller is let go at once, and its item, if unsent, too. */
  async add(item: Item, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const passenger: Passenger<Item, Result> = { item, arrivedAt: this.clock.now(), resolve, reject };
    const onAbort = () => {
      if (passenger.trip && this.options.finishSent) return;
      this.leave(passenger);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.waiting.push(passenger);
    this.lastArrival = passenger.arrivedAt;
    // At that time: a process that was held up since then has not seen who else comes.
    this.pump(passenger.arrivedAt);
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  private leave(passenger: Passenger<Item, Result>): void {
    this.waiting = this.waiting.filter((other) => other !== passenger);
    const { trip } = passenger;
    if (trip && --trip.aboard === 0) trip.controller.abort();
  }

  private pump(now = this.clock.now()): void {
    while (this.waiting.length > 0 && this.inFlight < (this.options.maxInFlight ?? 1)) {
      const waitMs = this.untilDeparture(now);
      if (waitMs > 0) {
        if (waitMs < Number.POSITIVE_INFINITY) void this.wakeIn(waitMs);
        return;
      }
      void this.depart(this.waiting.splice(0, this.options.maxSize));
    }
  }

  private untilDeparture(now: number): number {
    const [first] = this.waiting;
    if (!first || first.due || this.waiting.length >= this.options.maxSize) return 0;
    const quietAt = this.lastArrival + (this.options.quietMs ?? Number.POSITIVE_INFINITY);
    const latest = first.arrivedAt + (this.options.maxWaitMs ?? Number.POSITIVE_INFINITY);
    return Math.min(quietAt, latest) - now;
  }

  private async wakeIn(ms: number): Promise<void> {
    if (this.timing) return;
    this.timing = true;
    await this.clock.sleep(ms);
    this.timing = false;
    this.pump();
  }

  private async depart(passengers: readonly Passenger<Item, Result>[]): Promise<void> {
    const trip: Trip = { controller: new AbortController(), aboard: passengers.length };
    for (const passenger of passengers) passenger.trip = trip;
    this.inFlight++;
    this.itemsInFlight += passengers.length;
    try {
      const items = passengers.map((passenger) => passenger.item);
      const outcomes = await this.options.run(items, trip.controller.signal);
      if (outcomes.length !== items.length) {
        throw new Error(`A batch of ${items.length} items came back with ${outcomes.length} outcomes.`);
      }
      for (const [index, passenger] of passengers.entries()) settle(passenger, outcomes[index] as ItemOutcome<Result>);
    } catch (error) {
      for (const passenger of passengers) passenger.reject(error);
    } finally {
      this.inFlight--;
      this.itemsInFlight -= passengers.length;
      this.pump();
    }
  }
}

function settle<Item, Result>(passenger: Passenger<Item, Result>, outcome: ItemOutcome<Result>): void {
  if (outcome instanceof Error) passenger.reject(outcome);
  else passenger.resolve(outcome);
}
