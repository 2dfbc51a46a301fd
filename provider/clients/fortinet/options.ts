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
  /** Service that the token for FortiZTP is for. Default "fortiztp". */
  clientId?: string;
  /** FortiCare's Asset Management API, or its host alone. Default `https://support.fortinet.com/ES/api/registration/v3`. */
  forticareUrl?: string;
  /** Service that the token for FortiCare is for. Default "assetmanagement". */
  forticareClientId?: string;
  /** PEM file of certificate authorities to trust besides those of Node. */
  caFile?: string;
  /** Accept any certificate. Default false. */
  insecureSkipVerify?: boolean;
  /** Repetitions after a first failed attempt. Default 3; to FortiCare 2, since each counts as an error there. */
  maxRetries?: number;
  /** Default 10. */
  connectTimeoutSeconds?: number;
  /** Time for one attempt of one call. Default 60; for writing to FortiCare 300, since an answer that is missed is costly. */
  requestTimeoutSeconds?: number;
  /** Longest `Retry-After` to wait for. Default 300. */
  maxRetryAfterSeconds?: number;
  /** Calls in any hour. Default 2,000, the vendor's limit. */
  rateLimitPerHour?: number;
  /** Calls at once. Default 8; to FortiCare 4. */
  maxConcurrency?: number;
  /** Calls to FortiCare in any minute. Default 90; the vendor's limit is 100. */
  forticareRateLimitPerMinute?: number;
  /** Calls to FortiCare in any hour. Default 900; the vendor's limit is 1,000. */
  forticareRateLimitPerHour?: number;
  /**
   * Errors in any hour after which nothing is sent to FortiCare any more; reading ends one error earlier. Default 8: of the
   * 10 that the vendor allows, reads leave 3 and writes 2.
   */
  forticareErrorsPerHour?: number;
  /** A file that gets a line of JSON for every attempt of every write. Default: none. */
  auditLogPath?: string;
  /** Follows our own name in the User-Agent header. */
  userAgentSuffix?: string;
  /** The form in which script content is sent. Default "auto": whichever the service takes and keeps. */
  scriptUploadMode?: ScriptUploadMode;
}

/** What surrounds a client. Every part has a default; tests bring their own. */
export interface FortinetSurroundings {
  /** Told what is odd but not wrong. */
  onWarning?: (message: string) => void;
  /** Told before a wait that a user may notice. */
  onWait?: (wait: WaitNotice) => void;
  /** In place of the one that all clients of this account at the same service in this process share. */
  budget?: Budget;
  /** A Redis in which that budget is kept, for machines that share an account. Default: a file of this user. */
  redisUrl?: string;
  /** The minute and the hour of FortiCare's limits are so many times shorter: for a simulator that is set likewise. Default 1. */
  windowScale?: number;
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
    auditLogPath: options.auditLogPath,
    userAgentSuffix: options.userAgentSuffix,
    trace: options.trace,
    clock: options.clock,
    random: options.random,
  };
}

/** Names the account in keys without giving a credential away. */
function accountKey(options: FortinetOptions): string {
  if (options.apiId) return options.apiId.toUpperCase();
  return createHash("sha256")
    .update(options.oauthToken ?? "")
    .digest("hex");
}

/** Names the budget of the account at one service, however the address is spelled. */
export function budgetKey(baseUrl: string, options: FortinetOptions): string {
  const address = URL.canParse(baseUrl) ? new URL(baseUrl).href : baseUrl;
  return `${address.replace(/\/+$/, "")} ${accountKey(options)}`;
}
