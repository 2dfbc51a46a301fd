import { type Call, objectBody, orgOf, siteOf } from "../call";
import { devicesAt } from "../devices";
import type { Device } from "../types";
import { DeviceJob } from "./device-job";
import { badField, Fields } from "./fields";
import { phasesOf } from "./plan";
import { checkNotEmpty, selected, type Targets } from "./selection";
import { approachOf } from "./strategy";

/** Starts the job that a site's upgrade asks for. */
export function startSiteJob(call: Call): DeviceJob {
  const { firmware, jobs } = call.context;
  const fields = new Fields(objectBody(call.request));
  const version = fields.text("version");
  const models = fields.texts("models");
  const targets = selected(call.context, devicesAt(call), fields, { models, version: () => version });
  checkNotEmpty(call.context, targets);
  const { strategy, tolerance, shown } = approachOf(fields, [...targets.keys()]);
  const startAt = startOf(call, fields.time("start_time"), "start_time");
  const order = {
    force: fields.flag("force"),
    reboot: fields.flag("reboot"),
    rebootAt: fields.time("reboot_at") ?? startAt,
    snapshot: fields.flag("snapshot"),
    scheduled: fields.has("start_time"),
  };
  const job = new DeviceJob(
    {
      orgId: orgOf(call).id,
      siteId: siteOf(call).id,
      phases: phasesOf(macsOf(targets), strategy),
      versions: versionsOf(targets),
      tolerance,
      startAt,
      order,
      shown: { ...shown, target_version: targetVersion(call, targets, version), ...peerToPeer(fields) },
    },
    firmware,
  );
  return jobs.site.add(job);
}

/** When a job begins: now, unless the request names a later time. */
export function startOf({ context }: Call, asked: number | undefined, name: string): number {
  const now = context.clock.now();
  if (asked !== undefined && asked < now - 60_000 && context.variants.pastStartTime === "refused")
    throw badField(name, "must not be in the past");
  return Math.max(now, asked ?? now);
}

export function macsOf(targets: Targets): string[] {
  return [...targets.keys()].map(({ mac }) => mac);
}

export function versionsOf(targets: Targets): Map<string, string> {
  return new Map([...targets].map(([{ mac }, version]: [Device, string]) => [mac, version]));
}

/** One version for all that a job is for; where models have different ones, what was asked for. */
export function targetVersion({ context }: Call, targets: Targets, asked: string | undefined): string | null {
  const [only = null, ...others] = new Set(targets.values());
  if (asked !== undefined && context.variants.jobTargetVersion === "asSent") return asked;
  return others.length === 0 ? only : (asked ?? null);
}

/** How access points hand an image on to each other, which the simulated ones don't. */
export function peerToPeer(fields: Fields): { enable_p2p: boolean; p2p_cluster_size: number; p2p_parallelism: number } {
  return {
    enable_p2p: fields.flag("enable_p2p"),
    p2p_cluster_size: fields.integer("p2p_cluster_size", 0) ?? 10,
    p2p_parallelism: fields.integer("p2p_parallelism", 1) ?? 1,
  };
}
