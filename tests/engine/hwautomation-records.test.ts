import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scene, storyHosts } from "./support";

const program = (boot: string) => `
const machine = new ztp.hwautomation.MaasMachine("machine", { machineId: "new001" });
const record = new ztp.hwautomation.ServerRecord("record", {
  serverId: "lively-otter", deviceType: "a1.c5.large", ipmiIp: "192.168.9.9", onDelete: "markDeleted",
}, { dependsOn: machine });
const bios = new ztp.hwautomation.BiosConfiguration("bios", {
  serverId: record.serverId, template: "a1.c5.large", settings: { boot_mode: "${boot}" },
});
const firmware = new ztp.hwautomation.FirmwareUpdate("firmware", { serverId: "server-001" }, { dependsOn: bios });
const current = new ztp.hwautomation.FirmwareUpdate("current", { serverId: "server-003" });
const done = new ztp.hwautomation.WorkflowCompletion("done", { workflowId: firmware.id });
new ztp.hwautomation.WorkflowCompletion("nothing", { workflowId: current.id });
exports.version = done.totalCount.apply(() => ztp.hwautomation.getServer({ serverId: "server-001" })).biosVersion;
exports.ready = machine.status;
`;
/** With the stack itself. */
const resources = 8;

describe.each(storyHosts)("a server's record, machine, BIOS and firmware in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({
      host,
      program: program("UEFI"),
      credentials: "none",
      // Hours of the service in seconds.
      hwautomation: { variants: { timeScale: 2_000 } },
      env: { ZTP_HWAUTOMATION_POLL_SECONDS: "0.1" },
    });
  });
  afterAll(() => scene?.close());

  const service = () => scene.simulators.hwautomation;

  test("are previewed with what they do to the hardware, and nothing is done", async () => {
    const { output, counts } = await scene.succeed(["preview"]);
    expect(counts).toEqual({ "to create": resources });
    expect(output).toContain("machine new001 is commissioned");
    expect(output).toContain("server server-001 gets firmware (bios U32.1.2.3 -> U32.1.2.4)");
    expect(service().effects).toEqual([]);
  });

  test("come one after the other, each once", async () => {
    const { output, counts } = await scene.up();
    expect(counts).toEqual({ created: resources });
    expect(output).toMatch(/ready *: +"Ready"/);
    expect(output).toMatch(/version *: +"U32.1.2.4"/);
    expect(service().effects.map(({ kind, serverId }) => `${kind} ${serverId}`)).toEqual([
      "commission lively-otter",
      "biosApply lively-otter",
      "firmwareFlash server-001",
      "biosApply server-001",
    ]);
  });

  test("are as the program says then", async () => {
    await scene.refresh();
    expect((await scene.succeed(["preview"])).counts).toEqual({ unchanged: resources });
  });

  test("change what differs, in place", async () => {
    scene.write(program("Legacy"));
    expect((await scene.up()).counts).toEqual({ updated: 1, unchanged: resources - 1 });
    expect(service().servers.get("lively-otter")?.biosSettings.boot_mode).toBe("Legacy");
  });

  test("go, and leave the hardware as it is", async () => {
    const { output } = await scene.succeed(["destroy", "--yes", "--skip-preview"]);
    expect(output).toContain("keeps its BIOS settings");
    expect(service().servers.get("lively-otter")?.status).toBe("Deleted");
    expect(service().effects).toHaveLength(5);
  });
});
