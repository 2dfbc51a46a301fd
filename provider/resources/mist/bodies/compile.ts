import { zeroUuid } from "../../../clients/mist/normal";
import {
  type Constraint,
  type Field,
  type FieldOptions,
  type Fields,
  type ObjectShape,
  others,
  type Shape,
} from "../../../core/shape";
import { collections } from "../collections";
import { docs } from "./docs";
import {
  addedKeys,
  canonicalOf,
  immutableKeys,
  isOmitted,
  isSecretKey,
  isSet,
  referenceOf,
  requiredKeys,
  titleKeys,
} from "./overlay";
import { type Schema, specification } from "./schema";

/** Whether keys are spelled as in TypeScript or as on the wire. */
export type Spelling = "camel" | "wire";

const made = new Map<string, Fields>();

/** The fields of a body by the name of its schema, compiled when they are first asked for. */
export function bodyFields(schemaName: string, spelling: Spelling): Fields {
  const key = `${spelling} ${schemaName}`;
  let fields = made.get(key);
  if (!fields) {
    fields = new BodyCompiler(spelling).body(schemaName);
    made.set(key, fields);
  }
  return fields;
}

/** The name of a key of the API in a program: `port_usages` is `portUsages`, `dnsOverride` stays. */
export function camelCase(wire: string): string {
  return wire.replace(/[_.-]([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** The SDK has classes of these names. */
const takenNames = new Set([
  ...collections.flatMap(({ type }) => type ?? []),
  ...["AccessPoint", "ConfigObject", "DeviceAssignment", "DeviceClaim", "Gateway", "Inventory", "OrgSetting", "Site"],
  ...["SiteSetting", "Switch"],
]);

function schemaOf(name: string): Schema {
  const schema = specification().schemas[name];
  if (!schema) throw new Error(`Mist's description has no schema ${name}`);
  return schema;
}

/** A schema with those that it consists of as one. */
function merged(schema: Schema): Schema {
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => merged(part.$ref ? schemaOf(part.$ref) : part));
  return {
    type: "object",
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required = [] }) => required),
  };
}

function isReadOnly(schema: Schema): boolean {
  const { readOnly, properties, items } = schema.$ref ? schemaOf(schema.$ref) : schema;
  if (schema.readOnly || readOnly || (items && isReadOnly(items))) return true;
  // What holds nothing that a program could write is nothing to it.
  return properties !== undefined && Object.values(properties).every(isReadOnly);
}

class BodyCompiler {
  constructor(private readonly spelling: Spelling) {}

  /** The whole body of an object. */
  body(name: string): Fields {
    const schema = merged(schemaOf(name));
    return schema.oneOf ? this.variants(schema.oneOf) : this.fields(name, schema, requiredKeys[name]);
  }

  /** Bodies that `type` tells apart, as one whose other fields depend on it. */
  private variants(schemas: readonly Schema[]): Fields {
    const bodies = new Map<string, Fields>();
    for (const { $ref: name = "" } of schemas) {
      const type = schemaOf(name).properties?.type;
      const known = (type?.$ref ? schemaOf(type.$ref) : type)?.enum ?? [];
      for (const value of known) bodies.set(String(value), this.fields(name, schemaOf(name), requiredKeys[name]));
    }
    const types = [...bodies.keys()];
    const fields: { [key: string]: Field } = {};
    for (const key of new Set([...bodies.values()].flatMap((body) => Object.keys(body)))) {
      const own = types.flatMap((type) => bodies.get(type)?.[key] ?? []);
      const first = own[0] as Field;
      const choices: { [type: string]: Shape } = {};
      for (const type of types) {
        const found = bodies.get(type)?.[key];
        choices[type] = found?.shape ?? { kind: "any", problems: () => [`is not for what is of type ${type}`] };
      }
      const shape: Shape =
        key === "type" ? { kind: "string", values: types } : { kind: "chosen", by: "type", choices: () => choices };
      const required = own.length === types.length && own.every((field) => field.required);
      fields[key] = { ...first, shape, required, ...(key === "type" && { doc: "What it is for.", change: "replace" }) };
    }
    return fields;
  }

  /**
   * @param name that of the schema, or of the nearest named one around it and the keys in between
   * @param also keys that it needs beyond those that the schema says
   */
  private fields(name: string, schema: Schema, also: readonly string[] = []): Fields {
    const fields: { [key: string]: Field; [others]?: Field } = {};
    const required = new Set([...(schema.required ?? []), ...also]);
    for (const [key, child] of Object.entries({ ...schema.properties, ...addedKeys[name] })) {
      if (isOmitted(name, key, isReadOnly(child))) continue;
      const ours = this.spelling === "camel" ? camelCase(key) : key;
      if (ours in fields) throw new Error(`two keys of ${name} are spelled ${ours}`);
      fields[ours] = this.field(name, key, child, required.has(key));
    }
    if (typeof schema.additionalProperties === "object") {
      fields[others] = this.field(name, "value", schema.additionalProperties, false);
    }
    return fields;
  }

  private field(name: string, key: string, schema: Schema, required: boolean): Field {
    const resolved = schema.$ref ? merged(schemaOf(schema.$ref)) : schema;
    const shape = this.shape(schema.$ref ?? `${name}_${key}`, schema);
    const holdsText = textIn(shape);
    const options: FieldOptions = {
      doc: docOf(name, key, resolved),
      ...(key !== camelCase(key) && this.spelling === "camel" && { wire: key }),
      ...(holdsText && isSecretKey(name, key) && { secret: true }),
      ...(shape.kind === "list" && isSet(key) && { unordered: true }),
      ...(holdsText && { canonical: canonicalOf(key) }),
      ...assumedOf(key, resolved),
      references: referenceOf(name, key),
    };
    // What has a default can be left out, whatever the description says.
    const change = immutableKeys[name]?.includes(key) ? "immutable" : "update";
    return { ...options, change, shape, required: required && resolved.default === undefined };
  }

  private shape(name: string, schema: Schema): Shape {
    if (schema.$ref) return this.shape(schema.$ref, merged(schemaOf(schema.$ref)));
    const options = schema.oneOf ?? schema.anyOf;
    if (options) return { kind: "union", options: options.map((option) => this.shape(name, option)) };
    switch (schema.type) {
      case "string": {
        const values = schema.enum?.filter((value) => typeof value === "string");
        return values?.length ? { kind: "string", values, open: true } : { kind: "string", ...lengthDoubts(schema) };
      }
      case "integer":
      case "number":
        return { kind: schema.type, ...rangeDoubts(schema) };
      case "boolean":
        return { kind: "boolean" };
      case "array":
        return { kind: "list", item: schema.items ? this.shape(`${name}_item`, schema.items) : { kind: "any" } };
      case "object":
        if (schema.properties) return this.object(name, schema);
        if (typeof schema.additionalProperties !== "object") return { kind: "map", value: { kind: "any" } };
        return { kind: "map", value: this.shape(`${name}_value`, schema.additionalProperties) };
      default:
        return { kind: "any" };
    }
  }

  private object(name: string, schema: Schema): ObjectShape {
    const typeName = camelCase(`_${name}`);
    const title = titleKeys[name] ?? [];
    const part = { ...schema, required: schema.required?.filter((key) => !title.includes(key)) };
    const compile = () => this.fields(name, part);
    let fields: Fields | undefined;
    return {
      kind: "object",
      name: takenNames.has(typeName) ? `${typeName}Body` : typeName,
      // Big bodies are compiled part by part, as programs use them.
      get fields() {
        fields ??= compile();
        return fields;
      },
    };
  }
}

function textIn(shape: Shape): boolean {
  switch (shape.kind) {
    case "string":
      return true;
    case "list":
      return textIn(shape.item);
    case "map":
      return textIn(shape.value);
    case "union":
      return shape.options.some(textIn);
    default:
      return false;
  }
}

/** What Mist means where it says nothing of a key. An id of zeros stands for none. */
function assumedOf(key: string, { type, default: standard }: Schema): Pick<FieldOptions, "assumed"> {
  const assumed =
    standard ?? (type === "boolean" ? false : type === "string" && /_id$/.test(key) ? zeroUuid : undefined);
  return assumed === undefined || typeof assumed === "object" ? {} : { assumed };
}

function lengthDoubts({ minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Schema): Constraint {
  if (minLength === 0 && maxLength === Number.POSITIVE_INFINITY) return {};
  const range = maxLength === Number.POSITIVE_INFINITY ? `at least ${minLength}` : `${minLength} to ${maxLength}`;
  const fits = (text: string) => text === "" || (text.length >= minLength && text.length <= maxLength);
  return {
    doubts: (value) => (fits(String(value)) ? [] : [`has ${String(value).length} characters, and Mist takes ${range}`]),
  };
}

function rangeDoubts({
  minimum = Number.NEGATIVE_INFINITY,
  maximum = Number.POSITIVE_INFINITY,
  ...rest
}: Schema): Constraint {
  const values = rest.enum;
  if (values) {
    return {
      doubts: (value) =>
        values.includes(value) ? [] : [`is not one of the values known to work: ${values.join(", ")}`],
    };
  }
  const range = rangeText(minimum, maximum);
  if (!range) return {};
  const fits = (number: number) => number >= minimum && number <= maximum;
  return { doubts: (value) => (fits(Number(value)) ? [] : [`is ${value}, and Mist knows ${range}`]) };
}

function rangeText(minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): string | undefined {
  if (Number.isFinite(minimum) && Number.isFinite(maximum)) return `${minimum} to ${maximum}`;
  if (Number.isFinite(minimum)) return `at least ${minimum}`;
  return Number.isFinite(maximum) ? `at most ${maximum}` : undefined;
}

function docOf(name: string, key: string, schema: Schema): string {
  const own = docs[`${name}.${key}`] ?? docs[key] ?? `\`${key}\` of the Mist API.`;
  const range = rangeText(schema.minimum, schema.maximum);
  const standard = typeof schema.default === "object" ? undefined : schema.default;
  return [
    own,
    range && `${range[0]?.toUpperCase()}${range.slice(1)}.`,
    standard !== undefined && standard !== "" && !/Default:/.test(own) && `Default: ${standard}.`,
  ]
    .filter(Boolean)
    .join(" ");
}
