import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, devices, gate, hosts, Scene, toManager } from "./support";

describe.each(hosts)("credentials of the %s host that change", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    const program = devices({ gate: { serial: gate, ...toManager } });
    scene = await Scene.open({ host, credentials: "config", program, env: { ZTP_FORTINET_MAX_RETRIES: "0" } });
    await scene.up();
  });
  afterAll(() => scene?.close());

  function newPassword(password: string): void {
    const { apiId } = scene.simulators.fortinet;
    scene.simulators.fortinet.addUser({ apiId, password });
    scene.simulators.fortinet.tokens.clear();
  }

  test("a new password from the environment wins over the one in stack config and in state", async () => {
    newPassword("second-password");
    await scene.fail([...commands.refresh]);
    const refresh = await scene.succeed([...commands.refresh], { env: { ZTP_FORTINET_PASSWORD: "second-password" } });
    expect(refresh.counts).toEqual({ unchanged: 2 });
  });

  test("a new password in stack config changes no resource", async () => {
    await scene.configure({ password: "second-password" });
    const preview = await scene.succeed(["preview", "--diff", "--expect-no-changes"]);
    expect(preview.counts).toEqual({ unchanged: 2 });
  });

  // Dynamic providers are given the configuration that the last `up` recorded.
  const running = host === "plugin" ? [] : ["--run-program"];

  test("refresh uses it before any up", async () => {
    const refresh = await scene.succeed([...commands.refresh, ...running]);
    expect(refresh.counts).toEqual({ unchanged: 2 });
    expect(refresh.calls).toBe(1);
  });

  test("another address of the service is another account in the plugin, which replaces what it made", async () => {
    const elsewhere = scene.simulators.fortinet.fortiztpUrl.replace("127.0.0.1", "localhost");
    await scene.configure({ fortiztpUrl: elsewhere });
    const preview = await scene.succeed(["preview"]);
    if (host === "plugin") expect(preview.counts).toEqual({ "to replace": 1, unchanged: 1 });
    else expect(preview.counts).toEqual({ unchanged: 2 });
    await scene.configure({ fortiztpUrl: scene.simulators.fortinet.fortiztpUrl });
  });

  test("destroy uses the newest password", async () => {
    newPassword("third-password");
    await scene.configure({ password: "third-password" });
    const destroyed = await scene.succeed([...commands.destroy, ...running]);
    expect(destroyed.counts).toMatchObject({ deleted: 2 });
    expect(scene.status(gate)).toBe("unprovisioned");
  });
});

describe("credentials that move in the plugin host", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host: "plugin", program: devices({ gate: { serial: gate, ...toManager } }) });
    await scene.up();
  });
  afterAll(() => scene?.close());

  test("an address that stood in the environment and moves to stack config replaces nothing", async () => {
    await scene.configure({ ...scene.simulators.describe().fortinet });
    const up = await scene.succeed([...commands.up, "--expect-no-changes"]);
    expect(up.counts).toEqual({ unchanged: 2 });
  });
});
