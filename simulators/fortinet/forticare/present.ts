import { createHash } from "node:crypto";
import { wireDate } from "./support";
import type { AppliedContract, Entitlement, LicenseRecord, Location, Product } from "./types";
import type { ForticareVariants } from "./variants";
import type { ForticareWorld } from "./world";

type Wire = Record<string, unknown>;

/** What products, details and units of a batch have in common. */
function commonFields(product: Product, world: ForticareWorld, variants: ForticareVariants): Wire {
  const date = wireDate(product.registeredAt);
  const accountId = variants.accountIdShown ? { accountId: world.accountIds.get(product.account) ?? null } : {};
  return {
    serialNumber: product.serialNumber,
    productModel: product.productModel,
    description: product.description,
    isDecommissioned: product.isDecommissioned,
    registrationDate: variants.registrationDate === "local" ? date : `${date.replace("T", " ")}+0000`,
    folderId: product.folderId,
    folderPath: world.folderPath(product.folderId),
    ...accountId,
    productModelEoR: product.productModelEoR,
    productModelEoS: product.productModelEoS,
    entitlements: orNull(product.entitlements),
    contracts: orNull(product.contracts),
    assetGroups: orNull(product.assetGroups),
    warrantySupports: orNull(product.warrantySupports),
  };
}

/** A product as lists show it. */
export function presentAsset(product: Product, world: ForticareWorld, variants: ForticareVariants): Wire {
  return { ...commonFields(product, world, variants), status: product.status };
}

/** A product as details show it; `withFile` for the reply to a registration, the only one with the licence file. */
export function presentDetails(
  product: Product,
  world: ForticareWorld,
  variants: ForticareVariants,
  withFile = false,
): Wire {
  const common = commonFields(product, world, variants);
  const licenses = world
    .licensesOf(product.serialNumber)
    .map((license) => presentLicense(license, product, variants, withFile));
  return {
    ...common,
    ...(variants.detailsStatus === "present" ? { status: product.status } : {}),
    ...(variants.padStrings
      ? { entitlements: padded(product.entitlements), warrantySupports: padded(product.warrantySupports) }
      : {}),
    partner: product.partner,
    [variants.licenseKey]: variants.licenseShape === "array" ? licenses : (licenses[0] ?? null),
    location: product.location,
    warrantyTypeName: product.warrantyTypeName,
    licenseKeys: product.licenseKeys,
  };
}

/** What a unit of a batch brought. */
export interface UnitResult {
  contract: AppliedContract | null;
  additionalInfo: string | null;
  location: Location | null;
}

/** A unit that went well, in the reply to a batch. */
export function presentUnit(
  product: Product,
  result: UnitResult,
  world: ForticareWorld,
  variants: ForticareVariants,
): Wire {
  return {
    ...commonFields(product, world, variants),
    status: variants.unitStatus === "number" ? 0 : "Registered",
    message: "Success",
    contractNumber: result.contract?.contractNumber ?? null,
    contractTerms: result.contract?.terms ?? null,
    sku: result.contract?.sku ?? null,
    additionalInfo: result.additionalInfo,
    location: result.location,
    trialTypes: null,
  };
}

/** A product that changed accounts, in the reply to a transfer. */
export function presentTransferred(product: Product, world: ForticareWorld, variants: ForticareVariants): Wire {
  const status = variants.unitStatus === "number" ? 0 : "Registered";
  return { ...commonFields(product, world, variants), status, message: "Success" };
}

/** A unit of a registration that failed: nothing but serial and reason. */
export function presentFailedUnit(serialNumber: string, reason: string, variants: ForticareVariants): Wire {
  const nothing = { contractNumber: null, contractTerms: null, sku: null, additionalInfo: null };
  return { ...presentFailure(serialNumber, reason, variants), ...nothing, location: null, trialTypes: null };
}

/** A product of a batch that failed, likewise. */
export function presentFailure(serialNumber: string, reason: string, variants: ForticareVariants): Wire {
  return {
    serialNumber,
    productModel: null,
    description: null,
    isDecommissioned: false,
    registrationDate: null,
    folderId: 0,
    folderPath: null,
    ...(variants.accountIdShown ? { accountId: null } : {}),
    productModelEoR: null,
    productModelEoS: null,
    entitlements: null,
    contracts: null,
    assetGroups: null,
    warrantySupports: null,
    status: variants.unitStatus === "number" ? 2 : "Failed",
    message: `Product-> ${reason}`,
  };
}

/** The licence file of a virtual machine: always the same text for a serial. */
export function licenseFile({ serialNumber, productModel }: Product): string {
  const kind = /^FortiGate\b/.test(productModel) ? "FGT" : serialNumber.slice(0, 3);
  const block = createHash("sha512").update(`licence of ${serialNumber}`).digest("base64");
  const lines = block.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${kind} VM LICENSE-----`, ...lines, `-----END ${kind} VM LICENSE-----`, ""].join("\r\n");
}

function presentLicense(
  license: LicenseRecord,
  product: Product,
  variants: ForticareVariants,
  withFile: boolean,
): Wire {
  return {
    licenseNumber: license.licenseNumber,
    licenseSKU: license.licenseSKU,
    licenseType: license.licenseType,
    [variants.expirationKey]: license.expirationDate,
    licenseFile: withFile && product.virtual ? licenseFile(product) : null,
  };
}

function padded(entitlements: Entitlement[]): Entitlement[] | null {
  return orNull(
    entitlements.map((item) => ({
      ...item,
      levelDesc: item.levelDesc.padEnd(50),
      typeDesc: item.typeDesc.padEnd(255),
    })),
  );
}

/** Lists without items are null, inside of products. */
function orNull<T>(items: T[]): T[] | null {
  return items.length > 0 ? items : null;
}
