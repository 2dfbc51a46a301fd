import { z } from "zod";
import { deviceIdOf, isMac, isUuid, normalizeMac, normalizeUuid } from "../../clients/mist/normal";
import { textOf } from "../../clients/mist/wire";
import type { Resource } from "../../core/resource";
import { field } from "../../core/shape";
import type { Account } from "./account";
import { bodyFields } from "./bodies/compile";
import { Listing } from "./listing";
import { eventually } from "./newcomers";
import { siteIdField } from "./object-resource";
import { type Located, type OwnedInputs, ownedResource, readOwned } from "./owned-resource";
import { placePath } from "./places";
import { siteKind } from "./site-kind";

interface DeviceKind {
  type: string;
  /** As sentences name it: "access point". */
  what: string;
  /** Mist's word for it. */
  wire: "ap" | "switch" | "gateway";
  example: string;
}

function deviceConfig({ type, what, wire, example }: DeviceKind): Resource {
  const located = (siteId: string, deviceId: string): Located => ({
    id: `${siteId}/${deviceId}`,
    path: `${placePath({ scope: "site", id: siteId })}/devices/${deviceId}`,
    where: { siteId, deviceId, mac: macOf(deviceId) },
    written: ["siteId", "deviceId"],
    what: `${what} ${macOf(deviceId) ?? deviceId} at site ${siteId}`,
  });
  return ownedResource({
    type,
    doc: [
      `The configuration that ${what === "access point" ? "an" : "a"} ${what} has beyond its templates. The device itself comes`,
      "and goes with its claim and its assignment to a site; this resource owns the keys that the program sets, and no others.",
      "Create waits up to 30 seconds for a device that was assigned a moment ago, then sends the keys; update changes or clears",
      "those that differ; Mist brings them to the device as soon as it is connected. Delete leaves the configuration as it is,",
      "or clears the keys with `onDelete: clear`: the device then goes by its templates, which may cut it off.",
      "Imported by the id of the site, a slash, and the id or MAC address of the device.",
    ].join(" "),
    example,
    what: `${what} at site`,
    where: {
      siteId: { ...siteIdField("The site that it is assigned to."), required: true },
      deviceId: field(
        z.string().refine(isUuid, "must be an id such as 00000000-0000-0000-1000-5c5b35000001").optional(),
        {
          doc: "The id of the device, as its assignment tells. One of deviceId and mac is needed; another one is another device.",
          change: "replace",
          canonical: usualId,
        },
      ),
      mac: field(z.string().refine(isMac, "must be a MAC address, 12 hexadecimal digits").optional(), {
        doc: "The MAC address, however it is spelled; of a virtual chassis its own, not that of a member.",
        change: "replace",
        canonical: normalizeMac,
      }),
    },
    outputs: {
      serial: field(z.string().optional(), { doc: "The serial number.", stable: true }),
      model: field(z.string().optional(), { doc: "The model.", stable: true }),
    },
    outputsOf: ({ serial, model }) => ({ serial: textOf(serial), model: textOf(model) }),
    fields: () => bodyFields(`device_${wire}`, "camel"),
    constant: { type: wire },
    rules: [oneOfBoth],
    onDelete: "retain",
    onDeleteDoc:
      "What delete does: retain leaves the configuration as it is, clear takes the keys that the program has set from Mist. " +
      "Default: retain.",
    idOf: ({ siteId, deviceId, mac }) => {
      const id = idOf({ deviceId, mac });
      return typeof siteId === "string" && id ? `${normalizeUuid(siteId)}/${id}` : undefined;
    },
    locate: async (_, { siteId, deviceId, mac }) =>
      located(normalizeUuid(String(siteId)), idOf({ deviceId, mac }) as string),
    async find(_, id) {
      const [, siteId = "", device = ""] = /^([^/:.]+)[/:.](.+)$/.exec(id.trim()) ?? [];
      const deviceId = idOf(isUuid(device) ? { deviceId: device } : isMac(device) ? { mac: device } : {});
      if (isUuid(siteId) && deviceId) return located(normalizeUuid(siteId), deviceId);
      throw new Error(
        `${JSON.stringify(id)} names no ${what}: give the id of its site, a slash, and its own id or MAC address`,
      );
    },
    async arrive(account, place, context) {
      const found = await eventually(() => readOwned(account, place, context), place.what, context);
      if (found) return found;
      throw new Error(
        `${place.what} is not there: check that the device is claimed and assigned to this site, such as with a ` +
          "DeviceAssignment that the program refers to",
      );
    },
    async readListed(account, place, context) {
      const row = await devicesOf(account, String(place.where.siteId)).findIfListed(deviceOf(place), context.signal);
      // What the list leaves out may be there all the same.
      return row ?? readOwned(account, place, context);
    },
    wrote: (account, place, row) => devicesOf(account, String(place.where.siteId)).wrote(deviceOf(place), row),
    async *list(account, context) {
      const { signal } = context;
      const organization = await account.client.organization(undefined, { signal });
      const sites = await account.objects.listing(siteKind(), { scope: "org", id: organization }).all(signal);
      for (const siteId of sites.keys()) {
        for (const [id, row] of await devicesOf(account, siteId).all(signal)) {
          if (row.type !== wire) continue;
          yield { id: `${siteId}/${id}`, name: textOf(row.name) || textOf(row.mac) || id };
        }
      }
    },
  });
}

const oneOfBoth = {
  needs: ["deviceId", "mac"],
  check: ({ deviceId, mac }: OwnedInputs) => {
    if (deviceId !== undefined && mac !== undefined && deviceIdOf(String(mac)) !== normalizeUuid(String(deviceId)))
      return "deviceId and mac name different devices; one of them is enough";
    return deviceId === undefined && mac === undefined ? "one of deviceId and mac is needed" : undefined;
  },
};

function idOf({ deviceId, mac }: { deviceId?: unknown; mac?: unknown }): string | undefined {
  if (typeof deviceId === "string") return usualId(deviceId);
  return typeof mac === "string" ? deviceIdOf(mac) : undefined;
}

/** Ids of devices are made of their MAC, in one of two ways. */
function usualId(deviceId: string): string {
  const [, mac] = /^00000000-0000-0000-0000-([0-9a-f]{12})$/.exec(normalizeUuid(deviceId)) ?? [];
  return mac === undefined ? normalizeUuid(deviceId) : deviceIdOf(mac);
}

/** The MAC that an id is made of. */
function macOf(deviceId: string): string | undefined {
  const mac = deviceId.slice(-12);
  return deviceIdOf(mac) === deviceId ? mac : undefined;
}

function deviceOf({ id }: Located): string {
  return id.split("/")[1] as string;
}

/** The devices of a site with their configuration, listed once for all that look. */
function devicesOf(account: Account, siteId: string): Listing {
  const path = `${placePath({ scope: "site", id: siteId })}/devices`;
  return account.shared(path, () => {
    const what = `the devices of site ${siteId}`;
    return new Listing(account.client, path, what, ({ id }) => usualId(String(id)), { type: "all" });
  });
}

export const accessPoint = deviceConfig({
  type: "AccessPoint",
  what: "access point",
  wire: "ap",
  example: `new ztp.mist.AccessPoint("lobby", {
  siteId: berlin.id,
  mac: claim.mac,
  name: "lobby",
  notes: "above the reception",
});`,
});

export const switchDevice = deviceConfig({
  type: "Switch",
  what: "switch",
  wire: "switch",
  example: `new ztp.mist.Switch("access-1", {
  siteId: berlin.id,
  mac: claim.mac,
  name: "access-1",
  portConfig: { "ge-0/0/0-11": { usage: "office" } },
});`,
});

export const gateway = deviceConfig({
  type: "Gateway",
  what: "gateway",
  wire: "gateway",
  example: `new ztp.mist.Gateway("wan", { siteId: berlin.id, mac: claim.mac, name: "berlin-wan" });`,
});
