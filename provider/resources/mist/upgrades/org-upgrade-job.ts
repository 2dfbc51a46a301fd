import { z } from "zod";
import { isVendorError } from "../../../clients/http/errors";
import type { DeviceType } from "../../../clients/mist/firmware-versions";
import { normalizeUuid } from "../../../clients/mist/normal";
import type { UpgradeView } from "../../../clients/mist/upgrades";
import { defineJob } from "../../../core/job";
import type { Context } from "../../../core/resource";
import { field, object, type ValuesOf } from "../../../core/shape";
import type { ValueMap } from "../../../core/values";
import { toVendor } from "../../../core/wire-names";
import { type Account, account, accountOf } from "../account";
import { orgIdField, uuid } from "../object-resource";
import {
  areKnown,
  chosenBy,
  forAccessPoints,
  jobOutputs,
  reboots,
  rollout,
  rolloutRules,
  rulesRule,
  times,
} from "./fields";
import { counted, forecast } from "./forecast";
import { jobVerbs } from "./job-verbs";
import { isAsAsked } from "./likeness";
import { selected } from "./selection";

const strategies = (what: string, names: readonly ["big_bang", ...string[]]) =>
  field(z.enum(names).optional(), { doc: `${what} Default: as strategy.` });

const isoTime = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d/,
    "must be a time such as 2026-01-31T02:00:00, or with a zone 2026-01-31T02:00:00Z",
  );

/** What goes to Mist. */
const request = {
  siteIds: field(z.array(uuid).min(1).optional(), {
    doc: "The sites.",
    wire: "site_ids",
    unordered: true,
    canonical: normalizeUuid,
    references: "mist:Site.id",
  }),
  allSites: field(z.boolean().optional(), {
    doc: "true: all sites of the organization, in place of siteIds. One of the two is needed.",
    wire: "all_sites",
  }),
  deviceType: field(z.enum(["ap", "switch", "gateway"]).optional(), {
    doc: "The type of the devices. Mist describes such a job for access points only and may refuse the others. Default: ap.",
    wire: "device_type",
  }),
  ...chosenBy,
  versions: field(
    z
      .array(
        object(
          "OrgUpgradeVersion",
          {
            firmwareType: field(z.enum(["ap", "junos"]), {
              doc: "ap: for access points; junos: for switches and gateways.",
              wire: "firmware_type",
            }),
            version: field(z.string().min(1).optional(), {
              doc: "An exact version, or stable. Default: the newest that Mist has for each model.",
            }),
            force: field(z.boolean().optional(), { doc: "Also access points that run it already. Default: false." }),
            modelVersion: field(z.record(z.string(), z.string()).optional(), {
              doc: "For junos: the versions of models that get another one, by the model.",
              wire: "model_version",
            }),
          },
          "A version for a kind of device.",
        ),
      )
      .min(1)
      .optional(),
    { doc: "The versions. Default: the newest that Mist has for each model." },
  ),
  strategy: field(z.enum(["big_bang", "serial", "canary", "rrm"]).optional(), {
    doc: "How each site is taken: all at once, one after the other, in growing phases, in batches. Default: big_bang.",
  }),
  downloadStrategy: {
    ...strategies("How images are loaded.", ["big_bang", "serial", "canary"]),
    wire: "download_strategy",
  },
  rebootStrategy: {
    ...strategies("How devices reboot.", ["big_bang", "serial", "canary", "rrm"]),
    wire: "reboot_strategy",
  },
  ...rollout,
  ...forAccessPoints,
  ...times,
  startDatetime: field(isoTime.optional(), {
    doc: "When downloads begin, as ISO 8601; without a zone at that time of each site. In place of startTime.",
    wire: "start_datetime",
  }),
  rebootDatetime: field(isoTime.optional(), {
    doc: "When switches and gateways reboot, in the same form. In place of rebootAt.",
    wire: "reboot_datetime",
  }),
  ...reboots,
};

const inputs = { orgId: orgIdField, ...request };

type Inputs = ValuesOf<typeof inputs>;

const familyOf = ({ deviceType = "ap" }: Inputs) => (deviceType === "ap" ? "ap" : "junos");
const versionOf = (given: Inputs) => given.versions?.find(({ firmwareType }) => firmwareType === familyOf(given));

const verbs = jobVerbs<Inputs>({
  kind: "org",
  what: ({ deviceType = "ap" }, orgId) => `${counted(0, deviceType).slice(2)} of organization ${orgId}`,
  place: (context, own, { orgId }) => own.client.organization(orgId, { signal: context.signal, write: true }),
  body: (given) => toVendor(request, given as ValueMap),
  isLike: (view, given) => {
    const { version, force } = versionOf(given) ?? {};
    return isAsAsked(view, { ...given, strategy: given.rebootStrategy ?? given.strategy, version, force });
  },
  async hasDevices({ sites }, { allSites, siteIds = [] }) {
    const wanted = new Set(siteIds.map(normalizeUuid));
    return allSites === true || sites.every(({ siteId }) => wanted.has(siteId));
  },
  inputs: ({ key, sites, strategy, targetVersion, force }: UpgradeView) => ({
    orgId: key.place,
    siteIds: sites.map(({ siteId }) => siteId),
    strategy: strategy as Inputs["strategy"],
    versions: [{ firmwareType: "ap" as const, version: targetVersion, force }],
  }),
  otherBody: (body, error) => {
    // Of models the vendor's description makes lists in a list, which may be a slip of its author.
    const { models } = body as { models?: readonly string[] };
    const isAboutModels = isVendorError(error, "rejected") && /\bmodels\b/.test(error.vendorMessage ?? "");
    return models && isAboutModels ? { ...body, models: [models] } : undefined;
  },
});

export const orgUpgradeJob = defineJob<typeof inputs, typeof jobOutputs>({
  token: "mist:OrgUpgradeJob",
  doc: [
    "An upgrade of devices of one type at many sites of an organization: Mist makes a job at each of them. Access points reboot",
    "with it. Status and counts are those of all sites together; what is at work at one of them is at work.",
    "Create asks for it and ends as soon as Mist has accepted: an `UpgradeCompletion` waits for the outcome. The preview says",
    "how many devices will be upgraded and how many run the version already. What Mist refuses for switches and gateways can",
    "be declared as an `UpgradeJob` for each site.",
    "It never changes: another specification, or another value of `triggers`, is another job, and the old one is cancelled",
    "first if it goes on. Delete cancels what has not begun, or leaves the job alone with `onDelete: leave`; nothing is rolled",
    "back. A job that has ended is history: it is never run again by itself.",
    "Imported by the id of the job, where it is not in the configured organization after the id of its own and a slash.",
  ].join(" "),
  example: `new ztp.mist.OrgUpgradeJob("all", {
  allSites: true,
  models: ["AP45"],
  versions: [{ firmwareType: "ap", version: "0.14.29633" }],
  strategy: "canary",
});`,
  service: account,
  inputs,
  outputs: jobOutputs,
  rules: [
    {
      needs: ["siteIds", "allSites"],
      check: ({ siteIds, allSites }) =>
        (siteIds === undefined) === (allSites !== true)
          ? "exactly one of siteIds and allSites: true is needed"
          : undefined,
    },
    {
      needs: ["deviceType", "versions"],
      check: (given) =>
        given.versions && !versionOf(given)
          ? { path: "versions", message: `has none with the firmwareType ${familyOf(given)}` }
          : undefined,
    },
    {
      needs: ["startTime", "startDatetime", "rebootAt", "rebootDatetime"],
      check: ({ startTime, startDatetime, rebootAt, rebootDatetime }) =>
        (startTime !== undefined && startDatetime !== undefined) ||
        (rebootAt !== undefined && rebootDatetime !== undefined)
          ? "startTime and startDatetime say the same, as do rebootAt and rebootDatetime; keep one of the two"
          : undefined,
    },
    rulesRule,
    ...rolloutRules,
  ],
  impact: {
    create: (given) =>
      `${counted(0, given.deviceType ?? "ap").slice(2)} of ${given.allSites ? "all sites" : `${given.siteIds?.length} sites`} ` +
      `will be upgraded to ${versionOf(given)?.version ?? "the newest version"}; access points reboot`,
  },

  async plan(context, given) {
    const { orgId, siteIds, allSites, models, rules, versions, deviceType } = given;
    if (!areKnown(orgId, siteIds, allSites, models, rules, versions, deviceType)) return {};
    const own = await accountOf(context);
    const id = await own.client.organization(orgId, { signal: context.signal, write: true });
    const devices = await wantedDevices(given, id, context, own);
    const sites = new Set(devices.map(({ siteId }) => siteId)).size;
    const place = sites === 1 ? `site ${devices[0]?.siteId}` : `${sites} sites`;
    if (devices.length === 0) {
      return { warnings: ["no device matches at the moment: Mist refuses a job without any"], impact: "" };
    }
    const type: DeviceType = deviceType ?? "ap";
    const offered = await own.client.versions.forDevices(id, type, context.signal);
    const { version, force, modelVersion } = versionOf(given) ?? {};
    const { reboot, startTime, rebootAt } = Object.fromEntries(
      Object.entries(given).filter(([, value]) => areKnown(value)),
    ) as Partial<Inputs>;
    const { impact, problems, warnings } = forecast(devices, offered, place, ({ model }) => ({
      ...{ version: modelVersion?.[model] ?? version, force, startTime, rebootAt },
      reboot: reboot ?? given.rebootDatetime !== undefined,
    }));
    return { problems, warnings, impact: impact ?? "" };
  },

  ...verbs,
});

async function wantedDevices(given: Inputs, id: string, { signal }: Context, own: Account) {
  const { allSites, siteIds = [], deviceType = "ap", models, rules } = given;
  const wanted = new Set(siteIds.map(normalizeUuid));
  const states = await own.client.states.all({ scope: "org", id }, { signal, maxAgeMs: 60_000 });
  const there = [...states.values()].filter(
    ({ type, siteId }) => type === deviceType && siteId !== undefined && (allSites || wanted.has(siteId)),
  );
  return selected(there, { models, rules });
}
