import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { readOnlyApiId, type Simulators, startSimulators } from "../../simulators";
import { runCommand } from "../../tools/command";
import { PulumiWorkspace } from "../../tools/workspace";
import { FakeGitHub, gitops } from "../unit/gitops-support";
import { credentialVariables, root } from "./support";

/** What starts a run of the workflow, as far as its steps look at it. */
export interface Event {
  pullRequest?: number;
  commit?: string;
  labels?: string[];
  inputs?: { max_unprovision?: string; max_reprovision?: string };
}

/** A job that ran for one stack. */
export interface JobRun {
  /** The code of the first step that failed, or 0. */
  code: number;
  /** All that its steps printed. */
  output: string;
  /** What the steps wrote for GitHub. */
  outputs: string;
  summary: string;
}

interface Workflow {
  env: Variables;
  jobs: {
    [name: string]: { environment?: string; env?: Variables; steps: { run?: string; if?: string; env?: Variables }[] };
  };
}

interface Variables {
  [name: string]: string;
}

/** A clone of the fleet repository, with simulators, an own Pulumi backend and a GitHub, in which its workflow runs. */
export class FleetRepository {
  /** All that any step has printed. */
  log = "";

  private constructor(
    readonly folder: string,
    readonly simulators: Simulators,
    readonly github: FakeGitHub,
    readonly workspace: PulumiWorkspace,
  ) {}

  static async open(): Promise<FleetRepository> {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-gitops-"));
    const inRepository = (source: string): boolean => !/[\\/](node_modules|reports)$/.test(source);
    cpSync(gitops, folder, { recursive: true, filter: inRepository });
    linkDependencies(folder);
    const simulators = await startSimulators();
    const { ZTP_FORTINET_AUTH_URL, ZTP_FORTINET_FORTIZTP_URL } = credentialVariables(simulators.describe().fortinet);
    const compileCache = join(root, "node_modules", ".cache", "pulumi-ztp", "engine-tests");
    const env = { ZTP_FORTINET_AUTH_URL, ZTP_FORTINET_FORTIZTP_URL, NODE_COMPILE_CACHE: compileCache } as Variables;
    const workspace = await PulumiWorkspace.create({ project: folder, env });
    return new FleetRepository(folder, simulators, await FakeGitHub.start(), workspace);
  }

  async close(): Promise<void> {
    this.workspace.dispose();
    await this.github.close();
    await this.simulators.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `pulumi ARGS` in the clone, as its owner would. */
  async pulumi(args: string[], input?: string): Promise<void> {
    await this.workspace.expect(args, { cwd: this.folder, input });
  }

  /** Replaces all of a text that the file has. */
  edit(file: string, from: string, to: string): void {
    const text = readFileSync(join(this.folder, file), "utf8");
    if (!text.includes(from)) throw new Error(`${file} does not contain ${from}.`);
    writeFileSync(join(this.folder, file), text.replaceAll(from, to));
  }

  /** Takes a file as it is in the example. */
  restore(file: string): void {
    cpSync(join(gitops, file), join(this.folder, file));
  }

  /** Runs a job of the workflow for each of the stacks at the same time, in a checkout without reports. */
  async run(job: string, stacks: string[], event: Event = {}): Promise<JobRun[]> {
    rmSync(join(this.folder, "reports"), { recursive: true, force: true });
    return Promise.all(stacks.map((stack) => this.#run(job, stack, event)));
  }

  async #run(name: string, stack: string, event: Event): Promise<JobRun> {
    const workflow = parse(readFileSync(join(this.folder, ".github/workflows/fleet.yml"), "utf8")) as Workflow;
    const job = workflow.jobs[name];
    if (!job) throw new Error(`The workflow has no job ${name}.`);
    const environment = job.environment?.replace(/\$\{\{ matrix\.stack \}\}/, stack) ?? "";
    const values = this.#values(stack, environment, event);
    const resolve = (variables: Variables = {}): Variables =>
      Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, evaluate(String(value), values)]));
    const files = { GITHUB_OUTPUT: "output", GITHUB_STEP_SUMMARY: "summary" };
    const scratch = mkdtempSync(join(this.workspace.directory, `${name}-`));
    const { GITHUB_TOKEN, ...github } = this.github.environment;
    const env = {
      ...withoutOurs(process.env),
      ...github,
      GITHUB_ACTIONS: "true",
      ...Object.fromEntries(Object.entries(files).map(([key, file]) => [key, join(scratch, file)])),
      ...resolve(workflow.env),
      // The workflow's own bucket, and the passphrase that it has from a secret, give way to what is private here.
      ...without(this.workspace.variables, "PULUMI_CONFIG_PASSPHRASE"),
      ...resolve(job.env),
    };
    const run: JobRun = { code: 0, output: "", outputs: "", summary: "" };
    for (const step of job.steps) {
      const always = step.if?.includes("!cancelled()");
      // What is installed here is linked already.
      if (!step.run || step.run === "ci/install" || (run.code !== 0 && !always)) continue;
      const options = { cwd: this.folder, env: { ...env, ...resolve(step.env) } };
      const { code, output } = await runCommand("bash", ["-e", "-c", step.run], options);
      run.code ||= code;
      run.output += output;
      this.log += output;
    }
    const read = (file: string): string =>
      existsSync(join(scratch, file)) ? readFileSync(join(scratch, file), "utf8") : "";
    return { ...run, outputs: read(files.GITHUB_OUTPUT), summary: read(files.GITHUB_STEP_SUMMARY) };
  }

  /** What the expressions of the workflow come to. */
  #values(stack: string, environment: string, { pullRequest, commit, labels = [], inputs = {} }: Event): Variables {
    const { fortinet } = this.simulators;
    const big = labels.includes("big change") ? "100%" : "";
    return {
      "matrix.stack": stack,
      "github.token": this.github.token,
      "github.event.number": String(pullRequest),
      "github.event.pull_request.head.sha": String(commit),
      "contains(github.event.pull_request.labels.*.name, 'big change') && '100%' || ''": big,
      "inputs.max_unprovision": inputs.max_unprovision ?? "",
      "inputs.max_reprovision": inputs.max_reprovision ?? "",
      "secrets.AWS_ACCESS_KEY_ID": "",
      "secrets.AWS_SECRET_ACCESS_KEY": "",
      "secrets.PULUMI_CONFIG_PASSPHRASE": this.workspace.variables.PULUMI_CONFIG_PASSPHRASE ?? "",
      "secrets.ZTP_FORTINET_API_ID": environment.endsWith("-read-only") ? readOnlyApiId : fortinet.apiId,
      "secrets.ZTP_FORTINET_PASSWORD": fortinet.password,
    };
  }
}

/** What `npm ci` does, with links to what is installed here: no more than package.json asks for, and its commands. */
function linkDependencies(folder: string): void {
  const { dependencies, devDependencies } = packageOf(folder);
  const bin = join(folder, "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const source = name === "pulumi-ztp" ? root : join(root, "node_modules", name);
    const target = join(folder, "node_modules", name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(source, target, "junction");
    for (const [command, script] of Object.entries(packageOf(source).bin ?? {})) {
      const launcher = `#!/bin/sh\nexec node "${join(target, script)}" "$@"\n`;
      writeFileSync(join(bin, command), launcher, { mode: 0o755 });
    }
  }
}

interface Package {
  dependencies?: Variables;
  devDependencies?: Variables;
  bin?: Variables;
}

function packageOf(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
}

function evaluate(text: string, values: Variables): string {
  return text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`The test does not know what ${expression} is.`);
    return value;
  });
}

/** The variables of this process that a fresh runner would have, too. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(PULUMI|ZTP|GITHUB)_/i.test(name)));
}

function without(variables: Readonly<Variables>, name: string): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([key]) => key !== name));
}
