import { timingSafeEqual } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Clock } from "../core/clock";
import { isObject, SimFailure, type SimReply, type SimRequest } from "../core/http";
import type { Engine } from "./engine";
import type { ShippedEngine } from "./shipped/engine";
import type { EventHub } from "./sockets/hub";
import type { HwAutomationVariants } from "./variants";
import type { HwAutomationWorld } from "./world";

export interface HwAutomationContext {
  readonly clock: Clock;
  readonly variants: HwAutomationVariants;
  readonly world: HwAutomationWorld;
  readonly engine: Engine;
  readonly shipped: ShippedEngine;
  readonly hub: EventHub;
  readonly credentials: { username: string; password: string; token: string };
}

export type Json = Record<string, unknown>;

/** A failure with details. */
export class ApiFailure extends SimFailure {
  constructor(
    status: number,
    message: string,
    readonly details: Json = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(status, message);
  }
}

/** The body of a request, which must be an object. */
export function objectBody(request: SimRequest): Json {
  const type = String(request.headers["content-type"] ?? "");
  if (!/^application\/(.+\+)?json\b/i.test(type))
    throw new ApiFailure(415, "The request's content type must be application/json");
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new ApiFailure(400, "The request body is not valid JSON");
  }
  if (!isObject(body)) throw new ApiFailure(400, "The request body must be a JSON object");
  return body;
}

/** A text of the body; 400 when it is something else. Null where it is missing. */
export function textField(body: Json, name: string): string | null {
  const value = body[name] ?? null;
  if (value === null) return null;
  if (typeof value !== "string" || value.trim() === "")
    throw new ApiFailure(400, `${name} must be a non-empty string`, { field: name });
  return value;
}

/** A text of the body; 400 when it is missing. */
export function requiredText(body: Json, name: string): string {
  const value = textField(body, name);
  if (value === null) throw new ApiFailure(400, `Missing required field: ${name}`, { field: name });
  return value;
}

/** An address of the body; 400 when it is something else. */
export function addressField(body: Json, name: string): string | null {
  const value = textField(body, name);
  if (value !== null && !isIPv4(value))
    throw new ApiFailure(400, `${name} is not an IPv4 address: ${value}`, { field: name });
  return value;
}

/** A time as the reference writes it. */
export function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Fails while the database is locked. */
export function needDatabase({ variants }: HwAutomationContext): void {
  if (variants.database === "locked") throw new ApiFailure(500, "database is locked");
}

/** A success of the profile doc. */
export function success(context: HwAutomationContext, payload: unknown, message?: string, status = 200): SimReply {
  const { variants, clock } = context;
  if (variants.envelope === "bare") {
    const said = message === undefined || !isObject(payload) ? payload : { ...payload, message };
    return { status, json: said };
  }
  const data = isObject(payload) ? without(payload, "success") : payload;
  const text = message ?? "Operation completed successfully";
  return { status, json: { success: true, data, message: text, timestamp: stamp(clock.now()) } };
}

/** A success that the reference leaves open: what it was about, or nothing but the success. */
export function openSuccess(context: HwAutomationContext, payload: Json, message: string, status = 200): SimReply {
  if (context.variants.writeBodies === "success") return { status, json: { success: true } };
  return success(context, { success: true, ...payload }, message, status);
}

function without(object: Json, name: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

const errorTypes: Record<number, string> = {
  400: "ValidationError",
  401: "AuthenticationError",
  404: "NotFoundError",
  405: "MethodNotAllowedError",
  409: "ConflictError",
  413: "ValidationError",
  415: "ValidationError",
  429: "RateLimitError",
  503: "ServiceUnavailableError",
};

/** A failure of the profile doc. */
export function docFailure(context: HwAutomationContext, failure: ApiFailure): SimReply {
  const { status, message, details, headers } = failure;
  const type = errorTypes[status] ?? "InternalError";
  const error = context.variants.errorBody === "text" ? message : { type, message, details };
  return { status, headers, json: { success: false, error, timestamp: stamp(context.clock.now()) } };
}

/** Who calls, unless nobody has to say; 401 for somebody unknown. */
export function authenticate({ credentials, variants }: HwAutomationContext, request: SimRequest): void {
  const header = String(request.headers.authorization ?? "");
  const basic = /^Basic\s+(\S+)$/i.exec(header)?.[1];
  const bearer = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  const login = basic === undefined ? undefined : Buffer.from(basic, "base64").toString("utf8");
  if (login !== undefined && same(login, `${credentials.username}:${credentials.password}`))
    request.account = credentials.username;
  else if (bearer !== undefined && same(bearer, credentials.token)) request.account = "token";
  else if (variants.authentication === "required")
    throw new ApiFailure(
      401,
      header === "" ? "Authentication required" : "Invalid credentials",
      {},
      { "www-authenticate": 'Basic realm="HWAutomation"' },
    );
}

function same(given: string, known: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(known)];
  return left.length === right.length && timingSafeEqual(left, right);
}
