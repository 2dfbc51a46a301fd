import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readToolchain } from "../../tools/toolchain";
import { commands, devices, gate, Scene, toManager } from "./support";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function descendants(of: number): Process[] {
  const listing = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  const all = listing.split("\n").flatMap((line): Process[] => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
  const below = (parent: number): Process[] =>
    all.filter((child) => child.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(of);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a CLI that is killed", () => {
  let scene: Scene;
  let cli: ChildProcess | undefined;
  let children: Process[] = [];

  beforeAll(async () => {
    const program = devices({ gate: { serial: gate, ...toManager, waitFor: "provisioned" } });
    scene = await Scene.open({ host: "plugin", program });
  });
  afterAll(async () => {
    // The language host and its program are not ours to end, but this test has started them.
    for (const { pid } of children) if (isAlive(pid)) process.kill(pid, "SIGKILL");
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
