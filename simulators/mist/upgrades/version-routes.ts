import type { Route, SimReply } from "../../core/http";
import { type Call, type MistContext, mistRoute, notFound, ok, orgOf } from "../call";
import { listed } from "../devices";
import { normalMac } from "../ids";
import { searchPage } from "../paging";
import type { Body } from "../types";
import { isSsr } from "./catalogue";
import { badField } from "./fields";
import { channels } from "./ssr-upgrade";
import type { FirmwareRow } from "./types";

/** Versions that there are, and what happened to devices. */
export function versionRoutes(context: MistContext): Route[] {
  const route = (path: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method: "GET", path, handle });
  return [
    route("/orgs/{org_id}/devices/versions", deviceVersions),
    route("/sites/{site_id}/devices/versions", deviceVersions),
    route("/orgs/{org_id}/ssr/versions", ssrVersions),
    // The older path has no s at its end.
    route("/orgs/{org_id}/mxedges/versions", edgeVersions),
    route("/orgs/{org_id}/mxedges/version", edgeVersions),
    route("/orgs/{org_id}/devices/events/search", events),
    route("/sites/{site_id}/devices/events/search", events),
  ];
}

function deviceVersions(call: Call): SimReply {
  const type = call.request.query.get("type") ?? "ap";
  if (!["ap", "switch", "gateway"].includes(type)) throw badField("type", "must be one of ap, switch, gateway");
  const rows = call.context.world.firmware.filter((row) => row.type === type && listed(call, "model", row.name));
  return ok(rows.map(({ name, version, tag }) => ({ model: name, version, ...(tag !== undefined && { tag }) })));
}

/** Rows of the channel that a query asks for: without one, of all. */
function inChannel(call: Call, type: FirmwareRow["type"]): FirmwareRow[] {
  const channel = call.request.query.get("channel");
  if (channel !== null && !channels.some((one) => one === channel))
    throw badField("channel", `must be one of ${channels.join(", ")}`);
  const rows = call.context.world.firmware.filter((row) => row.type === type);
  return channel === null ? rows : rows.filter(({ tag }) => tag === channel);
}

/** Whether a row is what its package gets unless another version is named. */
function isDefault(row: FirmwareRow, rows: readonly FirmwareRow[]): boolean {
  return rows.findLast(({ name, tag }) => name === row.name && tag === "stable") === row;
}

function ssrVersions(call: Call): SimReply {
  const { world, variants } = call.context;
  const mac = call.request.query.get("mac");
  const device = mac === null ? undefined : world.devices.get(normalMac(mac));
  if (mac !== null && !(device && isSsr(device) && device.orgId === orgOf(call).id)) throw notFound(mac, variants);
  const rows = inChannel(call, "ssr");
  return ok(
    rows.map((row): Body => {
      const { name, version, tag } = row;
      return { package: name, version, default: isDefault(row, rows), tags: tag === undefined ? [] : [tag] };
    }),
  );
}

function edgeVersions(call: Call): SimReply {
  const rows = inChannel(call, "mxedge").filter((row) => listed(call, "distro", row.distro ?? null));
  return ok(
    rows.map(
      (row): Body => ({
        package: row.name,
        version: row.version,
        ...(row.distro !== undefined && { distro: row.distro }),
        default: isDefault(row, rows),
      }),
    ),
  );
}

function events(call: Call): SimReply {
  const { firmware } = call.context;
  const { query } = call.request;
  const id = orgOf(call).id;
  const rows = firmware.journal.events.filter(
    (event) =>
      event.org_id === id &&
      (call.site === undefined || event.site_id === call.site.id) &&
      listed(call, "mac", event.mac, normalMac) &&
      listed(call, "type", event.type) &&
      (query.get("device_type") === null ||
        query.get("device_type") === "all" ||
        query.get("device_type") === event.device_type),
  );
  return searchPage(
    call,
    rows.map((event) => ({ ...event })),
    "timestamp",
  );
}
