import type { Clock } from "../core/clock";
import type { PanosVariants } from "./variants";

/** Work that yields how many of the daemon's seconds it sleeps. */
export type Steps<Result = void> = Generator<number, Result, void>;

/** Unwinds a thread of a daemon that was killed. */
export class DaemonKilled extends Error {}

/** Throws again what the daemon itself can't catch: its own end, and a mistake in the simulator. */
export function passOn(error: unknown): void {
  const isMistake = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  if (error instanceof DaemonKilled || (isMistake && !("code" in error))) throw error;
}

/** The threads of one daemon, which sleep on the simulated clock. None outlives `end`. */
export class Threads {
  #ended = false;
  readonly #sleeping = new Set<() => void>();

  constructor(
    readonly clock: Clock,
    readonly variants: PanosVariants,
  ) {}

  get ended(): boolean {
    return this.#ended;
  }

  /** Runs the work up to its first sleep, at once. */
  start(work: Steps): void {
    this.#go(work);
  }

  end(): void {
    this.#ended = true;
    for (const wake of this.#sleeping) wake();
    this.#sleeping.clear();
  }

  #go(work: Steps): void {
    if (this.#ended) return;
    try {
      const { done, value } = work.next();
      if (done || this.#ended) return;
      const cancel = this.clock.schedule((value * 1_000) / this.variants.timeScale, () => {
        this.#sleeping.delete(cancel);
        this.#go(work);
      });
      this.#sleeping.add(cancel);
    } catch (error) {
      if (!(error instanceof DaemonKilled)) throw error;
    }
  }
}
