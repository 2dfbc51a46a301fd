import { resolve } from "node:path";
import { systemClock } from "../http/clock";
import { Changes, type ChangeWatch } from "./changes";
import { Commands } from "./commands";
import { ConfigFiles } from "./config-files";
import { Daemon, type DaemonStatus, type Workers } from "./daemon";
import { Delivery } from "./delivery";
import { type DeviceProgress, type DeviceStatus, Devices, isStale, progressOf } from "./devices";
import { createWords, during, explained } from "./errors";
import { nodeFiles } from "./files";
import type { JobRecord } from "./job-file";
import { type JobSummary, Jobs } from "./jobs";
import { JsonReader } from "./json-reader";
import { layoutOf } from "./layout";
import type { CallOptions, PanosOptions, PanosSurroundings } from "./options";
import { Queue } from "./queue";
import { Submission } from "./submission";
import { Validation } from "./validation";

export type { ChangeWatch } from "./changes";
export type { CancelSpec, CommandRecord } from "./commands";
export type {
  DaemonSettings,
  InventoryDevice,
  PanosInventory,
  UpgradePath,
  UpgradePathMap,
  UpgradePaths,
} from "./config-files";
export type { DaemonStatus, Worker, Workers } from "./daemon";
export type { DeviceError, DeviceProgress, DeviceStatus } from "./devices";
export { DuplicateJobError } from "./errors";
export type { JobRecord, JobSpec, JobType } from "./job-file";
export type { JobListing, JobReport, JobState, JobSummary, ReportOptions } from "./jobs";
export type { PanosOptions, PanosSurroundings } from "./options";
export { type FailureCause, isFinal, type Outcome, type StuckCause, type Verdict } from "./outcome";
export type { SubmitOptions, Submitted, Withdrawal } from "./submission";
export type { Comparison, Metrics, PostFlight, PreFlight, ValidationSummary, ValidationWindow } from "./validation";

/**
 * The PAN-OS Upgrade Manager, by its work directory. Everything that fails is a `VendorError`: "network" when the directory
 * is missing or out of reach, "forbidden" when it may not be read or written, "server" with a code such as ENOSPC when the
 * file system refuses, "rejected" for what the daemon would not take. Reading writes nothing.
 */
export interface Panos {
  /** The work directory, absolute. */
  readonly baseDir: string;
  jobs: Pick<Jobs, "report" | "list" | "summary"> &
    Pick<Submission, "submit" | "withdraw" | "requeue" | "holders"> & {
      /** A job's file, wherever it is; undefined when two passes have seen it nowhere. */
      find(id: string, call?: CallOptions): Promise<JobRecord | undefined>;
    };
  commands: Pick<Commands, "sendCancel" | "acknowledged" | "find" | "processed">;
  devices: {
    /** What the daemon last wrote of a device; undefined when it has never dealt with it. */
    status(serial: string, call?: CallOptions): Promise<(DeviceStatus & { stale: boolean }) | undefined>;
    progress(serial: string, call?: CallOptions): Promise<DeviceProgress>;
  };
  validation: Pick<Validation, "preFlight" | "postFlight" | "summary">;
  daemon: {
    status(call?: CallOptions): Promise<DaemonStatus>;
    workers(call?: CallOptions): Promise<Workers>;
  };
  config: Pick<ConfigFiles, "upgradePaths" | "upgradePath" | "writeUpgradePaths" | "inventory" | "settings">;
  /** Everything at a glance; `devices` are those of the active jobs. */
  dashboard(call?: CallOptions): Promise<Dashboard>;
  /** Wakes who waits for jobs or commands. Close it, or it keeps watching. */
  changes(): ChangeWatch;
}

export interface Dashboard {
  daemon: DaemonStatus;
  workers: Workers;
  jobs: JobSummary;
  devices: DeviceProgress[];
}

/** A client for a work directory. Touches nothing before its first call. */
export function createPanos(options: PanosOptions & PanosSurroundings): Panos {
  const {
    fileMode = 0o640,
    gid,
    pollIntervalSeconds = 5,
    daemonStaleAfterSeconds = 20,
    commandDelivery = "link",
  } = options;
  const { clock = systemClock, onWarning: warn = () => {} } = options;
  const baseDir = resolve(options.baseDir);
  const layout = layoutOf(baseDir);
  const files = explained(options.files ?? nodeFiles);
  const words = createWords(options.redactor);
  const reader = new JsonReader(files, clock);
  const delivery = new Delivery(files, { mode: fileMode, gid });
  const queue = new Queue(layout, files, reader, clock);
  const daemon = new Daemon(layout, reader, clock, daemonStaleAfterSeconds * 1_000);
  const devices = new Devices(layout, reader, words, warn);
  const validation = new Validation(layout, files, reader, clock);
  const commands = new Commands({ layout, files, reader, delivery, daemon, clock, way: commandDelivery, words });
  const submission = new Submission({ layout, files, queue, delivery, commands, daemon, clock, warn });
  const jobs = new Jobs({ layout, queue, daemon, devices, validation, commands, clock });
  const config = new ConfigFiles(layout, reader, delivery, daemon);
  const watched = [layout.queue("active"), layout.queue("completed"), layout.queue("cancelled"), layout.deviceFolder];
  const intervalMs = Math.max(1, pollIntervalSeconds) * 1_000;
  const changes = new Changes([...watched, layout.processed], files, clock, intervalMs, () => {
    queue.outdated();
    daemon.outdated();
  });

  async function progress(serial: string, call?: CallOptions): Promise<DeviceProgress> {
    return during(`read the progress of device ${serial}`, async () => {
      const [device, look] = await Promise.all([devices.status(serial), daemon.look(call)]);
      return progressOf(serial, device, look.daemon);
    });
  }

  return {
    baseDir,
    jobs: {
      report: (id, call) => jobs.report(id, call),
      list: (state, call) => jobs.list(state, call),
      summary: (call) => jobs.summary(call),
      find: (id, call) => during(`find job ${id}`, () => queue.find(id, call)),
      submit: (spec, call) => submission.submit(spec, call),
      withdraw: (id) => submission.withdraw(id),
      requeue: (id) => submission.requeue(id),
      holders: (serials, call) => submission.holders(serials, call),
    },
    commands,
    devices: {
      status: (serial, call) =>
        during(`read the status of device ${serial}`, async () => {
          const [device, look] = await Promise.all([devices.status(serial), daemon.look(call)]);
          return device && { ...device, stale: isStale(device, look.daemon) };
        }),
      progress,
    },
    validation,
    daemon: {
      status: async (call) => (await daemon.look(call)).daemon,
      workers: async (call) => (await daemon.look(call)).workers,
    },
    config,
    async dashboard(call) {
      const [look, summary, active] = await Promise.all([
        daemon.look(call),
        jobs.summary(call),
        jobs.list("active", call),
      ]);
      const serials = [...new Set(active.flatMap((job) => job.devices))];
      return {
        ...look,
        jobs: summary,
        devices: await Promise.all(serials.map((serial) => progress(serial, call))),
      };
    },
    changes: () => changes.watch(),
  };
}
