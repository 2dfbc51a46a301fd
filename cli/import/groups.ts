import type { Expression, Imported } from "./expressions";
import type { Item } from "./order";
import { within } from "./references";

/** Resources of one type that differ in one input: the program makes them in a loop. */
export interface Group {
  items: readonly Item[];
  /** The input in which they differ. */
  key: string;
}

/** Below this a loop is no shorter than its resources one by one. */
const atLeast = 3;

/**
 * Finds the resources that a person would write as a list: equal but for one input, such as the devices that go to one
 * target. What others refer to stands by itself, since it needs a variable. The items stay in their order.
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

/** Groups of one type, by the input that leaves the fewest different ones when it is taken away. */
function groupsOf(items: readonly Item[]): Group[] {
  const keys = new Set(
    items.flatMap(({ inputs }) => inputs.entries.flatMap(([key, value]) => (varies(value) ? [key] : []))),
  );
  const partitions = [...keys].map((key) => {
    const having = items.filter(({ inputs }) => inputs.entries.some(([name, value]) => name === key && varies(value)));
    return { key, parts: [...Map.groupBy(having, (item) => restOf(item, key)).values()] };
  });
  const big = partitions.map(({ key, parts }) => ({ key, parts: parts.filter(({ length }) => length >= atLeast) }));
  const covered = (parts: readonly unknown[][]) => parts.reduce((sum, { length }) => sum + length - 1, 0);
  const [best] = big.sort((one, other) => covered(other.parts) - covered(one.parts));
  return best?.parts.map((part) => ({ items: part, key: best.key })) ?? [];
}

function varies(value: Expression): boolean {
  return value.kind === "literal" && (typeof value.value === "string" || typeof value.value === "number");
}

/** A text that is equal exactly when two resources are, apart from one input and its kind of value. */
function restOf({ inputs }: Item, key: string): string {
  return JSON.stringify(
    inputs.entries.map(([name, value]) =>
      name === key && value.kind === "literal" ? [name, typeof value.value] : [name, value],
    ),
    (_, part: unknown) => (isReference(part) ? [part.to.resource.token, part.to.id, part.output] : part),
  );
}

function isReference(part: unknown): part is Extract<Expression, { kind: "reference" }> {
  return typeof part === "object" && part !== null && (part as { kind?: unknown }).kind === "reference";
}
