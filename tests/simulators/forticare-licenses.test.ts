import { expect, test } from "vitest";
import {
  CareBench,
  code,
  contract,
  decommissioned,
  inFortiZtp,
  managerMachine,
  registered,
  secondId,
  service,
} from "./forticare-helper";

const notSupported = "The license download function for given product category is not supported.";

test("a licence code alone makes a virtual product with a serial of its own, and is used up", async () => {
  await using care = await CareBench.start();
  const body = { licenseRegistrationCode: code(1), serialNumber: "", description: "VM", additionalInfo: "192.0.2.1" };
  const { assetDetails } = await care.ok("/licenses/register", body);
  expect(assetDetails).toMatchObject({
    serialNumber: "FGVM02TM24000001",
    productModel: "FortiGate VM02",
    description: "VM",
    folderPath: "/My Assets",
    license: {
      licenseNumber: "FGVM24000001",
      licenseSKU: "FG-VM02",
      licenseType: "Perpetual",
      experiationDate: "2035-01-29T00:00:00",
      licenseFile: expect.stringMatching(
        /^-----BEGIN FGT VM LICENSE-----\r\n[A-Za-z0-9+/=\r\n]+\r\n-----END FGT VM LICENSE-----\r\n$/,
      ),
    },
  });
  expect(JSON.stringify(assetDetails)).not.toContain(code(1));
  expect(await care.serials({ serialNumber: "FGVM02TM24" })).toEqual(["FGVM02TM24000001"]);
  expect(await care.problem("/licenses/register", body)).toEqual([
    400,
    -2,
    301,
    "License registration code has already been registered.",
  ]);
  expect((await care.details("FGVM02TM24000001")).license).toMatchObject({ licenseFile: null });
  const license = assetDetails?.license as { licenseFile: string };
  expect(await care.ok("/licenses/download", { serialNumber: "FGVM02TM24000001" })).toMatchObject({
    serialNumber: "FGVM02TM24000001",
    licenseFile: license.licenseFile,
  });
});

test("a licence code with a serial is for that product", async () => {
  await using care = await CareBench.start();
  const register = (rest: object) => care.call("/licenses/register", { licenseRegistrationCode: code(6), ...rest });
  expect((await register({})).json()).toMatchObject({
    status: -2,
    error: { errorCode: 301, message: "Serial number is required to register this license." },
    assetDetails: null,
  });
  expect((await register({ serialNumber: "UNKNOWN" })).status).toBe(400);
  expect((await register({ serialNumber: decommissioned })).status).toBe(400);
  const reply = await register({ serialNumber: inFortiZtp });
  expect(reply.json()).toMatchObject({
    assetDetails: { serialNumber: inFortiZtp, license: { licenseSKU: "FC-VDOM-5-UG", licenseFile: null } },
  });
  expect(await care.details(inFortiZtp)).toMatchObject({ license: { licenseSKU: "FC-VDOM-5-UG" } });
});

test("an unknown licence code is refused", async () => {
  await using care = await CareBench.start();
  expect(await care.problem("/licenses/register", { licenseRegistrationCode: code(9) })).toEqual([
    400,
    -2,
    301,
    "License registration code is invalid.",
  ]);
});

test("licences of the account are listed, pending ones too", async () => {
  await using care = await CareBench.start();
  const waiting = { licenseNumber: "FGVM24000007", licenseSKU: "FG-VM02", serialNumber: null, status: "Pending" };
  const used = {
    licenseNumber: "FMVM24000008",
    licenseSKU: "FMG-VM-10-UG",
    serialNumber: managerMachine,
    status: "Registered",
  };
  const list = async (query: object) => (await care.ok("/licenses/list", query)).licenses;
  expect(await list({})).toEqual([waiting, used]);
  expect(await list({ status: "Pending" })).toEqual([waiting]);
  expect(await list({ licenseNumber: "FMVM24000008" })).toEqual([used]);
  expect(await list({ licenseSKU: "FG-VM02" })).toEqual([waiting]);
  expect(await list({ licenseSKU: "FG-VM" })).toBe(null);
});

test("only virtual products have a licence file", async () => {
  await using care = await CareBench.start();
  const reply = await care.call("/licenses/download", { serialNumber: registered });
  expect([reply.status, reply.json()]).toEqual([
    400,
    {
      build: "1.0.0",
      version: "3.0",
      status: -2,
      message: notSupported,
      error: { errorCode: 301, message: notSupported },
      token: care.token,
      serialNumber: registered,
      licenseFile: "",
    },
  ]);
  for (const serialNumber of ["FGVM02TM23000001", "UNKNOWN"]) {
    const refusal = await care.call("/licenses/download", { serialNumber });
    expect(refusal.json()).toMatchObject({ status: -2, error: { errorCode: 301 }, serialNumber, licenseFile: "" });
  }
  const file = await care.ok("/licenses/download", { serialNumber: managerMachine });
  expect(file.licenseFile).toMatch(/^-----BEGIN FMG VM LICENSE-----/);
});

test("contracts of the account are listed, pending ones too", async () => {
  await using care = await CareBench.start();
  const list = async (query: object) =>
    ((await care.ok("/contracts/list", query)).contracts ?? []) as Array<Record<string, string>>;
  const all = await list({});
  expect(all).toHaveLength(5);
  expect(all.at(-1)).toEqual({
    contractNumber: contract(20),
    contractSKU: "FC-10-0060F-950-02-36",
    status: "Registered",
  });
  expect(await list({ status: "Pending" })).toHaveLength(4);
  expect(await list({ contractNumber: contract(16) })).toMatchObject([{ status: "Pending" }]);
  expect(await list({ contractSKU: "FC-10-0060F-950-02-36" })).toHaveLength(2);
  await care.register({ serialNumber: inFortiZtp, contractNumber: contract(1) });
  expect(await list({ contractNumber: contract(1) })).toMatchObject([{ status: "Registered" }]);
});

test("a service contract makes a product with a serial of its own, and is used up", async () => {
  await using care = await CareBench.start();
  const body = { contractNumber: service(1), description: "Cloud gate", isGovernment: true };
  const { assetDetails } = await care.ok("/services/register", body);
  const serialNumber = String(assetDetails?.serialNumber);
  expect(serialNumber).toMatch(/^FGVMSLTM24\d{6}$/);
  expect(assetDetails).toMatchObject({ description: "Cloud gate", contracts: [{ contractNumber: service(1) }] });
  expect(await care.serials({ serialNumber })).toEqual([serialNumber]);
  const problem = async (contractNumber: string) => await care.problem("/services/register", { contractNumber });
  expect(await problem(service(1))).toEqual([400, -2, 301, "Contract has already been registered."]);
  expect(await problem("NONE")).toEqual([400, -2, 301, "Contract number is invalid."]);
  expect(await problem(contract(1))).toEqual([400, -2, 301, "Contract is not for a service."]);
});

test("folders are created in each other and deleted when empty", async () => {
  await using care = await CareBench.start();
  const folder = (folderId: number, folderName: string, parentFolderId: number, path: string, assetCount: number) => ({
    folderId,
    folderName,
    folderPath: `/My Assets/${path}`,
    parentFolderId,
    assetCount,
  });
  const usual = [
    folder(5_001, "Production", 0, "Production", 1),
    folder(5_002, "Staging", 0, "Staging", 0),
    folder(5_003, "Branches", 5_001, "Production/Branches", 0),
  ];
  expect((await care.ok("/folders/list")).assetFolders).toEqual(usual);
  const created = await care.ok("/folders/create", { folderName: "North", parentFolderId: 5_003 });
  const north = folder(5_004, "North", 5_003, "Production/Branches/North", 0);
  expect(created.assetFolders).toEqual([north]);
  expect((await care.ok("/folders/create", { folderName: "North" })).assetFolders).toMatchObject([
    { folderId: 5_005, folderPath: "/My Assets/North", parentFolderId: 0 },
  ]);
  const problem = async (path: string, body: object) => (await care.problem(path, body)).slice(1);
  expect(await problem("/folders/create", { folderName: "north", parentFolderId: 0 })).toEqual([
    -2,
    301,
    "Folder north already exists.",
  ]);
  expect(await problem("/folders/create", { folderName: "X", parentFolderId: 77 })).toEqual([
    -2,
    301,
    "Folder 77 is not found.",
  ]);
  await care.ok("/products/folder", { serialNumbers: [inFortiZtp], folderId: 5_004 });
  for (const [folderId, message] of [
    [5_004, "Folder 5004 is not empty."],
    [5_003, "Folder 5003 is not empty."],
    [0, "The root folder cannot be deleted."],
    [77, "Folder 77 is not found."],
  ])
    expect(await problem("/folders/delete", { folderId })).toEqual([-2, 301, message]);
  await care.ok("/products/folder", { serialNumbers: [inFortiZtp], folderId: null });
  for (const folderId of [5_004, 5_005]) await care.ok("/folders/delete", { folderId });
  expect((await care.ok("/folders/list")).assetFolders).toEqual(usual);
});

test("a folder belongs to one account", async () => {
  await using care = await CareBench.start();
  const token = await care.organization();
  const there = { accountId: secondId };
  expect((await care.problem("/folders/delete", { ...there, folderId: 5_002 }, token))[3]).toBe(
    "Folder 5002 is not found.",
  );
  const inOther = { ...there, folderName: "X", parentFolderId: 5_001 };
  expect((await care.problem("/folders/create", inOther, token))[3]).toBe("Folder 5001 is not found.");
});
