import { splitList } from "../../clients/http/lists";

/** What one place says about whom to be, and where. */
export interface Settings {
  cloud?: string;
  apiTokens?: readonly string[];
  email?: string;
  password?: string;
  totpSecret?: string;
  orgId?: string;
  proxy?: string;
  requestTimeoutSeconds?: number;
  keyringService?: string;
  vaultPath?: string;
  vaultAddress?: string;
  vaultMount?: string;
  vaultToken?: string;
  vaultNamespace?: string;
}

/** The names that other tools for Mist give them, in variables and in secrets; the first that is there counts. */
const spellings = {
  cloud: ["MIST_HOST"],
  apiTokens: ["MIST_API_TOKEN", "MIST_APITOKEN"],
  email: ["MIST_USERNAME", "MIST_USER", "MIST_EMAIL"],
  password: ["MIST_PASSWORD"],
  totpSecret: ["MIST_TOTP_SECRET"],
  orgId: ["MIST_ORG_ID"],
  proxy: ["MIST_PROXY"],
  requestTimeoutSeconds: ["MIST_API_TIMEOUT"],
  keyringService: ["MIST_KEYRING_SERVICE"],
  vaultPath: ["MIST_VAULT_PATH"],
  vaultAddress: ["MIST_VAULT_URL", "VAULT_ADDR"],
  vaultMount: ["MIST_VAULT_MOUNT_POINT"],
  vaultToken: ["MIST_VAULT_TOKEN", "VAULT_TOKEN"],
  vaultNamespace: ["VAULT_NAMESPACE"],
} satisfies { readonly [key in keyof Settings]-?: readonly string[] };

/** What to ask a key ring for: each costs a process. */
export const keyRingKeys = ["MIST_HOST", "MIST_APITOKEN", "MIST_USER", "MIST_PASSWORD"] as const;

/** What variables, or the texts in a secret, say. */
export function settingsOf(texts: { readonly [name: string]: string | undefined }): Settings {
  const settings: { [key: string]: unknown } = {};
  for (const [key, names] of Object.entries(spellings)) {
    const text = names.map((name) => texts[name]?.trim()).find(Boolean);
    if (text === undefined) continue;
    if (key === "apiTokens") settings[key] = splitList(text);
    else if (key === "requestTimeoutSeconds") settings[key] = Number(text) > 0 ? Number(text) : undefined;
    else settings[key] = text;
  }
  return settings;
}
