import { type ConfigValues, environmentName } from "../../core/config";

/** Sentences about what is missing to sign in to FortiCloud, and how to set it. */
export function credentialProblems(config: ConfigValues): string[] {
  if (config.oauthToken) {
    return config.apiId || config.password
      ? ["ztp:fortinet has both an oauthToken and an apiId or password; remove one of the two"]
      : [];
  }
  const missing = ["apiId", "password"].filter((key) => !config[key]);
  return missing.map((key) => {
    const secret = key === "password" ? " --secret" : "";
    const half = missing.length === 1 ? ", though the other half of the credentials is set" : "";
    return (
      `ztp:fortinet.${key} is missing${half}: run \`pulumi config set${secret} --path ztp:fortinet.${key}\` ` +
      `or set the environment variable ${environmentName("fortinet", key)}`
    );
  });
}
