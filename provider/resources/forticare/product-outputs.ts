import { z } from "zod";
import type { Entitlement, Product, ProductDetails } from "../../clients/fortinet/forticare";
import { field, object, type ValuesOf } from "../../core/shape";

const text = (doc: string) => field(z.string().optional(), { doc });

/** A period of support. */
export const entitlement = object(
  "Entitlement",
  {
    level: field(z.number().optional(), { doc: "The level of support, as a number." }),
    levelDesc: text("The same in words."),
    type: field(z.number().optional(), { doc: "The kind of support, as a number." }),
    typeDesc: text("The same in words."),
    startDate: text("The first day, without a zone."),
    endDate: text("The last day, without a zone."),
    additional: field(z.record(z.string(), z.unknown()).optional(), {
      doc: "What else FortiCare tells of it, under its own names: such as how many seats, CPUs, VDOMs or ADOMs it is for.",
    }),
  },
  "A period of support.",
);

/** What a contract gives for how long. */
export const contractTerm = object(
  "ContractTerm",
  { startDate: text("The first day."), endDate: text("The last day."), supportType: text("What it is for.") },
  "What a contract gives for how long.",
);

/** A contract of a product. */
export const appliedContract = object(
  "AppliedContract",
  {
    contractNumber: text("Its number."),
    sku: text("What was bought."),
    terms: field(z.array(contractTerm).optional(), { doc: "What it gives for how long." }),
  },
  "A contract that a product has.",
);

/** A group of products. */
export const assetGroup = object(
  "AssetGroup",
  {
    assetGroupId: field(z.number().optional(), { doc: "Its number." }),
    assetGroup: text("Its name."),
  },
  "A group of products.",
);

/** What FortiCare says of a registered product, under names that no input has. */
export const productOutputs = {
  productModel: field(z.string().optional(), { doc: "The model, such as FortiGate 60F.", stable: true }),
  registrationStatus: field(z.string().optional(), { doc: "Registered." }),
  registrationDate: field(z.string().optional(), {
    doc: "When it was registered, without a zone.",
    stable: true,
  }),
  isDecommissioned: field(z.boolean(), {
    doc: "Out of service: nothing of it can be changed before it is restored in the portal.",
  }),
  effectiveFolderId: field(z.int(), { doc: 'The folder that it is in, 0 being the root "My Assets".' }),
  effectiveFolderPath: field(z.string().optional(), { doc: "The path of that folder, which begins with /My Assets." }),
  effectiveDescription: field(z.string().optional(), { doc: "The description that it has." }),
  effectiveAccountId: field(z.int().optional(), { doc: "The account that has it, where FortiCare says so." }),
  productModelEoR: field(z.string().optional(), { doc: "When repair of the model ends." }),
  productModelEoS: field(z.string().optional(), { doc: "When support of the model ends." }),
  entitlements: field(z.array(entitlement).optional(), { doc: "Its periods of support." }),
  warrantySupports: field(z.array(entitlement).optional(), { doc: "Its warranty." }),
  contracts: field(z.array(appliedContract).optional(), { doc: "All its contracts, also those of others." }),
  assetGroups: field(z.array(assetGroup).optional(), { doc: "The asset groups that it is in." }),
  partner: field(z.string().optional(), { doc: "The partner; only known with refreshDetails." }),
  warrantyTypeName: field(z.string().optional(), { doc: "The kind of warranty; only known with refreshDetails." }),
  adopted: field(z.boolean(), {
    doc: "Whether it was registered already when this program first named it.",
    stable: true,
  }),
} as const;

export type ProductOutputs = ValuesOf<typeof productOutputs>;

const keysOf = {
  contract: ["contractNumber", "sku", "terms"],
  term: ["startDate", "endDate", "supportType"],
  group: ["assetGroupId", "assetGroup"],
} as const;

/** The outputs of a product. What only details tell stands as `prior` has it where the product comes from a list. */
export function outputsOf(
  product: Product | ProductDetails,
  { adopted, prior }: { adopted: boolean; prior?: Partial<ProductOutputs> },
): ProductOutputs {
  const details: Partial<ProductDetails> = "licenseKeys" in product ? product : {};
  return {
    productModel: product.productModel,
    registrationStatus: product.status ?? "Registered",
    registrationDate: product.registrationDate,
    isDecommissioned: product.isDecommissioned,
    effectiveFolderId: product.folderId ?? 0,
    effectiveFolderPath: product.folderPath,
    effectiveDescription: product.description,
    effectiveAccountId: product.accountId,
    productModelEoR: product.productModelEoR,
    productModelEoS: product.productModelEoS,
    entitlements: product.entitlements.map(entitlementOf),
    warrantySupports: product.warrantySupports.map(entitlementOf),
    contracts: product.contracts.map((contract) => ({
      ...pick(contract, keysOf.contract),
      terms: contract.terms.map((term) => pick(term, keysOf.term)),
    })),
    assetGroups: product.assetGroups.map((group) => pick(group, keysOf.group)),
    partner: details.partner ?? prior?.partner,
    warrantyTypeName: details.warrantyTypeName ?? prior?.warrantyTypeName,
    adopted,
  };
}

/** Where FortiCare tells a quantity is nowhere documented. */
function entitlementOf(entry: Entitlement) {
  const { level, levelDesc, type, typeDesc, startDate, endDate, ...rest } = entry;
  const told = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  const additional = told.length > 0 ? Object.fromEntries(told) : undefined;
  return { level, levelDesc, type, typeDesc, startDate, endDate, additional };
}

function pick<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, K>;
}
