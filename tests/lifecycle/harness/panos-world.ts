import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, vi } from "vitest";
import { systemClock } from "../../../provider/clients/http/clock";
import { type PanosOptions, panosSecrets, type Simulators } from "../../../simulators";
import type { FirewallSeed } from "../../../simulators/panos/types";
import type { HostKind, Json, JsonMap, ResourceState } from "./host";
import { ofType, type Program, Stack } from "./stack";
import { type ConfigChange, onlyFailure, present, World } from "./world";

export { onlyFailure, until, warnings } from "./world";

export interface PanosWorldOptions {
  config?: ConfigChange;
  panos?: PanosOptions;
}

let current: PanosWorld | undefined;

/**
 * Whoever waits lets the time of the simulated daemon go by instead. There is one such time: scenarios run one after the
 * other.
 */
export function driveDaemon(): void {
  vi.setConfig({ maxConcurrency: 1 });
  vi.spyOn(systemClock, "sleep").mockImplementation(async (ms, signal) => {
    signal?.throwIfAborted();
    await current?.pass(ms);
  });
}

/** A stack of resources, most of one type, and a simulated daemon on a work directory, whose clock moves when somebody waits. */
export class PanosWorld extends World {
  private constructor(simulators: Simulators, stack: Stack) {
    super(simulators, stack, "panos", "panos");
  }

  static of(token: string): (kind: HostKind, options?: PanosWorldOptions) => Promise<PanosWorld> {
    return async (kind, { config, panos } = {}) => {
      const simulators = await World.simulators({ panos: { ...panos } });
      const { baseDir } = simulators.panos;
      current = new PanosWorld(simulators, await Stack.open(kind, token, { panos: present({ baseDir, ...config }) }));
      return current;
    };
  }

  get daemon(): Simulators["panos"] {
    return this.simulators.panos;
  }

  /** Time goes by for the daemon. */
  async pass(ms: number): Promise<void> {
    await this.daemon.settle();
    this.simulators.clock.advance(ms);
    await turn();
  }

  /** Changes firewalls, and has the daemon discover them as they are then. */
  change(firewalls: { readonly [serial: string]: Partial<FirewallSeed> }): void {
    for (const [serial, change] of Object.entries(firewalls)) Object.assign(this.daemon.device(serial), change);
    this.daemon.discover();
  }

  /** What stands in config.json. */
  secrets(): readonly string[] {
    return panosSecrets;
  }

  /** Every file that a client has put where the daemon looks. */
  override writes(): string[] {
    return this.daemon.deliveries.map(({ folder, name }) => `${folder}/${name}`);
  }

  /** What devices were made to do: downloads, installs and reboots. */
  installs(serial: string): string[] {
    return this.daemon.changes(serial).filter((change) => change.startsWith("install"));
  }

  names(folder: string): string[] {
    return readdirSync(join(this.daemon.baseDir, folder)).sort();
  }

  read(path: string): JsonMap {
    return JSON.parse(readFileSync(join(this.daemon.baseDir, path), "utf8"));
  }

  /** The jobs in a folder of the queue. */
  jobs(place: string): string[] {
    return this.names(`queue/${place}`);
  }

  /** Moves a job's file, as an administrator does. */
  move(id: string, from: string, to: string): void {
    const at = (place: string) => join(this.daemon.baseDir, "queue", place, `${id}.json`);
    renameSync(at(from), at(to));
  }

  /** Submits a job, and answers with its id. */
  async submitted(inputs: JsonMap): Promise<string> {
    await this.up({ job: inputs });
    return this.stack.state("job").id;
  }

  /** Puts a job's file into the queue as others do, whatever is in it. */
  place(name: string, body: object | string): void {
    const folder = join(this.daemon.baseDir, "queue/pending");
    const text = typeof body === "string" ? body : JSON.stringify(body);
    writeFileSync(join(folder, `.${name}.tmp`), text);
    renameSync(join(folder, `.${name}.tmp`), join(folder, `${name}.json`));
  }

  /** A completion that must fail, of a job that others have submitted; its message. */
  async failingOf(jobId: string): Promise<string> {
    return onlyFailure(await this.stack.up({ done: ofType("panos:UpgradeCompletion", { jobId }) }));
  }

  /** A program with a job that was submitted, and its completion. */
  following(job: JsonMap, jobId: string, policy: JsonMap = {}): Program {
    return { job, done: ofType("panos:UpgradeCompletion", { jobId, ...policy }) };
  }

  /** Submits a job and waits for its end; what became of it. */
  async completed(job: JsonMap, policy: JsonMap = {}): Promise<ResourceState["outputs"]> {
    const jobId = await this.submitted(job);
    await this.up(this.following(job, jobId, policy));
    return this.completion().outputs;
  }

  /** The same for one whose completion must fail; its message. */
  async failing(job: JsonMap, policy: JsonMap = {}): Promise<string> {
    const jobId = await this.submitted(job);
    return onlyFailure(await this.stack.up(this.following(job, jobId, policy)));
  }

  completion(): ResourceState {
    const state = this.stack.resources.get(this.stack.urn("done", "panos:UpgradeCompletion"));
    if (!state) throw new Error("There is no completion in the state.");
    return state;
  }

  expectOutputs(name: string, outputs: { [key: string]: Json }): void {
    expect(this.stack.state(name).outputs).toMatchObject(outputs);
  }
}
