import { z } from "zod";
import type { Row } from "../../clients/mist/mist";
import { normalizeMac, normalizeUuid } from "../../clients/mist/normal";
import { isSecretKey } from "../../clients/mist/secrets";
import { numberOf, textOf } from "../../clients/mist/wire";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { account, accountOf } from "./account";
import { macText } from "./device-names";
import { inOrganization } from "./devices";
import { placePath, placeText } from "./places";

export const getDeviceStats = defineFunction({
  token: "mist:getDeviceStats",
  doc:
    "What devices do at the moment: those of an organization, or of one site, that are assigned and match all filters. As many " +
    "calls as Mist has pages of them, a thousand devices each.",
  service: account,
  inputs: {
    orgId: inOrganization,
    siteId: field(z.string().min(1).optional(), { doc: "Only devices at this site. Default: all sites." }),
    deviceType: field(z.enum(["ap", "switch", "gateway"]).optional(), {
      doc: "Only devices of this type. Default: all.",
    }),
    mac: field(macText.optional(), {
      doc: "Only the device with this MAC address, however it is spelled. Default: all.",
    }),
    status: field(z.enum(["connected", "disconnected"]).optional(), {
      doc: "Only devices that are connected, or that are not. Default: all.",
    }),
    fields: field(z.array(z.string()).optional(), {
      doc: "Keys of `details` to ask for, by their names in the API. Default: those that Mist tells unasked.",
    }),
  },
  outputs: {
    devices: field(
      z.array(
        object(
          "DeviceStats",
          {
            mac: field(z.string(), { doc: "The MAC address." }),
            deviceId: field(z.string().optional(), { doc: "The id by which Mist configures it." }),
            deviceType: field(z.string().optional(), { doc: "ap, switch or gateway." }),
            siteId: field(z.string().optional(), { doc: "The site that it is at." }),
            name: field(z.string().optional(), { doc: "Its name." }),
            model: field(z.string().optional(), { doc: "The model." }),
            serial: field(z.string().optional(), { doc: "The serial number." }),
            status: field(z.string().optional(), { doc: "connected, disconnected, upgrading and others." }),
            version: field(z.string().optional(), { doc: "The firmware that it runs." }),
            ip: field(z.string().optional(), { doc: "Its IP address." }),
            uptime: field(z.number().optional(), { doc: "How long it has been running, in seconds." }),
            lastSeen: field(z.number().optional(), { doc: "When Mist last heard of it, in seconds since 1970." }),
            configStatus: field(z.string().optional(), { doc: "Of switches and gateways, such as synced." }),
            details: field(z.record(z.string(), z.unknown()), { doc: "All that Mist tells, as the API has it." }),
          },
          "A device as it is now.",
        ),
      ),
      { doc: "The devices, in the order of Mist." },
    ),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { orgId, siteId, deviceType = "all", mac, status, fields }) {
    const { client } = await accountOf(context);
    const { signal } = context;
    const place =
      siteId === undefined
        ? ({ scope: "org", id: await client.organization(orgId, { signal }) } as const)
        : ({ scope: "site", id: normalizeUuid(siteId) } as const);
    const query = { type: deviceType, status, mac: mac && normalizeMac(mac), fields: fields?.join(","), limit: 1000 };
    const action = `read what the devices of ${placeText(place)} do`;
    const devices: ReturnType<typeof statsFrom>[] = [];
    for await (const row of client.list(`${placePath(place)}/stats/devices`, { query, signal, action }))
      devices.push(statsFrom(row));
    return { devices, total: devices.length };
  },
});

function statsFrom(row: Row) {
  const details = Object.fromEntries(Object.entries(row).filter(([key]) => !isSecretKey(key)));
  return {
    mac: normalizeMac(String(row.mac)),
    deviceId: textOf(row.id),
    deviceType: textOf(row.type),
    siteId: textOf(row.site_id),
    name: textOf(row.name),
    model: textOf(row.model),
    serial: textOf(row.serial),
    status: textOf(row.status),
    version: textOf(row.version),
    ip: textOf(row.ip),
    uptime: numberOf(row.uptime),
    lastSeen: numberOf(row.last_seen),
    configStatus: textOf(row.config_status),
    details,
  };
}
