import { z } from "zod";
import { normalizeMac, normalizeUuid } from "../../clients/mist/normal";
import { type Context, defineResource } from "../../core/resource";
import { type Field, field } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { type Account, account, accountOf } from "./account";
import {
  assignedSite,
  deviceOutputs,
  deviceOutputsOf,
  macField,
  mistConfigured,
  noReassign,
  timeoutOf,
  timeoutSeconds,
} from "./device-fields";
import { siteName } from "./device-names";
import {
  assignDevice,
  type Held,
  notInOrganization,
  otherOrganization,
  reassignRefusal,
  searchDevice,
  unassignDevice,
  writtenOrganization,
} from "./device-work";
import { orgIdField } from "./object-resource";
import { isMember, type OrgInventory } from "./org-inventory";
import { siteText } from "./site-names";

export const deviceAssignment = defineResource({
  token: "mist:DeviceAssignment",
  doc: [
    "The site that a device of the inventory is at. It takes the configuration of that site, at once when it is connected.",
    "Create assigns the device, a hundred a call with those that arrive together; one that was claimed a moment ago is waited",
    "for. A device that is at its site already is taken over without a call; one that is at another site moves, which the",
    "preview says, or is refused with `noReassign`. A member of a virtual chassis takes the chassis with it, and all its",
    "members.",
    "A change of siteId moves the device in place: it takes the configuration of the new site instead of that of the old one.",
    "Delete forgets the assignment and leaves the device at its site, or unassigns it with `onDelete: unassign`: it then loses",
    "the configuration that it has there. A device that somebody has moved elsewhere meanwhile is left there.",
    "Imported by its MAC address, with the id of the organization before it where it is not the configured one:",
    "`orgId/5c5b35000001`.",
  ].join(" "),
  example: `new ztp.mist.DeviceAssignment("lobby", { mac: lobbyClaim.mac, siteId: berlin.id });`,
  service: account,
  inputs: {
    orgId: orgIdField,
    mac: macField,
    siteId: { ...assignedSite("The site. A change moves the device."), required: true } as Field<string>,
    mistConfigured,
    noReassign,
    onDelete: field(z.enum(["retain", "unassign"]).optional(), {
      doc:
        "What delete does: retain leaves the device at its site, unassign takes it from there, with the configuration that it " +
        "has there. Default: retain.",
      change: "local",
      default: "retain",
    }),
    timeoutSeconds,
  },
  outputs: deviceOutputs,
  owns: ({ mac }) => (typeof mac === "string" ? [siteName(mac)] : []),
  idOf: ({ orgId, mac }) => (orgId && mac ? idOf(orgId, mac) : undefined),
  impact: {
    update: (from, to, changed) =>
      changed.has("siteId") && from.siteId !== undefined
        ? `device ${normalizeMac(from.mac)} moves from site ${from.siteId} to ${isUnknown(to.siteId) ? "another one" : to.siteId}: ` +
          "it takes the configuration of that site"
        : undefined,
    replace: (from) =>
      from.onDelete === "unassign"
        ? `device ${normalizeMac(from.mac)} is unassigned: it loses the configuration that it has at its site`
        : `device ${normalizeMac(from.mac)} stays at its site`,
  },

  async plan(context, known, inputs) {
    const { mac, orgId, siteId, noReassign: refuses } = known;
    if (mac === undefined || isUnknown(inputs.orgId)) return {};
    const own = await accountOf(context);
    const inventory = await own.inventory(orgId, context);
    const device = await inventory.listed(mac, context.signal);
    if (!device) return { warnings: [notInOrganization(normalizeMac(mac), inventory.id)] };
    const held = { device, holder: await inventory.holderOf(device, context.signal) };
    const outputs = outputsOf(inventory, held);
    const refused = siteId && refuses && reassignRefusal(held, { mac, siteId, noReassign: refuses }, undefined);
    if (refused) return { outputs, problems: [refused] };
    return { outputs, warnings: await movesOf(own, inventory, held, siteId, context) };
  },

  async planUpdate(_context, { outputs }, to, replaces) {
    const refused = replaces ? undefined : otherOrganization(outputs.organizationId, to.orgId);
    return refused ? { problems: [refused] } : {};
  },

  async create(context, inputs) {
    const own = await accountOf(context);
    const inventory = await own.inventory(inputs.orgId, { signal: context.signal, write: true });
    const id = idOf(inventory.id, inputs.mac);
    const work = { account: own, inventory, context, timeoutSeconds: timeoutOf(inputs) };
    const taken = (held: Held) => context.accepted(id, outputsOf(inventory, held));
    return { id, outputs: outputsOf(inventory, await assignDevice(work, inputs, undefined, taken)) };
  },

  async read(context, id, prior) {
    const own = await accountOf(context);
    const { inventory, device } = prior
      ? await seekDevice(own, prior.inputs.mac, prior.inputs.orgId ?? prior.outputs.organizationId, context)
      : await searchDevice(own, id, context);
    if (!device) return undefined;
    const holder = await inventory.holderOf(device, context.signal);
    if (holder.siteId === undefined && !prior)
      throw new Error(
        `device ${device.mac} is at no site, so there is no assignment to import; declare it, and \`pulumi up\` assigns it`,
      );
    return {
      id: idOf(inventory.id, device.mac),
      inputs: {
        orgId: prior ? inventory.id : await writtenOrganization(own, inventory, context),
        mac: device.mac,
        siteId: holder.siteId,
        // The inventory does not tell it.
        mistConfigured: prior?.inputs.mistConfigured,
      },
      outputs: outputsOf(inventory, { device, holder }),
    };
  },

  async update(context, id, { inputs, outputs, attempted }, to) {
    const refused = otherOrganization(outputs.organizationId, to.orgId);
    if (refused) throw new Error(refused);
    const own = await accountOf(context);
    const named = inputs.orgId ?? outputs.organizationId;
    const inventory = await own.inventory(named, { signal: context.signal, write: true });
    const work = { account: own, inventory, context, timeoutSeconds: timeoutOf(to) };
    const taken = (held: Held) => context.accepted(id, outputsOf(inventory, held));
    return outputsOf(inventory, await assignDevice(work, to, attempted ?? inputs, taken));
  },

  async delete(context, _id, { inputs, outputs, attempted }) {
    if (inputs.onDelete !== "unassign") return context.progress("stays at its site");
    const own = await accountOf(context);
    const named = inputs.orgId ?? outputs.organizationId;
    const inventory = await own.inventory(named, { signal: context.signal, write: true });
    const work = { account: own, inventory, context, timeoutSeconds: timeoutOf(inputs) };
    await unassignDevice(work, normalizeMac(inputs.mac), [inputs.siteId, attempted?.siteId]);
  },

  async *list(context) {
    const inventory = await (await accountOf(context)).inventory(undefined, context);
    for (const device of await inventory.all(context.signal)) {
      if (device.siteId === undefined || isMember(device)) continue;
      yield { id: idOf(inventory.id, device.mac), name: device.name ?? device.mac };
    }
  },
});

function idOf(organization: string, mac: string): string {
  return `${normalizeUuid(organization)}/${normalizeMac(mac)}`;
}

async function seekDevice(own: Account, mac: string, named: string | undefined, { signal }: Context) {
  const inventory = await own.inventory(named, { signal });
  return { inventory, device: await inventory.find(mac, signal) };
}

function outputsOf({ id }: OrgInventory, { device, holder }: Held) {
  return deviceOutputsOf(device, holder, id);
}

/**
 * What a create does to a device that is at another site.
 * @param siteId undefined for a site that is not made yet, where the device cannot be
 */
async function movesOf(
  own: Account,
  { id }: OrgInventory,
  { device, holder }: Held,
  siteId: string | undefined,
  context: Context,
): Promise<string[]> {
  if (holder.siteId === undefined || holder.siteId === (siteId && normalizeUuid(siteId))) return [];
  const from = await siteText(own, id, holder.siteId, context);
  const to = siteId === undefined ? "a new one" : await siteText(own, id, siteId, context);
  const whole = isMember(device) ? `, with all of its virtual chassis ${holder.mac},` : "";
  return [`device ${device.mac}${whole} is at ${from} now: it moves to ${to} and takes the configuration of that site`];
}
