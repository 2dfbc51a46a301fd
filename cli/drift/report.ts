import type { Json, JsonMap } from "../../provider/core/values";
import { differingPaths, hideLike, masked, parsePath, valueAt } from "./values";

/** What has changed behind our back, in a stable order; secrets are masked. */
export interface DriftReport {
  drift: DriftedResource[];
  /** How many resources were looked at: those that a provider can read, so no components. */
  resources: number;
}

export interface DriftedResource {
  urn: string;
  type: string;
  name: string;
  id: string;
  status: "changed" | "gone";
  /** Empty when the resource is gone. */
  properties: DriftedProperty[];
}

export interface DriftedProperty {
  /** Such as `a.b[0]["odd.key"]`. */
  path: string;
  /** What the state holds; null for nothing. */
  ours: Json;
  /** What the vendor has; null for nothing. */
  theirs: Json;
}

/** A message of the engine or of a provider. */
export interface Diagnostic {
  urn?: string;
  message: string;
  severity: string;
}

/** The stream of a `pulumi refresh --preview-only --json`, understood. */
export interface RefreshOutput {
  report: DriftReport;
  diagnostics: Diagnostic[];
  /** Whether the refresh came to its end. */
  complete: boolean;
}

interface EngineEvent {
  resourcePreEvent?: { metadata: Step };
  resOutputsEvent?: { metadata: Step };
  diagnosticEvent?: Diagnostic & { ephemeral?: boolean };
  summaryEvent?: object;
}

interface Step {
  op: string;
  urn: string;
  type: string;
  old?: State | null;
  new?: State | null;
  /** Top-level keys that differ, from providers that say no more. */
  diffs?: string[];
  detailedDiff?: { [path: string]: { inputDiff?: boolean } } | null;
}

interface State {
  id: string;
  custom?: boolean;
  /** Read by the program, not managed by it. */
  external?: boolean;
  inputs: JsonMap;
  outputs: JsonMap;
}

/** Reads the events, one a line. */
export function readRefreshOutput(stdout: string): RefreshOutput {
  const drift: DriftedResource[] = [];
  const diagnostics: Diagnostic[] = [];
  /** Refreshes begun, by URN: with --run-program other steps of the same resource follow its refresh. */
  const begun = new Map<string, number>();
  let resources = 0;
  let complete = false;
  for (const line of stdout.split("\n")) {
    const event = eventOf(line);
    const before = event.resourcePreEvent?.metadata;
    const after = event.resOutputsEvent?.metadata;
    if (before?.op === "refresh") {
      begun.set(before.urn, (begun.get(before.urn) ?? 0) + 1);
      if (isRead(before)) resources++;
    }
    const open = after ? (begun.get(after.urn) ?? 0) : 0;
    if (after && open > 0) {
      begun.set(after.urn, open - 1);
      if (after.op === "delete" || after.op === "update") drift.push(driftOf(after));
    }
    if (event.diagnosticEvent && !event.diagnosticEvent.ephemeral) diagnostics.push(event.diagnosticEvent);
    if (event.summaryEvent) complete = true;
  }
  drift.sort((a, b) => Number(a.urn > b.urn) - Number(a.urn < b.urn));
  return { report: { drift, resources }, diagnostics, complete };
}

/** What is no event tells nothing: a wrapper of the CLI may print something, and an end by force cuts the last line. */
function eventOf(line: string): EngineEvent {
  try {
    return (JSON.parse(line) ?? {}) as EngineEvent;
  } catch {
    return {};
  }
}

/** `urn:pulumi:stack::project::type::name` -> `name` */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Providers and components are in the state as well, but there is nothing to read. */
function isRead({ type, old }: Step): boolean {
  return old?.custom === true && !type.startsWith("pulumi:providers:");
}

function driftOf(step: Step): DriftedResource {
  const { op, urn, type, old } = step;
  const gone = op === "delete";
  return {
    urn,
    type,
    name: nameOf(urn),
    id: old?.id ?? "",
    status: gone ? "gone" : "changed",
    properties: gone ? [] : propertiesOf(step),
  };
}

const numeric = new Intl.Collator("en", { numeric: true });

function propertiesOf({ old, new: found, diffs, detailedDiff }: Step): DriftedProperty[] {
  const ours = { inputs: masked(old?.inputs ?? {}), outputs: masked(old?.outputs ?? {}) };
  const theirs = { inputs: masked(found?.inputs ?? {}), outputs: masked(found?.outputs ?? {}) };
  const row = (path: string, of: "inputs" | "outputs"): DriftedProperty => {
    const steps = parsePath(path);
    const [mine, other] = [valueAt(ours[of], steps), valueAt(theirs[of], steps)];
    // Whatever is secret anywhere is secret here: a provider may mark an output and not the input of that name.
    const marked = [ours, theirs].flatMap(({ inputs, outputs }) => [valueAt(inputs, steps), valueAt(outputs, steps)]);
    return { path, ours: marked.reduce(hideLike, mine), theirs: marked.reduce(hideLike, other) };
  };
  const compared = (of: "inputs" | "outputs"): DriftedProperty[] =>
    differingPaths(ours[of], theirs[of])
      .filter((path) => !diffs?.length || diffs.includes(String(parsePath(path)[0])))
      .map((path) => row(path, of));
  let rows = Object.entries(detailedDiff ?? {}).map(([path, { inputDiff }]) =>
    row(path, inputDiff ? "inputs" : "outputs"),
  );
  // What the program only reads has no inputs that matter, and the engine compares its outputs.
  if (rows.length === 0 && !old?.external) rows = compared("inputs");
  if (rows.length === 0) rows = compared("outputs");
  return rows.sort((a, b) => numeric.compare(a.path, b.path));
}
