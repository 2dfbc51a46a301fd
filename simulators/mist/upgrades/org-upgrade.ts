import { type Call, objectBody, orgOf } from "../call";
import { devicesAt } from "../devices";
import { offsetOf } from "../present";
import type { Device, Site } from "../types";
import { DeviceJob } from "./device-job";
import { badField, Fields } from "./fields";
import { OrgJob } from "./org-job";
import { phasesOf } from "./plan";
import { checkNotEmpty, selected, type Targets } from "./selection";
import { macsOf, peerToPeer, startOf, targetVersion, versionsOf } from "./site-upgrade";
import { approachOf } from "./strategy";

const types = ["ap", "switch", "gateway"] as const;

/** Starts the jobs that an organisation's upgrade asks for: one at each site that has such devices. */
export function startOrgJob(call: Call): OrgJob {
  const { context } = call;
  const { firmware, jobs, variants } = context;
  const fields = new Fields(objectBody(call.request));
  const type = fields.choice("device_type", types, "ap");
  if (type !== "ap" && variants.orgUpgradeTypes === "apOnly")
    throw badField("device_type", "only access points can be upgraded by organization");
  const wanted = versionsWanted(fields, type);
  const models = modelsOf(call, fields);
  const perSite = sitesOf(call, fields)
    .map((site) => ({ site, targets: targetsAt(call, site, fields, { type, models, wanted }) }))
    .filter(({ targets }) => targets.size > 0);
  const all: Targets = new Map(perSite.flatMap(({ targets }) => [...targets]));
  checkNotEmpty(context, all);
  const field = fields.has("reboot_strategy") ? "reboot_strategy" : "strategy";
  const { strategy, tolerance, shown } = approachOf(fields, [...all.keys()], { field });
  // Checked only: the simulated service downloads to a device when its turn to be rebooted comes.
  fields.choice("download_strategy", ["big_bang", "serial", "canary"], "big_bang");
  const common = {
    ...shown,
    target_version: targetVersion(call, all, wanted.version),
    ...peerToPeer(fields),
  };
  const siteJobs = perSite.map(({ site, targets }) => {
    const startAt = startOf(call, timeAt(site, fields, "start_time", "start_datetime"), "start_time");
    const rebootAt = timeAt(site, fields, "reboot_at", "reboot_datetime") ?? startAt;
    const scheduled = fields.has("start_time") || fields.has("start_datetime");
    const reboot = fields.flag("reboot", fields.has("reboot_datetime"));
    const order = { force: wanted.force, reboot, rebootAt, snapshot: fields.flag("snapshot"), scheduled };
    const phases = phasesOf(macsOf(targets), strategy);
    const plan = { orgId: orgOf(call).id, siteId: site.id, phases, versions: versionsOf(targets) };
    return jobs.site.add(new DeviceJob({ ...plan, tolerance, startAt, order, shown: common }, firmware));
  });
  const { target_version, enable_p2p } = common;
  const told = { target_version, strategy: shown.strategy, force: wanted.force, enable_p2p };
  const visibleAt = context.clock.now() + variants.jobVisibilityDelayMs;
  return jobs.org.add(new OrgJob(orgOf(call).id, siteJobs, told, visibleAt));
}

interface Wanted {
  version: string | undefined;
  byModel: Map<string, string>;
  force: boolean;
}

function versionsWanted(fields: Fields, type: (typeof types)[number]): Wanted {
  const rows = (fields.objects("versions") ?? []).map((body) => new Fields(body));
  const family = type === "ap" ? "ap" : "junos";
  const row = rows.find((one) => one.choice("firmware_type", ["ap", "junos"], "ap") === family);
  if (rows.length > 0 && !row)
    throw badField("versions", `firmware_type ${family} is required for device_type ${type}`);
  const { model_version: models = {} } = row?.body ?? {};
  if (typeof models !== "object" || models === null || Array.isArray(models))
    throw badField("model_version", "an object is expected");
  const byModel = Object.entries(models).map(([model, version]): [string, string] => [model, String(version)]);
  return {
    version: row?.text("version"),
    byModel: new Map(byModel),
    force: row?.flag("force") || fields.flag("force"),
  };
}

/** `models`: names, or by the letter of the vendor's description lists of names. */
function modelsOf({ context }: Call, fields: Fields): string[] | undefined {
  const given = fields.body.models;
  const nested = Array.isArray(given) && given.some((item) => Array.isArray(item));
  const { orgUpgradeModels } = context.variants;
  if (Array.isArray(given) && given.length > 0 && orgUpgradeModels === (nested ? "flat" : "nested"))
    throw badField("models", `a list of ${nested ? "strings" : "lists"} is expected`);
  return nested ? new Fields({ models: given.flat() }).texts("models") : fields.texts("models");
}

function sitesOf(call: Call, fields: Fields): Site[] {
  const { world } = call.context;
  const sites = [...world.sites.values()].filter(({ orgId }) => orgId === orgOf(call).id);
  if (fields.flag("all_sites")) return sites;
  const ids = fields.ids("site_ids") ?? [];
  if (ids.length === 0) throw badField("site_ids", "site_ids or all_sites is required");
  const missing = ids.filter((id) => !sites.some((site) => site.id === id));
  if (missing.length > 0) throw badField("site_ids", `site not found: ${missing.join(", ")}`);
  return sites.filter(({ id }) => ids.includes(id));
}

function targetsAt(
  call: Call,
  site: Site,
  fields: Fields,
  { type, models, wanted }: { type: string; models: string[] | undefined; wanted: Wanted },
): Targets {
  const devices = devicesAt({ ...call, site }).filter((device) => device.type === type);
  const version = ({ model }: Device): string | undefined => wanted.byModel.get(model) ?? wanted.version;
  // Devices are named by model or rule only.
  return selected(call.context, devices, new Fields({ rules: fields.body.rules }), { models, version });
}

/** A time in seconds, or as ISO 8601, which without a zone is the time of the site. */
function timeAt(site: Site, fields: Fields, name: string, isoName: string): number | undefined {
  const text = fields.text(isoName);
  if (text === undefined) return fields.time(name);
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const instant = Date.parse(zoned ? text : `${text}Z`);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(instant)) throw badField(isoName, "an ISO 8601 time is expected");
  return zoned ? instant : instant - offsetOf(String(site.data.timezone ?? "UTC"), instant) * 60_000;
}
