/** How a job takes its devices one after the other. */
export interface Strategy {
  strategy: string;
  /** Percents of all, each with those before. */
  canaryPhases: readonly number[];
  rrm: { first: number; maximum: number; slowRamp: boolean; reversed: boolean };
}

/** The devices of each phase: all at once, one by one, growing shares of the whole, or batches. */
export function phasesOf<Key>(keys: readonly Key[], { strategy, canaryPhases, rrm }: Strategy): Key[][] {
  switch (strategy) {
    case "serial":
      return keys.map((key) => [key]);
    case "canary":
      return canary(keys, canaryPhases);
    case "rrm":
      return batches(rrm.reversed ? keys.toReversed() : keys, rrm);
    default:
      return [[...keys]];
  }
}

function canary<Key>(keys: readonly Key[], percents: readonly number[]): Key[][] {
  const ends = percents.map((percent) => Math.ceil((percent * keys.length) / 100));
  return ends.map((end, index) => keys.slice(ends[index - 1] ?? 0, end));
}

/** Batches that double up to the largest, or with a slow ramp grow by as much each time. */
function batches<Key>(keys: readonly Key[], { first, maximum, slowRamp }: Strategy["rrm"]): Key[][] {
  const share = (percent: number): number => Math.max(1, Math.ceil((percent * keys.length) / 100));
  const phases: Key[][] = [];
  let size = share(first);
  for (let at = 0; at < keys.length; ) {
    const batch = keys.slice(at, at + size);
    phases.push(batch);
    at += batch.length;
    size = Math.min(share(Math.max(first, maximum)), slowRamp ? size + share(first) : size * 2);
  }
  return phases;
}
