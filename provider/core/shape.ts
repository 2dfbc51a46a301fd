import { z } from "zod";

/**
 * The one description of a value that all machinery reads: check, diff, secrets, schema, SDK and import.
 * People write zod; {@link compile} turns it into a shape once, when a definition is loaded.
 */
export type Shape =
  | StringShape
  | NumberShape
  | BooleanShape
  | ListShape
  | MapShape
  | ObjectShape
  | UnionShape
  | ChosenShape
  | AnyShape;

export interface Constraint {
  /** Sentences about a fully known value of the right type; empty when it is fine. */
  problems?(value: unknown): string[];
  /** The same about what is unusual but allowed, such as a value beyond those that a vendor's description knows. */
  doubts?(value: unknown): string[];
}
export interface StringShape extends Constraint {
  kind: "string";
  /** The values that are known to work. */
  values?: readonly string[];
  /** An open enumeration takes other values too, with a warning: the vendor may have added one. */
  open?: boolean;
}
export interface NumberShape extends Constraint {
  kind: "number" | "integer";
}
export interface BooleanShape extends Constraint {
  kind: "boolean";
}
export interface ListShape extends Constraint {
  kind: "list";
  item: Shape;
}
export interface MapShape extends Constraint {
  kind: "map";
  value: Shape;
  /** The names whose values are secret, where names can be anything. */
  secretNames?: RegExp;
}
export interface ObjectShape {
  kind: "object";
  /** The name of the type in the schema and the SDK. */
  name: string;
  doc?: string;
  fields: Fields;
}
export interface UnionShape {
  kind: "union";
  options: Shape[];
}
/** The shape depends on what a neighbour says, such as the body of an object on its kind; any value until it is known. */
export interface ChosenShape {
  kind: "chosen";
  /** The name of the neighbour. */
  by: string;
  /** The shapes by what the neighbour says. */
  choices(): { readonly [neighbour: string]: Shape };
  /** They are too many to be told apart in the SDK, which takes any value. */
  opaque?: true;
}
export interface AnyShape extends Constraint {
  kind: "any";
  /** The names, at any depth, whose values are secret. */
  secretNames?: RegExp;
}

/**
 * What a change of a field means.
 * - `update`: the vendor can change it in place.
 * - `replace`: it identifies the object, so a change makes another one. Leaving an optional identity out lets the
 *   vendor tell it, so going between absent and present is an update, never a replacement, unless it has a default.
 * - `respecify`: it says what was asked for, once, as in a job: every change makes another object, also to and from absent.
 * - `immutable`: the vendor cannot change it; the preview fails with a sentence.
 * - `writeOnly`: used at creation and never compared.
 * - `local`: changes only what the provider does; costs no call.
 */
export type Change = "update" | "replace" | "respecify" | "immutable" | "writeOnly" | "local";

export interface FieldOptions {
  /** Type, unit, default and the vendor's rule, in the words of the user. */
  doc: string;
  secret?: boolean;
  change?: Change;
  /** Used when the input is absent; never written into state, so that adding it to a program changes nothing. */
  default?: string | number | boolean;
  /** The form in which two spellings are compared; the user's own spelling stays in state. */
  canonical?: (value: string) => string;
  /** The form in which two keys of a map are compared. */
  canonicalKey?: (key: string) => string;
  /** The order of the list means nothing. */
  unordered?: boolean;
  /** The output of another resource that the value usually is, as `service:Type.output`: import writes it as a reference. */
  references?: `${string}:${string}.${string}`;
  /** For outputs: it is the id as a number, so that the SDK knows it whenever it knows the id. */
  fromId?: boolean;
  /** For outputs: an update never changes it, so that dependents keep a known value in a preview. */
  stable?: boolean;
  /** The vendor's name, where it is another one. */
  wire?: string;
  /**
   * What the vendor means where its reply leaves the key out: such a reply is no drift, nor is one that leaves out what is
   * false. Never sent, never compared.
   */
  assumed?: unknown;
}

export interface Field<T = unknown> extends FieldOptions {
  readonly shape: Shape;
  readonly required: boolean;
  readonly change: Change;
  /** Carries the TypeScript type of the value; never set. */
  readonly type?: T;
}

/** The key of the field that stands for all names that have none of their own, where an object takes any. */
export const others = Symbol("others");

// biome-ignore lint/suspicious/noExplicitAny: fields of every type live in one record.
export type Fields = { readonly [key: string]: Field<any>; readonly [others]?: Field<any> };

/** The field of a name; undefined where there is none. */
export function fieldOf(fields: Fields, name: string): Field | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : fields[others];
}

/** The field as it is beside its neighbours: their plain values, the first that knows the one that it depends on. */
export function besides(declared: Field, ...neighbours: { [key: string]: unknown }[]): Field {
  const { shape } = declared;
  if (shape.kind !== "chosen") return declared;
  const choice = neighbours.map((values) => values[shape.by]).find((value) => typeof value === "string");
  const choices = shape.choices();
  const chosen = choice !== undefined && Object.hasOwn(choices, choice) ? choices[choice] : undefined;
  return { ...declared, shape: chosen ?? { kind: "any" } };
}

type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends TypeOf<F[K]> ? K : never }[keyof F];
type TypeOf<F> = F extends Field<infer T> ? T : never;
/** The plain TypeScript type of a set of fields. */
export type ValuesOf<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: TypeOf<F[K]> } & {
  [K in OptionalKeys<F>]?: TypeOf<F[K]>;
} extends infer V
  ? { [K in keyof V]: V[K] }
  : never;

/** A field of an input, an output or a nested object. An optional schema makes an optional field. */
export function field<S extends z.ZodType>(schema: S, options: FieldOptions): Field<z.output<S>> {
  return {
    ...options,
    change: options.change ?? "update",
    shape: compile(schema),
    required: !schema.isOptional(),
  };
}

const compiled = new WeakMap<z.ZodType, Shape>();

/** A nested object whose fields carry docs, secrets and policies of their own, under a type name of its own. */
export function object<F extends Fields>(name: string, fields: F, doc?: string): z.ZodType<ValuesOf<F>> {
  // Without a test zod would take its absence as well, and call it optional.
  const schema = z.custom<ValuesOf<F>>((value) => value !== undefined);
  compiled.set(schema, { kind: "object", name, doc, fields });
  return schema;
}

/** A string whose known values are listed, though the vendor may know more: others pass with a warning. */
export function openEnum<const T extends string>(values: readonly T[]): z.ZodType<T | (string & {})> {
  const schema = z.string();
  compiled.set(schema, { kind: "string", values, open: true });
  return schema;
}

/** @throws Error when a schema uses a part of zod that has no place in a shape, such as a transform. */
export function compile(schema: z.ZodType): Shape {
  const known = compiled.get(schema);
  if (known) return known;
  const shape = compileDefinition(schema);
  compiled.set(schema, shape);
  return shape;
}

function compileDefinition(schema: z.ZodType): Shape {
  const definition = schema._zod.def as z.core.$ZodTypeDef & {
    innerType?: z.ZodType;
    element?: z.ZodType;
    valueType?: z.ZodType;
    options?: z.ZodType[];
    entries?: Record<string, string>;
    values?: unknown[];
    checks?: unknown[];
    format?: string;
  };
  const problems = (value: unknown): string[] => {
    const result = schema.safeParse(value);
    return result.success ? [] : result.error.issues.map((issue) => sentence(issue.message));
  };
  switch (definition.type) {
    case "string":
      return definition.checks?.length || definition.format ? { kind: "string", problems } : { kind: "string" };
    case "number": {
      const integer = definition.format === "safeint" || definition.format?.startsWith("int") === true;
      return { kind: integer ? "integer" : "number", problems };
    }
    case "boolean":
      return { kind: "boolean" };
    case "enum":
      return { kind: "string", values: Object.values(definition.entries ?? {}) };
    case "literal": {
      const values = definition.values ?? [];
      if (!values.every((value) => typeof value === "string")) break;
      return { kind: "string", values };
    }
    case "array": {
      const item = compile(definition.element as z.ZodType);
      // Unknown items must not fail a rule about the list as a whole, so the items are not looked at here.
      const whole = z.array(z.any()).check(...((definition.checks ?? []) as z.core.$ZodCheck<unknown[]>[]));
      const listProblems = (value: unknown): string[] =>
        whole.safeParse(value).error?.issues.map((issue) => sentence(issue.message)) ?? [];
      return definition.checks?.length ? { kind: "list", item, problems: listProblems } : { kind: "list", item };
    }
    case "record":
      return { kind: "map", value: compile(definition.valueType as z.ZodType) };
    case "union":
      return { kind: "union", options: (definition.options ?? []).map(compile) };
    case "any":
    case "unknown":
      return { kind: "any" };
    case "optional":
    case "nullable":
    case "readonly":
      return compile(definition.innerType as z.ZodType);
  }
  throw new Error(`a field cannot use zod's ${definition.type}: use object() for objects, rules for the rest`);
}

function sentence(message: string): string {
  return message.replace(/^Too (small|big): expected \w+ to /, "must ").replace(/^Invalid /, "is not a valid ");
}
