import { type Clock, systemClock } from "./clock";

/** Where operations wait for company and are then on their way: a `Batcher`. */
export interface Stage {
  readonly waitingCount: number;
  readonly inFlightCount: number;
  flush(): void;
}

export interface PaceOptions {
  /** In the order in which an operation passes through them. */
  stages: readonly Stage[];
  /** When no operation has come for at least `least`, and at most `most` milliseconds, none will come. */
  quietMs: { least: number; most: number };
  /** Milliseconds between looks while something waits; what happens between two looks is seen as one. */
  tickMs?: number;
  clock?: Clock;
}

/** How far back the engine's speed is remembered: the weight that an operation keeps when the next one arrives. */
const memory = 0.97;

/**
 * Sends batches that are not full as soon as waiting is of no use.
 *
 * The engine starts a limited number of operations, and then waits for us; it does not tell the number. And it saves its
 * state, one operation after the other, before an operation starts and after it has returned: when many return at once,
 * none arrives for a while, but many will. So all are here when as many are as have ever been, or when the engine has
 * had ample time, at the speed that it has shown, to deal with those that have returned.
 */
export class Pace {
  private readonly clock: Clock;
  private readonly tickMs: number;
  private lastArrival: number | undefined;
  private heldThen = 0;
  /** What the engine took lately, and how many operations it dealt with meanwhile. */
  private readonly engine = { ms: 0, operations: 0 };
  /** The most operations that were ever here, and whether more would have come if the engine had any. */
  private readonly limit = { held: 0, proven: false };
  private watching = false;

  constructor(private readonly options: PaceOptions) {
    this.clock = options.clock ?? systemClock;
    this.tickMs = options.tickMs ?? 20;
  }

  /** To be called when an operation has been added to the first stage. */
  arrived(): void {
    const now = this.clock.now();
    const held = this.held();
    if (this.lastArrival !== undefined) {
      const operations = 1 + Math.max(0, this.heldThen + 1 - held);
      // Beyond this the engine was not slow, but had nothing to start.
      const ms = Math.min(now - this.lastArrival, operations * this.options.quietMs.least);
      this.engine.ms = this.engine.ms * memory + ms;
      this.engine.operations = this.engine.operations * memory + operations;
    }
    if (held > this.limit.held) Object.assign(this.limit, { held, proven: false });
    this.lastArrival = now;
    this.heldThen = held;
    void this.watch();
  }

  /** Looks after what waits, until nothing does. To be called when an operation has been added to a later stage. */
  async watch(): Promise<void> {
    if (this.watching) return;
    this.watching = true;
    do {
      await this.clock.sleep(this.tickMs);
      this.look();
    } while (this.options.stages.some((stage) => stage.waitingCount > 0));
    this.watching = false;
  }

  private look(): void {
    const { stages } = this.options;
    const atLimit = this.held() === this.limit.held;
    if (atLimit && this.limit.proven) {
      // What is furthest makes room for others soonest; meanwhile the rest may gather company.
      const furthest = stages.findLast(isBusy);
      if (furthest?.inFlightCount === 0) furthest.flush();
    } else if (this.isQuiet()) {
      if (atLimit) this.limit.proven = true;
      // What comes out of an earlier stage keeps the later ones company.
      stages.find(isBusy)?.flush();
    }
  }

  private isQuiet(): boolean {
    if (this.lastArrival === undefined) return true;
    const { least, most } = this.options.quietMs;
    // Twice the usual time, since the engine's speed varies; and two more, so that a jitter of short gaps is no end.
    const perOperation = this.engine.operations > 0 ? this.engine.ms / this.engine.operations : 0;
    const withEngine = this.limit.held - this.held();
    const patience = Math.min(least + 2 * (2 + withEngine) * perOperation, most);
    return this.clock.now() - this.lastArrival >= patience;
  }

  private held(): number {
    return this.options.stages.reduce((sum, stage) => sum + stage.waitingCount + stage.inFlightCount, 0);
  }
}

function isBusy(stage: Stage): boolean {
  return stage.waitingCount + stage.inFlightCount > 0;
}
