import { checkFields, problemText } from "./check";
import type { Field, Fields, Shape } from "./shape";
import { isAbsent, isMap, isUnknown, unwrap, type Value, type ValueMap } from "./values";

/** A part of the provider's configuration: one object under one key, such as `ztp:fortinet`. */
export interface ConfigSection {
  readonly name: string;
  readonly doc: string;
  readonly fields: Fields;
  /** The fields that tell one account from another: a change of one makes another provider. */
  readonly identity: readonly string[];
  /** What the environment says is meant for the run at hand, so it wins for explicit provider instances as well. */
  readonly perRun?: boolean;
}

export type ConfigValues = { readonly [key: string]: unknown };

export function defineConfig(section: ConfigSection): ConfigSection {
  return section;
}

/** `fortinet` + `apiId` -> `ZTP_FORTINET_API_ID`: one rule for every key of every section. */
export function environmentName(section: string, key: string): string {
  return `ZTP_${section}_${key}`.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/**
 * Reads one config value as the engine hands it over: typed, as a JSON text, or as plain text.
 * Unknown values and secret wrappers inside are kept.
 */
export function parseConfigValue(value: Value): Value {
  const plain = unwrap(value);
  if (typeof plain !== "string" || !/^\s*[[{]/.test(plain)) return plain;
  try {
    return JSON.parse(plain) as Value;
  } catch {
    return plain;
  }
}

export interface ResolvedConfig {
  values: ConfigValues;
  /** Sentences about values that cannot be used; their texts never contain the values. */
  problems: string[];
}

/**
 * Combines a section of the configuration with the environment.
 * @param raw the section as the engine gave it, absent when the configuration has none
 * @param environmentWins true for the default provider: the engine records configuration in state and hands a refresh
 *   or destroy the recorded values, so what the environment says now is newer. An explicit provider instance is one
 *   of several accounts, and the environment only fills its gaps.
 */
export function resolveConfig(
  section: ConfigSection,
  raw: Value,
  environment: NodeJS.ProcessEnv,
  environmentWins: boolean,
): ResolvedConfig {
  const parsed = parseConfigValue(raw);
  const problems: string[] = [];
  const given: ValueMap = {};
  if (isMap(parsed)) {
    for (const [key, value] of Object.entries(parsed)) {
      given[key] = coerce(Object.hasOwn(section.fields, key) ? section.fields[key] : undefined, unwrap(value));
    }
  } else if (!isAbsent(parsed) && !isUnknown(parsed) && parsed !== "") {
    problems.push(
      `ztp:${section.name} must be an object; set its parts with \`pulumi config set --path ztp:${section.name}.<key>\``,
    );
  }
  for (const [key, declared] of Object.entries(section.fields)) {
    const text = environment[environmentName(section.name, key)];
    if (text && (environmentWins || section.perRun || isAbsent(given[key]))) given[key] = coerce(declared, text);
  }
  const checked = checkFields(section.fields, given);
  problems.push(...checked.problems.map((problem) => `ztp:${section.name}.${problemText(problem)}`));
  const values: { [key: string]: unknown } = {};
  for (const [key, declared] of Object.entries(section.fields)) {
    const value = unwrap(checked.values[key]);
    values[key] = isUnknown(value) ? undefined : (value ?? declared.default);
  }
  return { values, problems };
}

/** Environment variables and flat stack config are texts; a number, truth value or list is read from its text. */
function coerce(declared: Field | undefined, value: Value): Value {
  if (!declared || typeof value !== "string") return value;
  const kind: Shape["kind"] = declared.shape.kind;
  if ((kind === "number" || kind === "integer") && value.trim() !== "" && Number.isFinite(Number(value)))
    return Number(value);
  if (kind === "boolean" && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  if (kind === "list") return listOf(value);
  return value;
}

/** A JSON text, or items separated by commas. */
function listOf(text: string): Value {
  const parsed = parseConfigValue(text);
  if (typeof parsed !== "string") return parsed;
  const items = parsed.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}
