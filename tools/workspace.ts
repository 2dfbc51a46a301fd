import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CommandOptions, type CommandResult, runCommand } from "./command";
import { writePrivateProject } from "./private-project";
import { findProjectRoot, readToolchain, type Toolchain } from "./toolchain";

export interface WorkspaceOptions {
  /** The folder that holds Pulumi.yaml; the root of this repository when left out. */
  project?: string;
  stack?: string;
  /** Which host the program's resources use; as the project says when left out. */
  host?: "plugin" | "dynamic";
  /** Set for every command, on top of a private environment. */
  env?: Record<string, string>;
}

export interface StackState {
  version: number;
  deployment: { resources?: StackResource[] } & Record<string, unknown>;
}

export interface StackResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
  [key: string]: unknown;
}

/**
 * A stack of its own, driven by the real Pulumi CLI in a private folder: login, state, plugins and stack settings of the
 * user are neither read nor written, and nothing is written into the project.
 */
export class PulumiWorkspace {
  /** Removed by `dispose`. */
  readonly directory = mkdtempSync(join(tmpdir(), "pulumi-ztp-"));
  readonly stack: string;
  /** What a shell needs on top of its own variables to work on this stack, in the folder `project` of `directory`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly #env: NodeJS.ProcessEnv;
  readonly #toolchain: Toolchain;

  private constructor(options: WorkspaceOptions) {
    this.stack = options.stack ?? "dev";
    this.#toolchain = readToolchain();
    for (const folder of ["home", "state", "project"]) mkdirSync(join(this.directory, folder));
    this.variables = { ...privateVariables(this.directory, this.#toolchain), ...options.env };
    this.#env = { ...inheritedEnvironment(), ...this.variables };
    writePrivateProject(options.project ?? findProjectRoot(), join(this.directory, "project"));
  }

  static async create(options: WorkspaceOptions = {}): Promise<PulumiWorkspace> {
    const workspace = new PulumiWorkspace(options);
    try {
      await workspace.expect(["stack", "init", workspace.stack]);
      if (options.host) await workspace.config("ztp:host", options.host);
      return workspace;
    } catch (error) {
      workspace.dispose();
      throw error;
    }
  }

  /** Runs `pulumi ARGS`; a non-zero exit code is a result, not an error. */
  run(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
    return this.#run(this.#toolchain.cli.command, [...args, "--non-interactive"], options);
  }

  /** Runs `npx ztp ARGS` in the folder of the project. */
  ztp(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
    return this.#run(process.execPath, [join(findProjectRoot(), "dist", "cli", "main.js"), ...args], options);
  }

  #run(command: string, args: string[], options: CommandOptions): Promise<CommandResult> {
    const env = { ...this.#env, ...options.env };
    return runCommand(command, args, { cwd: join(this.directory, "project"), ...options, env });
  }

  /** Runs `pulumi ARGS` and throws, with all that it printed, unless it succeeds. */
  async expect(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
    const result = await this.run(args, options);
    if (result.code === 0 && !result.timedOut) return result;
    const ending = result.timedOut ? `took longer than ${options.timeoutMs} ms` : `ended with code ${result.code}`;
    throw new Error(`"pulumi ${args.join(" ")}" ${ending}:\n${result.output}`);
  }

  async config(key: string, value: string, options: { secret?: boolean; path?: boolean } = {}): Promise<void> {
    const flags = [options.secret ? "--secret" : "--plaintext", ...(options.path ? ["--path"] : [])];
    await this.expect(["config", "set", key, ...flags], { input: value });
  }

  /** The stack's state as `pulumi stack export` shows it; secrets are encrypted unless asked for. */
  async state(options: { showSecrets?: boolean } = {}): Promise<StackState> {
    const flags = options.showSecrets ? ["--show-secrets"] : [];
    return JSON.parse((await this.expect(["stack", "export", ...flags])).stdout) as StackState;
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PULUMI|ZTP)_/i.test(name)));
}

function privateVariables(directory: string, { node, cli }: Toolchain): Record<string, string> {
  return {
    PATH: [node.directory, ...cli.directories, process.env.PATH].join(delimiter),
    PULUMI_HOME: join(directory, "home"),
    PULUMI_BACKEND_URL: pathToFileURL(join(directory, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "private",
    ZTP_STATE_DIR: join(directory, "ztp"),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "1",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}
