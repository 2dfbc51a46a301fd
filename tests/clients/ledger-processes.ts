import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import type { BudgetWindow } from "../../provider/clients/http/budget";
import { findProjectRoot } from "../../tools/toolchain";

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A source file of this folder as one script, built as the plugin is. */
export async function bundled(name: string): Promise<string> {
  // Inside of the project, where its packages are found.
  const folder = mkdtempSync(join(findProjectRoot(), "node_modules", ".cache", "pulumi-ztp-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const outfile = join(folder, `${name}.js`);
  const entryPoints = [join(__dirname, `${name}.ts`)];
  await build({ entryPoints, outfile, bundle: true, platform: "node", external: ["ioredis"], logLevel: "error" });
  return outfile;
}

/** What processes that take as much as they can at the same time have got, one number each. */
export async function takeAtOnce(count: number, place: object, windows: readonly BudgetWindow[]): Promise<number[]> {
  const script = await bundled("ledger-child");
  const args = [script, JSON.stringify(place), JSON.stringify(windows)];
  const children = Array.from({ length: count }, () => new Child(args));
  for (const child of children) await child.line();
  for (const child of children) child.go();
  return Promise.all(children.map(async (child) => Number(await child.line())));
}

class Child {
  private readonly process: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(args: string[]) {
    this.process = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    const { stdout } = this.process;
    if (!stdout) throw new Error("The process has no output.");
    const lines: Interface = createInterface({ input: stdout });
    this.lines = lines[Symbol.asyncIterator]();
    onTestFinished(() => void this.process.kill("SIGKILL"));
  }

  go(): void {
    this.process.stdin?.write("go\n");
  }

  async line(): Promise<string> {
    const { done, value } = await this.lines.next();
    if (done) throw new Error("The process has ended early.");
    return value;
  }
}
