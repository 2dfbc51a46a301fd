import { expect } from "vitest";
import { generateDevices } from "../../../simulators";
import { DeviceWorld } from "../fortiztp-device/world";
import type { FortinetWorldOptions } from "../harness/fortinet-world";
import type { HostKind, JsonMap } from "../harness/host";
import type { Scenario } from "../harness/scenarios";
import type { Program } from "../harness/stack";

export { hiddenGate, onlyFailure, unknownGate, until, warnings } from "../fortiztp-device/world";

export type SetScenario = Scenario<SetWorld, FortinetWorldOptions>;

/** Devices of all families, unprovisioned; all of them know the region `europe` of FortiEdgeCloud. */
export const fleet = generateDevices(30);
export const serials: readonly string[] = fleet.map(({ deviceSN }) => deviceSN);
export const [first, second, third, fourth] = serials as [string, string, string, string];

export const toManager = { provisionTarget: "FortiManager", fortiManagerOid: 201 } as const;
export const toOtherManager = { provisionTarget: "FortiManager", fortiManagerOid: 202 } as const;
export const toCloud = { provisionTarget: "FortiEdgeCloud", region: "europe" } as const;

type Devices = readonly string[] | { [serial: string]: object };

/** The arguments of a set: devices that share a target, or devices with what the program says of each. */
export function setOf(devices: Devices, target: object | null = toManager, more: object = {}): JsonMap {
  const members = Array.isArray(devices) ? Object.fromEntries(devices.map((serial) => [serial, {}])) : devices;
  return { devices: members, ...(target && { target }), ...more } as JsonMap;
}

/** A program of one set. */
export function program(...set: Parameters<typeof setOf>): Program {
  return { set: setOf(...set) };
}

/** Device by device, since those of a set are written in any order. */
export function bySerial(writes: readonly string[]): string[] {
  const serialOf = (write: string): string => write.split(" ")[0] ?? "";
  return writes.toSorted(
    (one, other) => Number(serialOf(one) > serialOf(other)) - Number(serialOf(one) < serialOf(other)),
  );
}

/** A stack of sets of its own, and the simulated account behind it, whose clock stands still. */
export class SetWorld extends DeviceWorld {
  static override async open(kind: HostKind, options: FortinetWorldOptions = {}): Promise<SetWorld> {
    const fortinet = { devices: fleet, ...options.fortinet };
    return new SetWorld(...(await DeviceWorld.begin(kind, "fortiztp:DeviceSet", { ...options, fortinet })));
  }

  override writes(): string[] {
    return bySerial(super.writes());
  }

  /** Where the account says that a device goes: a FortiManager's oid, a target, or its status while it goes nowhere. */
  whereIs(serial: string): string | number {
    const { provisionStatus, provisionTarget, fortiManagerOid } = this.device(serial);
    if (provisionStatus !== "provisioned" && provisionStatus !== "incomplete") return provisionStatus;
    return fortiManagerOid ?? provisionTarget ?? "";
  }

  where(devices: readonly string[]): (string | number)[] {
    return devices.map((serial) => this.whereIs(serial));
  }

  /** What the set has taken, as the state says. */
  statuses(name = "set"): JsonMap {
    return this.stack.state(name).outputs.provisionStatuses as JsonMap;
  }

  /** How many calls of each kind were made since the last look. */
  takeCounts(): { [call: string]: number } {
    const counts: { [call: string]: number } = {};
    for (const call of this.takeCalls()) counts[call] = (counts[call] ?? 0) + 1;
    return counts;
  }

  /** Nothing is left to do: no drift, an empty preview, and an up that makes no call. */
  async expectSettled(program: Program): Promise<void> {
    await this.expectNoDrift(program);
    this.takeCalls();
    const run = await this.up(program);
    expect(new Set(Object.values(run.operations))).toEqual(new Set(["same"]));
    expect(this.takeCalls()).toEqual([]);
  }
}
