import { type Clock, systemClock } from "../http/clock";
import { Snapshot } from "../http/coalesce";
import type { Mist } from "./mist";
import { deviceIdOf, normalizeMac } from "./normal";
import type { Row } from "./pages";
import { numberOf, textOf } from "./wire";

/** The last update of a device's firmware, as Mist tells of it. */
export interface FirmwareUpdate {
  /** inprogress, scheduled, success, upgraded, failed, error; a word that is not known says nothing. */
  status?: string;
  /** In percent, of what changes along the way. */
  progress?: number;
  /** One more with every attempt. */
  statusId?: number;
  /** Seconds since 1970. */
  timestamp?: number;
  /** After a failure Mist will try again by itself. */
  willRetry: boolean;
}

/** A device as it is at the moment, as far as its firmware is concerned. */
export interface DeviceState {
  mac: string;
  deviceId: string;
  /** ap, switch or gateway. */
  type?: string;
  model: string;
  name: string;
  siteId?: string;
  /** What runs. */
  version?: string;
  connected: boolean;
  /** How long it has been running, in seconds. */
  uptime?: number;
  update: FirmwareUpdate;
}

const under: ReadonlySet<string | undefined> = new Set(["inprogress", "scheduled"]);
const done: ReadonlySet<string | undefined> = new Set(["success", "upgraded"]);
const broken: ReadonlySet<string | undefined> = new Set(["failed", "error"]);

export function isUnderWay({ status, willRetry }: FirmwareUpdate): boolean {
  return under.has(status) || (broken.has(status) && willRetry);
}

export function isDone({ status }: FirmwareUpdate): boolean {
  return done.has(status);
}

export function hasFailed({ status, willRetry }: FirmwareUpdate): boolean {
  return broken.has(status) && !willRetry;
}

/** What a row of statistics, or a message about a device, tells. */
export function deviceState(row: Row): DeviceState {
  const mac = normalizeMac(String(row.mac));
  return {
    mac,
    deviceId: textOf(row.id) ?? deviceIdOf(mac),
    type: textOf(row.type),
    model: textOf(row.model) ?? "",
    name: textOf(row.name) ?? "",
    siteId: textOf(row.site_id),
    version: textOf(row.version),
    connected: row.status === "connected",
    uptime: numberOf(row.uptime),
    update: updateFrom(row.fwupdate),
  };
}

export function updateFrom(value: unknown): FirmwareUpdate {
  const row = (typeof value === "object" && value !== null ? value : {}) as Row;
  return {
    status: textOf(row.status)?.toLowerCase(),
    progress: numberOf(row.progress),
    statusId: numberOf(row.status_id),
    timestamp: numberOf(row.timestamp),
    willRetry: row.will_retry === true,
  };
}

/** Where devices are: at one site, or anywhere in an organization. */
export interface DevicePlace {
  scope: "site" | "org";
  id: string;
}

/** What the devices of places do at the moment, listed once for all who look. */
export class DeviceStates {
  private readonly lists = new Map<string, Snapshot<ReadonlyMap<string, DeviceState>>>();

  constructor(
    private readonly client: Pick<Mist, "list" | "find">,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Those of a place by their MACs, at most so old; every thousand cost a call. */
  all(
    { scope, id }: DevicePlace,
    { signal, maxAgeMs = 0 }: { signal: AbortSignal; maxAgeMs?: number },
  ): Promise<ReadonlyMap<string, DeviceState>> {
    const path = `/${scope}s/${encodeURIComponent(id)}/stats/devices`;
    let list = this.lists.get(path);
    if (!list) {
      const load = (all: AbortSignal) => this.load(path, all);
      list = new Snapshot({ maxAgeMs: Number.POSITIVE_INFINITY, load, clock: this.clock });
      this.lists.set(path, list);
    }
    return list.read({ signal, since: this.clock.now() - maxAgeMs });
  }

  /** One device at a site as it is now; undefined on Mist's word that it is not there. */
  async find(siteId: string, deviceId: string, signal: AbortSignal): Promise<DeviceState | undefined> {
    const path = `/sites/${encodeURIComponent(siteId)}/stats/devices/${encodeURIComponent(deviceId)}`;
    const row = await this.client.find(path, { signal, action: `read what device ${deviceId} does` });
    return typeof row === "object" && row !== null ? deviceState(row as Row) : undefined;
  }

  private async load(path: string, signal: AbortSignal): Promise<Map<string, DeviceState>> {
    const states = new Map<string, DeviceState>();
    const query = { type: "all" };
    for await (const row of this.client.list(path, { query, signal, action: "read what devices do" })) {
      const state = deviceState(row);
      states.set(state.mac, state);
    }
    return states;
  }
}
