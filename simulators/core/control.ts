import { z } from "zod";
import { type ActiveFault, faultSchema } from "./faults";
import { findRoute, jsonBody, type Route, SimFailure, type SimReply } from "./http";
import { type Exchange, type Listener, serve } from "./listener";
import type { Environment } from "./service";

const clockOrder = z
  .strictObject({ advanceSeconds: z.number().min(0).optional(), freeze: z.boolean().optional() })
  .refine(
    (order) => order.advanceSeconds !== undefined || order.freeze !== undefined,
    "needs advanceSeconds or freeze",
  );
const latencyOrder = z.strictObject({ ms: z.number().min(0) });

/** Starts the endpoint that steers the simulators: the common routes, those of each service, and their index. */
export function startControl(
  environment: Environment,
  options: { port?: number; routes: Route[]; reset: () => void },
): Promise<Listener> {
  const routes = [...commonRoutes(environment, options.reset), ...options.routes];
  routes.unshift({
    method: "GET",
    path: "/",
    doc: "This list",
    handle: () => ok({ routes: routes.map(({ method, path, doc }) => ({ method, path, doc })) }),
  });
  return serve(async (exchange) => exchange.send(await answer(routes, exchange)), { port: options.port });
}

async function answer(routes: Route[], exchange: Exchange): Promise<SimReply> {
  const { method, path, query, headers, body } = exchange;
  try {
    const found = findRoute(routes, method, path);
    if (!found) return failure(404, `No such route: ${method} ${path}. GET / lists the routes`);
    return await found.route.handle({ method, path, query, headers, body, params: found.params });
  } catch (error) {
    if (error instanceof SimFailure) return failure(error.status, error.message);
    if (error instanceof z.ZodError) return failure(400, sentence(error));
    return failure(500, error instanceof Error ? error.message : String(error));
  }
}

function commonRoutes(environment: Environment, reset: () => void): Route[] {
  const { clock, faults, requests } = environment;
  const time = (): SimReply => ok({ now: clock.now(), iso: new Date(clock.now()).toISOString(), frozen: clock.frozen });
  return [
    {
      method: "GET",
      path: "/requests",
      doc: "Requests so far; ?service=, ?method= and ?path= select",
      handle: ({ query }) => ok(requests.filter(filterOf(query))),
    },
    {
      method: "DELETE",
      path: "/requests",
      doc: "Forget the requests so far",
      handle() {
        requests.clear();
        return { status: 204 };
      },
    },
    { method: "GET", path: "/clock", doc: "Simulated time", handle: time },
    {
      method: "POST",
      path: "/clock",
      doc: 'Move time, {"advanceSeconds": 60}, or stop it, {"freeze": true}',
      handle(request) {
        const order = clockOrder.parse(jsonBody(request));
        if (order.freeze === true) clock.freeze();
        if (order.freeze === false) clock.resume();
        if (order.advanceSeconds !== undefined) clock.advance(order.advanceSeconds * 1_000);
        return time();
      },
    },
    { method: "GET", path: "/faults", doc: "Faults in force", handle: () => ok(faults.list().map(shown)) },
    {
      method: "POST",
      path: "/faults",
      doc: 'Add a fault (or an array), for example {"path": "/v2/devices", "times": 1, "action": {"kind": "resetAfterCommit"}}',
      handle(request) {
        const order = jsonBody(request);
        const checked = z.array(faultSchema).parse(Array.isArray(order) ? order : [order]);
        const added = checked.map((fault) => shown(faults.add(fault)));
        return { status: 201, json: Array.isArray(order) ? added : added[0] };
      },
    },
    {
      method: "DELETE",
      path: "/faults",
      doc: "Remove all faults",
      handle() {
        faults.clear();
        return { status: 204 };
      },
    },
    { method: "GET", path: "/latency", doc: "Added latency", handle: () => ok({ ms: environment.latencyMs }) },
    {
      method: "PUT",
      path: "/latency",
      doc: 'Add latency to every request: {"ms": 100}',
      handle(request) {
        environment.latencyMs = latencyOrder.parse(jsonBody(request)).ms;
        return ok({ ms: environment.latencyMs });
      },
    },
    {
      method: "POST",
      path: "/reset",
      doc: "Back to the start: data, behaviour, faults, latency, clock, requests",
      handle() {
        reset();
        return { status: 204 };
      },
    },
  ];
}

function filterOf(query: URLSearchParams): { service?: string; method?: string; path?: string } {
  const pick = (name: string): string | undefined => query.get(name) ?? undefined;
  return { service: pick("service"), method: pick("method"), path: pick("path") };
}

function shown({ id, fault, matched, struck }: ActiveFault): Record<string, unknown> {
  return { id, ...fault, matched, struck };
}

function sentence(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join(".") || "The body"}: ${message}`).join("; ");
}

function ok(json: unknown): SimReply {
  return { status: 200, json };
}

function failure(status: number, message: string): SimReply {
  return { status, json: { error: message } };
}
