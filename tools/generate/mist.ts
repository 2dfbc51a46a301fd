import { readFileSync } from "node:fs";
import type { Schema, Specification } from "../../provider/resources/mist/bodies/schema";
import { collections, otherSchemas } from "../../provider/resources/mist/collections";

/** What is read of Mist's OpenAPI description, a file of JSON. */
interface OpenApi {
  info: { version: string };
  components: { schemas: { [name: string]: Schema } };
}

/**
 * The part of Mist's OpenAPI description that our resources stand on: the schemas of their bodies and whatever those
 * refer to, without descriptions and examples, one schema a line.
 */
export function trimmedMistSpecification(openApiFile: string): string {
  const { info, components } = JSON.parse(readFileSync(openApiFile, "utf8")) as OpenApi;
  const schemas: Specification["schemas"] = {};
  const add = (name: string): void => {
    if (name in schemas) return;
    const schema = components.schemas[name];
    if (!schema) throw new Error(`${openApiFile} has no schema ${name}`);
    schemas[name] = trimmed(schema, add);
  };
  for (const { schema } of collections) add(schema);
  for (const name of otherSchemas) add(name);
  const lines = Object.keys(schemas)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(schemas[name])}`);
  return `{"version":${JSON.stringify(info.version)},"schemas":{\n${lines.join(",\n")}\n}}\n`;
}

function trimmed(schema: Schema, refer: (name: string) => void): Schema {
  const inner = (child: Schema) => trimmed(child, refer);
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) as string;
    refer(name);
    return { $ref: name };
  }
  const { type, properties, additionalProperties, items, required, readOnly, oneOf, anyOf, allOf } = schema;
  return {
    ...(type !== undefined && { type }),
    ...(readOnly && { readOnly }),
    ...(schema.default !== undefined && schema.default !== null && { default: schema.default }),
    ...(schema.enum && { enum: schema.enum }),
    ...(schema.minimum !== undefined && { minimum: schema.minimum }),
    ...(schema.maximum !== undefined && { maximum: schema.maximum }),
    ...(schema.minLength && { minLength: schema.minLength }),
    ...(schema.maxLength !== undefined && { maxLength: schema.maxLength }),
    ...(required && { required }),
    ...(properties && { properties: mapOf(properties, inner) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: inner(additionalProperties) }),
    ...(items && { items: inner(items) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
    ...(allOf && { allOf: allOf.map(inner) }),
  };
}

function mapOf<T>(map: { [key: string]: T }, change: (value: T) => T): { [key: string]: T } {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
