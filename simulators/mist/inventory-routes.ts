import type { Route, SimReply } from "../core/http";
import { BulkResult } from "./bulk";
import { type Call, invalid, type MistContext, mistRoute, objectBody, ok, orgOf } from "./call";
import { claim } from "./claim";
import { devicesOf, inventoryRow, isVcMember, listed, ofType, shownSiteId, shownVersion } from "./devices";
import { normalMac } from "./ids";
import { changeInventory } from "./inventory-change";
import { headerPage, resultsPage } from "./paging";
import type { Body, Device } from "./types";

/** An organisation's inventory. */
export function inventoryRoutes(context: MistContext): Route[] {
  const path = "/orgs/{org_id}/inventory";
  const route = (method: string, at: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path: at, handle });
  return [
    route("GET", path, list),
    route("POST", path, claim),
    route("PUT", path, changeInventory),
    route("GET", `${path}/search`, search),
    route("GET", `${path}/count`, count),
    route("POST", `${path}/replace`, replace),
  ];
}

function list(call: Call): SimReply {
  const { context, request } = call;
  const flag = (name: string): string | null => request.query.get(name)?.toLowerCase() ?? null;
  const time = (name: string): number | undefined => {
    const text = request.query.get(name);
    if (text === null) return undefined;
    if (!/^\d+$/.test(text)) throw invalid(`invalid field: ${name}`);
    return Number(text) * 1_000;
  };
  const modifiedAfter = time("modified_after");
  const disconnectedBefore = time("disconnected_before");
  const rows = devicesOf(call).filter(
    (device) =>
      (flag("vc") === "true" || !isVcMember(device)) &&
      (flag("unassigned") !== "false" || shownSiteId(context, device) !== null) &&
      ["serial", "model"].every((key) => listed(call, key, device[key as "serial" | "model"])) &&
      listed(call, "type", device.type) &&
      listed(call, "mac", device.mac, normalMac) &&
      listed(call, "vc_mac", device.vcMac, normalMac) &&
      listed(call, "site_id", shownSiteId(context, device)) &&
      (modifiedAfter === undefined || device.modifiedAt > modifiedAfter) &&
      (disconnectedBefore === undefined ||
        (device.lastDisconnectedAt !== null && !device.connected && device.lastDisconnectedAt < disconnectedBefore)),
  );
  return headerPage(
    call,
    rows.map((device) => inventoryRow(context, device)),
  );
}

function searchRow(call: Call, device: Device): Body {
  const { mac, serial, model, sku, type, name, org_id, site_id, vc_mac } = inventoryRow(call.context, device);
  const members = devicesOf(call).filter((other) => other.vcMac === device.mac && other.mac !== device.mac);
  return {
    mac,
    serial,
    model,
    sku,
    type,
    name,
    org_id,
    site_id,
    vc_mac,
    status: device.connected ? "connected" : "disconnected",
    version: shownVersion(call.context, device),
    master: device.vcMac === device.mac,
    members: members.map((member) => ({ mac: member.mac, model: member.model, serial: member.serial })),
  };
}

function search(call: Call): SimReply {
  const { query } = call.request;
  const text = query.get("text")?.toLowerCase();
  const rows = devicesOf(call)
    .filter((device) => ofType(call, device, "ap"))
    .map((device) => searchRow(call, device))
    .filter(
      (row) =>
        ["serial", "sku", "version", "status", "site_id", "model"].every(
          (key) => query.get(key) === null || query.get(key) === row[key],
        ) &&
        ["mac", "vc_mac"].every((key) => query.get(key) === null || normalMac(query.get(key) ?? "") === row[key]) &&
        (query.get("master") === null || query.get("master") === String(row.master)) &&
        (text === undefined ||
          [row.mac, row.serial, row.name, row.model].some((value) => String(value).toLowerCase().includes(text))),
    );
  return resultsPage(call, rows);
}

const countable = ["model", "status", "site_id", "sku", "version"];

function count(call: Call): SimReply {
  const distinct = call.request.query.get("distinct") ?? "model";
  if (!countable.includes(distinct)) throw invalid("invalid field: distinct");
  const numbers = new Map<string, number>();
  for (const device of devicesOf(call)) {
    if (!ofType(call, device, "ap") || isVcMember(device)) continue;
    const value = String(searchRow(call, device)[distinct] ?? "");
    numbers.set(value, (numbers.get(value) ?? 0) + 1);
  }
  const end = Math.floor(call.context.clock.now() / 1_000);
  const results = [...numbers].map(([value, number]) => ({ [distinct]: value, count: number }));
  return ok({ distinct, start: end - 86_400, end, limit: 100, total: results.length, results });
}

/** Puts an unassigned device in the place of another one, which goes back to the pool. */
function replace(call: Call): SimReply {
  const { context, request } = call;
  const { world, clock, variants } = context;
  const { site_id: siteId, mac, inventory_mac: newMac, discard = [] } = objectBody(request);
  const find = (name: unknown): Device | undefined => {
    const device = world.devices.get(normalMac(String(name)));
    return device?.orgId === orgOf(call).id ? device : undefined;
  };
  const old = find(mac);
  const fresh = find(newMac);
  const result = new BulkResult();
  const item = normalMac(String(newMac));
  if (!old || old.siteId === null || old.siteId !== siteId) result.fail(item, `no device ${mac} at the site`);
  else if (!fresh) result.fail(item, "device not found in inventory");
  else if (fresh.siteId !== null) result.fail(item, "already assigned");
  else if (fresh.type !== old.type) result.fail(item, `a ${fresh.type} can't replace a ${old.type}`);
  else if (old.type === "gateway" && fresh.model !== old.model) result.fail(item, `${old.model} is required`);
  else {
    const dropped = Array.isArray(discard) ? discard : [];
    const kept = Object.entries(old.config).filter(([key]) => !dropped.includes(key));
    const now = clock.now();
    Object.assign(fresh, { siteId: old.siteId, config: Object.fromEntries(kept), modifiedAt: now });
    Object.assign(fresh, { deviceProfileId: old.deviceProfileId, assignmentVisibleAt: now });
    world.unassign(old);
    old.deviceProfileId = null;
    result.success.push(item);
  }
  return result.reply("assign", variants, result.success.length);
}
