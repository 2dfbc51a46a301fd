import { z } from "zod";
import { systemClock } from "../http/clock";
import { SingleFlight } from "../http/coalesce";
import { isVendorError, VendorError } from "../http/errors";
import { commonHttpOptions } from "../http/options";
import { createRedactor } from "../http/redact";
import { type Authorizer, HttpClient } from "../http/request";
import type { FortinetOptions, FortinetSurroundings } from "./options";

export const defaultAuthUrl = "https://customerapiauth.fortinet.com/api/v1/oauth/token/";

/** The login of one API user to one FortiCloud service: one token, shared by all concurrent calls. */
export interface FortinetLogin extends Authorizer {
  /** A token with enough life left; logs in or renews if need be. Throws `VendorError`. */
  token(signal?: AbortSignal): Promise<string>;
  /** The service refused this token. A newer one stays untouched. */
  invalidate(token: string): void;
  /** Asks FortiCloud to forget the token at hand. Other runs of the same API user may be holding the same one. */
  revoke(signal?: AbortSignal): Promise<void>;
}

/** What differs between the services that a token can be for. */
export interface LoginService {
  /** OAuth client id. */
  clientId: string;
  /** Longest time for one attempt, in seconds. */
  timeoutSeconds: number;
  /** A refresh token is sent together with the credentials. */
  refreshWithCredentials: boolean;
  /** What else may be wrong when credentials are refused, as full sentences. */
  refusedHint: string;
}

interface Token {
  access: string;
  refresh?: string;
  renewAt: number;
  expiresAt: number;
}

const fallbackLifeSeconds = 3_600;

const tokenReply = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(fallbackLifeSeconds),
  refresh_token: z.string().min(1).optional().catch(undefined),
});

const hints = {
  refused: "Check apiId and password: downloading the credentials again in the portal resets the password.",
  given:
    "The token given as oauthToken has expired or is for another service, and cannot be renewed: obtain a new one, or set apiId and password.",
};

/** The login to FortiZTP. */
const fortiZtpLogin = (options: FortinetOptions): LoginService => ({
  clientId: options.clientId ?? "fortiztp",
  timeoutSeconds: 15,
  refreshWithCredentials: false,
  refusedHint: "The API user must be of type Local, not ORG, and its permission profile must include this service.",
});

/**
 * A login with `apiId` and `password`, or with a given `oauthToken`, to one service: its tokens are good for no other.
 * Nothing is sent before the first token is needed.
 */
export function createFortinetLogin(
  options: FortinetOptions & FortinetSurroundings,
  service: LoginService = fortiZtpLogin(options),
): FortinetLogin {
  const clock = options.clock ?? systemClock;
  const redactor = options.redactor ?? createRedactor();
  const authUrl = options.authUrl ?? defaultAuthUrl;
  const { clientId, timeoutSeconds } = service;
  const refusedHint = `${hints.refused} ${service.refusedHint}`;
  const { apiId, password, oauthToken } = options;
  for (const secret of [password, oauthToken]) redactor.secret(secret);

  const http = new HttpClient({
    ...commonHttpOptions(options),
    redactor,
    system: "FortiCloud",
    baseUrl: authUrl,
    requestTimeoutMs: Math.min(options.requestTimeoutSeconds ?? timeoutSeconds, timeoutSeconds) * 1_000,
    wordsOf: loginWords,
    hintFor: (failure) => (failure.kind === "unauthorized" || failure.status === 400 ? refusedHint : undefined),
  });
  const action = `log in as API user ${apiId} for the service "${clientId}"`;
  let current: Token | undefined;
  const login = new SingleFlight((signal) => renew(signal));

  async function grant(fields: Record<string, unknown>, signal: AbortSignal): Promise<Token> {
    const asked = clock.now();
    const reply = await http.send({
      method: "POST",
      path: "",
      json: { client_id: clientId, ...fields },
      // A second token does no harm, unlike other POSTs.
      repeatable: true,
      action,
      signal,
      read: (answer) => {
        const parsed = tokenReply.safeParse(answer.json());
        if (parsed.success) return parsed.data;
        const reason = "the answer holds no token";
        throw new VendorError({ kind: "unauthorized", system: "FortiCloud", action, reason, hint: refusedHint });
      },
    });
    redactor.secret(reply.access_token);
    redactor.secret(reply.refresh_token);
    const life = reply.expires_in * 1_000;
    return {
      access: reply.access_token,
      refresh: reply.refresh_token,
      renewAt: asked + life - Math.min(300_000, life * 0.1),
      expiresAt: asked + life,
    };
  }

  async function renew(signal: AbortSignal): Promise<Token> {
    const old = current;
    try {
      current = (await refreshed(old, signal)) ?? (await withPassword(signal));
      return current;
    } catch (error) {
      // The old token is good for a while: a login service that is down need not stop the work yet.
      const passing = isVendorError(error) && error.transient;
      if (passing && old && current === old && old.expiresAt > clock.now()) return old;
      throw error;
    }
  }

  async function refreshed(old: Token | undefined, signal: AbortSignal): Promise<Token | undefined> {
    if (!old?.refresh) return undefined;
    try {
      const credentials = service.refreshWithCredentials ? { username: apiId, password } : {};
      const fields = { ...credentials, grant_type: "refresh_token", refresh_token: old.refresh };
      const fresh = await grant(fields, signal);
      return { ...fresh, refresh: fresh.refresh ?? old.refresh };
    } catch (error) {
      if (isVendorError(error, "canceled") || !isVendorError(error)) throw error;
      return undefined;
    }
  }

  function withPassword(signal: AbortSignal): Promise<Token> {
    return grant({ username: apiId, password, grant_type: "password" }, signal);
  }

  async function token(signal?: AbortSignal): Promise<string> {
    if (oauthToken && !apiId && !password) return oauthToken;
    if (oauthToken || !apiId || !password) {
      const reason = oauthToken ? "there are two sets of credentials" : "the credentials are incomplete";
      const hint = "Set either apiId and password, or oauthToken.";
      throw new VendorError({ kind: "unauthorized", system: "FortiCloud", action: "log in", reason, hint });
    }
    if (current && clock.now() < current.renewAt) return current.access;
    return (await login.run(signal)).access;
  }

  return {
    token,
    hint: oauthToken ? hints.given : refusedHint,
    authorize: async (signal) => ({ authorization: `Bearer ${await token(signal)}` }),
    refused({ authorization = "" }) {
      this.invalidate(authorization.replace(/^Bearer /, ""));
      return oauthToken === undefined;
    },
    invalidate(refusedToken) {
      // The refresh token goes too: it belongs to the session that was refused.
      if (current?.access === refusedToken) current = undefined;
    },
    async revoke(signal) {
      const access = oauthToken ?? current?.access;
      if (!access) return;
      const revokeUrl = authUrl.replace(/token\/?$/, "revoke_token/");
      const revoker = new HttpClient({
        ...commonHttpOptions(options),
        redactor,
        system: "FortiCloud",
        baseUrl: revokeUrl,
      });
      const json = { client_id: clientId, token: access };
      await revoker.send({
        method: "POST",
        path: "",
        json,
        repeatable: true,
        action: "revoke the token",
        signal,
        read: () => {},
      });
      current = undefined;
    },
  };
}

/** What the login service says; it has several ways. */
function loginWords(body: unknown): string | undefined {
  const fields = new Map(Object.entries(body ?? {}));
  const oauth: unknown = fields.get("oauth");
  const nested = typeof oauth === "object" && oauth !== null && "message" in oauth ? oauth.message : undefined;
  const candidates = [
    fields.get("error_description"),
    nested,
    fields.get("error_message"),
    fields.get("message"),
    fields.get("error"),
  ];
  return candidates.find((words): words is string => typeof words === "string" && words.trim() !== "");
}
