import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readToolchain } from "../../tools/toolchain";
import { descendants, end, type Process } from "./processes";
import { commands, Scene } from "./support";

const program = `
const server = new ztp.hwautomation.ProvisioningWorkflow("server", { serverId: "server-001", deviceType: "a1.c5.large" });
new ztp.hwautomation.BatchCommission("rack", {
  servers: ["server-002", "server-003"],
  deviceType: "a1.c5.large",
  ipmiRange: "10.20.0.11-20",
});
`;

/** Nothing of the run is in the state: the notes beside it are all that the next one has. */
describe("a CLI that is killed together with its provider while workflows are begun", () => {
  let scene: Scene;
  let cli: ChildProcess | undefined;
  let children: Process[] = [];

  beforeAll(async () => {
    scene = await Scene.open({ host: "plugin", program, credentials: "none", hwautomation: {} });
  });
  afterAll(async () => {
    end(children);
    await scene?.close();
  });

  test("has them begun without knowing it", async () => {
    const { simulators, workspace } = scene;
    simulators.faults.add({ service: "hwautomation", method: "POST", action: { kind: "lostResponse" } });
    cli = spawn(readToolchain().cli.command, [...commands.up, "--non-interactive"], {
      cwd: join(workspace.directory, "project"),
      env: { ...process.env, ...workspace.variables },
      stdio: "ignore",
    });
    await expect.poll(() => simulators.hwautomation.workflows.length, { timeout: 60_000 }).toBe(3);
    children = descendants(cli.pid ?? 0);
    cli.kill("SIGKILL");
    end(children);
    await once(cli, "exit");
    simulators.faults.clear();
    await scene.succeed(["cancel", "--yes"]);
    const kinds = (await scene.resources()).map(({ type }) => type);
    expect(kinds.filter((type) => type.includes("hwautomation"))).toEqual([]);
  });

  test("and the next up takes over each of them, and begins none again", async () => {
    const { output } = await scene.up();
    expect(output).toMatch(/took over job \S+, which an earlier run has submitted/);
    for (const server of ["server-002", "server-003"])
      expect(output).toMatch(new RegExp(`took over workflow \\S+ of server ${server}, which an earlier run has begun`));
    expect(scene.simulators.hwautomation.workflows).toHaveLength(3);
    expect((await scene.succeed(["preview"])).counts).toEqual({ unchanged: 3 });
  });
});
