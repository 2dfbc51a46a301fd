import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateMistDevices, mistOrgId, mistSiteIds } from "../../simulators";
import { runCommand } from "../../tools/command";
import { commands, hosts, root, Scene, useImported } from "./support";

const example = join(root, "examples", "mist-branch");
const secrets = {
  officeKey: "correct horse battery staple",
  "claimCodes:munich-entrance": "MISTAP000000001",
  "claimCodes:munich-office": "MISTAP000000002",
  "claimCodes:munich-access": "MISTSW000000001",
  "claimCodes:vienna-entrance": "MISTAP000000003",
  "claimCodes:vienna-access": "MISTSW000000002",
};
const resources = 17;

test("the program of examples/mist-branch has no type errors", async () => {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await runCommand(process.execPath, [compiler, "--project", example]);
  expect(code, output).toBe(0);
});

describe.each(hosts)("the branches of examples/mist-branch in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ project: example, host, credentials: "none", mist: {} });
    const settings = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
    await scene.workspace.expect(["config", "set-all", ...settings]);
  });
  afterAll(() => scene?.close());

  const requests = () => scene.simulators.requests.filter({ service: "mist" });
  const writes = () => requests().filter(({ method }) => method !== "GET");
  const world = () => scene.simulators.mist.world;
  const object = (collection: string, name: string) => {
    const found = [...world().objects("org", mistOrgId, collection).values()].find(({ data }) => data.name === name);
    if (!found) throw new Error(`There is no ${name} among the ${collection}.`);
    return found;
  };
  const devices = () =>
    Object.values(secrets)
      .slice(1)
      .map((code) => [...world().devices.values()].find(({ claimCode }) => claimCode === code));

  test("are previewed without a write and without a word about what is secret", async () => {
    const preview = await scene.succeed(["preview", "--diff"]);
    expect(preview.counts).toEqual({ "to create": resources });
    for (const secret of Object.values(secrets)) expect(preview.output).not.toContain(secret);
    expect(writes()).toEqual([]);
    expect(requests().length).toBeLessThanOrEqual(host === "plugin" ? 8 : 0);
  });

  test("are opened in one run, their devices claimed, assigned and named", async () => {
    const up = await scene.succeed([...commands.up, "--parallel", "64"]);
    expect(up.counts).toEqual({ created: resources });
    const names = ["munich-entrance", "munich-office", "munich-access", "vienna-entrance", "vienna-access"];
    expect(devices().map((device) => device?.config.name)).toEqual(names);
    expect(devices().every((device) => device?.orgId === mistOrgId && device.siteId !== null)).toBe(true);
    expect(object("networktemplates", "branch-switches").data.port_usages).toMatchObject({
      desk: { mode: "access", port_network: "office", voip_network: "voice", stp_edge: true },
    });
    const claims = writes().filter(({ method, path }) => method === "POST" && path.endsWith("/inventory"));
    expect(claims.length).toBeLessThanOrEqual(2);
    const state = JSON.stringify(await scene.workspace.state());
    for (const secret of Object.values(secrets)) expect(state).not.toContain(secret);
  });

  test("cost no call when nothing has changed, and a list a kind when they are looked at", async () => {
    const up = await scene.succeed([...commands.up, "--expect-no-changes"]);
    expect(up.counts).toEqual({ unchanged: resources });
    expect(requests()).toEqual([]);
    const refresh = await scene.succeed([...commands.refresh, "--expect-no-changes"]);
    expect(refresh.counts).toEqual({ unchanged: resources });
    expect(requests().length).toBeLessThanOrEqual(13);
    expect(writes()).toEqual([]);
  });

  test("drift by the keys that the program sets, and are put right without touching any other", async () => {
    const template = object("networktemplates", "branch-switches");
    template.data.ntp_servers = ["192.0.2.123"];
    template.data.networks = { office: { vlan_id: 99 } };
    const drift = await scene.succeed(["refresh", "--preview-only", "--diff"]);
    expect(drift.counts).toEqual({ "to update": 1, unchanged: resources - 1 });
    expect(drift.output).toMatch(/vlanId\s*: 20 => 99/);
    expect(drift.output).not.toContain("ntpServers");
    const up = await scene.succeed([...commands.up, "--refresh"]);
    expect(up.counts).toEqual({ updated: 1, unchanged: resources - 1 });
    expect(object("networktemplates", "branch-switches").data).toMatchObject({
      ntp_servers: ["192.0.2.123"],
      networks: { office: { vlan_id: 20 }, voice: { vlan_id: "{{voice_vlan}}" } },
    });
  });

  test("are closed, and their devices go back to the organization", async () => {
    const destroyed = await scene.succeed([...commands.destroy, "--parallel", "64"]);
    expect(destroyed.counts).toEqual({ deleted: resources });
    expect(devices().map((device) => [device?.orgId, device?.siteId])).toEqual(
      Array.from({ length: 5 }, () => [mistOrgId, null]),
    );
    expect([...world().sites.keys()]).toEqual([...mistSiteIds]);
  });
});

/** An organization that was built by hand: three sites, twenty devices at them, and what they share. */
const siteIds = [1, 2, 3].map((number) => `a3000000-0000-4000-8000-00000000010${number}`);
const existing = {
  sites: siteIds.map((id, index) => ({
    id,
    name: `Branch ${index + 1}`,
    data: { country_code: "DE", timezone: "Europe/Berlin" },
    setting: { vars: { office: String(10 + index) }, persist_config_on_device: true },
  })),
  objects: [
    {
      scope: "org" as const,
      scopeId: mistOrgId,
      collection: "networktemplates",
      data: { name: "switches", networks: { office: { vlan_id: 10 } }, switch_mgmt: { root_password: "hidden-root" } },
    },
    {
      scope: "site" as const,
      scopeId: siteIds[0] as string,
      collection: "wlans",
      data: { ssid: "guests", auth: { type: "psk", psk: "hidden-guest-key" } },
    },
  ],
  devices: generateMistDevices(20).map((device, index) => ({
    ...device,
    orgId: mistOrgId,
    siteId: siteIds[index % siteIds.length],
    name: `device-${index + 1}`,
  })),
};

describe.each(hosts)("ztp import of an organization of Mist in the %s host", (host) => {
  let scene: Scene;
  const text = (file: string): string => readFileSync(join(scene.folder, file), "utf8");
  const calls = () => scene.simulators.requests.filter({ service: "mist" });

  beforeAll(async () => {
    // Nothing is said of any other vendor.
    const env = { ZTP_FORTINET_POLL_SECONDS: "" };
    scene = await Scene.open({ host, credentials: "none", mist: existing, program: "", env });
  });
  afterAll(() => scene?.close());

  test("writes a program that refers to what it stands on, and keeps secrets to itself", async () => {
    const { code, output } = await scene.workspace.ztp(["import", "--out", scene.folder]);
    expect(code, output).toBe(0);
    expect(output).toMatch(/3 mist:Site,/);
    const program = text("imported.ts");
    expect(program).toMatch(/new ztp\.mist\.NetworkTemplate\("switches"/);
    expect(program).toMatch(/siteId: branch1\.id/);
    expect(program).not.toMatch(/hidden-/);
    if (host === "plugin") expect(text("import.json")).not.toMatch(/hidden-/);
    expect(calls().every(({ method }) => method === "GET")).toBe(true);
    expect(calls().length).toBeLessThanOrEqual(40);
  });

  test("comes in without a write, and the preview of its program is empty", async () => {
    const file = join(scene.folder, "import.json");
    const args = ["import", "--file", file, "--yes", "--protect=false", "--generate-code=false"];
    const imported = await scene.succeed(args);
    expect(imported.counts.imported).toBeGreaterThanOrEqual(3 * 2 + 20 * 2);
    expect(calls().every(({ method }) => method === "GET")).toBe(true);
    useImported(scene);
    const preview = await scene.succeed(["preview", "--expect-no-changes"]);
    expect(calls()).toEqual([]);
    expect(preview.counts["to update"]).toBeUndefined();
    await scene.succeed(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    expect(calls().every(({ method }) => method === "GET")).toBe(true);
  });
});
