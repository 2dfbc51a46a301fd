import type { Context, Plan } from "../../core/resource";
import { isUnknown } from "../../core/values";
import { count, someOf } from "../../core/words";
import { shortened } from "../sets";
import { accountOf } from "./account";
import { otherOrganization, reassignRefusal } from "./device-work";
import { isNamed, isSameDevice, type Wanted } from "./inventory-members";
import {
  dueIn,
  type InventoryInputs,
  type InventoryOutputs,
  type InventoryState,
  standingOf,
} from "./inventory-standing";
import type { OrgInventory } from "./org-inventory";

/**
 * What a preview finds, for the price of one list: devices that move from other sites, and those that cannot be where the
 * program wants them. Nobody can tell before a claim whether a code is good.
 */
export async function planInventory(
  context: Context,
  from: InventoryState | undefined,
  to: InventoryInputs,
  replaces = false,
): Promise<Omit<Plan<InventoryOutputs>, "outputs">> {
  if (replaces) return { problems: stranded(from, to) };
  const other = otherOrganization(from?.outputs.organizationId, to.orgId);
  if (other) return { problems: [other] };
  if (isUnknown(to.devices) || isUnknown(to.orgId)) return {};
  const due = [...dueIn(from, to).bring.values()].filter(isNamed);
  if (due.length === 0) return {};
  const account = await accountOf(context);
  const inventory = await account.inventory(to.orgId ?? from?.outputs.organizationId, context);
  return judge(inventory, from, to, due, context.signal);
}

async function judge(
  inventory: OrgInventory,
  from: InventoryState | undefined,
  to: InventoryInputs,
  due: readonly Wanted[],
  signal: AbortSignal,
): Promise<Omit<Plan<never>, "outputs">> {
  const { wanted: before, summaries } = standingOf(from);
  const problems: string[] = [];
  const missing: string[] = [];
  const moving: string[] = [];
  const names = new Map<string, string>();
  const sites = new Map<string, Wanted>();
  for (const wanted of due) {
    const { name, siteId, claimCode } = wanted;
    const device = await inventory.listedAs(wanted, signal);
    if (!device) {
      if (claimCode === undefined) missing.push(name);
      continue;
    }
    const held = { device, holder: await inventory.holderOf(device, signal) };
    const { holder } = held;
    const twin = names.get(device.mac);
    if (twin !== undefined) problems.push(`${name}: device ${device.mac} is ${twin} already; remove one of the two`);
    names.set(device.mac, name);
    if (siteId === undefined) continue;
    const was = before.get(name);
    const known = was && summaries[name] && isSameDevice(was, wanted) ? was : undefined;
    // What the program moves itself is told as what its change does; nothing is yet at a site that is to be made.
    if (!known && holder.siteId !== undefined && holder.siteId !== siteId) moving.push(name);
    if (isUnknown(siteId)) continue;
    const neighbour = sites.get(holder.mac);
    if (neighbour && neighbour.siteId !== siteId)
      problems.push(
        `${name} and ${neighbour.name} are members of virtual chassis ${holder.mac}, which is at one site with all of them`,
      );
    sites.set(holder.mac, wanted);
    const noReassign = isUnknown(to.noReassign) ? false : to.noReassign;
    const refused = reassignRefusal(held, { mac: device.mac, siteId, noReassign }, known);
    if (refused) problems.push(`${name}: ${refused}`);
  }
  const warnings: string[] = [];
  if (missing.length > 0)
    warnings.push(
      `${count(missing.length, "device is", "devices are")} not in the inventory of organization ${inventory.id} yet, and must be ` +
        `claimed before: ${someOf(missing)}`,
    );
  if (moving.length > 0)
    warnings.push(
      `${count(moving.length, "device is at another site now: it moves", "devices are at other sites now: they move")}, and the ` +
        `configuration of the new site applies: ${someOf(moving)}`,
    );
  return { problems: shortened(problems), warnings };
}

/** What a change of the organization leaves behind, so that the new one cannot have it. */
function stranded(from: InventoryState | undefined, to: InventoryInputs): string[] {
  const { wanted, summaries } = standingOf(from);
  const after = dueIn(undefined, to).bring;
  const kept = [...wanted.values()].filter((was) => {
    const now = after.get(was.name);
    return summaries[was.name] && was.onDelete !== "release" && was.claimCode && now && isSameDevice(was, now);
  });
  if (kept.length === 0) return [];
  const names = kept.map(({ name }) => name);
  return [
    `${count(names.length, "device", "devices")} cannot go to another organization while onDelete is not "release", because the old ` +
      `one keeps what it has: ${someOf(names)}. Set it, apply that, then change orgId`,
  ];
}
