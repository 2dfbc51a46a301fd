import { checkFields } from "../../provider/core/check";
import type { ReadBack } from "../../provider/core/lifecycle";
import type { Resource } from "../../provider/core/resource";
import { besides, type Field, type Fields, fieldOf, type Shape } from "../../provider/core/shape";
import { isAbsent, isMap, isSecret, unwrap, type Value, type ValueMap } from "../../provider/core/values";
import type { References } from "./references";

/** An object that has been read and is to be imported. */
export interface Imported extends Pick<ReadBack, "id" | "inputs" | "outputs"> {
  resource: Resource;
  /** What the program calls it. */
  name: string;
}

/** A value as the program writes it. */
export type Expression =
  | { kind: "literal"; value: string | number | boolean | null }
  | { kind: "list"; items: Expression[] }
  | ObjectExpression
  | Reference
  | SecretValue;

export interface ObjectExpression {
  kind: "object";
  entries: [key: string, value: Expression][];
}

/** An output of another resource of the program. */
export interface Reference {
  kind: "reference";
  to: Imported;
  output: string;
  /** What stands there where the reference would lead in a circle. */
  literal: Expression;
}

/** A value that stands in the stack's configuration. */
export interface SecretValue {
  kind: "secret";
  /** Its key in the configuration. */
  key: string;
  /** Where the object has it, such as `radio.key`. */
  path: string;
  value: Value;
}

/** What the values of one object are turned into expressions with. */
export interface Writing {
  object: Imported;
  references: References;
  /** The key in the configuration for a secret, by where it stands. */
  secretKey(path: readonly string[]): string;
}

/** The inputs of an object as the program writes them, in the order of the definition. */
export function inputsOf(writing: Writing): ObjectExpression {
  const { inputs, resource } = writing.object;
  return objectOf(writing, resource.inputs, inputs, []);
}

function objectOf(writing: Writing, fields: Fields, values: ValueMap, path: readonly string[]): ObjectExpression {
  const keys = [...new Set([...Object.keys(fields), ...Object.keys(values)])];
  const entries = keys.flatMap((key): ObjectExpression["entries"] => {
    const named = fieldOf(fields, key);
    const value = values[key];
    if (!named || isAbsent(value)) return [];
    const declared = besides(named, values);
    return [[key, expressionOf(writing, declared, declared.shape, value, [...path, key])]];
  });
  return { kind: "object", entries };
}

/** @param declared the field in which the value stands, however deep */
function expressionOf(
  writing: Writing,
  declared: Field,
  shape: Shape,
  value: Value,
  path: readonly string[],
): Expression {
  if (isSecret(value))
    return { kind: "secret", key: writing.secretKey(path), path: path.join("."), value: unwrap(value) };
  if (shape.kind === "union")
    return expressionOf(writing, declared, fitting(declared, shape.options, value), value, path);
  if (shape.kind === "object" && isMap(value)) return objectOf(writing, shape.fields, value, path);
  if (Array.isArray(value)) {
    const item: Shape = shape.kind === "list" ? shape.item : { kind: "any" };
    const items = value.map((entry, index) => expressionOf(writing, declared, item, entry, [...path, String(index)]));
    return { kind: "list", items };
  }
  if (isMap(value)) {
    const item: Shape = shape.kind === "map" ? shape.value : { kind: "any" };
    const present = Object.entries(value).filter(([, entry]) => entry !== undefined);
    const entries = present.map(([key, entry]): [string, Expression] => [
      key,
      expressionOf(writing, declared, item, entry, [...path, key]),
    ]);
    return { kind: "object", entries };
  }
  const literal: Expression = { kind: "literal", value: isAbsent(value) ? null : (value as string | number | boolean) };
  const target = writing.references.find(declared, value, writing.object);
  return target ? { kind: "reference", ...target, literal } : literal;
}

/** The option of a union that the value was checked by. */
function fitting(declared: Field, options: readonly Shape[], value: Value): Shape {
  const fits = (shape: Shape) => checkFields({ value: { ...declared, shape } }, { value }).problems.length === 0;
  return options.find(fits) ?? { kind: "any" };
}
