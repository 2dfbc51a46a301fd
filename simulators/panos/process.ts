import { basename } from "node:path";
import { isObject } from "../core/http";
import { type Ended, text, type UpgradeContext } from "./context";
import type { Deliveries } from "./deliveries";
import { type Directory, incomingFolder, pendingFolder } from "./directory";
import { downloadOnly } from "./download-only";
import type { Firewalls } from "./firewalls";
import { upgradePair } from "./ha-pair";
import { type Job, parseJob, serialsOf } from "./jobs";
import { type Level, Log } from "./log";
import { WorkerPool, type WorkItem } from "./pool";
import { readSettings, type Settings } from "./settings";
import { StatusFiles } from "./status-files";
import { DaemonKilled, passOn, type Steps, Threads } from "./threads";
import type { DaemonState, UpgradePaths } from "./types";
import { upgradeDevice } from "./upgrade";
import type { CrashPoint, PanosVariants } from "./variants";

/** What a daemon stands in. */
export interface Surroundings {
  readonly directory: Directory;
  readonly firewalls: Firewalls;
  readonly deliveries: Deliveries;
  readonly variants: PanosVariants;
  /** Called when the daemon was killed at a crash point. */
  crashed(): void;
}

/** How long a stopping daemon waits for all its workers together, in seconds. */
const stopTimeout = 30;

/** One life of the daemon: what it has in memory is lost with it. */
export class DaemonProcess implements UpgradeContext {
  readonly settings: Settings;
  readonly paths: UpgradePaths;
  readonly softwareChecked = new Set<string>();
  readonly log = (level: Level, message: string, serial?: string): void =>
    this.#log.write(level, "daemon", message, serial === undefined ? {} : { serial });
  readonly #surroundings: Surroundings;
  readonly #threads: Threads;
  readonly #pool: WorkerPool;
  readonly #status: StatusFiles;
  readonly #log: Log;
  readonly #cancelledJobs = new Set<string>();
  readonly #cancelledDevices = new Set<string>();
  #state: DaemonState = "running";

  /** Starts: waiting commands come before the first look at the queue. */
  constructor(surroundings: Surroundings) {
    const { directory, firewalls, variants } = surroundings;
    this.#surroundings = surroundings;
    directory.makeFolders();
    this.#log = new Log(directory);
    this.settings = readSettings(directory, variants);
    this.paths = this.#readPaths();
    this.#threads = new Threads(firewalls.clock, variants);
    this.#pool = new WorkerPool(this.#threads, directory.stamps, this.settings.workers, this.settings.queueSize);
    this.#status = new StatusFiles(this, this.#pool);
    this.log("INFO", "Starting PAN-OS upgrade daemon");
    this.#readWaitingCommands();
    // What was killed over a command starts none of these.
    this.#threads.start(this.#scanForever());
    this.#threads.start(this.#status.writeForever());
  }

  get directory(): Directory {
    return this.#surroundings.directory;
  }

  get firewalls(): Firewalls {
    return this.#surroundings.firewalls;
  }

  get variants(): PanosVariants {
    return this.#surroundings.variants;
  }

  get state(): DaemonState {
    return this.#state;
  }

  /** Whether it runs, or still does on its way out. */
  get alive(): boolean {
    return !this.#threads.ended;
  }

  /** SIGTERM: workers get a while to end what they do; what they don't end stays in queue/active. */
  stop(): void {
    if (this.#state !== "running") return;
    this.#state = "stopping";
    this.log("INFO", "Stopping PAN-OS upgrade daemon");
    this.#pool.stop();
    this.#threads.start(this.#waitAndEnd());
  }

  /** SIGKILL: nothing more is written, and `running` stays true in daemon.json. */
  kill(): void {
    if (!this.alive) return;
    this.#status.catchUp();
    this.#end("killed");
  }

  /** A command file that a running daemon notices. */
  noticeCommand(name: string): void {
    if (this.#state !== "running") return;
    this.#threads.start(this.#commandAfterDelay(name));
  }

  cancelled(jobId: string, serial: string): boolean {
    return this.#cancelledJobs.has(jobId) || this.#cancelledDevices.has(serial);
  }

  checkpoint(point: CrashPoint): void {
    if (this.variants.crashAt !== point) return;
    this.variants.crashAt = "never";
    this.kill();
    this.#surroundings.crashed();
    throw new DaemonKilled();
  }

  #readWaitingCommands(): void {
    try {
      for (const name of this.directory.jsonNames(incomingFolder)) this.#command(name);
    } catch (error) {
      if (!(error instanceof DaemonKilled)) throw error;
    }
  }

  #end(state: DaemonState): void {
    this.#state = state;
    this.#threads.end();
    this.#log.close();
  }

  *#waitAndEnd(): Steps {
    const each = stopTimeout / this.#pool.statuses.length;
    const pause = 0.1;
    for (const worker of this.#pool.statuses)
      for (let waited = 0; worker.status === "busy" && waited < each; waited += pause) yield pause;
    this.log("INFO", "Daemon stopped");
    this.#status.writeDaemon(false);
    this.#end("stopped");
  }

  #readPaths(): UpgradePaths {
    const paths: UpgradePaths = Object.create(null);
    try {
      const found = this.directory.readJsonOr("config/upgrade_paths.json", {});
      for (const [version, path] of Object.entries(isObject(found) ? found : {}))
        if (Array.isArray(path)) paths[version] = path.map(String);
    } catch (error) {
      this.log("ERROR", `Failed to load upgrade paths: ${text(error)}`);
    }
    return paths;
  }

  *#scanForever(): Steps {
    for (;;) {
      if (this.#state !== "running") return;
      for (const name of this.directory.jsonNames(pendingFolder).toSorted(byCodePoint)) this.#pickUp(name);
      yield this.variants.scanSeconds;
    }
  }

  #pickUp(name: string): void {
    const { directory, deliveries } = this.#surroundings;
    const path = `${pendingFolder}/${name}`;
    const delivery = deliveries.note(pendingFolder, name);
    try {
      const job = parseJob(directory.readJson(path));
      directory.move(path, `queue/active/${name}`);
      deliveries.settle(delivery, "taken");
      this.log("INFO", `Submitting job ${job.jobId} to worker pool`);
      this.checkpoint("pickUp");
      for (const item of this.#workOf(job))
        if (!this.#pool.submit(item))
          this.log("ERROR", `Work queue full, cannot submit job ${job.jobId} for ${item.serial}`);
    } catch (error) {
      passOn(error);
      if (directory.exists(path)) deliveries.settle(delivery, "refused");
      this.log("ERROR", `Error processing job ${directory.path(path)}: ${text(error)}`);
    }
  }

  /** The work of a job; none for a type that the daemon doesn't know, and for half a pair. */
  #workOf(job: Job): WorkItem[] {
    const { jobId, type, dryRun } = job;
    const item = (serial: string, run: () => Steps<Ended>): WorkItem => ({
      jobId,
      serial,
      work: () => this.#carryOut(jobId, run),
    });
    if (type === "standalone")
      return serialsOf(job).map((serial) => item(serial, () => upgradeDevice(this, serial, jobId, dryRun)));
    if (type === "download_only")
      return serialsOf(job).map((serial) => item(serial, () => downloadOnly(this, serial, jobId, dryRun)));
    const [one, other] = type === "ha_pair" ? serialsOf(job) : [];
    if (one === undefined || other === undefined) return [];
    return [item(one, () => upgradePair(this, [one, other], jobId, dryRun))];
  }

  /** Runs a job and moves its file; the file's content follows a moment later. */
  *#carryOut(jobId: string, run: () => Steps<Ended>): Steps {
    const { directory } = this;
    try {
      this.checkpoint("start");
      const { success, message } = yield* run();
      this.checkpoint("done");
      const active = `queue/active/${jobId}.json`;
      if (!directory.exists(active)) {
        this.log("WARNING", `Job file not found in active directory: ${jobId}`);
        return;
      }
      const cancelled = !success && this.#cancelledJobs.has(jobId);
      this.log(
        "INFO",
        `Job ${jobId} ${success ? "completed successfully" : cancelled ? "was cancelled" : `failed: ${message}`}`,
      );
      const final = `queue/${cancelled ? "cancelled" : "completed"}/${basename(active)}`;
      directory.move(active, final);
      this.checkpoint("moved");
      yield this.variants.completionGapMs / 1_000;
      const content = directory.readJson(final);
      const ending = { completed_at: directory.stamps.text(), status: success ? "complete" : "failed" };
      const killed = this.variants.crashAt === "saving" ? () => this.checkpoint("saving") : undefined;
      directory.writeJson(final, { ...(isObject(content) ? content : {}), ...ending }, killed);
    } catch (error) {
      passOn(error);
      this.log("ERROR", `Error in job completion handler: ${text(error)}`);
    }
  }

  *#commandAfterDelay(name: string): Steps {
    if (this.variants.commandDelaySeconds > 0) yield this.variants.commandDelaySeconds;
    if (this.#state === "running") this.#command(name);
  }

  /** Reads a command and moves its file; one that can't be read stays until the next start. */
  #command(name: string): void {
    if (name.startsWith(".")) return;
    const { deliveries } = this.#surroundings;
    const path = `${incomingFolder}/${name}`;
    const delivery = deliveries.note(incomingFolder, name);
    try {
      const command = this.directory.readJson(path);
      if (!isObject(command)) throw new Error("'list' object has no attribute 'get'");
      this.log("INFO", `Processing command: ${command.command}`);
      if (command.command === "cancel_upgrade") this.#cancel(command);
      else this.log("WARNING", `Unknown command type: ${command.command}`);
      this.checkpoint("command");
      this.directory.move(path, `commands/processed/${name}`);
      deliveries.settle(delivery, "taken");
    } catch (error) {
      passOn(error);
      if (this.directory.exists(path)) deliveries.settle(delivery, "refused");
      this.log("ERROR", `Error processing command ${this.directory.path(path)}: ${text(error)}`);
    }
  }

  /** Both ids count when both are there, whatever `target` says; nothing takes them back. */
  #cancel({ job_id: jobId, device_serial: serial, reason }: Record<string, unknown>): void {
    this.log(
      "INFO",
      `Cancellation requested - job: ${jobId}, device: ${serial}, reason: ${reason ?? "Admin requested"}`,
    );
    if (jobId) this.#cancelledJobs.add(String(jobId));
    if (serial) this.#cancelledDevices.add(String(serial));
  }
}

function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
