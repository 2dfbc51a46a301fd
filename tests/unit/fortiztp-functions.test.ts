import { describe, expect, onTestFinished, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { type FortinetOptions, type FortinetVariants, type Simulators, startSimulators } from "../../simulators";
import { startProgram, ztp } from "./sdk-support";
import { failureOf, wireSecret } from "./support";

type Name = "getScript" | "getScripts" | "getFortiManager" | "getFortiManagers" | "getFirmwareProfiles";

interface Account {
  simulators: Simulators;
  /** Calls a function of this host with a simulated account. */
  call(name: Name, args?: JsonMap): Promise<JsonMap>;
  /** The calls to FortiZTP so far. */
  calls(): string[];
}

const gate = "FGT60FTK22090001";
const scripts = "/v2/setting/scripts";
const managers = "/v2/setting/fortimanagers";
const text = "config system global\n    set alias hush-hush\nend\n";
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** Those that take nothing but options in the SDK. */
const lists: ReadonlySet<Name> = new Set(["getScripts", "getFortiManagers"]);

const hosts = {
  /** Through the protocol of the engine. */
  async plugin(fortinet: JsonMap): Promise<Account["call"]> {
    const provider = new PluginProvider(registry, "1.2.3", undefined, {});
    provider.configure({ args: { fortinet: JSON.stringify(fortinet) }, id: "", urn: "", name: "default_1_2_3" });
    return async (name, args = {}) => {
      const reply = await provider.invoke({ token: `ztp:fortiztp:${name}`, args, preview: false });
      return reply.return as JsonMap;
    };
  },
  /** In the program's own process. */
  async dynamic(fortinet: JsonMap): Promise<Account["call"]> {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("account", { fortinet });
    return async (name, args = {}) => {
      const call = ztp.fortiztp[name] as unknown as (...given: object[]) => Promise<JsonMap>;
      return lists.has(name) ? call({ provider }) : call(args, { provider });
    };
  },
};

async function open(host: keyof typeof hosts, fortinet: FortinetOptions = {}): Promise<Account> {
  const simulators = await startSimulators({ fortinet });
  onTestFinished(() => simulators.close());
  const { authUrl, fortiztpUrl, apiId, password } = simulators.fortinet;
  const call = await hosts[host]({ authUrl, fortiztpUrl, apiId, password });
  const calls = () =>
    simulators.requests.filter({ service: "fortiztp" }).map(({ method, relativePath }) => `${method} ${relativePath}`);
  return { simulators, call, calls };
}

describe.each(["plugin", "dynamic"] as const)("functions of FortiZTP in the %s host", (host) => {
  const branch = { oid: 101, name: "branch-baseline", updateTime: time };
  const ap = { oid: 102, name: "warehouse-ap", updateTime: time };

  describe("getScript", () => {
    test.each([
      [{ oid: 102 }, `GET ${scripts}/102`],
      [{ name: "warehouse-ap" }, `GET ${scripts}`],
    ])("by %j takes one call, and has no content", async (args, call) => {
      const account = await open(host);
      expect(await account.call("getScript", args)).toEqual(ap);
      expect(await account.call("getScript", { ...args, withContent: false })).toEqual(ap);
      expect(account.calls()).toEqual([call, call]);
    });

    test.each([[{ oid: 102 }], [{ name: "warehouse-ap" }]])("by %j has its content as a secret", async (args) => {
      const account = await open(host);
      const { fortinet } = account.simulators;
      for (const content of [text, ""]) {
        fortinet.patchScript(102, { content });
        const found = await account.call("getScript", { ...args, withContent: true });
        expect(found).toEqual({ ...ap, content: host === "plugin" ? wireSecret(content) : content });
      }
      expect(account.calls().filter((call) => call === `GET ${scripts}/102/content`)).toHaveLength(2);
    });

    test("needs a name that is there once", async () => {
      const account = await open(host);
      const { oid } = account.simulators.fortinet.account().addScript({ name: "warehouse-ap" });
      const twice = await failureOf(account.call("getScript", { name: "warehouse-ap" }));
      expect(twice.message).toContain(`there are 2 scripts warehouse-ap; choose by oid: 102 or ${oid}`);
      for (const [args, id] of [
        [{ name: "Warehouse-AP" }, "Warehouse-AP"],
        [{ oid: 999 }, "999"],
      ] as const) {
        const none = await failureOf(account.call("getScript", args));
        expect(none.message).toContain(`there is no script ${id} in this FortiCloud account`);
      }
    });

    test("sees what has changed since it was called last", async () => {
      const account = await open(host);
      await account.call("getScript", { name: "warehouse-ap" });
      account.simulators.fortinet.patchScript(102, { name: "renamed" });
      expect(await account.call("getScript", { name: "renamed" })).toMatchObject({ oid: 102 });
    });

    test("says nothing of the content when it fails", async () => {
      const account = await open(host);
      account.simulators.fortinet.patchScript(102, { content: text });
      const body = { error: "server_error", error_description: "broken" };
      account.simulators.faults.add({
        path: `${scripts}/{oid}/content`,
        action: { kind: "status", status: 422, body },
      });
      const failure = await failureOf(account.call("getScript", { oid: 102, withContent: true }));
      expect(failure.message).toContain(
        'could not read the content of script 102: the request was rejected (HTTP 422): "broken"',
      );
    });
  });

  test("getScripts has all of them, without content, in one call each time", async () => {
    const account = await open(host);
    expect(await account.call("getScripts")).toEqual({ scripts: [branch, ap], total: 2 });
    account.simulators.fortinet.scripts.delete(101);
    expect(await account.call("getScripts")).toEqual({ scripts: [ap], total: 1 });
    expect(account.calls()).toEqual([`GET ${scripts}`, `GET ${scripts}`]);
  });

  const single = { oid: 201, serialNumbers: ["FMG-VMTM22000001"], addresses: ["fmg.example.net"], scriptOid: 101 };
  const cluster = {
    oid: 202,
    serialNumbers: ["FMG3KFT922000011", "FMG3KFT922000012"],
    addresses: ["198.51.100.21", "198.51.100.22"],
  };

  describe("getFortiManager", () => {
    test.each([
      [{ oid: 201 }, single],
      [{ serial: "fmg-vmtm22000001" }, single],
      [{ oid: 202 }, cluster],
      [{ serial: " FMG3KFT922000012 " }, cluster],
    ])("by %j takes one call", async (args, expected) => {
      const account = await open(host);
      expect(await account.call("getFortiManager", args)).toEqual({ ...expected, updateTime: time });
      expect(account.calls()).toEqual([`GET ${managers}${"oid" in args ? `/${args.oid}` : ""}`]);
    });

    test("needs a serial of exactly one entry", async () => {
      const account = await open(host);
      account.simulators.fortinet.account().addFortiManager({ sn: "FMG3KFT922000012", ip: "a", oid: 9 });
      const twice = await failureOf(account.call("getFortiManager", { serial: "FMG3KFT922000012" }));
      expect(twice.message).toContain("there are 2 entries with FMG3KFT922000012; choose by oid: 202 or 9");
      for (const [args, id] of [
        [{ serial: "FMG3KFT9" }, "FMG3KFT9"],
        [{ oid: 999 }, "999"],
      ] as const) {
        const none = await failureOf(account.call("getFortiManager", args));
        expect(none.message).toContain(`there is no FortiManager entry ${id} in this FortiCloud account`);
      }
    });
  });

  test("getFortiManagers has all of them in one call each time", async () => {
    const account = await open(host);
    const entries = [single, cluster].map((entry) => ({ ...entry, updateTime: time }));
    expect(await account.call("getFortiManagers")).toEqual({ fortiManagers: entries, total: 2 });
    account.simulators.fortinet.fortiManagers.delete(201);
    expect(await account.call("getFortiManagers")).toMatchObject({ total: 1 });
    expect(account.calls()).toEqual([`GET ${managers}`, `GET ${managers}`]);
  });

  test.each<Partial<FortinetVariants>>([
    { emptyList: "array" },
    { emptyList: "null" },
    { emptyList: "absent" },
    { listKey: "devices" },
  ])("an account without any has empty lists: %j", async (variants) => {
    const account = await open(host, { scripts: [], fortiManagers: [], variants });
    expect(await account.call("getScripts")).toEqual({ scripts: [], total: 0 });
    expect(await account.call("getFortiManagers")).toEqual({ fortiManagers: [], total: 0 });
  });

  describe("getFirmwareProfiles", () => {
    test.each<[FortinetVariants["firmwareProfiles"], (name: string) => unknown]>([
      ["page", (name) => ({ name })],
      ["namePage", (name) => name],
      ["objects", (name) => ({ name })],
      ["names", (name) => name],
      ["keyed", (name) => ({ name })],
    ])("has names and what was sent, whatever its form (%s)", async (firmwareProfiles, sent) => {
      const account = await open(host, { variants: { firmwareProfiles } });
      const names = ["branch", "warehouse"];
      const found = await account.call("getFirmwareProfiles", { serial: gate.toLowerCase(), region: "europe" });
      expect(found).toEqual({ names, profiles: names.map((name) => ({ name, raw: sent(name) })) });
      expect(await account.call("getFirmwareProfiles", { serial: gate, region: "JP" })).toEqual({
        names: [],
        profiles: [],
      });
      expect(account.calls()[0]).toBe(`GET /v2/devices/${gate}/regions/europe/firmwareprofiles`);
    });

    test("quotes FortiZTP about a region or device that it does not have", async () => {
      const account = await open(host);
      const mars = await failureOf(account.call("getFirmwareProfiles", { serial: gate, region: "mars" }));
      expect(mars.message).toMatch(
        /profiles of device FGT60FTK22090001 in region mars: .*"Region mars isn't available for/,
      );
      const nobody = await failureOf(account.call("getFirmwareProfiles", { serial: "NOBODY", region: "europe" }));
      expect(nobody.message).toContain("\"Device NOBODY doesn't exist in this account");
    });
  });

  test.each<[Name, JsonMap, string]>([
    ["getScript", {}, "give either the oid or the name of the script"],
    ["getScript", { withContent: true }, "give either the oid or the name of the script"],
    ["getScript", { oid: 102, name: "warehouse-ap" }, "give either the oid or the name of the script"],
    ["getScript", { oid: 0 }, "oid must be >0"],
    ["getScript", { oid: "102" }, "oid must be a number"],
    ["getScript", { nam: "x" }, 'nam is not a known property; did you mean "name"?'],
    ["getFortiManager", {}, "give either the oid or the serial of the FortiManager"],
    [
      "getFortiManager",
      { oid: 201, serial: "FMG-VMTM22000001" },
      "give either the oid or the serial of the FortiManager",
    ],
    ["getFirmwareProfiles", { serial: gate }, "region is required"],
    ["getFirmwareProfiles", { serial: "", region: "" }, "serial must"],
  ])("%s %j is one readable error, and no call", async (name, args, words) => {
    const account = await open(host);
    const failure = await failureOf(account.call(name, args));
    // In a program the engine, or the SDK in its place, puts the name of the function in front.
    const named = host === "plugin" ? "" : `fortiztp:${name}: `;
    expect(failure.message.slice(0, named.length + words.length)).toBe(named + words);
    expect(failure.message).not.toContain("\n");
    expect(account.calls()).toEqual([]);
  });
});
