/** Negative where the first is older, by the numbers and letters in them. */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [partsOf(one), partsOf(other)];
  for (let index = 0; index < Math.max(first.length, second.length); index += 1) {
    const [a, b] = [first[index], second[index]];
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (typeof a === "number" && typeof b === "number") {
      if (a !== b) return a - b;
    } else if (String(a) !== String(b)) return String(a) < String(b) ? -1 : 1;
  }
  return 0;
}

function partsOf(version: string): (number | string)[] {
  const numbered = version.slice(Math.max(0, version.search(/\d/)));
  return (numbered.match(/\d+|[a-z]+/gi) ?? []).map((part) => (/\d/.test(part) ? Number(part) : part.toUpperCase()));
}
