import type { SimReply, SimRequest } from "../../core/http";
import type { ServiceDefinition } from "../../core/service";
import { bearer } from "../oauth";
import { contractRoutes } from "./contracts";
import type { EndpointRoute, ForticareContext } from "./endpoint";
import { CareFailure, enveloped } from "./envelope";
import { folderRoutes } from "./folders";
import { licenseRoutes } from "./licenses";
import { productChangeRoutes } from "./product-changes";
import { productReadRoutes } from "./products";
import { registerRoute } from "./register";
import { transferRoute } from "./transfer";

/** The FortiCare service: Asset Management API, version 3. */
export function forticareService(context: ForticareContext): ServiceDefinition {
  const basePath = "/ES/api/registration/v3";
  const routes: EndpointRoute[] = [
    ...productReadRoutes(context),
    registerRoute(context),
    ...productChangeRoutes(context),
    transferRoute(context),
    ...licenseRoutes(context),
    ...contractRoutes(context),
    ...folderRoutes(context),
  ];

  // What no endpoint answers itself: unknown paths, bodies beyond all measure, injected refusals.
  const failure = (status: number, message: string, request?: SimRequest): SimReply => {
    const token = request && bearer(request);
    const owner = token === undefined ? undefined : context.tokens.owner(token);
    if (request && owner) request.account = owner.account;
    if (owner && status === 404) context.ledger.failed(owner.apiId, context.now(), 1);
    const refusal = new CareFailure(status, -1, status, "Invalid incoming request.", message);
    const endpoint = routes.find(({ path }) => request?.path === basePath + path);
    return enveloped(refusal.answer(endpoint?.withoutResult ?? {}), token, context.variants);
  };

  return { name: "forticare", basePath, routes, failure };
}
