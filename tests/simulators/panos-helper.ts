import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  Clock,
  type PanosOptions,
  type PanosVariants,
  type SimulatorOptions,
  type Simulators,
  startSimulators,
} from "../../simulators";
import { call, type Reply, startAt } from "./helper";

export type Row = Record<string, unknown>;

/** What can be said of a job file; the rest is filled in. */
export interface JobRow extends Row {
  job_id: string;
  type: string;
  devices: unknown;
}

/** Simulators with a frozen clock, and a client that knows the layout of the directory and nothing else. */
export class PanosBench {
  private constructor(readonly simulators: Simulators) {}

  static async start(
    variants: Partial<PanosVariants> = {},
    panos: PanosOptions = {},
    options: SimulatorOptions = {},
  ): Promise<PanosBench> {
    const clock = new Clock({ startAt, frozen: true });
    return new PanosBench(await startSimulators({ clock, ...options, panos: { ...panos, variants } }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.simulators.close();
  }

  get panos() {
    return this.simulators.panos;
  }

  path(...parts: string[]): string {
    return join(this.panos.baseDir, ...parts);
  }

  json<T = Row>(...parts: string[]): T {
    return JSON.parse(readFileSync(this.path(...parts), "utf8"));
  }

  names(folder: string): string[] {
    return readdirSync(this.path(folder)).toSorted();
  }

  /** Writes beside the final name, then renames. */
  place(folder: string, name: string, content: unknown, mode = 0o640): void {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    const temporary = this.path(folder, `.${name}.${randomUUID()}.tmp`);
    writeFileSync(temporary, text, { mode });
    renameSync(temporary, this.path(folder, name));
  }

  /** Submits a job of one device, unless more is said; its id. */
  submit(job: Partial<JobRow> = {}, name?: string): string {
    const job_id = job.job_id ?? `web-${randomUUID()}`;
    const created_at = new Date().toISOString();
    const row = { job_id, type: "standalone", devices: [], ha_pair_name: "", dry_run: false, created_at, ...job };
    this.place("queue/pending", name ?? `${job_id}.json`, row);
    return job_id;
  }

  upgrade(serial: string, more: Partial<JobRow> = {}): string {
    return this.submit({ devices: [serial], ...more });
  }

  /** Delivers a command so that a running daemon sees it. */
  async command(content: unknown, name = `cancel-${randomUUID()}.json`): Promise<string> {
    this.link(content, name);
    await this.panos.settle();
    return name;
  }

  link(content: unknown, name: string): void {
    const temporary = this.path("commands/incoming", `.${name}.tmp`);
    writeFileSync(temporary, typeof content === "string" ? content : JSON.stringify(content));
    linkSync(temporary, this.path("commands/incoming", name));
    unlinkSync(temporary);
  }

  cancelJob(job_id: string): Promise<string> {
    return this.command({ command: "cancel_upgrade", target: "job", job_id, device_serial: "", reason: "test" });
  }

  cancelDevice(device_serial: string): Promise<string> {
    return this.command({ command: "cancel_upgrade", target: "device", job_id: "", device_serial, reason: "test" });
  }

  /** Folder of the queue that a job is in. */
  where(jobId: string): string | undefined {
    return ["pending", "active", "completed", "cancelled"].find((folder) =>
      existsSync(this.path("queue", folder, `${jobId}.json`)),
    );
  }

  job(jobId: string): Row {
    return this.json("queue", this.where(jobId) ?? "pending", `${jobId}.json`);
  }

  /** What is known of a device; undefined when there is no file. */
  status(serial: string): Row | undefined {
    const path = this.path("status/devices", `${serial}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  }

  seconds(count: number): void {
    this.simulators.clock.advance(count * 1_000);
  }

  /** Lets everything that goes on come to its end. */
  finish(): void {
    this.seconds(3_600);
  }

  /** Steps through time until something holds; throws when it never does. */
  advanceUntil(condition: () => boolean, stepMs = 1_000, steps = 10_000): void {
    for (let step = 0; step < steps; step += 1) {
      if (condition()) return;
      this.simulators.clock.advance(stepMs);
    }
    throw new Error("It never came to that.");
  }

  log(): string {
    return this.names("logs/text")
      .map((name) => readFileSync(this.path("logs/text", name), "utf8"))
      .join("");
  }

  stage(content: unknown, name: string): void {
    mkdirSync(this.path("commands"), { recursive: true });
    writeFileSync(this.path("commands", `.${name}.tmp`), JSON.stringify(content));
    renameSync(this.path("commands", `.${name}.tmp`), this.path("commands/incoming", name));
  }

  control(method: string, path: string, json?: unknown): Promise<Reply> {
    return call(this.simulators.controlUrl + path, { method, json });
  }
}
