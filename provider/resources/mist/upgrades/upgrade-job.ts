import { z } from "zod";
import { deviceIdOf, normalizeUuid } from "../../../clients/mist/normal";
import type { UpgradeView } from "../../../clients/mist/upgrades";
import { defineJob } from "../../../core/job";
import type { Context } from "../../../core/resource";
import { type Field, field, type ValuesOf } from "../../../core/shape";
import type { ValueMap } from "../../../core/values";
import { fromVendor, toVendor } from "../../../core/wire-names";
import { type Account, account, accountOf } from "../account";
import { siteIdField } from "../object-resource";
import { siteNameText } from "../site-names";
import {
  areKnown,
  chosenBy,
  deviceText,
  forAccessPoints,
  idOfDevice,
  jobOutputs,
  macOfDevice,
  reboots,
  rollout,
  rolloutRules,
  rulesRule,
  times,
} from "./fields";
import { forecast, typesOf } from "./forecast";
import { jobVerbs } from "./job-verbs";
import { isAsAsked, macsOf, sameMacs } from "./likeness";
import { selected } from "./selection";

/** What goes to Mist. */
const request = {
  deviceIds: field(z.array(deviceText).min(1).optional(), {
    doc: "These devices, by their ids or MAC addresses.",
    wire: "device_ids",
    unordered: true,
    canonical: idOfDevice,
  }),
  ...chosenBy,
  targetVersion: field(z.string().min(1).optional(), {
    doc: "The version: an exact one, or stable. Default: the newest that Mist has for each model.",
    wire: "version",
  }),
  strategy: field(z.enum(["big_bang", "serial", "canary", "rrm"]).optional(), {
    doc:
      "All at once, one after the other, in growing phases, or, for access points, in batches by their neighbourhood. " +
      "Default: big_bang.",
  }),
  ...rollout,
  force: field(z.boolean().optional(), {
    doc: "Also devices that run the version already, which are skipped otherwise. Default: false.",
  }),
  ...forAccessPoints,
  ...times,
  ...reboots,
};

const inputs = {
  siteId: { ...siteIdField("The site."), required: true } as Field<string>,
  ...request,
  allDevices: field(z.boolean().optional(), {
    doc: "true: all devices of the site, said in so many words. Needed where neither deviceIds nor models nor rules choose any.",
  }),
};

type Inputs = ValuesOf<typeof inputs>;

const verbs = jobVerbs<Inputs>({
  kind: "site",
  what: (_inputs, siteId) => `devices of site ${siteId}`,
  place: async (_context, _account, { siteId }) => normalizeUuid(siteId),
  body: (given) => toVendor(request, { ...given, deviceIds: given.deviceIds?.map(idOfDevice) } as ValueMap),
  isLike: (view, { targetVersion: version, ...given }) => isAsAsked(view, { ...given, version }),
  hasDevices: async (view, given, context, own) => sameMacs(macsOf(view), await wantedMacs(given, context, own)),
  inputs: importedFrom,
});

export const upgradeJob = defineJob<typeof inputs, typeof jobOutputs>({
  token: "mist:UpgradeJob",
  doc: [
    "An upgrade of the firmware of a site's devices, which Mist carries out by itself, in minutes or in a night. Access points",
    "reboot with it; switches and gateways only with `reboot`.",
    "Create asks for it and ends as soon as Mist has accepted: an `UpgradeCompletion` waits for the outcome. The preview",
    "resolves the version, checks it against the models and says how many devices will be upgraded and how many run it already.",
    "A job that an earlier run has asked for and lost is found by what it is to do, and not asked for twice.",
    "It never changes: another specification, or another value of `triggers`, is another job, and the old one is cancelled",
    "first if it goes on. Delete cancels what has not begun, or leaves the job alone with `onDelete: leave`; nothing is rolled",
    "back. A job that has ended is history, also when Mist has forgotten it: it is never run again by itself.",
    "Imported by the id of the site, a slash, and the id of the job.",
  ].join(" "),
  example: `const canary = new ztp.mist.UpgradeJob("berlin", {
  siteId: berlin.id,
  models: ["AP45"],
  targetVersion: "0.14.29633",
  strategy: "canary",
});
const upgraded = new ztp.mist.UpgradeCompletion("berlin", { jobId: canary.id });`,
  service: account,
  inputs,
  outputs: jobOutputs,
  rules: [
    {
      needs: ["deviceIds", "models", "rules", "allDevices"],
      check: ({ deviceIds, models, rules, allDevices }) => {
        const chosen = Boolean(deviceIds ?? models ?? rules);
        if (chosen && allDevices)
          return "allDevices cannot stand beside deviceIds, models or rules: it means all of the site";
        return chosen || allDevices
          ? undefined
          : "one of deviceIds, models and rules is needed, or allDevices: true for all devices of the site";
      },
    },
    {
      needs: [
        "strategy",
        "rrmFirstBatchPercentage",
        "rrmMaxBatchPercentage",
        "rrmMeshUpgrade",
        "rrmNodeOrder",
        "rrmSlowRamp",
      ],
      check: ({ strategy, ...given }) =>
        strategy !== "rrm" && Object.keys(given).some((key) => key.startsWith("rrm"))
          ? "the inputs that begin with rrm are for the strategy rrm"
          : undefined,
    },
    rulesRule,
    ...rolloutRules,
  ],
  impact: {
    create: ({ siteId, targetVersion: version = "the newest version" }) =>
      `devices of site ${siteId} will be upgraded to ${version}; access points reboot`,
  },

  async plan(context, given) {
    const { siteId, deviceIds, models, rules, allDevices, targetVersion: version, force } = given;
    if (!areKnown(siteId, deviceIds, models, rules, allDevices, version, force)) return {};
    const own = await accountOf(context);
    const devices = await wantedDevices(given, context, own);
    const place = await siteNameText(own, siteId, context);
    if (devices.length === 0) {
      return { warnings: [`no device at ${place} matches at the moment: Mist refuses a job without any`], impact: "" };
    }
    const { signal } = context;
    const id = normalizeUuid(siteId);
    const offered = await Promise.all(typesOf(devices).map((type) => own.client.versions.atSite(id, type, signal)));
    const { impact, problems, warnings } = forecast(devices, offered.flat(), place, () => knownWish(given));
    return { problems, warnings, impact: impact ?? "" };
  },

  ...verbs,
});

async function wantedDevices(given: Inputs, { signal }: Context, own: Account) {
  const place = { scope: "site", id: normalizeUuid(given.siteId) } as const;
  return selected((await own.client.states.all(place, { signal, maxAgeMs: 60_000 })).values(), given);
}

async function wantedMacs(given: Inputs, context: Context, own: Account): Promise<Set<string>> {
  const { deviceIds, models, rules } = given;
  if (deviceIds && !models && !rules) return new Set(deviceIds.map(macOfDevice));
  return new Set((await wantedDevices(given, context, own)).map(({ mac }) => mac));
}

/** Times may be unknown in a preview: what they say is then left out. */
function knownWish({ targetVersion: version, force, reboot, startTime, rebootAt }: Inputs) {
  const known = <T>(value: T) => (areKnown(value) ? value : undefined);
  return { version, force, reboot: known(reboot), startTime: known(startTime), rebootAt: known(rebootAt) };
}

function importedFrom(view: UpgradeView): Partial<Inputs> {
  const macs = macsOf(view);
  const { deviceIds: _, models: __, rules: ___, ...told } = fromVendor(request, view.row as ValueMap) as ValueMap;
  return {
    ...(told as Partial<Inputs>),
    siteId: view.key.place,
    targetVersion: view.targetVersion,
    deviceIds: macs && [...macs].map(deviceIdOf),
  };
}
