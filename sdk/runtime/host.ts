import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

/** What runs the resources: the plugin executable, or Pulumi's dynamic providers with the installed npm package. */
export type Host = "plugin" | "dynamic";

/**
 * The host of this program: `ztp:host` in stack config, else the plugin where Pulumi.yaml names it, else dynamic.
 * @throws RunError when `ztp:host` is neither
 */
export function currentHost(): Host {
  const configured = new pulumi.Config("ztp").get("host");
  if (configured === "plugin" || configured === "dynamic") return configured;
  if (configured) throw new pulumi.RunError(`ztp:host must be "plugin" or "dynamic", not "${configured}"`);
  projectNamesPlugin ??= readProject();
  return projectNamesPlugin ? "plugin" : "dynamic";
}

let projectNamesPlugin: boolean | undefined;

function readProject(): boolean {
  const root = pulumi.runtime.getRootDirectory();
  // A CLI that does not tell the folder leaves a placeholder; the program's own folder is below it in nearly all projects.
  const file = projectFile(isAbsolute(root) ? root : process.cwd());
  if (!file) return false;
  const project = parse(readFileSync(file, "utf8")) as {
    plugins?: { providers?: { name?: string }[] };
    packages?: { [name: string]: unknown };
  } | null;
  return (
    project?.plugins?.providers?.some(({ name }) => name === "ztp") === true || project?.packages?.ztp !== undefined
  );
}

/** The program's folder may lie below that of its Pulumi.yaml. */
function projectFile(folder: string): string | undefined {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) if (existsSync(join(folder, name))) return join(folder, name);
  const parent = dirname(folder);
  return parent === folder ? undefined : projectFile(parent);
}
