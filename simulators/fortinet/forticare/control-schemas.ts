import { z } from "zod";
import type { ContractSeed, FolderSeed, LicenseSeed, ProductSeed, WarehouseSeed } from "./types";

// What the control endpoint takes.

const name = z.string().min(1);
const text = z.string().nullable();
const account = name.nullable();
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/, "must be YYYY-MM-DDTHH:mm:ss");
const folderId = z.number().int().min(0);

const entitlement = z.looseObject({
  level: z.number().int(),
  levelDesc: z.string(),
  type: z.number().int(),
  typeDesc: z.string(),
  startDate: date,
  endDate: date,
});

const location = z.strictObject({
  addressId: z.string(),
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

const mints = z.strictObject({ productModel: name, serialPrefix: name });

export const warehouseSeeds: z.ZodType<WarehouseSeed[]> = z.array(
  z.strictObject({
    serialNumber: name,
    productModel: name,
    virtual: z.boolean().optional(),
    cloudKey: z
      .string()
      .regex(/^[A-Z0-9]{8}$/, "must be 8 capitals and digits")
      .nullable()
      .optional(),
    entitled: z.boolean().optional(),
    ownedElsewhere: z.boolean().optional(),
  }),
);

const productFields = z
  .strictObject({
    virtual: z.boolean(),
    status: z.enum(["Registered", "Pending"]),
    description: text,
    isDecommissioned: z.boolean(),
    registeredAt: z.number().int(),
    folderId,
    productModelEoR: date.nullable(),
    productModelEoS: date.nullable(),
    entitlements: z.array(entitlement),
    warrantySupports: z.array(entitlement),
    assetGroups: z.array(z.strictObject({ assetGroupId: z.number().int(), assetGroup: z.string() })),
    partner: z.string(),
    warrantyTypeName: z.string(),
    location: location.nullable(),
    licenseKeys: z.array(z.unknown()),
    isGovernment: z.boolean(),
    additionalInfo: text,
    replacedSerialNumber: text,
  })
  .partial();

export const productChange: z.ZodType<Partial<ProductSeed>> = productFields.extend({ productModel: name.optional() });

export const productSeeds: z.ZodType<ProductSeed[]> = z.array(
  productFields.extend({ serialNumber: name, productModel: name, account: name.optional() }),
);

export const contractSeeds: z.ZodType<ContractSeed[]> = z.array(
  z.strictObject({
    contractNumber: name,
    sku: name.optional(),
    supports: z.array(z.strictObject({ type: z.number().int(), level: z.number().int() })).optional(),
    days: z.number().int().min(0).optional(),
    mints: mints.nullable().optional(),
    account: account.optional(),
    consumedBy: name.nullable().optional(),
  }),
);

export const licenseSeeds: z.ZodType<LicenseSeed[]> = z.array(
  z.strictObject({
    licenseRegistrationCode: z
      .string()
      .regex(/^[A-Z0-9]{5}(-[A-Z0-9]{5}){3}-[A-Z0-9]{6}$/i, "must be five groups of 5, 5, 5, 5 and 6"),
    licenseNumber: name.optional(),
    licenseSKU: name.optional(),
    licenseType: name.optional(),
    days: z.number().int().min(0).optional(),
    mints: mints.nullable().optional(),
    account: account.optional(),
    serialNumber: name.nullable().optional(),
    expirationDate: date.nullable().optional(),
  }),
);

export const folderSeeds: z.ZodType<FolderSeed[]> = z.array(
  z.strictObject({
    folderName: name,
    folderId: folderId.min(1).optional(),
    parentFolderId: folderId.optional(),
    account: name.optional(),
  }),
);
