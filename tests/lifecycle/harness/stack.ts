import { isDeepStrictEqual } from "node:util";
import { DynamicHost } from "./dynamic-host";
import { type EngineServer, startEngineServer } from "./engine-server";
import {
  type Diffed,
  type EngineMessage,
  type Host,
  HostFailure,
  type HostKind,
  type HostOptions,
  type JsonMap,
  type OperationOptions,
  type ResourceState,
  visible,
} from "./host";
import { PluginHost } from "./plugin-host";

/** The arguments of every resource of a program, by name. */
export type Program = { [name: string]: JsonMap };

const typeKey = Symbol("type");

/** The arguments of a resource that is not of the type that its stack is about. */
export function ofType(token: string, inputs: JsonMap): JsonMap {
  return Object.assign({ ...inputs }, { [typeKey]: token });
}

export type Operation = "same" | "create" | "update" | "replace" | "delete";

export interface RunOptions extends Pick<OperationOptions, "timeoutSeconds"> {
  /** Runs beside the operations, for a Ctrl-C or what happens in the world meanwhile. */
  during?(host: Host): Promise<void>;
}

/** What a run did, resource by resource. */
export interface Run {
  operations: { [name: string]: Operation };
  /** The properties that differ. */
  paths: { [name: string]: string[] };
  failures: { [name: string]: HostFailure };
  /** Lasting messages; what is ephemeral stands in `progress`. */
  messages: EngineMessage[];
  progress: string[];
}

interface Step {
  name: string;
  urn: string;
  inputs: JsonMap;
  old?: ResourceState;
  diffed?: Diffed;
}

/**
 * A stack of resources, most of one type, and what the engine does with it. Every run has a provider process of its own, as
 * with the CLI; the resources of a run are written at once. Unlike the engine it goes on after a failure.
 */
export class Stack {
  readonly resources = new Map<string, ResourceState>();
  /** Everything that any provider process sent out. */
  readonly transcript: string[] = [];
  config: HostOptions["config"];
  /** Starts the provider process of every run. */
  startHost: (options: HostOptions) => Promise<Host>;

  private constructor(
    readonly kind: HostKind,
    private readonly token: string,
    config: HostOptions["config"],
    private readonly engine: EngineServer,
  ) {
    this.config = config;
    this.startHost = kind === "plugin" ? PluginHost.start : DynamicHost.start;
  }

  static async open(kind: HostKind, token: string, config: HostOptions["config"]): Promise<Stack> {
    return new Stack(kind, token, config, await startEngineServer());
  }

  close(): void {
    this.transcript.push(...this.engine.messages.map(({ text }) => text));
    this.engine.close();
  }

  urn(name: string, token = this.token): string {
    const type = this.kind === "plugin" ? `ztp:${token}` : `pulumi-nodejs:dynamic/${token}`;
    return `urn:pulumi:test::project::${type}::${name}`;
  }

  /** What providers have told the engine so far. */
  messages(): readonly EngineMessage[] {
    return this.engine.messages;
  }

  /** The state of a resource that must be there. */
  state(name: string): ResourceState {
    const state = this.resources.get(this.urn(name));
    if (!state) throw new Error(`There is no ${name} in the state.`);
    return state;
  }

  has(name: string): boolean {
    return this.resources.has(this.urn(name));
  }

  /** Runs `work` with a provider process of its own. */
  async withHost<T>(work: (host: Host) => Promise<T>): Promise<T> {
    const { token, config } = this;
    const host = await this.startHost({ token, config, engineAddress: this.engine.address });
    try {
      return await work(host);
    } finally {
      await host.close();
      this.transcript.push(host.received());
    }
  }

  preview(program: Program): Promise<Run> {
    return this.run({}, async (host, run) => {
      const steps = await this.plan(host, program, run, true);
      if (host.kind === "plugin")
        await Promise.all(steps.map((step) => settle(run, step, this.previewStep(host, step))));
      this.removed(program, run);
    });
  }

  up(program: Program, options: RunOptions = {}): Promise<Run> {
    return this.run(options, async (host, run) => {
      const steps = await this.plan(host, program, run, false);
      await Promise.all(steps.map((step) => settle(run, step, this.apply(host, step, options))));
      const removed = this.removed(program, run);
      await Promise.all(removed.map((step) => settle(run, step, this.remove(host, step.urn, options))));
    });
  }

  destroy(options: RunOptions = {}): Promise<Run> {
    return this.up({}, options);
  }

  /** Reads everything back; `operations` tells what has drifted. */
  refresh(): Promise<Run> {
    return this.run({}, async (host, run) => {
      const states = [...this.resources.values()];
      await Promise.all(
        states.map((state) => {
          const step = { name: nameOf(state.urn), urn: state.urn, inputs: state.inputs };
          return settle(run, step, this.refreshOne(host, state, run));
        }),
      );
    });
  }

  /** `pulumi import`, or an import file that was written from what the provider reads. */
  import(name: string, id: string): Promise<Run> {
    return this.importAll([{ name, id }]);
  }

  /** The same for several at once. */
  importAll(all: readonly { name: string; id: string; token?: string }[]): Promise<Run> {
    return this.run({}, async (host, run) => {
      const imported = async (urn: string, id: string): Promise<void> => {
        const read = await host.importRead(urn, id);
        if (!read) throw new HostFailure(`resource '${id}' does not exist`, undefined);
        const { failures } = await host.check(urn, read.inputs, read.inputs);
        if (failures[0]) throw new HostFailure(failures[0].reason, undefined);
        this.resources.set(urn, { urn, ...read, initErrors: [] });
      };
      await Promise.all(
        all.map(({ name, id, token }) => {
          const urn = this.urn(name, token);
          return settle(run, { name, urn, inputs: {} }, imported(urn, id));
        }),
      );
    });
  }

  private async run(options: RunOptions, work: (host: Host, run: Run) => Promise<void>): Promise<Run> {
    const run: Run = { operations: {}, paths: {}, failures: {}, messages: [], progress: [] };
    const start = this.engine.messages.length;
    await this.withHost(async (host) => {
      await Promise.all([work(host, run), options.during?.(host)]);
    });
    const sent = this.engine.messages.slice(start);
    run.messages = sent.filter((message) => !message.ephemeral);
    run.progress = sent.filter((message) => message.ephemeral).map(({ text }) => text);
    return run;
  }

  /** Check and Diff, one resource after the other. */
  private async plan(host: Host, program: Program, run: Run, preview: boolean): Promise<Step[]> {
    const steps: Step[] = [];
    for (const [name, given] of Object.entries(program)) {
      const urn = this.urnIn(program, name);
      const old = this.resources.get(urn);
      const news = host.programInputs(urn, given, preview);
      const { inputs, failures } = await host.check(urn, old?.inputs ?? {}, news);
      if (failures.length > 0) {
        run.failures[name] = new HostFailure(failures.map(({ reason }) => reason).join("\n"), undefined);
        continue;
      }
      const diffed = old && (await host.diff(old, inputs));
      run.operations[name] = old && diffed ? decide(old, inputs, diffed) : "create";
      run.paths[name] = old && diffed ? changedPaths(old.inputs, inputs, diffed) : [];
      if (run.operations[name] !== "same") steps.push({ name, urn, inputs, old, diffed });
      else if (old) this.resources.set(urn, { ...old, inputs });
    }
    return steps;
  }

  private removed(program: Program, run: Run): Step[] {
    const named = new Set(Object.keys(program).map((name) => this.urnIn(program, name)));
    const gone = [...this.resources.values()].filter(({ urn }) => !named.has(urn));
    for (const { urn } of gone) run.operations[nameOf(urn)] = "delete";
    return gone.map(({ urn, inputs }) => ({ name: nameOf(urn), urn, inputs }));
  }

  private urnIn(program: Program, name: string): string {
    return this.urn(name, (program[name] as { [typeKey]?: string })[typeKey]);
  }

  private async previewStep(host: Host, { urn, inputs, old, diffed }: Step): Promise<void> {
    if (old && diffed && diffed.replaces.length === 0) await host.update(old, inputs, { preview: true });
    else await host.create(urn, inputs, { preview: true });
  }

  private async apply(host: Host, step: Step, options: OperationOptions): Promise<void> {
    const { urn, inputs, old, diffed } = step;
    if (!old || !diffed) return this.create(host, urn, inputs, options);
    if (diffed.replaces.length === 0) return this.update(host, old, inputs, options);
    // A replacement is checked anew, as something that has no past.
    const { inputs: fresh } = await host.check(urn, {}, inputs);
    if (diffed.deleteBeforeReplace) {
      await this.remove(host, urn, options);
      return this.create(host, urn, fresh, options);
    }
    await this.create(host, urn, fresh, options);
    await host.delete(old, options);
  }

  private async create(host: Host, urn: string, inputs: JsonMap, options: OperationOptions): Promise<void> {
    const keep = (id: string, outputs: JsonMap, initErrors: string[]) =>
      this.resources.set(urn, { urn, id, inputs, outputs, initErrors });
    try {
      const { id, outputs } = await host.create(urn, inputs, options);
      keep(id, outputs, []);
    } catch (error) {
      if (error instanceof HostFailure && error.partial) {
        keep(error.partial.id, error.partial.outputs, error.partial.reasons);
      }
      throw error;
    }
  }

  private async update(host: Host, old: ResourceState, inputs: JsonMap, options: OperationOptions): Promise<void> {
    try {
      const outputs = await host.update(old, inputs, options);
      this.resources.set(old.urn, { ...old, inputs, outputs, initErrors: [] });
    } catch (error) {
      if (error instanceof HostFailure && error.partial) {
        const { outputs, reasons } = error.partial;
        // The engine keeps the old inputs beside the new outputs.
        this.resources.set(old.urn, { ...old, outputs, initErrors: reasons });
      }
      throw error;
    }
  }

  private async remove(host: Host, urn: string, options: OperationOptions): Promise<void> {
    const state = this.resources.get(urn);
    if (state) await host.delete(state, options);
    this.resources.delete(urn);
  }

  private async refreshOne(host: Host, state: ResourceState, run: Run): Promise<void> {
    const name = nameOf(state.urn);
    const keep = async (read: { id: string; inputs: JsonMap; outputs: JsonMap }, initErrors: string[]) => {
      const now = { ...read, urn: state.urn, initErrors };
      this.resources.set(state.urn, now);
      // The engine asks for the difference from what is now to what was.
      const diffed = await host.diff(now, state.inputs);
      run.operations[name] = decide({ ...now, initErrors: [] }, state.inputs, diffed);
      run.paths[name] = changedPaths(now.inputs, state.inputs, diffed);
    };
    try {
      const read = await host.read(state);
      if (read) return await keep(read, []);
      run.operations[name] = "delete";
      this.resources.delete(state.urn);
    } catch (error) {
      if (!(error instanceof HostFailure) || !error.partial) throw error;
      const { id, outputs, inputs, reasons } = error.partial;
      await keep({ id, outputs, inputs: inputs ?? state.inputs }, reasons);
      throw error;
    }
  }
}

function decide(old: ResourceState, news: JsonMap, diffed: Diffed): Operation {
  const unequal = diffed.changes === "unknown" && !isDeepStrictEqual(old.inputs, news);
  if (diffed.changes === "some" || unequal) return diffed.replaces.length > 0 ? "replace" : "update";
  return old.initErrors.length > 0 ? "update" : "same";
}

/** The host's own paths, else the properties that the engine finds to differ. */
function changedPaths(from: JsonMap, to: JsonMap, diffed: Diffed): string[] {
  if (diffed.changes !== "unknown") return diffed.paths.sort();
  const keys = Object.keys(visible({ ...from, ...to }));
  return keys.filter((key) => !isDeepStrictEqual(from[key], to[key])).sort();
}

async function settle(run: Run, step: Step, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    run.failures[step.name] = error;
  }
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}
