import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { findProjectRoot } from "../../tools/toolchain";

/**
 * What each contender runs: a program beside this file, and our plugin or one beside this file in its place. Without a
 * plugin the resources are dynamic ones, written by hand.
 */
const contenders = {
  provider: { program: "fleet", plugin: "ours" },
  deviceSet: { program: "device-set", plugin: "ours" },
  noop: { program: "fleet", plugin: "noop-plugin" },
  handWritten: { program: "hand-written", plugin: undefined },
  product: { program: "products", plugin: "ours" },
  productSet: { program: "product-set", plugin: "ours" },
  scaled: { program: "product-sets", plugin: "scaled-plugin" },
  mistInventory: { program: "mist-inventory", plugin: "ours" },
  mistClaims: { program: "mist-claims", plugin: "ours" },
  mistSites: { program: "mist-sites", plugin: "ours" },
  mistJob: { program: "mist-job", plugin: "ours" },
  panosJobs: { program: "panos-jobs", plugin: "ours" },
  workflows: { program: "workflows", plugin: "ours" },
} as const;

export type Contender = keyof typeof contenders;
/** Those that provision devices. */
export type DeviceContender = "provider" | "deviceSet" | "noop" | "handWritten";
/** Those that register products. */
export type ProductContender = "product" | "productSet";

/** A Pulumi project in a temporary folder, which runs the program of a contender. */
export class BenchProject {
  readonly directory = mkdtempSync(join(tmpdir(), "pulumi-ztp-bench-"));
  /** The folder of the plugin: its path is in the plugin's command line, and in no other. */
  readonly pluginDirectory = join(this.directory, "plugin");
  readonly usesPlugin: boolean;

  constructor(contender: Contender) {
    const { program, plugin } = contenders[contender];
    this.usesPlugin = plugin !== undefined;
    const project: object = {
      name: "bench",
      runtime: { name: "nodejs", options: { typescript: false } },
      main: join(__dirname, "programs", `${program}.js`),
      ...(this.usesPlugin && { plugins: { providers: [{ name: "ztp", path: "plugin" }] } }),
    };
    writeFileSync(join(this.directory, "Pulumi.yaml"), stringify(project));
    if (plugin === "ours") symlinkSync(join(findProjectRoot(), "plugin"), this.pluginDirectory, "junction");
    else if (plugin) this.writePlugin(join(__dirname, `${plugin}.js`));
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private writePlugin(entry: string): void {
    mkdirSync(this.pluginDirectory);
    const launcher = join(this.pluginDirectory, "pulumi-resource-ztp");
    writeFileSync(launcher, `#!/usr/bin/env node\nrequire(${JSON.stringify(entry)});\n`, { mode: 0o755 });
    writeFileSync(`${launcher}.cmd`, '@echo off\r\nnode "%~dp0pulumi-resource-ztp" %*\r\n');
  }
}
