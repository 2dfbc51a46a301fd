import { describe, expect, test } from "vitest";
import { registry } from "../../provider/registry";
import { currentHost, isKnown, markSecrets, pulumi, resolved, startProgram, ztp } from "./sdk-support";
import { unknownText, wireSecret } from "./support";

const args = { serial: "FGT1", provisionTarget: "FortiGateCloud", region: "europe" };
const source = 'exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler("fortiztp:Device")';
const dynamicType = "pulumi-nodejs:dynamic/fortiztp:Device";
const pluginType = "ztp:fortiztp:Device";
const urn = (type: string) => `urn:pulumi:dev::fleet::${type}::berlin`;

describe("a device in the plugin host", () => {
  test("registers its own type with an alias to the other host, and nothing hidden", async () => {
    const registrations = await startProgram({ host: "plugin" });
    await resolved(new ztp.fortiztp.Device("berlin", args).urn);
    expect(registrations).toEqual([
      { type: pluginType, name: "berlin", inputs: args, aliases: [dynamicType], secretOutputs: [], provider: "" },
    ]);
  });

  test("has nothing hidden in a preview either", async () => {
    const registrations = await startProgram({ host: "plugin", preview: true });
    await resolved(new ztp.fortiztp.Device("berlin", args).urn);
    expect(registrations[0]?.inputs).toEqual(args);
  });
});

describe("a device in the dynamic host", () => {
  test("registers a dynamic type with an alias to the plugin, the constant source text and its URN", async () => {
    const registrations = await startProgram({ host: "dynamic" });
    await resolved(new ztp.fortiztp.Device("berlin", args).urn);
    expect(registrations).toEqual([
      {
        type: dynamicType,
        name: "berlin",
        inputs: { ...args, __provider: source, __urn: urn(dynamicType) },
        aliases: [pluginType],
        secretOutputs: [],
        provider: "",
      },
    ]);
  });

  test("says in a preview that it is one", async () => {
    const registrations = await startProgram({ host: "dynamic", preview: true });
    await resolved(new ztp.fortiztp.Device("berlin", args).urn);
    expect(registrations[0]?.inputs.__preview).toBe(true);
  });

  test("knows its URN below a component", async () => {
    const registrations = await startProgram({ host: "dynamic" });
    const parent = new pulumi.ComponentResource("my:index:Site", "site");
    await resolved(new ztp.fortiztp.Device("berlin", args, { parent }).urn);
    expect(registrations.at(-1)?.inputs.__urn).toBe(`urn:pulumi:dev::fleet::my:index:Site$${dynamicType}::berlin`);
  });
});

describe.each(["plugin", "dynamic"] as const)("a device in the %s host", (host) => {
  test("keeps the aliases that a program gives", async () => {
    const registrations = await startProgram({ host });
    await resolved(new ztp.fortiztp.Device("berlin", args, { aliases: [{ type: "old:type" }] }).urn);
    expect(registrations[0]?.aliases).toEqual(["old:type", host === "dynamic" ? pluginType : dynamicType]);
  });

  test("has outputs that are unknown, not absent, until it exists", async () => {
    await startProgram({ host, preview: true });
    const device = new ztp.fortiztp.Device("berlin", args);
    expect(await isKnown(device.provisionStatus)).toBe(false);
    expect(await isKnown(device.availableRegions)).toBe(false);
    expect(await isKnown(device.serial)).toBe(true);
  });

  test("has the outputs that the engine answers with", async () => {
    await startProgram({ host, outputs: { provisionStatus: "incomplete" } });
    const device = new ztp.fortiztp.Device("berlin", args);
    expect(await resolved(device.provisionStatus)).toBe("incomplete");
    expect(await resolved(device.region)).toBe("europe");
  });

  test("passes outputs of others on, unknown ones as unknown", async () => {
    const registrations = await startProgram({ host, preview: true });
    const first = new ztp.fortiztp.Device("first", args);
    await resolved(new ztp.fortiztp.Device("second", { ...args, serial: first.effectiveDeviceType }).urn);
    expect(registrations.find(({ name }) => name === "second")?.inputs).toMatchObject({ serial: unknownText });
  });

  test("can be read without being managed", async () => {
    const registrations = await startProgram({ host, outputs: { provisionStatus: "provisioned" } });
    const device = ztp.fortiztp.Device.get("berlin", "FGT1");
    expect(await resolved(device.provisionStatus)).toBe("provisioned");
    expect(registrations).toEqual([]);
  });

  test("uses an instance of the provider, whose whole configuration is secret", async () => {
    const registrations = await startProgram({ host });
    const provider = new ztp.Provider("emea", { fortinet: { apiId: "a", password: "p", readOnly: true } });
    await resolved(new ztp.fortiztp.Device("berlin", args, { provider }).urn);
    const [ours, theirs] = host === "plugin" ? ["ztp", "pulumi-nodejs"] : ["pulumi-nodejs", "ztp"];
    expect(registrations[0]).toMatchObject({
      type: `pulumi:providers:${ours}`,
      name: "emea",
      inputs: { "ztp:fortinet": wireSecret({ apiId: "a", password: "p", readOnly: true }), "ztp:instance": "emea" },
      aliases: [`pulumi:providers:${theirs}`],
    });
    expect(registrations[1]?.provider).toBe(`urn:pulumi:dev::fleet::pulumi:providers:${ours}::emea::emea-id`);
  });

  test("is of a class that lists every output of its definition", async () => {
    await startProgram({ host, preview: true });
    const device = new ztp.fortiztp.Device("berlin", args);
    const definition = registry.resources.find(({ token }) => token === "fortiztp:Device");
    for (const name of Object.keys(definition?.outputs ?? {})) {
      expect(pulumi.Output.isInstance(Reflect.get(device, name)), name).toBe(true);
    }
  });
});

describe("the host of a program", () => {
  test("is what the stack's configuration says", async () => {
    for (const host of ["plugin", "dynamic"] as const) {
      await startProgram({ host });
      expect(currentHost()).toBe(host);
    }
  });

  test("is refused when it is neither", async () => {
    await startProgram({ config: { "ztp:host": "plug" } });
    expect(() => currentHost()).toThrow('ztp:host must be "plugin" or "dynamic", not "plug"');
  });
});

describe("marking secrets", () => {
  const secretPaths = [
    ["password"],
    ["logins", "*", "key"],
    ["byName", "*", "key"],
    ["part", "deep", "key"],
    ["whole"],
  ];
  const isSecret = async (value: unknown) => pulumi.Output.isInstance(value) && (await pulumi.isSecret(value));

  test("wraps the values at their paths and nothing else", async () => {
    const marked = markSecrets(
      {
        password: "p",
        plain: "x",
        logins: [{ user: "a", key: "k" }, { user: "b" }],
        byName: { a: { key: "k" } },
        part: { deep: { key: "k", other: 1 } },
        whole: { a: 1 },
      },
      secretPaths,
    );
    expect(await isSecret(marked.password)).toBe(true);
    expect(await isSecret(marked.logins[0].key)).toBe(true);
    expect(await isSecret(marked.byName.a.key)).toBe(true);
    expect(await isSecret(marked.part.deep.key)).toBe(true);
    expect(await isSecret(marked.whole)).toBe(true);
    expect(marked).toMatchObject({ plain: "x", logins: [{ user: "a" }, { user: "b" }], part: { deep: { other: 1 } } });
    expect(marked.logins[1]).toEqual({ user: "b" });
  });

  test("reaches into outputs and promises, on their way to the engine", async () => {
    const registrations = await startProgram({ host: "plugin" });
    const part = pulumi.output({ deep: { key: "k", other: 1 } });
    const marked = markSecrets({ part, logins: Promise.resolve([{ key: "k" }]) }, secretPaths);
    class Thing extends pulumi.CustomResource {}
    await resolved(new Thing("acme:index:Thing", "thing", marked).urn);
    expect(registrations[0]?.inputs).toEqual({
      part: { deep: { key: wireSecret("k"), other: 1 } },
      logins: [{ key: wireSecret("k") }],
    });
  });

  test("leaves what is absent or of another form alone", () => {
    const odd = { password: undefined, logins: "none", byName: null, part: { deep: 5 } };
    expect(markSecrets(odd, secretPaths)).toEqual(odd);
  });
});
