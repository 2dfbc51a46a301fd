import { problemText } from "../core/check";
import {
  checkResource,
  createResource,
  deleteResource,
  diffResource,
  impactOf,
  readResource,
  UnfinishedError,
  updateResource,
} from "../core/lifecycle";
import { Ownership } from "../core/ownership";
import type { Context, Resource } from "../core/resource";
import { Services } from "../core/services";
import { inputsFromOutputs } from "../core/state";
import { type JsonMap, mapFromWire, mapToWire, unwrap, type Value, type ValueMap } from "../core/values";
import { registry } from "../registry";
import { onCancel } from "./cancel-hook";
import { configurationProblems, configurationResolver } from "./configuration";
import { Engine } from "./engine";
import { failureCode, failureText, grpcFailure, InitFailure } from "./failures";
import { cancelError, runOperation } from "./operation";
import { quietError } from "./quiet-error";
import { instanceKey, packageName, previewKey, providerKey, providerSource, reportedKey, urnKey } from "./tokens";

/** What the engine's dynamic provider calls. Secrets come in plain; the SDK class marks which outputs are secret. */
export interface DynamicProvider {
  configure(request: { config: { get(key: string): unknown } }): Promise<void>;
  check(olds: JsonMap, news: JsonMap): Promise<{ inputs: JsonMap; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: JsonMap,
    news: JsonMap,
  ): Promise<{ changes?: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  create(inputs: JsonMap): Promise<{ id: string; outs: JsonMap }>;
  read(id: string, props: JsonMap): Promise<{ id?: string; props?: JsonMap; inputs?: JsonMap }>;
  update(id: string, olds: JsonMap, news: JsonMap): Promise<{ outs: JsonMap }>;
  delete(id: string, props: JsonMap): Promise<void>;
}

/**
 * The promise of `pulumi-ztp/dynamic/v1`: the provider of one resource type, for the constant source text that every
 * state holds.
 * @param token `service:Type`
 */
export function handler(token: string): DynamicProvider {
  const resource = registry.resources.find((candidate) => candidate.token === token);
  if (!resource)
    throw quietError(
      new Error(`this version of pulumi-ztp has no resource type ${token}; install the one that made it`),
    );
  run ??= new Run();
  return new DynamicHost(resource, run);
}

/** One process serves all types of one provider configuration, so they share services and the cancel signal. */
let run: Run | undefined;

class Run {
  /** The last argument of the provider process is the engine's address. */
  readonly engine = new Engine(process.argv.at(-1));
  readonly cancel = new AbortController();
  services: Services | undefined;
  configProblems: string[] = [];
  preview = false;
  readonly ownership = new Ownership();
  /** A replacement is checked twice; what its creation means is told once. */
  readonly announced = new Set<string>();
  /** What replaces an object, by URN: its deletion is not told. */
  readonly replacements = new Map<string, ValueMap>();

  constructor() {
    onCancel(() => this.cancel.abort(cancelError()));
  }

  configure(config: { get(key: string): unknown }): void {
    if (this.services) return;
    const args: ValueMap = {};
    for (const section of registry.config) args[section.name] = config.get(`${packageName}:${section.name}`) as Value;
    this.configProblems = configurationProblems(registry, args);
    const isDefault = config.get(instanceKey) === undefined;
    const warn = (message: string) => void this.engine.log("warning", message, undefined);
    this.services = new Services(configurationResolver(args, isDefault, process.env), warn);
  }
}

class DynamicHost implements DynamicProvider {
  constructor(
    private readonly resource: Resource,
    private readonly run: Run,
  ) {}

  /** Takes effect before it returns: the engine's process may call other methods before it has awaited this one. */
  async configure(request: { config: { get(key: string): unknown } }): Promise<void> {
    this.run.configure(request.config);
  }

  async check(olds: JsonMap, news: JsonMap): ReturnType<DynamicProvider["check"]> {
    const { [previewKey]: preview, [reportedKey]: reported, ...given } = news;
    if (preview === true) this.run.preview = true;
    try {
      const old = Object.keys(olds).length > 0 ? mapFromWire(olds) : undefined;
      const checked = checkResource(this.resource, old, mapFromWire(given));
      const urn = urnOf(given);
      if (this.run.preview) {
        for (const warning of checked.warnings) void this.run.engine.log("warning", problemText(warning), urn);
        const isNew = !old && checked.problems.length === 0;
        if (isNew) this.announce(urn, impactOf(this.resource, undefined, checked.values));
      }
      const problems = [...this.run.configProblems, ...this.services.problems(this.resource.service)];
      if (reported !== true) problems.push(...checked.problems.map(problemText));
      if (checked.problems.length === 0) {
        problems.push(...this.run.ownership.problems(this.resource, urn, checked.values));
      }
      // An empty property: the engine prints the value beside its name, secrets in clear.
      const failures = problems.map((reason) => ({ property: "", reason }));
      await this.run.engine.delivered();
      return { inputs: plainWire(checked.values), failures };
    } catch (error) {
      throw quietError(error);
    }
  }

  async diff(_id: string, olds: JsonMap, news: JsonMap): ReturnType<DynamicProvider["diff"]> {
    try {
      const outputs = mapFromWire(olds);
      const inputs = inputsFromOutputs(this.resource, outputs);
      const to = mapFromWire(news);
      const { differences, replaces, unfinished } = diffResource(this.resource, inputs, outputs, to);
      // `true` shows every property as changed, so it only stands for unfinished work, of which nothing else tells.
      if (differences.length === 0) return { changes: unfinished };
      const urn = urnOf(news);
      if (this.run.preview) this.announce(urn, impactOf(this.resource, inputs, to));
      if (replaces && urn) this.run.replacements.set(urn, to);
      await this.run.engine.delivered();
      const replacing = differences.filter(({ change }) => change === "replace").map(({ property }) => property);
      // Left undefined, `changes` makes the engine show exactly the leaves that differ.
      return {
        replaces: [...new Set(replacing)],
        deleteBeforeReplace: replaces && this.resource.deleteBeforeReplace === true,
      };
    } catch (error) {
      throw quietError(error);
    }
  }

  async create(inputs: JsonMap): ReturnType<DynamicProvider["create"]> {
    const given = mapFromWire(inputs);
    const written = await this.write(inputs, (context) => createResource(this.resource, context, given));
    return { id: written.id, outs: plainWire({ ...written.outputs, ...this.hidden(inputs) }) };
  }

  async update(id: string, olds: JsonMap, news: JsonMap): ReturnType<DynamicProvider["update"]> {
    const outputs = mapFromWire(olds);
    const old = { inputs: inputsFromOutputs(this.resource, outputs), outputs };
    const to = mapFromWire(news);
    const written = await this.write(news, (context) => updateResource(this.resource, context, id, old, to));
    return { outs: plainWire({ ...written.outputs, ...this.hidden(news) }) };
  }

  async read(id: string, props: JsonMap): ReturnType<DynamicProvider["read"]> {
    const outputs = mapFromWire(props);
    // `.get()` hands over its arguments, of which it has none, in place of outputs: nothing is managed yet.
    const own = Object.keys(this.resource.outputs);
    const known = (own.length > 0 ? own : Object.keys(this.resource.inputs)).some((name) => name in outputs);
    const prior = known ? { inputs: inputsFromOutputs(this.resource, outputs), outputs } : undefined;
    const hidden = this.hidden(props);
    const read = await this.quietly(props, (context) => readResource(this.resource, context, id, prior));
    if (!read) return {};
    const state = { ...read.outputs, ...hidden };
    const inputs = { ...read.inputs, ...hidden };
    if (read.unfinished) {
      throw quietError(
        new InitFailure(read.id, state, read.unfinished, inputs),
        (error) => grpcFailure(error).metadata,
      );
    }
    return { id: read.id, props: plainWire(state), inputs: plainWire(inputs) };
  }

  async delete(id: string, props: JsonMap): Promise<void> {
    const outputs = mapFromWire(props);
    const old = { inputs: inputsFromOutputs(this.resource, outputs), outputs };
    const replacedBy = this.run.replacements.get(urnOf(props) ?? "");
    await this.quietly(props, (context) => deleteResource(this.resource, context, id, old, replacedBy));
  }

  private get services(): Services {
    this.run.services ??= new Services(configurationResolver({}, true, process.env), () => {});
    return this.run.services;
  }

  private hidden(properties: JsonMap): ValueMap {
    const urn = urnOf(properties);
    return { [providerKey]: providerSource(this.resource.token), ...(urn && { [urnKey]: urn }) };
  }

  private announce(urn: string | undefined, impact: string | undefined): void {
    if (!impact || !urn || this.run.announced.has(urn)) return;
    this.run.announced.add(urn);
    void this.run.engine.log("warning", impact, urn);
  }

  private operate<T>(properties: JsonMap, verb: (context: Context) => Promise<T>): Promise<T> {
    const { engine, ownership, cancel } = this.run;
    const { services } = this;
    return runOperation({ urn: urnOf(properties), services, ownership, engine, cancel: cancel.signal }, verb);
  }

  /** The engine prints nothing but the reasons of a create or update that failed half-way. */
  private async write<T>(properties: JsonMap, verb: (context: Context) => Promise<T>): Promise<T> {
    try {
      return await this.operate(properties, verb);
    } catch (error) {
      const failure = Object.assign(new Error(failureText(error)), { code: failureCode(error) });
      if (!(error instanceof UnfinishedError)) throw failure;
      const state = plainWire({ ...error.outputs, ...this.hidden(properties) });
      throw Object.assign(failure, { id: error.id, properties: state, reasons: [failure.message] });
    }
  }

  private async quietly<T>(properties: JsonMap, verb: (context: Context) => Promise<T>): Promise<T> {
    try {
      return await this.operate(properties, verb);
    } catch (error) {
      throw quietError(error);
    }
  }
}

function urnOf(properties: JsonMap): string | undefined {
  const urn = properties[urnKey];
  return typeof urn === "string" && urn.startsWith("urn:pulumi:") ? urn : undefined;
}

/** The engine marks secrets by itself here, by the names of inputs, and refuses wrapped values in results. */
function plainWire(values: ValueMap): JsonMap {
  return mapToWire(unwrap(values) as ValueMap);
}
