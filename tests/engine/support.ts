import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { stringify } from "yaml";
import type { Json } from "../../provider/core/values";
import {
  type FortinetOptions,
  type HwAutomationOptions,
  type MistOptions,
  type PanosOptions,
  type Simulators,
  startSimulators,
} from "../../simulators";
import type { CommandOptions, CommandResult } from "../../tools/command";
import { resourceCounts } from "../../tools/demo/summary";
import { findProjectRoot } from "../../tools/toolchain";
import { PulumiWorkspace, type StackResource } from "../../tools/workspace";

export type Host = "plugin" | "dynamic";
export const hosts = ["plugin", "dynamic"] as const;
/** The hosts of a vendor's stories, which the lifecycle tests tell in both: here the second one is left to `npm run soak`. */
export const storyHosts: readonly Host[] = process.env.ZTP_SOAK_ROUNDS ? hosts : ["plugin"];

export const root = findProjectRoot();
export const gates = ["FGT60FTK22090001", "FGT60FTK22090002", "FGT60FTK22090003", "FGT60FTK22090004"] as const;
export const gate = gates[0];
/** Provisioned from the start, to FortiManager 201 with its default script. */
export const existing = "FGT60FTK21090002";
export const toManager = { provisionTarget: "FortiManager", fortiManagerOid: 201 };
export const toOtherManager = { provisionTarget: "FortiManager", fortiManagerOid: 202 };

export interface Run extends CommandResult {
  /** The CLI's own summary, such as `{ created: 2 }`. */
  counts: Record<string, number>;
  /** Requests to FortiZTP during the command. */
  calls: number;
}

export interface SceneOptions {
  /** What `ztp:host` says; the project names the plugin otherwise. */
  host?: Host;
  /** What index.js says; see `Scene.write`. Without it the project is the one in `project`. */
  program?: string;
  /** A folder with a project, or the content of a Pulumi.yaml without `name` and `plugins`. */
  project?: string | { [key: string]: Json };
  /** Where the credentials are. Default: the environment. */
  credentials?: "environment" | "config" | "none";
  fortinet?: FortinetOptions;
  /** What the simulated Mist holds; its credentials are then in the environment. */
  mist?: MistOptions;
  /** The same of the PAN-OS upgrade daemon. */
  panos?: PanosOptions;
  /** And of HWAutomation. */
  hwautomation?: HwAutomationOptions;
  tls?: boolean;
  env?: Record<string, string>;
}

/** A program, a stack of its own and simulators, driven by the real CLI. */
export class Scene {
  private constructor(
    readonly simulators: Simulators,
    readonly workspace: PulumiWorkspace,
    readonly folder: string,
  ) {}

  static async open(options: SceneOptions = {}): Promise<Scene> {
    const { credentials = "environment", project, panos } = options;
    const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-program-"));
    const simulators = await startSimulators({
      fortinet: options.fortinet,
      mist: options.mist,
      panos,
      hwautomation: options.hwautomation,
      tls: options.tls,
    });
    const { fortinet, mist, hwautomation } = simulators.describe();
    const env: Record<string, string> = {
      // Small, so that a wait ends soon after its condition is met.
      ZTP_FORTINET_POLL_SECONDS: "0.2",
      // A quarter of the time of most commands is compiling @pulumi/pulumi.
      NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "pulumi-ztp", "engine-tests"),
      ...(credentials === "environment" && credentialVariables(fortinet)),
      ...(options.mist && { ZTP_MIST_BASE_URL: mist.url, ZTP_MIST_API_TOKEN: mist.apiToken }),
      ...(panos && { ZTP_PANOS_BASE_DIR: simulators.panos.baseDir }),
      ...(options.hwautomation && {
        ZTP_HWAUTOMATION_BASE_URL: hwautomation.url,
        ZTP_HWAUTOMATION_USERNAME: hwautomation.username,
        ZTP_HWAUTOMATION_PASSWORD: hwautomation.password,
      }),
      ...options.env,
    };
    if (typeof project !== "string") {
      writeProject(folder, project ?? { runtime: "nodejs", main: "index.js" });
      if (options.program !== undefined) writeProgram(folder, options.program);
    }
    const workspace = await PulumiWorkspace.create({
      project: typeof project === "string" ? project : folder,
      host: options.host,
      env,
    });
    const scene = new Scene(simulators, workspace, folder);
    if (credentials === "config") await scene.configure({ ...fortinet });
    return scene;
  }

  async close(): Promise<void> {
    this.workspace.dispose();
    await this.simulators.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Replaces the program; `pulumi` and `ztp` are there, and so is `device(name, arguments, options)`. */
  write(program: string): void {
    writeProgram(this.folder, program);
  }

  /** Sets keys of `ztp:fortinet` in stack config, in one command. */
  async configure(values: Record<string, string>): Promise<void> {
    const settings = Object.entries(values).flatMap(([key, value]) => [
      key === "password" ? "--secret" : "--plaintext",
      `ztp:fortinet.${key}=${value}`,
    ]);
    await this.workspace.expect(["config", "set-all", "--path", ...settings]);
  }

  async run(args: string[], options: CommandOptions = {}): Promise<Run> {
    this.simulators.requests.clear();
    const result = await this.workspace.run(args, options);
    return {
      ...result,
      counts: resourceCounts(result),
      calls: this.simulators.requests.count({ service: "fortiztp" }),
    };
  }

  /** Runs a command that must succeed. */
  async succeed(args: string[], options: CommandOptions = {}): Promise<Run> {
    const result = await this.run(args, options);
    expect(result, result.output).toMatchObject({ code: 0, timedOut: false });
    expectReadable(result);
    return result;
  }

  /** Runs a command that must fail, with a text for people. */
  async fail(args: string[], options: CommandOptions = {}): Promise<Run> {
    const result = await this.run(args, options);
    expect(result.code, result.output).not.toBe(0);
    expectReadable(result);
    return result;
  }

  up(options: CommandOptions = {}): Promise<Run> {
    return this.succeed([...commands.up], options);
  }

  /** A refresh that writes what it finds into the state. */
  refresh(): Promise<Run> {
    return this.succeed([...commands.refresh]);
  }

  async resources(): Promise<StackResource[]> {
    return (await this.workspace.state()).deployment.resources ?? [];
  }

  /** One resource of the state by its name. */
  async resource(name: string): Promise<StackResource> {
    const found = (await this.resources()).find(({ urn }) => urn.endsWith(`::${name}`));
    if (!found) throw new Error(`The state has no resource ${name}.`);
    return found;
  }

  /** How the vendor sees a device: `incomplete` is one that has been sent somewhere. */
  status(serial: string, account?: string): string {
    return this.simulators.fortinet.device(serial, account).provisionStatus;
  }

  /** How often devices were written, in bulk or alone. */
  get writes(): number {
    return this.simulators.requests.count({ service: "fortiztp", method: "PUT" });
  }
}

export const commands = {
  up: ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
} as const;

/** A program of devices by name. */
export function devices(byName: Record<string, object>): string {
  return Object.entries(byName)
    .map(([name, args]) => `device(${JSON.stringify(name)}, ${JSON.stringify(args)});`)
    .join("\n");
}

export function credentialVariables(fortinet: {
  authUrl: string;
  fortiztpUrl: string;
  forticareUrl: string;
  apiId: string;
  password: string;
}): Record<string, string> {
  return {
    ZTP_FORTINET_AUTH_URL: fortinet.authUrl,
    ZTP_FORTINET_FORTIZTP_URL: fortinet.fortiztpUrl,
    ZTP_FORTINET_FORTICARE_URL: fortinet.forticareUrl,
    ZTP_FORTINET_API_ID: fortinet.apiId,
    ZTP_FORTINET_PASSWORD: fortinet.password,
  };
}

/** No stack of ours, of Node's or of Go's: a user cannot do anything with it. */
export function expectReadable({ output }: Pick<CommandResult, "output">): void {
  expect(output).not.toMatch(/^\s+at .*[\w/]:\d+/m);
  expect(output).not.toMatch(/goroutine \d+|TypeError|ReferenceError|bug in pulumi-ztp|\[object Object\]/);
}

function writeProject(folder: string, project: { [key: string]: Json }): void {
  // Both hosts find the package from the program's folder upwards.
  writeFileSync(join(folder, "package.json"), '{ "name": "scene", "main": "index.js" }');
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const plugins = { providers: [{ name: "ztp", path: join(root, "plugin") }] };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name: "scene", plugins, ...project }));
}

function writeProgram(folder: string, program: string): void {
  const preamble = [
    'const pulumi = require("@pulumi/pulumi");',
    'const ztp = require("pulumi-ztp");',
    "const device = (name, args, options) => new ztp.fortiztp.Device(name, args, options);",
  ];
  writeFileSync(join(folder, "index.js"), `${preamble.join("\n")}\n${program}\n`);
}

/** Makes the program the one that `ztp import` wrote. */
export function useImported({ folder }: Scene): void {
  const compilerOptions = { target: "es2022", module: "commonjs", moduleResolution: "node10" };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  // The import file lies beside the program still, and must not be taken for it.
  writeFileSync(join(folder, "index.js"), 'require("./imported");');
}
