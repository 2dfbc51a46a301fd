import { describe, expect, test } from "vitest";
import { type ForticareVariantChange, type ForticareVariants, readOnlyApiId } from "../../simulators";
import { defaultForticareVariants } from "../../simulators/fortinet/forticare/variants";
import {
  address,
  CareBench,
  code,
  contract,
  decommissioned,
  fresh,
  inFortiZtp,
  itsKey,
  keyed,
  managerMachine,
  registered,
  unentitled,
} from "./forticare-helper";
import { call } from "./helper";

type Check = (care: CareBench) => Promise<void>;

/** Of every variant each value, and what it does. */
const checks: { [Name in keyof ForticareVariants]?: Array<[ForticareVariants[Name], Check]> } = {
  authFailureHttp: ([400, 401, 403] as const).map((http) => [
    http,
    async (care) =>
      expect(await care.problem("/folders/list", {}, "bad")).toEqual([http, -1, 201, "Invalid security token."]),
  ]),
  permissionFailureHttp: ([400, 401, 403] as const).map((http) => [
    http,
    async (care) => {
      const token = await care.signIn(readOnlyApiId);
      const problem = await care.problem("/folders/create", { folderName: "X" }, token);
      expect(problem.slice(0, 3)).toEqual([http, -1, 202]);
    },
  ]),
  missingToken: (
    [
      ["coded", { message: "Invalid incoming request.", error: expect.objectContaining({ errorCode: 201 }) }],
      ["uncoded", { message: "Please provide token in request.", error: null }],
    ] as const
  ).map(([value, body]) => [
    value,
    async (care) => {
      const url = `${care.bench.simulators.fortinet.forticareUrl}/folders/list`;
      const reply = await call(url, { method: "POST", json: {} });
      expect([reply.status, reply.json()]).toEqual([400, expect.objectContaining({ status: -1, ...body })]);
    },
  ]),
  errorShape: (
    [
      ["object", { errorCode: 101, message: expect.any(String) }],
      ["string", expect.stringContaining("cannot be empty")],
    ] as const
  ).map(([value, error]) => [
    value,
    async (care) => expect((await care.call("/products/list")).json().error).toEqual(error),
  ]),
  partialFailureHttp: ([400, 200] as const).map((http) => [
    http,
    async (care) =>
      expect((await care.register({ serialNumber: fresh[0] }, { serialNumber: registered })).slice(0, 2)).toEqual([
        http,
        2,
      ]),
  ]),
  bulkOnError: (
    [
      ["atomic", [0, 0]],
      ["prefix", [5_001, 0]],
      ["partial", [5_001, 5_001]],
    ] as const
  ).map(([value, folders]) => [
    value,
    async (care) => {
      const serialNumbers = [managerMachine, "UNKNOWN", inFortiZtp];
      expect((await care.problem("/products/folder", { serialNumbers, folderId: 5_001 })).slice(0, 3)).toEqual([
        400, -2, 301,
      ]);
      const { requests } = care.bench.simulators;
      expect(requests.entries.at(-1)?.applied).toBe(value !== "atomic");
      expect([managerMachine, inFortiZtp].map((serial) => care.product(serial)?.folderId)).toEqual(folders);
      await care.problem("/products/decommission", { serialNumbers });
      expect([managerMachine, inFortiZtp].map((serial) => care.product(serial)?.isDecommissioned)).toEqual(
        folders.map((folder) => folder !== 0),
      );
    },
  ]),
  detailsUnknownSerial: (
    [
      ["http400", 400, -2],
      ["http404", 404, -2],
      ["status200", 200, -2],
      ["empty", 200, 0],
    ] as const
  ).map(([value, http, status]) => [
    value,
    async (care) => {
      const reply = await care.call("/products/details", { serialNumber: "UNKNOWN" });
      expect([reply.status, reply.json()]).toEqual([http, expect.objectContaining({ status, assetDetails: null })]);
      expect(care.usage()?.errorsLastHour).toBe(status === 0 ? 0 : 1);
    },
  ]),
  wrongCloudKey: (
    [
      ["unit", 2, [[keyed, 2, "Product-> FortiCloud Key is Invalid."]]],
      ["batch", -1, null],
    ] as const
  ).map(([value, status, units]) => [
    value,
    async (care) => {
      expect(await care.register({ serialNumber: keyed, cloudKey: "KEYF0099" })).toEqual([400, status, units]);
      expect((await care.register({ serialNumber: keyed, cloudKey: itsKey }))[0]).toBe(200);
    },
  ]),
  duplicateFolder: (
    [
      ["refused", 400],
      ["allowed", 200],
    ] as const
  ).map(([value, http]) => [
    value,
    async (care) => expect((await care.call("/folders/create", { folderName: "Staging" })).status).toBe(http),
  ]),
  folderZero: (
    [
      ["root", 200],
      ["refused", 400],
    ] as const
  ).map(([value, http]) => [
    value,
    async (care) => {
      const statuses = [
        await care.call("/folders/create", { folderName: "X", parentFolderId: 0 }),
        await care.call("/products/folder", { serialNumbers: [registered], folderId: 0 }),
        await care.call("/products/register", { registrationUnits: [{ serialNumber: fresh[0], folderId: 0 }] }),
      ].map(({ status }) => status);
      expect(statuses).toEqual([http, http, http]);
    },
  ]),
  repeatDecommission: (
    [
      ["refused", 400],
      ["accepted", 200],
    ] as const
  ).map(([value, http]) => [
    value,
    async (care) => {
      const reply = await care.call("/products/decommission", { serialNumbers: [decommissioned] });
      expect(reply.status).toBe(http);
    },
  ]),
  decommissionedWrites: (
    [
      ["refused", 400],
      ["accepted", 200],
    ] as const
  ).map(([value, http]) => [
    value,
    async (care) => {
      const body = { serialNumber: decommissioned, description: "x" };
      expect((await care.call("/products/description", body)).status).toBe(http);
      const license = { licenseRegistrationCode: code(6), serialNumber: decommissioned };
      expect((await care.call("/licenses/register", license)).status).toBe(http);
    },
  ]),
  locationFields: (
    [
      ["formats", [200, 200, 200]],
      ["required", [400, 400, 400]],
    ] as const
  ).map(([value, http]) => [
    value,
    async (care) => {
      const set = async (location: object) =>
        (await care.call("/products/location", { serialNumber: registered, location })).status;
      expect(await set(address)).toBe(200);
      const lacking = [
        { ...address, city: null },
        { ...address, stateOrProvince: undefined },
        { ...address, phone: "4085550100" },
      ];
      const statuses: number[] = [];
      for (const location of lacking) statuses.push(await set(location));
      expect(statuses).toEqual(http);
    },
  ]),
  assetGroupIds: (
    [
      ["either", [200, 200]],
      ["array", [200, 400]],
      ["string", [400, 200]],
    ] as const
  ).map(([value, http]) => [
    value,
    async (care) => {
      const statuses = [
        (await care.register({ serialNumber: fresh[0], assetGroupIds: [501, 502] }))[0],
        (await care.register({ serialNumber: fresh[1], assetGroupIds: "501, 502" }))[0],
      ];
      expect(statuses).toEqual(http);
      for (const [index, status] of statuses.entries())
        expect(care.product(fresh[index] as string)?.assetGroups.length).toBe(status === 200 ? 2 : undefined);
    },
  ]),
  pageSize: [[1, async (care) => expect(await care.serials({ serialNumber: "%" })).toHaveLength(1)]],
  serialMatch: (
    [
      ["prefix", [4, 4, 1]],
      ["like", [0, 4, 1]],
      ["exact", [0, 0, 1]],
    ] as const
  ).map(([value, counts]) => [
    value,
    async (care) => {
      const found: number[] = [];
      for (const serialNumber of ["FGT60FTK2209", "FGT60FTK2209%", inFortiZtp])
        found.push((await care.serials({ serialNumber })).length);
      expect(found).toEqual(counts);
    },
  ]),
  listHidesUnentitled: ([true, false] as const).map((hidden) => [
    hidden,
    async (care) => {
      expect(await care.serials({ serialNumber: unentitled })).toEqual(hidden ? [] : [unentitled]);
      expect(await care.details(unentitled)).toMatchObject({ entitlements: null });
    },
  ]),
  emptyList: (
    [
      ["null", null],
      ["array", []],
    ] as const
  ).map(([value, nothing]) => [
    value,
    async (care) => {
      expect((await care.ok("/products/list", { serialNumber: "NONE" })).assets).toEqual(nothing);
      expect((await care.ok("/licenses/list", { licenseSKU: "NONE" })).licenses).toEqual(nothing);
      expect((await care.ok("/contracts/list", { contractSKU: "NONE" })).contracts).toEqual(nothing);
      for (const folderId of [5_003, 5_002]) await care.ok("/folders/delete", { folderId });
      await care.ok("/products/folder", { serialNumbers: [registered], folderId: null });
      await care.ok("/folders/delete", { folderId: 5_001 });
      expect((await care.ok("/folders/list")).assetFolders).toEqual(nothing);
    },
  ]),
  detailsStatus: (
    [
      ["absent", undefined],
      ["present", "Registered"],
    ] as const
  ).map(([value, status]) => [value, async (care) => expect((await care.details(registered)).status).toBe(status)]),
  padStrings: ([true, false] as const).map((pads) => [
    pads,
    async (care) => {
      const { entitlements, warrantySupports } = await care.details(registered);
      const texts = [entitlements, warrantySupports].flat() as Array<{ levelDesc: string; typeDesc: string }>;
      for (const { levelDesc, typeDesc } of texts)
        expect([levelDesc.endsWith(" "), typeDesc.endsWith(" ")]).toEqual([pads, pads]);
      expect((await care.ok("/products/list", { serialNumber: registered })).assets).toMatchObject([
        { warrantySupports: [{ levelDesc: "Advanced HW", typeDesc: "Hardware" }] },
      ]);
    },
  ]),
  licenseShape: (
    [
      ["object", null],
      ["array", []],
    ] as const
  ).map(([value, none]) => [
    value,
    async (care) => {
      const { license } = await care.details(managerMachine);
      expect(Array.isArray(license) ? license[0] : license).toMatchObject({ licenseNumber: "FMVM24000008" });
      expect(Array.isArray(license)).toBe(value === "array");
      expect((await care.details(registered)).license).toEqual(none);
    },
  ]),
  licenseKey: (["license", "licenses"] as const).map((key) => [
    key,
    async (care) => {
      const details = await care.details(managerMachine);
      expect(["license", "licenses"].filter((name) => name in details)).toEqual([key]);
    },
  ]),
  expirationKey: (["experiationDate", "expirationDate"] as const).map((key) => [
    key,
    async (care) => {
      const license = (await care.details(managerMachine)).license as object;
      expect(Object.keys(license).filter((name) => name.endsWith("Date"))).toEqual([key]);
    },
  ]),
  licenseStatuses: (
    [
      ["two", ["Registered", "Registered"]],
      ["four", ["Expired", "Decommissioned"]],
    ] as const
  ).map(([value, statuses]) => [
    value,
    async (care) => {
      await care.ok("/licenses/register", { licenseRegistrationCode: code(3) });
      await care.ok("/products/decommission", { serialNumbers: [managerMachine] });
      care.bench.seconds(61 * 86_400);
      const token = await care.bench.signIn({ client_id: "assetmanagement" });
      const { licenses } = await care.ok("/licenses/list", {}, token);
      expect((licenses as Array<{ status: string }>).map(({ status }) => status)).toEqual([
        statuses[0],
        "Pending",
        statuses[1],
      ]);
    },
  ]),
  contractFields: (
    [
      ["three", {}],
      [
        "all",
        {
          startDate: "2025-01-31T00:00:00",
          endDate: "2028-01-31T00:00:00",
          products: [{ serial: registered, model: "FortiWeb 100E" }],
        },
      ],
    ] as const
  ).map(([value, more]) => [
    value,
    async (care) => {
      const list = async (contractNumber: string) =>
        ((await care.ok("/contracts/list", { contractNumber })).contracts as unknown[])[0];
      const three = { contractNumber: contract(20), contractSKU: "FC-10-0060F-950-02-36", status: "Registered" };
      expect(await list(contract(20))).toEqual({ ...three, ...more });
      expect(await list(contract(16))).toMatchObject(
        value === "all" ? { startDate: null, endDate: null, products: [] } : { status: "Pending" },
      );
    },
  ]),
  rootFolderListed: ([false, true] as const).map((listed) => [
    listed,
    async (care) => {
      const { assetFolders } = await care.ok("/folders/list");
      const root = assetFolders?.find(({ folderId }) => folderId === 0);
      const count = [...care.forticare.products.values()].filter(({ folderId }) => folderId === 0).length;
      expect(root).toEqual(
        listed
          ? { folderId: 0, folderName: "My Assets", folderPath: "/My Assets", parentFolderId: 0, assetCount: count }
          : undefined,
      );
    },
  ]),
  accountIdShown: ([true, false] as const).map((shown) => [
    shown,
    async (care) => {
      expect("accountId" in (await care.details(registered))).toBe(shown);
      const reply = await care.call("/products/register", { registrationUnits: [{ serialNumber: registered }] });
      expect("accountId" in (reply.json<{ assets: [object] }>().assets[0] ?? {})).toBe(shown);
    },
  ]),
  registrationDate: (
    [
      ["local", "2025-01-31T12:00:00"],
      ["zoned", "2025-01-31 12:00:00+0000"],
    ] as const
  ).map(([value, date]) => [
    value,
    async (care) => expect((await care.details(registered)).registrationDate).toBe(date),
  ]),
  successMessage: (
    [
      ["text", "Success"],
      ["empty", ""],
    ] as const
  ).map(([value, message]) => [value, async (care) => expect((await care.ok("/folders/list")).message).toBe(message)]),
  unitStatus: (
    [
      ["number", [0, 2]],
      ["text", ["Registered", "Failed"]],
    ] as const
  ).map(([value, statuses]) => [
    value,
    async (care) => {
      const [, status, units] = await care.register({ serialNumber: fresh[0] }, { serialNumber: registered });
      expect([status, units?.map((unit) => unit[1])]).toEqual([2, statuses]);
    },
  ]),
};

/** Variants that the tests of limits and of FortiZTP are about. */
const elsewhere = [
  ...["limits", "windowScale", "throttleMode", "throttleEnvelopeHttp", "throttleRetryAfter", "throttledCalls"],
  ...["countUnitErrors", "batchOverflow", "visibilityDelayMs", "ztpDelayMs"],
];

describe.each(Object.entries(checks))("%s", (name, values) => {
  for (const [value, check] of values as Array<[unknown, Check]>)
    test(`${value}`, async () => {
      await using care = await CareBench.start({ [name]: value } as ForticareVariantChange);
      await check(care);
    });
});

test("no variant is left out", () => {
  const names = Object.keys(defaultForticareVariants());
  expect([...Object.keys(checks), ...elsewhere].sort()).toEqual(names.sort());
});
