import type { Clock } from "../core/clock";
import type { Route, SimReply, SimRequest } from "../core/http";
import type { Limiter } from "../core/limiter";
import { htmlReply, type ServiceDefinition } from "../core/service";
import { deviceRoutes } from "./device-routes";
import { firmwareProfileRoute } from "./firmware-profile-route";
import { fortiManagerRoutes } from "./forti-manager-routes";
import type { Inventory } from "./inventory";
import { bearer } from "./oauth";
import { scriptRoutes } from "./script-routes";
import type { Tokens } from "./tokens";
import type { ApiUser } from "./types";
import type { FortinetVariants } from "./variants";

export interface ZtpContext {
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly limiter: Limiter;
  readonly variants: FortinetVariants;
  /** The inventory of the caller's account. */
  inventory(request: SimRequest): Inventory;
  fail: Fail;
}

/** Builds an error reply; without `code` the usual one for the status. */
export type Fail = (status: number, description: string, code?: string) => SimReply;

const codes: Record<number, string | undefined> = {
  400: "invalid_request",
  401: "invalid_token",
  403: "access_denied",
  404: "not_found",
  415: "unsupported_media_type",
  429: "too_many_requests",
};

/** Makes the function that builds FortiZTP's error replies. */
export function ztpFail(variants: FortinetVariants): Fail {
  return (status, description, code) => {
    if (variants.errorBody === "html") return htmlReply(status);
    if (variants.errorBody === "empty") return { status };
    const error = code ?? codes[status] ?? (status >= 500 ? "server_error" : "invalid_request");
    return { status, json: { error, error_description: description } };
  };
}

/** The FortiZTP service, API version 2. */
export function ztpService(context: ZtpContext): ServiceDefinition {
  return {
    name: "fortiztp",
    basePath: "/public/api",
    routes: [
      ...deviceRoutes(context),
      firmwareProfileRoute(context),
      ...scriptRoutes(context),
      ...fortiManagerRoutes(context),
      systemRoute(context),
    ],
    guard: (request, route) => guard(context, request, route),
    failure: (status, description) => context.fail(status, description),
  };
}

function guard(context: ZtpContext, request: SimRequest, route: Route): SimReply | undefined {
  const { variants, fail, clock } = context;
  const value = bearer(request);
  if (value === undefined && route.path === "/v2/system" && variants.systemWithoutToken === "allowed") return undefined;
  if (value === undefined) return fail(401, "The request needs a bearer token");
  const token = context.tokens.find(value);
  if (token?.clientId !== "fortiztp") return fail(401, "The access token is invalid or has expired");
  const { user } = token;
  request.account = user.account;
  if (variants.rateLimit) {
    const waitMs = context.limiter.take(limitKey(user, variants), clock.now(), {
      calls: variants.rateLimitCalls,
      windowMs: variants.rateLimitWindowSeconds * 1_000,
      window: variants.rateLimitWindow,
    });
    if (waitMs !== undefined) return tooMany(context, waitMs);
  }
  if (user.readOnly && request.method !== "GET") return fail(403, "The API user isn't permitted to change FortiZTP");
  return bodyProblem(request, fail);
}

function limitKey(user: ApiUser, variants: FortinetVariants): string {
  return variants.rateLimitScope === "user" ? `user ${user.apiId}` : `account ${user.account}`;
}

function tooMany(context: ZtpContext, waitMs: number): SimReply {
  const { variants, clock, fail } = context;
  const reply = fail(
    429,
    `Too many requests: ${variants.rateLimitCalls} in ${variants.rateLimitWindowSeconds} seconds`,
  );
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const date = new Date(clock.now() + seconds * 1_000).toUTCString();
  if (variants.rateLimitHeader !== "absent")
    reply.headers = {
      ...reply.headers,
      "retry-after": variants.rateLimitHeader === "seconds" ? String(seconds) : date,
    };
  return reply;
}

function bodyProblem(request: SimRequest, fail: Fail): SimReply | undefined {
  const type = request.headers["content-type"];
  // Script content, the one body that isn't JSON, has its own rules.
  if (request.body.length === 0 || request.path.endsWith("/content") || typeof type !== "string") return undefined;
  return /^application\/json\b/i.test(type) ? undefined : fail(415, `Content type ${type} isn't supported`);
}

function systemRoute({ clock, variants }: ZtpContext): Route {
  return {
    method: "GET",
    path: "/v2/system",
    handle() {
      const time = new Date(clock.now()).toISOString();
      const whole = time.slice(0, 19);
      const serverTime = { milliseconds: time, seconds: `${whole}Z`, noZone: whole }[variants.serverTime];
      const { serviceRegion, serviceStatus } = variants;
      return { status: 200, json: { serviceName: "FortiZTP", serviceRegion, serviceStatus, serverTime } };
    },
  };
}
