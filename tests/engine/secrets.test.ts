import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, devices, gate, gates, hosts, Scene, toManager } from "./support";

const instancePassword = "password-of-the-instance";
const user = { apiId: "instance", password: instancePassword };

/** All that the CLI wrote: state, history, backups, stack settings. */
function written(scene: Scene): string {
  const { directory } = scene.workspace;
  const folders = [join(directory, "state"), join(directory, "project")];
  const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));
  return files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), "utf8"))
    .join("\n");
}

describe.each(hosts)("a password in stack config of the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    const program = devices({ gate: { serial: gate, ...toManager } });
    scene = await Scene.open({ host, credentials: "config", program });
  });
  afterAll(() => scene?.close());

  test("is encrypted wherever it is stored and is never printed", async () => {
    const { password } = scene.simulators.fortinet;
    const up = await scene.succeed(["up", "--yes", "--diff"]);
    expect(up.counts).toEqual({ created: 2 });
    const exported = await scene.succeed(["stack", "export"]);
    for (const text of [up.output, exported.output, written(scene)]) expect(text).not.toContain(password);
    const provider = (await scene.resources()).find(({ type }) => type.startsWith("pulumi:providers:"));
    const key = host === "plugin" ? "fortinet" : "ztp:fortinet";
    expect(provider?.inputs?.[key]).toHaveProperty("ciphertext");
  });

  test("is not printed by a problem with the configuration", async () => {
    await scene.configure({ maxRetries: "hush-hush", pollSeconds: "-1" });
    const preview = await scene.fail(["preview"]);
    expect(preview.output).toContain("ztp:fortinet.maxRetries");
    expect(preview.output).not.toContain(scene.simulators.fortinet.password);
    expect(preview.output).not.toContain("hush-hush");
  });

  test("is not printed by a login that fails", async () => {
    await scene.configure({ maxRetries: "0", pollSeconds: "1", password: "wrong-password" });
    const refused = await scene.fail([...commands.refresh, "--run-program"]);
    expect(refused.output).toMatch(/401|sign.?in|login/i);
    expect(refused.output).not.toMatch(/wrong-password|simulated-password/);
  });
});

describe("passwords of a YAML program in the plugin host", () => {
  let scene: Scene;

  beforeAll(async () => {
    const ports = { authUrl: "$" + "{authUrl}", fortiztpUrl: "$" + "{fortiztpUrl}" };
    scene = await Scene.open({
      credentials: "config",
      fortinet: { users: [user] },
      project: {
        runtime: "yaml",
        config: { authUrl: { type: "string" }, fortiztpUrl: { type: "string" } },
        resources: {
          instance: { type: "pulumi:providers:ztp", properties: { fortinet: { ...user, ...ports } } },
          gate: { type: "ztp:fortiztp:Device", properties: { serial: gate, ...toManager } },
          other: {
            type: "ztp:fortiztp:Device",
            properties: { serial: gates[1], ...toManager },
            options: { provider: "$" + "{instance}" },
          },
        },
      },
    });
    const { authUrl, fortiztpUrl } = scene.simulators.fortinet;
    await scene.workspace.config("authUrl", authUrl);
    await scene.workspace.config("fortiztpUrl", fortiztpUrl);
  });
  afterAll(() => scene?.close());

  test("are encrypted in state, of the default provider and of an instance that does not mark them", async () => {
    const up = await scene.succeed(["up", "--yes"]);
    expect(up.counts).toEqual({ created: 4 });
    expect([scene.status(gate), scene.status(gates[1])]).toEqual(["incomplete", "incomplete"]);
    const { output } = await scene.succeed(["stack", "export"]);
    for (const password of [scene.simulators.fortinet.password, instancePassword]) {
      expect(up.output).not.toContain(password);
      expect(output).not.toContain(password);
    }
    const again = await scene.succeed([...commands.up, "--expect-no-changes"]);
    expect(again.counts).toEqual({ unchanged: 4 });
  });
});
