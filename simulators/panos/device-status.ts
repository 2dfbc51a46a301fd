import { isObject } from "../core/http";
import type { Directory } from "./directory";

export interface DiskSpace {
  available_gb: number;
  required_gb: number;
  check_passed: boolean;
}

export interface ErrorRecord {
  timestamp: string;
  phase: string;
  message: string;
  details: string;
}

/** What `status/devices/<serial>.json` holds. */
export interface DeviceStatus {
  serial: string;
  hostname: string;
  ha_role: string;
  current_version: string;
  starting_version: string;
  target_version: string;
  upgrade_path: string[];
  current_path_index: number;
  upgrade_status: string;
  progress: number;
  current_phase: string;
  upgrade_message: string;
  disk_space: DiskSpace | null;
  downloaded_versions: string[];
  skipped_versions: string[];
  ready_for_install: boolean;
  last_updated: string;
  skip_reason: string;
  errors: ErrorRecord[];
}

const unfinished = ["pending", "validating", "downloading", "installing", "rebooting"];

export function statusPath(serial: string): string {
  return `status/devices/${serial}.json`;
}

/** The status that a worker begins with: one that an earlier job left unfinished is taken over, however old it is. */
export function beginStatus(directory: Directory, serial: string): DeviceStatus {
  const fresh: DeviceStatus = {
    serial,
    hostname: serial,
    ha_role: "standalone",
    current_version: "",
    starting_version: "",
    target_version: "",
    upgrade_path: [],
    current_path_index: 0,
    upgrade_status: "pending",
    progress: 0,
    current_phase: "",
    upgrade_message: "",
    disk_space: null,
    downloaded_versions: [],
    skipped_versions: [],
    ready_for_install: false,
    last_updated: directory.stamps.text(),
    skip_reason: "",
    errors: [],
  };
  const left = leftStatus(directory, serial);
  if (!isObject(left) || !left.starting_version || !unfinished.includes(String(left.upgrade_status))) return fresh;
  // These three are not carried over.
  const { errors, disk_space, last_updated, ...kept } = left;
  const known = Object.entries(kept).filter(([name]) => Object.hasOwn(fresh, name));
  return { ...fresh, ...Object.fromEntries(known) };
}

/** Adds an error; nothing else moves `last_updated`. */
export function addError(
  directory: Directory,
  status: DeviceStatus,
  phase: string,
  message: string,
  details = "",
): void {
  status.errors.push({ timestamp: directory.stamps.text(), phase, message, details });
  status.last_updated = directory.stamps.text();
}

function leftStatus(directory: Directory, serial: string): unknown {
  try {
    return directory.readJsonOr(statusPath(serial), undefined);
  } catch {
    return undefined;
  }
}
