import { type EndpointRoute, endpointRoute, type ForticareContext } from "./endpoint";
import { broken, success } from "./envelope";
import { folded } from "./fields";
import { presentDetails } from "./present";
import type { ContractRecord } from "./types";

/** Contracts: the list, and the registration of those that create a product of their own. */
export function contractRoutes(context: ForticareContext): EndpointRoute[] {
  const { world, variants } = context;

  const present = ({ contractNumber, sku, consumedBy }: ContractRecord): Record<string, unknown> => {
    const status = consumedBy === null ? "Pending" : "Registered";
    const three = { contractNumber, contractSKU: sku, status };
    if (variants.contractFields === "three") return three;
    const product = consumedBy === null ? undefined : world.products.get(consumedBy);
    const terms = product?.contracts.find((contract) => contract.contractNumber === contractNumber)?.terms ?? [];
    return {
      ...three,
      startDate: terms[0]?.startDate ?? null,
      endDate: terms[0]?.endDate ?? null,
      products: product ? [{ serial: product.serialNumber, model: product.productModel }] : [],
    };
  };

  const list = endpointRoute(context, {
    path: "/contracts/list",
    access: "read",
    takesAccount: true,
    withoutResult: { contracts: null },
    read: (fields) => ({
      contractNumber: fields.text("contractNumber"),
      contractSKU: fields.text("contractSKU"),
      status: fields.choice("status", ["Registered", "Pending"]),
    }),
    run({ account }, { contractNumber, contractSKU, status }) {
      const contracts = [...world.contracts.values()]
        .filter(
          (contract) =>
            contract.account === account &&
            (contractNumber === null || contract.contractNumber === folded(contractNumber)) &&
            (contractSKU === null || folded(contract.sku) === folded(contractSKU)),
        )
        .map(present)
        .filter((contract) => status === null || contract.status === status);
      const nothing = variants.emptyList === "null" ? null : [];
      return success({ contracts: contracts.length > 0 ? contracts : nothing });
    },
  });

  const register = endpointRoute(context, {
    path: "/services/register",
    access: "write",
    takesAccount: true,
    withoutResult: { assetDetails: null },
    read: (fields) => ({
      contractNumber: folded(fields.requiredText("contractNumber", "Contract number")),
      given: {
        description: fields.text("description"),
        additionalInfo: fields.text("additionalInfo"),
        isGovernment: fields.boolean("isGovernment"),
      },
    }),
    run({ account }, { contractNumber, given }) {
      const contract = world.contracts.get(contractNumber);
      if (!contract || (contract.account !== null && contract.account !== account))
        throw broken("Contract number is invalid.");
      if (contract.consumedBy !== null) throw broken("Contract has already been registered.");
      if (!contract.mints) throw broken("Contract is not for a service.");
      const serialNumber = world.mint(contract.mints);
      const { productModel } = contract.mints;
      const bare = { entitlements: [], warrantySupports: [] };
      const product = world.register({ serialNumber, productModel, virtual: true, account, ...bare, ...given });
      world.consume(contract, product);
      context.ztp.arrive(product);
      return success({ assetDetails: presentDetails(product, world, variants) });
    },
  });

  return [list, register];
}
