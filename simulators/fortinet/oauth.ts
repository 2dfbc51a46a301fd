import { isObject, jsonBody, type SimReply, type SimRequest } from "../core/http";
import { htmlReply, type ServiceDefinition } from "../core/service";
import type { AccessToken, Tokens } from "./tokens";
import type { ApiUser } from "./types";
import type { FortinetVariants } from "./variants";

/** Services whose tokens FortiCare takes, and that users of an organisation may sign in to. `fcelite`: FortiCare Elite. */
export const forticareClientIds: ReadonlySet<string> = new Set(["assetmanagement", "fcelite"]);

/** Services that a token can be asked for. Case matters. */
const clientIds = new Set([
  "fortiztp",
  "assetmanagement",
  "FortiManager",
  "FortiAnalyzer",
  "fortigatecloud",
  "fortiedgecloud",
  "fortilancloud",
  "flexvm",
  "fortipresence",
  "fortiphish",
  "iam",
  "socaas",
  "forticameracloud",
  "fcelite",
  "FortiSASE",
]);

export interface SignInContext {
  readonly users: Map<string, ApiUser>;
  readonly tokens: Tokens;
  readonly variants: FortinetVariants;
  now(): number;
}

/** The FortiCloud sign-in service: one API user gets a separate token for each `client_id`. */
export function signInService(context: SignInContext): ServiceDefinition {
  const { users, tokens, variants } = context;

  const failure = (status: number, message: string, error?: string): SimReply => {
    const code = error ?? (status === 404 ? "not_found" : "invalid_request");
    switch (variants.signInErrorBody) {
      case "oauth":
        return { status, json: { error: code, error_description: message } };
      case "message":
        return { status, json: { status: "failed", message } };
      case "detail":
        return { status, json: { detail: message } };
      case "failure":
        return { status, json: { error: "Unexpected error has happened", status: "failure" } };
      case "html":
        return htmlReply(status);
      case "empty":
        return { status };
    }
  };
  const badSignIn = (): SimReply => failure(variants.signInFailureHttp, "Invalid credentials given.", "invalid_grant");

  const granted = (request: SimRequest, token: AccessToken, refreshToken: string | undefined): SimReply => {
    request.account = token.user.account;
    const refresh = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    const json = {
      access_token: token.value,
      expires_in: token.lifetimeSeconds,
      ...refresh,
      scope: "read write",
      token_type: "Bearer",
      message: "successfully authenticated",
      status: "success",
    };
    return { status: 200, headers: { "cache-control": "no-store" }, json };
  };

  const checkUser = (request: SimRequest, username: string, password: string, clientId: string): ApiUser | SimReply => {
    const user = users.get(username);
    if (!user || user.password !== password) return badSignIn();
    request.account = user.account;
    if (user.type !== "local" && !forticareClientIds.has(clientId))
      return failure(401, "API users of the organization type can't use this service", "invalid_token");
    return user;
  };

  const passwordGrant = (request: SimRequest, body: Record<string, unknown>, clientId: string): SimReply => {
    const username = text(body, "username");
    const password = text(body, "password");
    if (username === undefined) return failure(400, "username is required");
    if (password === undefined) return failure(400, "password is required");
    if (!clientIds.has(clientId)) return failure(401, "Invalid client_id", "invalid_client");
    const user = checkUser(request, username, password, clientId);
    if ("status" in user) return user;
    const token = tokens.issue(user, clientId, variants.refreshToken !== "absent");
    return granted(request, token, token.refreshToken);
  };

  const refreshGrant = (request: SimRequest, body: Record<string, unknown>, clientId: string): SimReply => {
    const refreshToken = text(body, "refresh_token");
    if (refreshToken === undefined) return failure(400, "refresh_token is required");
    const owner = tokens.refreshOwner(refreshToken);
    if (owner) request.account = owner.user.account;
    if (variants.refreshGrant === "refused" || !owner || owner.clientId !== clientId)
      return failure(401, "The refresh token is invalid or has expired", "invalid_grant");
    if (variants.refreshGrant === "needsCredentials") {
      const user = checkUser(request, text(body, "username") ?? "", text(body, "password") ?? "", clientId);
      if ("status" in user) return user;
    }
    const rotate = variants.refreshToken === "rotated";
    const token = tokens.issue(owner.user, clientId, rotate);
    if (rotate) tokens.voidRefresh(refreshToken);
    return granted(request, token, token.refreshToken);
  };

  return {
    name: "oauth",
    basePath: "/api/v1/oauth",
    failure: (status, message) => failure(status, message),
    routes: [
      {
        method: "POST",
        path: "/token/",
        handle(request) {
          const body = jsonBody(request);
          if (!isObject(body)) return failure(400, "The request body must be a JSON object");
          const clientId = text(body, "client_id");
          if (clientId === undefined) return failure(400, "client_id is required");
          const grant = text(body, "grant_type");
          if (grant === "password") return passwordGrant(request, body, clientId);
          if (grant === "refresh_token") return refreshGrant(request, body, clientId);
          if (grant === undefined) return failure(400, "grant_type is required");
          return failure(400, "Unsupported grant_type", "unsupported_grant_type");
        },
      },
      {
        method: "POST",
        path: "/token",
        handle: ({ path }) =>
          variants.missingSlash === "redirect"
            ? { status: 301, headers: { location: `${path}/` } }
            : failure(404, `No such resource: POST ${path}`),
      },
      {
        method: "POST",
        path: "/revoke_token/",
        handle(request) {
          const body = jsonBody(request);
          if (!isObject(body)) return failure(400, "The request body must be a JSON object");
          const value = text(body, "token");
          const clientId = text(body, "client_id");
          if (clientId === undefined) return failure(400, "client_id is required");
          if (value === undefined) return failure(400, "token is required");
          const token = tokens.find(value);
          if (!clientIds.has(clientId) || (token && token.clientId !== clientId))
            return failure(401, "Invalid client_id", "invalid_client");
          request.account = token?.user.account;
          tokens.revoke(value);
          return { status: 200, json: { status: "success", message: "token revoked" } };
        },
      },
      {
        method: "GET",
        path: "/verify_token/",
        handle(request) {
          const token = tokens.find(bearer(request) ?? "");
          if (!token || token.clientId !== request.query.get("client_id"))
            return failure(401, "The access token is invalid or has expired", "invalid_token");
          request.account = token.user.account;
          const expiresIn = Math.ceil((token.expiresAt - context.now()) / 1_000);
          return { status: 200, json: { username: token.user.apiId, expires_in: expiresIn, status: "success" } };
        },
      },
    ],
  };
}

/** The token in the Authorization header. */
export function bearer(request: SimRequest): string | undefined {
  const header = request.headers.authorization;
  return typeof header === "string" ? /^Bearer +(\S+)$/i.exec(header.trim())?.[1] : undefined;
}

function text(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
