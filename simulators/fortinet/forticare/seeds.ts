import type { ContractSeed, FolderSeed, ForticareSeed, LicenseSeed, ProductSeed, WarehouseSeed } from "./types";

interface Stock {
  productModel: string;
  /** Beginning of the serial; digits that count up fill it to 16 characters. */
  prefix: string;
  count: number;
  /** The last so many need a cloud key. */
  keyed?: number;
  /** The first so many bring no entitlement when they are registered. */
  unentitled?: number;
}

const stocks: Stock[] = [
  { productModel: "FortiGate 60F", prefix: "FGT60FTK2409", count: 40, keyed: 10 },
  { productModel: "FortiGate 100F", prefix: "FG100FTK2401", count: 20, keyed: 5, unentitled: 2 },
  { productModel: "FortiAP 231F", prefix: "FP231FTF2401", count: 6 },
  { productModel: "FortiSwitch 124F-POE", prefix: "S124FPTF2401", count: 4 },
  { productModel: "FortiExtender 200F", prefix: "FX200F592401", count: 2 },
  { productModel: "FortiWeb 100E", prefix: "FV100ETA2401", count: 2 },
];

/** Products fresh from the factory, always the same ones: 60 FortiGates, 12 others they work with, 2 that FortiZTP doesn't know. */
function defaultWarehouse(): WarehouseSeed[] {
  const items = stocks.flatMap(({ productModel, prefix, count, keyed = 0, unentitled = 0 }) =>
    Array.from({ length: count }, (_, index): WarehouseSeed => {
      const digits = String(index + 1).padStart(16 - prefix.length, "0");
      const cloudKey = index >= count - keyed ? cloudKeyOf(prefix + digits) : null;
      return { serialNumber: prefix + digits, productModel, cloudKey, entitled: index >= unentitled };
    }),
  );
  return [...items, { serialNumber: "FGT60FTK24990001", productModel: "FortiGate 60F", ownedElsewhere: true }];
}

/** The key of a product of the default warehouse: `KEY`, its series and its number, such as `KEYF0031`. */
function cloudKeyOf(serial: string): string {
  return `KEY${serial.slice(0, 5) === "FG100" ? "H" : "F"}${serial.slice(-4)}`;
}

/** Fifteen contracts that whoever knows the number may use, four that are the account's, and one that is used. */
function defaultContracts(): ContractSeed[] {
  const skus = ["FC-10-0060F-247-02-12", "FC-10-0060F-950-02-36", "FC-10-F100F-247-02-12"];
  const supports = [
    [
      { type: 11, level: 20 },
      { type: 2, level: 6 },
    ],
    [
      { type: 11, level: 20 },
      { type: 2, level: 6 },
      { type: 22, level: 6 },
      { type: 21, level: 6 },
      { type: 41, level: 6 },
      { type: 51, level: 6 },
    ],
  ];
  const contracts = Array.from({ length: 20 }, (_, index): ContractSeed => {
    const kind = index % skus.length;
    return {
      contractNumber: `2401CT${String(index + 1).padStart(6, "0")}`,
      sku: skus[kind],
      supports: supports[kind % 2],
      days: kind === 1 ? 1_095 : 365,
      account: index >= 15 ? "main" : null,
      consumedBy: index === 19 ? usedProduct : null,
    };
  });
  const services = Array.from({ length: 3 }, (_, index): ContractSeed => {
    const contractNumber = `2401VS${String(index + 1).padStart(6, "0")}`;
    const mints = { productModel: "FortiGate VM-S", serialPrefix: "FGVMSLTM24" };
    return { contractNumber, sku: "FC2-10-FGVVS-990-02-12", mints };
  });
  return [...contracts, ...services];
}

/** Product with a contract, a location and a folder of its own. */
const usedProduct = "FV100ETA23010001";
const managerMachine = "FMGVMETM23000001";

/** Five codes for virtual machines, one for a product that exists, one that waits in the account, and one that is used. */
function defaultLicenses(): LicenseSeed[] {
  const gate = { productModel: "FortiGate VM02", serialPrefix: "FGVM02TM24" };
  const manager = { productModel: "FortiManager VM", serialPrefix: "FMGVMETM24" };
  const analyzer = { productModel: "FortiAnalyzer VM", serialPrefix: "FAZVMETM24" };
  const seed = (number: number, licenseSKU: string, rest: Partial<LicenseSeed> = {}): LicenseSeed => ({
    licenseRegistrationCode: `LIC${String(number).padStart(2, "0")}-24AAA-24BBB-24CCC-24DDDD`,
    licenseNumber: `${licenseSKU.slice(0, 2)}VM2400000${number}`,
    licenseSKU,
    ...rest,
  });
  return [
    seed(1, "FG-VM02", { mints: gate }),
    seed(2, "FG-VM02", { mints: gate }),
    seed(3, "FG-VM02", { mints: gate, licenseType: "Eval", days: 60 }),
    seed(4, "FMG-VM-100-UG", { mints: manager }),
    seed(5, "FAZ-VM-GB100", { mints: analyzer }),
    seed(6, "FC-VDOM-5-UG"),
    seed(7, "FG-VM02", { mints: gate, account: "main" }),
    seed(8, "FMG-VM-10-UG", { mints: manager, account: "main", serialNumber: managerMachine }),
  ];
}

const defaultFolders: FolderSeed[] = [
  { folderId: 5_001, folderName: "Production" },
  { folderId: 5_002, folderName: "Staging" },
  { folderId: 5_003, folderName: "Branches", parentFolderId: 5_001 },
];

/** Products of the main account that FortiZTP doesn't show. */
function defaultProducts(now: number): ProductSeed[] {
  const years = (count: number): number => now - count * 365 * 86_400_000;
  return [
    {
      serialNumber: usedProduct,
      productModel: "FortiWeb 100E",
      description: "Web shop",
      folderId: 5_001,
      productModelEoR: "2028-06-30T00:00:00",
      productModelEoS: "2030-06-30T00:00:00",
      assetGroups: [{ assetGroupId: 501, assetGroup: "Headquarters" }],
      location: {
        addressId: "900000",
        company: "Example Ltd",
        address: "1 Example Street",
        city: "Copenhagen",
        stateOrProvince: null,
        countryCode: "DK",
        postalCode: "1050",
        email: "network@example.com",
        phone: "+45 33123456",
        fax: null,
      },
    },
    {
      serialNumber: managerMachine,
      productModel: "FortiManager VM",
      virtual: true,
      licenseKeys: ["SIMULATED-LICENSE-KEY-0001"],
    },
    // Unentitled, and so hidden in lists.
    { serialNumber: "FAZ2HFTM23000001", productModel: "FortiAnalyzer 200F", entitlements: [], warrantySupports: [] },
    { serialNumber: "FGT60FTK23990001", productModel: "FortiGate 60F", status: "Pending" },
    {
      serialNumber: "FGT60ETK18000001",
      productModel: "FortiGate 60E",
      isDecommissioned: true,
      registeredAt: years(4),
    },
  ];
}

/** What FortiCare knows unless told otherwise. */
export function defaultForticare(now: number): Required<ForticareSeed> {
  return {
    warehouse: defaultWarehouse(),
    products: defaultProducts(now),
    contracts: defaultContracts(),
    licenses: defaultLicenses(),
    folders: defaultFolders,
    assetGroups: [
      { assetGroupId: 501, assetGroup: "Headquarters" },
      { assetGroupId: 502, assetGroup: "Branches" },
    ],
    accountIds: {},
  };
}
