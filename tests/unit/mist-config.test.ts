import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ClientSurroundings } from "../../provider/clients/http/options";
import { resolveConfig } from "../../provider/core/config";
import type { Context, Service } from "../../provider/core/resource";
import { ConfigurationError, Services } from "../../provider/core/services";
import { mistConfig } from "../../provider/resources/mist/config";
import { credentialProblems } from "../../provider/resources/mist/credentials";
import { mistOptions } from "../../provider/resources/mist/options";
import { mist } from "../../provider/resources/mist/service";
import { startSimulators } from "../../simulators";
import { answer, rejection, serve } from "../clients/support";

const folder = mkdtempSync(join(tmpdir(), "mist-config-"));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** A key ring that knows some secrets: its command prints `<service>/<key>` out of a list. */
function keyRing(secrets: Record<string, string>): string {
  const cases = Object.entries(secrets).map(([name, value]) => `${name}) echo '${value}';;`);
  return file("key-ring", `#!/bin/sh\ncase "$1" in ${cases.join(" ")} *) exit 1;; esac\n`, 0o700);
}

/** A Vault with one secret. */
async function vault(path: string, data: unknown) {
  return serve((call, response) => {
    if (call.headers["x-vault-token"] !== "vault-token")
      return answer(response, 403, { errors: ["permission denied"] });
    if (call.url !== `/v1/${path}`) return answer(response, 404, { errors: [] });
    answer(response, 200, { data: { data, metadata: { version: 3 } } });
  });
}

const resolved = (config: Record<string, unknown>, environment: NodeJS.ProcessEnv = {}) =>
  resolveConfig(mistConfig, config as never, environment, true);
const options = async (
  config: Record<string, unknown>,
  environment: NodeJS.ProcessEnv = {},
  surroundings: ClientSurroundings = {},
) => mistOptions(resolved(config).values, surroundings, environment);
const problems = (config: Record<string, unknown>, environment: NodeJS.ProcessEnv = {}) =>
  credentialProblems(resolved(config).values, environment);

describe("whom to be, and where", () => {
  const host = { MIST_HOST: "api.eu.mist.com" };
  const orgId = "a1000000-0000-4000-8000-000000000001";

  test.each([
    [{ MIST_APITOKEN: "token-a" }, { apiTokens: ["token-a"] }],
    [
      { MIST_API_TOKEN: "a, b", MIST_APITOKEN: "c", MIST_USER: "me@x", MIST_PASSWORD: "pw" },
      { apiTokens: ["a", "b"], email: undefined, password: undefined },
    ],
    [
      { MIST_USER: "me@x", MIST_PASSWORD: "pw" },
      { email: "me@x", password: "pw" },
    ],
    [
      { MIST_USERNAME: "me@x", MIST_PASSWORD: "pw", MIST_TOTP_SECRET: "GEZDGNBV" },
      { email: "me@x", password: "pw", totpSecret: "GEZDGNBV" },
    ],
    [
      { MIST_APITOKEN: "a", MIST_ORG_ID: orgId, MIST_API_TIMEOUT: "30", MIST_PROXY: "http://proxy:3128" },
      { orgId, requestTimeoutSeconds: 30, proxy: "http://proxy:3128" },
    ],
    [{ MIST_APITOKEN: "a", MIST_API_TIMEOUT: "0" }, { requestTimeoutSeconds: undefined }],
  ])("the environment alone says it, in any spelling: %j", async (environment, expected) => {
    expect(await options({}, { ...host, ...environment })).toMatchObject({ baseUrl: "api.eu.mist.com", ...expected });
  });

  test("every place wins over those below it: configuration, Vault, key ring, env file, environment", async () => {
    const server = await vault("kv/data/network/mist", { MIST_APITOKEN: "of-vault", MIST_HOST: "api.gc2.mist.com" });
    const environment = {
      MIST_APITOKEN: "of-environment",
      MIST_HOST: "api.mist.com",
      MIST_VAULT_TOKEN: "vault-token",
      MIST_VAULT_URL: server.url,
      MIST_VAULT_MOUNT_POINT: "kv",
    };
    const found = async (config: Record<string, unknown>) => {
      const { apiTokens, baseUrl } = await options(config, environment);
      return [apiTokens?.join(), baseUrl];
    };
    expect(await found({})).toEqual(["of-environment", "api.mist.com"]);
    const envFile = file(".env", '# mine\nexport MIST_APITOKEN="of-file"\nMIST_HOST=api.eu.mist.com\n');
    expect(await found({ envFile })).toEqual(["of-file", "api.eu.mist.com"]);
    const keyringCommand = `${keyRing({ "svc/MIST_APITOKEN": "of-ring" })} "{service}/{key}"`;
    const ring = { envFile, keyringCommand, keyringService: "svc" };
    expect(await found(ring)).toEqual(["of-ring", "api.eu.mist.com"]);
    const inVault = { ...ring, vaultPath: "network/mist" };
    expect(await found(inVault)).toEqual(["of-vault", "api.gc2.mist.com"]);
    const all = { ...inVault, apiToken: "of-config", apiTokens: ["second"] };
    expect(await found(all)).toEqual(["of-config,second", "api.gc2.mist.com"]);
    expect(server.calls).toHaveLength(2);
    expect(await found({ ...all, cloud: "emea02" })).toEqual(["of-config,second", "emea02"]);
    // Nothing is missing any more, so that no place needs to be looked at.
    expect(server.calls).toHaveLength(2);
  });

  test("a login of a higher place wins over a token of a lower one, and may be completed from there", async () => {
    const environment = { ...host, MIST_APITOKEN: "token", MIST_PASSWORD: "pw", MIST_TOTP_SECRET: "GEZDGNBV" };
    expect(await options({ email: "me@x" }, environment)).toMatchObject({
      apiTokens: undefined,
      email: "me@x",
      password: "pw",
      totpSecret: "GEZDGNBV",
    });
    const coded = await options({ email: "me@x", twoFactor: "123456" }, environment);
    expect(coded).toMatchObject({ twoFactor: "123456", totpSecret: undefined });
  });

  test("Vault may hold a login, and is asked as a standard client would be", async () => {
    const server = await vault("secret/data/mist", { MIST_USER: "me@x", MIST_PASSWORD: "pw", version: 3 });
    const environment = { VAULT_ADDR: server.url, VAULT_TOKEN: "vault-token", VAULT_NAMESPACE: "team" };
    expect(await options({ vaultPath: "/mist/" }, environment)).toMatchObject({ email: "me@x", password: "pw" });
    expect(server.calls[0]?.headers["x-vault-namespace"]).toBe("team");
  });

  test("an env file in the home folder is found", async () => {
    vi.stubEnv("HOME", folder);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    file("mist.env", "MIST_API_TOKEN=at-home");
    expect(await options({ envFile: "~/mist.env" })).toMatchObject({ apiTokens: ["at-home"] });
  });

  test("a cloud that is not known is used with a warning, any other address without", async () => {
    const onWarning = vi.fn();
    const { baseUrl } = await options({ apiToken: "t", cloud: "api.gc9.mist.com" }, {}, { onWarning });
    expect(baseUrl).toBe("api.gc9.mist.com");
    await options({ apiToken: "t", cloud: "EMEA 01" }, {}, { onWarning });
    await options({ apiToken: "t", baseUrl: "http://127.0.0.1:9" }, {}, { onWarning });
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("api.gc9.mist.com is no cloud of Mist"));
  });
});

describe("what cannot work is told without any secret", () => {
  test.each<[Record<string, unknown>, NodeJS.ProcessEnv, RegExp]>([
    [
      {},
      {},
      /^ztp:mist\.apiToken is missing: run `pulumi config set --secret --path ztp:mist\.apiToken` or set .* ZTP_MIST_API_TOKEN$/,
    ],
    [{ email: "me@x" }, {}, /^ztp:mist\.password is missing, though the other half of the login is set/],
    [{}, { MIST_PASSWORD: "needle" }, /^ztp:mist\.email is missing/],
    [{ apiToken: "needle", email: "me@x" }, {}, /has both apiToken and email; remove one/],
    [{ apiTokens: ["needle"], password: "needle" }, {}, /has both apiTokens and password/],
    [{ apiToken: "t", cloud: "emea01", baseUrl: "http://x" }, {}, /has both cloud and baseUrl/],
    [
      { email: "a", password: "b", twoFactor: "needle", totpSecret: "GEZDGNBV" },
      {},
      /has both twoFactor and totpSecret/,
    ],
    [{ apiToken: "t", cloud: "europe" }, {}, /^ztp:mist\.cloud must be one of global01, .*apac03, usgov, a host/],
    [{ apiToken: "t" }, { MIST_HOST: "europe" }, /^ztp:mist\.cloud must be one of/],
    [{ apiToken: "t" }, { MIST_ORG_ID: "Example" }, /^ztp:mist\.orgId must be the UUID/],
    [{ apiToken: "t", baseUrl: "nowhere" }, {}, /^ztp:mist\.baseUrl must be/],
    [{ apiToken: "t", orgId: "Example" }, {}, /^ztp:mist\.orgId must be the UUID/],
    [
      { email: "a", password: "b", totpSecret: "needle!" },
      {},
      /^ztp:mist\.totpSecret must be the secret of an authenticator/,
    ],
    [
      { apiToken: "t", clientKeyFile: "key.pem" },
      {},
      /^ztp:mist\.clientKeyFile is of no use without clientCertificateFile/,
    ],
  ])("%j %j", (config, environment, expected) => {
    const told = problems(config, environment);
    expect(told).toEqual([expect.stringMatching(expected)]);
    expect(told.join()).not.toContain("needle");
  });

  test.each<[Record<string, unknown>, NodeJS.ProcessEnv]>([
    [{ apiToken: "t" }, {}],
    [{ apiTokens: ["t"] }, {}],
    [{ email: "me@x" }, { MIST_PASSWORD: "pw" }],
    [{}, { MIST_APITOKEN: "t" }],
    [{}, { MIST_KEYRING_SERVICE: "svc" }],
    [{}, { MIST_VAULT_PATH: "mist" }],
    [{ envFile: ".env" }, {}],
  ])("and what may work is no problem: %j %j", (config, environment) => {
    expect(problems(config, environment)).toEqual([]);
  });

  test("what no place has in the end, with the places", async () => {
    const server = await vault("secret/data/mist", { OTHER: "x" });
    const config = {
      vaultPath: "mist",
      vaultAddress: server.url,
      vaultToken: "vault-token",
      keyringService: "svc",
      keyringCommand: keyRing({}),
      envFile: file("empty.env", ""),
    };
    const error = (await rejection(options(config))) as Error;
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain("ztp:mist.apiToken is missing");
    expect(error.message).toMatch(
      /It is not in the secret mist of Vault, nor in the service svc of the key ring, nor in the env file .*empty\.env either$/,
    );
  });

  test("an env file that is not there", async () => {
    const error = (await rejection(options({ envFile: join(folder, "missing.env") }))) as Error;
    expect(error.message).toBe(`the env file ${join(folder, "missing.env")} cannot be used (ENOENT)`);
  });

  test("a key ring that is not there", async () => {
    const error = (await rejection(options({ keyringService: "svc", keyringCommand: "no-such-key-ring" }))) as Error;
    expect(error.message).toContain("the key ring command no-such-key-ring cannot be used (ENOENT)");
  });

  test("a Vault that refuses, has no such secret, or is none", async () => {
    const server = await vault("secret/data/mist", {});
    const failing = async (config: Record<string, unknown>) =>
      ((await rejection(options({ vaultPath: "mist", vaultAddress: server.url, ...config }))) as Error).message;
    expect(await failing({})).toContain("ztp:mist.vaultToken is missing");
    const refused = await failing({ vaultToken: "needle-token" });
    expect(refused).toContain(
      'Vault could not read the secret mist in secret: access was denied (HTTP 403): "permission denied"',
    );
    expect(refused).toContain("policy of the token");
    expect(refused).not.toContain("needle");
    expect(await failing({ vaultToken: "vault-token", vaultMount: "kv" })).toContain("it was not found (HTTP 404)");
    const none = await serve((_call, response) => answer(response, 200, { data: { MIST_APITOKEN: "needle" } }));
    const old = await failing({ vaultToken: "vault-token", vaultAddress: none.url });
    expect(old).toContain("no secret of a key-value engine version 2");
    expect(old).not.toContain("needle");
  });
});

describe("the section", () => {
  test("reads tokens and truth values from the environment's texts", () => {
    const environment = { ZTP_MIST_API_TOKENS: "a, b", ZTP_MIST_READ_ONLY: "true", ZTP_MIST_MAX_CONCURRENCY: "3" };
    expect(resolved({}, environment)).toMatchObject({
      values: { apiTokens: ["a", "b"], readOnly: true, maxConcurrency: 3 },
      problems: [],
    });
    expect(resolved({}, { ZTP_MIST_API_TOKENS: '["a","b"]' }).values.apiTokens).toEqual(["a", "b"]);
  });

  test("keeps every credential secret", () => {
    const secret = Object.keys(mistConfig.fields).filter((key) => mistConfig.fields[key]?.secret);
    expect(secret).toEqual(["apiToken", "apiTokens", "password", "twoFactor", "totpSecret", "vaultToken", "proxy"]);
  });
});

test("the service signs in, and says as whom", async () => {
  const simulators = await startSimulators();
  onTestFinished(() => simulators.close());
  const { url, apiToken } = simulators.describe().mist;
  const services = new Services(
    (section) => {
      const values = section === mistConfig ? { baseUrl: url, apiToken } : {};
      return resolveConfig(section, values, {}, false);
    },
    () => {},
  );
  const context = { signal: new AbortController().signal, use: <T>(service: Service<T>) => services.use(service) };
  expect(await mist.probe?.(context as Context)).toBe(
    "signed in. API token automation may use Example Retail (a1000000-0000-4000-8000-000000000001).",
  );
});
