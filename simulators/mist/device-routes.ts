import { param, type Route, type SimReply } from "../core/http";
import {
  type Call,
  done,
  idParam,
  invalid,
  type MistContext,
  mistRoute,
  notFound,
  objectBody,
  ok,
  orgOf,
} from "./call";
import { deviceAt, deviceObject, deviceStats, devicesAt, devicesOf, isVcMember, listed, ofType } from "./devices";
import { normalMac } from "./ids";
import { merged } from "./merge";
import { headerPage, searchPage } from "./paging";
import type { Body, Device } from "./types";

/** Devices at a site, what they do, and the profiles they follow. */
export function deviceRoutes(context: MistContext): Route[] {
  const route = (method: string, path: string, handle: (call: Call) => SimReply): Route =>
    mistRoute(context, { method, path, handle });
  const device = "/sites/{site_id}/devices/{id}";
  const profile = "/orgs/{org_id}/deviceprofiles/{id}";
  return [
    route("GET", "/orgs/{org_id}/devices", (call) =>
      ok({ results: assigned(call).map(({ mac, config }) => ({ mac, name: config.name ?? "" })) }),
    ),
    route("GET", "/orgs/{org_id}/devices/search", searchDevices),
    route("GET", "/orgs/{org_id}/stats/devices", (call) => stats(call, assigned(call))),
    route("GET", "/sites/{site_id}/stats/devices", (call) => stats(call, devicesAt(call))),
    route("GET", "/sites/{site_id}/stats/devices/{id}", (call) => ok(fields(call, deviceStats(context, the(call))))),
    route("GET", "/sites/{site_id}/devices", list),
    route("GET", device, (call) => ok(deviceObject(context, the(call)))),
    route("PUT", device, update),
    // The older spelling of an image's path has no slash before the number.
    ...[1, 2, 3].flatMap((number) =>
      [`${device}/image/${number}`, `${device}/image${number}`].flatMap((path) => [
        route("POST", path, (call) => image(call, number, true)),
        route("DELETE", path, (call) => image(call, number, false)),
      ]),
    ),
    route("POST", `${profile}/assign`, (call) => follow(call, true)),
    route("POST", `${profile}/unassign`, (call) => follow(call, false)),
  ];
}

function the(call: Call): Device {
  return deviceAt(call, param(call.request, "id"));
}

/** Devices of the organisation that have a site. */
function assigned(call: Call): Device[] {
  return devicesOf(call).filter((device) => device.siteId !== null && !isVcMember(device));
}

function list(call: Call): SimReply {
  const name = call.request.query.get("name");
  const rows = devicesAt(call).filter(
    (device) => ofType(call, device, "ap") && (name === null || device.config.name === name),
  );
  return headerPage(
    call,
    rows.map((device) => deviceObject(call.context, device)),
  );
}

const readOnly = ["mac", "serial", "model", "type", "hw_rev", "vc_mac", "image1_url", "image2_url", "image3_url"];

function update(call: Call): SimReply {
  const device = the(call);
  const body = objectBody(call.request);
  if (body.type !== undefined && body.type !== device.type)
    throw invalid({ detail: "invalid field: type", reason: `the device is a ${device.type}` });
  const { deviceprofile_id: profile, "-deviceprofile_id": without, ...config } = body;
  device.config = merged(device.config, config, readOnly);
  if (without !== undefined) device.deviceProfileId = null;
  if (profile !== undefined) device.deviceProfileId = profile === null ? null : String(profile);
  device.modifiedAt = call.context.clock.now();
  return ok(deviceObject(call.context, device));
}

function image(call: Call, number: number, there: boolean): SimReply {
  const device = the(call);
  if (there && call.request.body.length === 0) throw invalid("no file was sent");
  device.images = device.images.filter((other) => other !== number).concat(there ? [number] : []);
  device.modifiedAt = call.context.clock.now();
  return done(call.context);
}

function stats(call: Call, devices: Device[]): SimReply {
  const status = call.request.query.get("status") ?? "all";
  const rows = devices
    .filter((device) => ofType(call, device, "ap") && listed(call, "mac", device.mac, normalMac))
    .map((device) => deviceStats(call.context, device))
    .filter((row) => (status === "all" || row.status === status) && listed(call, "site_id", String(row.site_id)));
  return headerPage(
    call,
    rows.map((row) => fields(call, row)),
  );
}

/** Only the asked-for members of a row, and what it is about. */
function fields(call: Call, row: Body): Body {
  const wanted = call.request.query.get("fields")?.split(",");
  if (!wanted || wanted.includes("*")) return row;
  const kept = new Set(["id", "mac", "type", "site_id", ...wanted]);
  return Object.fromEntries(Object.entries(row).filter(([key]) => kept.has(key)));
}

function searchDevices(call: Call): SimReply {
  const rows = assigned(call)
    .filter((device) => ofType(call, device, "ap"))
    .map((device): Body => {
      const { mac, model, type, org_id, site_id, name, version, ip, uptime } = deviceStats(call.context, device);
      return { mac, model, type, org_id, site_id, hostname: [name], version, ip, uptime };
    })
    .filter(
      (row) =>
        listed(call, "mac", String(row.mac), normalMac) &&
        ["model", "version", "site_id", "ip"].every((key) => listed(call, key, String(row[key]))),
    );
  return searchPage(call, rows, "mac");
}

/** Assigns or unassigns a profile; whoever follows it already isn't in `success`, unless a variant says so. */
function follow(call: Call, assign: boolean): SimReply {
  const { world, variants, clock } = call.context;
  const orgId = orgOf(call).id;
  const id = idParam(call, "id");
  const profile = world.objects("org", orgId, "deviceprofiles").get(id);
  if (!profile) throw notFound(id, variants);
  const { macs } = objectBody(call.request);
  if (!Array.isArray(macs) || macs.length === 0)
    throw invalid({ detail: "invalid field: macs", reason: "macs is required" });
  const success = macs.map(String).filter((text) => {
    const device = world.devices.get(normalMac(text));
    if (device?.orgId !== orgId || device.type !== profile.data.type) return false;
    const changes = assign ? device.deviceProfileId !== id : device.deviceProfileId === id;
    if (changes) {
      device.deviceProfileId = assign ? id : null;
      device.modifiedAt = clock.now();
    }
    return changes || variants.profileSuccess === "all";
  });
  return ok({ success: success.map(normalMac) });
}
