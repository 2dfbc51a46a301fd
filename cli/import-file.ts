import { readResource } from "../provider/core/lifecycle";
import type { Resource } from "../provider/core/resource";
import { Services } from "../provider/core/services";
import {
  hasSecret,
  isAbsent,
  isMap,
  isSecret,
  type Json,
  type JsonMap,
  Secret,
  toWire,
  unwrap,
  type Value,
  type ValueMap,
} from "../provider/core/values";
import { configurationProblems, configurationResolver } from "../provider/hosts/configuration";
import { Engine } from "../provider/hosts/engine";
import { failureText } from "../provider/hosts/failures";
import { runOperation } from "../provider/hosts/operation";
import { dynamicToken, pluginToken, providerKey, providerSource, urnKey } from "../provider/hosts/tokens";
import { registry as everything, type Registry } from "../provider/registry";

/** An object of the vendor that a stack shall take over. */
export interface ImportRequest {
  /** `service:Type`, or a token of either host. */
  type: string;
  /** What the program calls it. */
  name: string;
  id: string;
}

/** What `pulumi import --file` reads. */
export interface ImportFile {
  resources: ImportEntry[];
}

export interface ImportEntry {
  type: string;
  name: string;
  id: string;
  inputs?: JsonMap;
  outputs?: JsonMap;
}

export interface ImportFileOptions {
  host: "plugin" | "dynamic";
  project: string;
  stack: string;
  /** The sections of the provider's configuration by name, as objects or as JSON texts; see `ztp:` in stack config. */
  configuration?: ValueMap;
  environment?: NodeJS.ProcessEnv;
  /** Resource types to choose from. Default: all of this version. */
  registry?: Registry;
  /** Ends the reading. */
  signal?: AbortSignal;
  warn?(message: string): void;
}

/**
 * Makes the file with which `pulumi import --file` takes existing objects into a stack. The plugin reads each object
 * itself; a dynamic resource can only be imported with the inputs and outputs that its state will hold, so the vendor is
 * read here. The file then holds secrets in clear, in the notation that the engine encrypts on import.
 * @throws Error with one line for every request that cannot be met
 */
export async function makeImportFile(
  requests: readonly ImportRequest[],
  options: ImportFileOptions,
): Promise<ImportFile> {
  const { registry = everything } = options;
  const read = options.host === "dynamic" ? reader(registry, options) : undefined;
  const entries = requests.map(async ({ type, name, id }): Promise<ImportEntry> => {
    const resource = registry.resources.find(({ token }) => namesOf(token).includes(type));
    if (!resource) throw new Error(`${name}: there is no resource type ${type}`);
    return read ? read(resource, name, id) : { type: pluginToken(resource.token), name, id };
  });
  const settled = await Promise.allSettled(entries);
  const problems = settled.flatMap((result) => (result.status === "rejected" ? [failureText(result.reason)] : []));
  if (problems.length > 0) throw new Error([...new Set(problems)].join("\n"));
  return { resources: settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])) };
}

function namesOf(token: string): string[] {
  return [token, pluginToken(token), dynamicToken(token)];
}

/** Reads objects as the default provider of the stack would, all with one client. */
function reader(registry: Registry, options: ImportFileOptions) {
  const { configuration = {}, environment = process.env, signal, warn = () => {} } = options;
  const problems = configurationProblems(registry, configuration);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const services = new Services(configurationResolver(configuration, true, environment), warn);
  const engine = new Engine(undefined);
  const cancel = signal ?? new AbortController().signal;
  return async (resource: Resource, name: string, id: string): Promise<ImportEntry> => {
    const type = dynamicToken(resource.token);
    const found = await runOperation({ urn: undefined, services, engine, cancel }, (context) =>
      readResource(resource, context, id, undefined),
    );
    if (!found) throw new Error(`${name}: there is no ${resource.token} with the id ${id}`);
    const hidden = {
      [providerKey]: providerSource(resource.token),
      [urnKey]: `urn:pulumi:${options.stack}::${options.project}::${type}::${name}`,
    };
    return {
      type,
      name,
      id: found.id,
      inputs: { ...importNotation(found.inputs), ...hidden },
      outputs: { ...importNotation(found.outputs), ...hidden },
    };
  };
}

/** Secrets as an import file writes them: JSON-encoded plaintext. A list with a secret inside is secret as a whole. */
function importNotation(values: ValueMap): JsonMap {
  const notation = (value: Value): Json => {
    if (isSecret(value) || (Array.isArray(value) && hasSecret(value))) {
      const { value: plain, ...signature } = toWire(new Secret(unwrap(value))) as JsonMap;
      return { ...signature, plaintext: JSON.stringify(plain) };
    }
    return isMap(value) ? importNotation(value) : toWire(value);
  };
  const present = Object.entries(values).filter(([, value]) => !isAbsent(value));
  return Object.fromEntries(present.map(([key, value]) => [key, notation(value)]));
}
