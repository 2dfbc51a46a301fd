import type { Clock } from "../http/clock";
import type { VendorError } from "../http/errors";
import type { Commands } from "./commands";
import { type Daemon, type DaemonLook, type Worker, workerOf } from "./daemon";
import type { DeviceStatus, Devices } from "./devices";
import { during } from "./errors";
import type { JobRecord } from "./job-file";
import { type JobPlace, jobPlaces, type Layout } from "./layout";
import type { CallOptions } from "./options";
import { type Facts, jobProgress, judgeJob, type Verdict } from "./outcome";
import type { Queue } from "./queue";
import { msOf } from "./times";
import type { PostFlight, PreFlight, Validation } from "./validation";
import { verdictError } from "./verdict-errors";

/** What can be said of a job. */
export interface JobReport {
  record: JobRecord;
  verdict: Verdict;
  /** The error that says why the job did not do what it was for; undefined if it did, or still may. */
  error?: VendorError;
  worker?: Worker;
  /** Percent: of its device, or the mean of the members that were touched. */
  progress: number;
  /** What the daemon wrote of the devices during this job; nothing of a device that it has not touched. */
  devices: DeviceStatus[];
  preFlights: PreFlight[];
  postFlights: PostFlight[];
  look: DaemonLook;
}

export interface ReportOptions extends CallOptions {
  /**
   * When the job's file was written or taken, in milliseconds by the clock of the file system: what is older is of another
   * job. Default: as seen before, else as the file says.
   */
  since?: number;
}

export type JobState = "pending" | "active" | "completed" | "failed" | "cancelled";

/** A job in a list. */
export interface JobListing extends JobRecord {
  state: JobState;
}

export type JobSummary = Record<JobState | "total", number>;

/** Time for the daemon to write the result into a file that it has moved. */
const settleMs = 5_000;
const everyMs = 250;
/** Around times that one machine takes and another one compares. */
const leewayMs = 1_000;

/** What becomes of jobs. */
export class Jobs {
  constructor(
    private readonly parts: {
      layout: Layout;
      queue: Queue;
      daemon: Daemon;
      devices: Devices;
      validation: Validation;
      commands: Commands;
      clock: Clock;
    },
  ) {}

  /** A job and what came of it; undefined when two passes have seen it nowhere. */
  async report(id: string, options: ReportOptions = {}): Promise<JobReport | undefined> {
    return during(`look after job ${id}`, async () => {
      const { queue, clock } = this.parts;
      const { signal } = options;
      for (let waited = 0; ; waited += everyMs) {
        const record = await queue.find(id, { signal, fresh: waited > 0 });
        if (!record) return undefined;
        let report = await this.judged(record, options);
        // Only what has just been looked at is declared stuck.
        if (report.verdict.kind === "stuck") {
          const again = await queue.find(id, { signal, fresh: true });
          if (again) report = await this.judged(again, options);
        }
        if (report.verdict.kind !== "settling") return report;
        if (waited >= settleMs) return this.withVerdict(report, { kind: "unknown", place: placeOf(report.record) });
        await clock.sleep(everyMs, signal);
      }
    });
  }

  /** All jobs of a state, by one pass; with `idPrefix` only those whose ids begin so, and no other file is read. */
  async list(
    state: JobState | "all" = "all",
    { signal, idPrefix }: CallOptions & { idPrefix?: string } = {},
  ): Promise<JobListing[]> {
    return during("list the jobs", async () => {
      const places: readonly JobPlace[] =
        state === "all" ? jobPlaces : [state === "failed" || state === "completed" ? "completed" : state];
      const listings = (await this.parts.queue.list(places, { signal, idPrefix })).map((record) => ({
        ...record,
        state: stateOf(record),
      }));
      return listings.filter((listing) => state === "all" || listing.state === state);
    });
  }

  /** How many jobs there are of each state. The daemon's own count knows no failed ones. */
  async summary(call?: CallOptions): Promise<JobSummary> {
    const counts: JobSummary = { pending: 0, active: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
    for (const { state } of await this.list("all", call)) {
      counts[state]++;
      counts.total++;
    }
    return counts;
  }

  private async judged(record: JobRecord, options: ReportOptions): Promise<JobReport> {
    const facts = await this.factsOf(record, options);
    const { preFlights, ...rest } = facts;
    const verdict = judgeJob(rest);
    return {
      record,
      verdict,
      error: this.errorOf(record, verdict),
      worker: workerOf(facts.look.workers, record.id),
      progress: jobProgress(facts.devices),
      devices: [...facts.devices.values()],
      preFlights,
      postFlights: [...facts.postFlights],
      look: facts.look,
    };
  }

  private withVerdict(report: JobReport, verdict: Verdict): JobReport {
    return { ...report, verdict, error: this.errorOf(report.record, verdict) };
  }

  private errorOf(record: JobRecord, verdict: Verdict): VendorError | undefined {
    return verdictError(record, verdict, this.parts.layout.logs);
  }

  private async factsOf(
    record: JobRecord,
    { since, signal }: ReportOptions,
  ): Promise<Facts & { preFlights: PreFlight[] }> {
    const look = await this.parts.daemon.look({ signal });
    const nothing = { record, look, devices: new Map(), overwritten: [], preFlights: [], postFlights: [] };
    if (record.place === "pending") return nothing;
    if (record.place === "active") {
      // A device of a job that waits in the daemon's memory has nothing to tell.
      const { workers, busy } = look.workers;
      if (!workerOf(look.workers, record.id) && busy > 0 && busy === workers.length) return nothing;
      return { ...nothing, ...(await this.devicesOf(record, record.stamp.ctimeMs)) };
    }
    const from = since ?? this.parts.queue.written(record.id) ?? (msOf(record.createdAt) ?? 0) - leewayMs;
    const until = (msOf(record.completedAt) ?? Number.POSITIVE_INFINITY) + settleMs;
    const window = { since: from, until, signal };
    const [told, preFlights, postFlights] = await Promise.all([
      this.devicesOf(record, from, until),
      this.ofEach(record, (serial) => this.parts.validation.preFlight(serial, window)),
      this.ofEach(record, (serial) => this.parts.validation.postFlight(serial, window)),
    ]);
    return { ...nothing, ...told, preFlights, postFlights, cancel: await this.cancelOf(record, from, look, signal) };
  }

  /** Status files written in this time: older ones are of another job before, younger ones of one after. */
  private async devicesOf({ devices: serials }: JobRecord, from: number, until = Number.POSITIVE_INFINITY) {
    const devices = new Map<string, DeviceStatus>();
    const overwritten: string[] = [];
    for (const serial of serials) {
      const device = await this.parts.devices.status(serial);
      const at = msOf(device?.writtenAt) ?? Number.NEGATIVE_INFINITY;
      if (at > until) overwritten.push(serial);
      else if (device && at >= Math.floor(from)) devices.set(serial, device);
    }
    return { devices, overwritten };
  }

  private async ofEach<T>({ devices }: JobRecord, read: (serial: string) => Promise<T | undefined>): Promise<T[]> {
    const all = await Promise.all(devices.map(read));
    return all.filter((found): found is Awaited<T> & {} => found !== undefined);
  }

  /** The command that a failed job may have ended by. A command for a device holds from the daemon's start to its end. */
  private async cancelOf(
    record: JobRecord,
    from: number,
    { daemon }: DaemonLook,
    signal?: AbortSignal,
  ): Promise<Facts["cancel"]> {
    if (record.status !== "failed") return undefined;
    const commands = (await this.parts.commands.processed({ signal })).filter(
      ({ command }) => command === "cancel_upgrade",
    );
    const since = Math.min(from, msOf(daemon.startedAt) ?? from);
    const holds = ({ jobId, serial, timestamp }: (typeof commands)[number]) =>
      record.place === "cancelled"
        ? jobId === record.id
        : serial !== undefined && record.devices.includes(serial) && (msOf(timestamp) ?? from) >= since;
    const command = commands.find(holds);
    return command && { reason: command.reason };
  }
}

function placeOf({ place }: JobRecord): "completed" | "cancelled" {
  return place === "cancelled" ? "cancelled" : "completed";
}

function stateOf({ place, status }: JobRecord): JobState {
  return place === "completed" && status === "failed" ? "failed" : place;
}
