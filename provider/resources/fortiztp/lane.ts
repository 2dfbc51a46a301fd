import type { Device, DeviceWrite, FortiZtp } from "../../clients/fortinet/fortiztp";
import { Batcher } from "../../clients/http/batch";
import { Pace } from "../../clients/http/pace";
import type { DevicesFrom } from "./fleet";

/** The vendor's bulk maximum is not documented; ten a call is what is known to be safe. */
const writesPerCall = 10;
/** Serials in one filtered list: the URL stays below 2 kB. */
const readsPerCall = 50;
/** How long no device must have come until a batch leaves that is not full; the most only while a big state is saved. */
const quietMs = { least: 200, most: 15_000 };
/** The same for devices that one resource hands over at once. */
const togetherMs = 20;

/** Where writes and looks of many become few calls. */
export class Lane {
  private readonly writer: Batcher<DeviceWrite, undefined>;
  private readonly reader: Batcher<string, Device | undefined>;
  private readonly pace: Pace | undefined;

  constructor(
    private readonly client: FortiZtp,
    from: DevicesFrom,
  ) {
    const waiting = from === "engine" ? {} : { quietMs: togetherMs };
    this.writer = new Batcher<DeviceWrite, undefined>({
      maxSize: writesPerCall,
      maxInFlight: 4,
      finishSent: true,
      run: (writes, signal) => client.devices.putMany(writes, { signal }),
      ...waiting,
    });
    this.reader = new Batcher({
      maxSize: readsPerCall,
      maxInFlight: 4,
      run: (serials, signal) => this.readTogether(serials, signal),
      ...waiting,
    });
    if (from === "engine") this.pace = new Pace({ stages: [this.writer, this.reader], quietMs });
  }

  /** Settled only when the vendor has taken or refused the write. */
  async write(write: DeviceWrite, signal: AbortSignal): Promise<void> {
    const written = this.writer.add(write, signal);
    this.pace?.arrived();
    await written;
  }

  /** The device as it is now; undefined only when the vendor says of this very serial that it is not there. */
  look(serial: string, signal: AbortSignal): Promise<Device | undefined> {
    const device = this.reader.add(serial, signal);
    void this.pace?.watch();
    return device;
  }

  private async readTogether(serials: readonly string[], signal: AbortSignal): Promise<(Device | undefined)[]> {
    const { devices } = await this.client.devices.list({ serials }, { signal });
    const found = new Map(devices.map((device) => [device.deviceSN, device]));
    // A list that lacks a device proves nothing; only the answer about this one serial does.
    return Promise.all(serials.map((serial) => found.get(serial) ?? this.client.devices.get(serial, { signal })));
  }
}
