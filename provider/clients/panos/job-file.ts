import { VendorError } from "../http/errors";
import { system } from "./errors";
import type { FileStamp } from "./files";
import type { JsonFile } from "./json-reader";
import { checkedName, type JobPlace } from "./layout";
import { instantOf } from "./times";
import { fieldsOf, flagOf, isObject, textOf, textsOf } from "./wire";

export type JobType = "standalone" | "ha_pair" | "download_only";

/** A job to be submitted. */
export interface JobSpec {
  /** Ours to choose, and for one use only: the daemon remembers which ids were cancelled. */
  id: string;
  type: JobType;
  /** Serials: one, or both members of an HA pair in any order. */
  devices: readonly string[];
  /** Kept in the file; the daemon does not look at it. */
  haPairName?: string;
  /** The daemon goes through the motions, and then says that the device has the new version. */
  dryRun?: boolean;
}

/** What a job's file says. */
export interface JobFile {
  /** The id inside, which must be that of the name. */
  jobId?: string;
  type?: string;
  devices: string[];
  haPairName?: string;
  dryRun: boolean;
  /** When it was written, ISO 8601, by the clock of the writer. */
  createdAt?: string;
  /** When it ended, ISO 8601, by the clock of the daemon. */
  completedAt?: string;
  /** "pending" until it ends, then "complete" or "failed"; "cancelled" when it was withdrawn before its begin. */
  status?: string;
}

/** A job's file where it was found. */
export interface JobRecord extends JobFile {
  /** The stem of the file's name. */
  id: string;
  place: JobPlace;
  /** When it came to this place, ISO 8601, by the clock of the file system. */
  arrivedAt: string;
  /** Why the daemon does not take this file, whatever happens; undefined if it does. */
  defect?: JobDefect;
  stamp: FileStamp;
}

/** Why a job stays where it is for ever. */
export interface JobDefect {
  cause: "not-json" | "unknown-key" | "missing-key" | "wrong-name" | "unknown-type" | "too-few-devices";
  reason: string;
}

const types: readonly string[] = ["standalone", "ha_pair", "download_only"] satisfies JobType[];
const required = ["job_id", "type", "devices"];
/** The daemon refuses a file with any other key. */
const knownKeys: readonly string[] = [
  ...required,
  "ha_pair_name",
  "dry_run",
  "download_only",
  "created_at",
  "started_at",
  "completed_at",
  "status",
];

/** The file of a job as the daemon takes it. */
export function jobFileOf(spec: JobSpec, createdAt: string): Record<string, unknown> {
  return {
    job_id: spec.id,
    type: spec.type,
    devices: [...spec.devices],
    ha_pair_name: spec.haPairName ?? "",
    dry_run: spec.dryRun ?? false,
    download_only: spec.type === "download_only",
    created_at: createdAt,
    status: "pending",
  };
}

/** What a file in the queue says, as far as it can be understood. */
export function jobRecordOf(id: string, place: JobPlace, file: JsonFile): JobRecord {
  const fields = fieldsOf(file.value);
  const job: JobFile = {
    jobId: textOf(fields.job_id),
    type: textOf(fields.type),
    devices: textsOf(fields.devices),
    haPairName: textOf(fields.ha_pair_name),
    dryRun: flagOf(fields.dry_run) ?? false,
    createdAt: instantOf(fields.created_at),
    completedAt: instantOf(fields.completed_at),
    status: textOf(fields.status),
  };
  const { stamp } = file;
  return {
    id,
    place,
    ...job,
    arrivedAt: new Date(stamp.ctimeMs).toISOString(),
    defect: defectOf(id, job, file),
    stamp,
  };
}

function defectOf(id: string, job: JobFile, { value, understood }: JsonFile): JobDefect | undefined {
  if (!understood) return { cause: "not-json", reason: "its content is no JSON" };
  if (!isObject(value)) return { cause: "not-json", reason: "its content is no JSON object" };
  const unknown = Object.keys(value).filter((key) => !knownKeys.includes(key));
  if (unknown.length > 0)
    return {
      cause: "unknown-key",
      reason: `the daemon refuses files with other keys than its own: ${unknown.join(", ")}`,
    };
  const missing = required.filter((key) => !(key in value));
  if (missing.length > 0) return { cause: "missing-key", reason: `its file lacks ${missing.join(", ")}` };
  if (job.jobId !== id)
    return { cause: "wrong-name", reason: `the id in its file, ${job.jobId ?? "none"}, is not that of its name` };
  if (!types.includes(job.type ?? ""))
    return { cause: "unknown-type", reason: `the daemon knows no job of type "${job.type ?? ""}"` };
  const least = job.type === "ha_pair" ? 2 : 1;
  if (job.devices.length < least)
    return {
      cause: "too-few-devices",
      reason: `a job of type ${job.type} needs ${least} device${least === 1 ? "" : "s"}`,
    };
  return undefined;
}

/** @throws VendorError for a job that the daemon would not carry out as it is meant. */
export function checkJob({ id, type, devices }: JobSpec): void {
  checkedName(id, "id");
  for (const serial of devices) checkedName(serial, "serial");
  const wanted = type === "ha_pair" ? 2 : 1;
  if (types.includes(type) && devices.length === wanted && new Set(devices).size === wanted) return;
  throw new VendorError({
    kind: "rejected",
    system,
    action: `submit job ${id}`,
    reason: `a job of type ${type} cannot have ${devices.length === 0 ? "no devices" : `the devices ${devices.join(", ")}`}`,
    notAttempted: true,
    hint: "Give each device a job of its own, and an HA pair one with its two different serials.",
  });
}
