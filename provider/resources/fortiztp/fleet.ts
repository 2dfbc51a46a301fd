import type { Device, DeviceWrite, FortiZtp } from "../../clients/fortinet/fortiztp";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { systemClock } from "../../clients/http/clock";
import { Snapshot } from "../../clients/http/coalesce";
import { assertWritable } from "../fortinet/writable";
import type { Limits, Loss } from "../limits";
import { Guard } from "./guard";
import { Lane } from "./lane";
import { isAssigned } from "./target";

export interface FleetOptions {
  /** Milliseconds between looks at a device that is waited for. */
  pollMs: number;
  /** Refuse every write. */
  readOnly: boolean;
  limits: Limits;
}

/** Who hands over devices: the engine, resource by resource, or one resource, many at once. */
export type DevicesFrom = "engine" | "resource";

/** A look before a write may be this old; what this run wrote is always read anew. */
const inventoryMaxAgeMs = 60_000;
/** So many devices that a list lacks are asked about one by one until it is believed. */
const enoughDoubts = 20;

/**
 * All devices of one account, read and written together: a refresh of a thousand resources is one list, and writes
 * that arrive together leave as bulk calls.
 */
export class Fleet {
  readonly guard: Guard;
  private readonly inventory: Snapshot<Map<string, Device>>;
  private readonly lanes: { readonly [from in DevicesFrom]: Lane };
  /** Serials that this run has written to: the inventory may be older than that. */
  private readonly written = new Set<string>();
  /** Serials that a resource created or adopted in this run. */
  private readonly claimed = new Set<string>();
  /** What is being done to devices, by serial. */
  private readonly turns = new Map<string, Promise<unknown>>();
  /** What the vendor said of the first devices that its list lacks. */
  private readonly doubts: Promise<Device | undefined>[] = [];
  /** Devices that were sent somewhere when this run first looked. */
  private assigned: number | undefined;

  constructor(
    readonly client: FortiZtp,
    private readonly options: FleetOptions,
  ) {
    this.inventory = new Snapshot({ maxAgeMs: inventoryMaxAgeMs, load: (signal) => this.loadInventory(signal) });
    this.guard = new Guard(options.limits, (signal) => this.countAssigned(signal));
    const lane = (from: DevicesFrom) => new Lane(client, from, this.guard);
    this.lanes = { engine: lane("engine"), resource: lane("resource") };
  }

  /** One device as the account has it; undefined only when the vendor says of this very serial that it is not there. */
  find(serial: string, signal: AbortSignal): Promise<Device | undefined> {
    return this.findListed(serial, signal, (key) => this.client.devices.get(key, { signal }));
  }

  /**
   * The same for a device that a program wants, whose absence is refused and forgets nothing: a list that was right about
   * enough of them is believed, since in the account of other credentials all are missing.
   */
  seek(serial: string, signal: AbortSignal): Promise<Device | undefined> {
    return this.findListed(serial, signal, async (key) => {
      const ask = () => this.client.devices.get(key, { signal });
      if (this.doubts.length < enoughDoubts) {
        const doubt = ask();
        this.doubts.push(doubt);
        return doubt;
      }
      const answers = await Promise.allSettled(this.doubts);
      const wasRight = answers.every((answer) => answer.status === "fulfilled" && answer.value === undefined);
      return wasRight ? undefined : ask();
    });
  }

  /** One device as the account lists it: to be had without a question of its own, but undefined proves nothing. */
  listed(serial: string, signal: AbortSignal): Promise<Device | undefined> {
    return this.findListed(serial, signal, async () => undefined);
  }

  private async findListed(
    serial: string,
    signal: AbortSignal,
    unlisted: (key: string) => Promise<Device | undefined>,
  ): Promise<Device | undefined> {
    const key = normalizeSerial(serial);
    if (this.written.has(key)) return this.look(key, signal);
    const inventory = await this.inventory.read({ signal });
    return inventory.get(key) ?? unlisted(key);
  }

  /** All devices of the account. */
  async all(signal: AbortSignal): Promise<Device[]> {
    return [...(await this.inventory.read({ signal })).values()];
  }

  /**
   * To be called before a write that takes a device from its target. Where the user has set a limit it waits until all
   * that want the same have come.
   * @throws Error when they are too many, or when nothing may be written
   */
  async admit(loss: Loss, serial: string, signal: AbortSignal, from: DevicesFrom = "engine"): Promise<void> {
    this.assertWritable(serial);
    if (!this.guard.hasLimit(loss)) return;
    const wish = { loss, serial: normalizeSerial(serial) };
    this.guard.expect(wish);
    await this.lanes[from].admit(wish, signal);
  }

  /** Writes one device, together with all that arrive now. Settled only when the vendor has taken or refused it. */
  async write(write: DeviceWrite, signal: AbortSignal, from: DevicesFrom = "engine"): Promise<void> {
    this.assertWritable(write.deviceSN);
    this.written.add(normalizeSerial(write.deviceSN));
    await this.lanes[from].write(write, signal);
  }

  /** The device as it is now, read together with all others that are looked at now. */
  look(serial: string, signal: AbortSignal, from: DevicesFrom = "engine"): Promise<Device | undefined> {
    return this.lanes[from].look(normalizeSerial(serial), signal);
  }

  /** Looks until the device is as wanted. All who wait look at the same moments, in the same calls. */
  async waitUntil(serial: string, wanted: (device: Device) => boolean, waiting: Waiting): Promise<Device> {
    const { signal, from, deadline, onLook, tooLate } = waiting;
    for (;;) {
      const device = await this.look(serial, signal, from);
      if (!device) throw new Error(`${serial} has left the account while it was waited for`);
      if (wanted(device)) return device;
      onLook?.(device);
      if (systemClock.now() >= deadline) throw tooLate(device);
      await this.nextLook(signal);
    }
  }

  /** Looks until the account has the device. All who wait share one list a look, however many they are. */
  async waitToAppear(
    serial: string,
    { signal, deadline, tooLate }: Pick<Waiting, "signal" | "deadline"> & { tooLate(): Error },
  ): Promise<Device> {
    const key = normalizeSerial(serial);
    for (;;) {
      const isLast = systemClock.now() >= deadline;
      const inventory = await this.inventory.read({ since: this.lastLook(), signal });
      const device = inventory.get(key) ?? (isLast ? await this.seek(key, signal) : undefined);
      if (device) return device;
      if (isLast) throw tooLate();
      await this.nextLook(signal);
    }
  }

  /** When all who wait looked last. */
  private lastLook(): number {
    const now = systemClock.now();
    return now - (now % this.options.pollMs);
  }

  private nextLook(signal: AbortSignal): Promise<void> {
    return systemClock.sleep(this.lastLook() + this.options.pollMs - systemClock.now(), signal);
  }

  /** Runs what one resource does to a device when what others do to it has ended. */
  async inTurn<T>(serial: string, work: () => Promise<T>): Promise<T> {
    const key = normalizeSerial(serial);
    const before = this.turns.get(key);
    const turn = before ? before.then(work, work) : work();
    this.turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(key) === turn) this.turns.delete(key);
    }
  }

  /** Remembers that a resource of this run now owns the device: a delete that comes later in the run spares it. */
  claim(serial: string): void {
    this.claimed.add(normalizeSerial(serial));
  }

  isClaimed(serial: string): boolean {
    return this.claimed.has(normalizeSerial(serial));
  }

  private assertWritable(serial: string): void {
    assertWritable(this.options.readOnly, serial);
  }

  private async countAssigned(signal: AbortSignal): Promise<number> {
    if (this.assigned === undefined) await this.inventory.read({ signal });
    return this.assigned ?? 0;
  }

  private async loadInventory(signal: AbortSignal): Promise<Map<string, Device>> {
    const { devices } = await this.client.devices.list({}, { signal });
    this.assigned ??= devices.filter(isAssigned).length;
    return new Map(devices.map((device) => [device.deviceSN, device]));
  }
}

export interface Waiting {
  signal: AbortSignal;
  from?: DevicesFrom;
  /** Milliseconds since the epoch. */
  deadline: number;
  /** Told of a device that is not yet as wanted. */
  onLook?(device: Device): void;
  tooLate(device: Device): Error;
}
