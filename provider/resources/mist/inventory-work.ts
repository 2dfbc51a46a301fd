import { type Claimed, changesPerCall, claimsPerCall, type InventoryChange } from "../../clients/mist/inventory";
import { deviceIdOf, maskedClaimCode } from "../../clients/mist/normal";
import type { WriteContext } from "../../core/resource";
import { nameOf } from "../sets";
import { accountOf } from "./account";
import { timeoutOf } from "./device-fields";
import { at, type Held, isToldAnew, notInOrganization, reassignRefusal, tooLate } from "./device-work";
import { Bulk, type Named } from "./inventory-bulk";
import { leave } from "./inventory-leave";
import { isSameDevice, type Wanted } from "./inventory-members";
import {
  dueIn,
  type InventoryInputs,
  type InventoryOutputs,
  type InventoryState,
  Progress,
  type Standing,
  standingOf,
} from "./inventory-standing";
import { type InventoryDevice, isMember } from "./org-inventory";

/** Does what there is to do for an inventory. What failed is told at the end; the rest is done and kept. */
export async function reconcileInventory(
  context: WriteContext<InventoryOutputs>,
  known: string | undefined,
  from: InventoryState | undefined,
  to: InventoryInputs,
): Promise<{ id: string; outputs: InventoryOutputs }> {
  const account = await accountOf(context);
  const { signal } = context;
  const named = from ? (from.inputs.orgId ?? from.outputs.organizationId) : to.orgId;
  const inventory = await account.inventory(named, { signal, write: true });
  const id = known ?? idOf(inventory.id, nameOf(context));
  const before = standingOf(from);
  const due = dueIn(from, to);
  const progress = new Progress(before, to);
  const outputs = { organizationId: inventory.id, summaries: progress.summaries };
  const keep = () => context.accepted(id, outputs, progress.reached);
  const bulk = new Bulk(account, inventory, context, timeoutOf(to));
  await new Bringing(bulk, before, progress, keep).bring([...due.bring.values()]);
  await leave(bulk, due, new Set(Object.keys(to.devices)), progress, keep);
  bulk.finish(due.bring.size + due.letGo.length + due.unplace.length);
  return { id, outputs };
}

export function idOf(organization: string, name: string | undefined): string {
  return name === undefined ? organization : `${organization}/${name}`;
}

/** Brings devices into the organization and to their sites, step by step, each step for all of them. */
class Bringing {
  /** By what the program calls them. */
  private readonly found = new Map<string, InventoryDevice>();
  /** What Mist has said of those that it has taken. */
  private readonly claims = new Map<string, Claimed>();

  constructor(
    private readonly bulk: Bulk,
    private readonly before: Standing,
    private readonly progress: Progress,
    private readonly keep: () => void,
  ) {}

  async bring(wanted: readonly Wanted[]): Promise<void> {
    await this.find(wanted);
    await this.claim(wanted.filter(({ name, claimCode }) => !this.found.has(name) && claimCode !== undefined));
    await this.appear(wanted.filter(({ name }) => !this.found.has(name) && !this.bulk.hasFailed(name)));
    await this.place(wanted.filter(({ name }) => this.found.has(name) && !this.bulk.hasFailed(name)));
  }

  private async find(wanted: readonly Wanted[]): Promise<void> {
    const { inventory, signal } = this.bulk;
    await Promise.all(
      wanted.map(async (device) => {
        const found = await inventory.listedAs(device, signal);
        if (found) this.found.set(device.name, found);
      }),
    );
  }

  private async claim(wanted: readonly Wanted[]): Promise<void> {
    const { account, inventory, signal } = this.bulk;
    const codes = wanted.map(({ name, claimCode }): Named<string> => [claimCode as string, [name]]);
    await this.bulk.send(
      codes,
      { size: claimsPerCall, verb: "claim" },
      (chunk) => account.client.inventory.claim(inventory.id, chunk, { signal }),
      ([, [name = ""]], claimed) => this.took(name, claimed),
    );
  }

  private took(name: string, claimed: Claimed): void {
    this.claims.set(name, claimed);
    const { mac, serial, model, type } = claimed;
    if (mac === undefined) return;
    this.bulk.inventory.claimed.share(mac);
    const device = { mac, serial, model, deviceType: type, deviceId: deviceIdOf(mac) };
    this.progress.took(name, { device, holder: device });
    this.keep();
  }

  /** Waits for those that were claimed, here or elsewhere, to show in the inventory. */
  private async appear(wanted: readonly Wanted[]): Promise<void> {
    const { inventory } = this.bulk;
    const waiting = this.bulk.waiting();
    const macOf = ({ name, mac }: Wanted) => mac ?? this.claims.get(name)?.mac;
    const isThere = (device: InventoryDevice | undefined) => device !== undefined;
    const macs = new Map(wanted.flatMap((device) => macOf(device) ?? []).map((mac) => [mac, isThere] as const));
    const found = await inventory.waitForAll(macs, waiting);
    await Promise.all(
      wanted.map(async (device) => {
        const { name, claimCode, serial } = device;
        const mac = macOf(device);
        const shown =
          mac !== undefined
            ? found.get(mac)
            : claimCode !== undefined
              ? await inventory.waitForNamed("claimCode", claimCode, waiting)
              : await inventory.waitForNamed("serial", serial as string, waiting);
        if (shown) this.found.set(name, shown);
        else this.bulk.fail([name], this.missing(device));
      }),
    );
  }

  private missing({ name, claimCode, mac, serial }: Wanted): Error {
    if (claimCode === undefined)
      return new Error(notInOrganization(mac ?? `with serial ${serial}`, this.bulk.inventory.id));
    const { state, mac: told } = this.claims.get(name) ?? {};
    const what = told ? `device ${told}` : `the device with claim code ${maskedClaimCode(claimCode)}`;
    const said = state === "unknown" ? "Mist said nothing about" : "Mist has taken";
    return tooLate(this.bulk, `${said} ${what}, but the inventory does not show it`);
  }

  /** Brings those that have a site there, and waits until that shows. */
  private async place(wanted: readonly Wanted[]): Promise<void> {
    const moves = await this.movesOf(wanted);
    if (wanted.length > 0) this.keep();
    await Promise.all(moves.map((move) => this.move(move)));
    await this.arrive(moves);
  }

  /** What has to be changed for devices to be where they are wanted: a call carries those to which the same happens. */
  private async movesOf(wanted: readonly Wanted[]): Promise<Move[]> {
    const names = new Map<string, string>();
    const moves = new Map<string, Move>();
    for (const device of wanted) {
      try {
        const held = await this.heldBy(device, names);
        const change = this.changeOf(device, held);
        if (!change) continue;
        const key = JSON.stringify(change);
        const move = moves.get(key) ?? { change, holders: new Map() };
        moves.set(key, move);
        const together = move.holders.get(held.holder.mac) ?? [];
        move.holders.set(held.holder.mac, [...together, { name: device.name, held }]);
      } catch (error) {
        this.bulk.fail([device.name], error as Error);
      }
    }
    return [...moves.values()];
  }

  private move({ change, holders }: Move): Promise<void> {
    const { account, inventory, signal } = this.bulk;
    const macs = [...holders].map(([mac, group]): Named<string> => [mac, group.map(({ name }) => name)]);
    const assigned = ([mac]: Named<string>) => {
      for (const { name, held } of holders.get(mac) ?? [])
        this.progress.has(name, { ...held, holder: { ...held.holder, siteId: change.siteId } });
      this.keep();
    };
    return this.bulk.send(
      macs,
      { size: changesPerCall, verb: "assign" },
      (chunk) => account.client.inventory.change(inventory.id, change, chunk, { signal }),
      assigned,
    );
  }

  /** The device, and what holds it, noted as its own; throws when the program has it under another name as well. */
  private async heldBy({ name }: Wanted, names: Map<string, string>): Promise<Held> {
    const { inventory, signal } = this.bulk;
    const device = this.found.get(name) as InventoryDevice;
    const other = names.get(device.mac);
    if (other !== undefined) throw new Error(`device ${device.mac} is ${other} already; remove one of the two`);
    names.set(device.mac, name);
    inventory.claimed.share(device.mac);
    const held = { device, holder: await inventory.holderOf(device, signal) };
    this.progress.took(name, held);
    return held;
  }

  /** What brings the device to its site; undefined when nothing has to be done. */
  private changeOf(wanted: Wanted, held: Held): InventoryChange | undefined {
    const { name, siteId, mistConfigured } = wanted;
    const { device, holder } = held;
    if (siteId === undefined) {
      this.progress.has(name, held);
      return undefined;
    }
    const was = this.before.wanted.get(name);
    const known = was && this.before.summaries[name] && isSameDevice(was, wanted) ? was : undefined;
    this.bulk.inventory.wants(device.mac, holder.mac, siteId);
    if (holder.siteId === siteId && !isToldAnew(mistConfigured, known?.mistConfigured)) {
      this.progress.has(name, held);
      return undefined;
    }
    const refused = reassignRefusal(held, { mac: device.mac, siteId, noReassign: this.noReassign }, known);
    if (refused) throw new Error(refused);
    const change: InventoryChange = { op: "assign", siteId };
    if (mistConfigured !== undefined) change.mistConfigured = mistConfigured;
    if (this.noReassign && holder.siteId === undefined) change.noReassign = true;
    return change;
  }

  private get noReassign(): boolean {
    return this.progress.to.noReassign === true;
  }

  private async arrive(moves: readonly Move[]): Promise<void> {
    const going = moves.flatMap(({ change, holders }) =>
      [...holders].flatMap(([mac, group]) => {
        const left = group.filter(({ name }) => !this.bulk.hasFailed(name));
        return left.length > 0 ? [{ mac, siteId: change.siteId as string, group: left }] : [];
      }),
    );
    const isAt = (siteId: string) => (device: InventoryDevice | undefined) => device?.siteId === siteId;
    const wanted = new Map(going.map(({ mac, siteId }) => [mac, isAt(siteId)] as const));
    const found = await this.bulk.inventory.waitForAll(wanted, this.bulk.waiting());
    for (const { mac, siteId, group } of going) {
      const holder = found.get(mac);
      for (const { name, held } of group) {
        if (holder?.siteId === siteId) {
          this.progress.has(name, { device: isMember(held.device) ? held.device : holder, holder });
        } else {
          const shown = `the inventory shows it ${at(holder?.siteId)}`;
          const late = tooLate(this.bulk, `Mist was told to assign device ${held.device.mac}, but ${shown}`);
          this.bulk.fail([name], late);
        }
      }
    }
    if (going.length > 0) this.keep();
  }
}

interface Move {
  change: InventoryChange;
  /** By the MAC of what is moved, the devices that move with it. */
  holders: Map<string, { name: string; held: Held }[]>;
}
