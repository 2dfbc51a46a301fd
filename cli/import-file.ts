import type { ReadBack } from "../provider/core/lifecycle";
import type { Resource } from "../provider/core/resource";
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
import { failureText } from "../provider/hosts/failures";
import type { Host } from "../provider/hosts/project-file";
import { dynamicToken, pluginToken, providerKey, providerSource, urnKey } from "../provider/hosts/tokens";
import { registry as everything, type Registry } from "../provider/registry";
import { Session, type SessionOptions } from "./session";

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

/** The stack that imports. */
export interface ImportTarget {
  host: Host;
  project: string;
  stack: string;
}

export interface ImportFileOptions extends ImportTarget, SessionOptions {
  /** Resource types to choose from. Default: all of this version. */
  registry?: Registry;
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
  const session = options.host === "dynamic" ? new Session(registry, options) : undefined;
  const entries = requests.map(async ({ type, name, id }): Promise<ImportEntry> => {
    const resource = registry.resources.find(({ token }) => namesOf(token).includes(type));
    if (!resource) throw new Error(`${name}: there is no resource type ${type}`);
    const found = session ? await session.read(resource, id) : { id, inputs: {}, outputs: {} };
    if (!found) throw new Error(`${name}: there is no ${resource.token} with the id ${id}`);
    return importEntry(resource, name, found, options);
  });
  const settled = await Promise.allSettled(entries);
  const problems = settled.flatMap((result) => (result.status === "rejected" ? [failureText(result.reason)] : []));
  if (problems.length > 0) throw new Error([...new Set(problems)].join("\n"));
  return { resources: settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])) };
}

/** One entry of an import file: a plain id for the plugin, the whole state for the dynamic host. */
export function importEntry(
  resource: Resource,
  name: string,
  found: Pick<ReadBack, "id" | "inputs" | "outputs">,
  { host, project, stack }: ImportTarget,
): ImportEntry {
  if (host === "plugin") return { type: pluginToken(resource.token), name, id: found.id };
  const type = dynamicToken(resource.token);
  const hidden = {
    [providerKey]: providerSource(resource.token),
    [urnKey]: `urn:pulumi:${stack}::${project}::${type}::${name}`,
  };
  return {
    type,
    name,
    id: found.id,
    inputs: { ...importNotation(found.inputs), ...hidden },
    outputs: { ...importNotation(found.outputs), ...hidden },
  };
}

/** The names under which a type may be given: its own, and the tokens of both hosts. */
export function namesOf(token: string): string[] {
  return [token, pluginToken(token), dynamicToken(token)];
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
