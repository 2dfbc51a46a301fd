import { type Clock, orAborted, systemClock } from "./clock";

/** Work that many wait for: it runs once, and is aborted when the last of them has given up. */
export class SharedRun<T> {
  private readonly controller = new AbortController();
  private readonly result: Promise<T>;
  private waiting = 0;
  private settled = false;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.result = work(this.controller.signal).finally(() => {
      this.settled = true;
    });
    // Each waiter sees the rejection itself; without any it must not end the process.
    this.result.catch(() => {});
  }

  /** Everyone gave up, so the result will not come. */
  get abandoned(): boolean {
    return this.controller.signal.aborted;
  }

  async join(signal?: AbortSignal): Promise<T> {
    this.waiting++;
    try {
      return await orAborted(this.result, signal);
    } finally {
      this.waiting--;
      if (this.waiting === 0 && !this.settled) this.controller.abort(signal?.reason);
    }
  }
}

/** Lets concurrent callers share one run of the same work. */
export class SingleFlight<T> {
  private current: SharedRun<T> | undefined;

  constructor(private readonly work: (signal: AbortSignal) => Promise<T>) {}

  /** Joins the run under way, or starts one. */
  run(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!this.current || this.current.abandoned) {
      const run = new SharedRun<T>((shared) =>
        this.work(shared).finally(() => {
          if (this.current === run) this.current = undefined;
        }),
      );
      this.current = run;
    }
    return this.current.join(signal);
  }
}

/** How a `Snapshot` is loaded and how long it lives. */
export interface SnapshotOptions<T> {
  load: (signal: AbortSignal) => Promise<T>;
  /** How long a load answers readers, in milliseconds counted from its start. */
  maxAgeMs: number;
  clock?: Clock;
}

/** A value loaded once for many readers. A failed load is told to those who waited for it, and not kept. */
export class Snapshot<T> {
  private readonly clock: Clock;
  private current: { run: SharedRun<T>; startedAt: number } | undefined;

  constructor(private readonly options: SnapshotOptions<T>) {
    this.clock = options.clock ?? systemClock;
  }

  /**
   * The value, from the load at hand if it may answer. With `since` (milliseconds since the epoch) never from a load
   * that began before that time.
   */
  read(options: { since?: number; signal?: AbortSignal } = {}): Promise<T> {
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    const now = this.clock.now();
    const { current } = this;
    const answers =
      current !== undefined &&
      !current.run.abandoned &&
      now - current.startedAt <= this.options.maxAgeMs &&
      current.startedAt >= (options.since ?? Number.NEGATIVE_INFINITY);
    return (answers ? current.run : this.begin(now)).join(options.signal);
  }

  /** Later readers get a new load; those who wait already keep theirs. */
  invalidate(): void {
    this.current = undefined;
  }

  /** Runs a write. What was loaded before its end is out of date, also when it fails: it may have been carried out. */
  async write<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } finally {
      this.invalidate();
    }
  }

  private begin(startedAt: number): SharedRun<T> {
    const run = new SharedRun<T>((signal) =>
      this.options.load(signal).catch((error: unknown) => {
        if (this.current?.run === run) this.current = undefined;
        throw error;
      }),
    );
    this.current = { run, startedAt };
    return run;
  }
}
