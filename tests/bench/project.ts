import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { findProjectRoot } from "../../tools/toolchain";

/**
 * Whose resources the program uses: ours, one a device; ours, one for all; ours with an instant plugin in place of the
 * real one; or hand-written ones.
 */
export type Contender = "provider" | "deviceSet" | "noop" | "handWritten";

const programs = { provider: "fleet", deviceSet: "device-set", noop: "fleet", handWritten: "hand-written" } as const;

/** A Pulumi project in a temporary folder, which runs one of the programs beside this file. */
export class BenchProject {
  readonly directory = mkdtempSync(join(tmpdir(), "pulumi-ztp-bench-"));
  /** The folder of the plugin: its path is in the plugin's command line, and in no other. */
  readonly pluginDirectory = join(this.directory, "plugin");

  constructor(contender: Contender) {
    const project: object = {
      name: "bench",
      runtime: { name: "nodejs", options: { typescript: false } },
      main: join(__dirname, "programs", `${programs[contender]}.js`),
      ...(contender === "handWritten" ? {} : { plugins: { providers: [{ name: "ztp", path: "plugin" }] } }),
    };
    writeFileSync(join(this.directory, "Pulumi.yaml"), stringify(project));
    if (contender === "provider" || contender === "deviceSet")
      symlinkSync(join(findProjectRoot(), "plugin"), this.pluginDirectory, "junction");
    if (contender === "noop") this.writeNoopPlugin();
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private writeNoopPlugin(): void {
    mkdirSync(this.pluginDirectory);
    const launcher = join(this.pluginDirectory, "pulumi-resource-ztp");
    const entry = JSON.stringify(join(__dirname, "noop-plugin.js"));
    writeFileSync(launcher, `#!/usr/bin/env node\nrequire(${entry});\n`, { mode: 0o755 });
    writeFileSync(`${launcher}.cmd`, '@echo off\r\nnode "%~dp0pulumi-resource-ztp" %*\r\n');
  }
}
