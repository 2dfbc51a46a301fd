interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** How a clock starts. */
export interface ClockOptions {
  /** First instant, in milliseconds since the epoch. Default: real time. */
  startAt?: number;
  /** Whether time stands still until `advance`. Default false. */
  frozen?: boolean;
}

// Node treats a longer delay as 1 ms.
const longestSleepMs = 2 ** 31 - 1;

/** Simulated time: real time plus an offset, or frozen. Everything that waits inside a simulator waits on this clock. */
export class Clock {
  #offset = 0;
  #frozenAt: number | undefined;
  #callbackTime: number | undefined;
  #target: number | undefined;
  #timers: Timer[] = [];
  #wake: NodeJS.Timeout | undefined;
  readonly #options: ClockOptions;

  constructor(options: ClockOptions = {}) {
    this.#options = options;
    this.reset();
  }

  /** Milliseconds since the epoch, in simulated time. */
  now(): number {
    return this.#callbackTime ?? this.#frozenAt ?? Date.now() + this.#offset;
  }

  /** The instant up to which what is due runs right now, while time moves; otherwise that of `now`. */
  get target(): number {
    return this.#target ?? this.now();
  }

  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }

  /** Moves time forward by `ms` and runs what falls due on the way, in order, each at its own instant. */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`The clock only moves forward, not by ${ms} ms.`);
    this.#runUntil(this.now() + ms);
    if (this.#frozenAt === undefined) this.#offset += ms;
    else this.#frozenAt += ms;
    this.#arm();
  }

  /** Stops time; `advance` still works. */
  freeze(): void {
    this.#frozenAt ??= this.now();
    this.#arm();
  }

  /** Lets time run again, from where it stood. */
  resume(): void {
    if (this.#frozenAt === undefined) return;
    this.#offset = this.#frozenAt - Date.now();
    this.#frozenAt = undefined;
    this.#arm();
  }

  /** Runs `callback` once, `delayMs` from now. Returns a function that cancels it. */
  schedule(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { due: this.now() + Math.max(0, delayMs), callback };
    const earlier = this.#timers.findLastIndex((other) => other.due <= timer.due);
    this.#timers.splice(earlier + 1, 0, timer);
    this.#arm();
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Runs what is due by now. Servers call it first, so that a reply never depends on when the event loop woke up. */
  runDue(): void {
    if (this.#callbackTime !== undefined) return;
    this.#runUntil(this.now());
    this.#arm();
  }

  /** Back to the first instant; pending timers are dropped. */
  reset(): void {
    this.#timers = [];
    const startAt = this.#options.startAt ?? Date.now();
    this.#frozenAt = this.#options.frozen ? startAt : undefined;
    this.#offset = startAt - Date.now();
    this.#arm();
  }

  /** Drops all timers, so that nothing of this clock keeps running. */
  close(): void {
    this.#timers = [];
    this.#arm();
  }

  #runUntil(end: number): void {
    this.#target = end;
    try {
      for (let next = this.#timers[0]; next && next.due <= end; next = this.#timers[0]) {
        this.#timers.shift();
        this.#callbackTime = next.due;
        next.callback();
        this.#callbackTime = undefined;
      }
    } finally {
      this.#callbackTime = undefined;
      this.#target = undefined;
    }
  }

  #arm(): void {
    clearTimeout(this.#wake);
    this.#wake = undefined;
    const next = this.#timers[0];
    if (!next || this.frozen || this.#callbackTime !== undefined) return;
    const sleep = Math.min(longestSleepMs, Math.max(0, next.due - this.now()));
    this.#wake = setTimeout(() => this.runDue(), sleep);
    this.#wake.unref();
  }
}
