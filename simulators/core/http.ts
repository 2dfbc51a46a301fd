import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** One request as a simulated service sees it. */
export interface SimRequest {
  readonly method: string;
  /** Path as sent, without the query, percent-encoding kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
  /** Decoded path parameters, by the names in the route's template. */
  readonly params: Record<string, string>;
  /** Set by the service once it knows who calls; ends up in the request log. */
  account?: string;
}

/** The connection of a request that asks for another protocol, such as WebSocket. */
export interface Handshake {
  incoming: IncomingMessage;
  socket: Duplex;
  /** What the client has sent already. */
  head: Buffer;
}

/** What a simulated service answers: at most one of `json` and `text`; neither is an empty body. */
export interface SimReply {
  status: number;
  /** An array sends the header once for each of its values. */
  headers?: Record<string, string | string[]>;
  json?: unknown;
  text?: string;
  /** Whether the request was carried out, for the request log. Default: whether the status is below 400. */
  applied?: boolean;
  /** Takes the connection over instead of a reply; with status 101, to a handshake. */
  upgrade?(handshake: Handshake): void;
}

/** One endpoint: a method and a path template such as `/v2/devices/{deviceSN}`, relative to the service's base path. */
export interface Route {
  method: string;
  path: string;
  /** One sentence, shown by `GET /` of the control endpoint. */
  doc?: string;
  handle(request: SimRequest): SimReply | Promise<SimReply>;
}

/** A failure that a handler throws to answer with `status` and a sentence. */
export class SimFailure extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Reads a path parameter that the route's template declares. */
export function param(request: SimRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no parameter {${name}}.`);
  return value;
}

/** Parses the body as JSON; throws a 400 `SimFailure` otherwise. An empty body is `undefined`. */
export function jsonBody(request: SimRequest): unknown {
  const text = request.body.toString("utf8");
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new SimFailure(400, "The request body isn't valid JSON");
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Finds the route for a path that is relative to the base path; throws a 400 `SimFailure` on broken percent-encoding. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  const segments = path.split("/");
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = matchTemplate(route.path.split("/"), segments);
    if (params) return { route, params };
  }
  return undefined;
}

function matchTemplate(template: string[], segments: string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== segment) return undefined;
    } else {
      if (segment === "") return undefined;
      params[name] = decodeSegment(segment);
    }
  }
  return params;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SimFailure(400, "The path isn't correctly percent-encoded");
  }
}

/** Whether `pattern` names one of the `candidates`: equal, or a regular expression (recognised by its metacharacters). */
export function matchesPath(pattern: string | RegExp, candidates: ReadonlyArray<string | undefined>): boolean {
  const known = candidates.filter((candidate) => candidate !== undefined);
  if (typeof pattern === "string" && !/[\^$*+?()[\]|\\]/.test(pattern)) return known.includes(pattern);
  const expression =
    typeof pattern === "string" ? new RegExp(pattern) : new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
  return known.some((candidate) => expression.test(candidate));
}
