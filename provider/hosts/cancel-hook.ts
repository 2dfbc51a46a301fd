import { createRequire } from "node:module";

/**
 * Calls back when the engine cancels the run. The dynamic provider's process is not told of a Ctrl-C, only its gRPC
 * server is, whose request is an empty message that is decoded here. This leans on internals of @pulumi/pulumi: where
 * they differ, waits simply last until they are over.
 */
export function onCancel(callback: () => void): void {
  try {
    // The very copy that @pulumi/pulumi uses.
    const own = createRequire(require.resolve("@pulumi/pulumi"));
    const { Empty } = own("google-protobuf/google/protobuf/empty_pb.js") as {
      Empty: { deserializeBinary(bytes: Uint8Array): unknown };
    };
    const original = Empty.deserializeBinary;
    Empty.deserializeBinary = (bytes) => {
      if (new Error().stack?.includes("provider_grpc_pb")) callback();
      return original.call(Empty, bytes);
    };
  } catch {
    // Not the process we know: nothing to listen to.
  }
}
