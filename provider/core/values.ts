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

export function fromWire(json: Json | undefined): Value {
  if (typeof json === "string") return unknownSentinels.has(json) ? unknown : json;
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(fromWire);
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
  return mapValues(json, fromWire);
}

export function toWire(value: Value): Json {
  if (value instanceof Unknown) return unknownSentinel;
  if (value instanceof Secret) return { [signatureKey]: secretSignature, value: toWire(value.value) };
  if (value === undefined || value === null) return null;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toWire);
  return mapToWire(value);
}

/** Leaves out what is undefined: an absent key reads better in a diff than a null. */
export function mapToWire(values: ValueMap): JsonMap {
  const wire: JsonMap = {};
  for (const key of Object.keys(values)) if (values[key] !== undefined) assign(wire, key, toWire(values[key]));
  return wire;
}

export function mapFromWire(json: JsonMap | undefined): ValueMap {
  return json ? mapValues(json, fromWire) : {};
}

/** The tree without its secret wrappers. Trees without any are returned as they are, not copied. */
export function unwrap(value: Value): Value {
  if (value instanceof Secret) return unwrap(value.value);
  if (typeof value !== "object" || value === null || value instanceof Unknown) return value;
  if (!contains(value, isSecret)) return value;
  if (Array.isArray(value)) return value.map(unwrap);
  return mapValues(value, unwrap);
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
  if (typeof value !== "object" || value === null || value instanceof Unknown) return false;
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
