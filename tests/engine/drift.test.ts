import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, runCommand } from "../../tools/command";
import { readToolchain } from "../../tools/toolchain";
import { commands, expectReadable, gates, root, Scene, storyHosts } from "./support";

const [first, second] = gates;
const program = `
  const name = "paris-baseline";
  const script = new ztp.fortiztp.Script("baseline", { name, content: "set hostname ours-is-secret" });
  const manager = new ztp.fortiztp.FortiManager("hq", {
    serialNumbers: ["FMG-VMTM99000001"], addresses: ["hq.example.net"], scriptOid: script.oid,
  });
  const to = { provisionTarget: "FortiManager", fortiManagerOid: manager.oid };
  device("fw-1", { serial: "${first}", ...to, useDefaultScript: true });
  device("fw-2", { serial: "${second}", ...to });
`;
const preview = ["refresh", "--preview-only", "--expect-no-changes", "--parallel", "64"];
const driftExitCode = 7;

/** What `pulumi refresh --json` says has changed: the paths by the resource's name, or that it is gone. */
function changes({ stdout }: CommandResult): Record<string, string[] | "gone"> {
  const { steps } = JSON.parse(stdout) as {
    steps: { op: string; urn: string; detailedDiff: Record<string, unknown> | null }[];
  };
  const changed = steps.filter(({ op }) => op !== "refresh");
  return Object.fromEntries(
    changed.map(({ op, urn, detailedDiff }) => [
      String(urn.split("::").at(-1)),
      op === "delete" ? "gone" : Object.keys(detailedDiff ?? {}).sort(),
    ]),
  );
}

describe.each(storyHosts)("drift in the %s host", (host) => {
  let scene: Scene;
  /** The numbers that FortiZTP gave to the FortiManager entry and to the script. */
  let manager: number;
  let script: number;

  const types = host === "plugin" ? "ztp:fortiztp:" : "pulumi-nodejs:dynamic/fortiztp:";

  const urnOf = (type: string, name: string) => `urn:pulumi:dev::scene::${types}${type}::${name}`;

  /** Runs the command as a user does, in the folder of the project. */
  async function ztp(args: string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
    const { directory, variables } = scene.workspace;
    const result = await runCommand(readToolchain().node.command, [join(root, "dist/cli/main.js"), ...args], {
      cwd: join(directory, "project"),
      env: { ...process.env, ...variables, ...env },
    });
    expectReadable(result);
    return result;
  }

  beforeAll(async () => {
    scene = await Scene.open({ host, program });
    await scene.up();
    const resources = await scene.resources();
    const oid = (name: string) => Number(resources.find(({ urn }) => urn.endsWith(`::${name}`))?.id);
    [manager, script] = [oid("hq"), oid("baseline")];
  });
  afterAll(() => scene?.close());

  test("is none on a fresh fleet, which costs a list of each kind and one script's content", async () => {
    const { counts } = await scene.succeed(preview);
    expect(counts).toEqual({ unchanged: 5 });
    const routes = scene.simulators.requests
      .filter({ service: "fortiztp" })
      .map(({ method, route }) => `${method} ${route}`);
    expect(routes.sort()).toEqual([
      "GET /v2/devices",
      "GET /v2/setting/fortimanagers",
      "GET /v2/setting/scripts",
      "GET /v2/setting/scripts/{oid}/content",
    ]);
  });

  test("is none when devices have come online", async () => {
    for (const serial of [first, second]) scene.simulators.fortinet.setOnline(serial, { provisioningSeconds: 0 });
    expect([scene.status(first), scene.status(second)]).toEqual(["provisioned", "provisioned"]);
    const human = await ztp(["drift"]);
    expect(human).toMatchObject({ code: 0, output: "Nothing has changed behind our back: 4 resources looked at.\n" });
  });

  test("is every input that somebody else has changed, and nothing else", async () => {
    const { fortinet } = scene.simulators;
    fortinet.unprovision(first);
    fortinet.patch(second, { fortiManagerOid: 202 });
    fortinet.patchScript(script, { name: "renamed", content: "set hostname theirs-is-secret" });
    fortinet.patchFortiManager(manager, { ip: "elsewhere.example.net" });

    const refresh = await scene.fail([...preview, "--json"]);
    expect(refresh.code).toBe(driftExitCode);
    expect(changes(refresh)).toEqual({
      "fw-1": ["fortiManagerOid", "provisionTarget", "useDefaultScript"],
      "fw-2": ["fortiManagerOid"],
      baseline: ["content", "name"],
      hq: ["addresses[0]"],
    });

    const human = await ztp(["drift"]);
    expect(human).toMatchObject({ code: driftExitCode, stderr: "" });
    expect(human.stdout.split("\n")).toEqual([
      "RESOURCE  TYPE                   PROPERTY         OURS            THEIRS",
      `fw-1      fortiztp:Device        no longer has fortiManagerOid ${manager}, provisionTarget FortiManager, useDefaultScript true`,
      `fw-2      fortiztp:Device        fortiManagerOid  ${String(manager).padEnd(14)}  202`,
      "hq        fortiztp:FortiManager  addresses[0]     hq.example.net  elsewhere.example.net",
      "baseline  fortiztp:Script        content          [secret]        [secret]",
      "                                 name             paris-baseline  renamed",
      "",
      "7 properties of 4 resources differ; `pulumi up --refresh` puts them back.",
      "",
    ]);

    const json = await ztp(["drift", "--json"]);
    expect(json).toMatchObject({ code: driftExitCode, stderr: "" });
    const changed = (type: string, name: string, id: string | number, properties: object[]) => ({
      urn: urnOf(type, name),
      type: types + type,
      name,
      id: String(id),
      status: "changed",
      properties,
    });
    expect(JSON.parse(json.stdout)).toEqual({
      drift: [
        changed("Device", "fw-1", first, [
          { path: "fortiManagerOid", ours: manager, theirs: null },
          { path: "provisionTarget", ours: "FortiManager", theirs: null },
          { path: "useDefaultScript", ours: true, theirs: null },
        ]),
        changed("Device", "fw-2", second, [{ path: "fortiManagerOid", ours: manager, theirs: 202 }]),
        changed("FortiManager", "hq", manager, [
          { path: "addresses[0]", ours: "hq.example.net", theirs: "elsewhere.example.net" },
        ]),
        changed("Script", "baseline", script, [
          { path: "content", ours: "[secret]", theirs: "[secret]" },
          { path: "name", ours: "paris-baseline", theirs: "renamed" },
        ]),
      ],
      resources: 4,
    });
    for (const { output } of [refresh, human, json]) expect(output).not.toContain("is-secret");
  });

  test("is put back by an up with --refresh", async () => {
    const up = await scene.succeed([...commands.up, "--refresh"]);
    expect(up.counts).toEqual({ updated: 4, unchanged: 1 });
    const { fortinet } = scene.simulators;
    expect(fortinet.scripts.get(script)).toMatchObject({
      name: "paris-baseline",
      content: "set hostname ours-is-secret",
    });
    expect(fortinet.fortiManagers.get(manager)).toMatchObject({ ip: "hq.example.net" });
    for (const serial of [first, second]) expect(fortinet.device(serial)).toMatchObject({ fortiManagerOid: manager });
  });

  test("is a FortiManager that is gone, and no device that goes there", async () => {
    scene.simulators.fortinet.fortiManagers.delete(manager);
    const refresh = await scene.fail([...preview, "--json"]);
    expect(refresh.code).toBe(driftExitCode);
    expect(changes(refresh)).toEqual({ hq: "gone" });

    const human = await ztp(["drift"]);
    expect(human).toMatchObject({ code: driftExitCode, stderr: "" });
    expect(human.stdout).toMatch(/^hq {8}fortiztp:FortiManager {2}gone$/m);
    expect(human.stdout).toMatch(/^1 resource is gone; `pulumi up --refresh` puts it back\.$/m);

    const urn = urnOf("FortiManager", "hq");
    const gone = { urn, type: `${types}FortiManager`, name: "hq", id: String(manager), status: "gone", properties: [] };
    const json = await ztp(["drift", "--json", "--target", urn]);
    expect(json).toMatchObject({ code: driftExitCode, stderr: "" });
    expect(JSON.parse(json.stdout)).toEqual({ drift: [gone], resources: 1 });
  });

  test("cannot be told without access, which is said once and without a secret", async () => {
    const refused = await ztp(["drift"], { ZTP_FORTINET_PASSWORD: "hush-hush" });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^ztp: [\w, -]+: FortiCloud could not log in as API user [^\n]*401[^\n]*\n$/);
    expect(refused.stderr).not.toContain("hush-hush");
    const locked = await ztp(["drift", "--json"], { PULUMI_CONFIG_PASSPHRASE: "wrong" });
    expect(locked).toMatchObject({ code: 1, stdout: "" });
    expect(locked.stderr).toMatch(/^ztp: [^\n]*incorrect passphrase\n$/);
  });
});
