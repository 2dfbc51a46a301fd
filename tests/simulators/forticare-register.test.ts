import { expect, test } from "vitest";
import {
  address,
  alreadyRegistered,
  bare,
  CareBench,
  contract,
  decommissioned,
  fresh,
  inFortiZtp,
  itsKey,
  keyed,
  mainId,
  ownedElsewhere,
  pending,
  registered,
  service,
} from "./forticare-helper";
import { startAt } from "./helper";

const today = "2025-01-31T12:00:00";
const unit = (index: number) => ({ serialNumber: fresh[index] as string });
const failed = (serial: string, message: string) => [serial, 2, `Product-> ${message}`];

test("a unit is registered with all that it brings", async () => {
  await using care = await CareBench.start();
  const registrationUnits = [
    {
      serialNumber: fresh[0],
      contractNumber: contract(1),
      description: "Branch 1",
      isGovernment: true,
      folderId: 5_003,
      assetGroupIds: [501, 502],
      additionalInfo: "192.0.2.1",
      location: { ref: "#/locations/1" },
    },
  ];
  const locations = [{ ...address, city: "Elsewhere" }, address];
  const { message, assets } = await care.ok("/products/register", { registrationUnits, locations });
  expect(message).toBe("Success");
  const support = { level: 20, levelDesc: "Premium", type: 11, typeDesc: "Enhanced Support" };
  const firmware = { level: 6, levelDesc: "Web/Online", type: 2, typeDesc: "Firmware & General Updates" };
  const hardware = { level: 5, levelDesc: "Advanced HW", type: 1, typeDesc: "Hardware" };
  const year = { startDate: "2025-01-31T00:00:00", endDate: "2026-01-31T00:00:00" };
  const terms = [support, firmware].map(({ typeDesc }) => ({ ...year, supportType: typeDesc }));
  expect(assets).toEqual([
    {
      serialNumber: fresh[0],
      productModel: "FortiGate 60F",
      description: "Branch 1",
      isDecommissioned: false,
      registrationDate: today,
      folderId: 5_003,
      folderPath: "/My Assets/Production/Branches",
      accountId: mainId,
      productModelEoR: null,
      productModelEoS: null,
      entitlements: [hardware, firmware, support, support, firmware].map((item) => ({ ...item, ...year })),
      contracts: [{ contractNumber: contract(1), sku: "FC-10-0060F-247-02-12", terms }],
      assetGroups: [
        { assetGroupId: 501, assetGroup: "Headquarters" },
        { assetGroupId: 502, assetGroup: "Branches" },
      ],
      warrantySupports: [{ ...hardware, ...year }],
      status: 0,
      message: "Success",
      contractNumber: contract(1),
      contractTerms: terms,
      sku: "FC-10-0060F-247-02-12",
      additionalInfo: "192.0.2.1",
      location: { addressId: "900001", ...address },
      trialTypes: null,
    },
  ]);
  expect(care.product(fresh[0] as string)).toMatchObject({ isGovernment: true, registeredAt: startAt });
  expect(await care.details(fresh[0] as string)).toMatchObject({ location: address });
});

test("the least unit lands in the root, without anything", async () => {
  await using care = await CareBench.start();
  const { assets } = await care.ok("/products/register", {
    registrationUnits: [{ serialNumber: ` ${fresh[0]?.toLowerCase()} `, isGovernment: false, cloudKey: null }],
  });
  expect(assets).toMatchObject([
    {
      serialNumber: fresh[0],
      description: null,
      folderId: 0,
      folderPath: "/My Assets",
      contracts: null,
      assetGroups: null,
      location: null,
      contractNumber: null,
    },
  ]);
});

test("a failed unit says nothing but its serial and why, and good units go in all the same", async () => {
  await using care = await CareBench.start();
  const registrationUnits = [unit(0), { serialNumber: "FGT60FTK99999999" }, unit(1)];
  const reply = await care.call("/products/register", { registrationUnits });
  expect(reply.status).toBe(400);
  expect(reply.json()).toMatchObject({
    status: 2,
    message: "Failed",
    error: { errorCode: 301, message: "Failed" },
    assets: [{ status: 0 }, {}, { status: 0 }],
  });
  expect(reply.json<{ assets: unknown[] }>().assets[1]).toEqual({
    serialNumber: "FGT60FTK99999999",
    productModel: null,
    description: null,
    isDecommissioned: false,
    registrationDate: null,
    folderId: 0,
    folderPath: null,
    accountId: null,
    productModelEoR: null,
    productModelEoS: null,
    entitlements: null,
    contracts: null,
    assetGroups: null,
    warrantySupports: null,
    status: 2,
    message: "Product-> Serial number is invalid. Please check again.",
    contractNumber: null,
    contractTerms: null,
    sku: null,
    additionalInfo: null,
    location: null,
    trialTypes: null,
  });
  expect(await care.serials({ serialNumber: "FGT60FTK2409" })).toEqual([fresh[0], fresh[1]]);
  expect(care.bench.simulators.requests.entries.at(-2)).toMatchObject({ status: 400, applied: true });
});

test.each<[string, object, string]>([
  ["registered, without a contract", { serialNumber: registered }, alreadyRegistered.slice(10)],
  ["in FortiZTP, without a contract", { serialNumber: inFortiZtp }, alreadyRegistered.slice(10)],
  ["decommissioned", { serialNumber: decommissioned, contractNumber: contract(1) }, "Product is decommissioned."],
  ["lacking its key", { serialNumber: keyed }, "FortiCloud Key is Required."],
  ["with a blank key", { serialNumber: keyed, cloudKey: "" }, "FortiCloud Key is Required."],
  ["with another's key", { serialNumber: keyed, cloudKey: "KEYF0032" }, "FortiCloud Key is Invalid."],
  ["in someone else's account", { serialNumber: ownedElsewhere }, "Product is registered in another account."],
  ["unknown", { serialNumber: "UNKNOWN" }, "Serial number is invalid. Please check again."],
  ["for a folder that isn't", { ...unit(0), folderId: 77 }, "Folder 77 is not found."],
  ["for a group that isn't", { ...unit(0), assetGroupIds: [77] }, "Asset group 77 is not found."],
  ["replacing what isn't", { ...unit(0), replacedSerialNumber: "X" }, "Replaced product X is not found."],
  [
    "with an unknown contract",
    { ...unit(0), contractNumber: "NONE" },
    "Contract number is invalid. Please check again.",
  ],
  ["with a used contract", { ...unit(0), contractNumber: contract(20) }, "Contract has already been registered."],
  ["with a service contract", { ...unit(0), contractNumber: service(1) }, "Contract is not for this product."],
])("a unit fails: %s", async (_, given, message) => {
  await using care = await CareBench.start();
  const { serialNumber } = given as { serialNumber: string };
  expect(await care.register(given)).toEqual([400, 2, [failed(serialNumber, message)]]);
  expect(care.forticare.world.contracts.get(contract(1))).toMatchObject({ consumedBy: null });
  expect(care.usage()).toMatchObject({ errorsLastHour: 1 });
});

test("with a contract a registered product gets the contract", async () => {
  await using care = await CareBench.start();
  expect(
    await care.register({ serialNumber: inFortiZtp, contractNumber: contract(1), description: "ignored" }),
  ).toEqual([200, 0, [[inFortiZtp, 0, "Success"]]]);
  const { contracts, description } = await care.details(inFortiZtp);
  expect([contracts, description]).toEqual([[expect.objectContaining({ contractNumber: contract(1) })], null]);
  expect(await care.register({ serialNumber: inFortiZtp, contractNumber: contract(1) })).toEqual([
    400,
    2,
    [failed(inFortiZtp, "Contract has already been registered.")],
  ]);
  await care.register({ serialNumber: inFortiZtp, contractNumber: contract(16) });
  expect((await care.details(inFortiZtp)).contracts).toHaveLength(2);
});

test("a serial twice in a batch registers first and then gets its contract", async () => {
  await using care = await CareBench.start();
  const again = { ...unit(0), contractNumber: contract(1) };
  expect((await care.register(unit(0), again, unit(0)))[2]).toEqual([
    [fresh[0], 0, "Success"],
    [fresh[0], 0, "Success"],
    [fresh[0], 2, alreadyRegistered],
  ]);
  const other = { ...unit(1), contractNumber: contract(1) };
  const twice = { ...unit(2), contractNumber: contract(2) };
  expect((await care.register(other, twice, { ...unit(3), contractNumber: contract(2) }))[2]).toEqual([
    failed(fresh[1] as string, "Contract has already been registered."),
    [fresh[2], 0, "Success"],
    failed(fresh[3] as string, "Contract has already been registered."),
  ]);
});

test("the right key opens a keyed product", async () => {
  await using care = await CareBench.start();
  expect((await care.register({ serialNumber: keyed, cloudKey: itsKey }))[0]).toBe(200);
  expect(JSON.stringify(await care.details(keyed))).not.toContain(itsKey);
});

test.each(["short", "lowercas", "TOOLONG12", "WITH-SGN"])(
  "a malformed key, %s, rejects the whole batch",
  async (cloudKey) => {
    await using care = await CareBench.start();
    const reply = await care.call("/products/register", {
      registrationUnits: [unit(0), unit(1), { serialNumber: keyed, cloudKey }, { ...unit(2), cloudKey }],
    });
    expect([reply.status, reply.json()]).toEqual([
      400,
      {
        build: "1.0.0",
        version: "3.0",
        status: -1,
        message: "Invalid incoming request.",
        error: { errorCode: 102, message: "Invalid cloud key provided for registration units[2]. " },
        token: care.token,
        assets: null,
      },
    ]);
    expect(care.product(fresh[0] as string)).toBeUndefined();
    expect(care.usage()).toMatchObject({ errorsLastHour: 1 });
  },
);

test.each<[string, object, number]>([
  ["more than ten units", { registrationUnits: fresh.slice(0, 11).map((serialNumber) => ({ serialNumber })) }, 102],
  ["a unit without serial", { registrationUnits: [unit(0), { serialNumber: " " }] }, 101],
  ["units that are no objects", { registrationUnits: ["X"] }, 102],
  ["units that are no list", { registrationUnits: unit(0) }, 102],
  ["a location beyond the pool", { registrationUnits: [{ ...unit(0), location: { ref: "#/locations/0" } }] }, 102],
  ["an inline location", { registrationUnits: [{ ...unit(0), location: address }], locations: [address] }, 102],
  ["a bad location in the pool", { registrationUnits: [unit(0)], locations: [{ countryCode: "usa" }] }, 102],
  ["a pool that is no list", { registrationUnits: [unit(0)], locations: address }, 102],
  ["a folder that is no number", { registrationUnits: [{ ...unit(0), folderId: "5001" }] }, 102],
  ["a flag that is none", { registrationUnits: [{ ...unit(0), isGovernment: "yes" }] }, 102],
  ["groups that are none", { registrationUnits: [{ ...unit(0), assetGroupIds: [1.5] }] }, 102],
])("nothing is processed with %s", async (_, body, errorCode) => {
  await using care = await CareBench.start();
  const reply = await care.call("/products/register", body);
  expect(reply.json()).toMatchObject({ status: -1, error: { errorCode }, assets: null });
  expect(care.product(fresh[0] as string)).toBeUndefined();
});

test("ten units go in at once", async () => {
  await using care = await CareBench.start();
  const serials = fresh.slice(0, 10);
  const [http, status, units] = await care.register(...serials.map((serialNumber) => ({ serialNumber })));
  expect([http, status, units?.map(([serial]) => serial)]).toEqual([200, 0, serials]);
});

test("a pending product counts as new", async () => {
  await using care = await CareBench.start();
  expect(await care.serials({ serialNumber: pending })).toEqual([]);
  expect(await care.serials({ serialNumber: pending, status: "Pending" })).toEqual([pending]);
  expect(await care.register({ serialNumber: pending })).toEqual([200, 0, [[pending, 0, "Success"]]]);
  expect(await care.serials({ serialNumber: pending })).toEqual([pending]);
  expect(await care.serials({ serialNumber: pending, status: "Pending" })).toEqual([]);
  expect(care.device(pending)).toBe("unprovisioned");
});

test("a replacement takes over the contracts of what it replaces", async () => {
  await using care = await CareBench.start();
  await care.register({ ...unit(0), contractNumber: contract(1) });
  await care.register({ ...unit(1), replacedSerialNumber: fresh[0] });
  expect(await care.details(fresh[0] as string)).toMatchObject({ contracts: null });
  expect(await care.details(fresh[1] as string)).toMatchObject({ contracts: [{ contractNumber: contract(1) }] });
  expect(care.forticare.world.contracts.get(contract(1))).toMatchObject({ consumedBy: fresh[1] });
});

test("a product without entitlement is registered, hidden in lists and shown in details until it has one", async () => {
  await using care = await CareBench.start();
  await care.register({ serialNumber: bare });
  expect(await care.serials({ serialNumber: bare })).toEqual([]);
  expect(await care.details(bare)).toMatchObject({ entitlements: null, warrantySupports: null });
  await care.register({ serialNumber: bare, contractNumber: contract(1) });
  expect(await care.serials({ serialNumber: bare })).toEqual([bare]);
});
