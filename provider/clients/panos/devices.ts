import type { DaemonStatus } from "./daemon";
import type { JsonFile, JsonReader } from "./json-reader";
import type { Layout } from "./layout";
import { instantOf, isoOf, msOf } from "./times";
import { type Fields, fieldsOf, flagOf, isObject, listOf, numberOf, textOf, textsOf } from "./wire";

/** What the daemon last wrote of a device. It names no job, and is from the previous one until a worker begins. */
export interface DeviceStatus {
  serial: string;
  hostname?: string;
  haRole?: string;
  /** What the daemon takes for the running version: after an upgrade, and after a dry run, it has not looked. */
  currentVersion?: string;
  startingVersion?: string;
  targetVersion?: string;
  upgradePath: string[];
  currentPathIndex?: number;
  /** pending, validating, downloading, installing, rebooting, complete, download_complete, failed, cancelled, skipped. */
  upgradeStatus: string;
  /** Percent. After a failure as far as it came. */
  progress: number;
  phase?: string;
  message?: string;
  diskSpace?: { availableGb?: number; requiredGb?: number; checkPassed?: boolean };
  downloadedVersions: string[];
  skippedVersions: string[];
  readyForInstall: boolean;
  skipReason?: string;
  errors: DeviceError[];
  /** When the daemon made the record or added an error, ISO 8601: no sign of life. */
  lastUpdated?: string;
  /** When the file was written, ISO 8601, by the clock of the file system. */
  writtenAt: string;
}

export interface DeviceError {
  timestamp?: string;
  phase?: string;
  message: string;
  details?: string;
}

/** The same in short; a device that the daemon has never dealt with is "unknown". */
export interface DeviceProgress {
  serial: string;
  status: string;
  progress: number;
  phase?: string;
  message?: string;
  currentVersion?: string;
  targetVersion?: string;
  /** It was in the middle of work that nobody does any more. */
  stale: boolean;
}

const working: ReadonlySet<string> = new Set(["pending", "validating", "downloading", "installing", "rebooting"]);

/** Reads what the daemon writes of devices. */
export class Devices {
  constructor(
    private readonly layout: Layout,
    private readonly reader: JsonReader,
    private readonly words: (text: string) => string,
    private readonly warn: (message: string) => void,
  ) {}

  /** Undefined when the daemon has written nothing of this device, or nothing that can be understood, which is warned of. */
  async status(serial: string): Promise<DeviceStatus | undefined> {
    const path = this.layout.device(serial);
    const file = await this.reader.find(path);
    if (!file) return undefined;
    if (isObject(file.value)) return this.statusOf(serial, file.value, file);
    this.warn(`${path} cannot be understood, so that nothing is known of device ${serial}.`);
    return undefined;
  }

  private statusOf(serial: string, fields: Fields, { stamp }: JsonFile): DeviceStatus {
    const said = (value: unknown) => {
      const text = textOf(value);
      return text && this.words(text);
    };
    const disk = isObject(fields.disk_space) ? fields.disk_space : undefined;
    return {
      serial: textOf(fields.serial) ?? serial,
      hostname: textOf(fields.hostname),
      haRole: textOf(fields.ha_role),
      currentVersion: textOf(fields.current_version),
      startingVersion: textOf(fields.starting_version),
      targetVersion: textOf(fields.target_version),
      upgradePath: textsOf(fields.upgrade_path),
      currentPathIndex: numberOf(fields.current_path_index),
      upgradeStatus: textOf(fields.upgrade_status) ?? "unknown",
      progress: numberOf(fields.progress) ?? 0,
      phase: textOf(fields.current_phase),
      message: said(fields.upgrade_message),
      diskSpace: disk && {
        availableGb: numberOf(disk.available_gb),
        requiredGb: numberOf(disk.required_gb),
        checkPassed: flagOf(disk.check_passed),
      },
      downloadedVersions: textsOf(fields.downloaded_versions),
      skippedVersions: textsOf(fields.skipped_versions),
      readyForInstall: flagOf(fields.ready_for_install) ?? false,
      skipReason: said(fields.skip_reason),
      errors: listOf(fields.errors).map((entry) => {
        const error = fieldsOf(entry);
        return {
          timestamp: instantOf(error.timestamp),
          phase: textOf(error.phase),
          message: said(error.message) ?? said(entry) ?? "",
          details:
            said(error.details) ?? (isObject(error.details) ? this.words(JSON.stringify(error.details)) : undefined),
        };
      }),
      lastUpdated: instantOf(fields.last_updated),
      writtenAt: isoOf(stamp.mtimeMs),
    };
  }
}

/** True for a device in the middle of work that no daemon does: it was written before the daemon started, or none runs. */
export function isStale(device: DeviceStatus, daemon: DaemonStatus): boolean {
  if (!working.has(device.upgradeStatus)) return false;
  return !daemon.alive || Date.parse(device.writtenAt) < (msOf(daemon.startedAt) ?? 0);
}

export function progressOf(serial: string, device: DeviceStatus | undefined, daemon: DaemonStatus): DeviceProgress {
  if (!device) return { serial, status: "unknown", progress: 0, stale: false };
  const { upgradeStatus: status, progress, phase, message, currentVersion, targetVersion } = device;
  return { serial, status, progress, phase, message, currentVersion, targetVersion, stale: isStale(device, daemon) };
}
