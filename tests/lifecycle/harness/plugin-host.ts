import { credentials, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { startPluginServer } from "../../../provider/hosts/plugin-server";
import { registry } from "../../../provider/registry";
import { version } from "../../../provider/version";
import {
  type Checked,
  type Diffed,
  type Host,
  HostFailure,
  type HostOptions,
  type Json,
  type JsonMap,
  type OperationOptions,
  openTexts,
  type ReadBack,
  type ResourceState,
  secret,
  secretSignature,
  signatureKey,
  type Written,
} from "./host";

interface Message {
  toObject(): object;
}
type Callback<Reply> = (error: ServiceError | null, reply: Reply) => void;

/** Drives our plugin over gRPC with the generated client, which shares no code with our own codec. */
export class PluginHost implements Host {
  readonly kind = "plugin";
  private readonly transcript: string[] = [];

  private constructor(
    private readonly client: ResourceProviderClient,
    private readonly token: string,
    private readonly stop: () => void | Promise<void>,
  ) {}

  /** Starts the server in this process. */
  static async start(options: HostOptions): Promise<PluginHost> {
    const server = await startPluginServer(registry, version, options.engineAddress);
    return PluginHost.connect(server.port, options, () => server.close());
  }

  /** Brings a server as far as the engine does before its first resource. */
  static async connect(port: number, options: HostOptions, stop: () => void | Promise<void>): Promise<PluginHost> {
    const client = new ResourceProviderClient(`ipv4:127.0.0.1:${port}`, credentials.createInsecure());
    const host = new PluginHost(client, options.token, stop);
    try {
      await host.configure(options);
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** Handshake, CheckConfig and Configure, with the configuration spelled as the engine spells a stack's. */
  private async configure(options: HostOptions): Promise<void> {
    const handshake = new provider.ProviderHandshakeRequest().setEngineAddress(options.engineAddress);
    await this.call<Message>((reply) => this.client.handshake(handshake, reply));
    const urn = "urn:pulumi:test::project::pulumi:providers:ztp::default";
    const texts: { [name: string]: string } = {};
    for (const [name, section] of Object.entries(options.config)) texts[name] = JSON.stringify(section);
    const check = new provider.CheckRequest().setUrn(urn).setNews(struct(texts));
    const checked = await this.call<provider.CheckResponse>((reply) => this.client.checkConfig(check, reply), false);
    // It comes back for the state. A secret section must be wrapped, and is then no leak.
    const echoed = Object.entries(javaScript(checked.getInputs()));
    const open = echoed.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(secret(texts[name] ?? "")));
    this.transcript.push(JSON.stringify(open));
    const [problem] = checked.getFailuresList();
    if (problem) throw new HostFailure(problem.getReason(), undefined);
    const configure = new provider.ConfigureRequest().setName("default").setUrn(urn).setAcceptsecrets(true);
    configure.setArgs(checked.getInputs());
    await this.call<Message>((reply) => this.client.configure(configure, reply));
  }

  programInputs(_urn: string, inputs: JsonMap): JsonMap {
    return inputs;
  }

  async check(urn: string, olds: JsonMap, news: JsonMap): Promise<Checked> {
    const request = new provider.CheckRequest().setUrn(urn).setType(typeOf(urn)).setName(nameOf(urn));
    request.setOlds(struct(olds)).setNews(struct(news)).setRandomseed(new Uint8Array(32));
    const reply = await this.call<provider.CheckResponse>((done) => this.client.check(request, done));
    const failures = reply.getFailuresList().map((failure) => failure.toObject());
    return { inputs: javaScript(reply.getInputs()), failures };
  }

  async diff(state: ResourceState, news: JsonMap): Promise<Diffed> {
    const request = new provider.DiffRequest().setId(state.id).setUrn(state.urn).setType(typeOf(state.urn));
    request.setOlds(struct(state.outputs)).setOldInputs(struct(state.inputs)).setNews(struct(news));
    const reply = await this.call<provider.DiffResponse>((done) => this.client.diff(request, done));
    const changes = (["unknown", "none", "some"] as const)[reply.getChanges()] ?? "unknown";
    const paths = [...reply.getDetaileddiffMap().keys()];
    return { changes, paths, replaces: reply.getReplacesList(), deleteBeforeReplace: reply.getDeletebeforereplace() };
  }

  async create(urn: string, inputs: JsonMap, options: OperationOptions = {}): Promise<Written> {
    const request = new provider.CreateRequest().setUrn(urn).setType(typeOf(urn)).setProperties(struct(inputs));
    request.setPreview(options.preview ?? false).setTimeout(options.timeoutSeconds ?? 0);
    const reply = await this.call<provider.CreateResponse>((done) => this.client.create(request, done));
    return { id: reply.getId(), outputs: javaScript(reply.getProperties()) };
  }

  async update(state: ResourceState, news: JsonMap, options: OperationOptions = {}): Promise<JsonMap> {
    const request = new provider.UpdateRequest().setId(state.id).setUrn(state.urn).setType(typeOf(state.urn));
    request.setOlds(struct(state.outputs)).setOldInputs(struct(state.inputs)).setNews(struct(news));
    request.setPreview(options.preview ?? false).setTimeout(options.timeoutSeconds ?? 0);
    const reply = await this.call<provider.UpdateResponse>((done) => this.client.update(request, done));
    return javaScript(reply.getProperties());
  }

  async delete(state: ResourceState, options: OperationOptions = {}): Promise<void> {
    const request = new provider.DeleteRequest().setId(state.id).setUrn(state.urn).setType(typeOf(state.urn));
    request.setProperties(struct(state.outputs)).setOldInputs(struct(state.inputs));
    request.setTimeout(options.timeoutSeconds ?? 0);
    await this.call<Empty>((done) => this.client.delete(request, done));
  }

  read(state: ResourceState): Promise<ReadBack | undefined> {
    const request = new provider.ReadRequest().setId(state.id).setUrn(state.urn).setType(typeOf(state.urn));
    return this.readBack(request.setProperties(struct(state.outputs)).setInputs(struct(state.inputs)));
  }

  /** An import sends neither properties nor inputs. */
  importRead(urn: string, id: string): Promise<ReadBack | undefined> {
    return this.readBack(new provider.ReadRequest().setId(id).setUrn(urn).setType(typeOf(urn)));
  }

  /** Calls a function; the engine's own answer to failures is to ignore them, so there must be none. */
  async invoke(token: string, args: JsonMap): Promise<JsonMap> {
    const request = new provider.InvokeRequest().setTok(token).setArgs(struct(args));
    const reply = await this.call<provider.InvokeResponse>((done) => this.client.invoke(request, done));
    if (reply.getFailuresList().length > 0) throw new Error("Invoke reported failures, which the CLI swallows.");
    return javaScript(reply.getReturn());
  }

  /** The ids of one page of a list, and the token of the next page. */
  list(page: { limit?: number; pageSize?: number; token?: string } = {}): Promise<{ ids: string[]; next?: string }> {
    const request = new provider.ListRequest().setToken(`ztp:${this.token}`).setLimit(page.limit ?? 0);
    request.setPageSize(page.pageSize ?? 0).setContinuationToken(page.token ?? "");
    const ids: string[] = [];
    let next: string | undefined;
    const stream = this.client.list(request);
    return new Promise((resolve, reject) => {
      stream.on("data", (reply: provider.ListResponse) => {
        this.transcript.push(textOf(reply));
        const result = reply.getResult();
        if (result) ids.push(result.getId());
        next = reply.getContinuation()?.getContinuationToken() ?? next;
      });
      stream.on("end", () => resolve({ ids, next }));
      stream.on("error", (error: ServiceError) => reject(this.failure(error)));
    });
  }

  async cancel(): Promise<void> {
    await this.call<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  received(): string {
    return this.transcript.join("\n");
  }

  async close(): Promise<void> {
    this.client.close();
    await this.stop();
  }

  private async readBack(request: provider.ReadRequest): Promise<ReadBack | undefined> {
    const reply = await this.call<provider.ReadResponse>((done) => this.client.read(request, done));
    if (reply.getId() === "") return undefined;
    return { id: reply.getId(), inputs: javaScript(reply.getInputs()), outputs: javaScript(reply.getProperties()) };
  }

  private call<Reply extends Message>(send: (callback: Callback<Reply>) => unknown, keep = true): Promise<Reply> {
    return new Promise((resolve, reject) => {
      send((error, reply) => {
        if (error) return reject(this.failure(error));
        if (keep) this.transcript.push(textOf(reply));
        resolve(reply);
      });
    });
  }

  private failure(error: ServiceError): HostFailure {
    const details = initFailure(error.metadata);
    this.transcript.push(error.message, error.details, details ? textOf(details) : "");
    if (!details) return new HostFailure(error.details, error.code);
    const reasons = details.getReasonsList();
    const inputs = details.getInputs()?.toJavaScript() as JsonMap | undefined;
    const partial = { id: details.getId(), outputs: javaScript(details.getProperties()), inputs, reasons };
    return new HostFailure(reasons.join("\n"), error.code, partial);
  }
}

/** The detail by which a failed operation keeps an object in state. */
export function initFailure(metadata: Metadata | undefined): provider.ErrorResourceInitFailed | undefined {
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!(bytes instanceof Uint8Array)) return undefined;
  const [any] = Status.deserializeBinary(bytes).getDetailsList();
  if (any?.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") return undefined;
  return provider.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
}

function struct(values: JsonMap): Struct {
  return Struct.fromJavaScript(values);
}

function javaScript(value: Struct | undefined): JsonMap {
  return (value?.toJavaScript() ?? {}) as { [key: string]: Json };
}

/** What a message says to whoever may see it. */
function textOf(message: Message): string {
  return openTexts(message.toObject(), isSecretStruct);
}

function isSecretStruct(value: unknown): boolean {
  const { fieldsMap } = (value ?? {}) as { fieldsMap?: [key: string, value: { stringValue?: string }][] };
  return fieldsMap?.some(([key, field]) => key === signatureKey && field.stringValue === secretSignature) ?? false;
}

function typeOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}
