import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runCommand } from "../../tools/command";
import { findProjectRoot } from "../../tools/toolchain";
import { PulumiWorkspace } from "../../tools/workspace";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-tools-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const node = (script: string, options = {}) => runCommand(process.execPath, ["-e", script], options);

describe("running a command", () => {
  test("keeps both streams, the exit code and the lines", async () => {
    const lines: string[] = [];
    const result = await node('console.log("one\\ntwo"); console.error("three"); process.exitCode = 4', {
      onLine: (line: string, stream: string) => lines.push(`${stream}: ${line}`),
    });
    expect(result).toMatchObject({ code: 4, stdout: "one\ntwo\n", stderr: "three\n", timedOut: false });
    expect(lines.sort()).toEqual(["stderr: three", "stdout: one", "stdout: two"]);
  });

  test("passes input on", async () => {
    const result = await node("process.stdin.pipe(process.stdout)", { input: "hello" });
    expect(result.stdout).toBe("hello");
  });

  test("interrupts what takes too long", async () => {
    const result = await node('setInterval(() => {}, 1000); console.log("started")', { timeoutMs: 300 });
    expect(result).toMatchObject({ code: 130, timedOut: true });
  });

  test("interrupts on demand", async () => {
    const interruption = new AbortController();
    const result = await node(
      'process.on("SIGINT", () => process.exit(7)); setInterval(() => {}, 1000); console.log("started")',
      { interrupt: interruption.signal, onLine: () => interruption.abort() },
    );
    expect(result).toMatchObject({ code: 7, timedOut: false });
  });

  test("rejects when there is no such command", async () => {
    await expect(runCommand(join(temporaryFolder(), "nothing"), [])).rejects.toThrow("ENOENT");
  });
});

describe("a private workspace", { timeout: 60_000 }, () => {
  const original = ["Pulumi.yaml", "node_modules", "plugin", "program"];
  let project: string;
  let workspace: PulumiWorkspace;

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), "pulumi-ztp-tools-"));
    for (const folder of ["program", "plugin"]) mkdirSync(join(project, folder));
    symlinkSync(join(findProjectRoot(), "node_modules"), join(project, "node_modules"), "junction");
    writeFileSync(
      join(project, "Pulumi.yaml"),
      "name: fleet\nruntime: nodejs\nmain: program\nplugins: { providers: [{ name: ztp, path: plugin }] }\n",
    );
    writeFileSync(join(project, "program", "package.json"), '{ "name": "program", "main": "index.js" }');
    writeFileSync(join(project, "program", "index.js"), "exports.folder = __dirname; exports.node = process.version;");
    process.env.PULUMI_STACK = "somebody-elses";
    process.env.ZTP_LEFTOVER = "leaks";
    workspace = await PulumiWorkspace.create({ project, host: "dynamic" });
  }, 60_000);

  afterAll(() => {
    delete process.env.PULUMI_STACK;
    delete process.env.ZTP_LEFTOVER;
    workspace?.dispose();
    rmSync(project, { recursive: true, force: true });
  });

  test("has its settings, and writes nothing into the project", async () => {
    await workspace.config("ztp:fortinet.password", "- hush -", { secret: true, path: true });
    const { stdout } = await workspace.expect(["config", "--show-secrets", "--json"]);
    const settings = JSON.parse(stdout) as Record<string, { value?: string; secret: boolean }>;
    expect(settings["ztp:host"]).toMatchObject({ value: "dynamic", secret: false });
    expect(settings["ztp:fortinet"]).toMatchObject({ value: '{"password":"- hush -"}', secret: true });
    expect(readdirSync(project).sort()).toEqual(original);
  });

  test("has its own state, and none of the inherited variables", async () => {
    expect((await workspace.state()).deployment.resources ?? []).toEqual([]);
    expect((await workspace.expect(["stack", "ls"])).stdout).not.toContain("somebody-elses");
  });

  test("runs the program where it is", async () => {
    const { stdout } = await workspace.expect(["preview"]);
    expect(stdout).toContain(join(project, "program"));
    expect(readdirSync(project).sort()).toEqual(original);
  });

  test("shows the whole output of what fails", async () => {
    await expect(workspace.expect(["no-such-command"])).rejects.toThrow(/ended with code \d+:\n.*no-such-command/s);
    expect((await workspace.run(["no-such-command"])).code).not.toBe(0);
  });

  test("leaves nothing behind", async () => {
    const other = await PulumiWorkspace.create({ project });
    expect(existsSync(other.directory)).toBe(true);
    other.dispose();
    expect(existsSync(other.directory)).toBe(false);
  });

  test("a folder without a project is named", async () => {
    const empty = temporaryFolder();
    await expect(PulumiWorkspace.create({ project: empty })).rejects.toThrow(`${empty} has no Pulumi.yaml.`);
  });
});
