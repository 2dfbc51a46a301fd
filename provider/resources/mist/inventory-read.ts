import { isMac, isUuid, normalizeMac, normalizeUuid } from "../../clients/mist/normal";
import type { Context } from "../../core/resource";
import { nameOf, shortened } from "../sets";
import { accountOf } from "./account";
import { notInOrganization, writtenOrganization } from "./device-work";
import type { Member, Members } from "./inventory-members";
import { type InventoryOutputs, type InventoryState, standingOf, summaryOf } from "./inventory-standing";
import { idOf } from "./inventory-work";
import { type InventoryDevice, isMember, type OrgInventory } from "./org-inventory";

/** What became of the devices of an inventory. One that is where the program said stands there as it says it. */
export async function readInventory(context: Context, state: InventoryState) {
  const { inputs, wanted, summaries: taken } = standingOf(state);
  const account = await accountOf(context);
  const { signal } = context;
  const inventory = await account.inventory(inputs.orgId ?? state.outputs.organizationId, { signal });
  const devices: Members["devices"] = {};
  const summaries: InventoryOutputs["summaries"] = {};
  await Promise.all(
    Object.entries(taken).map(async ([name, { mac }]) => {
      const device = await inventory.find(mac, signal);
      if (!device) return;
      const holder = await inventory.holderOf(device, signal);
      summaries[name] = summaryOf({ device, holder });
      const member = inputs.devices[name];
      const siteId = wanted.get(name)?.siteId;
      if (!member || siteId === undefined || siteId === holder.siteId) devices[name] = member ?? { mac };
      // One that is at no site stays the inventory's, and stands in the summaries only.
      else if (holder.siteId !== undefined) devices[name] = { ...member, siteId: holder.siteId };
    }),
  );
  const { siteId, mistConfigured, orgId } = inputs;
  return {
    inputs: { orgId, devices, siteId, mistConfigured },
    managed: ["orgId", "devices", "siteId", "mistConfigured"] as const,
    outputs: { organizationId: inventory.id, summaries },
  };
}

/** Devices as they are: all of an organization, or those that the id names by their MACs, separated by commas. */
export async function importInventory(context: Context, id: string) {
  const account = await accountOf(context);
  const { signal } = context;
  const { organization, macs } = parseInventoryKey(id);
  const inventory = await account.inventory(organization, { signal });
  const found = macs ? await named(inventory, macs, signal) : (await inventory.all(signal)).filter(isDevice);
  const devices: Members["devices"] = {};
  const summaries: InventoryOutputs["summaries"] = {};
  for (const device of found.sort((one, other) => (one.mac < other.mac ? -1 : 1))) {
    const holder = await inventory.holderOf(device, signal);
    const { mac, claimCode, name } = device;
    const key = name === undefined || Object.hasOwn(devices, name) ? mac : name;
    devices[key] = { ...(claimCode === undefined ? { mac } : { claimCode }), siteId: holder.siteId };
    summaries[key] = summaryOf({ device, holder });
  }
  const orgId = await writtenOrganization(account, inventory, context);
  return {
    id: idOf(inventory.id, nameOf(context)),
    inputs: { orgId, ...withSharedSite(devices) },
    outputs: { organizationId: inventory.id, summaries },
  };
}

/** A chassis that the cloud has made up comes and goes with its members. */
function isDevice(device: InventoryDevice): boolean {
  return device.claimCode !== undefined || device.chassisMac === undefined || isMember(device);
}

async function named(inventory: OrgInventory, macs: readonly string[], signal: AbortSignal) {
  const looks = await Promise.all(macs.map((mac) => inventory.find(mac, signal)));
  const missing = macs.filter((_, index) => !looks[index]);
  if (missing.length > 0)
    throw new Error(shortened(missing.map((mac) => notInOrganization(mac, inventory.id))).join("\n"));
  return looks.filter((look) => look !== undefined);
}

function withSharedSite(devices: Members["devices"]): Pick<Members, "devices" | "siteId"> {
  const members = Object.entries(devices);
  const [[, { siteId = undefined } = {}] = []] = members;
  if (members.length < 2 || siteId === undefined || members.some(([, member]) => member.siteId !== siteId))
    return { devices };
  const without = members.map(([name, { siteId: _, ...member }]): [string, Member] => [name, member]);
  return { devices: Object.fromEntries(without), siteId };
}

/** @throws Error when the text names neither an organization nor devices; a secret may be in it */
function parseInventoryKey(text: string): { organization?: string; macs?: string[] } {
  const [, parent = "", rest = text] = /^\s*([^/]+?)\s*(?:\/(.*))?$/s.exec(text) ?? [];
  const organization = isUuid(parent) ? normalizeUuid(parent) : undefined;
  const listed = (organization === undefined ? text : rest === text ? "" : rest).split(",").map((mac) => mac.trim());
  const macs = listed.filter((mac) => mac !== "");
  if (macs.every(isMac) && (organization !== undefined || macs.length > 0))
    return { organization, macs: macs.length > 0 ? [...new Set(macs.map(normalizeMac))] : undefined };
  throw new Error(
    "an inventory is imported by the id of its organization, which takes all of its devices; or by MAC addresses, separated " +
      "by commas, with the id and a slash before them where it is not the configured one",
  );
}
