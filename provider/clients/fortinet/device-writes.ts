import { isVendorError, VendorError } from "../http/errors";
import type { HttpClient } from "../http/request";
import { path } from "../http/url";
import type { Device, DeviceFilter, DeviceList, DeviceWrite, FortiManager } from "./fortiztp-types";
import { normalizeSerial, targetFields } from "./fortiztp-types";
import { chunksOf } from "./lists";
import { needsFortiManagers, sameTarget } from "./same-target";

/** What writing needs to see of the service. */
export interface DeviceReads {
  get(serial: string, options: { signal?: AbortSignal }): Promise<Device | undefined>;
  list(filter: DeviceFilter, options: { signal?: AbortSignal }): Promise<DeviceList>;
  fortiManagers(options: { signal?: AbortSignal }): Promise<FortiManager[]>;
}

export interface WriteOptions {
  signal?: AbortSignal;
}

export interface WriteManyOptions extends WriteOptions {
  /** Devices in one call. Default 10: the service's own maximum is not documented. */
  chunkSize?: number;
}

interface ChunkResult {
  /** What is not as desired, as far as known. */
  left: readonly DeviceWrite[];
  failure?: VendorError;
  /** It could not be seen what was applied. */
  unsettled?: boolean;
}

/** Writes devices so that each ends as desired or with a reason, though the service refuses to provision twice. */
export class DeviceWriter {
  constructor(
    private readonly http: HttpClient,
    private readonly reads: DeviceReads,
  ) {}

  /** Writes one device. Succeeds if a repetition finds it as desired. Throws `VendorError`. */
  async put(write: DeviceWrite, options: WriteOptions = {}): Promise<void> {
    try {
      await this.send(write, options);
    } catch (error) {
      if (!isVendorError(error)) throw error;
      const failure = explain(error);
      if (write.provisionStatus !== "unprovisioned" || failure.status !== 400 || isMissingDevice(failure))
        throw failure;
      await this.unprovisionNamingTarget(write, failure, options);
    }
  }

  /**
   * Writes many devices, together where possible. One outcome for each, in order: undefined if it is as desired, else
   * why it alone is not. Throws only when canceled.
   */
  async putMany(writes: readonly DeviceWrite[], options: WriteManyOptions = {}): Promise<(VendorError | undefined)[]> {
    const firsts = new Map(writes.toReversed().map((write) => [normalizeSerial(write.deviceSN), write]));
    const distinct = [...firsts.values()].reverse();
    const { signal, chunkSize = 10 } = options;
    const outcomes = await Promise.all(chunksOf(distinct, chunkSize).map((chunk) => this.putChunk(chunk, { signal })));
    const outcomeOf = new Map(outcomes.flat().map((outcome, index) => [distinct[index], outcome]));
    return writes.map((write) => {
      const first = firsts.get(normalizeSerial(write.deviceSN)) ?? write;
      const agree = first.provisionStatus === "unprovisioned" && write.provisionStatus === "unprovisioned";
      return first === write || agree ? outcomeOf.get(first) : givenTwice(write);
    });
  }

  private async putChunk(writes: readonly DeviceWrite[], options: WriteOptions): Promise<(VendorError | undefined)[]> {
    const failures = new Map<DeviceWrite, VendorError>();
    const alone: DeviceWrite[] = [];
    let together = writes;
    while (together.length > 1) {
      const { left, failure, unsettled } = await this.sendTogether(together, options);
      together = left;
      if (!failure || left.length === 0) break;
      if (unsettled || !isRefusal(failure)) {
        for (const write of left) failures.set(write, failure);
        together = [];
        break;
      }
      const named = left.filter((write) => names(failure, write));
      if (named.length === 0) break;
      for (const write of named) {
        // Unprovisioning has a second form to try, which the call for one device knows.
        if (write.provisionStatus === "unprovisioned" && !isMissingDevice(failure)) alone.push(write);
        else failures.set(write, failure.with({ action: actionOf(write) }));
      }
      together = left.filter((write) => !named.includes(write));
    }
    await Promise.all(
      [...alone, ...together].map(async (write) => {
        const failure = await this.putCatching(write, options);
        if (failure) failures.set(write, failure);
      }),
    );
    return writes.map((write) => failures.get(write));
  }

  private async putCatching(write: DeviceWrite, options: WriteOptions): Promise<VendorError | undefined> {
    try {
      await this.put(write, options);
      return undefined;
    } catch (error) {
      if (!isVendorError(error) || error.kind === "canceled") throw error;
      return error;
    }
  }

  private send(write: DeviceWrite, options: WriteOptions): Promise<void> {
    const serial = normalizeSerial(write.deviceSN);
    return this.http.send<void>({
      method: "PUT",
      path: path`/v2/devices/${serial}`,
      json: toWire(write),
      read: () => {},
      action: actionOf(write),
      signal: options.signal,
      beforeRepeat: async () => {
        const device = await this.reads.get(serial, options);
        return device && (await this.isAsDesired(device, write, options)) ? { value: undefined } : undefined;
      },
    });
  }

  /** Sends what is left of a chunk, dropping at every repetition what an earlier attempt has already applied. */
  private async sendTogether(writes: readonly DeviceWrite[], options: WriteOptions): Promise<ChunkResult> {
    let left = writes;
    try {
      await this.http.send<void>({
        method: "PUT",
        path: "/v2/devices",
        json: () => left.map(toWire),
        read: () => {},
        action: `write ${writes.length} devices`,
        batchSize: writes.length,
        signal: options.signal,
        beforeRepeat: async () => {
          left = await this.notYetApplied(left, options);
          return left.length === 0 ? { value: undefined } : undefined;
        },
      });
      return { left: [] };
    } catch (error) {
      if (!isVendorError(error) || error.kind === "canceled") throw error;
      const failure = explain(error);
      if (!isRefusal(failure)) return { left, failure };
      return this.afterRefusal(left, failure, options);
    }
  }

  /** A refused chunk may have been applied in part: look. */
  private async afterRefusal(
    writes: readonly DeviceWrite[],
    failure: VendorError,
    options: WriteOptions,
  ): Promise<ChunkResult> {
    try {
      return { left: await this.notYetApplied(writes, options), failure };
    } catch (error) {
      if (!isVendorError(error) || error.kind === "canceled") throw error;
      const hint = `Which of the devices were written could not be checked (${error.message})`;
      return { left: writes, failure: failure.with({ ambiguous: true, hint }), unsettled: true };
    }
  }

  private async notYetApplied(writes: readonly DeviceWrite[], options: WriteOptions): Promise<readonly DeviceWrite[]> {
    const serials = writes.map((write) => normalizeSerial(write.deviceSN));
    const { devices } = await this.reads.list({ serials }, options);
    const bySerial = new Map(devices.map((device) => [device.deviceSN, device]));
    const applied = await Promise.all(
      writes.map(async (write) => {
        const device = bySerial.get(normalizeSerial(write.deviceSN));
        return device !== undefined && (await this.isAsDesired(device, write, options));
      }),
    );
    return writes.filter((_, index) => !applied[index]);
  }

  private async isAsDesired(device: Device, write: DeviceWrite, options: WriteOptions): Promise<boolean> {
    if (!needsFortiManagers(device, write)) return sameTarget(device, write);
    return sameTarget(device, write, await this.reads.fortiManagers(options));
  }

  /** Some releases want to hear what is being undone. */
  private async unprovisionNamingTarget(
    write: DeviceWrite,
    failure: VendorError,
    options: WriteOptions,
  ): Promise<void> {
    const device = await this.reads.get(write.deviceSN, options);
    if (!device) throw failure;
    if (sameTarget(device, write)) return;
    const target = Object.fromEntries(targetFields.map((field) => [field, device[field]]));
    try {
      await this.send({ ...target, ...write }, options);
    } catch (error) {
      throw isVendorError(error) ? explain(error) : error;
    }
  }
}

/** The body of a write: the documented fields only, never status texts or timestamps, even if a caller passes them. */
export function toWire(write: DeviceWrite): Record<string, unknown> {
  const target = targetFields.flatMap((field) => (write[field] === undefined ? [] : [[field, write[field]] as const]));
  return {
    deviceSN: normalizeSerial(write.deviceSN),
    deviceType: write.deviceType,
    provisionStatus: write.provisionStatus,
    ...Object.fromEntries(target),
  };
}

// A missing FortiManager or script is refused in the same words, but for the subject.
const missingDevice = /\bdevice\b.*\bdoes(?:n['’]?t| not) exist in this account/i;

/** The service's own word that it does not know the device, which comes as 400 or as 404. */
export function isMissingDevice(failure: VendorError): boolean {
  if (failure.kind === "not-found") return true;
  return failure.status === 400 && missingDevice.test(failure.vendorMessage ?? "");
}

function isRefusal(failure: VendorError): boolean {
  return failure.kind === "rejected" || failure.kind === "not-found";
}

function explain(failure: VendorError): VendorError {
  if (!isMissingDevice(failure)) return failure;
  const hint = "Register the device in FortiCloud Asset Management under this account: it then appears here by itself.";
  return failure.with({ kind: "not-found", hint });
}

function names(failure: VendorError, write: DeviceWrite): boolean {
  const words = (failure.vendorMessage ?? "").toUpperCase().split(/[^A-Z0-9-]+/);
  return words.includes(normalizeSerial(write.deviceSN));
}

function actionOf(write: DeviceWrite): string {
  const serial = normalizeSerial(write.deviceSN);
  if (write.provisionStatus === "unprovisioned") return `unprovision device ${serial}`;
  return write.provisionTarget
    ? `provision device ${serial} to ${write.provisionTarget}`
    : `provision device ${serial}`;
}

function givenTwice(write: DeviceWrite): VendorError {
  const reason = "it is given more than once, and only the first was written";
  return new VendorError({ kind: "rejected", system: "FortiZTP", action: actionOf(write), reason });
}
