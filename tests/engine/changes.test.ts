import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providerSource } from "../../provider/hosts/tokens";
import { commands, devices, gate, gates, hosts, Scene, toManager, toOtherManager } from "./support";

const impact = `${gate} is unprovisioned from FortiManager 201 and sent to FortiManager 202`;

interface PreviewJson {
  diagnostics?: { urn?: string; message: string; severity: string }[];
}

describe.each(hosts)("a change in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host, program: devices({ gate: { serial: gate, ...toManager } }) });
    await scene.up();
  });
  afterAll(() => scene?.close());

  test("the constant source of the dynamic provider is among the outputs and is never shown", async () => {
    const { outputs, inputs } = await scene.resource("gate");
    expect(outputs).toHaveProperty("__provider", providerSource("fortiztp:Device"));
    if (host === "plugin") expect(Object.keys(inputs ?? {}).filter((key) => key.startsWith("__"))).toEqual([]);
    const refresh = await scene.succeed([...commands.refresh, "--diff"]);
    expect(refresh.output).not.toMatch(/__provider|__urn|exports\.handler/);
    expect((await scene.resource("gate")).outputs).toHaveProperty("__provider");
  });

  test("the preview shows exactly the leaves that change", async () => {
    scene.write(devices({ gate: { serial: gate, ...toOtherManager } }));
    const preview = await scene.succeed(["preview", "--diff"]);
    const changed = preview.output.split("\n").filter((line) => /^\s+[-+~] \w+ *: /.test(line));
    expect(changed.map((line) => line.trim())).toEqual(["~ fortiManagerOid: 201 => 202"]);
    expect(preview.output).not.toMatch(/__provider|__urn|__preview|exports\.handler/);
    expect(preview.counts).toEqual({ "to update": 1, unchanged: 1 });
    expect(scene.writes).toBe(0);
  });

  test("what a change does to the device is told once, with the URN, in the JSON of a preview", async () => {
    const json = JSON.parse((await scene.succeed(["preview", "--json"])).stdout) as PreviewJson;
    const warnings = (json.diagnostics ?? []).filter(({ message }) => message.includes(impact));
    const { urn } = await scene.resource("gate");
    expect(warnings).toEqual([expect.objectContaining({ urn, severity: "warning" })]);
  });

  test("up tells it on the row of its preview, and not again while it updates", async () => {
    const up = await scene.succeed(["up", "--yes"]);
    expect(up.counts).toEqual({ updated: 1, unchanged: 1 });
    const [preview = "", update = ""] = up.output.split("Updating (dev)");
    const rows = preview.split("\n").filter((line) => line.includes(":Device gate update"));
    expect(rows.at(-1)).toContain(`[diff: ~fortiManagerOid]; warning: ${impact}`);
    expect(update).not.toContain(impact);
    expect(scene.simulators.fortinet.device(gate).fortiManagerOid).toBe(202);
  });

  test("progress leaves no text on the row", async () => {
    scene.write(devices({ gate: { serial: gate, ...toManager } }));
    const up = await scene.up();
    const rows = up.output.split("\n").filter((line) => line.includes(":Device gate"));
    expect(rows.some((line) => line.includes("unprovisioning from FortiManager 202"))).toBe(true);
    expect(rows.at(-1)?.trim()).toMatch(/gate updated \([\d.]+s\) \[diff: ~fortiManagerOid\];?$/);
  });

  test("a change of onDelete costs no call, and destroy heeds it", async () => {
    scene.write(devices({ gate: { serial: gate, ...toManager, onDelete: "retain" } }));
    const up = await scene.up();
    expect(up).toMatchObject({ counts: { updated: 1, unchanged: 1 }, calls: 0 });
    const destroyed = await scene.succeed([...commands.destroy]);
    expect(destroyed).toMatchObject({ counts: { deleted: 2 }, calls: 0 });
    expect(scene.status(gate)).toBe("incomplete");
  });

  test("another serial replaces the device: the old one is unprovisioned before the new one is sent", async () => {
    const [first, second] = gates;
    scene.write(devices({ gate: { serial: first, ...toManager } }));
    expect((await scene.up()).counts).toEqual({ created: 2 });
    scene.write(devices({ gate: { serial: second, ...toManager } }));
    const up = await scene.succeed(["up", "--yes"]);
    const [preview = "", update = ""] = up.output.split("Updating (dev)");
    expect(preview).toMatch(/\+-1 to replace/);
    expect(preview).toContain(`${first} is unprovisioned, and ${second} is provisioned in its place`);
    expect(up.counts).toEqual({ replaced: 1, unchanged: 1 });
    const order = ["deleted original", "created replacement"].map((text) => update.indexOf(text));
    expect(Math.min(...order)).toBeGreaterThan(0);
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect([scene.status(first), scene.status(second)]).toEqual(["unprovisioned", "incomplete"]);
  });

  test("a name changed without an alias leaves the device provisioned", async () => {
    const [, second] = gates;
    scene.write(devices({ renamed: { serial: second, ...toManager } }));
    const up = await scene.up();
    expect(up.counts).toEqual({ created: 1, deleted: 1, unchanged: 1 });
    expect(scene.status(second)).toBe("incomplete");
    expect(scene.writes).toBe(0);
    expect(up.output).toContain(`${second} stays provisioned: another resource of this program has taken it over`);
  });

  test("a value that is not known yet never replaces a device, in the preview or while its source is replaced", async () => {
    const [first, second, third, fourth] = gates;
    const program = (serial: string, follower: string): string =>
      `const source = device("source", { serial: ${JSON.stringify(serial)}, provisionTarget: "FortiManager", fortiManagerOid: 201 });
       device("follower", { serial: ${follower}, provisionTarget: "FortiManager", fortiManagerOid: 201 });`;
    const known = JSON.stringify(fourth);
    const derived = `source.provisionStatus.apply(() => ${known})`;
    scene.write(program(first, known));
    await scene.up();
    scene.write(program(third, derived));
    const up = await scene.succeed(["up", "--yes"]);
    const [preview = ""] = up.output.split("Updating (dev)");
    expect(preview).toMatch(/\+-1 to replace/);
    expect(preview).not.toMatch(/follower.*(replace|delete)/);
    expect(up.counts).toEqual({ replaced: 1, unchanged: 2 });
    expect([first, second, third, fourth].map((serial) => scene.status(serial))).toEqual([
      "unprovisioned",
      "unprovisioned",
      "incomplete",
      "incomplete",
    ]);
  });
});
