import { besides, type Fields, fieldOf, others, type Shape } from "./shape";
import { isAbsent, isMap, mapValues, type Value, type ValueMap } from "./values";

type Rename = (fields: Fields, values: ValueMap) => ValueMap;

/** Plain values under the vendor's names. The table is that of the fields; keys of maps pass as they are. */
export function toVendor(fields: Fields, values: ValueMap): ValueMap {
  const renamed: ValueMap = {};
  for (const [key, value] of Object.entries(values)) {
    const declared = fieldOf(fields, key);
    if (!declared || isAbsent(value)) continue;
    renamed[declared.wire ?? key] = inside(besides(declared, values).shape, value, toVendor);
  }
  return renamed;
}

/** The same back. What no field names is left out, as is null. */
export function fromVendor(fields: Fields, values: ValueMap): ValueMap {
  const names = namesIn(fields);
  const keys: [key: string, value: Value][] = [];
  for (const [wire, value] of Object.entries(values)) {
    const key = names.get(wire) ?? (fields[others] && wire);
    if (key !== undefined && !isAbsent(value)) keys.push([key, value]);
  }
  const neighbours = Object.fromEntries(keys);
  const renamed: ValueMap = {};
  for (const [key, value] of keys) {
    const declared = fieldOf(fields, key);
    if (declared) renamed[key] = inside(besides(declared, neighbours).shape, value, fromVendor);
  }
  return renamed;
}

const tables = new WeakMap<Fields, Map<string, string>>();

/** The vendor's names and ours, made once for each set of fields. */
function namesIn(fields: Fields): Map<string, string> {
  let table = tables.get(fields);
  if (!table) {
    table = new Map(Object.entries(fields).map(([key, { wire }]) => [wire ?? key, key]));
    tables.set(fields, table);
  }
  return table;
}

function inside(shape: Shape, value: Value, rename: Rename): Value {
  if (shape.kind === "object" && isMap(value)) return rename(shape.fields, value);
  if (shape.kind === "list" && Array.isArray(value)) return value.map((item) => inside(shape.item, item, rename));
  if (shape.kind === "map" && isMap(value)) return mapValues(value, (item) => inside(shape.value, item, rename));
  if (shape.kind === "union") {
    const like = shape.options.find(({ kind }) =>
      Array.isArray(value) ? kind === "list" : isMap(value) && structured(kind),
    );
    return like ? inside(like, value, rename) : value;
  }
  return value;
}

function structured(kind: Shape["kind"]): boolean {
  return kind === "object" || kind === "map";
}
