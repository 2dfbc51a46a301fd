import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeImportFile } from "../../cli/import-file";
import { commands, gate, hosts, type Run, Scene } from "./support";

const script = (line: string): string => `config system global\n    set alias ${line}\nend\n`;
/** Lines of every content that is ever there; the last one is of a script of the simulated account. */
const lines = ["first-hidden-line", "second-hidden-line", "set ntpsync enable"] as const;
/** What is imported: a script by its name, and an HA cluster by the serial of a member. */
const imports = [
  { type: "fortiztp:Script", name: "warehouse", id: "warehouse-ap" },
  { type: "fortiztp:FortiManager", name: "cluster", id: "FMG3KFT922000012" },
];

const program = (content: string): string => `
  const baseline = new ztp.fortiztp.Script("baseline", { name: "secure-branch", content: ${JSON.stringify(content)} });
  const headquarters = new ztp.fortiztp.FortiManager("headquarters", {
    serialNumbers: ["FMG-VMTM24000001"],
    addresses: ["fmg.example.org"],
    scriptOid: baseline.oid,
  });
  device("gate", {
    serial: "${gate}",
    provisionTarget: "FortiManager",
    fortiManagerOid: headquarters.oid,
    useDefaultScript: true,
  });
  exports.sha256 = baseline.contentSha256;`;

const imported = `
  new ztp.fortiztp.Script("warehouse", {
    name: "warehouse-ap",
    content: "config system ntp\\n    set ntpsync enable\\nend",
  });
  new ztp.fortiztp.FortiManager("cluster", {
    serialNumbers: ["FMG3KFT922000011", "FMG3KFT922000012"],
    addresses: ["198.51.100.21", "198.51.100.22"],
  });`;

describe.each(hosts)("a script, a FortiManager and a device by references in the %s host", (host) => {
  let scene: Scene;
  /** What the CLI has said so far. */
  const said: string[] = [];

  beforeAll(async () => {
    scene = await Scene.open({ host, program: program(script(lines[0])) });
  });
  afterAll(() => scene?.close());

  async function succeed(args: readonly string[]): Promise<Run> {
    const run = await scene.succeed([...args]);
    said.push(run.output);
    return run;
  }

  /** The writes of the last command, in their order. */
  function writes(): string[] {
    const requests = scene.simulators.requests.filter({ service: "fortiztp" });
    const carriedOut = requests.filter(({ method, applied }) => method !== "GET" && applied);
    return carriedOut.map(({ method, relativePath }) => `${method} ${relativePath.replace("/v2/", "")}`);
  }

  test("are previewed while nothing is known, and made in their order", async () => {
    const up = await succeed(["up", "--yes", "--diff"]);
    expect(up.counts).toEqual({ created: 4 });
    expect(up.output).toMatch(/content *: \[secret\]/);
    expect(writes()).toEqual([
      "POST setting/scripts",
      "PUT setting/scripts/1001/content",
      "POST setting/fortimanagers",
      `PUT devices/${gate}`,
    ]);
    const { fortinet } = scene.simulators;
    expect(fortinet.device(gate).fortiManagerOid).toBe(1002);
    expect(fortinet.fortiManagers.get(1002)?.scriptOid).toBe(1001);
    expect(fortinet.scripts.get(1001)).toMatchObject({ name: "secure-branch", content: script(lines[0]) });
  });

  test("change nothing when run again, without a call", async () => {
    const up = await succeed([...commands.up, "--expect-no-changes"]);
    expect(up).toMatchObject({ counts: { unchanged: 4 }, calls: 0 });
  });

  test("new content changes the script alone", async () => {
    scene.write(program(script(lines[1])));
    const preview = await succeed(["preview"]);
    expect(preview.counts).toEqual({ "to update": 1, unchanged: 3 });
    expect(preview.output).not.toContain("unprovisioned");
    const up = await succeed([...commands.up, "--diff"]);
    expect(up.counts).toEqual({ updated: 1, unchanged: 3 });
    expect(up.output).toContain("~ content: [secret] => [secret]");
    expect(writes()).toEqual(["PUT setting/scripts/1001/content"]);
  });

  test("a refresh of all of them finds no changes", async () => {
    const refresh = await succeed([...commands.refresh, "--expect-no-changes"]);
    expect(refresh.counts).toEqual({ unchanged: 4 });
    expect(writes()).toEqual([]);
  });

  test("what is there already is imported without a write, after which a preview is empty", async () => {
    const content = await makeImportFile(imports, {
      host,
      project: "scene",
      stack: scene.workspace.stack,
      environment: scene.workspace.variables,
    });
    const file = join(scene.folder, "import.json");
    writeFileSync(file, JSON.stringify(content));
    const flags = ["--yes", "--protect=false", "--generate-code=false"];
    const found = await succeed(["import", "--file", file, ...flags]);
    expect(found.counts).toMatchObject({ imported: 2 });
    expect(writes()).toEqual([]);
    expect((await scene.resource("warehouse")).id).toBe("102");
    expect((await scene.resource("cluster")).id).toBe("202");
    scene.write(program(script(lines[1])) + imported);
    const preview = await succeed(["preview", "--diff", "--expect-no-changes"]);
    expect(preview).toMatchObject({ counts: { unchanged: 6 }, calls: 0 });
  });

  test("their contents stand nowhere in clear", async () => {
    const { inputs, outputs } = await scene.resource("baseline");
    for (const part of [inputs, outputs]) expect(part?.content).toHaveProperty("ciphertext");
    const stored = join(scene.workspace.directory, "state");
    const files = readdirSync(stored, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const state = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8")).join("\n");
    expect(state).toContain("secure-branch");
    for (const line of lines) for (const text of [state, ...said]) expect(text).not.toContain(line);
  });

  test("are destroyed in the reverse order", async () => {
    const destroyed = await succeed([...commands.destroy]);
    expect(destroyed.counts).toEqual({ deleted: 6 });
    const others = ["DELETE setting/scripts/102", "DELETE setting/fortimanagers/202"];
    expect(writes()).toEqual(expect.arrayContaining(others));
    expect(writes().filter((write) => !others.includes(write))).toEqual([
      `PUT devices/${gate}`,
      "DELETE setting/fortimanagers/1002",
      "DELETE setting/scripts/1001",
    ]);
    expect([...scene.simulators.fortinet.scripts.keys()]).toEqual([101]);
    expect([...scene.simulators.fortinet.fortiManagers.keys()]).toEqual([201]);
  });
});
