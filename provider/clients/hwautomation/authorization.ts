import type { Authorizer } from "../http/call";
import type { Redactor } from "../http/redact";
import type { HwAutomationOptions } from "./options";

/** Shows the service who asks, with every call; undefined where nothing is configured. Its secrets are never shown to people. */
export function authorizerOf(
  { username, password, token }: Pick<HwAutomationOptions, "username" | "password" | "token">,
  redactor: Redactor,
): Authorizer | undefined {
  redactor.secret(password);
  redactor.secret(token);
  if (token) return always(`Bearer ${token}`);
  if (username === undefined && password === undefined) return undefined;
  const pair = Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64");
  redactor.secret(pair);
  return always(`Basic ${pair}`);
}

const hint = "Check username and password, or the token, of its configuration.";

function always(authorization: string): Authorizer {
  return { authorize: async () => ({ authorization }), refused: () => false, hint };
}
