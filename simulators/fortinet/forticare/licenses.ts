import {
  type Call,
  type EndpointRoute,
  endpointRoute,
  type ForticareContext,
  productOf,
  writableProduct,
} from "./endpoint";
import { broken, success } from "./envelope";
import { folded } from "./fields";
import { licenseFile, presentDetails } from "./present";
import { wireDate } from "./support";
import type { LicenseRecord, Product } from "./types";

const codeForm = /^[A-Z0-9]{5}(-[A-Z0-9]{5}){3}-[A-Z0-9]{6}$/;

/** Licences: list, registration, download of the file. */
export function licenseRoutes(context: ForticareContext): EndpointRoute[] {
  const { world, variants } = context;

  const statusOf = ({ serialNumber, expirationDate }: LicenseRecord): string => {
    if (serialNumber === null) return "Pending";
    if (variants.licenseStatuses === "two") return "Registered";
    if (world.products.get(serialNumber)?.isDecommissioned) return "Decommissioned";
    return expirationDate !== null && expirationDate < wireDate(context.now()) ? "Expired" : "Registered";
  };

  const list = endpointRoute(context, {
    path: "/licenses/list",
    access: "read",
    takesAccount: true,
    withoutResult: { licenses: null },
    read: (fields) => ({
      licenseNumber: fields.text("licenseNumber"),
      licenseSKU: fields.text("licenseSKU"),
      status: fields.choice("status", ["Registered", "Pending", "Expired", "Decommissioned"]),
    }),
    run({ account }, { licenseNumber, licenseSKU, status }) {
      const licenses = [...world.licenses.values()]
        .filter((license) => license.account === account)
        .map((license) => ({
          licenseNumber: license.licenseNumber,
          licenseSKU: license.licenseSKU,
          serialNumber: license.serialNumber,
          status: statusOf(license),
        }))
        .filter(
          (license) =>
            (licenseNumber === null || folded(license.licenseNumber) === folded(licenseNumber)) &&
            (licenseSKU === null || folded(license.licenseSKU) === folded(licenseSKU)) &&
            (status === null || license.status === status),
        );
      const nothing = variants.emptyList === "null" ? null : [];
      return success({ licenses: licenses.length > 0 ? licenses : nothing });
    },
  });

  const register = endpointRoute(context, {
    path: "/licenses/register",
    access: "write",
    takesAccount: true,
    withoutResult: { assetDetails: null },
    read(fields) {
      const code = folded(fields.requiredText("licenseRegistrationCode", "License registration code"));
      if (code !== "" && !codeForm.test(code)) fields.invalid("licenseRegistrationCode");
      return {
        code,
        serialNumber: fields.text("serialNumber"),
        description: fields.text("description"),
        additionalInfo: fields.text("additionalInfo"),
        isGovernment: fields.boolean("isGovernment"),
      };
    },
    run(call, { code, serialNumber, ...rest }) {
      const license = world.licenses.get(code);
      if (!license || (license.account !== null && license.account !== call.account))
        throw broken("License registration code is invalid.");
      if (license.serialNumber !== null) throw broken("License registration code has already been registered.");
      const product = serialNumber === null ? mintedProduct(call, license, rest) : licensedProduct(call, serialNumber);
      world.activate(license, product);
      return success({ assetDetails: presentDetails(product, world, variants, true) });
    },
  });

  const download = endpointRoute(context, {
    path: "/licenses/download",
    access: "write",
    takesAccount: false,
    withoutResult: { serialNumber: null, licenseFile: "" },
    read: (fields) => folded(fields.requiredText("serialNumber", "Serial number")),
    run(call, serialNumber) {
      const echo = { serialNumber };
      const product = productOf(call, serialNumber, echo);
      if (!product.virtual)
        throw broken("The license download function for given product category is not supported.", echo);
      if (world.licensesOf(serialNumber).length === 0) throw broken("The product has no license file.", echo);
      return success({ ...echo, licenseFile: licenseFile(product) });
    },
  });

  return [list, register, download];
}

/** Of a code alone: a new virtual product, if it is a code for one. */
function mintedProduct(
  { context, account }: Call,
  { mints }: LicenseRecord,
  given: { description: string | null; additionalInfo: string | null; isGovernment: boolean },
): Product {
  if (!mints) throw broken("Serial number is required to register this license.");
  const { productModel } = mints;
  const serialNumber = context.world.mint(mints);
  const product = context.world.register({ serialNumber, productModel, virtual: true, account, ...given });
  context.ztp.arrive(product);
  return product;
}

/** The product that a licence is for, which is one of the account. */
function licensedProduct(call: Call, serialNumber: string): Product {
  const product = writableProduct(call, serialNumber);
  if (product.account !== call.account || product.status === "Pending")
    throw broken(`Product ${serialNumber} is not registered in this account.`);
  return product;
}
