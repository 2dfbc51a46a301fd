import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseDocument } from "yaml";
import type { Json, JsonMap, Value, ValueMap } from "../provider/core/values";
import { findProjectFile, type Host, hostOfProject, isHost } from "../provider/hosts/project-file";
import { packageName } from "../provider/hosts/tokens";
import { type Pulumi, PulumiError, runPulumi } from "./pulumi";

/** @throws Error when there is no project at or above the folder */
export function findProject(folder: string): string {
  const file = findProjectFile(folder);
  if (file !== undefined) return file;
  throw new Error(
    "there is no Pulumi.yaml here or above; change into a Pulumi project, or make one with `pulumi new typescript`",
  );
}

export interface Project {
  folder: string;
  name: string;
  /** What Pulumi.yaml says; `ztp:host` in stack config overrides it. */
  host: Host;
}

/**
 * The project of a folder; undefined when there is none at or above it.
 * @throws Error when its file cannot be read
 */
export function readProject(folder: string): Project | undefined {
  const file = findProjectFile(folder);
  if (file === undefined) return undefined;
  const document = parseDocument(readFileSync(file, "utf8"));
  if (document.errors.length > 0) throw new Error(`${file} is not valid YAML: ${document.errors[0]?.message}`);
  const { name } = (document.toJS() ?? {}) as { name?: string };
  return { folder: dirname(file), name: name ?? "", host: hostOfProject(file) };
}

/** The values of a stack's configuration by full key, secrets in clear. */
export type StackConfig = ValueMap;

/** There is no stack to look at, for those who can do without one. */
export class NoStack {
  /** @param reason in the words of Pulumi */
  constructor(readonly reason: string) {}
}

/** A resource as `pulumi stack export` tells it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: JsonMap;
  outputs?: JsonMap;
  /** Read by the program, not managed. */
  external?: boolean;
}

export interface Stack {
  /** Without organisation and project. */
  name: string;
  config: StackConfig;
  resources: readonly StateResource[];
}

/**
 * The configuration of a stack, by default of the selected one.
 * @throws Error when a stack is named, or is selected, and cannot be read
 */
export async function readStackConfig(
  folder: string,
  stack: string | undefined,
  pulumi: Pulumi = runPulumi,
): Promise<StackConfig | NoStack> {
  return orNoStack(stack, async () => {
    const args = ["config", "--json", "--show-secrets", ...stackFlags(stack)];
    const config = JSON.parse(await pulumi(args, { folder })) as {
      [key: string]: { value?: string; objectValue?: Json };
    };
    const entries = Object.entries(config);
    return Object.fromEntries(entries.map(([key, { value, objectValue }]) => [key, (objectValue ?? value) as Value]));
  });
}

/**
 * A stack's name, configuration and state.
 * @throws Error when a stack is named, or is selected, and cannot be read
 */
export async function readStack(folder: string, stack: string | undefined, pulumi: Pulumi): Promise<Stack | NoStack> {
  const flags = stackFlags(stack);
  const [config, rest] = await Promise.all([
    readStackConfig(folder, stack, pulumi),
    orNoStack(stack, async () => {
      const [name, exported] = await Promise.all([
        pulumi(["stack", "--show-name", ...flags], { folder }),
        pulumi(["stack", "export", ...flags], { folder }),
      ]);
      const { deployment } = JSON.parse(exported) as { deployment?: { resources?: StateResource[] } };
      return { name: name.trim(), resources: deployment?.resources ?? [] };
    }),
  ]);
  if (config instanceof NoStack) return config;
  return rest instanceof NoStack ? rest : { ...rest, config };
}

/** The part of a configuration that belongs to one package or project, its keys without the name in front. */
export function namespaceOf(config: StackConfig, namespace: string): ValueMap {
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${namespace}:`));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length + 1), value]));
}

/** @throws Error when `ztp:host` is not a host */
export function configuredHost(config: StackConfig): Host | undefined {
  const host = config[`${packageName}:host`];
  if (host === undefined || host === "" || isHost(host)) return host || undefined;
  throw new Error(`${packageName}:host must be "plugin" or "dynamic", not ${JSON.stringify(host)}`);
}

export function stackFlags(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}

/** Without a name, that there is no stack is an answer; anything else that goes wrong is not. */
async function orNoStack<T>(stack: string | undefined, read: () => Promise<T>): Promise<T | NoStack> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PulumiError)) throw error;
    if (stack === undefined && error.noStack) return new NoStack(error.message);
    throw new Error(`the stack${stack === undefined ? "" : ` ${stack}`} cannot be read: ${error.message}`);
  }
}
