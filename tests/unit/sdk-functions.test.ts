import { describe, expect, onTestFinished, test } from "vitest";
import { startSimulators } from "../../simulators";
import { pulumi, resolved, startProgram, ztp } from "./sdk-support";
import { failureOf, startEngine, until } from "./support";

const listenersBefore = new Set(process.rawListeners("beforeExit"));

/** The configuration of an account at fresh simulators. */
async function account(): Promise<{ apiId: string; password: string; authUrl: string; fortiztpUrl: string }> {
  const simulators = await startSimulators();
  onTestFinished(() => simulators.close());
  return simulators.describe().fortinet;
}

describe("functions in the dynamic host", () => {
  test("run in the program's own process with the account of an instance", async () => {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("emea", { fortinet: await account() });
    const { devices, total } = await ztp.fortiztp.getDevices({ deviceType: "FortiAP" }, { provider });
    expect(total).toBe(devices.length);
    expect(devices[0]).toMatchObject({ serial: "FP231FTF23010001", deviceType: "FortiAP" });
    expect(await ztp.fortiztp.getSystemStatus({ provider })).toMatchObject({ serviceName: expect.any(String) });
  });

  test("take outputs, and the account of the parent", async () => {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("apac", { fortinet: await account() });
    const parent = new pulumi.ComponentResource("my:index:Site", "site", {}, { providers: [provider] });
    const serials = pulumi.output(["FGT60FTK22090001"]);
    const found = ztp.fortiztp.getDevicesOutput({ serials }, { provider });
    expect((await resolved(found)).devices.map(({ serial }) => serial)).toEqual(["FGT60FTK22090001"]);
    expect(await ztp.fortiztp.getDevices({ serials: ["FGT60FTK22090001"] }, { parent, provider })).toMatchObject({
      total: 1,
    });
  });

  test("mark what is secret in their Output form", async () => {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("emea", { fortinet: await account() });
    const script = ztp.fortiztp.getScriptOutput({ oid: 101, withContent: true }, { provider });
    expect((await resolved(script)).content).toContain("config system global");
    expect(await pulumi.isSecret(script)).toBe(true);
    expect(await pulumi.isSecret(script.apply(({ content }) => content))).toBe(true);
    expect(await pulumi.isSecret(ztp.fortiztp.getScriptsOutput({ provider }))).toBe(false);
  });

  test("tell every problem of their arguments, without a stack", async () => {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("emea", { fortinet: await account() });
    const error = await failureOf(ztp.fortiztp.getDevice({ serial: "" }, { provider }));
    expect(error).toBeInstanceOf(pulumi.RunError);
    expect(error.message).toContain("fortiztp:getDevice: serial must");
  });
});

describe("functions in the plugin host", () => {
  test("go through the engine under their full token", async () => {
    const calls: unknown[] = [];
    const call = (token: string, inputs: object) => {
      calls.push([token, inputs]);
      return { devices: [], total: 0 };
    };
    await startProgram({ host: "plugin", call });
    expect(await ztp.fortiztp.getDevices({ serials: ["A"] })).toEqual({ devices: [], total: 0 });
    expect(await resolved(ztp.fortiztp.getDevicesOutput({ serials: [pulumi.output("B")] }))).toMatchObject({
      total: 0,
    });
    expect(calls).toEqual([
      ["ztp:fortiztp:getDevices", { serials: ["A"] }],
      ["ztp:fortiztp:getDevices", { serials: ["B"] }],
    ]);
  });
});

describe.each(["plugin", "dynamic"] as const)("the preview of invalid resources in the %s host", (host) => {
  test("tells the problems of all of them on their rows and fails at its end", async () => {
    const { address, logs } = await startEngine();
    const registrations = await startProgram({ host, preview: true, engineAddress: address });
    const bad = { provisionTarget: "FortiGateCloud" };
    const first = new ztp.fortiztp.Device("first", { ...bad, serial: "no serial" });
    const second = new ztp.fortiztp.Device("second", { ...bad, serial: pulumi.output("FGT1"), region: "" });
    const fine = new ztp.fortiztp.Device("fine", { ...bad, serial: "FGT1", region: "europe" });
    const [firstUrn, secondUrn] = await Promise.all([first, second, fine].map(({ urn }) => resolved(urn)));

    const errors = () => logs.filter(({ severity }) => severity === 3);
    await until(() => errors().length >= 2);
    const told = errors().map(({ severity, message, urn }) => ({ severity, message, urn }));
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({
      severity: 3,
      message: expect.stringContaining("serial must be a serial number"),
      urn: firstUrn,
    });
    expect(told).toContainEqual({ severity: 3, message: expect.stringContaining("region must"), urn: secondUrn });
    const reported = Object.fromEntries(registrations.map(({ name, inputs }) => [name, inputs.__reported]));
    expect(reported).toEqual({ first: true, second: true, fine: undefined });
  });

  test("does not happen outside previews", async () => {
    const registrations = await startProgram({ host });
    await resolved(new ztp.fortiztp.Device("first", { serial: "no serial", provisionTarget: "FortiGateCloud" }).urn);
    expect(registrations[0]?.inputs).not.toHaveProperty("__reported");
  });
});

test("a preview with problems ends with the exit code by which a program says that it has told them", async () => {
  const { address } = await startEngine();
  await startProgram({ host: "plugin", preview: true, engineAddress: address });
  await resolved(new ztp.fortiztp.Device("bad", { serial: "no serial", provisionTarget: "FortiGateCloud" }).urn);
  const added = process.rawListeners("beforeExit").filter((listener) => !listenersBefore.has(listener));
  expect(added).toHaveLength(1);
  process.off("beforeExit", added[0] as () => void);
  const before = process.exitCode;
  added[0]?.call(process, 0);
  expect(process.exitCode).toBe(32);
  process.exitCode = before;
});
