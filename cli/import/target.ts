import type { Host } from "../../provider/hosts/project-file";
import type { Registry } from "../../provider/registry";
import { configuredHost, findProject, NoStack, type Project, readProject, readStack, type Stack } from "../project";
import type { Pulumi } from "../pulumi";
import type { Terminal } from "./terminal";

/** What the command works in. */
export interface Surroundings {
  registry: Registry;
  environment: NodeJS.ProcessEnv;
  folder: string;
  pulumi: Pulumi;
  terminal: Terminal;
}

/** Where the objects go. */
export interface Target {
  host: Host;
  project: Project | undefined;
  stack: Stack | NoStack;
}

/** @throws Error when the stack that is named, or that the dynamic host needs, is not there */
export async function findTarget(
  options: { stack?: string; host?: Host; dryRun: boolean },
  { folder, pulumi, terminal }: Surroundings,
): Promise<Target> {
  if (options.stack !== undefined) findProject(folder);
  const project = readProject(folder);
  const stack = project
    ? await readStack(project.folder, options.stack, pulumi)
    : new NoStack("there is no Pulumi.yaml here or above");
  const config = stack instanceof NoStack ? {} : stack.config;
  const host = options.host ?? configuredHost(config) ?? project?.host ?? "plugin";
  if (stack instanceof NoStack) {
    if (host === "dynamic" && !options.dryRun) {
      throw new Error(
        `the dynamic host needs a stack, since project and stack are part of what is imported: ${stack.reason}`,
      );
    }
    terminal.error(`Only the environment is looked at, not a stack: ${stack.reason}\n`);
  }
  return { host, project, stack };
}
