import { isObject, jsonBody, type Route, SimFailure, type SimReply, type SimRequest } from "../../core/http";
import { bearer, forticareClientIds } from "../oauth";
import type { Tokens } from "../tokens";
import type { ApiUser } from "../types";
import { type Answer, badToken, broken, CareFailure, denied, enveloped, noToken, refused } from "./envelope";
import { Fields, folded } from "./fields";
import type { Ledger } from "./limits";
import type { Product } from "./types";
import type { ForticareVariants } from "./variants";
import type { ForticareWorld } from "./world";
import type { ZtpLink } from "./ztp-link";

export interface ForticareContext {
  readonly tokens: Tokens;
  readonly ledger: Ledger;
  readonly variants: ForticareVariants;
  readonly world: ForticareWorld;
  readonly ztp: ZtpLink;
  now(): number;
}

/** Who calls, and what they see. */
export interface Call {
  readonly context: ForticareContext;
  readonly request: SimRequest;
  readonly user: ApiUser;
  /** Names of the accounts that the API user may use. */
  readonly scope: readonly string[];
  /** Name of the account that the call is about; for endpoints without `accountId` the user's own. */
  readonly account: string;
}

/** One endpoint. All are called with POST. */
export interface Endpoint<Input> {
  path: string;
  /** What a read-only API user may call. */
  access: "read" | "write";
  /** Whether it takes `accountId`, which a user of an organisation then must give. */
  takesAccount: boolean;
  /** Payload keys of a failure. */
  withoutResult: Record<string, unknown>;
  /** Reads the body and notes every problem in the fields: what is missing (101), what is bad (102). */
  read(fields: Fields, variants: ForticareVariants): Input;
  /** Carries the request out; throws `broken(...)` when a rule forbids it. */
  run(call: Call, input: Input): Answer;
}

/** A route that knows what a failure of it looks like. */
export interface EndpointRoute extends Route {
  readonly withoutResult: Record<string, unknown>;
}

/** The route of an endpoint, with the checks that all have in common, in the service's order. */
export function endpointRoute<Input>(context: ForticareContext, endpoint: Endpoint<Input>): EndpointRoute {
  const { path, withoutResult } = endpoint;
  return { method: "POST", path, withoutResult, handle: (request) => serveCall(context, endpoint, request) };
}

/** A product in the scope of the caller; `broken`, with `payload`, when there is none. */
export function productOf(call: Call, serialNumber: string, payload?: Record<string, unknown>): Product {
  const product = call.context.world.products.get(folded(serialNumber));
  if (!product || !call.scope.includes(product.account)) throw broken(`Product ${serialNumber} is not found.`, payload);
  return product;
}

/** The same for a change, which a decommissioned one may refuse. */
export function writableProduct(call: Call, serialNumber: string): Product {
  const product = productOf(call, serialNumber);
  const reason = writeProblem(product, call.context.variants);
  if (reason !== undefined) throw broken(reason);
  return product;
}

/** Why a product can't be changed. */
export function writeProblem(product: Product, variants: ForticareVariants): string | undefined {
  if (!product.isDecommissioned || variants.decommissionedWrites === "accepted") return undefined;
  return `Product ${product.serialNumber} is decommissioned.`;
}

function serveCall<Input>(context: ForticareContext, endpoint: Endpoint<Input>, request: SimRequest): SimReply {
  const { ledger, tokens, variants } = context;
  const value = bearer(request);
  const owner = value === undefined ? undefined : tokens.owner(value);
  if (owner) request.account = owner.account;
  const now = context.now();
  const throttled = owner && throttle(context, owner, endpoint.withoutResult);
  if (owner && (!throttled || variants.throttledCalls === "counted")) ledger.called(owner.apiId, now);
  const answer = throttled ?? carryOut(context, endpoint, request);
  const counted = throttled && variants.throttledCalls === "free" ? 0 : answer.errors;
  if (owner && counted > 0) ledger.failed(owner.apiId, now, counted);
  return enveloped(answer, value, variants);
}

function carryOut<Input>(context: ForticareContext, endpoint: Endpoint<Input>, request: SimRequest): Answer {
  try {
    const user = authenticated(context, request);
    if (!user.assetManagement || (user.readOnly && endpoint.access === "write")) throw denied(context.variants);
    const fields = new Fields(readBody(request));
    const accountId = endpoint.takesAccount ? fields.integer("accountId") : null;
    const input = endpoint.read(fields, context.variants);
    fields.check();
    context.ztp.follow();
    const scope = user.type === "local" ? [user.account] : (user.scope ?? [...context.world.accountIds.keys()]);
    const account = endpoint.takesAccount ? chosenAccount(context, user, scope, accountId) : user.account;
    request.account = account;
    return endpoint.run({ context, request, user, scope, account }, input);
  } catch (error) {
    if (error instanceof CareFailure) return error.answer(endpoint.withoutResult);
    throw error;
  }
}

function throttle(context: ForticareContext, user: ApiUser, payload: Record<string, unknown>): Answer | undefined {
  const { variants } = context;
  const refusal = context.ledger.throttle(user.apiId, context.now(), variants);
  if (!refusal) return undefined;
  const http = variants.throttleMode === "http429" ? 429 : variants.throttleEnvelopeHttp;
  const retryAfter = String(Math.max(1, Math.ceil(refusal.waitMs / 1_000)));
  return {
    ...new CareFailure(http, -1, 429, refusal.text, refusal.text).answer(payload),
    headers: variants.throttleRetryAfter ? { "retry-after": retryAfter } : undefined,
  };
}

function authenticated({ tokens, variants }: ForticareContext, request: SimRequest): ApiUser {
  const value = bearer(request);
  if (value === undefined) throw noToken(variants);
  const token = tokens.find(value);
  if (!token || !forticareClientIds.has(token.clientId)) throw badToken(variants);
  return token.user;
}

function readBody(request: SimRequest): Record<string, unknown> {
  try {
    // An empty body counts as one without fields.
    const body = jsonBody(request) ?? {};
    if (isObject(body)) return body;
  } catch (error) {
    if (!(error instanceof SimFailure)) throw error;
  }
  throw refused(101, "The request body must be a JSON object.");
}

/** The account that a call is about; a user of an organisation must say which. */
function chosenAccount(
  { world, variants }: ForticareContext,
  user: ApiUser,
  scope: readonly string[],
  accountId: number | null,
): string {
  if (accountId === null && user.type === "local") return user.account;
  if (accountId === null || accountId <= 0)
    throw refused(301, "Request should include a positive number for accountId.");
  const name = world.accountName(accountId);
  if (name === undefined || !scope.includes(name)) throw denied(variants);
  return name;
}
