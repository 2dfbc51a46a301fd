import type { Clock } from "./clock";

/** Work that takes time: yields the simulated seconds to wait; with Infinity it rests until somebody wakes it. */
export type Work = Generator<number, void>;

/** Runs works on the simulated clock; all of them can be dropped together. */
export class Timelines {
  #generation = 0;

  constructor(private readonly clock: Clock) {}

  /** Starts a work. The returned function goes on at once with one that waits or rests. */
  run(work: Work): () => void {
    const generation = this.#generation;
    let cancel: (() => void) | undefined;
    const goOn = (): void => {
      cancel?.();
      cancel = undefined;
      if (generation !== this.#generation) return;
      const step = work.next();
      if (step.done || step.value === Number.POSITIVE_INFINITY) return;
      cancel = this.clock.schedule(step.value * 1_000, goOn);
    };
    goOn();
    return goOn;
  }

  /** Runs `callback` at an instant, or at once when it has passed. */
  at(instant: number, callback: () => void): void {
    const generation = this.#generation;
    this.clock.schedule(instant - this.clock.now(), () => {
      if (generation === this.#generation) callback();
    });
  }

  /** Drops all works where they are. */
  clear(): void {
    this.#generation += 1;
  }
}
