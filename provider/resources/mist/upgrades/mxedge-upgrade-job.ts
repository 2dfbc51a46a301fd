import { z } from "zod";
import { meantVersion } from "../../../clients/mist/firmware-versions";
import { normalizeUuid } from "../../../clients/mist/normal";
import { defineJob } from "../../../core/job";
import { field, type ValuesOf } from "../../../core/shape";
import type { ValueMap } from "../../../core/values";
import { fromVendor, toVendor } from "../../../core/wire-names";
import { account, accountOf } from "../account";
import { orgIdField, uuid } from "../object-resource";
import { areKnown, jobOutputs, rollout, rolloutRules, times } from "./fields";
import { jobVerbs } from "./job-verbs";
import { isAsAsked } from "./likeness";

const words: ReadonlySet<string> = new Set(["current", "latest", "default"]);

/** What goes to Mist. */
const request = {
  mxedgeIds: field(z.array(uuid).min(1), {
    doc: "The Mist Edges.",
    wire: "mxedge_ids",
    unordered: true,
    canonical: normalizeUuid,
  }),
  versions: field(z.record(z.string(), z.string()).optional(), {
    doc:
      "The version of each package: mxagent and tunterm, and perhaps radsecproxy, mxocproxy and mxdas. An exact one, current " +
      "for the one that runs, latest for the newest of the channel, or default. Needed unless distro is given.",
  }),
  allowDowngrades: field(z.record(z.string(), z.boolean()).optional(), {
    doc: "The packages that may get an older version than they run. Default: none.",
    wire: "allow_downgrades",
  }),
  channel: field(z.enum(["stable", "beta", "alpha"]).optional(), { doc: "The channel. Default: stable." }),
  distro: field(z.string().min(1).optional(), {
    doc: "The distribution to change to, by its code name, or next. In place of versions. Default: none.",
  }),
  strategy: field(z.enum(["big_bang", "serial", "canary"]).optional(), {
    doc: "All at once, one after the other, or in growing phases. Default: big_bang.",
  }),
  ...rollout,
  startTime: times.startTime,
};

const inputs = { orgId: orgIdField, ...request };

type Inputs = ValuesOf<typeof inputs>;

const verbs = jobVerbs<Inputs>({
  kind: "mxedge",
  what: ({ mxedgeIds }, orgId) => `${mxedgeIds.length} Mist Edges of organization ${orgId}`,
  place: (context, own, { orgId }) => own.client.organization(orgId, { signal: context.signal, write: true }),
  body: (given) => toVendor(request, given as ValueMap),
  isLike: (view, { versions, channel = "stable", ...given }) =>
    isAsAsked(view, given) && (view.row.channel ?? channel) === channel && sameTexts(view.row.versions, versions),
  // Which ones they are is not told, only how many.
  hasDevices: async ({ total }, { mxedgeIds }) => total === 0 || total === mxedgeIds.length,
  inputs: (view) => ({
    ...(fromVendor(request, view.row as ValueMap) as Partial<Inputs>),
    orgId: view.key.place,
  }),
});

export const mxEdgeUpgradeJob = defineJob<typeof inputs, typeof jobOutputs>({
  token: "mist:MxEdgeUpgradeJob",
  doc: [
    "An upgrade of the software of Mist Edges of an organization. Tunnels that end at them are down while they restart.",
    "Create asks for it and ends as soon as Mist has accepted: an `UpgradeCompletion` waits for the outcome. Mist does not tell",
    "the id of such a job: it is the one that was not in the list before, so that jobs of one program are asked for one after",
    "the other. It never changes: another specification, or another value of `triggers`, is another job, and the old one is",
    "cancelled first if it goes on. Delete cancels what has not begun, or leaves the job alone with `onDelete: leave`; nothing",
    "is rolled back. A job that has ended is history: it is never run again by itself.",
    "Imported by the id of the job, where it is not in the configured organization after the id of its own and a slash; which",
    "Mist Edges it was for must be added then.",
  ].join(" "),
  example: `new ztp.mist.MxEdgeUpgradeJob("edges", {
  mxedgeIds: [edge.id],
  versions: { mxagent: "latest", tunterm: "latest" },
});`,
  service: account,
  inputs,
  outputs: jobOutputs,
  rules: [
    {
      needs: ["versions", "distro"],
      check({ versions, distro }) {
        if (distro !== undefined && versions) return "versions mean nothing beside distro: keep one of the two";
        if (distro !== undefined) return undefined;
        const missing = ["mxagent", "tunterm"].filter((name) => !versions?.[name]);
        return missing.length > 0
          ? { path: "versions", message: `lacks ${missing.join(" and ")}: say current for what shall stay` }
          : undefined;
      },
    },
    ...rolloutRules,
  ],
  impact: {
    create: ({ mxedgeIds, versions, distro }) =>
      `${mxedgeIds.length} Mist Edges will be upgraded: ${textOf(versions, distro)}`,
  },

  async plan(context, given) {
    const { orgId, versions, channel } = given;
    if (!versions || !areKnown(orgId, versions, channel)) return {};
    const own = await accountOf(context);
    const id = await own.client.organization(orgId, { signal: context.signal, write: true });
    const offered = await own.client.versions.forEdges(id, {}, context.signal);
    const wrong = Object.entries(versions).filter(
      ([name, version]) => !words.has(version) && meantVersion(offered, name, version) === undefined,
    );
    return { problems: wrong.map(([name, version]) => `Mist has no version ${version} of ${name}`) };
  },

  ...verbs,
});

function textOf(versions: Inputs["versions"] = {}, distro: string | undefined): string {
  if (distro !== undefined) return `distribution ${distro}`;
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

/** Whether each version that is told is the one that was asked for. */
function sameTexts(told: unknown, asked: Inputs["versions"]): boolean {
  if (typeof told !== "object" || told === null || !asked) return true;
  return Object.entries(told).every(([name, version]) => {
    const wanted = asked[name];
    return wanted === undefined || words.has(wanted) || words.has(String(version)) || wanted === version;
  });
}
