import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../tools/command";
import { oldHardware, rollout } from "../../tools/demo/rollout";
import { commands, hosts, root, Scene } from "./support";

/** With the stack itself. */
const resources = 7;

test("the program of examples/rollout has no type errors", async () => {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { code, output } = await runCommand(process.execPath, [compiler, "--project", rollout]);
  expect(code, output).toBe(0);
});

describe.each(hosts)("examples/rollout in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    const env = { ZTP_MIST_POLL_SECONDS: "0.5", ZTP_PANOS_POLL_SECONDS: "1", ZTP_HWAUTOMATION_POLL_SECONDS: "0.5" };
    scene = await Scene.open({ host, project: rollout, credentials: "none", ...oldHardware, env });
  });
  afterAll(() => scene?.close());

  const { up } = commands;
  const reboots = () => scene.simulators.panos.actions.filter(({ kind }) => kind === "reboot").length;
  const installs = () => scene.simulators.mist.firmwareActions().filter(({ kind }) => kind === "install").length;
  const commissioned = () =>
    scene.simulators.hwautomation.effects.filter(({ kind }) => kind === "commission").map(({ serverId }) => serverId);

  async function report(): Promise<{ page: string; output: string }> {
    const file = join(scene.folder, "report.html");
    const { code, output } = await scene.workspace.ztp(["report", "--out", file]);
    expect(code, output).toBe(0);
    return { page: readFileSync(file, "utf8"), output };
  }

  test("a gate that fails leaves the waves behind it untouched, and says so", async () => {
    const { output } = await scene.fail([...up]);
    expect(output).toContain("Whatever depends on this completion is left as it is");
    expect(reboots()).toBe(2);
    expect(installs()).toBe(0);
    expect(scene.simulators.requests.count({ service: "hwautomation", method: "POST" })).toBe(0);
    const { page } = await report();
    expect(page).toContain("fw-core-a");
    expect(page).toMatch(/failed/i);
  });

  test("an interrupted run lets the work go on, and the next one waits for it", async () => {
    const window = readFileSync(join(rollout, "window.yaml"), "utf8").replace("accessPoints: 1", "accessPoints: 2");
    writeFileSync(join(scene.folder, "window.yaml"), window);
    await scene.workspace.config("window", join(scene.folder, "window.yaml"));
    const interrupt = new AbortController();
    const watch = setInterval(() => commissioned().length > 0 && interrupt.abort(), 20);
    try {
      await scene.fail([...up], { interrupt: interrupt.signal });
    } finally {
      clearInterval(watch);
    }
    expect(interrupt.signal.aborted).toBe(true);
    await scene.up();
    expect(reboots()).toBe(2);
    expect(installs()).toBe(3);
    expect(commissioned().toSorted()).toEqual(["rack1-node1", "rack1-node2", "rack1-node3"]);
    const { page } = await report();
    for (const name of ["fw-core-b", "rack1-node3"]) expect(page).toContain(name);
  });

  test("is history then", async () => {
    expect((await scene.up()).counts).toEqual({ unchanged: resources });
    expect(scene.simulators.requests.count({ service: "hwautomation", method: "POST" })).toBe(0);
  });
});
