import type { VendorError } from "./errors";
import type { Judge, Reply } from "./reply";
import type { AlreadyDone } from "./retry";
import type { RawReply } from "./transport";
import type { QueryValue } from "./url";

/** One call. `T` is what `read` makes of the answer. */
export interface HttpRequest<T> {
  method: "GET" | "PUT" | "POST" | "DELETE" | "PATCH";
  /** Path below the base URL; build it with `path` so that parameters are encoded. */
  path: string;
  query?: Readonly<Record<string, QueryValue>>;
  /** Body as JSON. A function is evaluated anew for every attempt. */
  json?: unknown;
  /** Body as it is, in place of `json`. */
  raw?: { contentType: string; content: string | Uint8Array };
  headers?: Readonly<Record<string, string>>;
  /** Makes the result of the answer. What it throws counts as a failure of the call. */
  read: (reply: Reply) => T;
  /** What is being done, as it follows "could not" in an error: "provision device FGT1". */
  action?: string;
  /** Changes something at the vendor. Default: true for all but GET. */
  write?: boolean;
  /** May be sent twice. Default: true for GET, PUT and DELETE. */
  repeatable?: boolean;
  /** Looks whether an earlier attempt was applied: see `RetryOptions`. For writes that a service refuses to repeat. */
  beforeRepeat?: (failure: VendorError) => Promise<AlreadyDone<T> | undefined>;
  /** What the reply is, where its status does not tell. */
  judge?: Judge;
  /** How many errors the vendor counts for an answer that was read. Default: none. */
  errorsIn?: (result: T) => number;
  /** How many errors of the budget this call leaves to others. Default: as the windows say. */
  errorReserve?: number;
  /** How many errors the vendor counts for the call at worst. Default 1. */
  mayFail?: number;
  /** Time for one attempt, in milliseconds. Default: that of the client. */
  timeoutMs?: number;
  /** How many objects the call carries, for the trace. */
  batchSize?: number;
  signal?: AbortSignal;
  /** An attempt that has been sent is answered even to a caller that has given up: for writes whose outcome must be known. */
  finishSent?: boolean;
  /** False: fails at once where it would have to wait for calls to be allowed, since another client may go on. */
  patient?: boolean;
}

/** The headers that tell a service who calls. */
export type Credentials = Readonly<Record<string, string>>;

/** Adds the credentials to calls. */
export interface Authorizer {
  authorize(signal?: AbortSignal): Promise<Credentials>;
  /** The service answered 401 to these. True if new ones can be had: the call is then sent once more. */
  refused(credentials: Credentials): boolean;
  /** Told of every answer to these, for services that hand out new cookies with any of them. */
  answered?(credentials: Credentials, reply: RawReply): void;
  /** The hint for a 401 that remains. */
  hint?: string;
}
