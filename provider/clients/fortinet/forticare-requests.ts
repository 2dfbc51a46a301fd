// What the functions of the client are given. What they answer with is in forticare-types.ts.

/** Where a product stands. Which fields FortiCare insists on: see `locationProblems`. */
export interface Location {
  company?: string;
  address?: string;
  city?: string;
  /** The two-letter code in US, CA, IN, BR and UA. */
  stateOrProvince?: string;
  /** ISO 3166-1 alpha-2. */
  countryCode?: string;
  postalCode?: string;
  email?: string;
  /** `+<country code> <number>`. */
  phone?: string;
  /** The same. */
  fax?: string;
}
export const locationFields = [
  "company",
  "address",
  "city",
  "stateOrProvince",
  "countryCode",
  "postalCode",
  "email",
  "phone",
  "fax",
] as const satisfies readonly (keyof Location)[];

/** A product to register. */
export interface RegistrationUnit {
  serialNumber: string;
  /** A contract to use up for it. For a product that is registered already: the contract is added to it. */
  contractNumber?: string;
  description?: string;
  /** For the use of a government. Default false. */
  isGovernment?: boolean;
  /** FortiCloud key, as printed on the device; models that have one need it. */
  cloudKey?: string;
  /** Default: the root. */
  folderId?: number | null;
  assetGroupIds?: readonly number[];
  /** Serial of the product that this one replaces (RMA). */
  replacedSerialNumber?: string;
  /** For example a system id or management address. */
  additionalInfo?: string;
  location?: Location;
}

export type RegistrationStatus = "Registered" | "Pending";

/** Which products to list. */
export interface ProductFilter {
  /** Only these. An empty list matches nothing. */
  serials?: readonly string[];
  /** Only serials like this, `%` for any text; FortiCare takes what has none for a beginning. Not with `serials`. */
  serialPattern?: string;
  /** Only products with an entitlement that ends before this time, ISO 8601. */
  expireBefore?: string;
  /** Default `Registered`; one list never has both. */
  status?: RegistrationStatus;
  productModel?: string;
  /** Needed if the scope of the API user is an organization. */
  accountId?: number;
}

/** Which licences to list. */
export interface LicenseFilter {
  licenseNumber?: string;
  licenseSKU?: string;
  status?: RegistrationStatus;
  accountId?: number;
}

/** A licence to register. */
export interface LicenseRegistration {
  /** Secret, and used up by the registration. */
  licenseRegistrationCode: string;
  /** The product that gets it. Default: a new virtual product, whose serial FortiCare invents. */
  serialNumber?: string;
  /** Of the new product. */
  description?: string;
  /** For example the management address of a virtual FortiManager. */
  additionalInfo?: string;
  /** Default false. */
  isGovernment?: boolean;
  accountId?: number;
}

/** Which contracts to list. */
export interface ContractFilter {
  contractNumber?: string;
  contractSKU?: string;
  status?: RegistrationStatus;
  accountId?: number;
}

/** A subscription contract (VM-S style) to register, for which FortiCare invents a serial. */
export interface ServiceRegistration {
  contractNumber: string;
  description?: string;
  additionalInfo?: string;
  /** Default false. */
  isGovernment?: boolean;
  accountId?: number;
}

/** A folder to create. */
export interface FolderCreation {
  folderName: string;
  /** Default: the root. */
  parentFolderId?: number | null;
  accountId?: number;
}
