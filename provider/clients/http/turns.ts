import { orAborted } from "./clock";

/** Runs tasks one at a time, in the order of asking. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private open = false;

  /** `untilFirstSuccess`: only until one task has succeeded; from then on they run as they come. */
  constructor(private readonly options: { untilFirstSuccess?: boolean } = {}) {}

  /** Runs the task in its turn and answers as it does. A caller that gives up while waiting is let go, and its task never runs. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.last;
    const turn = Promise.withResolvers<void>();
    this.last = before.then(() => turn.promise);
    try {
      if (!this.open) await orAborted(before, signal);
      if (this.open) turn.resolve();
      const result = await task();
      this.open = this.options.untilFirstSuccess === true;
      return result;
    } finally {
      turn.resolve();
    }
  }
}
