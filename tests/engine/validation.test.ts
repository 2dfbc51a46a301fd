import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { devices, gate, gates, hosts, Scene, toManager } from "./support";

describe.each(hosts)("bad inputs in the %s host", (host) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host, program: "" });
  });
  afterAll(() => scene?.close());

  test("the invalid resources of a program are all reported in one preview", async () => {
    scene.write(
      devices({
        first: { serial: "not a serial", ...toManager },
        second: { serial: gates[1], provisionTarget: "FortiEdgeCloud" },
        third: { serial: gates[2], provisionTarget: "FortiManager" },
        fine: { serial: gates[3], ...toManager },
        fourth: { serial: gates[3], ...toManager, fortimanagerOid: 1 },
      }),
    );
    const preview = await scene.fail(["preview"]);
    for (const text of [
      "serial must be a serial number",
      "provisionTarget FortiEdgeCloud needs a region",
      "provisionTarget FortiManager needs fortiManagerOid",
      "fortimanagerOid",
    ])
      expect(preview.output).toContain(text);
    for (const name of ["first", "second", "third", "fourth"]) expect(preview.output).toMatch(`:Device (${name})`);
    expect(scene.writes).toBe(0);
  });

  test("up refuses the same program before the first write", async () => {
    await scene.fail(["up", "--yes"]);
    expect(scene.writes).toBe(0);
    expect(scene.status(gates[3])).toBe("unprovisioned");
  });

  test("a check failure never prints a secret", async () => {
    scene.write(`
      device("spelled", { serial: pulumi.secret("hush hush!"), provisionTarget: "FortiManager", fortiManagerOid: 201 });
    `);
    const first = await scene.fail(["preview"]);
    expect(first.output).toContain("serial must be a serial number");
    expect(first.output).not.toContain("hush hush");
    scene.write(`
      device("chosen", { serial: "${gate}", provisionTarget: "FortiManager", fortiManagerOid: 201, onDelete: pulumi.secret("hush-hush") });
    `);
    const second = await scene.fail(["preview"]);
    expect(second.output).toContain("onDelete");
    expect(second.output).not.toContain("hush-hush");
  });

  test("a problem beside a value that is not known yet is still told", async () => {
    scene.write(`
      const first = device("first", { serial: "${gate}", provisionTarget: "FortiManager", fortiManagerOid: 201 });
      device("second", { serial: first.effectivePlatform.apply(() => "${gates[1]}"), provisionTarget: "FortiManager", fortiManagerOid: -1 });
    `);
    const preview = await scene.fail(["preview"]);
    expect(preview.output).toContain("fortiManagerOid");
    expect(preview.output).not.toContain("serial must");
  });
});

describe("what only the vendor knows, in the plugin host", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open({ host: "plugin", program: "" });
  });
  afterAll(() => scene?.close());

  test("unknown serials and a wrong region are told together in one preview, for one call each", async () => {
    scene.write(
      devices({
        lost: { serial: "FGT60FTK99000001", ...toManager },
        stolen: { serial: "FGT60FTK99000002", ...toManager },
        fine: { serial: gate, ...toManager },
        nowhere: { serial: gates[1], provisionTarget: "FortiGateCloud", region: "atlantis" },
        taken: { serial: "FGT60FTK21090002", provisionTarget: "FortiGateCloud", region: "europe" },
      }),
    );
    const preview = await scene.fail(["preview"]);
    expect(preview.output).toContain("FGT60FTK99000001 is not in this FortiCloud account");
    expect(preview.output).toContain("FGT60FTK99000002 is not in this FortiCloud account");
    expect(preview.output).toContain(`${gates[1]} cannot go to region atlantis; it can go to global, europe, JP, US`);
    expect(preview.output).toContain("FGT60FTK21090002 is already provisioned to FortiManager 201");
    expect(preview.calls).toBeLessThanOrEqual(4);
    expect(scene.writes).toBe(0);
  });
});
