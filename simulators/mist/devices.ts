import type { Call, MistContext } from "./call";
import { notFound, orgOf, siteOf } from "./call";
import { deviceIdOf, macOfDeviceId } from "./ids";
import { seconds } from "./merge";
import { shown } from "./present";
import type { Body, Device } from "./types";

/** Devices of the call's organisation that reads know already. */
export function devicesOf(call: Call): Device[] {
  const { world } = call.context;
  const { id } = orgOf(call);
  return [...world.devices.values()].filter((device) => device.orgId === id && world.visible(device));
}

/** Devices at the call's site; members of a virtual chassis are part of it. */
export function devicesAt(call: Call): Device[] {
  const { id } = siteOf(call);
  return devicesOf(call).filter((device) => shownSiteId(call.context, device) === id && !isVcMember(device));
}

/** The device at the call's site that an id in the path names. */
export function deviceAt(call: Call, id: string): Device {
  const { world, variants } = call.context;
  const device = world.devices.get(macOfDeviceId(id) ?? "");
  if (!device || isVcMember(device) || siteIdFor(call, device) !== siteOf(call).id) throw notFound(id, variants);
  if (call.request.method === "GET" && !world.visible(device)) throw notFound(id, variants);
  return device;
}

export function isVcMember({ mac, vcMac }: Device): boolean {
  return vcMac !== null && vcMac !== mac;
}

/** The site that reads show: a new assignment may come late. */
export function shownSiteId({ clock }: MistContext, { siteId, assignmentVisibleAt }: Device): string | null {
  return assignmentVisibleAt <= clock.now() ? siteId : null;
}

/** Whether a query that may list several values, with commas, names this one. */
export function listed(call: Call, key: string, value: string | null, fold = (text: string): string => text): boolean {
  const wanted = call.request.query.get(key);
  return wanted === null || (value !== null && wanted.split(",").map(fold).includes(fold(value)));
}

/** Writes know a new assignment at once. */
function siteIdFor(call: Call, device: Device): string | null {
  return call.request.method === "GET" ? shownSiteId(call.context, device) : device.siteId;
}

/** The `type` of a query: `all` and, without a usual one, none stand for every type. */
export function ofType(call: Call, device: Device, usual?: string): boolean {
  const wanted = call.request.query.get("type") ?? usual;
  return wanted === undefined || wanted === "all" || wanted === device.type;
}

function deviceId({ variants }: MistContext, device: Device): string {
  return deviceIdOf(device.mac, variants.deviceId);
}

function facts(context: MistContext, device: Device): Body {
  return {
    id: deviceId(context, device),
    mac: device.mac,
    serial: device.serial,
    model: device.model,
    type: device.type,
    org_id: device.orgId,
    site_id: shownSiteId(context, device),
  };
}

/** A row of the inventory. */
export function inventoryRow(context: MistContext, device: Device): Body {
  const name = String(device.config.name ?? "");
  return {
    ...facts(context, device),
    sku: device.sku,
    hw_rev: device.hwRev,
    magic: device.claimCode ?? "",
    name,
    hostname: name,
    deviceprofile_id: device.deviceProfileId,
    connected: device.connected,
    adopted: device.adopted,
    jsi: device.jsi,
    vc_mac: device.vcMac ?? "",
    chassis_mac: device.type === "ap" ? "" : device.mac,
    chassis_serial: device.type === "ap" ? "" : device.serial,
    ...(device.lastDisconnectedAt === null
      ? {}
      : { last_disconnected: Math.floor(seconds(device.lastDisconnectedAt)) }),
    created_time: seconds(device.createdAt),
    modified_time: seconds(device.modifiedAt),
  };
}

/** A device as the site shows it: its configuration and what it is. */
export function deviceObject(context: MistContext, device: Device): Body {
  const { config, createdAt, modifiedAt } = device;
  return shown({ data: config, createdAt, modifiedAt }, context.variants, {
    defaults: { name: "", map_id: null, ...(device.type === "ap" ? {} : { managed: false }) },
    signedUrls: device.images.map((number) => `image${number}_url`),
    decoration: {
      ...facts(context, device),
      hw_rev: device.hwRev,
      deviceprofile_id: device.deviceProfileId,
      for_site: true,
      ...(device.vcMac === null ? {} : { vc_mac: device.vcMac }),
    },
  });
}

/** What runs on a device, in the form that reads have it. */
export function shownVersion({ variants }: MistContext, { type, version }: Device): string {
  return type === "ap" && variants.apVersions === "legacy" ? `apfw-${version}-gilly-5f3c` : version;
}

const noUpdate = { status: null, progress: null, status_id: null, will_retry: null };

/** What a device does at the moment. */
export function deviceStats(context: MistContext, device: Device): Body {
  const now = context.clock.now();
  return {
    ...facts(context, device),
    name: device.config.name ?? "",
    hw_rev: device.hwRev,
    deviceprofile_id: device.deviceProfileId,
    status: device.connected ? "connected" : "disconnected",
    version: shownVersion(context, device),
    uptime: device.connected ? Math.floor(seconds(now - device.bootedAt)) : null,
    last_seen: seconds(device.connected ? now : (device.lastDisconnectedAt ?? now)),
    ip: device.connected ? addressOf(device.mac) : null,
    fwupdate: device.fwupdate ?? { ...noUpdate, timestamp: seconds(device.bootedAt) },
    ...(device.type === "ap"
      ? { auto_upgrade_stat: { lastcheck: Math.floor(seconds(device.bootedAt)) } }
      : { config_status: "synced" }),
    ...(device.vcMac === null ? {} : { vc_mac: device.vcMac }),
    created_time: seconds(device.createdAt),
    modified_time: seconds(device.modifiedAt),
  };
}

/** A private address, always the same one for a device. */
function addressOf(mac: string): string {
  return `10.${[6, 8, 10].map((at) => Number.parseInt(mac.slice(at, at + 2), 16)).join(".")}`;
}
