import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, Scene, storyHosts } from "./support";

const program = (settings = "", servers = ["server-001", "server-002"]) => `
const own = new ztp.hwautomation.ServerRecord("own", { serverId: "server-901", deviceType: "a1.c5.large", ipmiIp: "10.20.0.5" });
const machine = new ztp.hwautomation.MaasMachine("machine", { machineId: "new001" });
const single = new ztp.hwautomation.ProvisioningWorkflow(
  "single",
  { serverId: own.serverId, deviceType: own.deviceType, targetIpmiIp: own.ipmiIp, gateway: "10.20.0.1" },
  { dependsOn: machine },
);
const done = new ztp.hwautomation.WorkflowCompletion("single", { workflowId: single.id });
new ztp.hwautomation.BiosConfiguration(
  "bios",
  { serverId: own.serverId, settings: { boot_mode: "UEFI"${settings} } },
  { dependsOn: done },
);
const batch = new ztp.hwautomation.BatchCommission("batch", {
  servers: ${JSON.stringify(servers)},
  deviceType: "a1.c5.large",
  ipmiRange: "10.20.0.11-14",
});
const all = new ztp.hwautomation.WorkflowCompletion("batch", { workflows: batch.workflowIds });
const firmware = new ztp.hwautomation.FirmwareUpdate("firmware", { serverId: "server-001" }, { dependsOn: all });
new ztp.hwautomation.WorkflowCompletion("firmware", { workflowId: firmware.id });
exports.addresses = batch.assignments;
`;
/** With the stack itself. */
const resources = 10;

describe.each(storyHosts)("bare metal in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({
      host,
      program: program(),
      credentials: "none",
      // Twenty minutes of the service in a few seconds.
      hwautomation: { variants: { timeScale: 300 } },
      env: { ZTP_HWAUTOMATION_POLL_SECONDS: "0.5" },
    });
  });
  afterAll(() => scene?.close());

  const automation = () => scene.simulators.hwautomation;
  const posts = () => scene.simulators.requests.filter({ service: "hwautomation", method: "POST" });

  test("is previewed without a write", async () => {
    const { output, counts } = await scene.succeed(["preview"]);
    expect(counts).toEqual({ "to create": resources });
    expect(posts()).toEqual([]);
    if (host === "plugin") expect(output).toMatch(/server-001 with 10\.20\.0\.11, server-002 with 10\.20\.0\.12/);
  });

  test("is provisioned in the order of the program, each server once", async () => {
    const { output, counts } = await scene.up();
    expect(counts).toEqual({ created: resources });
    expect(output).toMatch(/"?server-002"?: +"10\.20\.0\.12"/);
    expect(automation().effectsOf("server-901")).toEqual(["commission", "biosApply", "ipmiConfigure", "biosApply"]);
    expect(automation().effectsOf("server-002")).toEqual(["commission", "biosApply", "ipmiConfigure"]);
    expect(
      automation()
        .effectsOf("server-001")
        .filter((kind) => kind === "commission"),
    ).toHaveLength(1);
  });

  test("is history then: neither a refresh nor a preview finds anything to do", async () => {
    expect((await scene.refresh()).counts).toEqual({ unchanged: resources });
    expect((await scene.succeed(["preview"])).counts).toEqual({ unchanged: resources });
    expect(posts()).toEqual([]);
  });

  test("changes where the program does: a server more keeps the addresses of the others", async () => {
    scene.write(program(', numa: "on"', ["server-003", "server-001", "server-002"]));
    const { counts } = await scene.up();
    // The completion of the batch waits for another set of workflows.
    expect(counts).toEqual({ updated: 2, replaced: 1, unchanged: resources - 3 });
    const workflows = (server: string) => automation().workflowsOf(server).length;
    expect([workflows("server-001"), workflows("server-002"), workflows("server-003")]).toEqual([2, 1, 1]);
    const { outputs } = (await scene.resources()).find(({ type }) => type.endsWith(":BatchCommission")) ?? {};
    expect(outputs?.assignments).toEqual({
      "server-001": "10.20.0.11",
      "server-002": "10.20.0.12",
      "server-003": "10.20.0.13",
    });
  });

  test("is imported: a record, a machine, a workflow", async () => {
    const [workflow] = automation().workflowsOf("server-901");
    const given = [
      "ServerRecord:record:server-004",
      "MaasMachine:other:new001",
      `ProvisioningWorkflow:old:${workflow?.id}`,
    ];
    if (host === "dynamic") return;
    for (const [type, name, id] of given.map((text) => text.split(":") as [string, string, string])) {
      const { output } = await scene.succeed([
        ...["import", `ztp:hwautomation:${type}`, name, id, "--yes", "--skip-preview", "--generate-code=false"],
        "--protect=false",
      ]);
      expect(output).toMatch(/1 imported/);
    }
    expect(posts()).toEqual([]);
  });

  test("stays as it is when all of it is destroyed", async () => {
    await scene.succeed([...commands.destroy]);
    expect(await scene.resources()).toEqual([]);
    expect(posts()).toEqual([]);
  });
});
