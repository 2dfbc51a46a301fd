import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { EngineMessage } from "./host";

const severities = ["debug", "info", "warning", "error"] as const;

/** The part of the engine that providers talk to: it keeps what they say. */
export interface EngineServer {
  readonly address: string;
  readonly messages: EngineMessage[];
  close(): void;
}

export async function startEngineServer(): Promise<EngineServer> {
  const messages: EngineMessage[] = [];
  const server = new Server();
  server.addService(EngineService, {
    log: (call: { request: LogRequest }, callback: (error: null, reply: Empty) => void) => {
      const { request } = call;
      messages.push({
        severity: severities[request.getSeverity()] ?? "debug",
        text: request.getMessage(),
        urn: request.getUrn(),
        ephemeral: request.getEphemeral(),
      });
      callback(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, messages, close: () => server.forceShutdown() };
}
