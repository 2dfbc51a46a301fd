import type { Clock } from "../../core/clock";
import type { Device } from "../types";
import type { DeviceEvent, FirmwareAction, FirmwareActionKind } from "./types";

/** Everything that was done to devices, and what Mist tells of it. */
export class Journal {
  /** For assertions: nothing of this is told by the API. */
  readonly actions: FirmwareAction[] = [];
  readonly events: DeviceEvent[] = [];
  #lastMicroseconds = 0;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (event: DeviceEvent) => void,
  ) {}

  act(device: string, kind: FirmwareActionKind, from: string, version: string, job: string | null): void {
    this.actions.push({ device, kind, from, version, job, at: this.clock.now() });
  }

  /** Adds an event such as AP_UPGRADED: `what` is what follows the type's prefix. */
  event(device: Device, what: string, text: string): void {
    // One microsecond more than the last one at least: paging tells rows apart by their time.
    this.#lastMicroseconds = Math.max(this.clock.now() * 1_000, this.#lastMicroseconds + 1);
    const event: DeviceEvent = {
      type: `${prefixes[device.type]}_${what}`,
      timestamp: this.#lastMicroseconds / 1_000_000,
      org_id: device.orgId,
      site_id: device.siteId,
      mac: device.mac,
      device_type: device.type,
      text,
    };
    this.events.push(event);
    this.tell(event);
  }

  clear(): void {
    this.actions.length = 0;
    this.events.length = 0;
    this.#lastMicroseconds = 0;
  }
}

const prefixes = { ap: "AP", switch: "SW", gateway: "GW" };

/** Every type of event that `Journal.event` adds, for the catalogue. */
export const eventTypes = Object.values(prefixes).flatMap((prefix) =>
  [
    "UPGRADE_BY_USER",
    "UPGRADE_BY_SCHEDULE",
    "UPGRADED",
    "UPGRADE_FAILED",
    "RESTARTED",
    "CONNECTED",
    "DISCONNECTED",
  ].map((what) => `${prefix}_${what}`),
);
