import type { Clock } from "../core/clock";
import { isObject, jsonBody, param, type Route, SimFailure, type SimReply, type SimRequest } from "../core/http";
import type { Limit, Limiter } from "../core/limiter";
import { type Caller, mayDo, type Session } from "./accounts";
import type { Problem } from "./collections";
import { isUuid } from "./ids";
import type { StreamHub } from "./stream/hub";
import type { Body, MspSeed, Org, Scope, Site } from "./types";
import type { Firmware } from "./upgrades/firmware";
import type { Jobs } from "./upgrades/jobs";
import type { MistVariants } from "./variants";
import type { MistWorld } from "./world";

export interface MistContext {
  readonly clock: Clock;
  readonly world: MistWorld;
  readonly variants: MistVariants;
  readonly limiter: Limiter;
  readonly firmware: Firmware;
  readonly jobs: Jobs;
  readonly hub: StreamHub;
}

/** One request that was let in. */
export interface Call {
  readonly context: MistContext;
  readonly request: SimRequest;
  readonly caller: Caller;
  /** The organisation that the path names, or that of its site. */
  readonly org?: Org;
  readonly site?: Site;
  readonly msp?: MspSeed;
}

/** A failure with a body of its own. */
export class MistFailure extends SimFailure {
  constructor(
    status: number,
    readonly body: unknown,
    readonly headers?: Record<string, string>,
  ) {
    super(status, `Mist answers ${status}`);
  }
}

export function unauthorized(): MistFailure {
  return new MistFailure(401, { detail: "Authentication credentials were not provided." });
}

export function forbidden(detail = "You do not have permission to perform this action."): MistFailure {
  return new MistFailure(403, { detail });
}

export function invalid(problem: Problem | string): MistFailure {
  return new MistFailure(400, typeof problem === "string" ? { detail: problem } : problem);
}

/** There is no such object. */
export function notFound(id: string, { notFoundBody }: MistVariants): MistFailure {
  return new MistFailure(404, { id: { id }, detail: { detail: "Not found." }, empty: undefined }[notFoundBody]);
}

export interface Endpoint {
  method: string;
  path: string;
  /** Whether a login that waits for its second factor will do. */
  pending?: boolean;
  handle(call: Call): SimReply | Promise<SimReply>;
}

/** The route of an endpoint, with the checks that all have in common. */
export function mistRoute(context: MistContext, endpoint: Endpoint): Route {
  const { method, path } = endpoint;
  return { method, path, handle: (request) => answering(() => serveCall(context, endpoint, request)) };
}

/** The route of an endpoint that anybody may call. */
export function openRoute(method: string, path: string, handle: (request: SimRequest) => SimReply): Route {
  return { method, path, handle: (request) => answering(() => handle(request)) };
}

/** The reply of some work, or that of the failure that it throws. */
export async function answering(work: () => SimReply | Promise<SimReply>): Promise<SimReply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MistFailure)) throw error;
    return { status: error.status, headers: error.headers, json: error.body };
  }
}

/** Who calls; 401 for somebody unknown. */
export function identified(context: MistContext, request: SimRequest, pending = false): Caller {
  const caller = authenticated(context, request, pending);
  request.account = caller.name;
  return caller;
}

function serveCall(context: MistContext, endpoint: Endpoint, request: SimRequest): SimReply | Promise<SimReply> {
  const caller = identified(context, request, endpoint.pending);
  count(context, caller);
  const session = caller.kind === "user" ? caller.session : undefined;
  if (session && request.method !== "GET" && request.headers["x-csrftoken"] !== session.csrf)
    throw forbidden("CSRF Failed: CSRF token missing or incorrect.");
  return endpoint.handle({ context, request, caller, ...target(context, request, caller) });
}

function authenticated(context: MistContext, request: SimRequest, pending: boolean): Caller {
  const { accounts } = context.world;
  const header = request.headers.authorization;
  if (typeof header === "string") {
    const key = /^Token\s+(\S+)$/i.exec(header)?.[1];
    const caller = key === undefined ? undefined : accounts.byToken(key);
    if (!caller) throw unauthorized();
    return caller;
  }
  const session = sessionOf(context, request);
  const user = session && accounts.users.get(session.email);
  if (!user || (!session.passed && !pending)) throw unauthorized();
  return { kind: "user", user, name: user.email, privileges: user.privileges, session };
}

/** The login whose cookie a request carries. */
export function sessionOf({ world, variants }: MistContext, request: SimRequest): Session | undefined {
  const cookies = String(request.headers.cookie ?? "").split(/;\s*/);
  const name = `sessionid${variants.cookieSuffix}=`;
  return world.accounts.session(cookies.find((cookie) => cookie.startsWith(name))?.slice(name.length));
}

/** What the callers may do in an hour, which starts on the hour. */
export function hourly({ rateLimit }: MistVariants): Limit {
  return { calls: rateLimit, windowMs: 3_600_000, window: "fixed" };
}

/** Under which calls are counted: an org token by itself, everything of one user together. */
export function limitKey(caller: Caller): string {
  return caller.kind === "org" ? `token ${caller.token.object.id}` : `user ${caller.user.email}`;
}

/** Takes one call of what the caller may do in an hour; 429 when there is none left. */
export function count({ clock, limiter, variants }: MistContext, caller: Caller): void {
  const now = clock.now();
  const waitMs = limiter.take(limitKey(caller), now, hourly(variants));
  if (waitMs === undefined) return;
  const wait = variants.retryAfterSeconds ?? Math.max(1, Math.ceil(waitMs / 1_000));
  const text = { seconds: String(wait), date: new Date(now + wait * 1_000).toUTCString(), absent: undefined };
  const retryAfter = text[variants.retryAfter];
  throw new MistFailure(
    429,
    { detail: `Request was throttled. Expected available in ${wait} seconds.` },
    retryAfter === undefined ? {} : { "retry-after": retryAfter },
  );
}

/** What the path is about: it must exist, and the caller must have a privilege there; to write, unless the method is GET. */
export function target(
  { world, variants }: MistContext,
  { method, params }: Pick<SimRequest, "method" | "params">,
  { privileges }: Pick<Caller, "privileges">,
): Pick<Call, "org" | "site" | "msp"> {
  const writing = method !== "GET";
  const [orgId, siteId, mspId] = ["org_id", "site_id", "msp_id"].map((name) => params[name]?.toLowerCase());
  if (mspId !== undefined) {
    const msp = world.msps.get(mspId);
    if (!msp) throw notFound(mspId, variants);
    allow(mayDo(privileges, { mspId }), writing);
    return { msp };
  }
  const site = siteId === undefined ? undefined : world.sites.get(siteId);
  if (siteId !== undefined && (!site || !(writing || world.visible(site)))) throw notFound(siteId, variants);
  const id = site?.orgId ?? orgId;
  if (id === undefined) return {};
  const org = world.orgs.get(id);
  if (!org) throw notFound(id, variants);
  allow(mayDo(privileges, { org, site, siteGroupIds: site && world.siteGroupIds(site.id) }), writing);
  return { org, site };
}

function allow(may: { read: boolean; write: boolean }, writing: boolean): void {
  if (!may.read || (writing && !may.write)) throw forbidden();
}

/** The organisation of a call whose path names one, or a site. */
export function orgOf({ org }: Call): Org {
  if (!org) throw new Error("The route has neither {org_id} nor {site_id}.");
  return org;
}

/** The site of a call whose path names one. */
export function siteOf({ site }: Call): Site {
  if (!site) throw new Error("The route has no {site_id}.");
  return site;
}

/** The MSP, organisation or site that a call is about, by the scope of its path. */
export function scopeIdOf(call: Call, scope: Scope): string {
  const id = { msp: call.msp?.id, org: call.org?.id, site: call.site?.id }[scope];
  if (id === undefined) throw new Error(`The route has no ${scope} id.`);
  return id;
}

/** The body as JSON; undefined when there is none. */
export function parsedBody(request: SimRequest): unknown {
  try {
    return jsonBody(request);
  } catch (error) {
    if (!(error instanceof SimFailure)) throw error;
    throw invalid("JSON parse error - Expecting value: line 1 column 1 (char 0)");
  }
}

/** The body as an object; 400 when it is something else. */
export function objectBody(request: SimRequest): Body {
  const body = parsedBody(request) ?? {};
  if (isObject(body)) return body;
  throw invalid(`Invalid data. Expected a dictionary, but got ${Array.isArray(body) ? "list" : typeof body}.`);
}

/** An id in the path; what is no UUID is no object either. */
export function idParam(call: Call, name: string): string {
  const id = param(call.request, name);
  if (!isUuid(id)) throw notFound(id, call.context.variants);
  return id.toLowerCase();
}

/** A success with an object or a list. */
export function ok(json: unknown): SimReply {
  return { status: 200, json };
}

/** A success that has nothing to tell. */
export function done({ variants }: MistContext): SimReply {
  return variants.emptySuccess === "object" ? { status: 200, json: {} } : { status: 200 };
}
