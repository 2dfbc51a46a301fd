import { diffFields, sameValue } from "../../core/diff";
import { besides, type Field, type Fields, fieldOf, type Shape } from "../../core/shape";
import { managedInputs } from "../../core/state";
import { isAbsent, isMap, mapValues, type Value, type ValueMap } from "../../core/values";
import { fromVendor, toVendor } from "../../core/wire-names";

/** What goes to Mist, and what comes back. A PUT changes the keys that it carries; `-key` clears one. */

/** Keys that are newer than this provider, as they stand on the wire. */
export type AdditionalKeys = { [key: string]: unknown };

export interface Wanted {
  /** By the names of the fields. */
  body: ValueMap;
  additionalKeys?: AdditionalKeys;
}

export interface BodyRules {
  /** Keys, on the wire, that every write carries. */
  always?: readonly string[];
  /** What clears a key, where it is not `-key`. */
  cleared?: (key: string) => Value | undefined;
}

const anything: Field = { doc: "", change: "update", required: false, shape: { kind: "any" } };

/** The whole object, for a create. */
export function wholeBody(fields: Fields, { body, additionalKeys }: Wanted): ValueMap {
  return { ...toVendor(fields, body), ...(additionalKeys as ValueMap) };
}

/** What Mist says of an object, under the names of its fields. A required list or map that it leaves out is an empty one. */
export function bodyFrom(fields: Fields, found: ValueMap): ValueMap {
  const body = fromVendor(fields, found);
  for (const [key, { required, shape }] of Object.entries(fields)) {
    if (!required || !isAbsent(body[key])) continue;
    if (shape.kind === "list") body[key] = [];
    else if (shape.kind === "map") body[key] = {};
  }
  return body;
}

/** Those of the additional keys that Mist has. */
export function additionalFrom(said: AdditionalKeys | undefined, found: ValueMap): AdditionalKeys | undefined {
  return said && mapValues(said, (_, key) => found[key]);
}

/** What Mist has of what the program says. */
function standing(fields: Fields, { body, additionalKeys }: Wanted, found: ValueMap): Wanted {
  return {
    body: managedInputs(fields, body, bodyFrom(fields, found)),
    additionalKeys: additionalFrom(additionalKeys, found),
  };
}

/** What Mist has of what programs have said, when nobody knows which of them it has heard. */
export function standingAmong(fields: Fields, said: readonly Wanted[], found: ValueMap): Wanted {
  const heard: ValueMap = {};
  const others: ValueMap = {};
  for (const wanted of said) {
    const has = standing(fields, wanted, found).body;
    for (const [key, value] of Object.entries(wanted.body)) {
      if (has[key] === value) heard[key] ??= value;
      else others[key] ??= has[key];
    }
  }
  const additionalKeys: AdditionalKeys = Object.assign({}, ...said.map((wanted) => wanted.additionalKeys));
  return { body: { ...others, ...heard }, additionalKeys: additionalFrom(additionalKeys, found) };
}

/** What two programs say together, the later one where both say something: all that Mist may have heard of. */
export function eitherOf(earlier: ValueMap, later: ValueMap): ValueMap {
  const both = mapValues(later, (now, key): Value => {
    const before = earlier[key];
    return isMap(before) && isMap(now) ? eitherOf(before, now) : now;
  });
  return { ...earlier, ...both };
}

/** The paths of what the program says and Mist has otherwise. */
export function differing(fields: Fields, wanted: Wanted, found: ValueMap): string[] {
  const has = standing(fields, wanted, found);
  const others = Object.keys(wanted.additionalKeys ?? {});
  return [
    ...diffFields(fields, has.body, wanted.body).map(({ path }) => path),
    ...others.filter((key) => !sameAdditional(has, wanted, key) && !isLeftOut(has, wanted, key)),
  ];
}

/** What is false may be left out of a reply. */
function isLeftOut(has: Wanted, wanted: Wanted, key: string): boolean {
  return isAbsent(has.additionalKeys?.[key]) && wanted.additionalKeys?.[key] === false;
}

function sameAdditional(from: Wanted, to: Wanted, key: string): boolean {
  return sameValue(anything, from.additionalKeys?.[key] as Value, to.additionalKeys?.[key] as Value);
}

/** One key that is not as it was. */
interface Changed {
  wire: string;
  field: Field;
  before: Value;
  now: Value;
}

function* changedKeys(fields: Fields, from: Wanted, to: Wanted): Generator<Changed> {
  for (const [key, declared] of Object.entries(fields)) {
    const [before, now] = [from.body[key], to.body[key]];
    if (isAbsent(before) && isAbsent(now)) continue;
    const field = besides(declared, to.body, from.body);
    // What the program has come to say, or to say no longer, counts even if it is nothing, such as an empty list.
    if (isAbsent(before) || isAbsent(now) || !sameValue(field, before, now))
      yield { wire: declared.wire ?? key, field, before, now };
  }
  for (const key of Object.keys({ ...from.additionalKeys, ...to.additionalKeys })) {
    const [before, now] = [from.additionalKeys?.[key] as Value, to.additionalKeys?.[key] as Value];
    if (!sameAdditional(from, to, key)) yield { wire: key, field: anything, before, now };
  }
}

/** Whether something changes inside of which Mist may have more than the program says. */
export function changesInside(fields: Fields, from: Wanted, to: Wanted): boolean {
  for (const { field, now } of changedKeys(fields, from, to))
    if (!isAbsent(now) && holdsObjects(field.shape)) return true;
  return false;
}

function holdsObjects(shape: Shape): boolean {
  if (shape.kind === "list") return holdsObjects(shape.item);
  return shape.kind === "map" ? holdsObjects(shape.value) : shape.kind === "object";
}

/**
 * What a PUT must carry to bring an object from what the program said to what it says now: the top-level keys that
 * differ, each whole, since Mist replaces them whole. What the program never said inside them stays as Mist has it.
 * @param current the object as Mist has it; needed where `changesInside`
 */
export function changedBody(
  fields: Fields,
  from: Wanted,
  to: Wanted,
  current: ValueMap,
  { always = [], cleared }: BodyRules = {},
): ValueMap {
  const changes: ValueMap = {};
  const gone: string[] = [];
  for (const { wire, field, before, now } of changedKeys(fields, from, to)) {
    if (isAbsent(now)) gone.push(wire);
    else changes[wire] = merged(field, before, now, current[wire]);
  }
  for (const wire of gone) {
    // Unless it has only come to be said in the other way, with or without additionalKeys.
    if (!(wire in changes)) Object.assign(changes, clearing(wire, cleared));
  }
  if (Object.keys(changes).length === 0) return changes;
  const whole = toVendor(fields, to.body);
  return { ...Object.fromEntries(always.map((wire) => [wire, whole[wire]])), ...changes };
}

function clearing(wire: string, cleared: BodyRules["cleared"]): ValueMap {
  const none = cleared?.(wire);
  return none === undefined ? { [`-${wire}`]: "" } : { [wire]: none };
}

/** What clears every key that the program has set. */
export function clearedBody(fields: Fields, from: Wanted, { cleared }: BodyRules = {}): ValueMap {
  return changedBody(fields, from, { body: {} }, {}, { cleared });
}

/** What the program says, over what Mist has beside it; what the program has said before and no longer says is gone. */
function merged(field: Field, before: Value, now: Value, current: Value): Value {
  const { shape } = field;
  if (shape.kind === "object" && isMap(now)) return mergedObject(shape.fields, before, now, current);
  if (shape.kind === "list" && Array.isArray(now)) return mergedList(shape.item, before, now, current);
  if (shape.kind === "map" && isMap(now)) {
    // The names in a map are the program's own: those that it does not say go.
    return mapValues(now, (value, name) =>
      merged(
        { ...anything, shape: shape.value },
        isMap(before) ? before[name] : undefined,
        value,
        isMap(current) ? current[name] : undefined,
      ),
    );
  }
  return wireValue(shape, now);
}

function mergedObject(fields: Fields, before: Value, now: ValueMap, current: Value): ValueMap {
  const result: ValueMap = isMap(current) ? { ...current } : {};
  const said = isMap(before) ? before : {};
  for (const key of new Set([...Object.keys(said), ...Object.keys(now)])) {
    const named = fieldOf(fields, key);
    if (!named) continue;
    const wire = named.wire ?? key;
    if (isAbsent(now[key])) delete result[wire];
    else result[wire] = merged(besides(named, now, said), said[key], now[key], result[wire]);
  }
  return result;
}

/** Items that stand as they did, or were changed where they stand, keep what Mist has beside what the program says. */
function mergedList(shape: Shape, before: Value, now: Value[], current: Value): Value {
  const field: Field = { ...anything, shape };
  const said = Array.isArray(before) ? before : [];
  // A list of another length is not the one that the program gave.
  const has = Array.isArray(current) && current.length === said.length ? current : [];
  if (has.length === 0 || !holdsObjects(shape)) return now.map((item) => wireValue(shape, item));
  const places = now.map((item) => said.findIndex((earlier) => sameValue(field, earlier, item)));
  return now.map((item, index) => {
    const isChanged = now.length === said.length && places[index] === -1 && !places.includes(index);
    const place = isChanged ? index : (places[index] as number);
    return merged(field, said[place], item, has[place]);
  });
}

function wireValue(shape: Shape, value: Value): Value {
  return toVendor({ value: { ...anything, shape } }, { value }).value;
}
