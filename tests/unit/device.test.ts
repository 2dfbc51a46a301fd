import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemText } from "../../provider/core/check";
import { checkResource, diffResource, impactOf, previewCreate } from "../../provider/core/lifecycle";
import { unknown, type ValueMap } from "../../provider/core/values";
import { registry } from "../../provider/registry";
import { device } from "../../provider/resources/fortiztp/device";
import { version } from "../../provider/version";
import { idleContext, valuesNear } from "./support";

const serial = "FGT60FTK22090001";
const problemsOf = (inputs: ValueMap) =>
  checkResource(device, undefined, { serial, ...inputs }).problems.map(problemText);

describe("the inputs of a device", () => {
  const serialAndAddress = { externalControllerSerial: "FMG1", externalControllerAddress: "10.0.0.1" };

  test.each<[ValueMap]>([
    [{ provisionTarget: "FortiManager", fortiManagerOid: 12 }],
    [{ provisionTarget: "FortiManager", fortiManagerOid: 12, useDefaultScript: true }],
    [{ provisionTarget: "FortiManager", fortiManagerOid: 12, useDefaultScript: false, scriptOid: 5 }],
    [{ provisionTarget: "FortiManager", ...serialAndAddress }],
    [{ provisionTarget: "FortiManagerCloud" }],
    [{ provisionTarget: "FortiManagerCloud", region: "europe", platform: "FortiGate-VM64-KVM" }],
    [{ provisionTarget: "FortiGateCloud", region: "europe" }],
    [{ provisionTarget: "FortiGateCloud", region: "europe", firmwareProfile: "stable" }],
    [{ provisionTarget: "FortiEdgeCloud", region: "europe" }],
    [{ provisionTarget: "FortiExtenderCloud" }],
    [{ provisionTarget: "FortiSASE" }],
    [{ provisionTarget: "ExternalController", externalControllerAddress: "10.0.0.1" }],
  ])("%j are fine", (inputs) => {
    expect(problemsOf(inputs)).toEqual([]);
  });

  test.each<[string, ValueMap]>([
    ["needs fortiManagerOid, or externalControllerSerial and", { provisionTarget: "FortiManager" }],
    ["needs fortiManagerOid, or", { provisionTarget: "FortiManager", externalControllerSerial: "FMG1" }],
    ["needs fortiManagerOid, or", { provisionTarget: "FortiManager", externalControllerAddress: "10.0.0.1" }],
    [
      "fortiManagerOid names the FortiManager",
      { provisionTarget: "FortiManager", fortiManagerOid: 1, ...serialAndAddress },
    ],
    ["fortiManagerOid goes with provisionTarget FortiManager", { provisionTarget: "FortiSASE", fortiManagerOid: 1 }],
    ["externalControllerSerial goes with", { provisionTarget: "ExternalController", ...serialAndAddress }],
    ["ExternalController needs externalControllerAddress", { provisionTarget: "ExternalController" }],
    ["externalControllerAddress goes with", { provisionTarget: "FortiSASE", externalControllerAddress: "10.0.0.1" }],
    ["FortiGateCloud needs a region", { provisionTarget: "FortiGateCloud" }],
    ["FortiEdgeCloud needs a region", { provisionTarget: "FortiEdgeCloud" }],
    [
      "region does not go with provisionTarget FortiManager",
      { provisionTarget: "FortiManager", fortiManagerOid: 1, region: "eu" },
    ],
    [
      "region does not go with provisionTarget ExternalController",
      { provisionTarget: "ExternalController", externalControllerAddress: "10.0.0.1", region: "eu" },
    ],
    [
      "scriptOid and useDefaultScript exclude each other",
      { provisionTarget: "FortiManager", fortiManagerOid: 1, scriptOid: 1, useDefaultScript: true },
    ],
    ["scriptOid goes with provisionTarget FortiManager", { provisionTarget: "FortiSASE", scriptOid: 1 }],
    [
      "useDefaultScript goes with provisionTarget FortiManager",
      { provisionTarget: "FortiSASE", useDefaultScript: true },
    ],
    [
      "firmwareProfile goes with provisionTarget FortiGateCloud",
      { provisionTarget: "FortiSASE", firmwareProfile: "stable" },
    ],
    ["platform goes with provisionTarget FortiManagerCloud", { provisionTarget: "FortiSASE", platform: "x" }],
    ["serial must be a serial number", { serial: "FGT 60", provisionTarget: "FortiSASE" }],
    ["fortiManagerOid must be >0", { provisionTarget: "FortiManager", fortiManagerOid: 0 }],
    ["timeoutSeconds must be >0", { provisionTarget: "FortiSASE", timeoutSeconds: 0 }],
    ["adopt must be one of never, identical, update", { provisionTarget: "FortiSASE", adopt: "always" }],
    ["region must", { provisionTarget: "FortiSASE", region: "" }],
  ])("are refused: %s", (problem, inputs) => {
    expect(problemsOf(inputs)).toEqual([expect.stringContaining(problem)]);
  });

  test("of a target that is not known to work are taken with a warning", () => {
    const checked = checkResource(device, undefined, { serial, provisionTarget: "FortiGateClod" });
    expect(checked.problems).toEqual([]);
    expect(checked.warnings.map(problemText)).toEqual([expect.stringContaining('did you mean "FortiGateCloud"?')]);
  });

  test("that are not known yet never make a problem, wherever they stand", () => {
    const targets = fc.constantFrom(
      "FortiManager",
      "FortiManagerCloud",
      "FortiGateCloud",
      "FortiEdgeCloud",
      "ExternalController",
    );
    const text = fc.option(fc.constantFrom("a", "europe"), { nil: undefined });
    const oid = fc.option(fc.constantFrom(1, 2), { nil: undefined });
    const inputs = fc.record({
      serial: fc.constant(serial),
      provisionTarget: targets,
      region: text,
      fortiManagerOid: oid,
      externalControllerSerial: text,
      externalControllerAddress: text,
      scriptOid: oid,
      useDefaultScript: fc.option(fc.boolean(), { nil: undefined }),
      firmwareProfile: text,
      platform: text,
    });
    fc.assert(
      fc.property(inputs, fc.subarray(Object.keys(device.inputs)), (known, hidden) => {
        const partly: ValueMap = { ...known };
        for (const key of hidden) partly[key] = unknown;
        const before = problemsOf(known);
        for (const problem of problemsOf(partly)) expect(before).toContain(problem);
      }),
    );
  });

  test("are checked without an exception, whatever a program sends", () => {
    fc.assert(
      fc.property(valuesNear(device.inputs), valuesNear(device.inputs), (old, news) => {
        checkResource(device, old, news);
        diffResource(device, old, old, news);
      }),
    );
  });
});

describe("a change of a device", () => {
  const base = { serial, provisionTarget: "FortiGateCloud", region: "europe" };

  test("of its serial or type makes another device; of its spelling none", () => {
    expect(diffResource(device, base, base, { ...base, serial: "FGT2" }).replaces).toBe(true);
    expect(
      diffResource(device, { ...base, deviceType: "FortiGate" }, base, { ...base, deviceType: "FortiAP" }).replaces,
    ).toBe(true);
    expect(diffResource(device, base, base, { ...base, deviceType: "FortiGate" }).replaces).toBe(false);
    expect(diffResource(device, base, base, { ...base, serial: ` ${serial.toLowerCase()}` }).differences).toEqual([]);
  });

  test("to the values of its defaults is none", () => {
    const defaults = {
      useDefaultScript: false,
      adopt: "identical",
      onDelete: "unprovision",
      waitFor: "accepted",
      timeoutSeconds: 1800,
    };
    expect(diffResource(device, base, base, { ...base, ...defaults }).differences).toEqual([]);
  });

  test("of its target says what that does to it; of its behaviour nothing", () => {
    expect(impactOf(device, base, { ...base, region: "US" })).toContain("factory reset");
    expect(impactOf(device, base, { ...base, onDelete: "retain" })).toBeUndefined();
    expect(impactOf(device, base, base)).toBeUndefined();
    expect(impactOf(device, undefined, base)).toBeUndefined();
  });

  test("that replaces it says what becomes of both", () => {
    const other = { ...base, serial: "FGT2" };
    expect(impactOf(device, base, other)).toBe(`${serial} is unprovisioned, and FGT2 is provisioned in its place`);
    expect(impactOf(device, { ...base, onDelete: "retain" }, other)).toContain("is left as it is");
  });
});

test("the id of a device is its serial in upper case, known before it is made", async () => {
  const preview = await previewCreate({ ...device, plan: undefined }, idleContext(), {
    serial: " fgt1 ",
    provisionTarget: unknown,
  });
  expect(preview.id).toBe("FGT1");
});

describe("the package", () => {
  const { version: packaged } = JSON.parse(readFileSync("package.json", "utf8"));

  test("has one version", () => {
    expect(version).toBe(packaged);
  });

  test("has every token once, under a section of the configuration that it knows", () => {
    const all = [...registry.resources, ...registry.functions];
    expect(new Set(all.map(({ token }) => token)).size).toBe(all.length);
    for (const { service } of all) expect(registry.config).toContain(service.config);
    for (const { identity, fields } of registry.config) for (const key of identity) expect(fields).toHaveProperty(key);
  });
});
