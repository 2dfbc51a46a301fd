import type { State } from "../../core/resource";
import type { ValueMap } from "../../core/values";
import { type Held, isToldAnew } from "./device-work";
import { isSameDevice, type Member, type Members, type OnDelete, type Wanted, wantedOf } from "./inventory-members";

export interface InventoryInputs extends Members {
  orgId?: string;
  timeoutSeconds?: number;
}

/** What an inventory tells of each of its devices. */
export interface Summary {
  mac: string;
  deviceId: string;
  serial?: string;
  model?: string;
  deviceType?: string;
  chassisMac?: string;
  /** Where it is. */
  siteId?: string;
}

export interface InventoryOutputs {
  organizationId: string;
  /** By what the program calls them. */
  summaries: { [name: string]: Summary };
}

export type InventoryState = State<InventoryInputs, InventoryOutputs>;

/** What an inventory has: the devices that it has brought in or found there, as the program said them. */
export function standingOf(state: InventoryState | undefined) {
  const inputs: InventoryInputs = state?.attempted ?? state?.inputs ?? { devices: {} };
  return { inputs, wanted: wantedOf(inputs), summaries: state?.outputs.summaries ?? {} };
}

export type Standing = ReturnType<typeof standingOf>;

/** A device that an inventory no longer wants, or no longer at a site. */
export interface Leaving {
  name: string;
  summary: Summary;
  policy: OnDelete;
  /** What the program said of it. */
  was: Wanted | undefined;
}

/** What there is to do for an inventory; after work that did not end all devices are looked at. */
export interface Due {
  bring: Map<string, Wanted>;
  letGo: Leaving[];
  /** Devices that stay, but that the program no longer gives a site. */
  unplace: Leaving[];
}

export function dueIn(from: InventoryState | undefined, to: InventoryInputs): Due {
  const { inputs, wanted: before, summaries } = standingOf(from);
  const after = wantedOf(to);
  const isDone = (wanted: Wanted): boolean => {
    const was = before.get(wanted.name);
    const summary = summaries[wanted.name];
    if (from?.unfinished !== undefined || !was || !summary || !isSameDevice(was, wanted)) return false;
    const isPlaced = wanted.siteId === undefined || wanted.siteId === summary.siteId;
    return isPlaced && !isToldAnew(wanted.mistConfigured, was.mistConfigured);
  };
  const letGo: Leaving[] = [];
  const unplace: Leaving[] = [];
  for (const [name, summary] of Object.entries(summaries)) {
    const was = before.get(name);
    const now = after.get(name);
    // What the program says now of all that say nothing themselves.
    const policy = inputs.devices[name]?.onDelete ?? to.onDelete ?? "retain";
    if (!now || (was && !isSameDevice(was, now))) letGo.push({ name, summary, policy, was });
    else if (was?.siteId !== undefined && now.siteId === undefined) unplace.push({ name, summary, policy, was });
  }
  return { bring: new Map([...after].filter(([, wanted]) => !isDone(wanted))), letGo, unplace };
}

export function summaryOf({ device, holder }: Held): Summary {
  const { mac, serial, model, deviceType, chassisMac } = device;
  return { mac, deviceId: holder.deviceId, serial, model, deviceType, chassisMac, siteId: holder.siteId };
}

/** What an inventory has while it works: what the state keeps of it when the work does not end. */
export class Progress {
  readonly summaries: InventoryOutputs["summaries"];
  /** Each device that it has, in words that go with what the program says of all. */
  private readonly devices: Members["devices"] = {};

  constructor(
    private readonly before: Standing,
    readonly to: InventoryInputs,
  ) {
    this.summaries = { ...before.summaries };
    const after = wantedOf(to);
    for (const name of Object.keys(before.summaries)) {
      const was = before.wanted.get(name);
      if (!was) continue;
      const now = after.get(name);
      const same = now !== undefined && isSameDevice(was, now) && was.siteId === now.siteId;
      // What the program said of all is the device's own by now: it may say something else of all.
      const { siteId, mistConfigured } = was;
      const own = before.inputs.devices[name] as Member;
      this.devices[name] = same ? (to.devices[name] as Member) : { ...own, siteId, mistConfigured };
    }
  }

  /** The inputs that it has reached. */
  get reached(): ValueMap {
    return { devices: this.devices } as ValueMap;
  }

  /** The device is there; where the program wants it is another matter. */
  took(name: string, held: Held): void {
    this.summaries[name] = summaryOf(held);
    const { siteId: _, ...said } = this.to.devices[name] as Member;
    this.devices[name] = said;
  }

  /** The device is as the program says. */
  has(name: string, held: Held): void {
    this.summaries[name] = summaryOf(held);
    this.devices[name] = this.to.devices[name] as Member;
  }

  /** A device whose name stands for another one by now, under a name that it has until it has gone. */
  aside(leaving: Leaving): Leaving {
    const { name, summary } = leaving;
    const own = `${name} (${summary.mac})`;
    this.summaries[own] = summary;
    this.devices[own] = this.before.inputs.devices[name] as Member;
    return { ...leaving, name: own };
  }

  /** The program no longer gives the device a site. */
  unplaced({ name, summary, policy }: Leaving): void {
    this.devices[name] = this.to.devices[name] as Member;
    if (policy !== "retain") this.summaries[name] = { ...summary, siteId: undefined };
  }

  /** The device has gone. */
  lost({ name }: Leaving): void {
    delete this.summaries[name];
    delete this.devices[name];
  }
}
