export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The most of these moments, in order, that lie within any span of so many milliseconds. */
export function mostWithin(moments: readonly number[], ms: number): number {
  let first = 0;
  return moments.reduce((most, moment, index) => {
    while ((moments[first] as number) <= moment - ms) first++;
    return Math.max(most, index - first + 1);
  }, 0);
}
