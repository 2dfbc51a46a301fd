import { createHash } from "node:crypto";
import type { Budget } from "../http/budget";
import type { Clock } from "../http/clock";
import type { ConnectionOptions } from "../http/connection";
import type { Redactor } from "../http/redact";
import type { HttpClientOptions, WaitNotice } from "../http/request";
import type { Trace } from "../http/trace";
import type { ScriptUploadMode } from "./script-content";

/** What every Fortinet cloud client is configured with. Either `apiId` and `password`, or `oauthToken`. */
export interface FortinetOptions {
  /** Id of a FortiCloud IAM API user of type Local. */
  apiId?: string;
  /** Its password, from the credential file. */
  password?: string;
  /** A token obtained elsewhere. It cannot be renewed: calls fail once it has expired. */
  oauthToken?: string;
  /** Token endpoint, trailing slash included. Default `https://customerapiauth.fortinet.com/api/v1/oauth/token/`. */
  authUrl?: string;
  /** Base URL of FortiZTP. Default `https://fortiztp.forticloud.com/public/api`. */
  fortiztpUrl?: string;
  /** Service that the token is for. Default "fortiztp". */
  clientId?: string;
  /** PEM file of certificate authorities to trust besides those of Node. */
  caFile?: string;
  /** Accept any certificate. Default false. */
  insecureSkipVerify?: boolean;
  /** Repetitions after a first failed attempt. Default 3. */
  maxRetries?: number;
  /** Default 10. */
  connectTimeoutSeconds?: number;
  /** Time for one attempt of one call. Default 60. */
  requestTimeoutSeconds?: number;
  /** Longest `Retry-After` to wait for. Default 300. */
  maxRetryAfterSeconds?: number;
  /** Calls in any hour. Default 2,000, the vendor's limit. */
  rateLimitPerHour?: number;
  /** Calls at once. Default 8. */
  maxConcurrency?: number;
  /** The form in which script content is sent. Default "auto": whichever the service takes and keeps. */
  scriptUploadMode?: ScriptUploadMode;
}

/** What surrounds a client. Every part has a default; tests bring their own. */
export interface FortinetSurroundings {
  /** Told what is odd but not wrong. */
  onWarning?: (message: string) => void;
  /** Told before a wait that a user may notice. */
  onWait?: (wait: WaitNotice) => void;
  /** In place of the one that all clients of this account in this process share. */
  budget?: Budget;
  redactor?: Redactor;
  /** Default: as `ZTP_TRACE` says. */
  trace?: Trace;
  clock?: Clock;
  /** A number in [0, 1), for the jitter of retries. */
  random?: () => number;
}

/** How to reach any Fortinet service with these options. */
export function connectionOf(options: FortinetOptions): ConnectionOptions {
  return {
    caFile: options.caFile,
    insecureSkipVerify: options.insecureSkipVerify,
    connectTimeoutMs: options.connectTimeoutSeconds === undefined ? undefined : options.connectTimeoutSeconds * 1_000,
  };
}

/** What the calls to any Fortinet service have in common. */
export function commonHttpOptions(
  options: FortinetOptions & FortinetSurroundings,
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
    trace: options.trace,
    clock: options.clock,
    random: options.random,
  };
}

/** Names the account in keys without giving a credential away. */
export function accountKey(options: FortinetOptions): string {
  if (options.apiId) return options.apiId.toUpperCase();
  return createHash("sha256")
    .update(options.oauthToken ?? "")
    .digest("hex");
}
