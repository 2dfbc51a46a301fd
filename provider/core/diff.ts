import { isHidden } from "./check";
import { besides, type Change, type Field, type Fields, fieldOf, type Shape } from "./shape";
import {
  hasUnknown,
  isAbsent,
  isMap,
  isSecret,
  isUnknown,
  joinPath,
  unwrap,
  type Value,
  type ValueMap,
} from "./values";

/** One difference between old and new inputs. Values are never part of it, so it cannot leak a secret. */
export interface Difference {
  /** `a.b[0]["odd.key"]`; its first part is the top-level input. */
  path: string;
  property: string;
  kind: "add" | "delete" | "update";
  /** What it comes to: `respecify` is `replace` here. */
  change: Exclude<Change, "respecify">;
}

/** The differences between two sets of inputs after normalisation. Pure; never throws on unknowns. */
export function diffFields(fields: Fields, from: ValueMap, to: ValueMap): Difference[] {
  const found: Difference[] = [];
  diffObject(fields, from, to, { path: "", property: "", change: undefined, found });
  return found;
}

const fixedChanges: ReadonlySet<Change> = new Set(["replace", "respecify", "immutable"]);

/**
 * The differences that cannot be made to an object that exists: in what identifies it, or in what is immutable. Only where
 * these can be is looked at: they are inputs of their own, or stand in what a neighbour chooses.
 */
export function fixedDifferences(fields: Fields, from: ValueMap, to: ValueMap): Difference[] {
  const found: Difference[] = [];
  diffObject(fields, from, to, { path: "", property: "", change: undefined, found }, mayBeFixed);
  return found;
}

/** Of old inputs those that {@link fixedDifferences} looks at: most of what is big is not among them. */
export function fixedValues<T>(fields: Fields, from: { [key: string]: T }): { [key: string]: T } {
  const isFixed = (key: string) => {
    const named = fieldOf(fields, key);
    return named !== undefined && mayBeFixed(named);
  };
  return Object.fromEntries(Object.entries(from).filter(([key]) => isFixed(key)));
}

function mayBeFixed({ change, shape }: Field): boolean {
  return fixedChanges.has(change) || shape.kind === "chosen";
}

/** The differences that make another object rather than change this one. */
export function replacing(differences: readonly Difference[]): Difference[] {
  return differences.filter((difference) => difference.change === "replace");
}

interface Place {
  path: string;
  property: string;
  /** A policy inherited from a parent, which wins over `update` of a child. */
  change: Change | undefined;
  /** An item of a list or map that stands on both sides: one more or less of them is a change of the whole. */
  item?: boolean;
  /** It has a default, which says what it is where it is absent. */
  settled?: boolean;
  found: Difference[];
}

function diffObject(
  fields: Fields,
  from: ValueMap,
  to: ValueMap,
  place: Place,
  only?: (named: Field) => boolean,
): void {
  const added = Object.keys(to).filter((key) => !Object.hasOwn(from, key));
  for (const key of [...Object.keys(from), ...added]) {
    const named = isHidden(key) ? undefined : fieldOf(fields, key);
    if (!named || only?.(named) === false) continue;
    const declared = besides(named, to, from);
    const change = declared.change === "update" ? (place.change ?? "update") : declared.change;
    if (change === "writeOnly") continue;
    diffValue(declared.shape, declared, from[key], to[key], {
      path: joinPath(place.path, key),
      property: place.property || key,
      change,
      found: place.found,
    });
  }
}

function diffValue(shape: Shape, declared: Field, oldValue: Value, newValue: Value, place: Place): void {
  const from = isSecret(oldValue) ? oldValue.value : oldValue;
  const to = isSecret(newValue) ? newValue.value : newValue;
  // Most of what is compared is scalars that are the same.
  if (from === to && !isUnknown(from)) return;
  const tell = (kind: Difference["kind"], settled = false) =>
    report(settled ? { ...place, settled } : place, kind, !hasUnknown(from) && !hasUnknown(to));
  if (shape.kind === "object" && isMap(from) && isMap(to)) {
    diffObject(shape.fields, from, to, place);
  } else if (isBlank(from) || isBlank(to)) {
    const unchanged = isBlank(from) ? isBlank(to) || to === declared.default : from === declared.default;
    if (!unchanged) tell(isBlank(from) ? "add" : "delete", declared.default !== undefined);
  } else if (isUnknown(from) || isUnknown(to)) {
    tell("update");
  } else if (shape.kind === "map" && isMap(from) && isMap(to)) {
    for (const [key, before, now] of entriesOfBoth(declared, from, to)) {
      const inside = { ...place, path: joinPath(place.path, key), item: true };
      const kind = isAbsent(before) ? "add" : isAbsent(now) ? "delete" : "update";
      // The key alone says something, even of an object without any values.
      const whole = shape.value.kind === "object" && (kind !== "update" || isUnknown(before) || isUnknown(now));
      if (whole && !(isAbsent(before) && isAbsent(now))) {
        report(inside, kind, !hasUnknown(before) && !hasUnknown(now));
      } else diffValue(shape.value, itemOf(declared), before, now, inside);
    }
  } else if (declared.unordered && Array.isArray(from) && Array.isArray(to)) {
    if (!sameSet(declared, shape, from, to)) tell("update");
  } else if (shape.kind === "list" && Array.isArray(from) && Array.isArray(to)) {
    for (let index = 0; index < Math.max(from.length, to.length); index++) {
      const path = joinPath(place.path, index);
      diffValue(shape.item, itemOf(declared), from[index], to[index], { ...place, path, item: true });
    }
  } else if (canonicalText(declared, shape, from) !== canonicalText(declared, shape, to)) {
    tell("update");
  }
}

/** What stands under each key of either map, whatever its spelling, which is that of the new map where both have it. */
function entriesOfBoth(declared: Field, from: ValueMap, to: ValueMap): Iterable<[key: string, Value, Value]> {
  const canonical = declared.canonicalKey ?? ((key: string) => key);
  const entries = new Map<string, [string, Value, Value]>();
  for (const [key, value] of Object.entries(from)) entries.set(canonical(key), [key, value, undefined]);
  for (const [key, value] of Object.entries(to)) {
    entries.set(canonical(key), [key, entries.get(canonical(key))?.[1], value]);
  }
  return entries.values();
}

/** Between absent and present, and while unknown, nothing says that it is another object. */
function report(place: Place, kind: Difference["kind"], known: boolean): void {
  let change = place.change ?? "update";
  if (change === "replace" && kind !== "update" && !place.item && !place.settled) change = "update";
  if (change === "respecify") change = "replace";
  if (!known && (change === "replace" || change === "immutable")) change = "update";
  place.found.push({ path: place.path, property: place.property, kind, change });
}

/** Absent, null, "", [] and {} say the same: nothing. */
function isBlank(value: Value): boolean {
  if (isAbsent(value) || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.values(value).every(isAbsent);
}

/** The field of a list or map as one of its items: its policies, but neither its default nor its order. */
export function itemOf(declared: Field): Field {
  return { ...declared, default: undefined, unordered: false };
}

function sameSet(declared: Field, shape: Shape, from: Value[], to: Value[]): boolean {
  if (from.length !== to.length) return false;
  const texts = (values: Value[]) => values.map((value) => canonicalText(declared, shape, value)).sort();
  const left = texts(from);
  return texts(to).every((text, index) => text === left[index]);
}

/** A text that is equal exactly when two values are, whatever the order of keys and the spelling of strings and numbers. */
function canonicalText(declared: Field, shape: Shape, value: Value): string {
  return JSON.stringify(canonical(declared, unwrap(value), holdsNumbers(shape)));
}

/** Where a number may stand a vendor may write it as text: 20 is "20". */
function holdsNumbers(shape: Shape): boolean {
  switch (shape.kind) {
    case "number":
    case "integer":
      return true;
    case "list":
      return holdsNumbers(shape.item);
    case "union":
      return shape.options.some(holdsNumbers);
    default:
      return false;
  }
}

function canonical(declared: Field, value: Value, numbers: boolean): unknown {
  if (typeof value === "number" && numbers) return String(value);
  if (typeof value === "string") return declared.canonical ? declared.canonical(value) : value;
  if (isAbsent(value)) return null;
  if (Array.isArray(value)) return value.map((item) => canonical(declared, item, numbers));
  if (!isMap(value)) return value;
  const sorted: { [key: string]: unknown } = {};
  for (const key of Object.keys(value).sort()) {
    if (!isAbsent(value[key])) sorted[key] = canonical(declared, value[key], numbers);
  }
  return sorted;
}

/** Whether two values of one field mean the same after normalisation. */
export function sameValue(declared: Field, from: Value, to: Value): boolean {
  const place: Place = { path: "", property: "", change: undefined, found: [] };
  diffValue(declared.shape, declared, from, to, place);
  return place.found.length === 0;
}
