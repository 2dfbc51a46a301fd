import { findRoute, type Route, type SimReply, type SimRequest } from "../core/http";
import type { ServiceDefinition } from "../core/service";
import { ApiFailure, authenticate, docFailure, type HwAutomationContext } from "./call";
import { batchRoutes } from "./doc/batch-routes";
import { biosRoutes } from "./doc/bios-routes";
import { maasRoutes } from "./doc/maas-routes";
import { serverRoutes } from "./doc/server-routes";
import { workflowRoutes } from "./doc/workflow-routes";
import { healthRoute } from "./health";
import { shippedFailure } from "./shipped/call";
import { shippedRoutes } from "./shipped/routes";

const methods = ["GET", "HEAD", "POST", "PUT"];

/** Every endpoint of the simulated HWAutomation: those of the reference, or those of the shipped application. */
export function hwAutomationService(context: HwAutomationContext): ServiceDefinition {
  const { variants } = context;
  const answered = (routes: Route[]): Route[] =>
    withHead(routes).map((route) => ({ ...route, handle: (request) => answering(context, route, request) }));
  const doc = answered([
    ...workflowRoutes(context),
    ...batchRoutes(context),
    ...serverRoutes(context),
    ...biosRoutes(context),
    ...maasRoutes(context),
  ]);
  const health = answered([healthRoute(context)]);
  const shipped = answered([healthRoute(context), ...shippedRoutes(context)]);
  const routes = (): Route[] => {
    if (variants.profile === "shipped") return shipped;
    return variants.health === "served" ? [...doc, ...health] : doc;
  };
  return {
    name: "hwautomation",
    basePath: "",
    guest: context.hub.guest,
    get routes() {
      return routes();
    },
    failure(status, message, request) {
      const allowed = status === 404 && request ? methodsOf(routes(), request) : [];
      if (allowed.length === 0) return failed(context, new ApiFailure(status, message), true);
      const headers = { allow: allowed.join(", ") };
      if (request?.method === "OPTIONS") return { status: 200, headers };
      return failed(
        context,
        new ApiFailure(405, `The method ${request?.method} is not allowed here`, {}, headers),
        true,
      );
    },
  };
}

/** The reply of a route, or that of the failure that it throws. */
async function answering(context: HwAutomationContext, route: Route, request: SimRequest): Promise<SimReply> {
  try {
    if (context.variants.profile === "doc" && route.path !== "/health") authenticate(context, request);
    return await route.handle(request);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return failed(context, error, false);
  }
}

/** A failure, of a handler or, with `outside`, of whatever stands before the handlers. */
function failed(context: HwAutomationContext, failure: ApiFailure, outside: boolean): SimReply {
  return context.variants.profile === "doc" ? docFailure(context, failure) : shippedFailure(failure, outside);
}

/** HEAD works wherever GET does. */
function withHead(routes: Route[]): Route[] {
  return [...routes, ...routes.filter(({ method }) => method === "GET").map((route) => ({ ...route, method: "HEAD" }))];
}

/** The methods of a path, where it has any; OPTIONS is one of them then. */
function methodsOf(routes: readonly Route[], { path }: SimRequest): string[] {
  const found = methods.filter((method) => findRoute(routes, method, path));
  return found.length === 0 ? [] : [...found, "OPTIONS"];
}
