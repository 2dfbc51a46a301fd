import { Metadata, status } from "@grpc/grpc-js";
import { mapToWire, type ValueMap } from "../core/values";
import { initFailedDetails } from "./messages";

/** gRPC codes by the kind of an error; none of them makes the engine believe that its state is corrupt. */
const codes: { [kind: string]: number } = {
  configuration: status.INVALID_ARGUMENT,
  invalid: status.INVALID_ARGUMENT,
  unauthorized: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  "not-found": status.NOT_FOUND,
  rejected: status.FAILED_PRECONDITION,
  "rate-limited": status.RESOURCE_EXHAUSTED,
  timeout: status.DEADLINE_EXCEEDED,
  canceled: status.ABORTED,
  server: status.UNAVAILABLE,
  network: status.UNAVAILABLE,
  tls: status.UNAVAILABLE,
  "not-json": status.UNAVAILABLE,
};

export interface GrpcFailure {
  code: number;
  details: string;
  metadata?: Metadata;
}

/** One readable text, never a stack. A programming error says that it is ours. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const bug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return bug ? `this is a bug in pulumi-ztp, please report it: ${error.message}` : error.message;
}

export function failureCode(error: unknown): number {
  const kind = error instanceof Error && "kind" in error ? String(error.kind) : "";
  return codes[kind] ?? status.FAILED_PRECONDITION;
}

/** A failure that keeps an object in state as unfinished, with the id and outputs that the vendor gave so far. */
export class InitFailure extends Error {
  constructor(
    readonly id: string,
    readonly outputs: ValueMap,
    reason: string,
    readonly inputs?: ValueMap,
  ) {
    super(reason);
  }
}

export function grpcFailure(error: unknown): GrpcFailure {
  const failure: GrpcFailure = { code: failureCode(error), details: failureText(error) };
  if (error instanceof InitFailure) {
    const { id, outputs, inputs, message } = error;
    const detail = { id, properties: mapToWire(outputs), reasons: [message], inputs: inputs && mapToWire(inputs) };
    failure.metadata = new Metadata();
    failure.metadata.set("grpc-status-details-bin", initFailedDetails(failure.code, detail));
  }
  return failure;
}
