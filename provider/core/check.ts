import { besides, type Constraint, type Field, type Fields, fieldOf, type Shape, type UnionShape } from "./shape";
import {
  asSecret,
  hasUnknown,
  isAbsent,
  isMap,
  isSecret,
  isUnknown,
  joinPath,
  mapValues,
  Secret,
  type Value,
  type ValueMap,
} from "./values";

/** Something wrong with one input. `path` is empty when it concerns several. */
export interface Problem {
  path: string;
  message: string;
}

/** A rule across fields. It runs only when all that it needs to know is known. */
export interface Rule<Inputs> {
  needs: readonly (keyof Inputs & string)[];
  /** A sentence, or problems with the paths they belong to; undefined or none when the inputs are fine. */
  check(inputs: Inputs): string | Problem | readonly Problem[] | undefined;
}

export interface Checked {
  /** The inputs as the user wrote them, with every declared secret wrapped. */
  values: ValueMap;
  problems: Problem[];
  /** Unusual but allowed: a value that is not on the list of those known to work. */
  warnings: Problem[];
}

/** Keys that the hosts and the SDK add; no definition has them. */
export function isHidden(key: string): boolean {
  return key.startsWith("__") && key !== "__proto__";
}

/** Checks a set of values against its fields: pure, complete (every problem at once), and quiet about unknowns. */
export function checkFields(fields: Fields, values: ValueMap): Checked {
  const checked: Checked = { values: {}, problems: [], warnings: [] };
  checked.values = checkObject(fields, values, "", checked);
  return checked;
}

/** Runs the rules whose needs are known; `plain` holds the inputs without secret wrappers, defaults applied. */
export function checkRules<Inputs>(rules: readonly Rule<Inputs>[], inputs: ValueMap, plain: Inputs): Problem[] {
  const problems: Problem[] = [];
  for (const rule of rules) {
    if (rule.needs.some((key) => hasUnknown(inputs[key]))) continue;
    const found = rule.check(plain) ?? [];
    if (typeof found === "string") problems.push({ path: "", message: found });
    else problems.push(...[found].flat());
  }
  return problems;
}

function checkObject(fields: Fields, values: ValueMap, path: string, into: Checked): ValueMap {
  const result: ValueMap = {};
  for (const key of Object.keys(values)) {
    const value = values[key];
    if (isHidden(key)) {
      result[key] = value;
      continue;
    }
    const declared = fieldOf(fields, key);
    if (!declared) {
      const at = joinPath(path, key);
      into.problems.push({ path: at, message: `is not a known property${nearestHint(key, Object.keys(fields))}` });
    } else if (!isAbsent(value)) {
      result[key] = checkField(besides(declared, values), value, joinPath(path, key), into);
    }
  }
  for (const key of requiredIn(fields)) {
    if (isAbsent(values[key])) {
      into.problems.push({ path: joinPath(path, key), message: "is required" });
    }
  }
  return result;
}

const required = new WeakMap<Fields, readonly string[]>();

/** The required among many fields, found once. */
function requiredIn(fields: Fields): readonly string[] {
  let keys = required.get(fields);
  if (!keys) {
    keys = Object.keys(fields).filter((key) => fields[key]?.required);
    required.set(fields, keys);
  }
  return keys;
}

function checkField(declared: Field, value: Value, path: string, into: Checked): Value {
  const checked = checkValue(declared.shape, value, path, into);
  return declared.secret ? asSecret(checked) : checked;
}

function checkValue(shape: Shape, value: Value, path: string, into: Checked): Value {
  if (isUnknown(value)) return value;
  if (isSecret(value)) {
    const inner = checkValue(shape, value.value, path, into);
    return inner === value.value ? value : new Secret(inner);
  }
  const problem = (message: string) => into.problems.push({ path, message });
  switch (shape.kind) {
    case "chosen":
      return value;
    case "any":
      constrain(shape);
      return shape.secretNames ? markedByName(shape.secretNames, value) : value;
    case "string":
      if (typeof value !== "string") return wrongType("a string");
      if (shape.values && !shape.values.includes(value)) {
        const nearest = nearestHint(value, shape.values, shape.values.join(", "));
        if (shape.open) into.warnings.push({ path, message: `is not one of the values known to work${nearest}` });
        else problem(`must be one of ${shape.values.join(", ")}${nearestHint(value, shape.values, "")}`);
      }
      break;
    case "number":
    case "integer":
      if (typeof value !== "number") return wrongType("a number");
      if (shape.kind === "integer" && !Number.isSafeInteger(value)) return wrongType("a whole number");
      break;
    case "boolean":
      if (typeof value !== "boolean") return wrongType("true or false");
      break;
    case "list": {
      if (!Array.isArray(value)) return wrongType("a list");
      const items = value.map((item, index) => checkValue(shape.item, item, joinPath(path, index), into));
      constrain(shape);
      return items;
    }
    case "map": {
      if (!isMap(value)) return wrongType("a map");
      const present = Object.entries(value).filter(([, item]) => !isAbsent(item));
      const items = present.map(([key, item]): [string, Value] => {
        const checked = checkValue(shape.value, item, joinPath(path, key), into);
        return [key, shape.secretNames?.test(key) ? asSecret(checked) : checked];
      });
      return Object.fromEntries(items);
    }
    case "object":
      return isMap(value) ? checkObject(shape.fields, value, path, into) : wrongType("an object");
    case "union":
      return checkUnion(shape.options, value, path, into);
  }
  constrain(shape);
  return value;

  function constrain({ problems, doubts }: Constraint): void {
    for (const message of problems?.(value) ?? []) problem(message);
    for (const message of doubts?.(value) ?? []) into.warnings.push({ path, message });
  }

  function wrongType(expected: string): Value {
    problem(`must be ${expected}`);
    return value;
  }
}

/** The value with everything under such a name marked as secret. */
function markedByName(names: RegExp, value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => markedByName(names, item));
  if (!isMap(value)) return value;
  return mapValues(value, (item, key) => (names.test(key) ? asSecret(item) : markedByName(names, item)));
}

/** The first option that fits; none: the problems of the option that came closest. */
function checkUnion(options: readonly Shape[], value: Value, path: string, into: Checked): Value {
  const { checked } = closestOption(options, value, path);
  into.problems.push(...checked.problems);
  into.warnings.push(...checked.warnings);
  return checked.value;
}

/** What a value of a union is: the first option that fits, else the one that comes closest. */
export function optionFor(union: UnionShape, value: Value): Shape {
  return closestOption(union.options, value, "").option;
}

interface Option {
  option: Shape;
  checked: Checked & { value: Value };
}

function closestOption(options: readonly Shape[], value: Value, path: string): Option {
  let closest: Option | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const option of options) {
    const attempt: Checked = { values: {}, problems: [], warnings: [] };
    const checked = { ...attempt, value: checkValue(option, value, path, attempt) };
    // An option of another kind fails at the value itself; one that fails only inside came closer.
    const distance = attempt.problems.length + (attempt.problems.some((found) => found.path === path) ? 0.5 : 0);
    if (distance < least) {
      closest = { option, checked };
      least = distance;
    }
    if (attempt.problems.length === 0) break;
  }
  return closest ?? { option: { kind: "any" }, checked: { values: {}, problems: [], warnings: [], value } };
}

/** `; did you mean "x"?` when one of the names is close, else `otherwise` as the list of what there is. */
export function nearestHint(name: string, candidates: readonly string[], otherwise?: string): string {
  let nearest = "";
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  if (nearest) return `; did you mean ${JSON.stringify(nearest)}?`;
  const list = otherwise ?? [...candidates].sort().join(", ");
  return list ? ` (there are: ${list})` : "";
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** One problem as a user reads it: the path first, in the text, since the engine prints values beside property names. */
export function problemText(problem: Problem): string {
  return problem.path ? `${problem.path} ${problem.message}` : problem.message;
}
