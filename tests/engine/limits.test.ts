import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, devices, gates, hosts, type Run, Scene, toManager, toOtherManager } from "./support";

const program = (target: object) =>
  devices(Object.fromEntries(gates.map((serial, index) => [`gate-${index}`, { serial, ...target }])));

describe.each(hosts)("a fleet of four with limits in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host, program: program(toManager) });
    const limits = ["ztp:limits.maxUnprovision=50%", "ztp:limits.maxReprovision=1"];
    await scene.workspace.expect(["config", "set-all", "--path", ...limits.flatMap((each) => ["--plaintext", each])]);
    await scene.up();
  });
  afterAll(() => scene?.close());

  // Previews of the dynamic host judge nothing.
  const up = host === "plugin" ? ["up", "--yes"] : [...commands.up];
  const targets = () => gates.map((serial) => scene.simulators.fortinet.device(serial).fortiManagerOid);

  /** Nothing was sent, everything is in state, and the way to allow it is told on so many rows. */
  async function expectStopped(run: Run, sentence: string, rows: number): Promise<void> {
    const told = run.output.split("\n").filter((line) => /^ +error: /.test(line) && line.includes(`: ${sentence}`));
    expect(told).toHaveLength(rows);
    expect(scene.writes).toBe(0);
    expect((await scene.resources()).filter(({ type }) => type.endsWith(":Device"))).toHaveLength(4);
  }

  test("up with a new target for all is stopped, in the plugin by its preview", async () => {
    scene.write(program(toOtherManager));
    const run = await scene.fail(up);
    await expectStopped(
      run,
      "this run would reprovision at least 4 devices, and ztp:limits.maxReprovision allows 1: none was written. If that " +
        "is what you want, allow it for one run with the environment variable ZTP_LIMITS_MAX_REPROVISION=4",
      host === "plugin" ? 1 : 4,
    );
    expect(run.output.includes("Updating (dev)")).toBe(host === "dynamic");
    expect(targets()).toEqual([201, 201, 201, 201]);
  });

  test("the environment allows it once", async () => {
    const env = { ZTP_LIMITS_MAX_REPROVISION: "4" };
    expect((await scene.succeed(up, { env })).counts).toEqual({ updated: 4, unchanged: 1 });
    expect(targets()).toEqual([202, 202, 202, 202]);
  });

  const half = "this run would unprovision at least 4 devices, and ztp:limits.maxUnprovision allows 2 (50% of";

  test("the removal of all is stopped before the first is written", async () => {
    scene.write("");
    await expectStopped(await scene.fail([...commands.up]), half, 4);
  });

  test("destroy is, too, unless the environment allows it", async () => {
    await expectStopped(await scene.fail([...commands.destroy]), half, 4);
    const env = { ZTP_LIMITS_MAX_UNPROVISION: "4" };
    expect((await scene.succeed([...commands.destroy], { env })).counts).toEqual({ deleted: 5 });
    expect(targets()).toEqual([null, null, null, null]);
  });
});
