import type { Clock } from "../../core/clock";
import { Timelines } from "../../core/timeline";
import type { Device } from "../types";
import type { MistVariants } from "../variants";
import type { MistWorld } from "../world";
import type { EdgeState } from "./edge-job";
import { comeUp, Flight, type FlightContext, goDown, type Order } from "./flights";
import { Journal } from "./journal";
import type { DeviceEvent } from "./types";

/** Whoever wants to know what happens to devices. */
export interface Listener {
  changed(device: Device): void;
  edgeChanged(id: string): void;
  happened(event: DeviceEvent): void;
}

/** Upgrades and reboots of devices, one at a time on each. */
export class Firmware implements FlightContext {
  readonly journal: Journal;
  readonly timelines: Timelines;
  readonly #active = new Map<string, Flight>();
  readonly #parked = new Map<string, Flight>();

  constructor(
    readonly clock: Clock,
    readonly variants: MistVariants,
    private readonly world: MistWorld,
    private readonly listener: Listener,
  ) {
    this.journal = new Journal(clock, (event) => listener.happened(event));
    this.timelines = new Timelines(clock);
  }

  device(mac: string): Device | undefined {
    return this.world.devices.get(mac);
  }

  members(mac: string): Device[] {
    return [...this.world.devices.values()].filter((device) => device.vcMac === mac && device.mac !== mac);
  }

  changed(device: Device): void {
    this.listener.changed(device);
  }

  /** What runs on a Mist Edge. */
  edge(id: string): EdgeState {
    return this.world.edge(id);
  }

  edgeChanged(id: string): void {
    this.listener.edgeChanged(id);
  }

  /** Whether an upgrade of the device is under way, one that only waits for somebody's reboot apart. */
  busy(mac: string): boolean {
    return this.#active.has(mac);
  }

  /** Upgrades a device, after what it is doing already. */
  upgrade(order: Order): void {
    new Flight(this, order, this.#active, this.#parked).begin();
  }

  /** Reboots a device; what is written to it runs then. False while an upgrade has it in hand. */
  restart(device: Device): boolean {
    const waiting = this.#parked.get(device.mac) ?? this.#active.get(device.mac);
    if (waiting && !waiting.written) return false;
    if (waiting) waiting.rebootNow();
    else this.timelines.run(this.#restart(device));
    return true;
  }

  /** Forgets what is written to a device and doesn't run yet. False when there is nothing. */
  clearPending(device: Device): boolean {
    const waiting = this.#parked.get(device.mac) ?? this.#active.get(device.mac);
    if (device.pendingVersion === null || (waiting && !waiting.written)) return false;
    waiting?.drop();
    device.pendingVersion = null;
    this.changed(device);
    return true;
  }

  /** Reboots a device into what ran before its last upgrade. False when nothing is known, or it is busy. */
  restoreBackup(device: Device): boolean {
    if (device.backupVersion === null || this.busy(device.mac)) return false;
    this.clearPending(device);
    device.pendingVersion = device.backupVersion;
    return this.restart(device);
  }

  /** Drops everything under way. */
  clear(): void {
    this.timelines.clear();
    this.#active.clear();
    this.#parked.clear();
    this.journal.clear();
  }

  *#restart(device: Device): Generator<number, void> {
    const { variants, journal } = this;
    if (!device.connected) return;
    journal.act(device.mac, "reboot", device.version, device.pendingVersion ?? device.version, null);
    goDown(this, device);
    yield variants.upgradeRebootSeconds / variants.upgradeSpeed;
    comeUp(this, device, true);
  }
}
