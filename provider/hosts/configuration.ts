import { nearestHint } from "../core/check";
import { type ConfigSection, parseConfigValue, type ResolvedConfig, resolveConfig } from "../core/config";
import { sameValue } from "../core/diff";
import { asSecret, hasSecret, hasUnknown, isAbsent, isMap, unwrap, type Value, type ValueMap } from "../core/values";
import type { Registry } from "../registry";
import { instanceKey, packageName } from "./tokens";

/** Keys of the provider's configuration that are not sections: two of the SDK, two of the engine. */
const otherKeys = new Set(["host", instanceKey, "version", "pluginDownloadURL"]);

/**
 * The key of a section: the engine hands over the stack's configuration without the namespace, while an explicit
 * provider instance has it in both hosts, so that its row shows no change when the stack changes hosts.
 */
function keyOf(config: ValueMap, { name }: ConfigSection): string {
  return name in config ? name : `${packageName}:${name}`;
}

/** Problems with the keys and values of a provider's configuration, told without any value. */
export function configurationProblems(registry: Registry, config: ValueMap): string[] {
  const sections = registry.config.map((section) => section.name);
  const problems: string[] = [];
  for (const key of Object.keys(config)) {
    const name = key.replace(`${packageName}:`, "");
    if (key.startsWith("__") || otherKeys.has(key) || sections.includes(name)) continue;
    problems.push(`${packageName}:${name} is not a known configuration key${nearestHint(name, [...sections, "host"])}`);
  }
  for (const section of registry.config) {
    // The environment may complete a section, but what it says must not be judged as part of the program.
    problems.push(...resolveConfig(section, config[keyOf(config, section)], {}, false).problems);
  }
  return problems;
}

/** The configuration with every section that holds a secret wrapped as a whole, as the engine keeps it itself. */
export function withSecretSections(registry: Registry, config: ValueMap): ValueMap {
  const result: ValueMap = { ...config };
  for (const section of registry.config) {
    const key = keyOf(config, section);
    const value = config[key];
    const parsed = parseConfigValue(value);
    if (hasUnknown(value) || isAbsent(value)) continue;
    const secret = isMap(parsed) && Object.keys(parsed).some((name) => section.fields[name]?.secret);
    if (secret || hasSecret(value)) result[key] = asSecret(value);
  }
  return result;
}

export interface ConfigurationChange {
  /** Sections in which anything differs. */
  changed: string[];
  /** Sections in which an identity stands on both sides and differs: another account, another provider. */
  replaced: string[];
}

/** What differs between two configurations, however each of them is spelled. */
export function compareConfigurations(registry: Registry, from: ValueMap, to: ValueMap): ConfigurationChange {
  const change: ConfigurationChange = { changed: [], replaced: [] };
  for (const section of registry.config) {
    const before = asMap(from[keyOf(from, section)]);
    const after = asMap(to[keyOf(to, section)]);
    const differs = (key: string): boolean => {
      const declared = section.fields[key];
      return declared ? !sameValue(declared, before[key] as Value, after[key] as Value) : false;
    };
    if (Object.keys(section.fields).some(differs)) change.changed.push(section.name);
    const stands = (key: string) => !isAbsent(before[key]) && !isAbsent(after[key]) && !hasUnknown(after[key]);
    if (section.identity.some((key) => stands(key) && differs(key))) change.replaced.push(section.name);
  }
  return change;
}

function asMap(value: Value): ValueMap {
  const parsed = parseConfigValue(value);
  return isMap(parsed) ? (unwrap(parsed) as ValueMap) : {};
}

/**
 * How the default provider finds a section: the environment, then the stack's configuration as it is now, then what
 * the engine hands over, which on a refresh or destroy is what the last `up` recorded. An explicit provider instance
 * gets exactly its own arguments, and the environment fills only what they leave out.
 */
export function configurationResolver(
  args: ValueMap,
  isDefault: boolean,
  environment: NodeJS.ProcessEnv,
): (section: ConfigSection) => ResolvedConfig {
  const current = isDefault ? currentStackConfig(environment) : {};
  return (section) =>
    resolveConfig(section, current[section.name] ?? args[keyOf(args, section)], environment, isDefault);
}

/** The engine hands a plugin its keys without the package's name in front, and a program all keys with it. */
function currentStackConfig(environment: NodeJS.ProcessEnv): ValueMap {
  const parsed = parseConfigValue(environment.PULUMI_CONFIG ?? "");
  if (!isMap(parsed)) return {};
  const prefix = `${packageName}:`;
  const own = Object.entries(parsed).map(([key, value]) => [
    key.startsWith(prefix) ? key.slice(prefix.length) : key,
    value,
  ]);
  return Object.fromEntries(own);
}
