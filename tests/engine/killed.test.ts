import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readToolchain } from "../../tools/toolchain";
import { descendants, end, isAlive, type Process } from "./processes";
import { commands, devices, gate, Scene, toManager } from "./support";

describe("a CLI that is killed", () => {
  let scene: Scene;
  let cli: ChildProcess | undefined;
  let children: Process[] = [];

  beforeAll(async () => {
    const program = devices({ gate: { serial: gate, ...toManager, waitFor: "provisioned" } });
    scene = await Scene.open({ host: "plugin", program });
  });
  afterAll(async () => {
    end(children);
    await scene?.close();
  });

  test("leaves no plugin behind, even one that waits for a device", async () => {
    cli = spawn(readToolchain().cli.command, [...commands.up, "--non-interactive"], {
      cwd: join(scene.workspace.directory, "project"),
      env: { ...process.env, ...scene.workspace.variables },
      stdio: "ignore",
    });
    const { pid = 0 } = cli;
    // It looks at the device again and again once it has been sent.
    const looks = () => scene.simulators.requests.count({ service: "fortiztp", method: "GET" });
    await expect.poll(() => scene.status(gate) === "incomplete" && looks() > 3, { timeout: 60_000 }).toBe(true);
    children = descendants(pid);
    const plugins = children.filter(({ command }) => command.includes("pulumi-resource-ztp"));
    expect(plugins.length).toBeGreaterThan(0);
    cli.kill("SIGKILL");
    await once(cli, "exit");
    await expect.poll(() => plugins.filter(({ pid }) => isAlive(pid)), { timeout: 30_000 }).toEqual([]);
  });

  test("blocks the stack until it is unlocked, and the next up adopts what was sent", async () => {
    await scene.succeed(["cancel", "--yes"]);
    scene.simulators.fortinet.setOnline(gate, { provisioningSeconds: 0 });
    const up = await scene.succeed([...commands.up]);
    expect(up.counts).toEqual({ created: 1, unchanged: 1 });
    expect(scene.writes).toBe(0);
    expect(scene.status(gate)).toBe("provisioned");
  });
});
