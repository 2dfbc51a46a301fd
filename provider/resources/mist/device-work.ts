import { systemClock } from "../../clients/http/clock";
import { isVendorError } from "../../clients/http/errors";
import type { Changed, InventoryChange } from "../../clients/mist/inventory";
import {
  deviceIdOf,
  maskedClaimCode,
  normalizeClaimCode,
  normalizeMac,
  normalizeUuid,
} from "../../clients/mist/normal";
import type { Context } from "../../core/resource";
import type { Account } from "./account";
import { parseDeviceKey, siteName } from "./device-names";
import { type InventoryDevice, isMember, type OrgInventory } from "./org-inventory";

/** What is done to a device by resources that each have one: those that come together travel together. */

export interface DeviceWork {
  account: Account;
  inventory: OrgInventory;
  context: Context;
  /** How long the inventory may take to show what Mist has taken. */
  timeoutSeconds: number;
}

/** Told as soon as Mist has taken it, with the device as far as it is known then. */
type Taken = (device: InventoryDevice) => void;

/** Brings the device with this claim code into the organization, unless it is there, and waits until it shows. */
export async function claimDevice(work: DeviceWork, claimCode: string, told: Taken): Promise<InventoryDevice> {
  const { account, inventory, context } = work;
  const { signal } = context;
  const taken = (device: InventoryDevice): InventoryDevice => {
    inventory.claimed.share(device.mac);
    told(device);
    return device;
  };
  const found = await inventory.named("claimCode", claimCode, signal);
  if (found) return taken(found);
  const what = `the device with claim code ${maskedClaimCode(claimCode)}`;
  account.assertWritable(what);
  const { mac, state, serial, model, type } = await account.client.lanes.claim(inventory.id, claimCode, signal);
  const said = state === "unknown" ? "Mist said nothing about" : "Mist has taken";
  const late = (name: string) => tooLate(work, `${said} ${name}, but the inventory does not show it`);
  if (mac !== undefined) {
    const code = normalizeClaimCode(claimCode);
    taken({ mac, serial, model, deviceType: type, claimCode: code, deviceId: deviceIdOf(mac) });
    const waiting = { signal, deadline: deadlineOf(work), tooLate: () => late(`device ${mac}`) };
    return taken(await inventory.waitFor(mac, () => true, waiting));
  }
  const device = await inventory.waitForNamed("claimCode", claimCode, { signal, deadline: deadlineOf(work) });
  if (!device) throw late(what);
  return taken(device);
}

/** Where a program wants a device. */
export interface Assignment {
  mac: string;
  siteId: string;
  mistConfigured?: boolean;
  noReassign?: boolean;
}

/** A device, and what owns its site and its id: itself, or the virtual chassis that it is a member of. */
export interface Held {
  device: InventoryDevice;
  holder: InventoryDevice;
}

/**
 * Brings a device to its site. A member of a virtual chassis brings the whole chassis.
 * @param before what the program said of it before, where it has been assigned already
 */
export async function assignDevice(
  work: DeviceWork,
  wanted: Assignment,
  before: Partial<Assignment> | undefined,
  taken: (held: Held) => void,
): Promise<Held> {
  const { account, inventory, context } = work;
  const { signal } = context;
  const siteId = normalizeUuid(wanted.siteId);
  const device = await arrived(work, normalizeMac(wanted.mac));
  const holder = await inventory.holderOf(device, signal);
  inventory.wants(device.mac, holder.mac, siteId);
  if (holder.siteId === siteId && !isToldAnew(wanted.mistConfigured, before?.mistConfigured)) {
    taken({ device, holder });
    return { device, holder };
  }
  const refused = reassignRefusal({ device, holder }, wanted, before);
  if (refused) throw new Error(refused);
  account.assertWritable(`device ${device.mac}`);
  const change: InventoryChange = { op: "assign", siteId, mistConfigured: wanted.mistConfigured };
  // One that the program has assigned before may move.
  if (wanted.noReassign && holder.siteId === undefined) change.noReassign = true;
  const now = await place(work, change, { device, holder }, [holder.mac]);
  const held = { device: isMember(device) ? device : now, holder: now };
  taken(held);
  return held;
}

/** Whether Mist must be told who configures a device, which it does not tell itself. */
export function isToldAnew(wanted: boolean | undefined, before: boolean | undefined): boolean {
  return wanted !== undefined && wanted !== before;
}

/** Changes the site of a device. What Mist has taken is believed; what it is silent about is looked at until it is so. */
async function place(
  work: DeviceWork,
  change: InventoryChange,
  { device, holder }: Held,
  macs: readonly string[],
): Promise<InventoryDevice> {
  const { account, inventory, context } = work;
  const { signal } = context;
  const { siteId } = change;
  const outcome = await account.client.lanes.change(inventory.id, change, macs, signal);
  if (outcome === "done") {
    await inventory.placed(holder.mac, siteId, signal);
    return { ...holder, siteId };
  }
  const late = (found: InventoryDevice | undefined) =>
    tooLate(work, `Mist said nothing about device ${device.mac}, and the inventory shows it ${at(found?.siteId)}`);
  const waiting = { signal, deadline: deadlineOf(work), tooLate: late };
  return inventory.waitFor(holder.mac, (found) => found.siteId === siteId, waiting);
}

/** Why a device that is at another site must not move; undefined when it may. */
export function reassignRefusal(
  { device, holder }: Held,
  { siteId, noReassign }: Assignment,
  before: Partial<Assignment> | undefined,
): string | undefined {
  const isElsewhere = holder.siteId !== undefined && holder.siteId !== normalizeUuid(siteId);
  if (!noReassign || !isElsewhere) return undefined;
  if (before?.siteId !== undefined && normalizeUuid(before.siteId) === holder.siteId) return undefined;
  return (
    `device ${device.mac} is at site ${holder.siteId} already, while the program wants it at site ${siteId}, and noReassign ` +
    "is set. Correct the program, import the device, or leave noReassign out to move it"
  );
}

/** Takes a device from its site, if it is still at one of those that the program said and nothing else has it by now. */
export async function unassignDevice(
  work: DeviceWork,
  mac: string,
  sites: readonly (string | undefined)[],
): Promise<void> {
  const { account, inventory, context } = work;
  const { signal } = context;
  const device = await inventory.find(mac, signal);
  if (!device) return;
  const holder = await inventory.holderOf(device, signal);
  const isOurs = sites.some((site) => site !== undefined && normalizeUuid(site) === holder.siteId);
  if (holder.siteId === undefined) return;
  const stays = `device ${mac} stays at site ${holder.siteId}`;
  if (inventory.isWanted(holder.mac) || isOwnedElsewhere(context, siteName(mac)))
    return context.warn(`${stays}: another resource of this program has taken it over`);
  if (!isOurs)
    return context.warn(`${stays}, where this program did not put it; unassign it in the portal if it must go`);
  const macs = await inventory.leaves("unassign", device, signal);
  if (!macs) return context.warn(`${stays}: ${staysWithChassis(device)}`);
  account.assertWritable(`device ${mac}`);
  await place(work, { op: "unassign" }, { device, holder }, macs);
}

/** Takes a device from the organization: anybody with its claim code may claim it then. */
export async function releaseDevice(work: DeviceWork, mac: string): Promise<void> {
  const { account, inventory, context } = work;
  const { signal } = context;
  const device = await inventory.find(mac, signal);
  if (!device) return;
  const macs = await inventory.leaves("delete", device, signal);
  if (!macs) return context.warn(`device ${mac} stays in the organization: ${staysWithChassis(device)}`);
  account.assertWritable(`device ${mac}`);
  let outcome: Changed | undefined;
  try {
    outcome = await account.client.lanes.change(inventory.id, { op: "delete" }, macs, signal);
  } catch (error) {
    // What is not there any more is as wanted.
    if (!isVendorError(error, "not-found")) throw error;
  }
  if (outcome === "unknown") {
    const late = () => tooLate(work, `Mist said nothing about device ${mac}, and still has it`);
    await inventory.waitToGo(mac, { signal, deadline: deadlineOf(work), tooLate: late });
  }
  for (const gone of macs) inventory.lost(gone);
}

/** Whether another resource of the program manages a thing, or is going to. */
export function isOwnedElsewhere({ urn, ownerOf }: Context, thing: string): boolean {
  const owner = ownerOf?.(thing);
  return owner !== undefined && owner !== urn;
}

/** The device that the id of an import names, where it is. */
export async function searchDevice(
  account: Account,
  id: string,
  { signal }: Context,
): Promise<{ inventory: OrgInventory; device: InventoryDevice | undefined }> {
  const { organization, mac, claimCode } = parseDeviceKey(id);
  const inventory = await account.inventory(organization, { signal });
  const device =
    mac === undefined
      ? await inventory.named("claimCode", claimCode as string, signal)
      : await inventory.find(mac, signal);
  return { inventory, device };
}

/** Why a device of one organization cannot be the same resource in the one that the program has come to name. */
export function otherOrganization(has: string | undefined, named: string | undefined): string | undefined {
  if (has === undefined || typeof named !== "string" || normalizeUuid(named) === has) return undefined;
  return `the device is in organization ${has}, not in ${named}: correct orgId, or make another resource`;
}

/** The organization as an import writes it: only where it is not the one that is meant without a name. */
export async function writtenOrganization(
  account: Account,
  { id }: OrgInventory,
  { signal }: Context,
): Promise<string | undefined> {
  return id === (await account.defaultOrganization(signal)) ? undefined : id;
}

export function notInOrganization(mac: string, organization: string): string {
  return (
    `device ${mac} is not in the inventory of organization ${organization}: claim it first, such as with a DeviceClaim ` +
    "that the program refers to"
  );
}

export function staysWithChassis({ chassisMac }: InventoryDevice): string {
  return `it is a member of virtual chassis ${chassisMac}, which goes as a whole, with the last of its members`;
}

/** `at site 1f2e…`, `without a site` */
export function at(siteId: string | undefined): string {
  return siteId === undefined ? "without a site" : `at site ${siteId}`;
}

/** A device that a program names may have been claimed a moment ago. */
async function arrived(work: DeviceWork, mac: string): Promise<InventoryDevice> {
  const { inventory, context } = work;
  const { signal } = context;
  const found = await inventory.find(mac, signal);
  if (found) return found;
  context.progress(`waits for device ${mac} to show in the inventory`);
  const late = () => new Error(notInOrganization(mac, inventory.id));
  return inventory.waitFor(mac, () => true, { signal, deadline: deadlineOf(work), tooLate: late });
}

export function deadlineOf({ timeoutSeconds }: { timeoutSeconds: number }): number {
  return systemClock.now() + timeoutSeconds * 1000;
}

export function tooLate({ timeoutSeconds }: { timeoutSeconds: number }, what: string): Error {
  return new Error(`${what} after ${timeoutSeconds} s; run \`pulumi up\` again to continue`);
}
