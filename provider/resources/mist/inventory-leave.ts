import { isVendorError } from "../../clients/http/errors";
import { changesPerCall, type DeviceNames } from "../../clients/mist/inventory";
import { claimName, siteName } from "./device-names";
import { at, isOwnedElsewhere, staysWithChassis, tooLate } from "./device-work";
import type { Bulk, Named } from "./inventory-bulk";
import type { Due, Leaving, Progress } from "./inventory-standing";
import type { InventoryDevice } from "./org-inventory";

/** How devices leave an inventory: as they are, without their site, or out of the organization. */

/**
 * Lets devices go that a program no longer wants, or no longer at a site.
 * @param kept what the program calls those that it wants
 */
export async function leave(
  bulk: Bulk,
  { letGo, unplace }: Pick<Due, "letGo" | "unplace">,
  kept: ReadonlySet<string>,
  progress: Progress,
  keep: () => void,
): Promise<void> {
  // One that has got another name stays, and so does one whose successor has not come.
  const wanted = new Set(
    Object.entries(progress.summaries).flatMap(([name, { mac }]) => (kept.has(name) ? [mac] : [])),
  );
  const going = letGo
    .filter(({ summary, policy }) => policy !== "retain" && !wanted.has(summary.mac))
    .map((leaving) => (kept.has(leaving.name) ? progress.aside(leaving) : leaving));
  const losing = unplace.filter(({ policy }) => policy !== "retain");
  await unassign(bulk, [...going.filter(({ policy }) => policy === "unassign"), ...losing]);
  await release(
    bulk,
    going.filter(({ policy }) => policy === "release"),
  );
  const hasLeft = ({ name }: Leaving) => !bulk.hasFailed(name);
  for (const leaving of [...letGo, ...going].filter(hasLeft)) if (!kept.has(leaving.name)) progress.lost(leaving);
  for (const leaving of unplace.filter(hasLeft)) progress.unplaced(leaving);
  if (letGo.length + unplace.length > 0) keep();
}

/** Takes devices from their sites, if they are still where the program said and nothing else has them by now. */
async function unassign(bulk: Bulk, leaving: readonly Leaving[]): Promise<void> {
  const { account, inventory, context, signal } = bulk;
  const holders = new Map<string, string[]>();
  const members: (readonly [Leaving, InventoryDevice])[] = [];
  for (const one of leaving) {
    const { mac } = one.summary;
    const device = await inventory.find(mac, signal);
    const holder = device && (await inventory.holderOf(device, signal));
    if (holder?.siteId === undefined) continue;
    const stays = `device ${mac} stays at site ${holder.siteId}`;
    if (inventory.isWanted(holder.mac) || isOwnedElsewhere(context, siteName(mac))) {
      bulk.warn(`${stays}: another resource of this program has taken it over`);
    } else if (holder.siteId !== one.was?.siteId) {
      bulk.warn(`${stays}, where this program did not put it; unassign it in the portal if it must go`);
    } else {
      members.push([one, device as InventoryDevice]);
      if (await inventory.leaves("unassign", device as InventoryDevice, signal)) holders.set(holder.mac, []);
    }
  }
  for (const [{ name }, device] of members) {
    const names = holders.get(device.chassisMac ?? device.mac);
    if (names) names.push(name);
    else bulk.warn(`device ${device.mac} stays at its site: ${staysWithChassis(device)}`);
  }
  await bulk.send(
    [...holders],
    { size: changesPerCall, verb: "unassign" },
    (chunk) => account.client.inventory.change(inventory.id, { op: "unassign" }, chunk, { signal }),
    () => {},
  );
  const isFree = (device: InventoryDevice | undefined) => device?.siteId === undefined;
  const sent = [...holders].filter(([, names]) => !names.every((name) => bulk.hasFailed(name)));
  const found = await inventory.waitForAll(new Map(sent.map(([mac]) => [mac, isFree])), bulk.waiting());
  for (const [mac, names] of sent) {
    const siteId = found.get(mac)?.siteId;
    if (siteId === undefined) continue;
    bulk.fail(
      names,
      tooLate(bulk, `Mist was told to unassign device ${mac}, but the inventory shows it ${at(siteId)}`),
    );
  }
}

/** Takes devices out of the organization. */
async function release(bulk: Bulk, leaving: readonly Leaving[]): Promise<void> {
  const { account, inventory, context, signal } = bulk;
  /** What must be named for a device or a virtual chassis, by its MAC. */
  const groups = new Map<string, { macs: readonly string[]; names: string[] }>();
  const devices: (readonly [Leaving, InventoryDevice])[] = [];
  for (const one of leaving) {
    const { mac } = one.summary;
    const device = await inventory.find(mac, signal);
    if (!device) continue;
    const code = one.was?.claimCode;
    if (inventory.claimed.has(mac) || (code !== undefined && isOwnedElsewhere(context, claimName(code)))) {
      bulk.warn(`device ${mac} stays in the organization: another resource of this program has taken it over`);
      continue;
    }
    devices.push([one, device]);
    const macs = await inventory.leaves("delete", device, signal);
    if (macs) groups.set(device.chassisMac ?? mac, { macs, names: [] });
  }
  for (const [{ name }, device] of devices) {
    const group = groups.get(device.chassisMac ?? device.mac);
    if (group) group.names.push(name);
    else bulk.warn(`device ${device.mac} stays in the organization: ${staysWithChassis(device)}`);
  }
  const things = [...groups.values()].map(({ macs, names }): Named<DeviceNames> => [macs, names]);
  await bulk.send(
    things,
    { size: changesPerCall, verb: "release" },
    async (chunk) => {
      const outcomes = await account.client.inventory.change(inventory.id, { op: "delete" }, chunk, { signal });
      // What is not there any more is as wanted.
      return outcomes.map((outcome) => (isVendorError(outcome, "not-found") ? ("done" as const) : outcome));
    },
    () => {},
  );
  const sent = [...groups.values()].filter(({ names }) => !names.every((name) => bulk.hasFailed(name)));
  const isGone = (device: InventoryDevice | undefined) => device === undefined;
  const macs = sent.flatMap((group) => group.macs);
  const found = await inventory.waitForAll(new Map(macs.map((mac) => [mac, isGone])), bulk.waiting());
  for (const { macs, names } of sent) {
    const left = macs.find((mac) => found.has(mac));
    if (left === undefined) for (const mac of macs) inventory.lost(mac);
    else bulk.fail(names, tooLate(bulk, `Mist was told to release device ${left}, but still has it`));
  }
}
