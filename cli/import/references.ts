import type { Field } from "../../provider/core/shape";
import { isSecret, type Value } from "../../provider/core/values";
import type { Expression, Imported, Reference } from "./expressions";

/** Finds out which values of the imported objects are outputs of others. */
export class References {
  private readonly indexes = new Map<Field, Map<Value, Imported | undefined>>();

  constructor(private readonly objects: readonly Imported[]) {}

  /** The object whose output the value of a field is; undefined when there is none, or when several have it. */
  find(declared: Field, value: Value, from: Imported): Pick<Reference, "to" | "output"> | undefined {
    if (!declared.references) return undefined;
    const { token, output } = partsOf(declared.references);
    let index = this.indexes.get(declared);
    if (!index) {
      index = this.index(declared, token, output);
      this.indexes.set(declared, index);
    }
    const to = index.get(comparable(declared, value));
    return to && to !== from ? { to, output } : undefined;
  }

  private index(declared: Field, token: string, output: string): Map<Value, Imported | undefined> {
    const index = new Map<Value, Imported | undefined>();
    for (const object of this.objects) {
      if (object.resource.token !== token || !isAlwaysThere(object, output)) continue;
      const value = comparable(declared, output === "id" ? object.id : object.outputs[output]);
      if (isSecret(value)) continue;
      index.set(value, index.has(value) ? undefined : object);
    }
    return index;
  }
}

/** `fortiztp:FortiManager.oid` -> the type and its output */
function partsOf(references: string): { token: string; output: string } {
  const dot = references.lastIndexOf(".");
  return { token: references.slice(0, dot), output: references.slice(dot + 1) };
}

/** An output that may be absent has another type than the input that it would go into. */
function isAlwaysThere({ resource }: Imported, output: string): boolean {
  return output === "id" || (resource.outputs[output] ?? resource.inputs[output])?.required === true;
}

function comparable(declared: Field, value: Value): Value {
  return typeof value === "string" && declared.canonical ? declared.canonical(value) : value;
}

/** Every expression of a kind within another, itself included. */
export function within<K extends Expression["kind"]>(
  expression: Expression,
  kind: K,
): Extract<Expression, { kind: K }>[] {
  const inner =
    expression.kind === "list"
      ? expression.items
      : expression.kind === "object"
        ? expression.entries.map(([, value]) => value)
        : [];
  const own = expression.kind === kind ? [expression as Extract<Expression, { kind: K }>] : [];
  return [...own, ...inner.flatMap((value) => within(value, kind))];
}
