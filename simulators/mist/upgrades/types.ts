/** Where a device is within an upgrade, in order; the last two are other ends than `upgraded`. */
export const stages = [
  "scheduled",
  "download_requested",
  "downloading",
  "downloaded",
  "reboot_in_progress",
  "rebooted",
  "upgraded",
  "skipped",
  "failed",
] as const;

export type Stage = (typeof stages)[number];

/**
 * How one attempt to update a device goes: it works; the download fails; the image can't be written; the device doesn't
 * come back from its reboot; it comes back with the old version, and everybody says that it was upgraded.
 */
export const updateOutcomes = ["ok", "downloadFails", "installFails", "neverBack", "oldVersion"] as const;

export type UpdateOutcome = (typeof updateOutcomes)[number];

/** The last update of a device, as stats tell it by their wire names. */
export interface FirmwareUpdate {
  status: string | null;
  progress: number | null;
  /** One more with every attempt. */
  status_id: number | null;
  /** Seconds since the epoch. */
  timestamp: number;
  will_retry: boolean | null;
}

/** What a device has to do with firmware, besides the version that runs. */
export interface FirmwareState {
  fwupdate: FirmwareUpdate | null;
  /** Written to the device, to run after its next reboot. */
  pendingVersion: string | null;
  /** What ran before the last upgrade. */
  backupVersion: string | null;
  /** How its updates go: one for each attempt, in order; the last one stays. Empty: all work. */
  updateOutcomes: UpdateOutcome[];
}

/** A version that there is. */
export interface FirmwareRow {
  /** Of which devices: as the path and `type` of the versions' endpoint name them. */
  type: "ap" | "switch" | "gateway" | "ssr" | "mxedge";
  /** A model; for SSR and Mist Edge a package. */
  name: string;
  version: string;
  /** Its channel; without one it is a build for developers. */
  tag?: "stable" | "beta" | "alpha";
  /** Mist Edge: the distribution that it is for. */
  distro?: string;
}

export type FirmwareActionKind = "download" | "install" | "reboot" | "snapshot";

/** Something that was really done to a device. */
export interface FirmwareAction {
  /** MAC; of a Mist Edge its id. */
  readonly device: string;
  readonly kind: FirmwareActionKind;
  /** What ran at that time. */
  readonly from: string;
  /** What was downloaded or written, or is to run after the reboot. */
  readonly version: string;
  /** The job that did it; null for what was asked of one device. */
  readonly job: string | null;
  /** Milliseconds since the epoch of simulated time. */
  readonly at: number;
}

/** A row of the search for device events. */
export interface DeviceEvent {
  readonly type: string;
  /** Seconds since the epoch; no two events have the same. */
  readonly timestamp: number;
  readonly org_id: string | null;
  readonly site_id: string | null;
  readonly mac: string;
  readonly device_type: string;
  readonly text: string;
}
