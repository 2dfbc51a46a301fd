import { type Call, objectBody, orgOf } from "../call";
import { devicesOf, isVcMember } from "../devices";
import { deviceIdOf, macOfDeviceId } from "../ids";
import type { Body, Device } from "../types";
import { isSsr, resolved, rowsFor } from "./catalogue";
import { DeviceJob } from "./device-job";
import { badField, Fields } from "./fields";
import { phasesOf } from "./plan";
import { startOf } from "./site-upgrade";
import { approachOf } from "./strategy";
import type { Stage } from "./types";

export const channels = ["stable", "beta", "alpha"] as const;

/** Starts the upgrade of an organisation's Session Smart Routers. */
export function startSsrJob(call: Call): DeviceJob {
  const fields = new Fields(objectBody(call.request));
  const ids = fields.ids("device_ids") ?? [];
  if (ids.length === 0) throw badField("device_ids", "device_ids is required");
  const routers = devicesOf(call).filter((device) => isSsr(device) && device.siteId !== null && !isVcMember(device));
  const devices = ids.map((id) => {
    const device = routers.find(({ mac }) => mac === macOfDeviceId(id));
    if (!device) throw badField("device_ids", `not an SSR of the org: ${id}`);
    return device;
  });
  return start(call, fields, devices, null);
}

/** Starts the upgrade of one of them. */
export function startOneSsr(call: Call, device: Device): DeviceJob {
  const fields = new Fields(objectBody(call.request));
  fields.required("version");
  return start(call, fields, [device], device.siteId);
}

function start(call: Call, fields: Fields, devices: Device[], siteId: string | null): DeviceJob {
  const { firmware, jobs, world } = call.context;
  const channel = fields.choice("channel", channels, "stable");
  const version = fields.text("version");
  const versions = devices.map((device): [string, string] => {
    const target = resolved(rowsFor(world.firmware, device), version ?? channel);
    if (target === undefined) throw badField("version", `${version ?? channel} is not available`);
    return [device.mac, target];
  });
  const { strategy, tolerance, shown } = approachOf(fields, devices, { allowed: ["big_bang", "serial"] });
  // -1 stands for never, both times.
  const never = (name: string): boolean => fields.integer(name, -1) === -1;
  const startAt = startOf(call, never("start_time") ? undefined : fields.time("start_time"), "start_time");
  const order = {
    force: false,
    reboot: !never("reboot_at"),
    rebootAt: (never("reboot_at") ? undefined : fields.time("reboot_at")) ?? startAt,
    snapshot: false,
    scheduled: fields.has("start_time") && !never("start_time"),
    download: !never("start_time"),
  };
  const plan = {
    orgId: orgOf(call).id,
    siteId,
    phases: phasesOf(
      versions.map(([mac]) => mac),
      strategy,
    ),
  };
  const told = { ...shown, channel, device_type: "gateway", versions: { SSR: versions[0]?.[1] } };
  return jobs.ssr.add(
    new DeviceJob({ ...plan, versions: new Map(versions), tolerance, startAt, order, shown: told }, firmware),
  );
}

const groups: Record<string, readonly Stage[]> = {
  queued: ["scheduled"],
  upgrading: ["download_requested", "downloading", "downloaded", "reboot_in_progress", "rebooted"],
  success: ["upgraded", "skipped"],
  failed: ["failed"],
};

/** A job on Session Smart Routers: with `counts`, or with their ids in `targets`. */
export function shownSsrJob({ context }: Call, job: DeviceJob, members: "counts" | "targets"): Body {
  const { variants } = context;
  const { strategy, channel, device_type, versions } = job.plan.shown;
  const now = [...job.stages()];
  const ids = Object.entries(groups).map(([name, stages]): [string, string[]] => [
    name,
    now.filter(([, stage]) => stages.includes(stage)).map(([mac]) => deviceIdOf(mac, variants.deviceId)),
  ]);
  const counts = Object.fromEntries(ids.map(([name, list]) => [name, list.length]));
  return {
    id: job.id,
    status: statusOf(job, variants.ssrJobDone),
    channel,
    device_type,
    strategy,
    versions,
    [members]: members === "counts" ? counts : Object.fromEntries(ids),
  };
}

function statusOf({ status }: DeviceJob, done: string): string {
  if (status === "created") return "queued";
  if (status === "completed") return done;
  return ["downloading", "downloaded", "in_progress"].includes(status) ? "upgrading" : status;
}
