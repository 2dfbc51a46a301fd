import { z } from "zod";
import type { Server } from "../../clients/hwautomation/types";
import { defineFunction } from "../../core/resource";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";
import { isDeleted } from "./record-fields";
import { findRecord } from "./record-work";
import { automationOf, hwautomation } from "./service";
import { serverIdField } from "./workflow-inputs";

const text = (doc: string) => field(z.string().optional(), { doc });

const serverFields = {
  serverId: field(z.string(), { doc: "The id of the server." }),
  deviceType: text("The device type, such as a1.c5.large."),
  vendor: text("Who made it, once the service has seen it."),
  model: text("Its model."),
  biosVersion: text("The version of its BIOS."),
  bmcVersion: text("The version of its management controller."),
  ipmiIp: text("The address of its management controller."),
  status: text("Its status, such as Ready."),
  rackLocation: text("Where it stands, where the service tells it."),
  notes: text("Notes, where the service tells them."),
  lastUpdated: text("When the record was last written, as the service tells it."),
} satisfies Fields;

export const getServer = defineFunction({
  token: "hwautomation:getServer",
  doc:
    "What HWAutomation knows of a server. Fails when it knows none of that id. With the application as it is shipped, which shows " +
    "the first hundred records only, it fails also for one that is not among them.",
  service: hwautomation,
  inputs: { serverId: serverIdField("The id of the server.") },
  outputs: serverFields,
  async run(context, { serverId }) {
    const automation = await automationOf(context);
    const found = await findRecord(automation, serverId, context);
    if (!found) throw new Error(`HWAutomation has no record of server ${serverId}`);
    return serverFrom(found);
  },
});

export const getServers = defineFunction({
  token: "hwautomation:getServers",
  doc:
    "The records of servers that match all filters. The application as it is shipped shows the first hundred of them only, with a " +
    "warning.",
  service: hwautomation,
  inputs: {
    status: text(
      "Only those with this status, in capital or small letters. Default: all that are not marked as deleted.",
    ),
    deviceType: text("Only those of this device type. Default: all."),
  },
  outputs: {
    servers: field(z.array(object("ServerInformation", serverFields, "What HWAutomation knows of a server.")), {
      doc: "The servers, by their ids.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { status, deviceType }) {
    const { servers: records } = await automationOf(context);
    const matches = (server: Server) =>
      (status === undefined ? !isDeleted(server) : server.status?.toLowerCase() === status.toLowerCase()) &&
      (deviceType === undefined || server.deviceType?.trim() === deviceType.trim());
    const all = [...(await records.read({ signal: context.signal })).values()].filter(matches);
    const servers = all.sort((one, other) => one.serverId.localeCompare(other.serverId)).map(serverFrom);
    return { servers, total: servers.length };
  },
});

export const getFirmwareStatus = defineFunction({
  token: "hwautomation:getFirmwareStatus",
  doc:
    "The firmware of a server: what each component runs, and what the service has for it. Not with the application as it is " +
    "shipped, which does not tell.",
  service: hwautomation,
  inputs: { serverId: serverIdField("The id of the server.") },
  outputs: {
    components: field(
      z.array(
        object(
          "FirmwareComponent",
          {
            component: field(z.string(), { doc: "Such as bios, bmc, uefi, cpld, nic or storage." }),
            currentVersion: text("What it runs."),
            availableVersion: text("What the service has for it."),
            updateAvailable: field(z.boolean().optional(), { doc: "Whether the service calls that an update." }),
          },
          "The firmware of a component of a server.",
        ),
      ),
      { doc: "The components, in the order of the service." },
    ),
    updateAvailable: field(z.boolean(), { doc: "Whether there is an update for any of them." }),
  },
  async run(context, { serverId }) {
    const { client } = await automationOf(context);
    const components = await client.firmware(serverId, context.signal);
    if (!components) throw new Error(`HWAutomation does not know the firmware of server ${serverId}`);
    return {
      components: components.map((each) => ({ ...each })),
      updateAvailable: components.some((each) => each.updateAvailable === true),
    };
  },
});

function serverFrom(server: Server): ValuesOf<typeof serverFields> {
  return { ...server };
}
