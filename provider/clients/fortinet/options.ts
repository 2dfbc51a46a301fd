import { createHash } from "node:crypto";
import { type ClientOptions, type ClientSurroundings, budgetKey as keyOf } from "../http/options";
import type { ScriptUploadMode } from "./script-content";

/**
 * What every Fortinet cloud client is configured with. Either `apiId` and `password`, or `oauthToken`. To FortiCare the
 * defaults of `maxRetries` and `requestTimeoutSeconds` (for writes) are 2, since each attempt counts as an error there,
 * and 300, since an answer that is missed is costly.
 */
export interface FortinetOptions extends ClientOptions {
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
  /** The form in which script content is sent. Default "auto": whichever the service takes and keeps. */
  scriptUploadMode?: ScriptUploadMode;
}

/** What surrounds a client. Every part has a default; tests bring their own. */
export interface FortinetSurroundings extends ClientSurroundings {
  /** The minute and the hour of FortiCare's limits are so many times shorter: for a simulator that is set likewise. Default 1. */
  windowScale?: number;
}

/** Names the account in keys without giving a credential away. */
function accountKey(options: FortinetOptions): string {
  if (options.apiId) return options.apiId.toUpperCase();
  return createHash("sha256")
    .update(options.oauthToken ?? "")
    .digest("hex");
}

/** Names the budget of the account at one service. */
export function budgetKey(baseUrl: string, options: FortinetOptions): string {
  return keyOf(baseUrl, accountKey(options));
}
