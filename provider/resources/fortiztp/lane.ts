import type { Device, DeviceWrite, FortiZtp } from "../../clients/fortinet/fortiztp";
import { Batcher } from "../../clients/http/batch";
import { Pace } from "../../clients/http/pace";
import type { DevicesFrom } from "./fleet";
import type { Guard, Wish } from "./guard";

/** The vendor's bulk maximum is not documented; ten a call is what is known to be safe. */
const writesPerCall = 10;
/** Serials in one filtered list: the URL stays below 2 kB. */
const readsPerCall = 50;
/** How long no device must have come until a batch leaves that is not full; the most only while a big state is saved. */
const quietMs = { least: 200, most: 15_000 };
/**
 * The same for devices that one resource hands over at once: what it writes comes together, what it looks at comes as
 * the bulk writes before return, and what needs the guard's leave may come from other resources as well.
 */
const togetherMs = { writes: 20, looks: 200, wishes: 300 };

/** Where writes and looks of many become few calls, and where they wait to be judged together. */
export class Lane {
  private readonly gate: Batcher<Wish, undefined>;
  private readonly writer: Batcher<DeviceWrite, undefined>;
  private readonly reader: Batcher<string, Device | undefined>;
  private readonly pace: Pace | undefined;
  /** Devices that came through the gate, where they have been noticed, and have not been written yet. */
  private readonly noticed = new Set<string>();

  constructor(
    private readonly client: FortiZtp,
    from: DevicesFrom,
    guard: Guard,
  ) {
    const engine = from === "engine";
    this.gate = new Batcher({
      maxSize: Number.POSITIVE_INFINITY,
      quietMs: engine ? undefined : togetherMs.wishes,
      run: (wishes, signal) => guard.judge(wishes, signal),
    });
    this.writer = new Batcher<DeviceWrite, undefined>({
      maxSize: writesPerCall,
      maxInFlight: 4,
      finishSent: true,
      quietMs: engine ? undefined : togetherMs.writes,
      run: (writes, signal) => client.devices.putMany(writes, { signal }),
    });
    this.reader = new Batcher({
      maxSize: engine ? readsPerCall : Number.POSITIVE_INFINITY,
      maxInFlight: engine ? 4 : 1,
      quietMs: engine ? undefined : togetherMs.looks,
      run: (serials, signal) => this.readTogether(serials, signal),
    });
    if (engine) this.pace = new Pace({ stages: [this.gate, this.writer, this.reader], quietMs });
  }

  /** Waits until all that may want the same have come. Rejects when the guard refuses. */
  async admit(wish: Wish, signal: AbortSignal): Promise<void> {
    const admitted = this.gate.add(wish, signal);
    this.pace?.arrived();
    await admitted;
    this.noticed.add(wish.serial);
  }

  /** Settled only when the vendor has taken or refused the write. */
  async write(write: DeviceWrite, signal: AbortSignal): Promise<void> {
    const written = this.writer.add(write, signal);
    if (this.noticed.delete(write.deviceSN)) void this.pace?.watch();
    else this.pace?.arrived();
    await written;
  }

  /** The device as it is now; undefined only when the vendor says of this very serial that it is not there. */
  look(serial: string, signal: AbortSignal): Promise<Device | undefined> {
    const device = this.reader.add(serial, signal);
    void this.pace?.watch();
    return device;
  }

  private async readTogether(serials: readonly string[], signal: AbortSignal): Promise<(Device | undefined)[]> {
    // More than fit into one call are cheaper to find among all devices of the account.
    const { devices } = await this.client.devices.list(serials.length > readsPerCall ? {} : { serials }, { signal });
    const found = new Map(devices.map((device) => [device.deviceSN, device]));
    // A list that lacks a device proves nothing; only the answer about this one serial does.
    return Promise.all(serials.map((serial) => found.get(serial) ?? this.client.devices.get(serial, { signal })));
  }
}
