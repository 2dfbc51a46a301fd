import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { DynamicProvider } from "../../../provider/hosts/dynamic";
import {
  type Checked,
  type Diffed,
  type Host,
  HostFailure,
  type HostOptions,
  type JsonMap,
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
  private readonly source: string;

  private constructor(
    private readonly handler: DynamicProvider,
    token: string,
    private readonly hook: typeof Empty.deserializeBinary,
  ) {
    this.source = `exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler(${JSON.stringify(token)})`;
  }

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
    const host = new DynamicHost(made, options.token, hook);
    const texts = Object.entries(options.config).map(([name, section]) => [`ztp:${name}`, JSON.stringify(section)]);
    const config: { [key: string]: string | undefined } = Object.fromEntries(texts);
    await made.configure({ config: { get: (key) => config[key] } });
    return host;
  }

  programInputs(urn: string, inputs: JsonMap, preview: boolean): JsonMap {
    return { ...inputs, __provider: this.source, __urn: urn, ...(preview && { __preview: true }) };
  }

  async check(_urn: string, olds: JsonMap, news: JsonMap): Promise<Checked> {
    const { inputs, failures } = await this.call(() => this.handler.check(copy(olds), copy(news)));
    return { inputs: { ...inputs, __provider: news.__provider ?? this.source }, failures };
  }

  async diff(state: ResourceState, news: JsonMap): Promise<Diffed> {
    const reply = await this.call(() => this.handler.diff(state.id, copy(state.outputs), copy(news)));
    const changes = reply.changes === undefined ? "unknown" : reply.changes ? "some" : "none";
    const deleteBeforeReplace = reply.deleteBeforeReplace ?? false;
    return { changes, paths: [], replaces: reply.replaces ?? [], deleteBeforeReplace };
  }

  async create(_urn: string, inputs: JsonMap): Promise<Written> {
    const { id, outs } = await this.call(() => this.handler.create(copy(inputs)), false);
    return { id, outputs: this.withProvider(outs) };
  }

  async update(state: ResourceState, news: JsonMap): Promise<JsonMap> {
    const { outs } = await this.call(() => this.handler.update(state.id, copy(state.outputs), copy(news)), false);
    return this.withProvider(outs);
  }

  async delete(state: ResourceState): Promise<void> {
    await this.call(() => this.handler.delete(state.id, copy(state.outputs)));
  }

  read(state: ResourceState): Promise<ReadBack | undefined> {
    return this.readBack(state.id, state.outputs);
  }

  /** What `.get()` does, and a writer of import files: only what the SDK adds stands in the properties. */
  importRead(urn: string, id: string): Promise<ReadBack | undefined> {
    return this.readBack(id, { __provider: this.source, __urn: urn });
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

  private async readBack(id: string, properties: JsonMap): Promise<ReadBack | undefined> {
    const reply = await this.call(() => this.handler.read(id, copy(properties)));
    if (!reply.id) return undefined;
    const outputs = this.withProvider(reply.props ?? {});
    return { id: reply.id, outputs, inputs: this.withProvider(reply.inputs ?? {}) };
  }

  private withProvider(properties: JsonMap): JsonMap {
    return { ...properties, __provider: this.source };
  }

  /** @param prints whether the engine's process prints errors of this verb, but for those that ask for silence */
  private async call<Reply>(verb: () => Promise<Reply>, prints = true): Promise<Reply> {
    try {
      const reply = await verb();
      this.transcript.push(JSON.stringify(reply) ?? "");
      return reply;
    } catch (error) {
      const printed = `${error}: ${(error as Thrown).stack}`;
      if (prints && !printed.startsWith("\0")) this.transcript.push(printed);
      throw this.failure(error as Thrown);
    }
  }

  /** What the engine's process makes of an error. */
  private failure(error: Thrown): HostFailure {
    const { message, code, id, properties, reasons, metadata } = error;
    const details = initFailure(metadata);
    this.transcript.push(JSON.stringify({ message, properties, reasons, details: details?.toObject() }));
    if (details) {
      const outputs = details.getProperties()?.toJavaScript() as JsonMap;
      const inputs = details.getInputs()?.toJavaScript() as JsonMap;
      const partial = { id: details.getId(), outputs, inputs, reasons: details.getReasonsList() };
      return new HostFailure(partial.reasons.join("\n"), code, partial);
    }
    if (id === undefined) return new HostFailure(message, code);
    const partial = { id, outputs: this.withProvider(properties ?? {}), inputs: undefined, reasons: reasons ?? [] };
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

/** Values cross a process boundary: nobody may see another's changes. */
function copy(values: JsonMap): JsonMap {
  return structuredClone(values);
}
