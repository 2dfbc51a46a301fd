import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { count } from "../../provider/core/words";
import { type SimulatorOptions, type Simulators, startSimulators } from "../../simulators";
import type { CommandOptions, CommandResult } from "../command";
import { findProjectRoot } from "../toolchain";
import { PulumiWorkspace, type StackResource } from "../workspace";
import { CommandPrinter, explain, headline, say, showCommand } from "./print";
import { differing, resourceCounts } from "./summary";

export type Host = "plugin" | "dynamic";

/** The services whose calls count, by the names that people know. */
const services = { fortiztp: "FortiZTP", forticare: "FortiCare", mist: "Mist", hwautomation: "HWAutomation" } as const;
type Calls = Record<keyof typeof services, number>;
const names = Object.keys(services) as (keyof typeof services)[];

/** What a command must do; the demo fails where it does not. */
export interface Expectation {
  /** The CLI's own summary, such as `{ created: 27 }` or `{ "to update": 1, unchanged: 26 }`. */
  resources: Record<string, number>;
  /** How many calls a service may get at most; one that is left out may get none. */
  calls: Partial<Calls>;
}

/** Besides what the simulated accounts hold. */
export interface Setting extends Pick<SimulatorOptions, "fortinet" | "mist" | "panos" | "hwautomation"> {
  /** The folder of the project. Default: that of examples/fleet. */
  project?: string;
  records?: StepRecord[];
}

interface StepRecord {
  headline: string;
  seconds: number;
  calls: Calls;
  signIn: number;
}

const quietFlags = ["--suppress-progress", `--color=${process.stdout.isTTY ? "always" : "never"}`];

/** The stage of the demo: simulators, a private stack of the fleet, and a record of what each step took. */
export class Stage {
  private constructor(
    readonly simulators: Simulators,
    readonly workspace: PulumiWorkspace,
    readonly signal: AbortSignal,
    readonly records: StepRecord[],
  ) {}

  /** Opens the curtain on a stack of its own; `records` of an earlier stage go on. */
  static async open(host: Host, signal: AbortSignal, setting: Setting = {}): Promise<Stage> {
    const { project, records = [], ...held } = setting;
    const simulators = await startSimulators(held);
    try {
      const workspace = await PulumiWorkspace.create({ host, project });
      return new Stage(simulators, workspace, signal, records);
    } catch (error) {
      await simulators.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.workspace.dispose();
    await this.simulators.close();
  }

  /** One step of the story: a headline, what it is about, and what happens. */
  async step(title: string, explanation: string, happens: () => Promise<void>): Promise<void> {
    this.signal.throwIfAborted();
    const { requests } = this.simulators;
    headline(`${this.records.length + 1}. ${title}`);
    explain(explanation);
    requests.clear();
    const started = performance.now();
    await happens();
    const seconds = (performance.now() - started) / 1000;
    const record = {
      headline: title,
      seconds,
      calls: this.#calls(),
      signIn: requests.count({ service: "oauth" }),
    };
    this.records.push(record);
    const told = names.filter((service) => record.calls[service] > 0);
    const calls = told.map((service) => `${count(record.calls[service], "call")} to ${services[service]}`);
    const signIns = record.signIn > 0 ? [count(record.signIn, "sign-in")] : [];
    say(`\n  ${[`${seconds.toFixed(1)} s`, ...(calls.length > 0 ? calls : ["no calls"]), ...signIns].join(", ")}`);
  }

  /** Runs `pulumi`, shows what it prints, and compares the outcome with what must come out. */
  async pulumi(args: string[], expected?: Expectation): Promise<void> {
    const shown = expected ? [...args, ...quietFlags] : args;
    await this.#show(["pulumi", ...args], (options) => this.workspace.run(shown, options), expected);
  }

  /** Runs `pulumi`, which must fail with such a text. */
  async pulumiFails(args: string[], text: string): Promise<void> {
    await this.#show(["pulumi", ...args], (options) => this.workspace.run([...args, ...quietFlags], options), { text });
  }

  /** Sets keys of the stack's configuration without showing it. */
  async configure(plain: Record<string, string>, secret: Record<string, string> = {}): Promise<void> {
    const flagged = (flag: string, values: Record<string, string>) =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    const settings = [...flagged("--plaintext", plain), ...flagged("--secret", secret)];
    await this.workspace.expect(["config", "set-all", "--path", ...settings]);
  }

  /** Runs `pulumi` with its output in a file. */
  async pulumiInto(file: string, args: string[]): Promise<void> {
    showCommand(["pulumi", ...args], file);
    writeFileSync(file, (await this.workspace.expect(args, { interrupt: this.signal })).stdout);
  }

  /** Runs `pulumi` and presses Ctrl-C as soon as something has happened. */
  async pulumiInterrupted(args: string[], hasHappened: () => boolean): Promise<void> {
    const ended = new AbortController();
    const watch = setInterval(() => hasHappened() && ended.abort(), 20);
    const interrupt = AbortSignal.any([this.signal, ended.signal]);
    const run = (options: CommandOptions) => this.workspace.run([...args, ...quietFlags], { ...options, interrupt });
    try {
      await this.#show(["pulumi", ...args], run, { text: "" });
    } finally {
      clearInterval(watch);
    }
    if (!ended.signal.aborted) throw new Error(`"pulumi ${args.join(" ")}" ended before it could be interrupted.`);
  }

  /** The same for our own command. */
  async ztp(args: string[], expected: Pick<Expectation, "calls">): Promise<void> {
    await this.#show(["npx", "ztp", ...args], (options) => this.workspace.ztp(args, options), expected);
  }

  async #show(
    words: string[],
    run: (options: CommandOptions) => Promise<CommandResult>,
    expected: Partial<Expectation> & { text?: string } = {},
  ): Promise<void> {
    const printer = new CommandPrinter();
    showCommand(words);
    const before = this.#calls();
    const result = await run({ interrupt: this.signal, onLine: (line) => printer.line(line) });
    printer.end();
    this.signal.throwIfAborted();
    const after = this.#calls();
    const problems = [
      expected.text === undefined
        ? result.code !== 0 && `it ended with code ${result.code}`
        : (result.code === 0 || !result.output.includes(expected.text)) && `it did not fail with "${expected.text}"`,
      expected.resources && differing(expected.resources, resourceCounts(result)),
      ...names.map((service) => {
        const calls = after[service] - before[service];
        const needed = expected.calls?.[service] ?? 0;
        const tooMany = expected.calls && calls > needed;
        return tooMany && `it made ${calls} calls to ${services[service]}, at most ${needed} are needed`;
      }),
    ].filter(Boolean);
    if (problems.length > 0) throw new Error(`"${words.join(" ")}": ${problems.join("; ")}.\n\n${result.output}`);
  }

  #calls(): Calls {
    const { requests } = this.simulators;
    return Object.fromEntries(names.map((service) => [service, requests.count({ service })])) as Calls;
  }

  /** How many devices of the account are sent somewhere, as the vendor sees it. */
  provisionedDevices(): number {
    const devices = [...this.simulators.fortinet.devices.values()];
    return devices.filter(({ provisionStatus }) => ["incomplete", "provisioned"].includes(provisionStatus)).length;
  }

  expectProvisioned(wanted: number): void {
    const found = this.provisionedDevices();
    if (found !== wanted) throw new Error(`FortiZTP has ${found} provisioned devices, not ${wanted}.`);
  }

  async devicesInState(): Promise<StackResource[]> {
    const { deployment } = await this.workspace.state();
    return (deployment.resources ?? []).filter(({ type }) => type.endsWith(":Device"));
  }

  /** A file beside the stack, gone at the end. */
  file(name: string): string {
    return join(this.workspace.directory, name);
  }

  /** A copy of a file in `examples` with one more line. */
  extended(example: string, line: string): string {
    const copy = this.file(basename(example));
    writeFileSync(copy, `${readFileSync(join(findProjectRoot(), "examples", example), "utf8")}${line}\n`);
    return copy;
  }
}
