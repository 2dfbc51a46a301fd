import { packageName } from "../../provider/hosts/tokens";
import { type Code, format, isIdentifier, textLiteral } from "./code";
import { type Expression, type Imported, inputsOf, type SecretValue } from "./expressions";
import { type Group, group, targetsOf } from "./groups";
import { camelCase, compare, Scope, typeName } from "./names";
import { type Item, inOrder } from "./order";
import { References, within } from "./references";
import { serviceOf } from "./select";

export interface Program {
  /** TypeScript. */
  text: string;
  /** What the stack's configuration has to hold for it. */
  secrets: SecretOf[];
}

export interface SecretOf extends SecretValue {
  object: Imported;
}

/**
 * Writes the program whose resources are these objects, with exactly their inputs: references to each other in place of
 * ids, and secrets from the stack's configuration. The same objects give the same text.
 */
export function writeProgram(objects: readonly Imported[]): Program {
  const references = new References(objects);
  const keys = new Scope();
  const items = [...objects].sort(byTypeAndName).map((object): Item => {
    const type = typeName(object.resource.token);
    const secretKey = (path: readonly string[]) =>
      keys.take(camelCase(object.name, ...path), camelCase(object.name, type, ...path));
    return { object, inputs: inputsOf({ object, references, secretKey }) };
  });
  const ordered = inOrder(items);
  const { single, groups } = group(ordered);
  const variables = variablesOf(ordered);
  const secrets = ordered.flatMap(({ object, inputs }) =>
    within(inputs, "secret").map((secret): SecretOf => ({ ...secret, object })),
  );
  const statements = [
    ...single.map((item) => singleStatement(item, variables)),
    ...groups.map((found) => loop(found, variables)),
  ];
  const head = [
    ...(secrets.length > 0 ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
    `import * as ${packageName} from "pulumi-ztp";`,
    ...(secrets.length > 0 ? ["", "const config = new pulumi.Config();"] : []),
  ].join("\n");
  return { text: `${spaced([head, ...statements]).join("\n")}\n`, secrets };
}

function byTypeAndName(one: Imported, other: Imported): number {
  return compare(one.resource.token, other.resource.token) || compare(one.name, other.name);
}

/** An empty line between statements, except between those of one line that begin alike. */
function spaced(statements: readonly string[]): string[] {
  return statements.flatMap((statement, index) => {
    const before = statements[index - 1];
    if (before === undefined) return [statement];
    const alike = !`${before}${statement}`.includes("\n") && start(before) === start(statement);
    return alike ? [statement] : ["", statement];
  });
}

function start(statement: string): string {
  return statement.slice(0, statement.indexOf("("));
}

/** `const` names for the resources that others refer to. */
function variablesOf(items: readonly Item[]): Map<Imported, string> {
  // The variable of a loop has the name of its input, and must not hide another.
  const loopVariables = items.flatMap(({ inputs }) => inputs.entries.map(([key]) => loopVariable(key)));
  const scope = new Scope([...reserved, ...loopVariables]);
  const variables = new Map<Imported, string>();
  const targets = targetsOf(items);
  for (const { object } of items) {
    if (!targets.has(object)) continue;
    const type = typeName(object.resource.token);
    const names = [camelCase(object.name), camelCase(object.name, type), camelCase(type, object.name)];
    variables.set(object, scope.take(...names.filter(isIdentifier)));
  }
  return variables;
}

function singleStatement({ object, inputs }: Item, variables: ReadonlyMap<Imported, string>): string {
  const variable = variables.get(object);
  const args = [textLiteral(object.name), codeOf(inputs, variables)];
  return format({ call: constructorOf(object), args }, variable === undefined ? "" : `const ${variable} = `, ";");
}

/** One line a resource, by name; below them what they have in common. */
function loop({ items, keys }: Group, variables: ReadonlyMap<Imported, string>): string {
  const [first] = items as [Item];
  const name = keys.includes("name") ? "resourceName" : "name";
  const rows = items.map((item): [string, Code] => {
    const cells = keys.map((key): [string, Code] => [key, codeOf(inputOf(item, key), variables)]);
    const [[, only]] = cells as [[string, Code]];
    return [item.object.name, cells.length === 1 ? only : { object: cells }];
  });
  const columns = keys.map((key) => property(key, loopVariable(key)));
  const row = keys.length === 1 ? loopVariable(keys[0] as string) : `{ ${columns.map(asWritten).join(", ")} }`;
  const args = first.inputs.entries.map(([key, expression]): [string, Code?] =>
    keys.includes(key) ? property(key, loopVariable(key)) : [key, codeOf(expression, variables)],
  );
  const entries: Code = { call: "Object.entries", args: [{ object: rows }] };
  return [
    format(entries, `for (const [${name}, ${row}] of `, ") {"),
    format({ call: constructorOf(first.object), args: [name, { object: args }] }, "", ";", "  "),
    "}",
  ].join("\n");
}

function inputOf({ inputs }: Item, key: string): Expression {
  return (inputs.entries.find(([name]) => name === key) as [string, Expression])[1];
}

/** The variable of a loop that holds an input. */
function loopVariable(key: string): string {
  return key !== "name" && reserved.has(key) ? `${key}Value` : key;
}

function property(key: string, variable: string): [string, string?] {
  return variable === key ? [key] : [key, variable];
}

function asWritten([key, variable]: [string, string?]): string {
  return variable === undefined ? key : `${key}: ${variable}`;
}

function constructorOf({ resource: { token } }: Imported): string {
  return `new ${packageName}.${serviceOf(token)}.${typeName(token)}`;
}

function codeOf(expression: Expression, variables: ReadonlyMap<Imported, string>): Code {
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "string" ? textLiteral(expression.value) : String(expression.value);
    case "list":
      return { list: expression.items.map((item) => codeOf(item, variables)) };
    case "object":
      return { object: expression.entries.map(([key, value]) => [key, codeOf(value, variables)]) };
    case "reference":
      return `${variables.get(expression.to)}.${expression.output}`;
    case "secret":
      return `config.${secretGetter(expression)}(${textLiteral(expression.key)})`;
  }
}

function secretGetter({ value }: SecretValue): string {
  if (typeof value === "string") return "requireSecret";
  if (typeof value === "number") return "requireSecretNumber";
  return typeof value === "boolean" ? "requireSecretBoolean" : "requireSecretObject";
}

/** Names that a variable of the program cannot have, or that mean something else in it. */
const reserved = new Set(
  [
    "await break case catch class const continue debugger default delete do else enum export extends false finally for",
    "function if implements import in instanceof interface let new null package private protected public return static",
    "super switch this throw true try typeof var void while with yield arguments async eval exports module require",
    "undefined NaN Infinity Object config name pulumi resourceName",
    packageName,
  ].flatMap((words) => words.split(" ")),
);
