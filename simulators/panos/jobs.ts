import { isObject } from "../core/http";

/** A job as the daemon takes it from its file. */
export interface Job {
  readonly jobId: string;
  readonly type: unknown;
  readonly devices: unknown;
  readonly dryRun: boolean;
}

const requiredKeys = ["job_id", "type", "devices"];
const knownKeys = [
  ...requiredKeys,
  "ha_pair_name",
  "dry_run",
  "download_only",
  "created_at",
  "started_at",
  "completed_at",
  "status",
];

/** Takes what a job file says; any other key, or a missing one, is an error. */
export function parseJob(content: unknown): Job {
  if (!isObject(content)) throw new Error("Job() argument after ** must be a mapping");
  const unknown = Object.keys(content).find((key) => !knownKeys.includes(key));
  if (unknown !== undefined) throw new Error(`Job.__init__() got an unexpected keyword argument '${unknown}'`);
  const missing = requiredKeys.filter((key) => !Object.hasOwn(content, key));
  if (missing.length > 0)
    throw new Error(
      `Job.__init__() missing ${missing.length} required positional argument(s): ${missing.map((key) => `'${key}'`).join(", ")}`,
    );
  const { job_id, type, devices, dry_run } = content;
  return { jobId: String(job_id), type, devices, dryRun: Boolean(dry_run) };
}

/** The serials of a job, as Python walks through whatever stands there; throws when that can't be done. */
export function serialsOf({ devices }: Job): string[] {
  if (Array.isArray(devices)) return devices.map(String);
  if (typeof devices === "string") return [...devices];
  if (isObject(devices)) return Object.keys(devices);
  throw new Error(`'${devices === null ? "NoneType" : typeof devices}' object is not iterable`);
}
