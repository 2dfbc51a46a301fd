import { setImmediate as turn } from "node:timers/promises";
import { orAborted } from "../http/clock";
import { SharedRun } from "../http/coalesce";

/**
 * A look that begins after it was asked for, so that it shows what the asker did before. Those who ask while one is under way
 * share the next one.
 */
export class FreshRuns<T> {
  private next: SharedRun<T> | undefined;
  private under: Promise<unknown> = Promise.resolve();

  constructor(private readonly work: (signal: AbortSignal) => Promise<T>) {}

  run(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!this.next || this.next.abandoned) {
      const run: SharedRun<T> = new SharedRun(async (all) => {
        // Those who ask in the same turn share it.
        await Promise.all([turn(), orAborted(this.under, all)]);
        if (this.next === run) this.next = undefined;
        const result = this.work(all);
        this.under = result.catch(() => {});
        return result;
      });
      this.next = run;
    }
    return this.next.join(signal);
  }
}
