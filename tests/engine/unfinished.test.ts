import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, devices, gate, gates, hosts, Scene, toManager } from "./support";

const waiting = (serial: string, timeoutSeconds: number): object => ({
  serial,
  ...toManager,
  waitFor: "provisioned",
  timeoutSeconds,
});

describe.each(hosts)("work that does not end in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host, program: devices({ gate: waiting(gate, 1) }) });
  });
  afterAll(() => scene?.close());

  test("a wait that times out fails with its reason and keeps the id", async () => {
    const up = await scene.fail([...commands.up]);
    expect(up.output).toContain(`${gate} has not finished provisioning within 1 s: FortiZTP shows waiting`);
    expect(up.output).toContain("run `pulumi up` again to go on waiting");
    const { id, initErrors } = await scene.resource("gate");
    expect(id).toBe(gate);
    expect(initErrors).toEqual([expect.stringContaining("has not finished provisioning")]);
  });

  test("a refresh does not forget that it is unfinished", async () => {
    const refresh = await scene.run([...commands.refresh]);
    expect(refresh.output).toContain("has not finished provisioning");
    expect((await scene.resource("gate")).initErrors).toHaveLength(1);
  });

  test("the next up goes on where it was, without another write", async () => {
    scene.simulators.fortinet.setOnline(gate, { provisioningSeconds: 0 });
    const up = await scene.up();
    expect(up.counts).toEqual({ updated: 1, unchanged: 1 });
    expect(scene.writes).toBe(0);
    const { initErrors, outputs } = await scene.resource("gate");
    expect(initErrors ?? []).toEqual([]);
    expect(outputs).toMatchObject({ provisionStatus: "provisioned" });
    expect(outputs).not.toHaveProperty("__unfinished");
  });

  test("Ctrl-C ends a wait within five seconds and keeps the id", async () => {
    const [, second] = gates;
    scene.write(devices({ gate: waiting(gate, 1), second: waiting(second, 600) }));
    const interruption = new AbortController();
    let interruptedAt = 0;
    const up = await scene.fail([...commands.up], {
      interrupt: interruption.signal,
      onLine: (line) => {
        // Shown while the device is waited for.
        if (interruptedAt > 0 || !/second .*waiting/.test(line)) return;
        interruptedAt = performance.now();
        interruption.abort();
      },
    });
    expect(interruptedAt, up.output).toBeGreaterThan(0);
    expect(performance.now() - interruptedAt).toBeLessThan(5000);
    expect(up.output).toContain("interrupted; run `pulumi up` again to continue");
    const state = await scene.workspace.state();
    expect(state.deployment.pending_operations ?? []).toEqual([]);
    expect((await scene.resource("second")).id).toBe(second);
  });

  test("the up after it goes on waiting and ends when the device has called home", async () => {
    const [, second] = gates;
    scene.simulators.fortinet.setOnline(second, { provisioningSeconds: 0 });
    const up = await scene.up();
    expect(up.counts).toEqual({ updated: 1, unchanged: 2 });
    expect(scene.writes).toBe(0);
  });
});
