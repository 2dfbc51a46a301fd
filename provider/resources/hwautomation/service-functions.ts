import { z } from "zod";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { machinesOf } from "./machine-work";
import { automationOf, hwautomation } from "./service";

const text = (doc: string) => field(z.string().optional(), { doc });
const number = (doc: string) => field(z.number().optional(), { doc });

export const getMaasMachines = defineFunction({
  token: "hwautomation:getMaasMachines",
  doc:
    "The machines of MaaS that match the filter, as HWAutomation sees them. Fails when it lists none at all, which it does as " +
    "well when it cannot reach MaaS.",
  service: hwautomation,
  inputs: {
    status: text("Only those with this status, such as Ready, in capital or small letters. Default: all."),
  },
  outputs: {
    machines: field(
      z.array(
        object(
          "MaasMachineStatus",
          {
            systemId: field(z.string(), { doc: "Its system id, by which a `MaasMachine` names it." }),
            hostname: text("Its name in MaaS."),
            status: text("Its status in the words of MaaS: New, Commissioning, Ready, Deployed and others."),
            ipAddresses: field(z.array(z.string()).optional(), { doc: "Its addresses, where the service tells them." }),
            architecture: text("Its architecture, such as amd64."),
            cpuCount: number("How many CPUs it has."),
            memory: number("Its memory in MiB, where the service tells it."),
          },
          "A machine of MaaS.",
        ),
      ),
      { doc: "The machines, in the order of the service." },
    ),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { status }) {
    const all = [...(await machinesOf(await automationOf(context), context)).values()];
    const matching = all.filter((each) => status === undefined || each.status?.toLowerCase() === status.toLowerCase());
    const machines = matching.map(({ ipAddresses, ...rest }) => ({
      ...rest,
      ipAddresses: ipAddresses && [...ipAddresses],
    }));
    return { machines, total: machines.length };
  },
});

export const getDeviceTypes = defineFunction({
  token: "hwautomation:getDeviceTypes",
  doc:
    "The device types that the service lists. It takes others too: its lists differ from each other. Only with the application as " +
    "it is shipped; the API of the reference has no such list.",
  service: hwautomation,
  inputs: {},
  outputs: { deviceTypes: field(z.array(z.string()), { doc: "Their names, such as a1.c5.large." }) },
  async run(context) {
    const { client } = await automationOf(context);
    return { deviceTypes: await client.deviceTypes(context.signal) };
  },
});

export const getHealth = defineFunction({
  token: "hwautomation:getHealth",
  doc:
    "Whether the service answers, and which of its two APIs it has. The reference has no call for its health: there it is healthy " +
    "when it lists its workflows.",
  service: hwautomation,
  inputs: {},
  outputs: {
    status: field(z.string(), { doc: "healthy, or what else it says of itself." }),
    serviceName: text("What it calls itself."),
    dialect: field(z.string(), { doc: "doc: the API of the reference; shipped: the application as it is shipped." }),
  },
  async run(context) {
    const { client } = await automationOf(context);
    const { status, service: serviceName, dialect } = await client.health(context.signal);
    return { status, serviceName, dialect };
  },
});

export const getDatabaseInfo = defineFunction({
  token: "hwautomation:getDatabaseInfo",
  doc: "The service's database. Only with the application as it is shipped; the API of the reference does not tell.",
  service: hwautomation,
  inputs: {},
  outputs: {
    version: text("The version of its tables."),
    path: text("Where it is on the service's machine."),
    tableCount: number("How many tables it has."),
    serverCount: number("How many records of servers."),
    size: number("Its size in bytes."),
  },
  async run(context) {
    const { client } = await automationOf(context);
    return { ...(await client.databaseInfo(context.signal)) };
  },
});

export const getFirmwareInventory = defineFunction({
  token: "hwautomation:getFirmwareInventory",
  doc:
    "The firmware images that the service holds. Beware: the application as it is shipped makes up images when it downloads by " +
    "itself; never install those. Only with that application; the API of the reference does not tell.",
  service: hwautomation,
  inputs: {},
  outputs: {
    images: field(
      z.array(
        object(
          "FirmwareImage",
          {
            vendor: text("The vendor that it is for."),
            model: text("The model or device type that it is for."),
            component: text("The component that it is for, such as bios or bmc."),
            version: text("Its version."),
            file: text("The name of its file."),
          },
          "A firmware image.",
        ),
      ),
      { doc: "The images, in the order of the service." },
    ),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context) {
    const { client } = await automationOf(context);
    const images = (await client.firmwareImages(context.signal)).map((each) => ({ ...each }));
    return { images, total: images.length };
  },
});
