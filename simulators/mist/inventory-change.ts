import type { SimReply } from "../core/http";
import { BulkResult } from "./bulk";
import { type Call, invalid, objectBody, orgOf } from "./call";
import { isVcMember } from "./devices";
import { isUuid, normalMac } from "./ids";
import type { Body, Device } from "./types";

/** One change of many devices. */
interface Change {
  call: Call;
  body: Body;
  /** Names of the devices as they were sent, by MAC. */
  named: Map<string, string>;
  now: number;
}

/** Carries a change out on one device: why it can't be, or whether anything changed. */
type Operation = (device: Device, change: Change) => { reason: string } | { changed: boolean };

const operations = new Map<unknown, Operation>([
  ["assign", assign],
  ["unassign", unassign],
  ["delete", release],
  ["upgrade_to_mist", toMist],
  ["downgrade_to_jsi", toJsi],
]);

/** PUT of an inventory: one operation on many devices, by MAC or (delete) by serial. */
export function changeInventory(call: Call): SimReply {
  const body = objectBody(call.request);
  const { op } = body;
  const operation = operations.get(op);
  if (typeof op !== "string" || !operation)
    throw invalid({ detail: "invalid field: op", reason: `op must be one of ${[...operations.keys()].join(", ")}` });
  if (op === "assign") checkSite(call, body.site_id);
  const items = itemsOf(body, op);
  const result = new BulkResult();
  const found = items.map((item) => ({ item, device: deviceNamed(call, item) }));
  const named = new Map(found.flatMap(({ item, device }) => (device ? [[device.mac, item.text]] : [])));
  const change: Change = { call, body, named, now: call.context.clock.now() };
  let applied = 0;
  for (const { item, device } of found) {
    const outcome = device ? operation(device, change) : { reason: "device not found in inventory" };
    if ("reason" in outcome) result.fail(item.text, outcome.reason);
    else {
      applied += 1;
      if (outcome.changed || call.context.variants.bulkSuccess === "all") result.success.push(item.text);
    }
  }
  return result.reply(op, call.context.variants, applied);
}

interface Item {
  text: string;
  by: "mac" | "serial";
}

function itemsOf(body: Body, op: string): Item[] {
  const lists = op === "delete" ? (["macs", "serials"] as const) : (["macs"] as const);
  const items = lists.flatMap((name) => {
    const list = body[name] ?? [];
    if (!Array.isArray(list)) throw invalid({ detail: `invalid field: ${name}`, reason: "a list is expected" });
    const by = name === "macs" ? ("mac" as const) : ("serial" as const);
    return list.map((text): Item => ({ text: by === "mac" ? normalMac(String(text)) : String(text), by }));
  });
  if (items.length === 0) throw invalid({ detail: `invalid field: ${lists[0]}`, reason: `${lists[0]} is required` });
  return items;
}

/** A device of the organisation; the devices of others are as unknown as those that there aren't. */
function deviceNamed(call: Call, { text, by }: Item): Device | undefined {
  const { devices } = call.context.world;
  const device = by === "mac" ? devices.get(text) : [...devices.values()].find(({ serial }) => serial === text);
  return device?.orgId === orgOf(call).id ? device : undefined;
}

function checkSite(call: Call, siteId: unknown): void {
  const site = isUuid(siteId) ? call.context.world.sites.get(siteId) : undefined;
  if (site?.orgId !== orgOf(call).id)
    throw invalid({ detail: "invalid field: site_id", reason: "there is no such site in the org" });
}

function assign(device: Device, { call, body, now }: Change): { reason: string } | { changed: boolean } {
  const { variants, world } = call.context;
  const siteId = String(body.site_id);
  if (isVcMember(device)) return { reason: "VC member switches could not be assigned" };
  const before = device.siteId;
  if (before !== null && body.no_reassign === true)
    return { reason: `already assigned to site ${world.sites.get(before)?.data.name ?? before}` };
  const options = ["managed", "disable_auto_config", "mist_configured"].filter((key) => body[key] !== undefined);
  const config = Object.fromEntries(options.map((key) => [key, body[key]]));
  const changed = before !== siteId || options.some((key) => device.config[key] !== body[key]);
  for (const one of [device, ...membersOf(call, device)]) {
    if (one.siteId !== siteId) {
      one.siteId = siteId;
      one.assignmentVisibleAt = now + variants.assignVisibilityDelayMs;
    }
    if (changed) one.modifiedAt = now;
  }
  if (device.type !== "ap") Object.assign(device.config, config);
  return { changed };
}

function unassign(device: Device, { call }: Change): { reason: string } | { changed: boolean } {
  const { variants, world } = call.context;
  if (isVcMember(device)) return { reason: "VC member switches could not be unassigned" };
  if (device.siteId === null)
    return variants.repeatUnassign === "refused" ? { reason: "device is not assigned" } : { changed: false };
  for (const one of [device, ...membersOf(call, device)]) world.unassign(one);
  return { changed: true };
}

/** A virtual chassis leaves as a whole: all of it must be named. */
function release(device: Device, { call, named }: Change): { reason: string } | { changed: boolean } {
  const { world } = call.context;
  const chassis = device.vcMac === null ? undefined : world.devices.get(device.vcMac);
  const whole = chassis ? [chassis, ...membersOf(call, chassis)] : [device];
  if (whole.some(({ mac }) => !named.has(mac)))
    return { reason: "a virtual chassis must be released with all of its members" };
  world.release(device);
  return { changed: true };
}

function toMist(device: Device, { now }: Change): { reason: string } | { changed: boolean } {
  if (!device.jsi) return { reason: "already managed" };
  device.jsi = false;
  device.modifiedAt = now;
  return { changed: true };
}

function toJsi(device: Device, { now }: Change): { reason: string } | { changed: boolean } {
  if (device.type === "ap") return { reason: "not a Junos device" };
  if (device.jsi) return { reason: "already in JSI" };
  device.jsi = true;
  device.modifiedAt = now;
  return { changed: true };
}

function membersOf({ context }: Call, { mac }: Device): Device[] {
  return [...context.world.devices.values()].filter((other) => other.vcMac === mac && other.mac !== mac);
}
