import type { Budget } from "./budget";
import type { Clock } from "./clock";
import type { ConnectionOptions } from "./connection";
import type { LedgerPlace } from "./lasting-ledger";
import type { Redactor } from "./redact";
import type { HttpClientOptions, WaitNotice } from "./request";
import type { Trace } from "./trace";

/** What the client of any service is configured with, whatever it needs besides. */
export interface ClientOptions extends Omit<ConnectionOptions, "connectTimeoutMs"> {
  /** Repetitions after a first failed attempt. Default 3. */
  maxRetries?: number;
  /** Default 10. */
  connectTimeoutSeconds?: number;
  /** Time for one attempt of one call. Default 60. */
  requestTimeoutSeconds?: number;
  /** Longest `Retry-After` to wait for. Default 300. */
  maxRetryAfterSeconds?: number;
  /** A file that gets a line of JSON for every attempt of every write. Default: none. */
  auditLogPath?: string;
  /** Follows our own name in the User-Agent header. */
  userAgentSuffix?: string;
}

/** What surrounds a client. Every part has a default; tests bring their own. */
export interface ClientSurroundings extends LedgerPlace {
  /** Told what is odd but not wrong. */
  onWarning?: (message: string) => void;
  /** Told before a wait that a user may notice. */
  onWait?: (wait: WaitNotice) => void;
  /** In place of the one that all clients of this account at the same service in this process share. */
  budget?: Budget;
  redactor?: Redactor;
  /** Default: as `ZTP_TRACE` says. */
  trace?: Trace;
  clock?: Clock;
  /** A number in [0, 1), for the jitter of retries. */
  random?: () => number;
}

/** How to reach any service with these options. */
export function connectionOf(options: ClientOptions): ConnectionOptions {
  const { caFile, clientCertificateFile, clientKeyFile, insecureSkipVerify, proxy, noProxy } = options;
  const { connectTimeoutSeconds } = options;
  const connectTimeoutMs = connectTimeoutSeconds === undefined ? undefined : connectTimeoutSeconds * 1_000;
  return { caFile, clientCertificateFile, clientKeyFile, insecureSkipVerify, proxy, noProxy, connectTimeoutMs };
}

/** What the calls to any service have in common. */
export function commonHttpOptions(
  options: ClientOptions & ClientSurroundings,
): Omit<HttpClientOptions, "system" | "baseUrl"> {
  const { maxRetries, maxRetryAfterSeconds, requestTimeoutSeconds } = options;
  return {
    connection: connectionOf(options),
    requestTimeoutMs: (requestTimeoutSeconds ?? 60) * 1_000,
    retry: {
      ...(maxRetries !== undefined && { maxAttempts: maxRetries + 1 }),
      ...(maxRetryAfterSeconds !== undefined && { maxRetryAfterSeconds }),
    },
    onWait: options.onWait,
    redactor: options.redactor,
    auditLogPath: options.auditLogPath,
    userAgentSuffix: options.userAgentSuffix,
    trace: options.trace,
    clock: options.clock,
    random: options.random,
  };
}

/** Names the budget of an account at a service, however the address is spelled. `account` must not be a credential. */
export function budgetKey(baseUrl: string, account: string): string {
  const address = URL.canParse(baseUrl) ? new URL(baseUrl).href : baseUrl;
  return `${address.replace(/\/+$/, "")} ${account}`;
}
