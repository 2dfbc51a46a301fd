/** A period of support, as the API shows it. Dates are `YYYY-MM-DDTHH:mm:ss` and in no time zone. */
export interface Entitlement {
  level: number;
  levelDesc: string;
  type: number;
  typeDesc: string;
  startDate: string;
  endDate: string;
  /** What else the vendor sends with it. */
  [other: string]: unknown;
}

/** What a contract gives for how long, as the API shows it. */
export interface ContractTerm {
  startDate: string;
  endDate: string;
  supportType: string;
}

/** A contract of a product, as the API shows it. */
export interface AppliedContract {
  contractNumber: string;
  sku: string;
  terms: ContractTerm[];
}

export interface AssetGroup {
  assetGroupId: number;
  assetGroup: string;
}

/** A postal address; `addressId` is the service's own. */
export interface Location {
  addressId: string;
  company: string | null;
  address: string | null;
  city: string | null;
  stateOrProvince: string | null;
  countryCode: string | null;
  postalCode: string | null;
  email: string | null;
  phone: string | null;
  fax: string | null;
}

/** A product as it leaves the factory, registered or not. */
export interface WarehouseItem {
  serialNumber: string;
  /** Such as `FortiGate 60F`; its first word is the kind. */
  productModel: string;
  virtual: boolean;
  /** The FortiCloud key printed on it, 8 capitals and digits, without which it can't be registered; null: none needed. */
  cloudKey: string | null;
  /** Whether its registration alone brings entitlements; one without any may be hidden in lists. */
  entitled: boolean;
  /** Whether an account outside this simulator has registered it. */
  ownedElsewhere: boolean;
}

export interface WarehouseSeed extends Partial<WarehouseItem> {
  serialNumber: string;
  productModel: string;
}

/** A product of an account: registered, or waiting for it (`Pending`). */
export interface Product {
  serialNumber: string;
  productModel: string;
  virtual: boolean;
  /** Name of the account. */
  account: string;
  status: "Registered" | "Pending";
  description: string | null;
  isDecommissioned: boolean;
  /** Milliseconds since the epoch. */
  registeredAt: number;
  /** Reads know it from then on; milliseconds since the epoch. */
  visibleFrom: number;
  /** 0 is the root. */
  folderId: number;
  productModelEoR: string | null;
  productModelEoS: string | null;
  entitlements: Entitlement[];
  warrantySupports: Entitlement[];
  contracts: AppliedContract[];
  assetGroups: AssetGroup[];
  partner: string;
  warrantyTypeName: string;
  location: Location | null;
  /** Of an unknown shape; shown as they are. */
  licenseKeys: unknown[];
  /** Declared at registration; no reply shows it. */
  isGovernment: boolean;
  /** Declared at registration; only the reply to that shows it. */
  additionalInfo: string | null;
  replacedSerialNumber: string | null;
  /** Whether FortiZTP's inventory of the account holds it. */
  inFortiZtp: boolean;
}

export interface ProductSeed extends Partial<Omit<Product, "visibleFrom" | "inFortiZtp" | "contracts">> {
  serialNumber: string;
  productModel: string;
}

/** What a registration code or service contract creates: a virtual product with a serial of its own. */
export interface Mint {
  productModel: string;
  /** Beginning of the serial; digits that count up fill it to 16 characters. */
  serialPrefix: string;
}

/** A contract that was bought. */
export interface ContractRecord {
  contractNumber: string;
  sku: string;
  /** What it supports: type and level, by their numbers. */
  supports: Array<{ type: number; level: number }>;
  /** Length in days, from the registration. */
  days: number;
  /** For a service contract (VM-S), what it creates; null: it is for a product that is registered with it. */
  mints: Mint | null;
  /** Name of the account that lists it while it is pending, the only one that may use it; null: whoever knows the number. */
  account: string | null;
  /** Serial of the product that has it; null while unused. */
  consumedBy: string | null;
}

export interface ContractSeed extends Partial<ContractRecord> {
  contractNumber: string;
}

/** A licence that was bought. */
export interface LicenseRecord {
  /** Five groups of 5, 5, 5, 5 and 6 capitals and digits. */
  licenseRegistrationCode: string;
  licenseNumber: string;
  licenseSKU: string;
  licenseType: string;
  /** Life in days, from the registration. */
  days: number;
  /** The virtual product that it creates; null: it is for a product that exists. */
  mints: Mint | null;
  /** As for contracts. */
  account: string | null;
  /** Serial of the product that has it; null while unused. */
  serialNumber: string | null;
  /** Set with `serialNumber`; in no zone. */
  expirationDate: string | null;
}

export interface LicenseSeed extends Partial<LicenseRecord> {
  licenseRegistrationCode: string;
}

/** A folder below the root, which has no record. */
export interface Folder {
  folderId: number;
  folderName: string;
  /** 0 is the root. */
  parentFolderId: number;
  /** Name of the account. */
  account: string;
}

export interface FolderSeed extends Partial<Folder> {
  folderName: string;
}

/** What FortiCare knows at the start. What is left out gets the default; devices in FortiZTP are registered products too. */
export interface ForticareSeed {
  /** Products that can be registered. Default: 60 FortiGates and some of other kinds. */
  warehouse?: WarehouseSeed[];
  /** Products of the accounts beside those in FortiZTP. */
  products?: ProductSeed[];
  contracts?: ContractSeed[];
  licenses?: LicenseSeed[];
  folders?: FolderSeed[];
  assetGroups?: AssetGroup[];
  /** Numbers of accounts by name. Default 100001 for `main`, and on from there in order. */
  accountIds?: Record<string, number>;
}
