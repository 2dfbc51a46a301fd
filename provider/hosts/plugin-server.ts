import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Registry } from "../registry";
import { grpcFailure } from "./failures";
import * as messages from "./messages";
import { PluginProvider } from "./plugin";
import type { Codec } from "./wire";

type Method = keyof typeof methods;

/** Requests and replies of the provider protocol by method. What is not here answers "unimplemented". */
const methods = {
  handshake: [messages.handshakeRequest, messages.handshakeResponse],
  attach: [messages.attachRequest, messages.empty],
  getPluginInfo: [messages.empty, messages.pluginInfo],
  getSchema: [messages.empty, messages.schemaResponse],
  getMapping: [messages.empty, messages.mappingResponse],
  checkConfig: [messages.checkRequest, messages.checkResponse],
  diffConfig: [messages.diffRequest, messages.diffResponse],
  configure: [messages.configureRequest, messages.configureResponse],
  check: [messages.checkRequest, messages.checkResponse],
  diff: [messages.diffRequest, messages.diffResponse],
  create: [messages.createRequest, messages.createResponse],
  read: [messages.readRequest, messages.readResponse],
  update: [messages.updateRequest, messages.updateResponse],
  delete: [messages.deleteRequest, messages.empty],
  invoke: [messages.invokeRequest, messages.invokeResponse],
  list: [messages.listRequest, messages.listResponse],
  cancel: [messages.empty, messages.empty],
} as const;

export interface PluginServer {
  port: number;
  /** Requests being answered right now. */
  inFlight(): number;
  /** Ends every wait, as a Ctrl-C does. */
  cancel(): void;
  close(): void;
}

/** Serves the provider protocol on a free port of the loopback interface. */
export async function startPluginServer(
  registry: Registry,
  version: string,
  engineAddress?: string,
): Promise<PluginServer> {
  const provider = new PluginProvider(registry, version, engineAddress);
  let inFlight = 0;
  const answer = async (method: Exclude<Method, "list">, request: never): Promise<object> => {
    if (method === "cancel") {
      provider.cancelAll();
      return {};
    }
    inFlight++;
    try {
      return await (provider[method] as (request: never) => object | Promise<object>).call(provider, request);
    } finally {
      await provider.told();
      inFlight--;
    }
  };
  const unary =
    (method: Exclude<Method, "list">): handleUnaryCall<object, object> =>
    (call, callback) => {
      answer(method, call.request as never).then(
        (reply) => callback(null, reply),
        (error) => callback(grpcFailure(error)),
      );
    };
  const list: handleServerStreamingCall<messages.MessageType<typeof messages.listRequest>, object> = (call) => {
    inFlight++;
    provider
      .list(call.request, (reply) => call.write(reply))
      .then(
        () => call.end(),
        (error) => call.emit("error", grpcFailure(error)),
      )
      .finally(() => inFlight--);
  };

  const definition: { [method: string]: MethodDefinition<object, object> } = {};
  const implementation: { [method: string]: UntypedServiceImplementation[string] } = {};
  for (const [method, codecs] of Object.entries(methods)) {
    const [request, reply] = codecs as readonly [Codec<object>, Codec<object>];
    definition[method] = {
      path: `/pulumirpc.ResourceProvider/${method[0]?.toUpperCase()}${method.slice(1)}`,
      requestStream: false,
      responseStream: method === "list",
      requestSerialize: request.encode,
      requestDeserialize: request.decode,
      responseSerialize: reply.encode,
      responseDeserialize: reply.decode,
    };
    implementation[method] = method === "list" ? list : unary(method as Exclude<Method, "list">);
  }

  const server = new Server({
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
    // grpc-js would cancel requests that wait for half a minute in a busy process.
    "grpc.server_max_unrequested_time_in_server": 1800,
  });
  server.addService(definition as ServiceDefinition, implementation as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, inFlight: () => inFlight, cancel: () => provider.cancelAll(), close: () => server.forceShutdown() };
}
