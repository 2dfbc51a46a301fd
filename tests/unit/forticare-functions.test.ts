import { describe, expect, onTestFinished, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { type FortinetOptions, organizationApiId, type Simulators, startSimulators } from "../../simulators";
import { startProgram, ztp } from "./sdk-support";
import { failureOf, wireSecret } from "./support";

type Name =
  | "checkAccess"
  | "getBudget"
  | "getContracts"
  | "getFolder"
  | "getFolders"
  | "getLicenseFile"
  | "getLicenses"
  | "getProduct"
  | "getProducts";

interface Account {
  simulators: Simulators;
  /** Calls a function of this host with a simulated account. */
  call(name: Name, args?: JsonMap): Promise<JsonMap>;
  /** The calls to FortiCare so far. */
  calls(): string[];
  /** How many errors FortiCare has counted. */
  errors(): number;
}

const web = "FV100ETA23010001";
const manager = "FMGVMETM23000001";
const hidden = "FAZ2HFTM23000001";
const mainAccountId = 100_001;

/** Those that take nothing but options in the SDK. */
const plain: ReadonlySet<Name> = new Set(["getBudget"]);

const hosts = {
  /** Through the protocol of the engine. */
  async plugin(fortinet: JsonMap): Promise<Account["call"]> {
    const provider = new PluginProvider(registry, "1.2.3", undefined, {});
    provider.configure({ args: { fortinet: JSON.stringify(fortinet) }, id: "", urn: "", name: "default_1_2_3" });
    return async (name, args = {}) => {
      const reply = await provider.invoke({ token: `ztp:forticare:${name}`, args, preview: false });
      return reply.return as JsonMap;
    };
  },
  /** In the program's own process. */
  async dynamic(fortinet: JsonMap): Promise<Account["call"]> {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("account", { fortinet });
    return async (name, args = {}) => {
      const call = ztp.forticare[name] as unknown as (...given: object[]) => Promise<JsonMap>;
      return plain.has(name) ? call({ provider }) : call(args, { provider });
    };
  },
};

async function open(
  host: keyof typeof hosts,
  { config = {}, ...fortinet }: FortinetOptions & { config?: JsonMap } = {},
): Promise<Account> {
  const simulators = await startSimulators({ fortinet });
  onTestFinished(() => simulators.close());
  const { authUrl, forticareUrl, apiId, password } = simulators.fortinet;
  const call = await hosts[host]({ authUrl, forticareUrl, apiId, password, ...config });
  const calls = () => simulators.requests.filter({ service: "forticare" }).map(({ relativePath }) => relativePath);
  const { forticare } = simulators.fortinet;
  const errors = () => forticare.usage().reduce((sum, { errorsLastHour }) => sum + errorsLastHour, 0);
  return { simulators, call, calls, errors };
}

describe.each(["plugin", "dynamic"] as const)("functions of FortiCare in the %s host", (host) => {
  const hiddenIn = (value: JsonMap[string]) => (host === "plugin" ? wireSecret(value) : value);

  describe("getProduct", () => {
    test("has everything of one product in one call, its entitlements and contracts as lists of their own", async () => {
      const account = await open(host);
      const found = await account.call("getProduct", { serialNumber: web.toLowerCase() });
      expect(found).toMatchObject({
        serialNumber: web,
        productModel: "FortiWeb 100E",
        description: "Web shop",
        folderId: 5_001,
        folderPath: "/My Assets/Production",
        accountId: mainAccountId,
        isDecommissioned: false,
        partner: "Simulated Partner",
        assetGroups: [{ assetGroupId: 501, assetGroup: "Headquarters" }],
        location: { city: "Copenhagen", countryCode: "DK" },
        contracts: [{ contractNumber: "2401CT000020", terms: expect.any(Array) }],
        licenseNumbers: [],
      });
      // Padded on the wire.
      expect((found.entitlements as JsonMap[])[0]).toMatchObject({ typeDesc: expect.stringMatching(/\S$/) });
      expect(account.calls()).toEqual(["/products/details"]);
    });

    test("keeps what an entitlement says beyond the usual, such as a quantity", async () => {
      const account = await open(host);
      const period = { startDate: "2025-01-01T00:00:00", endDate: "2026-01-01T00:00:00" };
      const cpus = { level: 6, levelDesc: "Web/Online", type: 113, typeDesc: "CPUs", ...period };
      account.simulators.fortinet.forticare.patch(web, { entitlements: [{ ...cpus, quantity: 4 }, cpus] });
      const found = await account.call("getProduct", { serialNumber: web });
      expect(found.entitlements).toEqual([{ ...cpus, additional: { quantity: 4 } }, cpus]);
    });

    test("keeps licence keys secret, and finds what no list has", async () => {
      const account = await open(host);
      const found = await account.call("getProduct", { serialNumber: manager });
      expect(found.licenseKeys).toEqual(hiddenIn(["SIMULATED-LICENSE-KEY-0001"]));
      expect(found.licenseNumbers).toEqual([expect.stringMatching(/^F/)]);
      expect(await account.call("getProduct", { serialNumber: hidden })).toMatchObject({ entitlements: [] });
    });

    test("fails for a product that is not there, and for the beginning of one", async () => {
      const account = await open(host);
      const failure = await failureOf(account.call("getProduct", { serialNumber: "FV100ETA2301" }));
      expect(failure.message).toContain("FV100ETA2301 is not registered where this API user may look");
      expect(account.errors()).toBe(1);
    });
  });

  describe("getProducts", () => {
    const serialsOf = (reply: JsonMap) => (reply.products as JsonMap[]).map(({ serialNumber }) => serialNumber);

    test("has exactly the serials that are asked for, whatever else begins like them", async () => {
      const account = await open(host);
      const found = await account.call("getProducts", { serialNumbers: [web.toLowerCase(), "FGT60FTK"] });
      expect([serialsOf(found), found.total, found.complete]).toEqual([[web], 1, true]);
    });

    test("sweeps all pages, decommissioned products included, and filters", async () => {
      const account = await open(host, { forticare: { variants: { pageSize: 10 } } });
      const all = await account.call("getProducts");
      expect(serialsOf(all)).toEqual(expect.arrayContaining([web, manager, "FGT60ETK18000001"]));
      expect(all.total).toBeGreaterThan(20);
      expect(serialsOf(await account.call("getProducts", { folderId: 5_001 }))).toEqual([web]);
      expect(serialsOf(await account.call("getProducts", { productModel: "FortiWeb 100E" }))).toEqual([web]);
      expect(serialsOf(await account.call("getProducts", { serialPattern: "FV%" }))).toEqual([web]);
      expect(serialsOf(await account.call("getProducts", { status: "Pending" }))).toEqual(["FGT60FTK23990001"]);
      expect(await account.call("getProducts", { expireBefore: "2001-01-01T00:00:00" })).toMatchObject({ total: 0 });
      expect(account.errors()).toBe(0);
    });
  });

  test("getContracts has the contracts of the account in one call, their numbers secret", async () => {
    const account = await open(host);
    const used = { contractNumber: "2401CT000020", contractSKU: expect.any(String), status: "Registered" };
    const found = await account.call("getContracts", { status: "Registered" });
    expect(found).toEqual({ contracts: hiddenIn([used] as JsonMap[]), total: 1 });
    expect(await account.call("getContracts")).toMatchObject({ total: 5 });
    expect(await account.call("getContracts", { contractNumber: "NOTHING1" })).toMatchObject({ total: 0 });
    expect(account.calls()).toEqual(["/contracts/list", "/contracts/list", "/contracts/list"]);
  });

  test("getLicenses has the licences of the account in one call", async () => {
    const account = await open(host);
    const [first, ...rest] = (await account.call("getLicenses", { status: "Registered" })).licenses as JsonMap[];
    expect(first).toMatchObject({ serialNumber: manager, licenseSKU: "FMG-VM-10-UG", status: "Registered" });
    expect(rest).toEqual([]);
    expect(await account.call("getLicenses")).toMatchObject({ total: 2 });
    expect(await account.call("getLicenses", { licenseSKU: "NOTHING" })).toEqual({ licenses: [], total: 0 });
    expect(account.calls()).toHaveLength(3);
  });

  describe("getLicenseFile", () => {
    test("has the file of a virtual product as a secret", async () => {
      const account = await open(host);
      const { licenseFile } = await account.call("getLicenseFile", { serialNumber: manager });
      const text = host === "plugin" ? (licenseFile as JsonMap).value : licenseFile;
      expect(text).toMatch(/^-----BEGIN FMG VM LICENSE-----/);
      expect(licenseFile).toEqual(hiddenIn(text as string));
      expect(account.calls()).toEqual(["/licenses/download"]);
    });

    test("fails for any other, in FortiCare's words and at the price of one error", async () => {
      const account = await open(host);
      const failure = await failureOf(account.call("getLicenseFile", { serialNumber: web }));
      expect(failure.message).toMatch(/Only the licences of virtual products can be downloaded/);
      expect(account.errors()).toBe(1);
    });
  });

  describe("getFolder and getFolders", () => {
    const branches = { folderId: 5_003, name: "Branches", folderPath: "/My Assets/Production/Branches" };

    test.each([
      [{ folderId: 5_003 }],
      [{ folderPath: "/My Assets/Production/Branches" }],
      [{ folderPath: "/my assets/PRODUCTION/branches/" }],
    ])("one by %j, in one call", async (args) => {
      const account = await open(host);
      expect(await account.call("getFolder", args)).toEqual({ ...branches, parentFolderId: 5_001, assetCount: 0 });
      expect(account.calls()).toEqual(["/folders/list"]);
    });

    test.each([true, false])("all of them, without the root (listed: %s)", async (rootFolderListed) => {
      const account = await open(host, { forticare: { variants: { rootFolderListed } } });
      const { folders, total } = await account.call("getFolders");
      expect([(folders as JsonMap[]).map(({ folderId }) => folderId), total]).toEqual([[5_001, 5_002, 5_003], 3]);
    });

    test("a path that several folders have, or none, is refused", async () => {
      const account = await open(host, { forticare: { variants: { duplicateFolder: "allowed" } } });
      account.simulators.fortinet.forticare.world.addFolder({ folderName: "staging" });
      const twice = await failureOf(account.call("getFolder", { folderPath: "/My Assets/Staging" }));
      expect(twice.message).toContain("FortiCare has 2 folders /My Assets/Staging; choose by id: 5002 or 5004");
      const none = await failureOf(account.call("getFolder", { folderId: 9_999 }));
      expect(none.message).toContain("there is no folder 9999 in this FortiCloud account");
    });
  });

  describe("checkAccess", () => {
    test("makes the cheapest call and says that it went well", async () => {
      const account = await open(host);
      expect(await account.call("checkAccess")).toEqual({
        allowed: true,
        message: "The API user may read its account.",
      });
      expect(account.calls()).toEqual(["/folders/list"]);
    });

    test.each([400, 401, 403] as const)(
      "says in a sentence what a user without permission lacks (%i)",
      async (http) => {
        const account = await open(host, {
          users: [{ apiId: "NOBODY", password: "nobodys-password-1!", assetManagement: false }],
          forticare: { variants: { permissionFailureHttp: http } },
          config: { apiId: "NOBODY", password: "nobodys-password-1!" },
        });
        const { allowed, message } = await account.call("checkAccess");
        expect(allowed).toBe(false);
        expect(message).toMatch(
          /^FortiCare could not list folders: .*give the permission profile of the API user access/,
        );
        expect(account.errors()).toBe(1);
      },
    );

    test("fails when nobody answers", async () => {
      const account = await open(host, { config: { maxRetries: 0 } });
      account.simulators.faults.add({ path: "/folders/list", action: { kind: "status", status: 503 } });
      await failureOf(account.call("checkAccess"));
    });
  });

  test("getBudget tells what is used and left, without a call", async () => {
    const account = await open(host);
    const windows = (used: number, errors: number) => [
      { counts: "calls", seconds: 60, limit: 90, used, left: 90 - used },
      { counts: "calls", seconds: 3_600, limit: 900, used, left: 900 - used },
      { counts: "errors", seconds: 3_600, limit: 8, used: errors, left: 8 - errors },
    ];
    expect(await account.call("getBudget")).toEqual({ windows: windows(0, 0), errorsLeft: 8 });
    await account.call("getFolders");
    await failureOf(account.call("getProduct", { serialNumber: "FGT60FTK99999999" }));
    expect(await account.call("getBudget")).toEqual({ windows: windows(2, 1), errorsLeft: 7 });
    expect(account.calls()).toHaveLength(2);
  });

  describe("a user of the organization", () => {
    const config = { apiId: organizationApiId, scope: "organization" };

    test.each<[Name, JsonMap]>([
      ["checkAccess", {}],
      ["getContracts", {}],
      ["getFolder", { folderId: 5_001 }],
      ["getFolders", {}],
      ["getLicenses", {}],
      ["getProducts", {}],
    ])("must name the account of %s, and is told so before any call", async (name, args) => {
      const account = await open(host, { config });
      const failure = await failureOf(account.call(name, args));
      expect(failure.message).toContain("accountId is missing: the scope of the API user is an organization");
      expect(account.calls()).toEqual([]);
      expect(await account.call(name, { ...args, accountId: mainAccountId })).toBeDefined();
      expect(account.errors()).toBe(0);
    });

    test("may name it once, in the configuration", async () => {
      const account = await open(host, { config: { ...config, accountId: mainAccountId } });
      expect(await account.call("getFolders")).toMatchObject({ total: 3 });
    });
  });

  test.each<[Name, JsonMap, string]>([
    ["getProduct", {}, "serialNumber is required"],
    ["getProduct", { serialNumber: "no serial" }, "serialNumber is refused: the serial number"],
    ["getProducts", { serialNumbers: [web], serialPattern: "F%" }, "give serialNumbers or serialPattern, not both"],
    ["getProducts", { accountId: 0 }, "accountId must"],
    ["getFolder", {}, "give either the folderPath or the folderId of the folder"],
    ["getFolder", { folderPath: "/My Assets/a", folderId: 1 }, "give either the folderPath or the folderId"],
    ["getFolder", { folderPath: "Branches" }, "folderPath must begin with a slash"],
    ["getLicenses", { status: "pending" }, "status must be one of Registered, Pending"],
  ])("%s %j is one readable error, and no call", async (name, args, words) => {
    const account = await open(host);
    const failure = await failureOf(account.call(name, args));
    // In a program the engine, or the SDK in its place, puts the name of the function in front.
    const named = host === "plugin" ? "" : `forticare:${name}: `;
    expect(failure.message.slice(0, named.length + words.length)).toBe(named + words);
    expect(failure.message).not.toContain("\n");
    expect(account.calls()).toEqual([]);
  });
});
