import { cloudNames, mistBaseUrl } from "../../clients/mist/clouds";
import { isUuid } from "../../clients/mist/normal";
import { isTotpSecret } from "../../clients/mist/totp";
import { type ConfigValues, environmentName } from "../../core/config";
import { mistConfig } from "./config";
import { settingsOf } from "./sources";

/** Sentences about a configuration that cannot work, and what to set. */
export function credentialProblems(config: ConfigValues, environment: NodeJS.ProcessEnv = process.env): string[] {
  const given = (key: string) => config[key] !== undefined && config[key] !== "";
  const both = (one: string, other: string) =>
    given(one) && given(other) ? [`ztp:mist has both ${one} and ${other}; remove one of the two`] : [];
  const needs = (one: string, other: string) =>
    given(one) && !given(other) ? [`ztp:mist.${one} is of no use without ${other}; ${howToSet(other)}`] : [];
  const problems = [
    ...["apiToken", "apiTokens"].flatMap((key) => [...both(key, "email"), ...both(key, "password")]),
    ...both("cloud", "baseUrl"),
    ...both("twoFactor", "totpSecret"),
    ...needs("clientKeyFile", "clientCertificateFile"),
  ];
  const said = Object.entries(config).filter(([, value]) => value !== undefined && value !== "");
  const known: ConfigValues = { ...settingsOf(environment), ...Object.fromEntries(said) };
  // What is there can only be told by looking, which is for later.
  const elsewhere = known.vaultPath || known.keyringService || known.envFile;
  return [...problems, ...valueProblems(known), ...(elsewhere ? [] : missingLogin(known))];
}

/** Sentences about values that cannot be used, wherever they come from. */
export function valueProblems(known: ConfigValues): string[] {
  const problems: string[] = [];
  for (const name of ["cloud", "baseUrl"]) {
    const value = known[name];
    if (typeof value !== "string" || mistBaseUrl(value)) continue;
    problems.push(`ztp:mist.${name} must be one of ${cloudNames.join(", ")}, a host such as api.eu.mist.com, or a URL`);
  }
  if (typeof known.orgId === "string" && !isUuid(known.orgId))
    problems.push("ztp:mist.orgId must be the UUID of an organization, as in the address of its portal");
  if (typeof known.totpSecret === "string" && !isTotpSecret(known.totpSecret))
    problems.push("ztp:mist.totpSecret must be the secret of an authenticator, in base32 or as otpauth URL");
  return problems;
}

/** A sentence about what a login lacks, if anything. */
export function missingLogin(known: ConfigValues): string[] {
  if (known.apiToken || known.apiTokens || (known.email && known.password)) return [];
  if (!known.email && !known.password) return [`ztp:mist.apiToken is missing: ${howToSet("apiToken")}`];
  const half = known.email ? "password" : "email";
  return [`ztp:mist.${half} is missing, though the other half of the login is set: ${howToSet(half)}`];
}

/** How to set a key, as a sentence goes on after "is missing". */
export function howToSet(key: string): string {
  const flag = mistConfig.fields[key]?.secret ? " --secret" : "";
  return `run \`pulumi config set${flag} --path ztp:mist.${key}\` or set the environment variable ${environmentName("mist", key)}`;
}
