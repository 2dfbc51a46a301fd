import { expect, test } from "vitest";
import { generateDevices } from "../../simulators";
import {
  address,
  CareBench,
  contract,
  decommissioned,
  fresh,
  inFortiZtp,
  mainId,
  managerMachine,
  pending,
  registered,
  secondId,
  unentitled,
} from "./forticare-helper";

test("a product in a list", async () => {
  await using care = await CareBench.start();
  const { assets } = await care.ok("/products/list", { serialNumber: inFortiZtp });
  expect(assets).toEqual([
    {
      serialNumber: inFortiZtp,
      productModel: "FortiGate 60F",
      description: null,
      isDecommissioned: false,
      registrationDate: "2025-01-31T12:00:00",
      folderId: 0,
      folderPath: "/My Assets",
      accountId: mainId,
      productModelEoR: null,
      productModelEoS: null,
      entitlements: expect.arrayContaining([
        {
          level: 5,
          levelDesc: "Advanced HW",
          type: 1,
          typeDesc: "Hardware",
          startDate: "2025-01-31T00:00:00",
          endDate: "2026-01-31T00:00:00",
        },
      ]),
      contracts: null,
      assetGroups: null,
      warrantySupports: [expect.objectContaining({ type: 1 })],
      status: "Registered",
    },
  ]);
});

test("a product in details: padded, without status, with licence, partner, location and keys", async () => {
  await using care = await CareBench.start();
  const details = await care.details(registered);
  expect(details).toMatchObject({
    description: "Web shop",
    folderPath: "/My Assets/Production",
    productModelEoS: "2030-06-30T00:00:00",
    assetGroups: [{ assetGroupId: 501, assetGroup: "Headquarters" }],
    contracts: [{ contractNumber: contract(20) }],
    partner: expect.any(String),
    warrantyTypeName: expect.any(String),
    license: null,
    licenseKeys: [],
    location: { addressId: "900000", countryCode: "DK" },
  });
  expect(details).not.toHaveProperty("status");
  const [first] = details.entitlements as Array<{ levelDesc: string; typeDesc: string }>;
  expect(first?.levelDesc).toBe("Advanced HW".padEnd(50));
  expect(first?.typeDesc).toBe("Hardware".padEnd(255));
  expect((await care.details(managerMachine)).license).toEqual({
    licenseNumber: "FMVM24000008",
    licenseSKU: "FMG-VM-10-UG",
    licenseType: "Perpetual",
    experiationDate: "2035-01-29T00:00:00",
    licenseFile: null,
  });
  // The exact serial, in any case; nothing else.
  expect(await care.details(registered.toLowerCase())).toMatchObject({ serialNumber: registered });
  expect(await care.problem("/products/details", { serialNumber: registered.slice(0, -1) })).toEqual([
    400,
    -2,
    301,
    `Product ${registered.slice(0, -1)} is not found.`,
  ]);
});

test("a serial in a list is a prefix, and % a wildcard", async () => {
  await using care = await CareBench.start();
  const gates = ["FGT60FTK22090001", "FGT60FTK22090002", "FGT60FTK22090003", "FGT60FTK22090004"];
  expect(await care.serials({ serialNumber: "FGT60FTK2209" })).toEqual(gates);
  expect(await care.serials({ serialNumber: "fgt60ftk22090001" })).toEqual(gates.slice(0, 1));
  expect(await care.serials({ serialNumber: "FGT%22090002" })).toEqual(gates.slice(1, 2));
  expect(await care.serials({ serialNumber: "%2209000%" })).toEqual(gates);
  expect(await care.serials({ serialNumber: "2209" })).toEqual([]);
  expect(await care.serials({ serialNumber: "FGT60FTK2209*" })).toEqual([]);
  expect(await care.serials({ serialNumber: "FGT60FTK2209000." })).toEqual([]);
  const everything = await care.serials({ serialNumber: "%" });
  expect(everything).toEqual([...care.forticare.products.keys()].filter((serial) => everything.includes(serial)));
  expect(everything).toEqual(expect.arrayContaining([registered, inFortiZtp, decommissioned, managerMachine]));
  for (const hidden of [unentitled, pending]) expect(everything).not.toContain(hidden);
});

test("a list has pages", async () => {
  await using care = await CareBench.start({ pageSize: 2 });
  const page = (pageNumber?: number) => care.ok("/products/list", { serialNumber: "FGT60FTK2209", pageNumber });
  const serials = async (pageNumber?: number) => (await page(pageNumber)).assets?.map((asset) => asset.serialNumber);
  expect(await page()).toMatchObject({ pageNumber: 1, totalPages: 2 });
  expect(await serials()).toEqual(["FGT60FTK22090001", "FGT60FTK22090002"]);
  expect(await serials(2)).toEqual(["FGT60FTK22090003", "FGT60FTK22090004"]);
  expect(await page(3)).toMatchObject({ assets: null, pageNumber: 3, totalPages: 2 });
  expect(await care.ok("/products/list", { serialNumber: "NONE" })).toMatchObject({ assets: null, totalPages: 0 });
});

test("a page has 50 products", async () => {
  await using care = await CareBench.start();
  care.bench.simulators.fortinet.account().replaceDevices(generateDevices(200));
  const list = await care.ok("/products/list", { serialNumber: "%", pageNumber: 4 });
  // There are three more that FortiZTP doesn't show.
  expect(list).toMatchObject({ totalPages: 5, assets: { length: 50 } });
});

test("lists choose by model and by the end of an entitlement", async () => {
  await using care = await CareBench.start();
  const models = await care.ok("/products/list", { serialNumber: "%", productModel: "FortiGate 100F" });
  expect(models.assets).toHaveLength(4);
  const before = (expireBefore: string, rest = {}) => care.serials({ expireBefore, serialNumber: null, ...rest });
  for (const date of ["2026-01-31T00:00:00", "2026-01-31", "2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00"])
    expect(await before(date)).toEqual([]);
  for (const date of ["2026-01-31T00:00:01", "2026-02-01", "2026-01-31T00:00:00.001Z", "2026-01-31T00:00:00-0100"])
    expect(await before(date)).toContain(inFortiZtp);
  expect(await before("2999-01-01", { serialNumber: registered })).toEqual([registered]);
  expect(await before("2999-01-01")).not.toContain(unentitled);
});

test("a description is set, and cleared with an empty one only", async () => {
  await using care = await CareBench.start();
  const describe = (rest: object) => care.ok("/products/description", { serialNumber: registered, ...rest });
  expect(Object.keys(await describe({ description: "Shop" })).sort()).toEqual(
    ["build", "error", "message", "status", "token", "version"].sort(),
  );
  await describe({});
  await describe({ description: null });
  expect(await care.details(registered)).toMatchObject({ description: "Shop" });
  await describe({ description: "" });
  expect(await care.details(registered)).toMatchObject({ description: "" });
});

test("a location is replaced, and removed with null", async () => {
  await using care = await CareBench.start();
  await care.ok("/products/location", { serialNumber: registered, location: address });
  expect((await care.details(registered)).location).toEqual({ addressId: "900001", ...address });
  expect(await care.problem("/products/location", { serialNumber: registered })).toEqual([
    400,
    -1,
    101,
    "Location is required.",
  ]);
  await care.ok("/products/location", { serialNumber: registered, location: null });
  expect((await care.details(registered)).location).toBe(null);
});

test("products move to a folder and back to the root", async () => {
  await using care = await CareBench.start();
  const move = (folderId: number | null, ...serialNumbers: string[]) => ({ folderId, serialNumbers });
  await care.ok("/products/folder", move(5_003, registered, inFortiZtp));
  for (const serial of [registered, inFortiZtp])
    expect(await care.details(serial)).toMatchObject({ folderId: 5_003, folderPath: "/My Assets/Production/Branches" });
  await care.ok("/products/folder", move(null, registered));
  await care.ok("/products/folder", move(0, inFortiZtp));
  for (const serial of [registered, inFortiZtp])
    expect(await care.details(serial)).toMatchObject({ folderId: 0, folderPath: "/My Assets" });
  expect(await care.problem("/products/folder", move(77, registered))).toEqual([
    400,
    -2,
    301,
    "Folder 77 is not found.",
  ]);
  expect((await care.problem("/products/folder", move(5_001, registered, "UNKNOWN")))[2]).toBe(301);
  expect(await care.details(registered)).toMatchObject({ folderId: 0 });
  expect((await care.problem("/products/folder", { serialNumbers: [registered] }))[2]).toBe(101);
  expect((await care.problem("/products/folder", { serialNumber: registered, folderId: 5_001 }))[2]).toBe(101);
});

test("a decommissioned product stays in lists, and takes no change", async () => {
  await using care = await CareBench.start();
  await care.ok("/products/decommission", { serialNumbers: [registered, inFortiZtp] });
  const { assets } = await care.ok("/products/list", { serialNumber: registered });
  expect(assets).toMatchObject([{ serialNumber: registered, isDecommissioned: true, status: "Registered" }]);
  for (const [path, body] of [
    ["/products/description", { serialNumber: registered, description: "x" }],
    ["/products/location", { serialNumber: registered, location: null }],
    ["/products/folder", { serialNumbers: [registered], folderId: null }],
  ] as const)
    expect(await care.problem(path, body)).toEqual([400, -2, 301, `Product ${registered} is decommissioned.`]);
  expect((await care.problem("/products/decommission", { serialNumbers: [pending] }))[3]).toContain("not registered");
});

test("a transfer moves products with their contracts and licences, to the root of the other account", async () => {
  await using care = await CareBench.start();
  const token = await care.organization();
  const body = {
    sourceAccountId: mainId,
    targetAccountId: secondId,
    serialNumbers: [registered, managerMachine, inFortiZtp],
  };
  const { assets } = await care.ok("/products/transfer", body, token);
  expect(assets).toMatchObject(
    body.serialNumbers.map((serialNumber) => ({
      serialNumber,
      status: 0,
      message: "Success",
      accountId: secondId,
      folderId: 0,
      folderPath: "/My Assets",
      assetGroups: null,
    })),
  );
  expect(await care.serials({ serialNumber: registered })).toEqual([]);
  const there = { accountId: secondId };
  expect((await care.ok("/products/list", { ...there, serialNumber: "%" }, token)).assets).toHaveLength(3);
  expect(await care.ok("/contracts/list", there, token)).toMatchObject({
    contracts: [{ contractNumber: contract(20), status: "Registered" }],
  });
  expect(await care.ok("/licenses/list", there, token)).toMatchObject({ licenses: [{ serialNumber: managerMachine }] });
  expect(await care.problem("/products/transfer", body, token)).toEqual([400, 2, 301, "Failed"]);
});

test("a transfer has a result for each, and needs a user over both accounts", async () => {
  await using care = await CareBench.start();
  const token = await care.organization();
  const body = { sourceAccountId: mainId, targetAccountId: secondId };
  const serialNumbers = [registered, fresh[0], decommissioned, pending];
  const reply = await care.call("/products/transfer", { ...body, serialNumbers }, token);
  expect([reply.status, reply.json()]).toEqual([
    400,
    expect.objectContaining({
      status: 2,
      assets: [
        expect.objectContaining({ serialNumber: registered, status: 0 }),
        expect.objectContaining({ status: 2, message: "Product-> Product is not found in the source account." }),
        expect.objectContaining({ status: 2, message: `Product-> Product ${decommissioned} is decommissioned.` }),
        expect.objectContaining({ status: 2, message: "Product-> Product is not registered." }),
      ],
    }),
  ]);
  const one = { ...body, serialNumbers: [inFortiZtp] };
  expect((await care.problem("/products/transfer", one))[2]).toBe(202);
  expect((await care.problem("/products/transfer", { ...one, targetAccountId: 9 }, token))[2]).toBe(202);
  expect((await care.problem("/products/transfer", { ...one, targetAccountId: mainId }, token))[2]).toBe(301);
});
