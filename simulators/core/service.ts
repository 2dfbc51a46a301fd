import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./clock";
import type { FaultAction, Faults } from "./faults";
import { findRoute, type Route, SimFailure, type SimReply, type SimRequest } from "./http";
import { type Exchange, type Guest, type Listener, type ListenOptions, serve } from "./listener";
import type { RequestEntry, RequestLog } from "./request-log";

/** What all services of one set of simulators share. */
export interface Environment {
  readonly clock: Clock;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Real time added to every request, in milliseconds. */
  latencyMs: number;
  /** Expires the access tokens of every service. */
  expireTokens(): void;
}

/** A simulated vendor service: its routes, and how it says no. */
export interface ServiceDefinition {
  /** Name in the request log and in fault matchers. */
  name: string;
  /** Path before every route, without a trailing slash; may be empty. */
  basePath: string;
  routes: readonly Route[];
  /** Where another protocol may be asked for, with the whole path; a reply of 101 takes the connection over. */
  handshakes?: readonly Route[];
  /** A library that serves a part of the paths by itself. */
  guest?: Guest;
  /** Runs before the handler of a known route; a reply from it ends the request (authentication, limits). */
  guard?(request: SimRequest, route: Route): SimReply | undefined;
  /** The vendor's error body for failures that no handler shaped. */
  failure(status: number, message: string, request?: SimRequest): SimReply;
}

/** Starts listening for a service. */
export function startService(
  definition: ServiceDefinition,
  environment: Environment,
  listen: ListenOptions = {},
): Promise<Listener> {
  const { guest } = definition;
  const handshakes = definition.handshakes !== undefined;
  return serve((exchange) => handle(definition, environment, exchange), { ...listen, handshakes, guest });
}

async function handle(definition: ServiceDefinition, environment: Environment, exchange: Exchange): Promise<void> {
  const startedAt = performance.now();
  environment.clock.runDue();
  const inside = exchange.path.startsWith(`${definition.basePath}/`);
  const relativePath = inside ? exchange.path.slice(definition.basePath.length) : exchange.path;
  const prepared = prepare(definition, exchange, inside ? relativePath : undefined);
  const entry = environment.requests.open({
    service: definition.name,
    method: exchange.method,
    path: exchange.path,
    relativePath,
    route: prepared.route?.path,
    query: Object.fromEntries(exchange.query),
    body: loggedBody(exchange.body),
    at: environment.clock.now(),
  });
  const paths = [entry.path, entry.relativePath, entry.route];
  const actions = environment.faults.strike({ service: definition.name, method: exchange.method, paths });
  await wait(environment, actions, exchange.closing);
  if (actions.some((action) => action.kind === "expireTokens")) environment.expireTokens();

  const measure = (): void => {
    entry.durationMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
  };
  const run = async (): Promise<SimReply> => {
    environment.clock.runDue();
    const reply = await answer(definition, prepared);
    entry.account = prepared.request.account;
    entry.applied = reply.applied ?? reply.status < 400;
    return reply;
  };
  const send = (reply: SimReply): void => {
    entry.status = reply.status;
    measure();
    const date = new Date(environment.clock.now()).toUTCString();
    exchange.send({ ...reply, headers: { date, ...reply.headers } });
  };
  const deciding = actions.find((action) => action.kind !== "delay" && action.kind !== "expireTokens");
  const fault = deciding ?? actions[0];
  if (fault) entry.fault = fault.kind;
  if (deciding) await strike(deciding, definition, prepared.request, exchange, entry, run, send);
  else send(await run());
  measure();
}

interface Prepared {
  request: SimRequest;
  route?: Route;
  failure?: SimFailure;
}

function prepare(definition: ServiceDefinition, exchange: Exchange, relativePath: string | undefined): Prepared {
  const { method, path, query, headers, body } = exchange;
  const request = { method, path, query, headers, body, params: {} };
  if (exchange.tooLarge) return { request, failure: new SimFailure(413, "The request body is too large") };
  try {
    const { handshakes = [], routes } = definition;
    const inside = exchange.handshake ? path : relativePath;
    const found =
      inside === undefined ? undefined : findRoute(exchange.handshake ? handshakes : routes, method, inside);
    if (!found) return { request, failure: new SimFailure(404, `No such resource: ${method} ${path}`) };
    return { request: { ...request, params: found.params }, route: found.route };
  } catch (error) {
    if (error instanceof SimFailure) return { request, failure: error };
    throw error;
  }
}

async function answer(definition: ServiceDefinition, prepared: Prepared): Promise<SimReply> {
  const { request, route, failure } = prepared;
  if (failure || !route)
    return definition.failure(failure?.status ?? 404, failure?.message ?? "No such resource", request);
  try {
    return definition.guard?.(request, route) ?? (await route.handle(request));
  } catch (error) {
    if (error instanceof SimFailure) return definition.failure(error.status, error.message, request);
    const reason = error instanceof Error ? error.message : String(error);
    return definition.failure(500, `The simulator failed: ${reason}`, request);
  }
}

async function wait(environment: Environment, actions: FaultAction[], closing: AbortSignal): Promise<void> {
  let delayMs = environment.latencyMs;
  for (const action of actions) if (action.kind === "delay") delayMs += action.ms;
  if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing });
}

async function strike(
  action: FaultAction,
  definition: ServiceDefinition,
  request: SimRequest,
  exchange: Exchange,
  entry: RequestEntry,
  run: () => Promise<SimReply>,
  send: (reply: SimReply) => void,
): Promise<void> {
  switch (action.kind) {
    case "status": {
      if (action.applied) await run();
      const text = typeof action.body === "string" ? { text: action.body } : { json: action.body };
      return send({ status: action.status, headers: action.headers, ...text });
    }
    case "html": {
      if (action.applied) await run();
      return send(htmlReply(action.status ?? 502, action.body));
    }
    case "tooManyRequests": {
      const reply = definition.failure(429, "Too many requests", request);
      const header: Record<string, string> =
        action.retryAfter === undefined ? {} : { "retry-after": String(action.retryAfter) };
      return send({ ...reply, headers: { ...reply.headers, ...header } });
    }
    case "resetBeforeCommit":
      return exchange.reset();
    case "resetAfterCommit":
      await run();
      return exchange.reset();
    case "lostRequest":
      return;
    case "lostResponse":
      await run();
      return;
    case "truncatedJson": {
      const reply = await run();
      const text = reply.text ?? (reply.json === undefined ? "{}" : JSON.stringify(reply.json));
      const headers = { "content-type": "application/json", ...reply.headers };
      return send({ status: reply.status, headers, text: text.slice(0, Math.ceil(text.length / 2)) });
    }
    default:
      throw new Error(`The fault ${action.kind} on request ${entry.id} decides no reply.`);
  }
}

/** A page such as a front proxy sends. */
export function htmlReply(status: number, body?: string): SimReply {
  const page = `<html><head><title>${status}</title></head><body><h1>${status}</h1><p>The service is unavailable.</p></body></html>`;
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, text: body ?? page };
}

function loggedBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
