/** `Branch baseline (v2)` -> `branch-baseline-v2`: lower case, letters and digits of any script. */
export function kebabCase(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}

/** `branch-baseline-v2` -> `branchBaselineV2`; capitals inside a word stay. */
export function camelCase(...words: string[]): string {
  const [first = "", ...others] = words.flatMap((word) => word.split(/[^\p{L}\p{M}\p{N}]+/u)).filter(Boolean);
  const capitalized = others.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return first.charAt(0).toLowerCase() + first.slice(1) + capitalized.join("");
}

/** `fortiztp:FortiManager` -> `FortiManager` */
export function typeName(token: string): string {
  return token.slice(token.indexOf(":") + 1);
}

/**
 * Names of resources of one type, one an object: readable, unique, and the same whenever the account is. Objects that
 * would share a name have their id in it.
 * @param taken names of the stack's resources of this type
 */
export function resourceNames(
  type: string,
  objects: readonly { id: string; name: string }[],
  taken: ReadonlySet<string>,
): Map<string, string> {
  const plain = (object: { id: string; name: string }) =>
    kebabCase(object.name) || kebabCase(`${type} ${object.id}`) || kebabCase(type);
  const wanted = Map.groupBy(objects, plain);
  // A name that one object has by itself is never given to another with an id behind it.
  const used = new Set([...taken, ...wanted.keys()]);
  const names = new Map<string, string>();
  for (const object of [...objects].sort((one, other) => compare(one.id, other.id))) {
    const name = plain(object);
    const alone = wanted.get(name)?.length === 1 && !taken.has(name);
    names.set(object.id, alone ? name : unique(`${name}-${kebabCase(object.id)}`, used, "-"));
  }
  return names;
}

/** Names for one scope of code; each is given out once. */
export class Scope {
  private readonly used: Set<string>;

  /** @param used names that mean something else */
  constructor(used: Iterable<string> = []) {
    this.used = new Set(used);
  }

  /** The first of the names that is free, else the last with a number behind it. */
  take(...names: string[]): string {
    const free = names.find((name) => !this.used.has(name));
    if (free === undefined) return unique(names.at(-1) ?? "unnamed", this.used, "");
    this.used.add(free);
    return free;
  }
}

/** Order by code units: the same on every machine. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function unique(name: string, used: Set<string>, separator: string): string {
  let free = name;
  for (let number = 2; used.has(free); number++) free = `${name}${separator}${number}`;
  used.add(free);
  return free;
}
