import { appendFileSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeImportFile } from "../../cli/import-file";
import { commands, existing, expectReadable, gate, hosts, root, Scene } from "./support";

const tokens = { plugin: "ztp:fortiztp:Device", dynamic: "pulumi-nodejs:dynamic/fortiztp:Device" };
const provisioned = (scene: Scene): number =>
  [...scene.simulators.fortinet.devices.values()].filter(({ provisionStatus }) =>
    ["incomplete", "provisioned"].includes(provisionStatus),
  ).length;

describe.each(hosts)("the fleet of examples/fleet in the %s host", (host) => {
  const other = host === "plugin" ? "dynamic" : "plugin";
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ project: root, host });
  });
  afterAll(() => scene?.close());

  const types = async (): Promise<Set<string>> =>
    new Set((await scene.resources()).map(({ type }) => type).filter((type) => type.endsWith(":Device")));

  test("a preview of the folder that `main` names shows 26 devices, what they need and the stack", async () => {
    const preview = await scene.succeed(["preview"]);
    expect(preview.counts).toEqual({ "to create": 29 });
    // One list each of devices, scripts and FortiManagers.
    expect(preview.calls).toBe(host === "plugin" ? 3 : 0);
  });

  test("up provisions all of them with few calls", async () => {
    const up = await scene.succeed([...commands.up, "--parallel", "64"]);
    expect(up.counts).toEqual({ created: 29 });
    expect(up.calls).toBeLessThanOrEqual(22);
    expect(await types()).toEqual(new Set([tokens[host]]));
    expect(provisioned(scene)).toBe(27);
  });

  test("a second up changes nothing and costs no call", async () => {
    const up = await scene.succeed([...commands.up, "--expect-no-changes"]);
    expect(up).toMatchObject({ counts: { unchanged: 29 }, calls: 0 });
  });

  test("a refresh shows what somebody changed behind our back", async () => {
    scene.simulators.fortinet.unprovision(gate);
    const drift = await scene.run(["refresh", "--preview-only", "--diff", "--expect-no-changes"]);
    expect(drift).toMatchObject({ code: 7, counts: { "to update": 1, unchanged: 28 }, calls: 4 });
    expect(drift.output).toMatch(/- fortiManagerOid *: \d+/);
    expectReadable(drift);
  });

  test("up with --refresh heals it", async () => {
    const up = await scene.succeed([...commands.up, "--refresh"]);
    expect(up.counts).toEqual({ updated: 1, unchanged: 28 });
    expect(provisioned(scene)).toBe(27);
  });

  test("a device that is there already is imported without a write, and the next preview is empty", async () => {
    const inventory = join(scene.folder, "inventory.yaml");
    copyFileSync(join(root, "examples", "fleet", "inventory.yaml"), inventory);
    appendFileSync(inventory, `    fw3: { serial: ${existing}, role: old-firewall }\n`);
    await scene.workspace.config("fleet:inventory", inventory);
    const source =
      host === "plugin" ? [tokens.plugin, "oslo-fw3", existing] : ["--file", await importFile(scene, "oslo-fw3")];
    const imported = await scene.succeed(["import", ...source, "--yes", "--protect=false", "--generate-code=false"]);
    expect(imported.counts).toEqual({ imported: 1, unchanged: 29 });
    expect(scene.writes).toBe(0);
    const preview = await scene.succeed(["preview", "--expect-no-changes"]);
    expect(preview.counts).toEqual({ unchanged: 30 });
  });

  test("the stack switches to the other host without changes and can be refreshed there", async () => {
    await switchTo(other);
  });

  if (host === "plugin") {
    test("the stack switches back without changes and can be refreshed again", async () => {
      await switchTo(host);
    });
  }

  test("destroy unprovisions every device", async () => {
    const destroyed = await scene.succeed([...commands.destroy, "--parallel", "64"]);
    expect(destroyed.counts).toEqual({ deleted: 30 });
    expect(await scene.resources()).toEqual([]);
    expect(provisioned(scene)).toBe(0);
  });

  async function switchTo(next: typeof host): Promise<void> {
    await scene.workspace.config("ztp:host", next);
    const up = await scene.succeed([...commands.up, "--expect-no-changes"]);
    expect(up).toMatchObject({ counts: { unchanged: 30 }, calls: 0 });
    expect(await types()).toEqual(new Set([tokens[next]]));
    const refresh = await scene.succeed([...commands.refresh, "--expect-no-changes"]);
    expect(refresh.counts).toEqual({ unchanged: 30 });
    expect(scene.writes).toBe(0);
  }
});

async function importFile(scene: Scene, name: string): Promise<string> {
  const content = await makeImportFile([{ type: "fortiztp:Device", name, id: existing }], {
    host: "dynamic",
    project: "fleet",
    stack: scene.workspace.stack,
    environment: scene.workspace.variables,
  });
  const file = join(scene.folder, "import.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
}
