import { z } from "zod";
import { normalizeFolderId } from "./forticare-rules";
import { normalizeSerial } from "./lists";

// FortiCare is lax about its own types: what cannot be read is absent, and keys unknown to us survive.
const absent = undefined;
const text = z.preprocess(textOf, z.string().optional());
const requiredText = z.preprocess(textOf, z.string());
const integer = z.preprocess(numberOf, z.int().optional()).catch(absent);
const requiredInteger = z.preprocess(numberOf, z.int());
const flag = z.preprocess((value) => /^(?:true|1|yes)$/i.test(String(value)), z.boolean());
const serial = requiredText.transform(normalizeSerial);
const folderId = integer.transform(normalizeFolderId);
const listOf = <T>(item: z.ZodType<T>) => z.preprocess(objectsOf, z.array(item));

function textOf(value: unknown): unknown {
  const plain = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return typeof plain === "string" && plain.trim() !== "" ? plain.trim() : absent;
}

function numberOf(value: unknown): unknown {
  const given = typeof value === "string" ? value.trim() : value;
  if (given === "" || given === null) return absent;
  return typeof given === "string" && /^-?\d+$/.test(given) ? Number(given) : given;
}

/** What may come as a list, as one object, or as null. */
function objectsOf(value: unknown): unknown[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === "object" && entry !== null);
}

/** A period of support. Dates have no zone and are kept as sent. */
export const entitlementSchema = z.looseObject({
  level: integer,
  levelDesc: text,
  type: integer,
  typeDesc: text,
  startDate: text,
  endDate: text,
});
export type Entitlement = z.infer<typeof entitlementSchema>;

/** A contract that a product has. */
export const appliedContractSchema = z
  .looseObject({
    contractNumber: text,
    sku: text,
    contractSKU: text,
    terms: listOf(z.looseObject({ startDate: text, endDate: text, supportType: text })),
  })
  .transform(({ contractSKU, sku, ...contract }) => ({ ...contract, sku: sku ?? contractSKU }));
export type AppliedContract = z.infer<typeof appliedContractSchema>;

export const assetGroupSchema = z.looseObject({ assetGroupId: integer, assetGroup: text });
export type AssetGroup = z.infer<typeof assetGroupSchema>;

const locationSchema = z.looseObject({
  addressId: text,
  company: text,
  address: text,
  city: text,
  stateOrProvince: text,
  countryCode: text,
  postalCode: text,
  email: text,
  phone: text,
  fax: text,
});

const productShape = {
  serialNumber: serial,
  productModel: text,
  description: text,
  /** `Registered` or `Pending`, so far as is known; details may lack it. */
  status: text,
  isDecommissioned: flag,
  /** As sent, without a zone. */
  registrationDate: text,
  /** Undefined is the root. */
  folderId,
  /** `/My Assets` is the root. */
  folderPath: text,
  accountId: integer,
  /** End of repair. */
  productModelEoR: text,
  /** End of support. */
  productModelEoS: text,
  entitlements: listOf(entitlementSchema),
  contracts: listOf(appliedContractSchema),
  assetGroups: listOf(assetGroupSchema),
  warrantySupports: listOf(entitlementSchema),
};

/** A product of the account, as lists have it. */
export const productSchema = z.looseObject(productShape);
export type Product = z.infer<typeof productSchema>;

/** A licence of a product. */
export const productLicenseSchema = z
  .looseObject({
    licenseNumber: text,
    licenseSKU: text,
    licenseType: text,
    // The wire spells it wrong, by one account.
    experiationDate: text,
    expirationDate: text,
    /** Secret. */
    licenseFile: z.string().optional().catch(absent),
  })
  .transform(({ experiationDate, expirationDate, ...license }) => ({
    ...license,
    expirationDate: expirationDate ?? experiationDate,
  }));
export type ProductLicense = z.infer<typeof productLicenseSchema>;

/** A product with all that is known of it. */
export const productDetailsSchema = z.preprocess(
  withLicenses,
  z.looseObject({
    ...productShape,
    partner: text,
    warrantyTypeName: text,
    location: locationSchema.optional().catch(absent),
    licenses: listOf(productLicenseSchema),
    /** Of unknown form. Secret. */
    licenseKeys: z.preprocess((keys) => (keys === null || keys === absent ? [] : [keys].flat()), z.array(z.unknown())),
  }),
);
export type ProductDetails = z.infer<typeof productDetailsSchema>;

/** Licences come under either name. */
function withLicenses(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("license" in value)) return value;
  const { license, ...rest } = value;
  return { ...rest, licenses: [license, "licenses" in rest ? rest.licenses : []].flat() };
}

/** What became of a product, in the answer about a batch. */
export const unitSchema = z.looseObject({
  ...productShape,
  message: text,
  contractNumber: text,
  sku: text,
  additionalInfo: text,
  location: locationSchema.optional().catch(absent),
});
export type Unit = z.infer<typeof unitSchema>;

/** A product that is registered now. */
export interface RegisteredProduct extends Product {
  /** Known from the service's answer, or, when that was lost, from a look at what is registered. */
  knownFrom: "answer" | "look";
}

/** Products, each once. */
export interface ProductList {
  products: Product[];
  /** False if FortiCare stopped in the middle: what is not in the list may be there all the same. */
  complete: boolean;
  /** The pages that were read for it, each at the price of a call. */
  pages: number;
}

/** A licence of the account. */
export const licenseSchema = z.looseObject({
  licenseNumber: text,
  licenseSKU: text,
  /** Of the product that has it. */
  serialNumber: text.transform((given) => given && normalizeSerial(given)),
  /** `Registered`, `Pending` or another. */
  status: text,
});
export type License = z.infer<typeof licenseSchema>;

/** A contract of the account. */
export const contractSchema = z.looseObject({
  contractNumber: text,
  contractSKU: text,
  /** `Registered` or `Pending`. */
  status: text,
});
export type Contract = z.infer<typeof contractSchema>;

/** A folder. */
export const folderSchema = z.looseObject({
  folderId: requiredInteger,
  folderName: text,
  /** Begins with `/My Assets`. */
  folderPath: text,
  /** Undefined is the root. */
  parentFolderId: folderId,
  /** Products in it. */
  assetCount: integer,
});
export type Folder = z.infer<typeof folderSchema>;
