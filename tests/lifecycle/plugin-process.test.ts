import { describe, expect, onTestFinished, test } from "vitest";
import { DeviceWorld, gate, toCloud, toManager, until } from "./fortiztp-device/world";
import { startEngineServer } from "./harness/engine-server";
import type { Host, HostOptions } from "./harness/host";
import { PluginHost } from "./harness/plugin-host";
import { spawnPlugin, startPluginProcess } from "./harness/plugin-process";

/** A stack whose provider processes are real ones. */
async function openWorld(start: (options: HostOptions) => Promise<Host> = startPluginProcess): Promise<DeviceWorld> {
  const world = await DeviceWorld.open("plugin");
  onTestFinished(() => world.close());
  world.stack.startHost = start;
  return world;
}

describe("the plugin executable", () => {
  test("serves the whole life of a device, one process a run", async () => {
    const world = await openWorld();
    await world.up({ gate: toCloud });
    await world.expectNoDrift({ gate: toCloud });
    await world.up({ gate: toManager });
    expect((await world.stack.destroy()).failures).toEqual({});
    expect(world.takeWrites()).toEqual([
      ...[`${gate} to FortiGateCloud`, `${gate} unprovisioned`],
      ...[`${gate} to FortiManager`, `${gate} unprovisioned`],
    ]);
  });

  test("prints its port and nothing else, and ends at once on SIGINT and SIGTERM", async () => {
    const engine = await startEngineServer();
    onTestFinished(() => engine.close());
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const plugin = await spawnPlugin(engine.address);
      plugin.child.kill(signal);
      expect(await plugin.ended).toBe(0);
      expect(plugin.printed()).toBe(`${plugin.port}\n`);
    }
  });

  test("that is killed after its write leaves a device that the next up adopts without another write", async () => {
    let kill: () => boolean = () => false;
    const world = await openWorld(async (options) => {
      const plugin = await spawnPlugin(options.engineAddress);
      kill = () => plugin.child.kill("SIGKILL");
      return PluginHost.connect(plugin.port, options, async () => {
        kill();
        await plugin.ended;
      });
    });
    world.simulators.faults.add({ method: "PUT", action: { kind: "lostResponse" } });
    const run = await world.stack.up(
      { gate: toCloud },
      {
        async during() {
          await until(() => world.writes().length > 0);
          kill();
        },
      },
    );
    expect(Object.keys(run.failures)).toEqual(["gate"]);
    expect(world.stack.has("gate")).toBe(false);
    world.simulators.faults.clear();
    world.stack.startHost = startPluginProcess;
    expect((await world.up({ gate: toCloud })).operations).toEqual({ gate: "create" });
    expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
  });

  test("goes when the process that started it was killed", async () => {
    const engine = await startEngineServer();
    onTestFinished(() => engine.close());
    // The shell stays the parent: it has something to do after the plugin.
    const plugin = await spawnPlugin(engine.address, ["sh", "-c", '"$0" "$@"; true']);
    plugin.child.kill("SIGKILL");
    // Both streams stay open for as long as the plugin lives.
    expect(await plugin.ended).toBe("SIGKILL");
  });
});
