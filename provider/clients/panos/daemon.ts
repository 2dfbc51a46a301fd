import { type Clock, formatDuration } from "../http/clock";
import type { JobRecord } from "./job-file";
import type { JsonFile, JsonReader } from "./json-reader";
import type { Layout } from "./layout";
import type { CallOptions } from "./options";
import { lookMaxAgeMs } from "./queue";
import { SharedLook } from "./shared-look";
import { instantOf, isoOf, msOf } from "./times";
import { fieldsOf, flagOf, listOf, numberOf, textOf } from "./wire";

/** The daemon as its status file has it. */
export interface DaemonStatus {
  /** It runs: it says so, and has said so lately. What it says alone is still there after a crash. */
  alive: boolean;
  /** Why it is not taken for alive, as a sentence. */
  problem?: string;
  /** What it says of itself; undefined when there is no status file. */
  running?: boolean;
  workers?: number;
  /** Files in the directories, as it counted them. `failedJobs` is always 0: see the summary of the jobs. */
  activeJobs?: number;
  pendingJobs?: number;
  completedJobs?: number;
  failedJobs?: number;
  cancelledJobs?: number;
  /** ISO 8601, by the clock of the daemon. */
  startedAt?: string;
  lastUpdated?: string;
}

export interface Worker {
  id: number;
  status: string;
  /** The job that it works on. */
  jobId?: string;
  /** Its device; of an HA pair the first. */
  serial?: string;
}

export interface Workers {
  workers: Worker[];
  busy: number;
  /** Busy ones of all, in percent. */
  utilization: number;
  /** When the list was written, ISO 8601, by the clock of the file system. */
  writtenAt?: string;
}

export interface DaemonLook {
  daemon: DaemonStatus;
  workers: Workers;
}

/** The daemon and its workers; who look at the same time share one look. */
export class Daemon {
  private readonly looks: SharedLook<DaemonLook>;
  /** The last version of the status, when it was looked at, and since when at the earliest it has been another one. */
  private seen: { version: string; at: number; changedAt?: number } | undefined;

  constructor(
    layout: Layout,
    reader: JsonReader,
    private readonly clock: Clock,
    private readonly staleAfterMs: number,
  ) {
    const load = async () => ({
      daemon: this.statusOf(await reader.find(layout.daemon)),
      workers: workersOf(await reader.find(layout.workers)),
    });
    this.looks = new SharedLook(load, clock, lookMaxAgeMs);
  }

  look(call?: CallOptions): Promise<DaemonLook> {
    return this.looks.recent(call);
  }

  /** The next look is a new one. */
  outdated(): void {
    this.looks.invalidate();
  }

  private statusOf(file: JsonFile | undefined): DaemonStatus {
    const fields = fieldsOf(file?.value);
    const version = `${file?.stamp.mtimeMs} ${fields.last_updated}`;
    const changedAt = this.seen?.version === version ? this.seen.changedAt : this.seen?.at;
    this.seen = { version, at: this.clock.now(), changedAt };
    const status = {
      running: flagOf(fields.running),
      workers: numberOf(fields.workers),
      activeJobs: numberOf(fields.active_jobs),
      pendingJobs: numberOf(fields.pending_jobs),
      completedJobs: numberOf(fields.completed_jobs),
      failedJobs: numberOf(fields.failed_jobs),
      cancelledJobs: numberOf(fields.cancelled_jobs),
      startedAt: instantOf(fields.started_at),
      lastUpdated: instantOf(fields.last_updated),
    };
    const problem = this.problemOf(file?.value !== undefined, status);
    return { alive: problem === undefined, problem, ...status };
  }

  private problemOf(exists: boolean, { running, lastUpdated }: Omit<DaemonStatus, "alive">): string | undefined {
    if (!exists)
      return "The daemon has written no status that can be read: it may never have been started with this directory.";
    if (!running) return "The daemon has been stopped.";
    // Whose status changes before our eyes is alive, whatever its clock says.
    if (this.clock.now() - (this.seen?.changedAt ?? Number.NEGATIVE_INFINITY) <= this.staleAfterMs) return undefined;
    const updated = msOf(lastUpdated);
    if (updated === undefined) return "The daemon's status does not say when it was written.";
    const age = this.clock.now() - updated;
    if (age > this.staleAfterMs)
      return `The daemon has not written its status for ${formatDuration(age)}, since ${lastUpdated}: it has crashed, or its clock is wrong.`;
    if (age < -this.staleAfterMs)
      return `The daemon's status is from ${formatDuration(-age)} in the future: set the clocks of its machine and of this one.`;
    return undefined;
  }
}

function workersOf(file: JsonFile | undefined): Workers {
  const workers = listOf(fieldsOf(file?.value).workers).map((entry, index): Worker => {
    const fields = fieldsOf(entry);
    return {
      id: numberOf(fields.worker_id) ?? index,
      status: textOf(fields.status) ?? "unknown",
      jobId: textOf(fields.current_job_id),
      serial: textOf(fields.current_device),
    };
  });
  const busy = workers.filter(({ status }) => status === "busy").length;
  const utilization = workers.length === 0 ? 0 : Math.round((busy / workers.length) * 1_000) / 10;
  return { workers, busy, utilization, writtenAt: file && isoOf(file.stamp.mtimeMs) };
}

/** The worker that has a job. */
export function workerOf({ workers }: Workers, jobId: string): Worker | undefined {
  return workers.find((worker) => worker.jobId === jobId);
}

/** True for an active job that the daemon no longer knows: it was taken before the daemon started, or the daemon is stopped. */
export function isOrphan({ place, id, stamp }: JobRecord, { daemon, workers }: DaemonLook): boolean {
  if (place !== "active") return false;
  // A job that came later was taken by another daemon, which has not written its status yet.
  if (daemon.running === false) return stamp.ctimeMs <= (msOf(daemon.lastUpdated) ?? Number.POSITIVE_INFINITY);
  const startedAt = msOf(daemon.startedAt);
  return startedAt !== undefined && latestOf(stamp.ctimeMs) < startedAt && !workerOf(workers, id);
}

/** File systems count in ticks, some in whole seconds: a change may be so much later than they say. */
function latestOf(ms: number): number {
  return ms + (ms % 1_000 === 0 ? 1_000 : 10);
}
