import type { ClientSurroundings } from "../../clients/http/options";
import { cloudAt, mistBaseUrl } from "../../clients/mist/clouds";
import type { MistOptions } from "../../clients/mist/options";
import { readEnvFile } from "../../clients/secrets/env-file";
import { askKeyRing, defaultKeyRingCommand } from "../../clients/secrets/key-ring";
import { readVault } from "../../clients/secrets/vault";
import type { ConfigValues } from "../../core/config";
import { ConfigurationError } from "../../core/services";
import { howToSet, missingLogin, valueProblems } from "./credentials";
import { keyRingKeys, type Settings, settingsOf } from "./sources";

/**
 * What the client is made of: what the configuration says, completed from Vault, then from the key ring, then from the
 * variables of the env file and of the environment. A place is only looked at while something is still missing.
 * Rejects with `ConfigurationError` when something is missing after all, or with what a place fails with.
 */
export async function mistOptions(
  config: ConfigValues,
  surroundings: ClientSurroundings,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<MistOptions & { orgId?: string }> {
  const own = config as OwnSettings;
  const tokens = [...(own.apiToken ? [own.apiToken] : []), ...(own.apiTokens ?? [])];
  const configured = { ...own, cloud: own.baseUrl ?? own.cloud, apiTokens: tokens.length > 0 ? tokens : undefined };
  const variables = settingsOf({ ...environment, ...(own.envFile && readEnvFile(own.envFile)) });
  const known = firstOf([configured, variables]);
  const places: Settings[] = [configured];
  if (known.vaultPath && !isComplete(places)) places.push(await fromVault(known, configured, surroundings));
  if (known.keyringService && !isComplete(places)) {
    const ring = { command: own.keyringCommand ?? defaultKeyRingCommand, service: known.keyringService };
    places.push(settingsOf(await askKeyRing(ring, keyRingKeys)));
  }
  places.push(variables);
  const { cloud, ...found } = { ...firstOf(places), ...loginOf(places) };
  // A code of the configuration wins over a secret of a place below it.
  const totpSecret = own.twoFactor ? undefined : found.totpSecret;
  const missing = missingLogin({ ...found }).map((problem) => problem + notIn(known, own));
  const problems = [...valueProblems({ cloud, orgId: found.orgId, totpSecret }), ...missing];
  if (problems.length > 0) throw new ConfigurationError(problems);
  warnOfUnknownCloud(own.baseUrl ? undefined : cloud, surroundings);
  return { ...configured, ...found, totpSecret, baseUrl: cloud };
}

type OwnSettings = Settings & MistOptions & { apiToken?: string; envFile?: string; keyringCommand?: string };

/** Where it was looked for besides, as the end of a sentence. */
function notIn({ vaultPath, keyringService }: Settings, { envFile }: OwnSettings): string {
  const places = [
    vaultPath && `the secret ${vaultPath} of Vault`,
    keyringService && `the service ${keyringService} of the key ring`,
    envFile && `the env file ${envFile}`,
  ].filter(Boolean);
  return places.length > 0 ? `. It is not in ${places.join(", nor in ")} either` : "";
}

async function fromVault(known: Settings, options: MistOptions, surroundings: ClientSurroundings): Promise<Settings> {
  const { vaultAddress: address, vaultMount: mount, vaultPath: path = "", vaultNamespace: namespace } = known;
  const { caFile, insecureSkipVerify } = options;
  const token = known.vaultToken;
  if (!token) throw new ConfigurationError([`ztp:mist.vaultToken is missing: ${howToSet("vaultToken")}`]);
  return settingsOf(
    await readVault({ ...surroundings, address, mount, path, namespace, token, caFile, insecureSkipVerify }),
  );
}

/** Nothing that a place below could add would count. */
function isComplete(places: readonly Settings[]): boolean {
  const { email, password, apiTokens } = loginOf(places);
  return Boolean(firstOf(places).cloud && (apiTokens || (email && password)));
}

/** What the highest place that says anything about it says. */
function firstOf(places: readonly Settings[]): Settings {
  const entries = places
    .toReversed()
    .flatMap((place) => Object.entries(place).filter(([, value]) => value !== undefined));
  return Object.fromEntries(entries);
}

/** Whose login or tokens to use: those of the highest place that has any, completed from those below it. */
function loginOf(places: readonly Settings[]): Pick<Settings, "apiTokens" | "email" | "password" | "totpSecret"> {
  const first = places.find(({ apiTokens, email, password }) => apiTokens || email || password);
  if (first?.apiTokens) return { apiTokens: first.apiTokens, email: undefined, password: undefined };
  const { email, password, totpSecret } = firstOf(places);
  return { email, password, totpSecret, apiTokens: undefined };
}

/** There may be new clouds, but more often it is a slip. */
function warnOfUnknownCloud(cloud: string | undefined, { onWarning }: ClientSurroundings): void {
  const baseUrl = mistBaseUrl(cloud);
  if (cloud === undefined || !baseUrl || cloudAt(baseUrl)) return;
  onWarning?.(`${cloud} is no cloud of Mist that this version knows; it is used all the same`);
}
