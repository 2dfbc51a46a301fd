import * as pulumi from "@pulumi/pulumi";

/**
 * Marks the values at the given paths as secret: the engine knows nothing of secrets inside objects by itself. A path is of
 * names and `*` for whatever stands in a list or map; the last part may be a regular expression, such as `/key$/`, for all
 * names at any depth that match it.
 */
export function markSecrets(args: object, paths: readonly (readonly string[])[]): pulumi.Inputs {
  let marked: unknown = args;
  for (const path of paths) marked = mark(marked, path);
  return marked as pulumi.Inputs;
}

function mark(value: unknown, path: readonly string[]): unknown {
  if (value === undefined || value === null) return value;
  const [key, ...rest] = path;
  if (key === undefined) return pulumi.secret(value);
  if (pulumi.Output.isInstance(value) || value instanceof Promise)
    return pulumi.output(value).apply((known) => mark(known, path));
  const names = /^\/(.+)\/$/s.exec(key)?.[1];
  if (names !== undefined) return markByName(value, new RegExp(names));
  if (Array.isArray(value)) return key === "*" ? value.map((item) => mark(item, rest)) : value;
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    key === "*" || key === name ? mark(item, rest) : item,
  ]);
  return Object.fromEntries(entries);
}

function markByName(value: unknown, names: RegExp): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise)
    return pulumi.output(value).apply((known) => markByName(known, names));
  if (Array.isArray(value)) return value.map((item) => markByName(item, names));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    names.test(name) && item !== undefined && item !== null ? pulumi.secret(item) : markByName(item, names),
  ]);
  return Object.fromEntries(entries);
}
