import type { Resource } from "../../provider/core/resource";
import type { JsonMap } from "../../provider/core/values";
import type { Registry } from "../../provider/registry";
import { nameOf } from "../drift/report";
import { masked } from "../drift/values";
import { namesOf } from "../import-file";
import type { Entry, Plan } from "./state";

/** A job, or a completion, of a stack or of its next run. */
export interface Work {
  urn: string;
  name: string;
  /** Its type in either host, such as `mist:UpgradeJob`. */
  token: string;
  kind: NonNullable<Resource["work"]>;
  /** Whether the state holds it; otherwise the next run is to create it. */
  exists: boolean;
  /** Whether the next run makes another one in its place. */
  replaced: boolean;
  id: string | undefined;
  /** Secrets are masked. */
  inputs: JsonMap;
  outputs: JsonMap;
  entry: Entry;
}

/** The work among the resources of a stack, and what the plan adds to it. */
export function workOf(entries: readonly Entry[], plan: Plan | undefined, { resources }: Registry): Work[] {
  const kinds = new Map(
    resources.flatMap(({ token, work }) => (work ? namesOf(token).map((type) => [type, { token, work }]) : [])) as [
      string,
      { token: string; work: Work["kind"] },
    ][],
  );
  const existing = new Set(entries.map(({ urn }) => urn));
  const planned = [...(plan?.creates.values() ?? [])].filter(({ urn }) => !existing.has(urn));
  return [...entries, ...planned].flatMap((entry): Work[] => {
    const kind = kinds.get(entry.type);
    if (!kind || entry.external) return [];
    return [
      {
        urn: entry.urn,
        name: nameOf(entry.urn),
        token: kind.token,
        kind: kind.work,
        exists: existing.has(entry.urn),
        replaced: plan?.replaces.has(entry.urn) ?? false,
        id: entry.id,
        inputs: masked(entry.inputs ?? {}) as JsonMap,
        outputs: masked(entry.outputs ?? {}) as JsonMap,
        entry,
      },
    ];
  });
}

/** What a resource is made after. */
export function needsOf({ parent, dependencies, propertyDependencies }: Entry): string[] {
  const properties = Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
  return [...(parent === undefined ? [] : [parent]), ...(dependencies ?? []), ...properties];
}

/** Whether a completion is that of a job: by a dependency of one of its inputs, or by the job's id. */
export function completes({ entry, inputs }: Work, job: Work): boolean {
  const referred = Object.values(entry.propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
  return referred.includes(job.urn) || (job.id !== undefined && Object.values(inputs).includes(job.id));
}
