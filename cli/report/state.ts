import type { StateResource } from "../project";

/** A resource as `pulumi stack export` and `pulumi preview --json` tell it. */
export interface Entry extends StateResource {
  parent?: string;
  dependencies?: string[];
  propertyDependencies?: { [property: string]: string[] | null };
  /** Something that is to be deleted yet, after another one has taken its place. */
  delete?: boolean;
  /** Why its last operation did not end. */
  initErrors?: string[];
  /** When it was made, ISO 8601. */
  created?: string;
}

/** What a stack holds. */
export interface State {
  /** Undefined for one without resources, which does not say. */
  stack: string | undefined;
  project: string | undefined;
  /** When it was last written, ISO 8601. */
  writtenAt: string | undefined;
  entries: Entry[];
}

/** What the next `up` would do. */
export interface Plan {
  /** What it would create, by URN, as it would stand in the state. */
  creates: Map<string, Entry>;
  /** The URNs of what it would make anew. */
  replaces: Set<string>;
  /** Dependencies may be others than before. */
  entries: Map<string, Entry>;
  /** What kept the preview from its end. */
  errors: string[];
}

/** Reads what `pulumi stack export` prints. @throws Error when it is something else */
export function readState(text: string, source: string): State {
  const { deployment } = parse<{ deployment?: { manifest?: { time?: string }; resources?: Entry[] } }>(text, source);
  if (typeof deployment !== "object" || deployment === null)
    throw new Error(`${source} holds no state: give what \`pulumi stack export\` prints`);
  const entries = (deployment.resources ?? []).filter((entry) => !entry.delete);
  const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(entries[0]?.urn ?? "") ?? [];
  return { stack, project, writtenAt: deployment.manifest?.time, entries };
}

interface Step {
  op: string;
  urn: string;
  newState?: Entry | null;
}

/** Reads what `pulumi preview --json` prints. @throws Error when it is something else */
export function readPlan(text: string, source: string): Plan {
  const { steps, diagnostics = [] } = parse<{
    steps?: Step[];
    diagnostics?: { severity: string; message: string }[];
  }>(text, source);
  if (!Array.isArray(steps) && diagnostics.length === 0)
    throw new Error(
      `${source} holds no preview: give what \`pulumi preview --json\` prints, not a plan of --save-plan`,
    );
  const plan: Plan = { creates: new Map(), replaces: new Set(), entries: new Map(), errors: [] };
  for (const { op, urn, newState } of steps ?? []) {
    if (op === "create" && newState) plan.creates.set(urn, newState);
    if (op === "replace" || op === "create-replacement") plan.replaces.add(urn);
    if (newState) plan.entries.set(urn, newState);
  }
  plan.errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trim());
  return plan;
}

function parse<T>(text: string, source: string): Partial<T> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<T>;
  } catch (error) {
    throw new Error(`${source} is no JSON: ${(error as Error).message}`);
  }
}
