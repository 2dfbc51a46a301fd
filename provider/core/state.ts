import { checkFields, isHidden, optionFor } from "./check";
import { itemOf, sameValue } from "./diff";
import type { Resource, State } from "./resource";
import { besides, type Field, type Fields, fieldOf, type Shape } from "./shape";
import {
  asSecret,
  hasSecret,
  isAbsent,
  isMap,
  isSecret,
  isUnknown,
  mapValues,
  unwrap,
  type Value,
  type ValueMap,
} from "./values";

/** What stands in the engine's state, and what of it each side sees. */

/** The output that marks unfinished work: a refresh forgets the engine's own mark, so ours stands in the state. */
export const unfinishedKey = "__unfinished";

/** Inputs as verbs see them: no secret wrappers, defaults applied, nulls gone. Unknowns stay as markers. */
// biome-ignore lint/suspicious/noExplicitAny: the checked values have the types that the definition declares.
export function plainInputs(fields: Fields, values: ValueMap): any {
  const plain: ValueMap = {};
  for (const [key, declared] of Object.entries(fields)) {
    const value = unwrap(values[key]);
    if (!isAbsent(value)) plain[key] = value;
    else if (declared.default !== undefined) plain[key] = declared.default;
  }
  return plain;
}

/** Old inputs where the host has only old outputs: the inputs are echoed among them. */
export function inputsFromOutputs(resource: Resource, outputs: ValueMap): ValueMap {
  return pick(outputs, resource.inputs);
}

/**
 * The inputs that an object has: while an operation has not ended those that it has reached, which stand among the
 * outputs, since the engine keeps those before an update and those that were asked for in a create.
 */
export function standingInputs(resource: Resource, inputs: ValueMap, outputs: ValueMap): ValueMap {
  return unfinishedReason(outputs) === undefined ? inputs : inputsFromOutputs(resource, outputs);
}

export function unfinishedReason(outputs: ValueMap): string | undefined {
  const reason = unwrap(outputs[unfinishedKey]);
  return typeof reason === "string" ? reason : undefined;
}

export function stateOf(resource: Resource, old: { inputs: ValueMap; outputs: ValueMap }): State<object, object> {
  const unfinished = unfinishedReason(old.outputs);
  return {
    inputs: plainInputs(resource.inputs, old.inputs),
    outputs: plainInputs(resource.outputs, old.outputs),
    unfinished,
    attempted:
      unfinished === undefined ? undefined : plainInputs(resource.inputs, inputsFromOutputs(resource, old.outputs)),
  };
}

export function outputsOf(resource: Resource, outputs: ValueMap): ValueMap {
  return pick(outputs, resource.outputs);
}

function pick(values: ValueMap, fields: Fields): ValueMap {
  const picked: ValueMap = {};
  for (const key of Object.keys(fields)) if (!isAbsent(values[key])) picked[key] = values[key];
  return picked;
}

/** The values without the keys that the hosts and the SDK add. */
export function visible(values: ValueMap): ValueMap {
  const result: ValueMap = {};
  for (const [key, value] of Object.entries(values)) if (!isHidden(key)) result[key] = value;
  return result;
}

export function encodeOutputs(fields: Fields, outputs: object): ValueMap {
  const present: ValueMap = {};
  for (const [key, value] of Object.entries(outputs)) if (!isAbsent(value) && key in fields) present[key] = value;
  return checkFields(fields, present).values;
}

/**
 * What the user manages of what was found, in the user's spelling where that still says the same.
 * @param done names of inputs that were found in this form already
 */
export function managedInputs(
  fields: Fields,
  prior: ValueMap,
  found: ValueMap,
  done: readonly string[] = [],
): ValueMap {
  const complete = done.flatMap((key) => (isAbsent(found[key]) ? [] : [[key, found[key]] as const]));
  const inputs = asSecretAs(fields, Object.fromEntries(complete), prior);
  for (const [key, before] of Object.entries(prior)) {
    if (done.includes(key)) continue;
    const named = isHidden(key) ? undefined : fieldOf(fields, key);
    if (!named) {
      if (isHidden(key)) inputs[key] = before;
      continue;
    }
    const declared = besides(named, prior);
    const own = declared.change === "local" || declared.change === "writeOnly";
    const now = own ? before : managedValue(declared, before, found[key]);
    if (!isAbsent(now)) inputs[key] = now;
  }
  return inputs;
}

/**
 * What a verb says about inputs, which it sees without their marks, as secret as a program gave them: what stands where a
 * secret was, and whatever has the text of one in it.
 * @param given what the program gave, the latest first
 */
export function asSecretAs(fields: Fields, values: ValueMap, ...given: ValueMap[]): ValueMap {
  const texts = new Set<string>();
  for (const each of given) collectSecrets(each, false, texts);
  if (texts.size === 0) return values;
  const secrets = [...texts];
  return mapValues(values, (value, key) => markedAs(fieldOf(fields, key)?.shape, value, given[0]?.[key], secrets));
}

function markedAs(shape: Shape | undefined, value: Value, before: Value, secrets: readonly string[]): Value {
  if (isSecret(before)) return asSecret(value);
  if (isMap(value)) {
    const was = isMap(before) ? before : {};
    // What is new in a map is as secret as its neighbours.
    const like = shape?.kind === "object" ? undefined : Object.values(was).find(hasSecret);
    return mapValues(value, (item, key) =>
      markedAs(partOf(shape, key), item, Object.hasOwn(was, key) ? was[key] : like, secrets),
    );
  }
  if (Array.isArray(value)) {
    const was = Array.isArray(before) ? before : [];
    const like = was.find(hasSecret);
    return value.map((item, index) => markedAs(partOf(shape), item, index < was.length ? was[index] : like, secrets));
  }
  const text = isAbsent(value) ? "" : String(value);
  return secrets.some((secret) => text === secret || (secret.length >= tellingLength && text.includes(secret)))
    ? asSecret(value)
    : value;
}

/** The shape of an item, or of what is under a key; undefined where only the value tells. */
function partOf(shape: Shape | undefined, key = ""): Shape | undefined {
  switch (shape?.kind) {
    case "object":
      return fieldOf(shape.fields, key)?.shape;
    case "map":
      return shape.value;
    case "list":
      return shape.item;
    default:
      return undefined;
  }
}

/** Shorter secrets are in many texts that do not tell them. */
const tellingLength = 4;

function collectSecrets(value: Value, secret: boolean, into: Set<string>): void {
  if (isSecret(value)) collectSecrets(value.value, true, into);
  else if (Array.isArray(value)) for (const item of value) collectSecrets(item, secret, into);
  else if (isMap(value)) for (const item of Object.values(value)) collectSecrets(item, secret, into);
  else if (secret && !isAbsent(value) && !isUnknown(value) && value !== "") into.add(String(value));
}

/** The user's own spelling while the vendor's value means the same, else the vendor's, as secret as it was. */
function managedValue(declared: Field, before: Value, now: Value): Value {
  const meant = isAbsent(now) ? (declared.assumed as Value) : now;
  if (sameValue(declared, before, meant)) return before;
  const was = isSecret(before) ? before.value : before;
  if (isAbsent(now)) return isAssumed(declared, was, true) ? before : now;
  const parts = managedParts(declared, was, now);
  // What cannot be matched part by part is as secret as its most secret part was.
  const secret = declared.secret || isSecret(before) || (parts === undefined && hasSecret(was));
  return secret ? asSecret(parts ?? now) : (parts ?? now);
}

/**
 * Whether a value, and everything in an object, is what the vendor means where its reply leaves it out.
 * @param orFalse what is false may be left out as well, whatever is meant otherwise
 */
function isAssumed(declared: Field, value: Value, orFalse = false): boolean {
  if (sameValue(declared, declared.assumed as Value, value)) return true;
  if (orFalse && value === false && declared.assumed !== undefined) return true;
  const { shape } = declared;
  if (shape.kind !== "object" || !isMap(value)) return false;
  return Object.entries(value).every(([key, part]) => {
    const field = fieldOf(shape.fields, key);
    return isAbsent(part) || (field !== undefined && isAssumed(besides(field, value), part, orFalse));
  });
}

/** What stands inside an object, list or map on both sides, part by part; undefined for anything else. */
function managedParts(declared: Field, was: Value, now: Value): Value {
  const shape = declared.shape.kind === "union" ? optionFor(declared.shape, was) : declared.shape;
  if (shape.kind === "object" && isMap(was) && isMap(now)) return managedInputs(shape.fields, was, now);
  const item = (of: Field["shape"]): Field => ({ ...itemOf(declared), shape: of });
  if (shape.kind === "list" && !declared.unordered && Array.isArray(was) && Array.isArray(now))
    return now.map((value, index) => (index < was.length ? managedValue(item(shape.item), was[index], value) : value));
  if (shape.kind === "map" && isMap(was) && isMap(now))
    return mapValues(now, (value, key) =>
      Object.hasOwn(was, key) ? managedValue(item(shape.value), was[key], value) : value,
    );
  return undefined;
}

/** The inputs that a program would write for what was found: those that say more than their absence would. */
export function importedInputs(fields: Fields, found: ValueMap): ValueMap {
  return checkFields(fields, telling(fields, found)).values;
}

function telling(fields: Fields, found: ValueMap): ValueMap {
  const written: ValueMap = {};
  // In the order of the declaration, which is the one that a program is written in.
  for (const key of new Set([...Object.keys(fields), ...Object.keys(found)])) {
    const declared = fieldOf(fields, key);
    if (!declared) continue;
    const field = besides(declared, found);
    const value = found[key];
    const isSaid = field.required
      ? !isAbsent(value) && value !== ""
      : !sameValue(field, undefined, value) && !isAssumed(field, value);
    if (!isSaid) continue;
    written[key] = tellingParts(field.shape, value);
  }
  return written;
}

/** The same inside of objects, wherever they stand. */
function tellingParts(shape: Shape, value: Value): Value {
  if (shape.kind === "object" && isMap(value)) return telling(shape.fields, value);
  if (shape.kind === "list" && Array.isArray(value)) return value.map((item) => tellingParts(shape.item, item));
  if (shape.kind === "map" && isMap(value)) return mapValues(value, (item) => tellingParts(shape.value, item));
  return shape.kind === "union" ? tellingParts(optionFor(shape, value), value) : value;
}
