import { createHash } from "node:crypto";
import type { ClientOptions, ClientSurroundings } from "../http/options";

/** What the client of Mist is configured with. Either tokens, or `email` and `password`. */
export interface MistOptions extends ClientOptions {
  /** Base of all paths, `/api/v1` included: see `mistBaseUrl`. Default: Global 01. */
  baseUrl?: string;
  /** API tokens with equal privileges. The first is used until its calls are used up, then the next. */
  apiTokens?: readonly string[];
  email?: string;
  password?: string;
  /** A code of the second factor: good for one login. */
  twoFactor?: string;
  /** The secret of the second factor, base32 or an `otpauth:` URL, for as many codes as needed. */
  totpSecret?: string;
  /** The organization that is meant where none is named. Default: the only one there is. */
  orgId?: string;
  /** Calls of one token, or user, in an hour. Default 5,000, the vendor's limit. */
  rateLimitPerHour?: number;
  /** Calls of one token, or user, at once. Default 8. */
  maxConcurrency?: number;
}

export type MistSurroundings = ClientSurroundings;

/** Names an account without giving a credential away. */
export function accountKey(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
