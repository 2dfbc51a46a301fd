import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Entry, type Plan, readPlan, readState, type State } from "../../cli/report/state";
import { type Window, windowOf } from "../../cli/report/window";
import { registry } from "../../provider/registry";

/**
 * What `pulumi stack export` and `pulumi preview --json` printed for the examples mist-canary and panos-pair, against the
 * simulators: mist-failed and panos-failed in the dynamic host, the others in the plugin. Traces and measurements are left out.
 */
export function recordedFile(name: string): string {
  return join(__dirname, "report-recorded", `${name}.json`);
}

export function recorded(name: string): string {
  return readFileSync(recordedFile(name), "utf8");
}

export function recordedWindow(state: string, preview?: string): Window {
  const plan = preview === undefined ? undefined : readPlan(recorded(`${preview}.preview`), preview);
  return windowOf(readState(recorded(`${state}.state`), state), plan, registry);
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::lab::${type}::${name}`;
}

type Described = Partial<Entry> & { type: string; name: string; after?: string[] };

/** A resource of a stack of this test. */
export function entry({ name, after = [], ...described }: Described): Entry {
  return { urn: urnOf(described.type, name), id: name, inputs: {}, outputs: {}, dependencies: after, ...described };
}

export function stackOf(...entries: Entry[]): State {
  return { stack: "dev", project: "lab", writtenAt: "2026-11-22T17:41:14Z", entries };
}

export function planOf(...creates: Entry[]): Plan {
  const byUrn = new Map(creates.map((each) => [each.urn, each]));
  return { creates: byUrn, replaces: new Set(), entries: byUrn, errors: [] };
}

export const job = "ztp:panos:UpgradeJob";
export const completion = "ztp:panos:UpgradeCompletion";
export const set = "ztp:panos:UpgradeJobSet";
