import type { Expression, Imported, ObjectExpression } from "./expressions";
import { compare } from "./names";
import { within } from "./references";

/** A resource of the program. */
export interface Item {
  object: Imported;
  inputs: ObjectExpression;
}

/**
 * The order in which the program makes its resources: what others refer to stands before them, then by type and name.
 * No program has an order for references that lead in a circle: the one that closes it becomes a literal.
 */
export function inOrder(items: readonly Item[]): Item[] {
  const itemOf = new Map(items.map((item) => [item.object, item]));
  const rank = typeRanks(items);
  const sorted = [...items].sort(
    ({ object: one }, { object: other }) =>
      (rank.get(one.resource.token) ?? 0) - (rank.get(other.resource.token) ?? 0) ||
      compare(one.resource.token, other.resource.token) ||
      compare(one.name, other.name),
  );
  const ordered: Item[] = [];
  const begun = new Set<Imported>();
  const done = new Set<Imported>();
  const visit = ({ object, inputs }: Item): void => {
    begun.add(object);
    for (const { to } of within(inputs, "reference")) {
      const target = itemOf.get(to);
      if (target && !begun.has(to)) visit(target);
    }
    done.add(object);
    ordered.push({ object, inputs: resolved(inputs, (to) => done.has(to)) as ObjectExpression });
  };
  for (const item of sorted) if (!begun.has(item.object)) visit(item);
  return ordered;
}

/** The expression with only those references that lead to what stands before it. */
function resolved(expression: Expression, standsBefore: (to: Imported) => boolean): Expression {
  const inside = (value: Expression) => resolved(value, standsBefore);
  switch (expression.kind) {
    case "reference":
      return standsBefore(expression.to) ? expression : expression.literal;
    case "list":
      return { kind: "list", items: expression.items.map(inside) };
    case "object":
      return { kind: "object", entries: expression.entries.map(([key, value]) => [key, inside(value)]) };
    default:
      return expression;
  }
}

/** How far each type is from those that refer to no other, so that the kinds stand together in the file. */
function typeRanks(items: readonly Item[]): Map<string, number> {
  const referred = new Map<string, Set<string>>();
  for (const { object, inputs } of items) {
    const types = referred.get(object.resource.token) ?? new Set();
    referred.set(object.resource.token, types);
    for (const { to } of within(inputs, "reference")) if (to.resource !== object.resource) types.add(to.resource.token);
  }
  const ranks = new Map<string, number>();
  const rankOf = (token: string): number => {
    const known = ranks.get(token);
    if (known !== undefined) return known;
    // Types may refer to each other, as long as objects do not.
    ranks.set(token, 0);
    const rank = 1 + Math.max(-1, ...[...(referred.get(token) ?? [])].sort(compare).map(rankOf));
    ranks.set(token, rank);
    return rank;
  };
  for (const token of [...referred.keys()].sort(compare)) rankOf(token);
  return ranks;
}
