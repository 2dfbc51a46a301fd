import type { Fields, Shape } from "../../../provider/core/shape";
import { bodyFields } from "../../../provider/resources/mist/bodies/compile";
import type { Collection } from "../../../provider/resources/mist/collections";
import type { Json, JsonMap } from "../harness/host";
import { headquarters } from "./world";

/** The least that a value of this shape can be. */
function sampleOf(shape: Shape, key: string): Json {
  switch (shape.kind) {
    case "string":
      if (/(^|_)mac$/.test(key)) return "5c5b35000001";
      if (key === "topics") return "audits";
      return shape.values?.[0] ?? (/_id$/.test(key) ? headquarters : "some sample");
    case "number":
    case "integer":
      return 5;
    case "boolean":
      return true;
    case "list":
      return [sampleOf(shape.item, key)];
    case "map":
      return { sample: sampleOf(shape.value, key) };
    case "object":
      return requiredOf(shape.fields);
    case "union":
      return sampleOf(shape.options[0] as Shape, key);
    default:
      return "sample";
  }
}

function requiredOf(fields: Fields): JsonMap {
  const required = Object.entries(fields).filter(([, { required }]) => required);
  return Object.fromEntries(required.map(([key, { shape }]) => [key, sampleOf(shape, key)]));
}

/** A body that Mist's description calls complete, with a name where the kind has one. */
function minimalBody({ schema, title }: Collection): JsonMap {
  const fields = bodyFields(schema, "wire");
  const body = requiredOf(fields);
  return title === undefined || title in body ? body : { ...body, [title]: "some sample" };
}

/** A key that nothing requires and that can be changed, and two values that it can have. */
function optionalKey({ schema, title, also = [] }: Collection): [key: string, first: Json, second: Json] {
  const named = new Set([title, ...also]);
  for (const [key, { required, shape, secret, change }] of Object.entries(bodyFields(schema, "wire"))) {
    if (required || secret || named.has(key) || change !== "update" || /_ids?$/.test(key)) continue;
    const values = twoOf(shape);
    if (values) return [key, ...values];
  }
  if (title === undefined) throw new Error(`Nothing of ${schema} can be changed.`);
  return [title, "some sample", "another sample"];
}

function twoOf(shape: Shape): [first: Json, second: Json] | undefined {
  if (shape.kind === "string" && !shape.values) return ["first", "second"];
  if (shape.kind === "list" && shape.item.kind === "string") return [["first"], ["second"]];
  if (shape.kind === "integer") return [20, 21];
  if (shape.kind === "boolean") return [true, false];
  if (shape.kind !== "object") return undefined;
  for (const [key, field] of Object.entries(shape.fields)) {
    const values = field.secret ? undefined : twoOf(field.shape);
    if (values) return [{ [key]: values[0] }, { [key]: values[1] }];
  }
  return undefined;
}

/** The steps of the life of an object of a collection, as bodies on the wire. */
export interface SampleLife {
  /** The key that changes. */
  key: string;
  /** Whether it can only change and never go. */
  isRequired: boolean;
  whole: JsonMap;
  changed: JsonMap;
  cleared: JsonMap;
}

/** A life with the least that Mist's description requires, and one key more. */
export function sampleLife(collection: Collection): SampleLife {
  const body = minimalBody(collection);
  const [key, first, second] = optionalKey(collection);
  const isRequired = key in body;
  const changed = { ...body, [key]: second };
  return { key, isRequired, whole: { ...body, [key]: first }, changed, cleared: isRequired ? changed : body };
}
