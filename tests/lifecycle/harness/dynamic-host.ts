import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Fields, others, type Shape } from "../../../provider/core/shape";
import type { DynamicProvider } from "../../../provider/hosts/dynamic";
import { registry } from "../../../provider/registry";
import {
  type Checked,
  type Diffed,
  type Host,
  HostFailure,
  type HostOptions,
  type JsonMap,
  openTexts,
  type ReadBack,
  type ResourceState,
  type Written,
} from "./host";
import { initFailure } from "./plugin-host";

let processes = 0;

/** Calls our dynamic handler the way the engine's own dynamic provider process does. */
export class DynamicHost implements Host {
  readonly kind = "dynamic";
  private readonly transcript: string[] = [];
  private readonly handlers = new Map<string, DynamicProvider>();

  private constructor(
    private readonly load: (token: string) => DynamicProvider,
    private readonly hook: typeof Empty.deserializeBinary,
  ) {}

  /** Loads the handler as a process of its own would: with no memory of earlier runs. */
  static async start(options: HostOptions): Promise<DynamicHost> {
    processes++;
    const { handler }: typeof import("../../../provider/hosts/dynamic") = await import(
      /* @vite-ignore */ `../../../provider/hosts/dynamic.ts?process=${processes}`
    );
    const decode = Empty.deserializeBinary;
    const { argv } = process;
    process.argv = [...argv, options.engineAddress];
    const made = handler(options.token);
    process.argv = argv;
    // The handler listens for the cancel by wrapping this decoder; other hosts of this process must not hear of it.
    const hook = Empty.deserializeBinary;
    Empty.deserializeBinary = decode;
    const host = new DynamicHost(handler, hook);
    const texts = Object.entries(options.config).map(([name, section]) => [`ztp:${name}`, JSON.stringify(section)]);
    const config: { [key: string]: string | undefined } = Object.fromEntries(texts);
    await made.configure({ config: { get: (key) => config[key] } });
    return host;
  }

  programInputs(urn: string, inputs: JsonMap, preview: boolean): JsonMap {
    return { ...inputs, __provider: sourceOf(urn), __urn: urn, ...(preview && { __preview: true }) };
  }

  async check(urn: string, olds: JsonMap, news: JsonMap): Promise<Checked> {
    const { inputs, failures } = await this.call(urn, () => this.handler(urn).check(copy(olds), copy(news)));
    return { inputs: { ...inputs, __provider: news.__provider ?? sourceOf(urn) }, failures };
  }

  async diff(state: ResourceState, news: JsonMap): Promise<Diffed> {
    const reply = await this.call(state.urn, () =>
      this.handler(state.urn).diff(state.id, copy(state.outputs), copy(news)),
    );
    const changes = reply.changes === undefined ? "unknown" : reply.changes ? "some" : "none";
    const deleteBeforeReplace = reply.deleteBeforeReplace ?? false;
    return { changes, paths: [], replaces: reply.replaces ?? [], deleteBeforeReplace };
  }

  async create(urn: string, inputs: JsonMap): Promise<Written> {
    const { id, outs } = await this.call(urn, () => this.handler(urn).create(copy(inputs)), true);
    return { id, outputs: withProvider(outs, urn) };
  }

  async update({ urn, id, outputs }: ResourceState, news: JsonMap): Promise<JsonMap> {
    const { outs } = await this.call(urn, () => this.handler(urn).update(id, copy(outputs), copy(news)), true);
    return withProvider(outs, urn);
  }

  async delete({ urn, id, outputs }: ResourceState): Promise<void> {
    await this.call(urn, () => this.handler(urn).delete(id, copy(outputs)));
  }

  read({ urn, id, outputs }: ResourceState): Promise<ReadBack | undefined> {
    return this.readBack(urn, id, outputs);
  }

  /** What `.get()` does, and a writer of import files: only what the SDK adds stands in the properties. */
  importRead(urn: string, id: string): Promise<ReadBack | undefined> {
    return this.readBack(urn, id, { __provider: sourceOf(urn), __urn: urn });
  }

  /** The engine's process decodes the request and answers it without a word to the handler. */
  async cancel(): Promise<void> {
    const decode = Empty.deserializeBinary;
    Empty.deserializeBinary = this.hook;
    ResourceProviderService.cancel.requestDeserialize(Buffer.alloc(0));
    Empty.deserializeBinary = decode;
  }

  received(): string {
    return this.transcript.join("\n");
  }

  async close(): Promise<void> {}

  private async readBack(urn: string, id: string, properties: JsonMap): Promise<ReadBack | undefined> {
    const reply = await this.call(urn, () => this.handler(urn).read(id, copy(properties)));
    if (!reply.id) return undefined;
    const outputs = withProvider(reply.props ?? {}, urn);
    return { id: reply.id, outputs, inputs: withProvider(reply.inputs ?? {}, urn) };
  }

  /** One process has the handlers of all types. */
  private handler(urn: string): DynamicProvider {
    const token = tokenOf(urn);
    const made = this.handlers.get(token) ?? this.load(token);
    this.handlers.set(token, made);
    return made;
  }

  /** @param written the verb may fail half-way: the engine's process prints the errors of the others only */
  private async call<Reply>(urn: string, verb: () => Promise<Reply>, written = false): Promise<Reply> {
    try {
      const reply = await verb();
      this.say(urn, reply);
      return reply;
    } catch (error) {
      const printed = `${error}: ${(error as Thrown).stack}`;
      if (!written && !printed.startsWith("\0")) this.transcript.push(printed);
      throw this.failure(urn, error as Thrown);
    }
  }

  /** Notes what a reply says to whoever may see it. */
  private say(urn: string, reply: unknown): void {
    const names = secretNamesOf(tokenOf(urn));
    const marked = [...names].filter((name) => typeof name !== "string");
    const isMarked = (key: string) => names.has(key) || marked.some((expression) => expression.test(key));
    this.transcript.push(openTexts(reply, (_value, key) => isMarked(key)));
  }

  /** What the engine's process makes of an error. */
  private failure(urn: string, error: Thrown): HostFailure {
    const { message, code, id, properties, reasons, metadata } = error;
    const details = initFailure(metadata);
    this.say(urn, { message, properties, reasons });
    if (details) {
      const outputs = details.getProperties()?.toJavaScript() as JsonMap;
      const inputs = details.getInputs()?.toJavaScript() as JsonMap;
      const partial = { id: details.getId(), outputs, inputs, reasons: details.getReasonsList() };
      this.say(urn, partial);
      return new HostFailure(partial.reasons.join("\n"), code, partial);
    }
    if (id === undefined) return new HostFailure(message, code);
    const partial = { id, outputs: withProvider(properties ?? {}, urn), inputs: undefined, reasons: reasons ?? [] };
    return new HostFailure(partial.reasons.join("\n"), code, partial);
  }
}

interface Thrown extends Error {
  code?: number;
  id?: string;
  properties?: JsonMap;
  reasons?: string[];
  metadata?: Parameters<typeof initFailure>[0];
}

function tokenOf(urn: string): string {
  return urn.split("::")[2]?.split("/")[1] ?? "";
}

function sourceOf(urn: string): string {
  return `exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler(${JSON.stringify(tokenOf(urn))})`;
}

function withProvider(properties: JsonMap, urn: string): JsonMap {
  return { ...properties, __provider: sourceOf(urn) };
}

/** Values cross a process boundary: nobody may see another's changes. */
function copy(values: JsonMap): JsonMap {
  return structuredClone(values);
}

/** By token: some resources have thousands of properties. */
const secretNamesFound = new Map<string, ReadonlySet<string | RegExp>>();

function secretNamesOf(token: string): ReadonlySet<string | RegExp> {
  const known = secretNamesFound.get(token);
  if (known) return known;
  const resource = registry.resources.find((each) => each.token === token);
  const names = new Set(secretNames({ ...resource?.inputs, ...resource?.outputs }));
  secretNamesFound.set(token, names);
  return names;
}

/** The properties, also inside others, that the SDK marks as secret in the registration of a resource. */
function secretNames(fields: Fields): (string | RegExp)[] {
  const rest = fields[others];
  const named = Object.entries(fields).flatMap(([name, { secret, shape }]) => (secret ? [name] : secretsIn(shape)));
  return rest ? [...named, ...secretsIn(rest.shape)] : named;
}

function secretsIn(shape: Shape): (string | RegExp)[] {
  switch (shape.kind) {
    case "object":
      return secretNames(shape.fields);
    case "list":
      return secretsIn(shape.item);
    case "union":
      return shape.options.flatMap(secretsIn);
    case "chosen":
      return Object.values(shape.choices()).flatMap(secretsIn);
    case "map":
      return [...secretsIn(shape.value), ...(shape.secretNames ? [shape.secretNames] : [])];
    case "any":
      return shape.secretNames ? [shape.secretNames] : [];
    default:
      return [];
  }
}
