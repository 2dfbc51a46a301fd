import { type Json, type JsonMap, joinPath } from "../../provider/core/values";

/** What stands for a secret in everything that is printed. */
export const mask = "[secret]";
/** The key by which Pulumi marks special values on the wire, and the mark of a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value of an engine event with its secrets masked, and without Pulumi's marks of other special values. */
export function masked(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  if (value[signatureKey] === secretSignature) return mask;
  const visible = Object.entries(value).filter(([key]) => key !== signatureKey);
  return Object.fromEntries(visible.map(([key, item]) => [key, masked(item)]));
}

/** The steps of a property path such as `a.b[0]["odd.key"]`; a text that is none is taken as one key. */
export function parsePath(path: string): (string | number)[] {
  const step = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;
  const steps: (string | number)[] = [];
  while (step.lastIndex < path.length) {
    const [, name, index, quoted] = step.exec(path) ?? [path];
    if (name !== undefined) steps.push(name);
    else if (index !== undefined) steps.push(Number(index));
    else if (quoted !== undefined) steps.push(quoted.replace(/\\(.)/g, "$1"));
    else return [path];
  }
  return steps;
}

/** What stands at a path of masked values; null when nothing does, the mask when it is within a secret. */
export function valueAt(values: Json, path: readonly (string | number)[]): Json {
  let value = values;
  for (const step of path) {
    if (value === mask) return mask;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return null;
    value = (value as JsonMap)[step] ?? null;
  }
  return value;
}

/** Masks what is secret in the other value, since a vendor's answer need not say what is secret. */
export function hideLike(value: Json, other: Json): Json {
  if (value === null || !hasMask(other)) return value;
  if (Array.isArray(value) && Array.isArray(other)) {
    // An item more may be one more of the same.
    return value.map((item, index) => (index < other.length ? hideLike(item, other[index] ?? null) : mask));
  }
  if (isObject(value) && isObject(other))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideLike(item, other[key] ?? null)]));
  return mask;
}

function hasMask(value: Json): boolean {
  if (typeof value !== "object" || value === null) return value === mask;
  return Object.values(value).some(hasMask);
}

/** The paths at which two masked values differ, where a provider does not say. Pulumi's own keys are left out. */
export function differingPaths(ours: Json, theirs: Json, path = ""): string[] {
  if (isObject(ours) && isObject(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...keys]
      .filter((key) => !key.startsWith("__"))
      .flatMap((key) => differingPaths(ours[key] ?? null, theirs[key] ?? null, joinPath(path, key)));
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const longest = ours.length > theirs.length ? ours : theirs;
    return longest.flatMap((_, index) =>
      differingPaths(ours[index] ?? null, theirs[index] ?? null, joinPath(path, index)),
    );
  }
  return ours === theirs ? [] : [path];
}

function isObject(value: Json): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
