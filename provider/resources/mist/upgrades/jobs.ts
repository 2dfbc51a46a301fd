import { z } from "zod";
import { normalizeUuid } from "../../../clients/mist/normal";
import {
  parseUpgradeKey,
  stages,
  type UpgradeView,
  upgradeKeyText,
  upgradeKinds,
} from "../../../clients/mist/upgrades";
import { defineFunction } from "../../../core/resource";
import { type Fields, field, object } from "../../../core/shape";
import { account, accountOf } from "../account";
import { inOrganization } from "../devices";
import { uuid } from "../object-resource";
import { jobOutputs, jobOutputsOf } from "./fields";
import { phaseOf } from "./progress";

/** Upgrade jobs, whoever has asked for them. */

const { upgradeId, status, resolvedVersion, startsAt, rebootsAt, currentPhase, total, counts } = jobOutputs;

const jobFields = {
  jobId: field(z.string(), { doc: "The id by which resources know it, such as site:<siteId>/<upgradeId>." }),
  ...{ upgradeId, status, resolvedVersion, startsAt, rebootsAt, currentPhase, total, counts },
  phase: field(z.string(), { doc: "What the status means: waiting, running, succeeded, failed or cancelled." }),
  strategy: field(z.string().optional(), { doc: "How it takes its devices." }),
  siteIds: field(z.array(z.string()), { doc: "Of the job of an organization: its sites." }),
} satisfies Fields;

function jobFrom(view: UpgradeView) {
  const { upgradePlan: _, ...told } = jobOutputsOf(view);
  const siteIds = view.sites.map(({ siteId }) => siteId);
  return { jobId: upgradeKeyText(view.key), ...told, phase: phaseOf(view), strategy: view.strategy, siteIds };
}

export const getUpgradeJobs = defineFunction({
  token: "mist:getUpgradeJobs",
  doc:
    "The upgrade jobs of one kind at a site or in an organization, as far back as Mist has a record of them. Lists of an " +
    "organization's jobs tell only their ids and sites: `getUpgradeJob` tells the rest of one.",
  service: account,
  inputs: {
    orgId: inOrganization,
    siteId: field(uuid.optional(), { doc: "The site, for jobs of the kind site." }),
    kind: field(z.enum(upgradeKinds).optional(), {
      doc: "site, org, ssr or mxedge. Default: site where siteId is given, else org.",
    }),
    status: field(z.string().optional(), { doc: "Only those with this status, in the words of Mist. Default: all." }),
  },
  rules: [
    {
      needs: ["siteId", "kind"],
      check: ({ siteId, kind }) => {
        if (kind === "site" && siteId === undefined) return "jobs of the kind site need siteId";
        return siteId !== undefined && kind !== undefined && kind !== "site"
          ? "siteId is for jobs of the kind site; the others are of an organization"
          : undefined;
      },
    },
  ],
  outputs: {
    jobs: field(z.array(object("UpgradeJobSummary", jobFields, "An upgrade job.")), {
      doc: "The jobs, in the order of Mist.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { orgId, siteId, kind = siteId === undefined ? "org" : "site", status: wanted }) {
    const { client } = await accountOf(context);
    const place = siteId === undefined ? await client.organization(orgId, context) : normalizeUuid(siteId);
    const views = await client.upgrades.list(kind, place, { signal: context.signal });
    const jobs = [...views.values()].filter((view) => wanted === undefined || view.status === wanted).map(jobFrom);
    return { jobs, total: jobs.length };
  },
});

export const getUpgradeJob = defineFunction({
  token: "mist:getUpgradeJob",
  doc: "One upgrade job with its devices. Fails when Mist has no record of it. Costs a call, of routers up to three.",
  service: account,
  inputs: {
    jobId: field(
      z
        .string()
        .refine(
          (text) => parseUpgradeKey(text)?.kind !== undefined,
          "must begin with its kind, as in site:<siteId>/<upgradeId>",
        ),
      { doc: "The job, as in site:<siteId>/<upgradeId>; of the configured organization ssr:<upgradeId> is enough." },
    ),
  },
  outputs: {
    ...jobFields,
    upgradePlan: jobOutputs.upgradePlan,
    targets: field(z.record(z.string(), z.array(z.string())), {
      doc: "The MAC addresses of the devices at each stage, where Mist tells them.",
    }),
  },
  async run(context, { jobId }) {
    const { client } = await accountOf(context);
    const {
      kind = "org",
      place: named,
      id,
    } = parseUpgradeKey(jobId) as NonNullable<ReturnType<typeof parseUpgradeKey>>;
    if (kind === "site" && named === undefined)
      throw new Error(`${jobId} lacks the id of its site: give site:<siteId>/<upgradeId>`);
    const place = named ?? (await client.organization(undefined, context));
    const view = await client.upgrades.find({ kind, place, id }, context.signal);
    if (!view) throw new Error(`Mist has no record of upgrade ${jobId}: check it, or it may be too old`);
    const at = (wanted: string) =>
      [...(view.devices ?? [])].filter(([, stage]) => stage === wanted).map(([mac]) => mac);
    const targets = Object.fromEntries(stages.map((stage) => [stage, at(stage)]).filter(([, macs]) => macs?.length));
    return { ...jobFrom(view), upgradePlan: view.plan.map((macs) => [...macs]), targets };
  },
});
