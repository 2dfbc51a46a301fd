import { type ClientOptions, type ClientSurroundings, commonHttpOptions } from "../http/options";
import { createRedactor } from "../http/redact";
import { HttpClient } from "../http/request";

/** A secret in the key-value engine, version 2, of HashiCorp Vault. */
export interface VaultSecret extends ClientOptions {
  /** Address of the server. Default `https://127.0.0.1:8200`. */
  address?: string;
  token: string;
  /** Of the secret, below the mount. */
  path: string;
  /** Where the engine is mounted. Default `secret`. */
  mount?: string;
  /** Default: none. */
  namespace?: string;
}

/** The texts in the newest version of a secret. Throws `VendorError`. */
export async function readVault(secret: VaultSecret & ClientSurroundings): Promise<Record<string, string>> {
  const { address = "https://127.0.0.1:8200", token, mount = "secret", namespace } = secret;
  const redactor = secret.redactor ?? createRedactor();
  redactor.secret(token);
  const http = new HttpClient({
    ...commonHttpOptions(secret),
    redactor,
    system: "Vault",
    baseUrl: address,
    headers: {
      "x-vault-token": token,
      "x-vault-request": "true",
      ...(namespace && { "x-vault-namespace": namespace }),
    },
    wordsOf: errorsOf,
    hintFor: ({ kind }) => (kind === "forbidden" || kind === "not-found" ? hint : undefined),
  });
  const path = [mount, "data", secret.path].map((part) => part.replace(/^\/+|\/+$/g, "")).join("/");
  return http.send({
    method: "GET",
    path: encodeURI(`/v1/${path}`),
    action: `read the secret ${secret.path} in ${mount}`,
    read: (reply) => {
      const body = reply.json() as { data?: { data?: Record<string, unknown> | null } } | undefined;
      const data = body?.data?.data;
      if (typeof data !== "object" || data === null)
        throw new Error("it holds no secret of a key-value engine version 2");
      const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string");
      return Object.fromEntries(texts);
    },
  });
}

const hint = "Check the path, the mount and the policy of the token: it must read `<mount>/data/<path>`.";

function errorsOf(body: unknown): string | undefined {
  const { errors } = (body ?? {}) as { errors?: unknown };
  return Array.isArray(errors) ? errors.join("; ") : undefined;
}
