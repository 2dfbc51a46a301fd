import { expect, vi } from "vitest";
import { Clock, type RequestEntry, type SimulatorOptions, type Simulators, startSimulators } from "../../../simulators";
import type { JsonMap } from "./host";
import type { BaseWorld } from "./scenarios";
import type { Program, Run, RunOptions, Stack } from "./stack";

/** In place of parts of a working configuration; undefined takes one away. */
export interface ConfigChange {
  [key: string]: string | number | boolean | undefined;
}

/** A stack of resources, most of one type, and the simulated vendors behind it, whose clock stands still. */
export abstract class World implements BaseWorld {
  /**
   * @param section of the configuration that its provider processes get
   * @param serviceName of the simulators whose calls it counts
   */
  protected constructor(
    readonly simulators: Simulators,
    readonly stack: Stack,
    private readonly section: string,
    private readonly serviceName: string,
  ) {}

  /** Vendors of its own, at noon. */
  protected static simulators(options: Omit<SimulatorOptions, "clock">): Promise<Simulators> {
    return startSimulators({ ...options, clock: new Clock({ startAt: Date.UTC(2025, 0, 31, 12), frozen: true }) });
  }

  abstract secrets(): readonly string[];

  /** Changes the configuration of the runs to come. */
  configure(change: ConfigChange): void {
    const { section, stack } = this;
    stack.config = { ...stack.config, [section]: present({ ...stack.config[section], ...change }) };
  }

  /** An `up` that must succeed. */
  async up(program: Program, options?: RunOptions): Promise<Run> {
    const run = await this.stack.up(program, options);
    expect(run.failures).toEqual({});
    return run;
  }

  /** An `up` of one resource that must fail; its message, and the whole run. */
  async failingUp(program: Program, options?: RunOptions): Promise<{ message: string; run: Run }> {
    const run = await this.stack.up(program, options);
    return { message: onlyFailure(run), run };
  }

  /** What a program without a future is told: in a preview where the host has one, else in the `up`. */
  async refusal(program: Program): Promise<string> {
    const run = this.stack.kind === "plugin" ? await this.stack.preview(program) : await this.stack.up(program);
    expect(this.writes()).toEqual([]);
    return onlyFailure(run);
  }

  async refresh(): Promise<Run> {
    const run = await this.stack.refresh();
    expect(run.failures).toEqual({});
    return run;
  }

  /** Work beside which the clock goes on, some seconds with every request to the service. */
  async asTimeGoes<T>(work: Promise<T>, seconds = 15): Promise<T> {
    let isOver = false;
    const count = () => this.simulators.requests.count({ service: this.serviceName });
    const time = async (): Promise<void> => {
      while (!isOver) {
        const before = count();
        await until(() => isOver || count() !== before);
        this.simulators.clock.advance(seconds * 1_000);
      }
    };
    const end = () => {
      isOver = true;
    };
    const [, result] = await Promise.all([time(), work.finally(end)]);
    return result;
  }

  /** An `up` that must succeed, while time goes by. */
  upInTime(program: Program, options?: RunOptions): Promise<Run> {
    return this.asTimeGoes(this.up(program, options));
  }

  /** One that must fail; its message, and the whole run. */
  failInTime(program: Program, options?: RunOptions): Promise<{ message: string; run: Run }> {
    return this.asTimeGoes(this.failingUp(program, options));
  }

  /** A refresh, and then a preview, that find nothing to do. */
  async expectNoDrift(program: Program): Promise<void> {
    const same = Object.fromEntries(Object.keys(program).map((name) => [name, "same"]));
    expect((await this.refresh()).operations).toEqual(same);
    expect((await this.stack.preview(program)).operations).toEqual(same);
  }

  /** The calls to the service since the last look. */
  takeCalls(): string[] {
    const calls = this.simulators.requests.filter({ service: this.serviceName }).map((entry) => this.callText(entry));
    this.simulators.requests.clear();
    return calls;
  }

  protected callText({ method, relativePath }: RequestEntry): string {
    return `${method} ${relativePath}`;
  }

  /** Every write that the service has carried out since the last look, whatever the caller was told. */
  takeWrites(): string[] {
    const writes = this.writes();
    this.simulators.requests.clear();
    return writes;
  }

  writes(): string[] {
    const requests = this.simulators.requests.filter({ service: this.serviceName });
    const carriedOut = requests.filter(({ method, applied }) => method !== "GET" && applied);
    return carriedOut.map(({ method, relativePath }) => `${method} ${relativePath}`);
  }

  async close(): Promise<void> {
    this.stack.close();
    await this.simulators.close();
  }
}

/** Waits for something that another part of the run brings about. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { interval: 5, timeout: 10_000 });
}

export function onlyFailure(run: Run): string {
  const failures = Object.values(run.failures);
  expect(failures).toHaveLength(1);
  return failures[0]?.message ?? "";
}

/** The lasting warnings of a run, as one text. */
export function warnings(run: Run): string {
  return run.messages
    .filter(({ severity }) => severity === "warning")
    .map(({ text }) => text)
    .join("\n");
}

/** The configuration without what a change has taken away. */
export function present(values: { [key: string]: JsonMap[string] | undefined }): JsonMap {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonMap;
}
