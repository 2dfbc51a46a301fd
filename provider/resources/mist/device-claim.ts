import { z } from "zod";
import { maskedClaimCode, normalizeClaimCode } from "../../clients/mist/normal";
import { type Context, defineResource } from "../../core/resource";
import { field } from "../../core/shape";
import { isUnknown } from "../../core/values";
import { account, accountOf } from "./account";
import { deviceOutputs, deviceOutputsOf, timeoutOf, timeoutSeconds } from "./device-fields";
import { claimCodeField, claimName, claimOf } from "./device-names";
import {
  claimDevice,
  isOwnedElsewhere,
  otherOrganization,
  releaseDevice,
  searchDevice,
  writtenOrganization,
} from "./device-work";
import { orgIdField } from "./object-resource";
import type { InventoryDevice, OrgInventory } from "./org-inventory";

export const deviceClaim = defineResource({
  token: "mist:DeviceClaim",
  doc: [
    "A device in the inventory of an organization, brought there by its claim code. It gets no site and no configuration",
    "from that: see DeviceAssignment; and Inventory for many devices in one resource.",
    "Create claims it, fifty a call with those that arrive together, and waits until the inventory shows it. A device that",
    "the organization has already is taken over without a call; one that another organization has is refused.",
    "There is nothing to update.",
    "Delete forgets the device and leaves it in the organization, or releases it with `onDelete: release`: it then loses its",
    "site and its configuration, and whoever has the claim code can claim it. A member of a virtual chassis is released with",
    "the last of its members.",
    "Imported by its MAC address or claim code, with the id of the organization before it where it is not the configured one:",
    "`orgId/5c5b35000001`.",
  ].join(" "),
  example: `const lobby = new ztp.mist.DeviceClaim("lobby", {
  claimCode: config.requireSecret("lobbyClaimCode"),
});
new ztp.mist.DeviceAssignment("lobby", { mac: lobby.mac, siteId: berlin.id });`,
  service: account,
  inputs: {
    orgId: orgIdField,
    claimCode: claimCodeField,
    onDelete: field(z.enum(["retain", "release"]).optional(), {
      doc: "What delete does: retain leaves the device in the organization, release takes it out. Default: retain.",
      change: "local",
      default: "retain",
    }),
    timeoutSeconds,
  },
  outputs: {
    mac: field(z.string(), { doc: "The MAC address, 12 lower-case hexadecimal digits.", stable: true }),
    sku: field(z.string().optional(), { doc: "What was ordered, such as AP45-US.", stable: true }),
    hwRev: field(z.string().optional(), { doc: "The revision of its hardware.", stable: true }),
    ...deviceOutputs,
  },
  // The old organization must let it go before the new one can have it.
  deleteBeforeReplace: true,
  owns: ({ claimCode }, outputs) => [
    ...(typeof claimCode === "string" ? [claimName(claimCode)] : []),
    ...(outputs?.mac === undefined ? [] : [claimOf(outputs.mac)]),
  ],
  impact: {
    replace: (from, to) =>
      from.onDelete === "release"
        ? `the device with claim code ${maskedClaimCode(from.claimCode)} is released: it loses its site and its configuration`
        : isSameDevice(from, to)
          ? undefined
          : `the device with claim code ${maskedClaimCode(from.claimCode)} stays in the organization`,
  },

  async plan(context, known, inputs) {
    const { claimCode, orgId } = known;
    if (claimCode === undefined || isUnknown(inputs.orgId)) return {};
    const inventory = await (await accountOf(context)).inventory(orgId, context);
    const found = await inventory.named("claimCode", claimCode, context.signal);
    return found ? { outputs: await outputsOf(inventory, found, context) } : {};
  },

  async planUpdate(_context, { inputs, outputs }, to, replaces) {
    const refused = replaces ? undefined : otherOrganization(outputs.organizationId, to.orgId);
    if (refused) return { problems: [refused] };
    if (!replaces || inputs.onDelete === "release" || !isSameDevice(inputs, to)) return {};
    const code = maskedClaimCode(inputs.claimCode);
    return {
      problems: [
        `the device with claim code ${code} cannot go to another organization while onDelete is "retain": the old one keeps ` +
          'it. Set onDelete to "release", apply that, then change orgId',
      ],
    };
  },

  async create(context, inputs) {
    const own = await accountOf(context);
    const inventory = await own.inventory(inputs.orgId, { signal: context.signal, write: true });
    const work = { account: own, inventory, context, timeoutSeconds: timeoutOf(inputs) };
    const taken = (found: InventoryDevice) => context.accepted(found.mac, ownOutputs(inventory, found, found));
    const device = await claimDevice(work, inputs.claimCode, taken);
    return { id: device.mac, outputs: await outputsOf(inventory, device, context) };
  },

  async read(context, id, prior) {
    const own = await accountOf(context);
    const { inventory, device } = prior
      ? await found(await own.inventory(prior.inputs.orgId ?? prior.outputs.organizationId, context), id, context)
      : await searchDevice(own, id, context);
    if (!device) return undefined;
    const { mac, claimCode } = device;
    if (claimCode === undefined && !prior)
      throw new Error(
        `device ${mac} has no claim code: it was adopted, or is a virtual chassis. There is no claim to import; what says ` +
          "where it is is a DeviceAssignment",
      );
    return {
      id: mac,
      inputs: {
        orgId: prior ? inventory.id : await writtenOrganization(own, inventory, context),
        claimCode: claimCode ?? prior?.inputs.claimCode,
      },
      outputs: await outputsOf(inventory, device, context),
    };
  },

  async update(context, id, { inputs, outputs }, to) {
    const refused = otherOrganization(outputs.organizationId, to.orgId);
    if (refused) throw new Error(refused);
    const own = await accountOf(context);
    const inventory = await own.inventory(inputs.orgId ?? outputs.organizationId, context);
    const work = { account: own, inventory, context, timeoutSeconds: timeoutOf(to) };
    const taken = (device: InventoryDevice) => context.accepted(id, ownOutputs(inventory, device, device));
    return outputsOf(inventory, await claimDevice(work, to.claimCode, taken), context);
  },

  async delete(context, id, { inputs, outputs }) {
    if (inputs.onDelete !== "release") return context.progress("stays in the organization");
    const own = await accountOf(context);
    const named = inputs.orgId ?? outputs.organizationId;
    const inventory = await own.inventory(named, { signal: context.signal, write: true });
    if (inventory.claimed.has(id) || isOwnedElsewhere(context, claimName(inputs.claimCode)))
      return context.warn(`device ${id} stays in the organization: another resource of this program has taken it over`);
    await releaseDevice({ account: own, inventory, context, timeoutSeconds: timeoutOf(inputs) }, id);
  },

  async *list(context) {
    const inventory = await (await accountOf(context)).inventory(undefined, context);
    for (const { mac, name, claimCode } of await inventory.all(context.signal)) {
      if (claimCode !== undefined) yield { id: mac, name: name ?? mac };
    }
  },
});

type Inputs = { orgId?: string; claimCode: string };

function isSameDevice(from: Inputs, to: Inputs): boolean {
  return !isUnknown(to.claimCode) && normalizeClaimCode(from.claimCode) === normalizeClaimCode(to.claimCode);
}

async function found(inventory: OrgInventory, mac: string, { signal }: Context) {
  return { inventory, device: await inventory.find(mac, signal) };
}

async function outputsOf(inventory: OrgInventory, device: InventoryDevice, { signal }: Context) {
  return ownOutputs(inventory, device, await inventory.holderOf(device, signal));
}

function ownOutputs({ id }: OrgInventory, device: InventoryDevice, holder: InventoryDevice) {
  const { mac, sku, hwRev } = device;
  return { mac, sku, hwRev, ...deviceOutputsOf(device, holder, id) };
}
