import { type Device, type DeviceWrite, type FortiZtp, normalizeSerial } from "../../clients/fortinet/fortiztp";
import { systemClock } from "../../clients/http/clock";
import { Snapshot } from "../../clients/http/coalesce";
import { Lane } from "./lane";

export interface FleetOptions {
  /** Milliseconds between looks at a device that is waited for. */
  pollMs: number;
  /** Refuse every write. */
  readOnly: boolean;
}

/** Who hands over devices: the engine, resource by resource, or one resource, many at once. */
export type DevicesFrom = "engine" | "resource";

/** A look before a write may be this old; what this run wrote is always read anew. */
const inventoryMaxAgeMs = 60_000;

/**
 * All devices of one account, read and written together: a refresh of a thousand resources is one list, and writes
 * that arrive together leave as bulk calls.
 */
export class Fleet {
  private readonly inventory: Snapshot<Map<string, Device>>;
  private readonly lanes: { readonly [from in DevicesFrom]: Lane };
  /** Serials that this run has written to: the inventory may be older than that. */
  private readonly written = new Set<string>();
  /** Serials that a resource created or adopted in this run. */
  private readonly claimed = new Set<string>();

  constructor(
    readonly client: FortiZtp,
    private readonly options: FleetOptions,
  ) {
    this.inventory = new Snapshot({ maxAgeMs: inventoryMaxAgeMs, load: (signal) => this.loadInventory(signal) });
    this.lanes = { engine: new Lane(client, "engine"), resource: new Lane(client, "resource") };
  }

  /** One device as the account has it; undefined only when the vendor says of this very serial that it is not there. */
  async find(serial: string, signal: AbortSignal): Promise<Device | undefined> {
    const key = normalizeSerial(serial);
    if (this.written.has(key)) return this.look(key, signal);
    const inventory = await this.inventory.read({ signal });
    return inventory.get(key) ?? this.client.devices.get(key, { signal });
  }

  /** All devices of the account. */
  async all(signal: AbortSignal): Promise<Device[]> {
    return [...(await this.inventory.read({ signal })).values()];
  }

  /** Writes one device, together with all that arrive now. Settled only when the vendor has taken or refused it. */
  async write(write: DeviceWrite, signal: AbortSignal, from: DevicesFrom = "engine"): Promise<void> {
    if (this.options.readOnly) {
      throw new Error(`${write.deviceSN} was not changed: ztp:fortinet.readOnly is set`);
    }
    this.written.add(normalizeSerial(write.deviceSN));
    await this.lanes[from].write(write, signal);
  }

  /** The device as it is now, read together with all others that are looked at now. */
  look(serial: string, signal: AbortSignal, from: DevicesFrom = "engine"): Promise<Device | undefined> {
    return this.lanes[from].look(normalizeSerial(serial), signal);
  }

  /** Looks until the device is as wanted. All who wait look at the same moments, in the same calls. */
  async waitUntil(serial: string, wanted: (device: Device) => boolean, waiting: Waiting): Promise<Device> {
    const { signal, deadline, onLook, from } = waiting;
    for (;;) {
      const device = await this.look(serial, signal, from);
      if (!device) throw new Error(`${serial} has left the account while it was waited for`);
      if (wanted(device)) return device;
      onLook?.(device);
      if (systemClock.now() >= deadline) throw waiting.tooLate(device);
      const { pollMs } = this.options;
      await systemClock.sleep(pollMs - (systemClock.now() % pollMs), signal);
    }
  }

  /** Remembers that a resource of this run now owns the device: a delete that comes later in the run spares it. */
  claim(serial: string): void {
    this.claimed.add(normalizeSerial(serial));
  }

  isClaimed(serial: string): boolean {
    return this.claimed.has(normalizeSerial(serial));
  }

  private async loadInventory(signal: AbortSignal): Promise<Map<string, Device>> {
    const { devices } = await this.client.devices.list({}, { signal });
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
