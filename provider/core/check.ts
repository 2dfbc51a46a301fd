import { besides, type Constraint, type Field, type Fields, fieldOf, type Shape, type UnionShape } from "./shape";
import {
  asSecret,
  changedItems,
  changedValues,
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
  const findings = new Findings();
  const checked = { ...checkObject(fields, values, findings) };
  return { values: checked, problems: findings.problems, warnings: findings.warnings };
}

interface Told {
  problems: Problem[];
  warnings: Problem[];
}

/** What a check has found, and where it is: most values are fine, so that a path is put together only where one is not. */
class Findings implements Told {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private readonly keys: (string | number)[] = [];

  /** Looks at what stands under a key. */
  at<T>(key: string | number, look: () => T): T {
    this.keys.push(key);
    const found = look();
    this.keys.pop();
    return found;
  }

  path(): string {
    return this.keys.reduce<string>(joinPath, "");
  }

  problem(message: string): void {
    this.problems.push({ path: this.path(), message });
  }

  warning(message: string): void {
    this.warnings.push({ path: this.path(), message });
  }

  count(): { problems: number; warnings: number } {
    return { problems: this.problems.length, warnings: this.warnings.length };
  }

  /** Takes back what was found since then. */
  takeBack({ problems, warnings }: { problems: number; warnings: number }): Told {
    return { problems: this.problems.splice(problems), warnings: this.warnings.splice(warnings) };
  }

  tell({ problems, warnings }: Told): void {
    this.problems.push(...problems);
    this.warnings.push(...warnings);
  }
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

/** Values that are fine are returned as they are, not copied; what is absent is left out. */
function checkObject(fields: Fields, values: ValueMap, findings: Findings): ValueMap {
  const checked = changedValues(values, (value, key) => {
    const declared = fieldOf(fields, key);
    if (declared && !declared.secret && isFine(declared.shape, value)) return value;
    if (isHidden(key)) return value;
    if (declared) {
      if (isAbsent(value)) return undefined;
      return findings.at(key, () => checkField(besides(declared, values), value, findings));
    }
    const hint = nearestHint(key, Object.keys(fields));
    return findings.at(key, () => findings.problem(`is not a known property${hint}`)) as undefined;
  });
  for (const key of requiredIn(fields)) {
    if (isAbsent(values[key])) findings.at(key, () => findings.problem("is required"));
  }
  return checked;
}

/** At a glance, as most values are: a text, number or switch of which nothing more is asked than that. */
function isFine(shape: Shape, value: Value): boolean {
  switch (shape.kind) {
    case "string":
      if (typeof value !== "string" || (shape.values && !shape.values.includes(value))) return false;
      break;
    case "boolean":
      if (typeof value !== "boolean") return false;
      break;
    case "integer":
      if (!Number.isSafeInteger(value)) return false;
      break;
    case "number":
      if (typeof value !== "number") return false;
      break;
    default:
      return false;
  }
  return !shape.problems && !shape.doubts;
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

function checkField(declared: Field, value: Value, findings: Findings): Value {
  const checked = checkValue(declared.shape, value, findings);
  return declared.secret ? asSecret(checked) : checked;
}

function checkValue(shape: Shape, value: Value, findings: Findings): Value {
  if (isUnknown(value)) return value;
  if (isSecret(value)) {
    const inner = checkValue(shape, value.value, findings);
    return inner === value.value ? value : new Secret(inner);
  }
  switch (shape.kind) {
    case "chosen":
      return value;
    case "any":
      constrain(shape, value, findings);
      return shape.secretNames ? markedByName(shape.secretNames, value) : value;
    case "string":
      if (typeof value !== "string") return wrongType("a string", value, findings);
      if (shape.values && !shape.values.includes(value)) {
        const nearest = nearestHint(value, shape.values, shape.open ? shape.values.join(", ") : "");
        if (shape.open) findings.warning(`is not one of the values known to work${nearest}`);
        else findings.problem(`must be one of ${shape.values.join(", ")}${nearest}`);
      }
      break;
    case "number":
    case "integer":
      if (typeof value !== "number") return wrongType("a number", value, findings);
      if (shape.kind === "integer" && !Number.isSafeInteger(value)) return wrongType("a whole number", value, findings);
      break;
    case "boolean":
      if (typeof value !== "boolean") return wrongType("true or false", value, findings);
      break;
    case "list": {
      if (!Array.isArray(value)) return wrongType("a list", value, findings);
      const items = changedItems(value, (item, index) =>
        isFine(shape.item, item) ? item : findings.at(index, () => checkValue(shape.item, item, findings)),
      );
      constrain(shape, value, findings);
      return items;
    }
    case "map":
      if (!isMap(value)) return wrongType("a map", value, findings);
      return changedValues(value, (item, key) => {
        if (isAbsent(item)) return undefined;
        const checked = findings.at(key, () => checkValue(shape.value, item, findings));
        return shape.secretNames?.test(key) ? asSecret(checked) : checked;
      });
    case "object":
      return isMap(value) ? checkObject(shape.fields, value, findings) : wrongType("an object", value, findings);
    case "union":
      return choose(shape, value, findings).value;
  }
  constrain(shape, value, findings);
  return value;
}

function constrain({ problems, doubts }: Constraint, value: Value, findings: Findings): void {
  for (const message of problems?.(value) ?? []) findings.problem(message);
  for (const message of doubts?.(value) ?? []) findings.warning(message);
}

function wrongType(expected: string, value: Value, findings: Findings): Value {
  findings.problem(`must be ${expected}`);
  return value;
}

/** The value with everything under such a name marked as secret. */
function markedByName(names: RegExp, value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => markedByName(names, item));
  if (!isMap(value)) return value;
  return mapValues(value, (item, key) => (names.test(key) ? asSecret(item) : markedByName(names, item)));
}

/** What a value of a union is: the first option that fits, else the one that comes closest. */
export function optionFor(union: UnionShape, value: Value): Shape {
  return choose(union, value, new Findings()).option;
}

interface Choice {
  option: Shape;
  value: Value;
}

/** The first option that fits; none: the one that came closest, with its problems. */
function choose({ options }: UnionShape, value: Value, findings: Findings): Choice {
  let closest: (Choice & { told: Told }) | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const option of options) {
    if (isFine(option, value)) return { option, value };
    const before = findings.count();
    const checked = checkValue(option, value, findings);
    if (findings.problems.length === before.problems) return { option, value: checked };
    const told = findings.takeBack(before);
    const path = findings.path();
    // An option of another kind fails at the value itself; one that fails only inside came closer.
    const distance = told.problems.length + (told.problems.some((problem) => problem.path === path) ? 0.5 : 0);
    if (distance >= least) continue;
    closest = { option, value: checked, told };
    least = distance;
  }
  if (!closest) return { option: { kind: "any" }, value };
  findings.tell(closest.told);
  return closest;
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
