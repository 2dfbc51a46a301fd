import { Batcher, type BatcherOptions, type ItemOutcome } from "./batch";
import type { Stage } from "./pace";

/** How a `KeyedBatcher` collects and sends: as a `Batcher`, but told for which key. */
export interface KeyedBatcherOptions<Key, Item, Result> extends Omit<BatcherOptions<Item, Result>, "run"> {
  run: (key: Key, items: readonly Item[], signal: AbortSignal) => Promise<readonly ItemOutcome<Result>[]>;
}

/** Lets what arrives together for the same key travel together, such as devices for the same site. */
export class KeyedBatcher<Key, Item, Result> implements Stage {
  /** By the key's JSON. */
  private readonly batchers = new Map<string, Batcher<Item, Result>>();

  constructor(private readonly options: KeyedBatcherOptions<Key, Item, Result>) {}

  get waitingCount(): number {
    return this.sum((batcher) => batcher.waitingCount);
  }

  get inFlightCount(): number {
    return this.sum((batcher) => batcher.inFlightCount);
  }

  flush(): void {
    for (const batcher of this.batchers.values()) batcher.flush();
  }

  /** Adds an item and answers with its own outcome: see `Batcher`. */
  add(key: Key, item: Item, signal?: AbortSignal): Promise<Result> {
    const name = JSON.stringify(key);
    let batcher = this.batchers.get(name);
    if (!batcher) {
      const { run, ...options } = this.options;
      batcher = new Batcher({ ...options, run: (items, all) => run(key, items, all) });
      this.batchers.set(name, batcher);
    }
    return batcher.add(item, signal);
  }

  private sum(count: (batcher: Batcher<Item, Result>) => number): number {
    let total = 0;
    for (const batcher of this.batchers.values()) total += count(batcher);
    return total;
  }
}
