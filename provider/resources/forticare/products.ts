import { z } from "zod";
import type { Product, ProductDetails } from "../../clients/fortinet/forticare";
import { defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { inAccount } from "./account-input";
import { serialNumber } from "./product-inputs";
import { appliedContract, assetGroup, entitlement, outputsOf } from "./product-outputs";
import { forticare } from "./service";

/** A product as the functions return it. */
const productFields = {
  serialNumber: field(z.string(), { doc: "The serial number." }),
  productModel: field(z.string().optional(), { doc: "The model, such as FortiGate 60F." }),
  description: field(z.string().optional(), { doc: "The description." }),
  status: field(z.string().optional(), { doc: "Registered or Pending, as far as FortiCare tells." }),
  registrationDate: field(z.string().optional(), { doc: "When it was registered, without a zone." }),
  isDecommissioned: field(z.boolean(), { doc: "Out of service." }),
  folderId: field(z.int(), { doc: 'The folder that it is in, 0 being the root "My Assets".' }),
  folderPath: field(z.string().optional(), { doc: "The path of that folder." }),
  accountId: field(z.int().optional(), { doc: "The account that has it, where FortiCare says so." }),
  productModelEoR: field(z.string().optional(), { doc: "When repair of the model ends." }),
  productModelEoS: field(z.string().optional(), { doc: "When support of the model ends." }),
  entitlements: field(z.array(entitlement), { doc: "Its periods of support." }),
  warrantySupports: field(z.array(entitlement), { doc: "Its warranty." }),
  contracts: field(z.array(appliedContract), { doc: "The contracts that it has." }),
  assetGroups: field(z.array(assetGroup), { doc: "The asset groups that it is in." }),
};

const line = (doc: string) => field(z.string().optional(), { doc });

/** Where a product stands, as FortiCare has it, which may lack what it asks for today. */
const address = object(
  "ProductAddress",
  {
    company: line("The company."),
    address: line("Street and number."),
    city: line("The city."),
    stateOrProvince: line("The state or province."),
    countryCode: line("The country, ISO 3166-1 alpha-2."),
    postalCode: line("The postal code."),
    email: line("An e-mail address."),
    phone: line("A telephone number."),
    fax: line("A fax number."),
  },
  "Where a product stands, as FortiCare has it.",
);

function addressOf({ location }: ProductDetails) {
  if (!location) return undefined;
  const { company, address, city, stateOrProvince, countryCode, postalCode, email, phone, fax } = location;
  return { company, address, city, stateOrProvince, countryCode, postalCode, email, phone, fax };
}

function details(product: Product) {
  const told = outputsOf(product, { adopted: true });
  return {
    serialNumber: product.serialNumber,
    productModel: product.productModel,
    description: product.description,
    status: product.status,
    registrationDate: product.registrationDate,
    isDecommissioned: product.isDecommissioned,
    folderId: product.folderId ?? 0,
    folderPath: product.folderPath,
    accountId: product.accountId,
    productModelEoR: product.productModelEoR,
    productModelEoS: product.productModelEoS,
    entitlements: told.entitlements ?? [],
    warrantySupports: told.warrantySupports ?? [],
    contracts: told.contracts ?? [],
    assetGroups: told.assetGroups ?? [],
  };
}

export const getProduct = defineFunction({
  token: "forticare:getProduct",
  doc:
    "One registered product in detail. One call, which asks for no account. Fails when FortiCare does not have it, which " +
    "costs one of the ten errors that it allows in an hour.",
  service: forticare,
  inputs: { serialNumber: { ...serialNumber, doc: "The whole serial number." } },
  outputs: {
    ...productFields,
    partner: field(z.string().optional(), { doc: "The partner." }),
    warrantyTypeName: field(z.string().optional(), { doc: "The kind of warranty." }),
    location: field(address.optional(), { doc: "Where it stands." }),
    licenseNumbers: field(z.array(z.string()), { doc: "The numbers of its licences." }),
    licenseKeys: field(z.array(z.unknown()), { doc: "Its licence keys, as FortiCare sent them.", secret: true }),
  },
  async run(context, { serialNumber }) {
    const { client } = await context.use(forticare);
    const found = await client.products.get(serialNumber, { signal: context.signal });
    if (!found)
      throw new Error(`${serialNumber} is not registered where this API user may look; check the serial number`);
    return {
      ...details(found),
      partner: found.partner,
      warrantyTypeName: found.warrantyTypeName,
      location: addressOf(found),
      licenseNumbers: found.licenses.flatMap(({ licenseNumber }) => licenseNumber ?? []),
      licenseKeys: found.licenseKeys,
    };
  },
});

export const getProducts = defineFunction({
  token: "forticare:getProducts",
  doc:
    "The products of the account, those that match all filters, in as few calls as the pages of FortiCare allow. Its lists " +
    "may leave out products without any entitlement; decommissioned ones are in them.",
  service: forticare,
  inputs: {
    serialNumbers: field(z.array(z.string()).optional(), { doc: "Only these, each as a whole. Default: all." }),
    serialPattern: field(z.string().min(1).optional(), {
      doc: "Only serials like this, % for any text. Not together with serialNumbers.",
    }),
    expireBefore: field(z.string().optional(), {
      doc: "Only products with an entitlement that ends before this time, ISO 8601.",
    }),
    status: field(z.enum(["Registered", "Pending"]).optional(), {
      doc: "Pending: what waits for its registration instead. Default: Registered.",
    }),
    productModel: field(z.string().optional(), { doc: "Only products of this model, as FortiCare spells it." }),
    folderId: field(z.int().nonnegative().optional(), {
      doc: 'Only products in this folder, not in those below it; 0 is the root "My Assets".',
    }),
    accountId: inAccount,
  },
  rules: [
    {
      needs: ["serialNumbers", "serialPattern"],
      check: ({ serialNumbers, serialPattern }) =>
        serialNumbers && serialPattern !== undefined ? "give serialNumbers or serialPattern, not both" : undefined,
    },
  ],
  outputs: {
    products: field(z.array(object("ProductDetails", productFields, "A product as FortiCare has it.")), {
      doc: "The products, in the order of FortiCare.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
    complete: field(z.boolean(), {
      doc: "False when FortiCare ended its list before the last page: there may be more.",
    }),
  },
  async run(context, { serialNumbers, folderId, ...filter }) {
    const assets = await context.use(forticare);
    const { client, id: accountId } = assets.account(filter.accountId);
    const wanted = { ...filter, accountId, serials: serialNumbers };
    const { products, complete } = await client.products.list(wanted, { signal: context.signal });
    const found = products.filter((product) => folderId === undefined || (product.folderId ?? 0) === folderId);
    return { products: found.map(details), total: found.length, complete };
  },
});
