import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { packageName } from "./tokens";

/** What runs the resources: the plugin executable, or Pulumi's dynamic providers with the installed npm package. */
export type Host = "plugin" | "dynamic";

/** The Pulumi.yaml of a folder or of the nearest folder above it. */
export function findProjectFile(folder: string): string | undefined {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) if (existsSync(join(folder, name))) return join(folder, name);
  const parent = dirname(folder);
  return parent === folder ? undefined : findProjectFile(parent);
}

/** The host of a project: the plugin where its Pulumi.yaml names it, else dynamic. `ztp:host` in stack config overrides it. */
export function hostOfProject(file: string): Host {
  const project = parse(readFileSync(file, "utf8")) as {
    plugins?: { providers?: { name?: string }[] };
    packages?: { [name: string]: unknown };
  } | null;
  const named = project?.plugins?.providers?.some(({ name }) => name === packageName) === true;
  return named || project?.packages?.[packageName] !== undefined ? "plugin" : "dynamic";
}

export function isHost(value: unknown): value is Host {
  return value === "plugin" || value === "dynamic";
}
