import { z } from "zod";
import { maskedClaimCode } from "../../clients/mist/normal";
import { type Context, defineFunction } from "../../core/resource";
import { type Fields, field, object } from "../../core/shape";
import { account, accountOf } from "./account";
import { claimCodeText, macText } from "./device-names";
import { exactlyOne } from "./exactly-one";
import { orgIdField } from "./object-resource";
import { type InventoryDevice, isMember, type OrgInventory } from "./org-inventory";

/** The devices of an organization, as functions tell of them: without their claim codes, which are as good as the devices. */

export const inOrganization = { ...orgIdField, change: "update" } as typeof orgIdField;

const deviceFields = {
  mac: field(z.string(), { doc: "The MAC address, 12 lower-case hexadecimal digits." }),
  deviceId: field(z.string(), {
    doc: "The id by which Mist configures the device at its site; of a member that of its virtual chassis.",
  }),
  serial: field(z.string().optional(), { doc: "The serial number." }),
  model: field(z.string().optional(), { doc: "The model, such as AP45." }),
  sku: field(z.string().optional(), { doc: "What was ordered, such as AP45-US." }),
  hwRev: field(z.string().optional(), { doc: "The revision of its hardware." }),
  deviceType: field(z.string().optional(), { doc: "ap, switch or gateway." }),
  name: field(z.string().optional(), { doc: "Its name in Mist." }),
  siteId: field(z.string().optional(), {
    doc: "The site that it is at, of a member that of its virtual chassis. Absent: none.",
  }),
  deviceProfileId: field(z.string().optional(), { doc: "The device profile that it follows." }),
  connected: field(z.boolean().optional(), { doc: "Whether it is connected to Mist." }),
  chassisMac: field(z.string().optional(), {
    doc: "The MAC address of the virtual chassis that it is, or is a member of.",
  }),
  isMember: field(z.boolean(), { doc: "Whether it is a member of a virtual chassis, which has the id and the site." }),
} satisfies Fields;

async function detailsOf(inventory: OrgInventory, device: InventoryDevice, { signal }: Context) {
  const { deviceId, siteId } = await inventory.holderOf(device, signal);
  const { claimCode: _, ...told } = device;
  return { ...told, deviceId, siteId, isMember: isMember(device) };
}

export const getInventory = defineFunction({
  token: "mist:getInventory",
  doc:
    "The devices of an organization that match all filters, without their claim codes. The list is shared with everything else " +
    "in a run that looks at the inventory, and at most a minute old.",
  service: account,
  inputs: {
    orgId: inOrganization,
    siteId: field(z.string().optional(), { doc: "Only devices at this site. Default: all." }),
    deviceType: field(z.enum(["ap", "switch", "gateway"]).optional(), {
      doc: "Only devices of this type. Default: all.",
    }),
    model: field(z.string().optional(), { doc: "Only devices of this model, in any case of letters. Default: all." }),
    assigned: field(z.boolean().optional(), {
      doc: "true: only devices that have a site; false: only those that have none. Default: both.",
    }),
    members: field(z.boolean().optional(), {
      doc: "Whether to list the members of virtual chassis as well. Default: true.",
      default: true,
    }),
  },
  outputs: {
    organizationId: field(z.string(), { doc: "The organization." }),
    devices: field(z.array(object("InventoryDevice", deviceFields, "A device as the inventory has it.")), {
      doc: "The devices, in the order of Mist.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { orgId, siteId, deviceType, model, assigned, members }) {
    const inventory = await (await accountOf(context)).inventory(orgId, context);
    const all = await inventory.all(context.signal);
    const told = await Promise.all(all.map((device) => detailsOf(inventory, device, context)));
    const devices = told.filter(
      (device) =>
        (siteId === undefined || device.siteId === siteId.toLowerCase()) &&
        (deviceType === undefined || device.deviceType === deviceType) &&
        (model === undefined || device.model?.toLowerCase() === model.toLowerCase()) &&
        (assigned === undefined || (device.siteId !== undefined) === assigned) &&
        (members !== false || !device.isMember),
    );
    return { organizationId: inventory.id, devices, total: devices.length };
  },
});

export const getDevice = defineFunction({
  token: "mist:getDevice",
  doc:
    "One device of an organization, by its MAC address, serial number or claim code. A member of a virtual chassis comes with the " +
    "id and the site of the chassis. Fails when the organization does not have it. The list is shared with everything else in a " +
    "run that looks at the inventory, and at most a minute old; a MAC address that it lacks costs a call of its own.",
  service: account,
  inputs: {
    orgId: inOrganization,
    mac: field(macText.optional(), { doc: "The MAC address, however it is spelled. One of the three is needed." }),
    serial: field(z.string().min(1).optional(), { doc: "The serial number, in any case of letters." }),
    claimCode: field(claimCodeText.optional(), { doc: "The claim code, however it is spelled.", secret: true }),
  },
  rules: [exactlyOne("mac", "serial", "claimCode")],
  outputs: {
    organizationId: field(z.string(), { doc: "The organization." }),
    ...deviceFields,
    members: field(
      z.array(
        object(
          "ChassisMember",
          {
            mac: field(z.string(), { doc: "The MAC address." }),
            serial: field(z.string().optional(), { doc: "The serial number." }),
            model: field(z.string().optional(), { doc: "The model." }),
          },
          "A member of a virtual chassis.",
        ),
      ),
      { doc: "The members of the virtual chassis that it is, or is a member of." },
    ),
  },
  async run(context, { orgId, mac, serial, claimCode }) {
    const { signal } = context;
    const inventory = await (await accountOf(context)).inventory(orgId, context);
    const device =
      mac !== undefined
        ? await inventory.find(mac, signal)
        : serial !== undefined
          ? await inventory.named("serial", serial, signal)
          : await inventory.named("claimCode", claimCode as string, signal);
    if (!device) {
      const what = mac ?? serial ?? `with claim code ${maskedClaimCode(claimCode as string)}`;
      throw new Error(`organization ${inventory.id} has no device ${what}`);
    }
    const { chassisMac } = device;
    const whole = chassisMac === undefined ? [] : await inventory.all(signal);
    const members = whole.filter((other) => other.chassisMac === chassisMac && isMember(other));
    return {
      organizationId: inventory.id,
      ...(await detailsOf(inventory, device, context)),
      members: members.map(({ mac, serial, model }) => ({ mac, serial, model })),
    };
  },
});
