import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeviceSeed, type ForticareOptions, mainAccount } from "../../simulators";
import type { CommandResult } from "../../tools/command";
import { expectReadable, hosts, Scene, useImported } from "./support";

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

/** Five folders, products in them of which many are alike, and what came from codes and contracts. */
const serialOfProduct = (number: number) => `FV100ETA24${String(number).padStart(6, "0")}`;
const pageSize = 20;
const support = {
  level: 5,
  levelDesc: "Advanced HW",
  type: 1,
  typeDesc: "Hardware",
  startDate: "2024-01-01T00:00:00",
  endDate: "2034-01-01T00:00:00",
};
const unit = { productModel: "FortiWeb 100E", entitlements: [support] };
const address = { address: "1 Example Street", city: "Berlin", countryCode: "DE", postalCode: "10115" };
const location = {
  addressId: "1",
  company: null,
  stateOrProvince: null,
  email: null,
  phone: null,
  fax: null,
  ...address,
};
const virtualGate = { productModel: "FortiGate VM02", virtual: true, serialPrefix: "FGVM02TM24" };
const portfolio: ForticareOptions = {
  variants: { pageSize },
  warehouse: [],
  folders: [
    { folderId: 6_001, folderName: "Europe" },
    { folderId: 6_002, folderName: "Germany", parentFolderId: 6_001 },
    { folderId: 6_003, folderName: "Berlin", parentFolderId: 6_002 },
    { folderId: 6_004, folderName: "Hamburg", parentFolderId: 6_002 },
    { folderId: 6_005, folderName: "Spares & more" },
  ],
  products: [
    ...Array.from({ length: 60 }, (_, index) => ({
      serialNumber: serialOfProduct(index),
      ...unit,
      ...(index % 3 === 0 && { folderId: 6_003, description: `Rack ${index}` }),
      ...(index % 3 === 1 && { folderId: 6_005, location }),
    })),
    { serialNumber: "FGVM02TM24000100", ...virtualGate, entitlements: [support], description: "lab" },
    { serialNumber: "FGVMSLTM24000100", productModel: "FortiGate VM-S", virtual: true, entitlements: [support] },
    { serialNumber: "FV100ETA24900001", ...unit, isDecommissioned: true },
    { serialNumber: "FV100ETA24900002", ...unit, status: "Pending" },
  ],
  licenses: [
    { licenseNumber: "FGVM24000042", serialNumber: "FGVM02TM24000100", mints: virtualGate },
    { licenseNumber: "FCVDOM24000001", serialNumber: serialOfProduct(0) },
    { licenseNumber: "FGVM24000043", account: mainAccount, mints: virtualGate },
  ].map((seed, index) => ({ licenseRegistrationCode: `LIC0${index}-24AAA-24BBB-24CCC-24DDDD`, ...seed })),
  contracts: [
    { contractNumber: "2401AA000001", sku: "FC-10-0100E-247-02-12", consumedBy: serialOfProduct(0) },
    { contractNumber: "2401VS000001", sku: "FC2-10-FGVVS-990-02-12", consumedBy: "FGVMSLTM24000100" },
  ],
};
/** Products that can be imported: all but the one out of service and the one that waits for its registration. */
const units = 62;
const pages = Math.ceil((units + 1) / pageSize);

/** The commands that the import tells to run next. */
function commandsIn({ stdout }: CommandResult): [importing: string[], preview: string[]] {
  const commands = [...stdout.matchAll(/^ {2}pulumi (.+)$/gm)].map(([, args]) => (args as string).split(" "));
  expect(commands.map(([name]) => name)).toEqual(["import", "preview"]);
  return commands as [string[], string[]];
}

/** What the strictest TypeScript says of a program. */
function compilerProblems(file: string): string[] {
  const program = ts.createProgram([file], {
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
  return problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

describe.each(hosts)("ztp import in the %s host", (host) => {
  let scene: Scene;
  let ran: CommandResult;
  let calls: number;
  const writes: string[] = [];

  const text = (file: string): string => readFileSync(join(scene.folder, file), "utf8");
  const ztp = (args: string[], env: Record<string, string> = {}) =>
    scene.workspace.ztp(["import", "--service", "fortiztp", ...args], { env });
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
    const [importing, preview] = commandsIn(ran);
    expect((await scene.succeed(importing)).counts).toMatchObject({ created: 1, imported: objects });
    note();
    useImported(scene);
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
    expect(compilerProblems(join(scene.folder, "imported.ts"))).toEqual([]);
  });
});

describe.each(hosts)("ztp import of registered products in the %s host", (host) => {
  let scene: Scene;
  let ran: CommandResult;

  /** The calls to FortiCare since the last look, by path, and none of them a write. */
  const calls = (): Record<string, number> => {
    const paths = scene.simulators.requests.filter({ service: "forticare" }).map(({ relativePath }) => relativePath);
    scene.simulators.requests.clear();
    const counts = [...Map.groupBy(paths, (path) => path)].map(([path, { length }]) => [path, length] as const);
    return Object.fromEntries(counts.sort());
  };

  beforeAll(async () => {
    const fortinet = { devices: [], scripts: [], fortiManagers: [], forticare: portfolio };
    scene = await Scene.open({ host, fortinet, program: "" });
    ran = await scene.workspace.ztp(["import", "--out", scene.folder]);
  });
  afterAll(() => scene?.close());

  test("takes the pages of one list, a list of folders and one of licences", () => {
    expect(ran, ran.output).toMatchObject({ code: 0 });
    expectReadable(ran);
    expect(calls()).toEqual({ "/folders/list": 1, "/licenses/list": 1, "/products/list": pages });
    expect(ran.stdout).toContain(`Found 5 forticare:Folder, 2 forticare:License, ${units} forticare:Product.\n`);
    expect(ran.stdout).toContain(`${pages + 2} to FortiCare`);
    const program = readFileSync(join(scene.folder, "imported.ts"), "utf8");
    expect(program).toContain(
      'new ztp.forticare.Folder("berlin", { name: "Berlin", parentFolderId: germany.folderId });',
    );
    expect(program).toContain(
      "new ztp.forticare.Product(name, { serialNumber, description, folderId: berlin.folderId });",
    );
    expect(compilerProblems(join(scene.folder, "imported.ts"))).toEqual([]);
  });

  test("tells the commands after which a preview shows no changes", async () => {
    const [importing, preview] = commandsIn(ran);
    const imported = await scene.succeed(importing);
    expect(imported.counts).toMatchObject({ created: 1, imported: units + 7 });
    const read = calls();
    // The plugin reads all of it twice, after a look or two at single products; a slow machine may list once more.
    if (host === "dynamic") expect(read).toEqual({});
    else expect(read["/products/list"]).toBeLessThanOrEqual(3 * (pages + 3));
    expect(Object.keys(read)).not.toContain("/products/details");
    useImported(scene);
    const previewed = await scene.succeed([...preview, "--expect-no-changes"]);
    expect(previewed.counts).toEqual({ unchanged: units + 8 });
    expect(calls()).toEqual({});
  });

  test("shows nothing as drift that was not read, and finds everything in the stack afterwards", async () => {
    scene.simulators.fortinet.forticare.patch(serialOfProduct(1), { partner: "Somebody else", location: null });
    await scene.succeed(["refresh", "--preview-only", "--expect-no-changes", "--parallel", "64"]);
    const read = calls();
    expect(Object.keys(read)).toEqual(["/folders/list", "/licenses/list", "/products/list"]);
    expect(read["/products/list"]).toBeLessThanOrEqual(2 * (pages + 3));
    const again = await scene.workspace.ztp(["import", "--dry-run"]);
    expect(again.stdout).toContain("All are in the stack already.");
  });
});
