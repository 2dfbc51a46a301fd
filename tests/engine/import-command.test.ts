import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeviceSeed } from "../../simulators";
import { type CommandResult, runCommand } from "../../tools/command";
import { expectReadable, hosts, root, Scene } from "./support";

const provisioned = { deviceType: "FortiGate", model: "FortiGate-60F", provisionStatus: "provisioned" };
const toDefault = { provisionTarget: "FortiManager", fortiManagerOid: 201, useDefaultScript: true };
const toCloud = { provisionTarget: "FortiGateCloud", region: "europe" };
/** Devices of every kind of target, some of which many share. */
const targets: Omit<DeviceSeed, "deviceSN" | "deviceType">[] = [
  toDefault,
  toDefault,
  toDefault,
  toDefault,
  toCloud,
  toCloud,
  toCloud,
  { provisionTarget: "FortiManager", fortiManagerOid: 202, scriptOid: 102 },
  {
    provisionTarget: "FortiManager",
    externalControllerSn: "FMG-VMTM99000009",
    externalControllerIp: "fmg9.example.net",
  },
  { provisionTarget: "FortiGateCloud", region: "US", firmwareProfile: "branch" },
  { provisionTarget: "FortiSASE" },
  { ...toCloud, provisionStatus: "incomplete" },
];
const serialOf = (index: number) => `FGT60FTK2209${String(index + 1).padStart(4, "0")}`;
const devices: DeviceSeed[] = [
  ...targets.map((target, index) => ({ deviceSN: serialOf(index), ...provisioned, ...target })),
  { deviceSN: "FGT60FTK22099999", deviceType: "FortiGate" },
];
const objects = targets.length + 4;

describe.each(hosts)("ztp import in the %s host", (host) => {
  let scene: Scene;
  let ran: CommandResult;
  let calls: number;
  const writes: string[] = [];

  const text = (file: string): string => readFileSync(join(scene.folder, file), "utf8");
  /** Runs the command as a user would, in the folder of the project. */
  const ztp = (args: string[], more: Record<string, string> = {}): Promise<CommandResult> => {
    const clean = Object.entries(process.env).filter(([name]) => !/^(PULUMI|ZTP)_/i.test(name));
    const env = { ...Object.fromEntries(clean), ...scene.workspace.variables, ...more };
    const cwd = join(scene.workspace.directory, "project");
    return runCommand(process.execPath, [join(root, "dist/cli/main.js"), "import", "--service", "fortiztp", ...args], {
      cwd,
      env,
    });
  };
  /** Remembers what the last command has changed at the vendor. */
  const note = (): void => {
    for (const { method, path } of scene.simulators.requests.filter({ service: "fortiztp" }))
      if (method !== "GET") writes.push(`${method} ${path}`);
  };

  beforeAll(async () => {
    scene = await Scene.open({ host, fortinet: { devices }, program: "" });
    ran = await ztp(["--out", scene.folder]);
    calls = scene.simulators.requests.count({ service: "fortiztp" });
    note();
  });
  afterAll(() => scene?.close());

  test("writes an import file and a program, with few calls that it counts", () => {
    expect(ran, ran.output).toMatchObject({ code: 0 });
    expectReadable(ran);
    expect(ran.stdout).toContain("Found 12 fortiztp:Device, 2 fortiztp:FortiManager, 2 fortiztp:Script.\n");
    // The three lists and the content of each script.
    expect(calls).toBe(5);
    expect(ran.stdout).toContain(`Vendor calls, sign-in included: 6 (1 to FortiCloud, ${calls} to FortiZTP).\n`);
    expect(JSON.parse(text("import.json")).resources).toHaveLength(objects);
    expect(text("imported.ts")).toContain("fortiManagerOid: fmgVmtm22000001.oid,");
  });

  test("tells the commands after which a preview shows no changes", async () => {
    const commands = [...ran.stdout.matchAll(/^ {2}pulumi (.+)$/gm)].map(([, args]) => (args as string).split(" "));
    expect(commands.map(([name]) => name)).toEqual(["import", "preview"]);
    const [importing, preview] = commands as [string[], string[]];
    expect((await scene.succeed(importing)).counts).toMatchObject({ created: 1, imported: objects });
    note();
    const compilerOptions = { target: "es2022", module: "commonjs", moduleResolution: "node10" };
    writeFileSync(join(scene.folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    // The import file lies beside the program still, and must not be taken for it.
    writeFileSync(join(scene.folder, "index.js"), 'require("./imported");');
    const previewed = await scene.succeed([...preview, "--expect-no-changes"]);
    expect(previewed.counts).toEqual({ unchanged: objects + 1 });
    note();
    expect(writes).toEqual([]);
  });

  test("finds everything in the stack afterwards", async () => {
    const again = await ztp(["--dry-run"]);
    expect(again.stdout).toContain("All are in the stack already.");
    expect(again.stdout).not.toContain("  new\n");
  });

  test("shows no secret, and stores it to the byte", async () => {
    const scripts = [...scene.simulators.fortinet.scripts.values()].map(({ content }) => content);
    const files = [
      text("imported.ts"),
      readFileSync(join(scene.workspace.directory, "project/Pulumi.dev.yaml"), "utf8"),
    ];
    if (host === "plugin") files.push(text("import.json"));
    for (const shown of [ran.output, ...files, JSON.stringify(await scene.workspace.state())])
      for (const script of scripts) expect(shown).not.toContain(script.split("\n")[1]?.trim());
    const config = await scene.workspace.expect(["config", "--json", "--show-secrets"]);
    expect(JSON.parse(config.stdout)["scene:branchBaselineContent"]).toEqual({ value: scripts[0], secret: true });
  });

  if (host !== "plugin") return;

  test("tells a stack that is not selected from one that cannot be read", async () => {
    const [none, missing, locked] = await Promise.all([
      ztp(["--dry-run"], { PULUMI_HOME: join(scene.workspace.directory, "nobody") }),
      ztp(["--dry-run", "--stack", "nope"]),
      ztp(["--dry-run"], { PULUMI_CONFIG_PASSPHRASE: "wrong" }),
    ]);
    expect(none, none.output).toMatchObject({ code: 0 });
    expect(none.stderr).toMatch(/^Only the environment is looked at, not a stack: no stack selected/);
    expect(missing).toMatchObject({ code: 1, stdout: "" });
    expect(missing.stderr).toBe("ztp: the stack nope cannot be read: no stack named 'nope' found\n");
    expect(locked).toMatchObject({ code: 1, stdout: "" });
    expect(locked.stderr).toBe("ztp: the stack cannot be read: incorrect passphrase\n");
  });

  test("writes a program that the strictest TypeScript takes", () => {
    const program = ts.createProgram([join(scene.folder, "imported.ts")], {
      strict: true,
      noUnusedLocals: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      types: [],
    });
    const problems = ts.getPreEmitDiagnostics(program);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  });
});
