import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateDevices } from "../../simulators";
import { commands, gate, gates, hosts, Scene } from "./support";

const password = "password-of-emea";

describe.each(hosts)("two accounts in one program of the %s host", (host) => {
  const other = host === "plugin" ? "dynamic" : "plugin";
  let scene: Scene;
  let program: (emeaPassword: string) => string;

  beforeAll(async () => {
    scene = await Scene.open({
      host,
      program: "",
      credentials: "none",
      fortinet: {
        accounts: {
          emea: { devices: generateDevices(14), fortiManagers: [{ oid: 301, sn: "FMG-EMEA", ip: "192.0.2.1" }] },
        },
        users: [{ apiId: "emea-user", password, account: "emea" }],
      },
    });
    const { apiId, password: mainPassword, authUrl, fortiztpUrl } = scene.simulators.describe().fortinet;
    const main = JSON.stringify({ apiId, password: mainPassword, authUrl, fortiztpUrl });
    program = (emeaPassword) => `
      const emeaAccount = { apiId: "emea-user", password: "${emeaPassword}", authUrl: "${authUrl}", fortiztpUrl: "${fortiztpUrl}" };
      const main = new ztp.Provider("main", { fortinet: ${main} });
      const emea = new ztp.Provider("emea", { fortinet: emeaAccount });
      device("gate", { serial: "${gate}", provisionTarget: "FortiManager", fortiManagerOid: 201 }, { provider: main });
      const away = device("away", { serial: "${gates[1]}", provisionTarget: "FortiManager", fortiManagerOid: 301 }, { provider: emea });
      const options = { provider: emea };
      exports.total = ztp.fortiztp.getDevices({}, options).then(({ total }) => total);
      exports.totalOfMain = ztp.fortiztp.getDevicesOutput({}, { provider: main }).total;
      exports.away = ztp.fortiztp.getDeviceOutput({ serial: away.serial }, options).serial;
    `;
    scene.write(program(password));
  });
  afterAll(() => scene?.close());

  test("each device lands in its account, and functions ask theirs", async () => {
    const up = await scene.up();
    expect(up.counts).toEqual({ created: 5 });
    expect([scene.status(gate), scene.status(gates[1])]).toEqual(["incomplete", "unprovisioned"]);
    expect([scene.status(gate, "emea"), scene.status(gates[1], "emea")]).toEqual(["unprovisioned", "incomplete"]);
    const { stdout } = await scene.succeed(["stack", "output", "--json", "--show-secrets"]);
    expect(JSON.parse(stdout)).toEqual({ total: 14, totalOfMain: 31, away: gates[1] });
  });

  test("their passwords are encrypted in state", async () => {
    const { output } = await scene.succeed(["stack", "export"]);
    for (const secret of [password, scene.simulators.fortinet.password]) expect(output).not.toContain(secret);
  });

  test("the other host takes both over without touching a device", async () => {
    await scene.workspace.config("ztp:host", other);
    const up = await scene.up();
    expect(scene.writes).toBe(0);
    expect(up.counts).toEqual({ unchanged: 5 });
    const refresh = await scene.refresh();
    expect(refresh.counts).toEqual({ unchanged: 5 });
  });

  test("a new password of one account changes its provider only, and is what a refresh uses", async () => {
    const newPassword = "new-password-of-emea";
    scene.simulators.fortinet.addUser({ apiId: "emea-user", password: newPassword, account: "emea" });
    scene.simulators.fortinet.tokens.clear();
    scene.write(program(newPassword));
    const up = await scene.up();
    expect(up.counts).toEqual({ updated: 1, unchanged: 4 });
    expect(scene.writes).toBe(0);
    expect((await scene.refresh()).counts).toEqual({ unchanged: 5 });
  });

  test("destroy unprovisions each in its account", async () => {
    const destroyed = await scene.succeed([...commands.destroy]);
    expect(destroyed.counts).toEqual({ deleted: 5 });
    expect([scene.status(gate), scene.status(gates[1], "emea")]).toEqual(["unprovisioned", "unprovisioned"]);
  });
});
