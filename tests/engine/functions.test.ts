import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { existing, gate, hosts, root, Scene } from "./support";

describe.each(hosts)("functions in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host, program: "" });
  });
  afterAll(() => scene?.close());

  test("answer with plain values and with outputs", async () => {
    scene.write(`
      const gate = device("gate", { serial: "${gate}", provisionTarget: "FortiManager", fortiManagerOid: 201 });
      const provisioned = { provisionStatus: "provisioned" };
      exports.serials = ztp.fortiztp.getDevices(provisioned).then(({ devices }) => devices.map(({ serial }) => serial));
      exports.total = ztp.fortiztp.getDevicesOutput({ deviceType: pulumi.output("FortiSwitch") }).total;
      exports.manager = ztp.fortiztp.getDevice({ serial: "${existing.toLowerCase()}" }).then((found) => found.fortiManagerOid);
      exports.status = ztp.fortiztp.getDeviceOutput({ serial: gate.serial }, { dependsOn: gate }).provisionStatus;
      exports.service = ztp.fortiztp.getSystemStatus().then(({ serviceStatus }) => serviceStatus);
      exports.region = ztp.fortiztp.getSystemStatusOutput().serviceRegion;
    `);
    await scene.succeed(["preview"]);
    const up = await scene.up();
    expect(up.counts).toEqual({ created: 2 });
    const { stdout } = await scene.succeed(["stack", "output", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      serials: [existing],
      total: 4,
      manager: 201,
      status: "incomplete",
      service: "Operational",
      region: "global",
    });
  });

  test("fail the program with a sentence", async () => {
    scene.write('exports.device = ztp.fortiztp.getDeviceOutput({ serial: "FGT60FTK99000001" });');
    const preview = await scene.fail(["preview"]);
    expect(preview.output).toContain("FGT60FTK99000001 is not in this FortiCloud account");
  });

  test("check their arguments", async () => {
    scene.write('exports.devices = ztp.fortiztp.getDevicesOutput({ provisionStatus: "lost" });');
    const preview = await scene.fail(["preview"]);
    expect(preview.output).toContain("provisionStatus must be");
  });
});

describe("the plugin without a program", () => {
  const plugin = ["--package", join(root, "plugin", "pulumi-resource-ztp")];
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ program: "" });
  });
  afterAll(() => scene?.close());

  test("`pulumi do` lists what could be imported", async () => {
    const { stdout } = await scene.succeed([
      "do",
      "ztp:fortiztp:Device",
      "list",
      "--all",
      "--output",
      "json",
      ...plugin,
    ]);
    expect(JSON.parse(stdout)).toEqual([{ id: existing, name: existing.toLowerCase() }]);
  });

  test("`pulumi do` reads a device", async () => {
    const read = ["do", "ztp:fortiztp:Device", "read", existing, "--output", "json", ...plugin];
    const { stdout } = await scene.succeed(read);
    expect(JSON.parse(stdout)).toMatchObject({ fortiManagerOid: 201, provisionStatus: "provisioned" });
    const missing = await scene.fail(read.with(3, "FGT60FTK99000001"));
    expect(missing.output).toContain("was not found");
  });

  test("`pulumi do` calls a function, and fails when it fails", async () => {
    const call = ["do", "ztp:fortiztp:getDevice", "--serial", existing, "--output", "json", ...plugin];
    const { stdout } = await scene.succeed(call);
    expect(JSON.parse(stdout)).toMatchObject({ serial: existing, provisionStatus: "provisioned" });
    const failed = await scene.fail(call.with(3, "FGT60FTK99000001"));
    expect(failed.output).toContain("FGT60FTK99000001 is not in this FortiCloud account");
  });

  test("the schema is valid and is the one that the plugin gives", async () => {
    await scene.succeed(["schema", "check", join(root, "sdk", "schema.json")]);
    const { stdout } = await scene.succeed(["package", "get-schema", join(root, "plugin", "pulumi-resource-ztp")]);
    expect(Object.keys((JSON.parse(stdout) as { resources: object }).resources)).toContain("ztp:fortiztp:Device");
  });
});
