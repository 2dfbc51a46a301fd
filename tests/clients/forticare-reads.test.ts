import { describe, expect, test } from "vitest";
import { forticareBaseUrl } from "../../provider/clients/fortinet/forticare";
import { serials, setup } from "./forticare-support";
import { vendorError } from "./fortinet-support";
import { answer, serve } from "./support";

const errorsOf = async (client: Awaited<ReturnType<typeof setup>>["client"]) =>
  (await client.budget()).windows[2]?.used;
const envelope = (payload: object) => ({
  build: "1.0.0",
  version: "3.0",
  status: 0,
  message: "",
  error: null,
  ...payload,
});

test.each([
  [undefined, "https://support.fortinet.com/ES/api/registration/v3"],
  ["https://host", "https://host/ES/api/registration/v3"],
  ["https://host:8443/", "https://host:8443/ES/api/registration/v3"],
  ["https://host/ES/api/registration/", "https://host/ES/api/registration/v3"],
  ["https://host/ES/api/registration/v3/", "https://host/ES/api/registration/v3"],
  ["https://proxy/fortinet/ES/api/registration/v4", "https://proxy/fortinet/ES/api/registration/v4"],
])("the address %s stands for %s", (given, base) => {
  expect(forticareBaseUrl(given)).toBe(base);
});

describe("products", () => {
  test("are listed in pages, each once", async () => {
    const { client, bodies } = await setup({ variants: { pageSize: 2 } });
    const { products, complete } = await client.products.list();
    const listed = products.map(({ serialNumber }) => serialNumber);
    expect(complete).toBe(true);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toContain(serials.web);
    expect(listed).toContain(serials.decommissioned);
    const pages = bodies("/products/list");
    expect(pages).toHaveLength(Math.ceil(listed.length / 2));
    expect(pages[0]).toEqual({ serialNumber: "%" });
    expect(pages.at(-1)).toEqual({ serialNumber: "%", pageNumber: pages.length });
  });

  const product = {
    serialNumber: serials.web,
    productModel: "FortiWeb 100E",
    description: "Web shop",
    status: "Registered",
    isDecommissioned: false,
    registrationDate: "2025-01-31T12:00:00",
    folderId: 5_001,
    folderPath: "/My Assets/Production",
    productModelEoR: "2028-06-30T00:00:00",
    assetGroups: [{ assetGroupId: 501, assetGroup: "Headquarters" }],
    contracts: [
      {
        contractNumber: "2401CT000020",
        sku: expect.any(String),
        terms: expect.arrayContaining([expect.objectContaining({ supportType: "NGFW" })]),
      },
    ],
    entitlements: expect.arrayContaining([expect.objectContaining({ level: 5, levelDesc: "Advanced HW", type: 1 })]),
  };

  test.each([
    {},
    { pageSize: 1 },
    { serialMatch: "like" },
    { serialMatch: "exact" },
    { successMessage: "empty" },
  ] as const)("a few are asked for one by one, and found whatever the match: %j", async (variants) => {
    const { client, bodies } = await setup({ variants });
    expect(await client.products.find(serials.web.toLowerCase())).toMatchObject(product);
    expect(bodies("/products/list")).toEqual([{ serialNumber: serials.web }]);
    const { products } = await client.products.list({ serials: [serials.web, serials.manager, serials.unknown] });
    expect(products.map(({ serialNumber }) => serialNumber)).toEqual([serials.web, serials.manager]);
    expect(products[1]).toMatchObject({ folderId: undefined, folderPath: "/My Assets", contracts: [] });
  });

  test("a serial that others begin with is that one alone", async () => {
    const seed = ["FGT60FTK2409", "FGT60FTK24090001", "FGT60FTK24090002"].map((serialNumber) => ({
      serialNumber,
      productModel: "FortiGate 60F",
    }));
    const { client, forticare } = await setup({ variants: { pageSize: 2 } });
    forticare.seed(seed);
    const { products } = await client.products.list({ serials: ["FGT60FTK2409"] });
    expect(products.map(({ serialNumber }) => serialNumber)).toEqual(["FGT60FTK2409"]);
    expect((await client.products.list({ serialPattern: "FGT60FTK2409%" })).products).toHaveLength(3);
    expect(await client.products.find("FGT60FTK")).toBeUndefined();
    expect((await client.products.list({ serials: [] })).products).toEqual([]);
  });

  test("many are found in one sweep, unless the account has more pages than there are serials", async () => {
    const { client, calls, forticare, simulators } = await setup({ variants: { pageSize: 50 } });
    const seed = serials.gates.map((serialNumber) => ({ serialNumber, productModel: "FortiGate 60F" }));
    forticare.seed(seed);
    const wanted = serials.gates.slice(0, 8);
    const all = await client.products.list();
    simulators.requests.clear();
    expect((await client.products.list({ serials: wanted })).products).toHaveLength(8);
    expect(calls().length).toBeLessThanOrEqual(Math.ceil(all.products.length / 50));
    simulators.requests.clear();
    forticare.variants.pageSize = 2;
    expect((await client.products.list({ serials: wanted })).products).toHaveLength(8);
    expect(calls().length).toBeLessThanOrEqual(1 + wanted.length);
  });

  test("filters are passed on", async () => {
    const { client, bodies } = await setup();
    const { products } = await client.products.list({ status: "Pending", productModel: "FortiGate 60F" });
    expect(products).toMatchObject([{ serialNumber: serials.pending, status: "Pending" }]);
    await client.products.list({ expireBefore: "2030-01-01T00:00:00Z", accountId: 100_001 });
    expect(bodies("/products/list")).toEqual([
      { serialNumber: "%", status: "Pending", productModel: "FortiGate 60F" },
      { expireBefore: "2030-01-01T00:00:00Z", accountId: 100_001 },
    ]);
  });

  test("a list that repeats itself ends, and is not called complete", async () => {
    const { clientWith } = await setup();
    const assets = [{ serialNumber: "FGT60FTK24090001" }];
    const server = await serve((_call, response) =>
      answer(response, 200, envelope({ assets, pageNumber: 1, totalPages: 7 })),
    );
    const list = await clientWith({ forticareUrl: server.url }).products.list();
    expect(list).toMatchObject({ products: [{ serialNumber: "FGT60FTK24090001" }], complete: false });
    expect(server.calls).toHaveLength(2);
  });

  test.each(["null", "array"] as const)("none is an empty list: %s", async (emptyList) => {
    const { client } = await setup({ variants: { emptyList } });
    expect(await client.products.list({ serialPattern: "NONE%" })).toEqual({ products: [], complete: true, pages: 1 });
  });

  test.each([
    {},
    { licenseShape: "array" },
    { licenseKey: "licenses", expirationKey: "expirationDate" },
    { licenseKey: "licenses", licenseShape: "array" },
    { detailsStatus: "present", padStrings: false },
    { registrationDate: "zoned", accountIdShown: false },
  ] as const)("details are the same whatever their form: %j", async (variants) => {
    const { client } = await setup({ variants });
    const web = await client.products.get(serials.web);
    expect(web).toMatchObject({
      serialNumber: serials.web,
      location: { city: "Copenhagen", countryCode: "DK", phone: "+45 33123456", stateOrProvince: undefined },
      licenses: [],
      entitlements: expect.arrayContaining([
        expect.objectContaining({ levelDesc: "Advanced HW", typeDesc: "Hardware" }),
      ]),
    });
    const manager = await client.products.get(serials.manager);
    expect(manager).toMatchObject({ licenses: [{ licenseSKU: "FMG-VM-10-UG" }], location: undefined });
    expect(manager?.licenses[0]?.expirationDate).toMatch(/^20\d\d-/);
    expect(manager?.licenseKeys).toHaveLength(1);
  });

  test.each(["http400", "http404", "status200", "empty"] as const)(
    "an unknown one has no details, on the service's own word: %s",
    async (detailsUnknownSerial) => {
      const { client } = await setup({ variants: { detailsUnknownSerial } });
      expect(await client.products.get(serials.unknown)).toBeUndefined();
      expect(await errorsOf(client)).toBe(detailsUnknownSerial === "empty" ? 0 : 1);
    },
  );

  test.each([
    [404, {}],
    [404, "<html>nginx</html>"],
    [410, "gone"],
    [400, {}],
    [200, {}],
    [200, []],
  ])("but not on that of something else: %i %j", async (status, body) => {
    const { clientWith } = await setup();
    const server = await serve((_call, response) => {
      if (typeof body === "string") response.writeHead(status).end(body);
      else answer(response, status, body);
    });
    const client = clientWith({ forticareUrl: server.url, maxRetries: 0 });
    await vendorError(client.products.get(serials.web));
    await vendorError(client.products.list());
  });

  test("what lists leave out is asked for before it is called gone", async () => {
    const { client, calls } = await setup();
    expect(await client.products.find(serials.hidden)).toBeUndefined();
    expect(calls("/products/details")).toEqual([]);
    const found = await client.products.find(serials.hidden, { confirm: true });
    expect(found).toMatchObject({ serialNumber: serials.hidden, entitlements: [] });
    expect(await errorsOf(client)).toBe(0);
    expect(await client.products.find(serials.unknown, { confirm: true })).toBeUndefined();
    expect(await errorsOf(client)).toBe(1);
    expect(await client.products.find(serials.pending, { confirm: true })).toBeUndefined();
    expect(await errorsOf(client)).toBe(1);
  });

  test.each(["html", "truncatedJson", "resetBeforeCommit", "resetAfterCommit", "tooManyRequests"] as const)(
    "a list survives one %s",
    async (kind) => {
      const { client, fault } = await setup();
      fault("/products/list", { kind });
      expect((await client.products.list()).products.length).toBeGreaterThan(3);
    },
  );

  test("keys and forms that nobody has told of survive", async () => {
    const { clientWith } = await setup();
    const asset = {
      serialNumber: " fgt60ftk24090001 ",
      description: "  spaced  ",
      folderId: "17",
      accountId: "100001",
      isDecommissioned: "false",
      entitlements: [{ type: "113", quantity: 4, levelDesc: "Premium   " }, null],
      contracts: null,
      warrantySupports: "none",
      brandNew: { a: 1 },
    };
    const server = await serve((_call, response) =>
      answer(response, 200, envelope({ status: "0", token: "echoed-token", assets: [asset], totalPages: "1" })),
    );
    const { products } = await clientWith({ forticareUrl: server.url }).products.list();
    expect(products).toEqual([
      expect.objectContaining({
        serialNumber: "FGT60FTK24090001",
        description: "spaced",
        folderId: 17,
        accountId: 100_001,
        isDecommissioned: false,
        entitlements: [expect.objectContaining({ type: 113, quantity: 4, levelDesc: "Premium" })],
        contracts: [],
        warrantySupports: [],
        brandNew: { a: 1 },
      }),
    ]);
  });
});

describe("licences, contracts and folders", () => {
  test.each([{}, { licenseStatuses: "four" }, { contractFields: "all" }] as const)(
    "are listed: %j",
    async (variants) => {
      const { client, bodies } = await setup({ variants });
      expect(await client.licenses.list({ status: "Registered" })).toMatchObject([
        { licenseSKU: "FMG-VM-10-UG", serialNumber: serials.manager, status: "Registered" },
      ]);
      expect(await client.licenses.list({ licenseSKU: "FG-VM02" })).toMatchObject([
        { status: "Pending", serialNumber: undefined },
      ]);
      expect(await client.contracts.list({ contractNumber: "2401CT000020" })).toMatchObject([
        { contractNumber: "2401CT000020", status: "Registered" },
      ]);
      expect(await client.contracts.list({ status: "Pending", contractSKU: "none" })).toEqual([]);
      expect(bodies("/licenses/list")[0]).toEqual({ status: "Registered" });
    },
  );

  test("their lists are followed through pages, should they ever have any", async () => {
    const { clientWith } = await setup();
    const server = await serve((_call, response, number) =>
      answer(response, 200, envelope({ licenses: [{ licenseNumber: `L${number}` }], totalPages: 3 })),
    );
    const licenses = await clientWith({ forticareUrl: server.url }).licenses.list();
    expect(licenses.map(({ licenseNumber }) => licenseNumber)).toEqual(["L1", "L2", "L3"]);
    expect(server.calls.map(({ body }) => JSON.parse(body))).toEqual([{}, { pageNumber: 2 }, { pageNumber: 3 }]);
  });

  test.each([false, true])("folders come with their path (root listed: %s)", async (rootFolderListed) => {
    const { client } = await setup({ variants: { rootFolderListed } });
    const folders = await client.folders.list();
    expect(folders.filter(({ folderId }) => folderId !== 0)).toMatchObject([
      {
        folderId: 5_001,
        folderName: "Production",
        folderPath: "/My Assets/Production",
        parentFolderId: undefined,
        assetCount: 1,
      },
      { folderId: 5_002 },
      { folderId: 5_003, folderPath: "/My Assets/Production/Branches", parentFolderId: 5_001 },
    ]);
    await client.checkAccess();
  });
});
