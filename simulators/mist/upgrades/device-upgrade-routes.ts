import { param, type Route, type SimReply } from "../../core/http";
import { type Call, done, invalid, type MistContext, mistRoute, notFound, objectBody, ok, orgOf } from "../call";
import { deviceAt, devicesAt } from "../devices";
import { macOfDeviceId, normalMac } from "../ids";
import { seconds } from "../merge";
import type { Device } from "../types";
import { isSsr, resolved, rowsFor } from "./catalogue";
import { badField, Fields } from "./fields";
import { report } from "./flights";
import { startOf } from "./site-upgrade";

/** What is asked of one device, or of some by their ids: upgrade, restart, and which version it keeps. */
export function deviceUpgradeRoutes(context: MistContext): Route[] {
  const route = (method: string, path: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path, handle });
  const devices = "/sites/{site_id}/devices";
  const each = (name: string, act: (call: Call, device: Device) => void): Route[] => [
    route("POST", `${devices}/${name}`, (call) => {
      for (const device of named(call)) act(call, device);
      return done(context);
    }),
    route("POST", `${devices}/{id}/${name}`, (call) => {
      act(call, the(call));
      return done(context);
    }),
  ];
  return [
    route("POST", `${devices}/{id}/upgrade`, (call) => upgrade(call, the(call))),
    route("POST", "/orgs/{org_id}/jsi/devices/{mac}/upgrade", upgradeJsi),
    ...each("restart", (call, device) => {
      if (!device.connected) throw invalid("The device is not connected.");
      if (!call.context.firmware.restart(device)) throw invalid("The device is being upgraded.");
    }),
    ...each("restore_backup_version", (call, device) => {
      checkModel(device);
      if (!call.context.firmware.restoreBackup(device)) throw invalid("The device has no backup version.");
    }),
    ...each("clear_pending_version", (call, device) => {
      checkModel(device);
      if (!call.context.firmware.clearPending(device)) throw invalid("The device has no pending version.");
    }),
  ];
}

function the(call: Call): Device {
  return deviceAt(call, param(call.request, "id"));
}

/** The devices of the site that a body lists. */
function named(call: Call): Device[] {
  const ids = new Fields(objectBody(call.request)).ids("device_ids") ?? [];
  if (ids.length === 0) throw badField("device_ids", "device_ids is required");
  return ids.map((id) => {
    const device = devicesAt(call).find(({ mac }) => mac === macOfDeviceId(id));
    if (!device) throw badField("device_ids", `device not found: ${id}`);
    return device;
  });
}

/** Switches that keep two versions. */
function checkModel({ model }: Device): void {
  if (!/^EX(2300|3400|4000|4100|4400)\b/.test(model)) throw invalid(`Not supported on ${model}.`);
}

function upgrade(call: Call, device: Device): SimReply {
  const { firmware, variants, world, clock } = call.context;
  const fields = new Fields(objectBody(call.request));
  const asked = fields.required("version");
  const version = isSsr(device) ? undefined : resolved(rowsFor(world.firmware, device), asked);
  if (version === undefined) throw badField("version", `${asked} is not available for ${device.model}`);
  const startTime = fields.time("start_time");
  const startAt = startOf(call, startTime, "start_time");
  const order = {
    mac: device.mac,
    version,
    job: null,
    force: false,
    reboot: fields.flag("reboot"),
    rebootAt: fields.time("reboot_at") ?? startAt,
    snapshot: fields.flag("snapshot"),
    scheduled: startTime !== undefined,
  };
  const answer = (status: string): SimReply => ok({ status, timestamp: seconds(clock.now()) });
  if (device.version === version) {
    if (variants.sameVersion === "refused") throw badField("version", "device already running version");
    return answer(variants.sameVersion === "success" ? "success" : "device already running version");
  }
  if (firmware.busy(device.mac)) {
    if (variants.repeatedUpgrade === "refused") throw invalid("An upgrade is in progress.");
    return answer("inprogress");
  }
  if (startAt <= clock.now()) {
    firmware.upgrade(order);
    return answer("starting");
  }
  report(firmware, device, { status: "scheduled", progress: null, will_retry: null });
  firmware.timelines.at(startAt, () => firmware.upgrade(order));
  return answer("scheduled");
}

/** A Junos device that Mist only looks after, which belongs to no site's configuration. */
function upgradeJsi(call: Call): SimReply {
  const { world, variants, firmware, clock } = call.context;
  const mac = normalMac(param(call.request, "mac"));
  const device = world.devices.get(mac);
  if (!device?.jsi || device.orgId !== orgOf(call).id) throw notFound(mac, variants);
  const asked = new Fields(objectBody(call.request)).required("version");
  const version = resolved(rowsFor(world.firmware, device), asked);
  if (version === undefined) throw badField("version", `${asked} is not available for ${device.model}`);
  const now = clock.now();
  const order = { mac, version, job: null, force: false, reboot: true, rebootAt: now, snapshot: false };
  firmware.upgrade({ ...order, scheduled: false });
  return done(call.context);
}
