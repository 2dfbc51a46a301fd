import type { Expression, Imported } from "./expressions";
import type { Item } from "./order";
import { within } from "./references";

/** Resources of one type that differ in few inputs: the program makes them in a loop. */
export interface Group {
  items: readonly Item[];
  /** The inputs in which they differ, in the order of the definition. */
  keys: readonly string[];
}

/** Below this a loop is no shorter than its resources one by one. */
const atLeast = 3;
/** With more columns than this a table is no easier to read than its resources one by one. */
const mostKeys = 3;

/**
 * Finds the resources that a person would write as a list or table: equal but for one input, such as the devices that go
 * to one target, or for a few, such as products with a description each. What others refer to stands by itself, since it
 * needs a variable. The items stay in their order.
 */
export function group(items: readonly Item[]): { single: Item[]; groups: Group[] } {
  const referenced = targetsOf(items);
  const free = items.filter(({ object }) => !referenced.has(object));
  const groups = [...Map.groupBy(free, ({ object }) => object.resource).values()].flatMap(groupsOf);
  const grouped = new Set(groups.flatMap((found) => found.items));
  return { single: items.filter((item) => !grouped.has(item)), groups };
}

/** The objects that others refer to. */
export function targetsOf(items: readonly Item[]): Set<Imported> {
  return new Set(items.flatMap(({ inputs }) => within(inputs, "reference").map(({ to }) => to)));
}

/** Groups of one type: first those that differ in one input, then from the rest those that differ in more. */
function groupsOf(items: readonly Item[]): Group[] {
  const groups: Group[] = [];
  let rest = items;
  for (let size = 1; size <= mostKeys && rest.length >= atLeast; size++) {
    const found = bestGroups(rest, size);
    const grouped = new Set(found.flatMap((group) => group.items));
    groups.push(...found);
    rest = rest.filter((item) => !grouped.has(item));
  }
  return groups;
}

/** Groups by those inputs, so many together, that leave the fewest different resources when they are taken away. */
function bestGroups(items: readonly Item[], size: number): Group[] {
  const columns = columnsOf(items);
  const candidates = choices(columns, size).map((keys) => {
    const having = items.filter((item) => keys.every((key) => varies(item, key)));
    const parts = [...Map.groupBy(having, (item) => restOf(item, keys)).values()];
    return { keys, parts: parts.filter(({ length }) => length >= atLeast) };
  });
  const covered = ({ parts }: { parts: readonly unknown[][] }) =>
    parts.reduce((sum, { length }) => sum + length - 1, 0);
  const [best] = candidates.sort((one, other) => covered(other) - covered(one));
  return best?.parts.map((part) => ({ items: part, keys: best.keys })) ?? [];
}

/** The inputs that may be a column, in the order of the definition. */
function columnsOf(items: readonly Item[]): string[] {
  const inputs = items[0]?.object.resource.inputs ?? {};
  return Object.keys(inputs).filter((key) => items.some((item) => varies(item, key)));
}

/** Every choice of so many. */
function choices(keys: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return keys.flatMap((key, index) => choices(keys.slice(index + 1), size - 1).map((rest) => [key, ...rest]));
}

/** Whether a text or number stands there, which keeps its type in a table: one of a few texts would not. */
function varies({ object, inputs }: Item, key: string): boolean {
  const value = inputs.entries.find(([name]) => name === key)?.[1];
  const shape = object.resource.inputs[key]?.shape;
  if (value?.kind !== "literal" || (shape?.kind === "string" && shape.values && !shape.open)) return false;
  return typeof value.value === "string" || typeof value.value === "number";
}

/** A text that is equal exactly when two resources are, apart from some inputs and their kinds of value. */
function restOf({ inputs }: Item, keys: readonly string[]): string {
  return JSON.stringify(
    inputs.entries.map(([name, value]) =>
      keys.includes(name) && value.kind === "literal" ? [name, typeof value.value] : [name, value],
    ),
    (_, part: unknown) => (isReference(part) ? [part.to.resource.token, part.to.id, part.output] : part),
  );
}

function isReference(part: unknown): part is Extract<Expression, { kind: "reference" }> {
  return typeof part === "object" && part !== null && (part as { kind?: unknown }).kind === "reference";
}
