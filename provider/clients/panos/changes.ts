import { type Clock, orAborted } from "../http/clock";
import type { Files } from "./files";

/** One who waits for changes of the directory. What changes while it looks is told to it at the next call. */
export interface ChangeWatch {
  /** Resolves when something may have changed since the last call, at the latest after the poll interval. */
  next(signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Watching must not cause more looks than it saves: a burst of changes is one. */
const gapMs = 1_000;

/**
 * Wakes all who wait at the same moment, so that one look serves them all. Watching the file system makes it sooner; where
 * it cannot be watched, or tells nothing, as for what other machines write to a share, it is once an interval.
 */
export class Changes {
  private version = 0;
  private wokenAt = Number.NEGATIVE_INFINITY;
  private open = 0;
  private wake = Promise.withResolvers<void>();
  private waiting = 0;
  private timer: AbortController | undefined;
  /** The timer runs because of a change, not for the interval. */
  private soon = false;
  private unwatch: (() => void)[] = [];

  constructor(
    private readonly folders: readonly string[],
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly onWake: () => void,
  ) {}

  watch(): ChangeWatch {
    if (this.open++ === 0) this.begin();
    let seen = this.version;
    let closed = false;
    return {
      next: async (signal) => {
        signal?.throwIfAborted();
        if (seen === this.version) await this.wait(signal);
        seen = this.version;
      },
      close: () => {
        if (!closed && --this.open === 0) this.end();
        closed = true;
      },
    };
  }

  private async wait(signal: AbortSignal | undefined): Promise<void> {
    this.waiting++;
    if (!this.timer) this.wakeIn(this.intervalMs);
    try {
      await orAborted(this.wake.promise, signal);
    } finally {
      if (--this.waiting === 0 && this.open === 0) this.stopTimer();
    }
  }

  private begin(): void {
    for (const folder of this.folders) {
      try {
        this.unwatch.push(this.files.watch(folder, (name) => this.changed(name)));
      } catch {
        // Looking once an interval is enough.
      }
    }
  }

  private end(): void {
    for (const stop of this.unwatch.splice(0)) stop();
    if (this.waiting === 0) this.stopTimer();
  }

  /** The daemon writes beside and renames: what it has not named yet tells nothing. */
  private changed(name: string | undefined): void {
    if (name !== undefined && !name.endsWith(".json")) return;
    this.wakeIn(Math.max(0, this.wokenAt + gapMs - this.clock.now()), true);
  }

  /** Wakes everybody after so long, unless something else has by then. A change does so sooner than the interval. */
  private wakeIn(ms: number, sooner = false): void {
    if (this.timer && (!sooner || this.soon)) return;
    this.stopTimer();
    this.soon = sooner;
    const timer = new AbortController();
    this.timer = timer;
    this.clock.sleep(ms, timer.signal).then(
      () => this.timer === timer && this.wakeAll(),
      () => {},
    );
  }

  private stopTimer(): void {
    this.timer?.abort(new Error("not waited for any more"));
    this.timer = undefined;
    this.soon = false;
  }

  private wakeAll(): void {
    this.timer = undefined;
    this.soon = false;
    this.version++;
    this.onWake();
    this.wokenAt = this.clock.now();
    const { wake } = this;
    this.wake = Promise.withResolvers<void>();
    wake.resolve();
  }
}
