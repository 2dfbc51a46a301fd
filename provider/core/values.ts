/** The values that cross the boundary between the engine and a definition, and their form on the wire. */

/** A value that the engine does not know yet: an output of something that has not been created. */
export class Unknown {
  static readonly instance = new Unknown();
  private constructor() {}
  toString(): string {
    return "(not known yet)";
  }
  toJSON(): string {
    return unknownSentinel;
  }
}

/** A value that must never be shown. Wrappers nest anywhere in a tree and survive the trip through state. */
export class Secret {
  constructor(readonly value: Value) {}
  toString(): string {
    return "[secret]";
  }
  toJSON(): string {
    return "[secret]";
  }
}

export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Unknown
  | Secret
  | Value[]
  | { [key: string]: Value };
export type ValueMap = { [key: string]: Value };

/** A JSON value as it stands in a protobuf Struct, sentinels included. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };

export const unknown = Unknown.instance;
/** The sentinel that the Node SDK uses for every type; the engine may send any of the seven. */
export const unknownSentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownSentinels = new Set([
  unknownSentinel, // string
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

export function isSecret(value: unknown): value is Secret {
  return value instanceof Secret;
}

/** An object that is a plain map: neither a list, nor a marker, nor null. */
export function isMap(value: unknown): value is ValueMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret)
  );
}

/** Absent on the wire: the engine sends explicit nulls for what a program left out. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** What is plain already is returned as it is, not copied. */
export function fromWire(json: Json | undefined): Value {
  if (typeof json === "string") return isUnknownSentinel(json) ? unknown : json;
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return changedItems<Json, Value>(json, fromWire);
  switch (json[signatureKey]) {
    case secretSignature: {
      const value = fromWire(json.value);
      // A program may mark as secret what it then leaves out.
      return isAbsent(value) ? value : new Secret(value);
    }
    case outputSignature: {
      const value = "value" in json ? fromWire(json.value) : unknown;
      return json.secret === true ? new Secret(value) : value;
    }
    case resourceSignature:
      return fromWire(json.id ?? json.urn);
  }
  return changedValues<Json, Value>(json, fromWire);
}

function isUnknownSentinel(text: string): boolean {
  return text.length === unknownSentinel.length && unknownSentinels.has(text);
}

export function toWire(value: Value): Json {
  if (isPlain(value)) return value ?? null;
  if (value instanceof Unknown) return unknownSentinel;
  if (value instanceof Secret) return { [signatureKey]: secretSignature, value: toWire(value.value) };
  if (Array.isArray(value)) return changedItems<Value, Json>(value, toWire);
  return mapToWire(value);
}

/** Leaves out what is undefined: an absent key reads better in a diff than a null. */
export function mapToWire(values: ValueMap): JsonMap {
  return changedValues<Value, Json>(values, (value) => (value === undefined ? value : toWire(value)) as Json);
}

export function mapFromWire(json: JsonMap | undefined): ValueMap {
  return json ? changedValues<Json, Value>(json, partFromWire) : {};
}

/** Trees that came without any marker, and never get one: nothing looks through them for markers again. */
const plainTrees = new WeakSet<object>();

function partFromWire(json: Json): Value {
  const value = fromWire(json);
  if (value === json && typeof json === "object" && json !== null) plainTrees.add(json);
  return value;
}

/** True if nothing in it can be a marker; false says nothing. */
function isPlain(value: Value): value is Json | undefined {
  return typeof value !== "object" || value === null || plainTrees.has(value);
}

/** Two maps to compare: lists and maps that are the same in both to the letter stay as they came, one value in both. */
export function mapsToCompare(one: JsonMap, other: JsonMap): [ValueMap, ValueMap] {
  const same = new Map<string, Value>();
  for (const key of Object.keys(one)) {
    const json = one[key] as Json;
    if (typeof json === "object" && sameJson(json, other[key])) same.set(key, json as Value);
  }
  const decoded = (json: Json, key: string): Value => same.get(key) ?? partFromWire(json);
  return [changedValues(one, decoded), changedValues(other, decoded)];
}

/** Whether two values are the same to the letter, marks of secrets and all. */
function sameJson(one: Json, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    for (let index = 0; index < one.length; index++) if (!sameJson(one[index] as Json, other[index])) return false;
    return true;
  }
  if (Array.isArray(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  for (const key of keys) if (!sameJson(one[key] as Json, other[key])) return false;
  return true;
}

/** The tree without its secret wrappers. Trees without any are returned as they are, not copied. */
export function unwrap(value: Value): Value {
  if (value instanceof Secret) return unwrap(value.value);
  if (isPlain(value) || value instanceof Unknown) return value;
  return Array.isArray(value) ? changedItems(value, unwrap) : changedValues(value, unwrap);
}

/** Wraps a value once: a secret stays as it is, what is absent stays absent. */
export function asSecret(value: Value): Value {
  return value instanceof Secret || isAbsent(value) ? value : new Secret(unwrap(value));
}

export function hasUnknown(value: Value): boolean {
  return contains(value, isUnknown);
}

export function hasSecret(value: Value): boolean {
  return contains(value, isSecret);
}

function contains(value: Value, test: (value: Value) => boolean): boolean {
  if (test(value)) return true;
  if (isPlain(value) || value instanceof Unknown) return false;
  if (value instanceof Secret) return contains(value.value, test);
  if (Array.isArray(value)) return value.some((child) => contains(child, test));
  for (const key of Object.keys(value)) if (contains(value[key], test)) return true;
  return false;
}

export function mapValues<A, B>(map: { [key: string]: A }, change: (value: A, key: string) => B): { [key: string]: B } {
  const changed: { [key: string]: B } = {};
  for (const key of Object.keys(map)) assign(changed, key, change(map[key] as A, key));
  return changed;
}

/** Like {@link mapValues}, but a map of which nothing changes is not copied. What becomes undefined is left out. */
export function changedValues<A, B>(
  map: { [key: string]: A },
  change: (value: A, key: string) => B,
): { [key: string]: B } {
  let changed: { [key: string]: B } | undefined;
  for (const key of Object.keys(map)) {
    const value = map[key] as A;
    const now = change(value, key);
    if (changed === undefined) {
      if ((now as unknown) === value && now !== undefined) continue;
      changed = before(map as unknown as { [key: string]: B }, key);
    }
    if (now !== undefined) assign(changed, key, now);
  }
  return changed ?? (map as unknown as { [key: string]: B });
}

function before<T>(map: { [key: string]: T }, end: string): { [key: string]: T } {
  const copy: { [key: string]: T } = {};
  for (const key of Object.keys(map)) {
    if (key === end) break;
    assign(copy, key, map[key] as T);
  }
  return copy;
}

/** The same for a list, of which nothing is left out. */
export function changedItems<A, B>(list: A[], change: (value: A, index: number) => B): B[] {
  let changed: B[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const now = change(list[index] as A, index);
    if (changed === undefined) {
      if ((now as unknown) === list[index]) continue;
      changed = list.slice(0, index) as unknown as B[];
    }
    changed.push(now);
  }
  return changed ?? (list as unknown as B[]);
}

function assign<T>(map: { [key: string]: T }, key: string, value: T): void {
  // A plain assignment to "__proto__" would set the prototype.
  if (key === "__proto__")
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

/** A property path as Pulumi writes it: `a.b[0]["odd.key"]`. */
export function joinPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent ? `${parent}.${key}` : key;
}
