import { type DaemonLook, isOrphan, workerOf } from "./daemon";
import type { DeviceStatus } from "./devices";
import type { JobDefect, JobRecord } from "./job-file";
import { isSettled } from "./queue";
import { msOf } from "./times";
import { beyondMargins, type PostFlight } from "./validation";

/** What a job came to, as far as files tell. `reason` is in the daemon's words wherever it has written any. */
export type Outcome =
  /** The daemon says that the devices run the new version, and that nothing is worse than before. */
  | { kind: "upgraded"; serials: string[]; untouched: string[]; validated: boolean }
  /** The same, but sessions, routes or ARP entries are beyond their margins. The daemon calls that complete. */
  | { kind: "validation-failed"; serials: string[]; untouched: string[]; reason: string }
  /** A dry run is through. What the device's status says of versions is made up. */
  | { kind: "simulated"; serials: string[] }
  /** The images are on the devices. */
  | { kind: "downloaded"; serials: string[] }
  /** Complete without touching a device: both members of a pair run a version that no path begins at. */
  | { kind: "nothing-to-do" }
  /** No path begins at the version that the devices run: they are at the target already, or unknown to the paths. */
  | { kind: "skipped"; serials: string[]; reason: string }
  | Failed
  /** Withdrawn before the daemon saw it, or cancelled by job or by device while it ran. */
  | { kind: "cancelled"; by: "withdrawal" | "job" | "device"; reason?: string; failure?: string; upgraded: string[] }
  /** The daemon died between moving the file and writing the result into it. */
  | { kind: "unknown"; place: "completed" | "cancelled" };

export interface Failed {
  kind: "failed";
  cause: FailureCause;
  /** Undefined when it stands in the daemon's log only. */
  reason?: string;
  /** The device that failed, if that is known. */
  serial?: string;
  phase?: string;
  /** Members of the pair that were upgraded before, and stay so. */
  upgraded: string[];
  /** The device was about to boot the new version and may come back with it. */
  perhapsUpgraded: boolean;
}

export type FailureCause =
  /** Not in the inventory, or without a management address. */
  | "inventory"
  /** Measured before the upgrade: mostly too little disk space. */
  | "pre-flight"
  | "download"
  | "install"
  | "reboot"
  /** One member of a pair could not be upgraded for want of a path. */
  | "skipped-member"
  /** Told in the daemon's log only. */
  | "unreported"
  | "other";

export type StuckCause =
  | JobDefect["cause"]
  /** The daemon lost it when it stopped. */
  | "orphaned"
  /** The daemon has died, or does not write any more, and forgets what it has taken. */
  | "daemon-down"
  /** Moved, but its queue in memory was full. */
  | "never-queued";

/** Where a job is, and what it came to. */
export type Verdict =
  | { kind: "pending" }
  /** Taken by the daemon; a worker has yet to begin, as far as known. */
  | { kind: "queued" }
  | { kind: "running"; progress: number }
  /** It will never end by itself. */
  | { kind: "stuck"; cause: StuckCause; reason: string }
  /** Moved, and its result is about to be written. */
  | { kind: "settling" }
  | Outcome;

/** Everything that a verdict rests on. */
export interface Facts {
  record: JobRecord;
  look: DaemonLook;
  /** Status files written during this job, by serial. */
  devices: ReadonlyMap<string, DeviceStatus>;
  /** Devices whose status file has been overwritten since by a later job. */
  overwritten: readonly string[];
  postFlights: readonly PostFlight[];
  /** A cancel command that the daemon has read: of this job for one in `cancelled`, else of its device. */
  cancel?: { reason?: string };
}

/** A worker takes what waits at once, and the list of workers is written every 5 seconds. */
const sureAfterMs = 15_000;

/** True when nothing will happen to the job any more. */
export function isFinal({ kind }: Verdict): boolean {
  return !["pending", "queued", "running", "stuck", "settling"].includes(kind);
}

/** The progress of a job: that of its device, of a pair the mean of the members that were touched. */
export function jobProgress(devices: ReadonlyMap<string, DeviceStatus>): number {
  const all = [...devices.values()].map(({ progress }) => progress);
  return all.length === 0 ? 0 : Math.round(all.reduce((sum, progress) => sum + progress, 0) / all.length);
}

/** Every row of what can become of a job, told apart by the files alone. */
export function judgeJob(facts: Facts): Verdict {
  const { record } = facts;
  if (record.place === "pending")
    return record.defect && !movesOn(record.defect) ? stuck(record.defect) : { kind: "pending" };
  if (record.place === "active") return judgeActive(facts);
  if (!isSettled(record)) return { kind: "settling" };
  if (record.place === "cancelled") return cancelled(facts);
  if (record.status === "complete") return complete(facts);
  return record.status === "failed" ? failed(facts) : { kind: "unknown", place: "completed" };
}

/** The daemon moves such a file to `active`, where it then stays. */
function movesOn({ cause }: JobDefect): boolean {
  return cause === "unknown-type" || cause === "too-few-devices" || cause === "wrong-name";
}

function stuck({ cause, reason }: JobDefect): Verdict {
  return { kind: "stuck", cause, reason };
}

function judgeActive({ record, look, devices }: Facts): Verdict {
  if (record.defect) return stuck(record.defect);
  if (isDown(record, look))
    return {
      kind: "stuck",
      cause: "daemon-down",
      reason: "the daemon gives no sign of life any more, and forgets what it has taken",
    };
  if (look.daemon.alive && workerOf(look.workers, record.id))
    return { kind: "running", progress: jobProgress(devices) };
  if (isOrphan(record, look)) {
    const stopped =
      look.daemon.running === false ? "the daemon has been stopped since" : "the daemon has been started anew since";
    return { kind: "stuck", cause: "orphaned", reason: `${stopped}, and forgets what it has taken` };
  }
  if (devices.size > 0) return { kind: "running", progress: jobProgress(devices) };
  const { workers, busy, writtenAt } = look.workers;
  const idle = workers.length > busy;
  if (look.daemon.alive && idle && (msOf(writtenAt) ?? 0) > record.stamp.ctimeMs + sureAfterMs)
    return {
      kind: "stuck",
      cause: "never-queued",
      reason: "workers are idle, but none has it: the daemon's queue was full",
    };
  return { kind: "queued" };
}

/** The daemon that has taken the job says that it runs, but has not said so for long. */
function isDown({ stamp }: JobRecord, { daemon }: DaemonLook): boolean {
  const updated = msOf(daemon.lastUpdated);
  return !daemon.alive && daemon.running === true && updated !== undefined && stamp.ctimeMs <= updated;
}

function complete({ record, devices, postFlights, overwritten }: Facts): Verdict {
  const serials = [...record.devices];
  if (record.dryRun) return { kind: "simulated", serials };
  if (record.type === "download_only") return { kind: "downloaded", serials };
  // What a later job has written over was written by this one too, as far as known.
  const touched =
    record.type === "ha_pair"
      ? serials.filter((serial) => devices.has(serial) || overwritten.includes(serial))
      : serials;
  const untouched = serials.filter((serial) => !touched.includes(serial));
  if (record.type === "ha_pair" && touched.length === 0) return { kind: "nothing-to-do" };
  const worse = postFlights.filter(({ validationPassed }) => validationPassed === false);
  if (worse.length === 0) return { kind: "upgraded", serials: touched, untouched, validated: postFlights.length > 0 };
  const reason = worse.map(({ serial, comparison }) => {
    const beyond = beyondMargins(comparison).join(", ") || "the comparison with before failed";
    return `${serial}: ${beyond}`;
  });
  return { kind: "validation-failed", serials: touched, untouched, reason: reason.join("; ") };
}

function failed(facts: Facts): Verdict {
  const { record, devices, cancel } = facts;
  const all = [...devices.values()];
  const upgraded = upgradedOf(facts);
  const broken = all.find(({ upgradeStatus }) => upgradeStatus === "failed" || upgradeStatus === "cancelled");
  const error = broken?.errors.at(-1);
  if (broken && error) return failure(broken, error.phase, error.message || broken.message, upgraded);
  // Neither kind of cancel leaves a word: the device has failed, with no error.
  if (broken || cancel) return { kind: "cancelled", by: "device", reason: cancel?.reason, upgraded };
  const skipped = all.filter(({ upgradeStatus }) => upgradeStatus === "skipped");
  const [first] = skipped;
  if (first) {
    const reason = first.skipReason ?? first.message ?? "no upgrade path for its version";
    const serials = skipped.map(({ serial }) => serial);
    if (serials.length === record.devices.length) return { kind: "skipped", serials, reason };
    const base = { phase: undefined, serial: first.serial, upgraded, perhapsUpgraded: false };
    return { kind: "failed", cause: "skipped-member", reason, ...base };
  }
  return { kind: "failed", cause: "unreported", upgraded, perhapsUpgraded: false };
}

function failure(
  device: DeviceStatus,
  phase: string | undefined,
  reason: string | undefined,
  upgraded: string[],
): Failed {
  const cause = causeOf(phase);
  const { serial } = device;
  // The daemon gave up waiting, or could not measure any more: the installation was through.
  const perhapsUpgraded = cause === "reboot" || phase === "post_flight_validation";
  return { kind: "failed", cause, reason, serial, phase, upgraded, perhapsUpgraded };
}

function causeOf(phase: string | undefined): FailureCause {
  switch (phase) {
    case "init":
      return "inventory";
    case "software_check":
      return "download";
    case "pre_flight_validation":
    case "pre_flight_disk_check":
      return "pre-flight";
    case "download":
    case "install":
    case "reboot":
      return phase;
    default:
      return "other";
  }
}

/** In `cancelled` is every failure of a job that was ever cancelled by its id, whatever it failed of. */
function cancelled(facts: Facts): Verdict {
  const { record, devices, cancel } = facts;
  if (record.status === "cancelled") return { kind: "cancelled", by: "withdrawal", upgraded: [] };
  const broken = [...devices.values()].find(({ errors }) => errors.length > 0);
  const failure = broken?.errors.at(-1)?.message;
  return { kind: "cancelled", by: "job", reason: cancel?.reason, failure, upgraded: upgradedOf(facts) };
}

function upgradedOf({ record, devices }: Facts): string[] {
  if (record.dryRun || record.type === "download_only") return [];
  return [...devices.values()].flatMap(({ serial, upgradeStatus }) => (upgradeStatus === "complete" ? [serial] : []));
}
