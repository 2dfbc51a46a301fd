import { z } from "zod";
import { defineConfig } from "../../core/config";
import { field } from "../../core/shape";
import { clientFields } from "../client-fields";

const secret = { secret: true } as const;

/** The configuration of Juniper Mist: one organization's tokens, or one user. */
export const mistConfig = defineConfig({
  name: "mist",
  doc:
    "Juniper Mist: API tokens of an organization or user, or a user's email and password. What is not set here is looked for " +
    "in Vault, then in the key ring, then in an env file, then in the environment variables that other tools for Mist use.",
  identity: ["cloud", "baseUrl", "orgId"],
  fields: {
    cloud: field(z.string().optional(), {
      doc:
        "The cloud by name, global01 to global05, emea01 to emea04, apac01 to apac03 or usgov, or by the host of its API, such " +
        "as api.eu.mist.com. Default: MIST_HOST, else global01.",
    }),
    baseUrl: field(z.string().optional(), {
      doc: "The URL of an API anywhere else, such as a simulator, in place of cloud.",
    }),
    orgId: field(z.string().optional(), {
      doc:
        "The organization of every resource and function that names none. Default: the only one that the token or user may " +
        "use.",
    }),
    apiToken: field(z.string().optional(), { ...secret, doc: "An API token of the organization or of a user." }),
    apiTokens: field(z.array(z.string()).optional(), {
      ...secret,
      doc:
        "API tokens with equal privileges, of the organization or of several users: the next one is used when the calls of one " +
        "are used up. Tokens of the same user share their calls. In the environment separated by commas.",
    }),
    email: field(z.string().optional(), { doc: "The email of a user, in place of a token. Not with single sign-on." }),
    password: field(z.string().optional(), { ...secret, doc: "The user's password." }),
    twoFactor: field(z.string().optional(), {
      ...secret,
      doc: "The code that the user's authenticator shows, for one login.",
    }),
    totpSecret: field(z.string().optional(), {
      ...secret,
      doc: "The secret of the user's authenticator, in base32 or as otpauth URL, in place of twoFactor.",
    }),
    envFile: field(z.string().optional(), {
      doc: "A file with variables such as MIST_HOST and MIST_APITOKEN, which win over those of the environment.",
    }),
    keyringService: field(z.string().optional(), {
      doc:
        "The service in the key ring of this system under which MIST_HOST, MIST_APITOKEN, MIST_USER and MIST_PASSWORD are " +
        "kept. Default: MIST_KEYRING_SERVICE.",
    }),
    keyringCommand: field(z.string().optional(), {
      doc:
        "The command that prints one of them, without a shell, such as secret-tool lookup service {service} key {key}. " +
        "Default: keyring get {service} {key}.",
    }),
    vaultPath: field(z.string().optional(), {
      doc:
        "The path of a secret in HashiCorp Vault (key-value engine version 2) that holds the same names. Default: " +
        "MIST_VAULT_PATH.",
    }),
    vaultAddress: field(z.string().optional(), {
      doc: "The address of Vault. Default: MIST_VAULT_URL or VAULT_ADDR, else https://127.0.0.1:8200.",
    }),
    vaultMount: field(z.string().optional(), {
      doc: "Where the engine is mounted. Default: MIST_VAULT_MOUNT_POINT, else secret.",
    }),
    vaultToken: field(z.string().optional(), {
      ...secret,
      doc: "The token for Vault. Default: MIST_VAULT_TOKEN or VAULT_TOKEN.",
    }),
    vaultNamespace: field(z.string().optional(), {
      doc: "The namespace in Vault. Default: VAULT_NAMESPACE, else none.",
    }),
    readOnly: clientFields.readOnly,
    proxy: field(z.string().optional(), {
      ...secret,
      doc:
        "The URL of an HTTP, HTTPS or SOCKS5 proxy, perhaps with user and password. Default: MIST_PROXY, else HTTPS_PROXY and " +
        "HTTP_PROXY.",
    }),
    noProxy: field(z.string().optional(), {
      doc: "Hosts to reach without it, separated by commas. Default: NO_PROXY.",
    }),
    caFile: clientFields.caFile,
    clientCertificateFile: field(z.string().optional(), {
      doc: "A PEM file with a certificate, and its key, for gateways that ask for one. Default: none.",
    }),
    clientKeyFile: field(z.string().optional(), {
      doc: "A PEM file with the key of that certificate, where it is in a file of its own.",
    }),
    insecureSkipVerify: clientFields.insecureSkipVerify,
    maxRetries: field(z.int().min(0).max(10).optional(), {
      doc: "How often a call that is safe to repeat is repeated after a failure, 0 to 10. Default: 3.",
    }),
    connectTimeoutSeconds: clientFields.connectTimeoutSeconds,
    requestTimeoutSeconds: field(z.number().positive().optional(), {
      doc: "Seconds for one call; to claim devices never less than 60. Default: MIST_API_TIMEOUT, else 60.",
    }),
    maxRetryAfterSeconds: clientFields.maxRetryAfterSeconds,
    rateLimitPerHour: field(z.int().positive().optional(), {
      doc: "Calls of one token, or user, from full hour to full hour. Default: 5000, the vendor's limit.",
    }),
    pollSeconds: field(z.number().positive().optional(), {
      doc:
        "Seconds between two looks at upgrades that are waited for; it grows to four times as long while nothing changes, or " +
        "while Mist tells of changes by itself. Default: 15.",
    }),
    maxConcurrency: field(z.int().positive().optional(), { doc: "Calls of one token, or user, at once. Default: 8." }),
    auditLogPath: clientFields.auditLogPath,
    userAgentSuffix: clientFields.userAgentSuffix,
  },
});
