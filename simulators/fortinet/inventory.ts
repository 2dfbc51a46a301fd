import type { Clock } from "../core/clock";
import {
  type DeviceRecord,
  type DeviceSeed,
  type FortiManagerRecord,
  type FortiManagerSeed,
  type InventorySeed,
  noTarget,
  type ScriptRecord,
  type ScriptSeed,
  type Target,
} from "./types";
import type { FortinetVariants } from "./variants";

/** What one account holds, and how its devices move from state to state. */
export class Inventory {
  readonly devices = new Map<string, DeviceRecord>();
  readonly fortiManagers = new Map<number, FortiManagerRecord>();
  readonly scripts = new Map<number, ScriptRecord>();
  /** Names of firmware profiles by region. */
  firmwareProfiles: Record<string, string[]> = {};
  /** The devices as a cached read shows them; undefined while there is no snapshot. */
  snapshot: Map<string, DeviceRecord> | undefined;
  readonly #timers = new Map<string, Array<() => void>>();
  #lastOid = 1_000;

  constructor(
    readonly account: string,
    private readonly clock: Clock,
    private readonly variants: FortinetVariants,
  ) {}

  /** Replaces everything. */
  load(seed: InventorySeed): void {
    this.replaceDevices([]);
    this.fortiManagers.clear();
    this.scripts.clear();
    this.#lastOid = 1_000;
    this.firmwareProfiles = seed.firmwareProfiles ?? {};
    for (const script of seed.scripts ?? []) this.addScript(script);
    for (const fortiManager of seed.fortiManagers ?? []) this.addFortiManager(fortiManager);
    this.addDevices(seed.devices ?? []);
  }

  /** Replaces all devices; the snapshot goes too. */
  replaceDevices(seeds: DeviceSeed[]): void {
    this.stop();
    this.devices.clear();
    this.snapshot = undefined;
    this.addDevices(seeds);
  }

  /** Adds devices, or replaces those with the same serial, as if they had just been registered. */
  addDevices(seeds: DeviceSeed[]): void {
    for (const seed of seeds) {
      this.#cancelTimers(seed.deviceSN);
      const { region, provisionStatus, availableRegions, ...rest } = withoutUndefined(seed);
      const record: DeviceRecord = {
        ...noTarget(),
        provisioningTimestamp: null,
        provisioningCompleteTimestamp: null,
        provisionSubStatus: null,
        message: null,
        availableRegions: "global,europe,JP,US",
        model: null,
        virtual: /^FG.?VM/i.test(seed.deviceSN),
        provisionStatus: "unprovisioned",
        ...rest,
      };
      this.devices.set(record.deviceSN, record);
      const regions = Array.isArray(availableRegions) ? availableRegions.join(",") : availableRegions;
      if (regions !== undefined) record.availableRegions = regions;
      this.patch(record.deviceSN, { provisionStatus: provisionStatus ?? "unprovisioned", region, ...rest });
    }
  }

  removeDevice(serial: string): void {
    const record = this.find(serial);
    if (!record) return;
    this.#cancelTimers(record.deviceSN);
    this.devices.delete(record.deviceSN);
  }

  addFortiManager(seed: FortiManagerSeed): FortiManagerRecord {
    const record = { scriptOid: null, updateTime: this.clock.now(), ...seed, oid: this.#oid(seed.oid) };
    this.fortiManagers.set(record.oid, record);
    return record;
  }

  addScript(seed: ScriptSeed): ScriptRecord {
    const record = { content: "", updateTime: this.clock.now(), ...seed, oid: this.#oid(seed.oid) };
    this.scripts.set(record.oid, record);
    return record;
  }

  /** Changes a FortiManager entry; it counts as updated now. Returns undefined for an unknown oid. */
  patchFortiManager(oid: number, change: Partial<FortiManagerSeed>): FortiManagerRecord | undefined {
    const record = this.fortiManagers.get(oid);
    return record && Object.assign(record, { updateTime: this.clock.now() }, withoutUndefined(change), { oid });
  }

  /** Changes a script; it counts as updated now. Returns undefined for an unknown oid. */
  patchScript(oid: number, change: Partial<ScriptSeed>): ScriptRecord | undefined {
    const record = this.scripts.get(oid);
    return record && Object.assign(record, { updateTime: this.clock.now() }, withoutUndefined(change), { oid });
  }

  find(serial: string): DeviceRecord | undefined {
    const exact = this.devices.get(serial);
    if (exact || this.variants.letterCase === "sensitive") return exact;
    const wanted = serial.toUpperCase();
    return [...this.devices.values()].find((record) => record.deviceSN.toUpperCase() === wanted);
  }

  /** Records where the device must go; it then waits for the device to come online. */
  provision(record: DeviceRecord, target: Target): void {
    this.#cancelTimers(record.deviceSN);
    Object.assign(record, target);
    record.provisionStatus = "incomplete";
    record.provisioningTimestamp = this.clock.now();
    record.provisioningCompleteTimestamp = null;
    this.#wait(record);
  }

  /** Clears the assignment. */
  unprovision(record: DeviceRecord): void {
    this.#cancelTimers(record.deviceSN);
    Object.assign(record, noTarget());
    record.provisionStatus = "unprovisioned";
    record.provisioningTimestamp = null;
    record.provisioningCompleteTimestamp = null;
    record.provisionSubStatus = null;
    record.message = null;
    delete record.ranScript;
  }

  /** The device calls home. It matters only to one that is incomplete; `provisioningSeconds` overrides the variant. */
  online(record: DeviceRecord, provisioningSeconds = this.variants.provisioningSeconds): void {
    if (record.provisionStatus !== "incomplete" || record.provisionSubStatus === "provisioning") return;
    record.provisionSubStatus = "provisioning";
    record.message = "The device is connected and is being provisioned";
    if (provisioningSeconds <= 0) this.#finish(record);
    else this.#later(record.deviceSN, provisioningSeconds, () => this.#finish(record));
  }

  /** Changes a device behind the back of the API, keeping it consistent. Returns undefined for an unknown serial. */
  patch(serial: string, change: Partial<DeviceRecord>): DeviceRecord | undefined {
    const record = this.find(serial);
    if (!record) return undefined;
    const { region, provisionStatus, ...rest } = withoutUndefined(change);
    if (provisionStatus !== undefined) this.#moveTo(record, provisionStatus);
    Object.assign(record, rest);
    const chosen = record.provisionStatus === "provisioned" || record.provisionStatus === "incomplete";
    if (region !== undefined && chosen) record.region = region;
    else if (region !== undefined && region !== null) record.availableRegions = region;
    return record;
  }

  /** Takes the snapshot that cached reads answer from. */
  takeSnapshot(): void {
    this.snapshot = new Map([...this.devices].map(([serial, record]) => [serial, { ...record }]));
  }

  /** Stops all devices where they are. */
  stop(): void {
    for (const serial of this.#timers.keys()) this.#cancelTimers(serial);
  }

  #moveTo(record: DeviceRecord, status: string): void {
    if (status === record.provisionStatus) return;
    if (status === "unprovisioned" || status === "hidden") this.unprovision(record);
    record.provisionStatus = status;
    if (status === "provisioned") {
      record.provisioningTimestamp ??= this.clock.now();
      this.#finish(record);
    } else if (status === "incomplete") {
      this.#cancelTimers(record.deviceSN);
      record.provisioningTimestamp = this.clock.now();
      record.provisioningCompleteTimestamp = null;
      this.#wait(record);
    }
  }

  #wait(record: DeviceRecord): void {
    record.provisionSubStatus = "waiting";
    record.message = "Waiting for the device to connect";
    this.#later(record.deviceSN, this.variants.tooLongAfterSeconds, () => this.#tooLong(record));
    const delay =
      record.onlineAfterSeconds === undefined ? this.variants.onlineAfterSeconds : record.onlineAfterSeconds;
    if (delay !== null) this.#later(record.deviceSN, delay, () => this.online(record));
  }

  #tooLong(record: DeviceRecord): void {
    const minutes = Math.round(this.variants.tooLongAfterSeconds / 60);
    record.provisionSubStatus = "provisioningtoolong";
    record.message = `Provisioning has not finished within ${minutes} minutes. Check that the device is powered on, has Internet access, reaches the service and is licensed`;
  }

  #finish(record: DeviceRecord): void {
    this.#cancelTimers(record.deviceSN);
    record.provisionStatus = "provisioned";
    record.provisionSubStatus = null;
    record.message = null;
    record.provisioningCompleteTimestamp = this.clock.now();
    this.#runScript(record);
  }

  /** The FortiManager runs the chosen script once, as it is at this moment. */
  #runScript(record: DeviceRecord): void {
    const manager = record.fortiManagerOid === null ? undefined : this.fortiManagers.get(record.fortiManagerOid);
    const oid = record.useDefaultScript ? manager?.scriptOid : record.scriptOid;
    const script = record.provisionTarget === "FortiManager" && oid ? this.scripts.get(oid) : undefined;
    if (script) record.ranScript = { oid: script.oid, name: script.name, content: script.content };
    else delete record.ranScript;
  }

  #later(serial: string, seconds: number, callback: () => void): void {
    const cancel = this.clock.schedule(seconds * 1_000, callback);
    this.#timers.set(serial, [...(this.#timers.get(serial) ?? []), cancel]);
  }

  #cancelTimers(serial: string): void {
    for (const cancel of this.#timers.get(serial) ?? []) cancel();
    this.#timers.delete(serial);
  }

  #oid(wanted: number | undefined): number {
    const oid = wanted ?? this.#lastOid + 1;
    this.#lastOid = Math.max(this.#lastOid, oid);
    return oid;
  }
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
