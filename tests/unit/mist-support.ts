import * as fc from "fast-check";
import { besides, type Field, type Fields, others, type Shape } from "../../provider/core/shape";
import { isMap, type Value, type ValueMap } from "../../provider/core/values";
import { collections, otherSchemas } from "../../provider/resources/mist/collections";

/** The schemas of all bodies. */
export const bodySchemas: readonly string[] = [
  ...new Set([...collections.map(({ schema }) => schema), ...otherSchemas]),
];

/** Names as they stand in maps: none of them may be changed by whoever spells keys in another way. */
const mapNames = fc.constantFrom("ge-0/0/0-3", "snake_case_name", "camelCase", "{{variable}}", "my SSID", "__proto__x");

/** Any fully known value that a field of this shape takes, without what says nothing (empty texts, lists and maps). */
export function anyOf(shape: Shape, depth = 3): fc.Arbitrary<Value> {
  switch (shape.kind) {
    case "string":
      return shape.values
        ? fc.constantFrom(...shape.values)
        : fc.constantFrom("text", "other_text", "{{variable}}", "20", "aa:bb:cc:dd:ee:ff");
    case "number":
    case "integer":
      return fc.integer({ min: 1, max: 5_000 });
    case "boolean":
      return fc.boolean();
    case "list":
      return fc.array(anyOf(shape.item, depth - 1), { minLength: 1, maxLength: 3 });
    case "map":
      return fc.dictionary(mapNames, anyOf(shape.value, depth - 1), { minKeys: 1, maxKeys: 3 });
    case "object":
      return depth > 0 ? bodyOf(shape.fields, depth - 1) : fc.constant<Value>({});
    case "union":
      return fc.oneof(...shape.options.map((option) => anyOf(option, depth)));
    case "any":
    case "chosen":
      return fc.constantFrom<Value[]>("anything", 7, { some_key: ["x"] });
  }
}

/** A body with some of its keys. */
export function bodyOf(fields: Fields, depth = 3): fc.Arbitrary<ValueMap> {
  const keys = Object.keys(fields);
  const plain = keys.filter((key) => fields[key]?.shape.kind !== "chosen");
  const dependent = keys.filter((key) => fields[key]?.shape.kind === "chosen");
  const part = (names: readonly string[], values: (key: string) => fc.Arbitrary<Value>): fc.Arbitrary<ValueMap> =>
    fc
      .subarray([...names], { maxLength: Math.min(5, names.length) })
      .chain((chosen) => fc.record(Object.fromEntries(chosen.map((key) => [key, values(key)]))));
  const rest = fields[others];
  return fc
    .tuple(
      part(plain, (key) => anyOf((fields[key] as Field).shape, depth)),
      rest ? fc.dictionary(mapNames, anyOf(rest.shape, depth), { maxKeys: 2 }) : fc.constant({}),
    )
    .chain(([first, more]) => {
      const neighbours = { ...more, ...first };
      const fitting = dependent.filter((key) => {
        const { shape } = besides(fields[key] as Field, neighbours);
        return shape.kind !== "any";
      });
      const beside = part(fitting, (key) => anyOf(besides(fields[key] as Field, neighbours).shape, depth));
      return beside.map((second) => telling({ ...neighbours, ...second }));
    });
}

/** Without empty objects, which say nothing. */
function telling(body: ValueMap): ValueMap {
  const entries = Object.entries(body).filter(([, value]) => !isMap(value) || Object.keys(value).length > 0);
  return Object.fromEntries(entries);
}

/** Every field in a set of fields, however deep, once for each object that it is in, with the path that leads to it. */
export function* fieldsIn(
  fields: Fields,
  path = "",
  seen = new Set<Fields>(),
): Generator<[path: string, field: Field, key: string]> {
  if (seen.has(fields)) return;
  seen.add(fields);
  const rest = fields[others];
  for (const [key, field] of [...Object.entries(fields), ...(rest ? [["*", rest] as const] : [])]) {
    const at = path ? `${path}.${key}` : key;
    yield [at, field, key];
    yield* insideOf(field.shape, at, seen);
  }
}

function* insideOf(shape: Shape, path: string, seen: Set<Fields>): ReturnType<typeof fieldsIn> {
  if (shape.kind === "object") yield* fieldsIn(shape.fields, path, seen);
  if (shape.kind === "list") yield* insideOf(shape.item, `${path}[]`, seen);
  if (shape.kind === "map") yield* insideOf(shape.value, `${path}{}`, seen);
  if (shape.kind === "union") for (const option of shape.options) yield* insideOf(option, path, seen);
  if (shape.kind !== "chosen") return;
  for (const [choice, each] of Object.entries(shape.choices())) yield* insideOf(each, `${path}<${choice}>`, seen);
}
