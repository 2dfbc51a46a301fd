import { isAbsolute } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { findProjectFile, type Host, hostOfProject, isHost } from "../../provider/hosts/project-file";

/**
 * The host of this program: `ztp:host` in stack config, else the plugin where Pulumi.yaml names it, else dynamic.
 * @throws RunError when `ztp:host` is neither
 */
export function currentHost(): Host {
  const configured = new pulumi.Config("ztp").get("host");
  if (isHost(configured)) return configured;
  if (configured) throw new pulumi.RunError(`ztp:host must be "plugin" or "dynamic", not "${configured}"`);
  ofProject ??= readProject();
  return ofProject;
}

let ofProject: Host | undefined;

function readProject(): Host {
  const root = pulumi.runtime.getRootDirectory();
  // A CLI that does not tell the folder leaves a placeholder; the program's own folder is below it in nearly all projects.
  const file = findProjectFile(isAbsolute(root) ? root : process.cwd());
  return file === undefined ? "dynamic" : hostOfProject(file);
}
