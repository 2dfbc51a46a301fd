import { isObject } from "../core/http";
import { type DeviceStatus, statusPath } from "./device-status";
import type { Directory } from "./directory";
import type { Firewalls } from "./firewalls";
import type { Level } from "./log";
import type { Settings } from "./settings";
import type { Steps } from "./threads";
import type { UpgradePaths } from "./types";
import type { CrashPoint, PanosVariants } from "./variants";

/** What the upgrade procedures know of the daemon that runs them. */
export interface UpgradeContext {
  readonly directory: Directory;
  readonly firewalls: Firewalls;
  readonly variants: PanosVariants;
  readonly settings: Settings;
  /** As they were when the daemon started. */
  readonly paths: UpgradePaths;
  /** Serials whose list of software this daemon has refreshed, or believes so. */
  readonly softwareChecked: Set<string>;
  /** Whether somebody cancelled the job or the device since the daemon started. */
  cancelled(jobId: string, serial: string): boolean;
  readonly log: (level: Level, message: string, serial?: string) => void;
  /** Ends the daemon here when it is to be killed at this point. */
  checkpoint(point: CrashPoint): void;
}

/** How a job ended, and the sentence about it, which only reaches the log. */
export interface Ended {
  readonly success: boolean;
  readonly message: string;
}

/** The time that one small thing takes. */
export function* moment({ variants }: UpgradeContext): Steps {
  yield variants.stepMs / 1_000;
}

export function* save(context: UpgradeContext, status: DeviceStatus, changes: Partial<DeviceStatus> = {}): Steps {
  Object.assign(status, changes);
  context.directory.writeJson(statusPath(status.serial), status);
  yield* moment(context);
}

/** A device's entry in the inventory, as it is now. */
export function inventoryEntry(
  { directory, log }: UpgradeContext,
  serial: string,
): Record<string, unknown> | undefined {
  try {
    const inventory = directory.readJsonOr("devices/inventory.json", {});
    const devices = isObject(inventory) && isObject(inventory.devices) ? inventory.devices : {};
    const entry = devices[serial];
    return isObject(entry) ? entry : undefined;
  } catch (error) {
    log("ERROR", `Failed to load inventory: ${text(error)}`);
    return undefined;
  }
}

/** The words of an error. */
export function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
