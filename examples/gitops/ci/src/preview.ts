/** What `pulumi preview --json` prints, as far as it is used here. Secrets are masked in it. */
export interface PreviewJson {
  steps?: Step[];
  diagnostics?: { urn?: string; message: string; severity: string }[];
  changeSummary?: { [operation: string]: number };
}

interface Step {
  op: string;
  urn: string;
  oldState?: State;
  newState?: State;
  detailedDiff?: { [path: string]: { kind: string } } | null;
}

interface State {
  id?: string;
  inputs?: { [key: string]: unknown };
  propertyDependencies?: { [key: string]: string[] };
}

/** A preview as people ask about it. */
export interface Preview {
  /** The most dangerous first. */
  changes: Change[];
  unchanged: number;
  /** What the changes do to the real things, and other warnings. */
  warnings: Message[];
  /** Why the preview failed. */
  errors: Message[];
}

export interface Change {
  operation: string;
  /** The resource's type without its package, such as `Device`, and its name. */
  type: string;
  name: string;
  /** Whether somebody changed it at the vendor since the last `up`. */
  drifted: boolean;
  /** Those that change; of a resource that is made or deleted, all. */
  properties: Property[];
}

export interface Property {
  path: string;
  /** Undefined where there was, or will be, nothing. */
  from?: Value;
  to?: Value;
}

export interface Value {
  /** Undefined for what only `up` will tell. */
  json?: unknown;
  /** The resources that it stands for or comes from. */
  of: string[];
}

export interface Message {
  text: string;
  /** The resources that it is about. */
  names: string[];
}

/** What Pulumi prints in place of a secret. */
export const secret = "[secret]";
/** What it prints in place of a value that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const operations = ["delete", "replace", "update", "create"];

export function readPreview({ steps = [], diagnostics = [] }: PreviewJson): Preview {
  const own = steps.filter(({ urn }) => !typeOf(urn).startsWith("pulumi:pulumi:"));
  const named = new Map(
    own.map(({ urn, oldState, newState }) => [idKey(urn, (newState ?? oldState)?.id), nameOf(urn)]),
  );
  // What the state said before the refresh.
  const before = new Map(own.filter(({ op }) => op === "refresh").map(({ urn, oldState }) => [urn, oldState]));
  const changed = own.filter(({ op }) => op !== "same" && op !== "refresh");
  const changes = changed.map((step): Change => {
    const { op, urn } = step;
    const type = typeOf(urn).split(":").at(-1) ?? "";
    const drifted = before.has(urn) && !sameInputs(before.get(urn), step.oldState);
    return { operation: op, type, name: nameOf(urn), drifted, properties: propertiesOf(step, named) };
  });
  return {
    changes: changes.sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name)),
    unchanged: new Set(own.map(({ urn }) => urn)).size - new Set(changed.map(({ urn }) => urn)).size,
    warnings: [...removals(changed), ...messages(diagnostics, "warning")],
    errors: messages(diagnostics, "error"),
  };
}

/** A delete runs no code of the provider in a preview, so what it does to a device is said here. */
function removals(steps: Step[]): Message[] {
  const kept = new Set(steps.filter(({ op }) => op !== "delete").map(({ newState }) => newState?.inputs?.serial));
  return steps.flatMap(({ op, urn, oldState: { inputs = {} } = {} }) => {
    if (op !== "delete" || !typeOf(urn).endsWith("fortiztp:Device")) return [];
    if (inputs.onDelete === "retain" || kept.has(inputs.serial)) return [];
    return [
      { text: `${inputs.serial} is unprovisioned: it goes nowhere when it next calls home`, names: [nameOf(urn)] },
    ];
  });
}

function propertiesOf({ op, oldState, newState, detailedDiff }: Step, named: Map<string, string>): Property[] {
  const look = (state: State | undefined, path: string): Value | undefined => {
    const json = valueAt(state?.inputs, path);
    if (json === undefined) return undefined;
    const [key = ""] = path.split(/[.[]/);
    if (json === unknown) return { of: (state?.propertyDependencies?.[key] ?? []).map(nameOf) };
    // An input such as fortiManagerOid holds the id of a FortiManager.
    const name = named.get(`${key.replace(/Oid$/, "")} ${json}`.toLowerCase());
    return { json, of: name === undefined ? [] : [name] };
  };
  if (op === "create") return Object.keys(newState?.inputs ?? {}).map((path) => ({ path, to: look(newState, path) }));
  if (op === "delete") return Object.keys(oldState?.inputs ?? {}).map((path) => ({ path, from: look(oldState, path) }));
  return Object.keys(detailedDiff ?? {}).map((path) => ({
    path,
    from: look(oldState, path),
    to: look(newState, path),
  }));
}

/** What stands at a path such as `a.b[0]["odd.key"]`; the mask when it is within a secret. */
function valueAt(inputs: unknown, path: string): unknown {
  let value = inputs;
  for (const [, name, index, quoted] of path.matchAll(/([^.[\]"]+)|\[(\d+)\]|\["([^"]*)"\]/g)) {
    if (typeof value !== "object" || value === null) return value === secret ? value : undefined;
    value = (value as { [key: string]: unknown })[name ?? index ?? quoted ?? ""];
  }
  return value ?? undefined;
}

/** Each message once, with all the resources that it is about. */
function messages(diagnostics: PreviewJson["diagnostics"] = [], severity: string): Message[] {
  const found = new Map<string, string[]>();
  for (const { urn, message } of diagnostics.filter((diagnostic) => diagnostic.severity === severity)) {
    const text = message
      .trim()
      .replace(/^(error|warning): /, "")
      .replace(/^Preview failed: /, "");
    found.set(text, [...(found.get(text) ?? []), ...(urn ? [nameOf(urn)] : [])]);
  }
  // That the preview failed says something only when nothing else does.
  if (found.size > 1) found.delete("preview failed");
  return [...found].map(([text, names]) => ({ text, names: [...new Set(names)].sort() }));
}

function sameInputs(one: State | undefined, other: State | undefined): boolean {
  return JSON.stringify(one?.inputs) === JSON.stringify(other?.inputs);
}

function rank({ operation }: Change): number {
  const index = operations.indexOf(operation);
  return index < 0 ? operations.length : index;
}

function idKey(urn: string, id: string | undefined): string {
  return `${typeOf(urn).split(":").at(-1)} ${id}`.toLowerCase();
}

/** `urn:pulumi:stack::project::type::name` */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The resource's own type, without those of its parents. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
