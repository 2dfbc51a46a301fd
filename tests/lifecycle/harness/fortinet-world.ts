import { expect, vi } from "vitest";
import {
  Clock,
  type FortinetOptions,
  type FortinetVariants,
  type Simulators,
  startSimulators,
} from "../../../simulators";
import type { HostKind, JsonMap } from "./host";
import type { BaseWorld } from "./scenarios";
import { type Program, type Run, type RunOptions, Stack } from "./stack";

export interface FortinetWorldOptions {
  variants?: Partial<FortinetVariants>;
  /** In place of parts of the working configuration; undefined takes one away. */
  config?: { [key: string]: string | number | boolean | undefined };
  fortinet?: Omit<FortinetOptions, "variants">;
  tls?: boolean;
}

/** A stack of resources of one type, and the simulated FortiCloud account behind it, whose clock stands still. */
export class FortinetWorld implements BaseWorld {
  private readonly issued: string[] = [];

  protected constructor(
    readonly simulators: Simulators,
    readonly stack: Stack,
  ) {
    const { tokens } = simulators.fortinet;
    const issue = tokens.issue.bind(tokens);
    tokens.issue = (...request) => {
      const token = issue(...request);
      this.issued.push(token.value, ...(token.refreshToken ? [token.refreshToken] : []));
      return token;
    };
  }

  /** What a world is made of: an account of its own, and a stack whose providers sign in there. */
  protected static async begin(
    kind: HostKind,
    token: string,
    options: FortinetWorldOptions,
  ): Promise<[Simulators, Stack]> {
    const simulators = await startSimulators({
      clock: new Clock({ startAt: Date.UTC(2025, 0, 31, 12), frozen: true }),
      tls: options.tls,
      fortinet: { ...options.fortinet, variants: options.variants },
    });
    const { authUrl, fortiztpUrl, forticareUrl, apiId, password } = simulators.describe().fortinet;
    const fortinet = { authUrl, fortiztpUrl, forticareUrl, apiId, password, pollSeconds: 0.05, ...options.config };
    return [simulators, await Stack.open(kind, token, { fortinet: present(fortinet) })];
  }

  get fortinet(): Simulators["fortinet"] {
    return this.simulators.fortinet;
  }

  /** Changes the configuration of the runs to come. */
  configure(change: NonNullable<FortinetWorldOptions["config"]>): void {
    this.stack.config = { fortinet: present({ ...this.stack.config.fortinet, ...change }) };
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

  /** A refresh, and then a preview, that find nothing to do. */
  async expectNoDrift(program: Program): Promise<void> {
    const same = Object.fromEntries(Object.keys(program).map((name) => [name, "same"]));
    expect((await this.refresh()).operations).toEqual(same);
    expect((await this.stack.preview(program)).operations).toEqual(same);
  }

  /** The calls to FortiZTP since the last look. */
  takeCalls(): string[] {
    const calls = this.simulators.requests.filter({ service: "fortiztp" }).map((entry) => {
      const filter = entry.query.deviceSN === undefined ? "" : "?deviceSN";
      return `${entry.method} ${entry.relativePath}${filter}`;
    });
    this.simulators.requests.clear();
    return calls;
  }

  /** Every write that the service has carried out since the last look, whatever the caller was told. */
  takeWrites(): string[] {
    const writes = this.writes();
    this.simulators.requests.clear();
    return writes;
  }

  writes(): string[] {
    const requests = this.simulators.requests.filter({ service: "fortiztp" });
    const carriedOut = requests.filter(({ method, applied }) => method !== "GET" && applied);
    return carriedOut.map(({ method, relativePath }) => `${method} ${relativePath}`);
  }

  secrets(): readonly string[] {
    return [this.fortinet.password, ...this.issued];
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

function present(values: { [key: string]: JsonMap[string] | undefined }): JsonMap {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonMap;
}
