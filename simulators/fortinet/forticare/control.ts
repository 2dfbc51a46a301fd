import { controlCollection } from "../../core/control-collection";
import { jsonBody, param, type Route, SimFailure, type SimReply, type SimRequest } from "../../core/http";
import { variantRoutes } from "../../core/variants";
import {
  contractSeeds,
  folderSeeds,
  licenseSeeds,
  productChange,
  productSeeds,
  warehouseSeeds,
} from "./control-schemas";
import { folded } from "./fields";
import type { ForticareSimulator } from "./simulator";
import { changeForticareVariants, forticareVariantSchema } from "./variants";

/** The part of the control endpoint that steers FortiCare. */
export function forticareControl(forticare: ForticareSimulator): Route[] {
  const { world, variants } = forticare;

  const knownProduct = (request: SimRequest): string => {
    const serial = folded(param(request, "id"));
    if (!forticare.products.has(serial)) throw new SimFailure(404, `There is no product ${serial}`);
    return serial;
  };
  const checkAccount = <T extends { account?: string | null }>(seeds: T[]): T[] => {
    for (const { account } of seeds)
      if (account && !world.accountIds.has(account)) throw new SimFailure(404, `There is no account ${account}`);
    return seeds;
  };

  return [
    ...variantRoutes({
      path: "/forticare/variants",
      service: "FortiCare",
      example: '{"pageSize": 2, "limits": {"errorsPerHour": 0}}',
      schema: forticareVariantSchema,
      variants,
      change: (change) => changeForticareVariants(variants, change),
    }),
    {
      method: "GET",
      path: "/forticare/accounts",
      doc: "Accounts with the numbers that FortiCare knows them by",
      handle: () => ok([...world.accountIds].map(([account, accountId]) => ({ account, accountId }))),
    },
    {
      method: "GET",
      path: "/forticare/limits",
      doc: "Calls and errors of every API user within the windows, and the limits",
      handle: () => ok({ limits: variants.limits, windowScale: variants.windowScale, users: forticare.usage() }),
    },
    {
      method: "DELETE",
      path: "/forticare/limits",
      doc: "Forget the calls and errors so far",
      handle() {
        forticare.forgetUsage();
        return { status: 204 };
      },
    },
    ...controlCollection({
      path: "/forticare/products",
      one: "product",
      least: "{serialNumber, productModel}",
      entries: () => forticare.products,
      key: folded,
      parse: (body) => checkAccount(productSeeds.parse(body)),
      add: (seed) => forticare.seed([seed]),
      remove: (serial) => forticare.remove(serial),
    }),
    {
      method: "PATCH",
      path: "/forticare/products/{id}",
      doc: 'Change a product behind the API\'s back, for example {"isDecommissioned": false} to restore it',
      handle: (request) => ok(forticare.patch(knownProduct(request), productChange.parse(jsonBody(request)))),
    },
    ...controlCollection({
      path: "/forticare/warehouse",
      one: "warehouse item",
      least: "{serialNumber, productModel}",
      entries: () => world.warehouse,
      key: folded,
      parse: (body) => warehouseSeeds.parse(body),
      add: (seed) => world.stock(seed),
    }),
    ...controlCollection({
      path: "/forticare/contracts",
      one: "contract",
      least: "{contractNumber}",
      entries: () => world.contracts,
      key: folded,
      parse: (body) => checkAccount(contractSeeds.parse(body)),
      add: (seed) => world.addContract(seed),
    }),
    ...controlCollection({
      path: "/forticare/licenses",
      one: "licence",
      least: "{licenseRegistrationCode}",
      entries: () => world.licenses,
      key: folded,
      parse: (body) => checkAccount(licenseSeeds.parse(body)),
      add: (seed) => world.addLicense(seed),
    }),
    ...controlCollection({
      path: "/forticare/folders",
      one: "folder",
      least: "{folderName}",
      entries: () => world.folders,
      key: Number,
      parse: (body) => checkAccount(folderSeeds.parse(body)),
      add: (seed) => world.addFolder(seed),
    }),
  ];
}

function ok(json: unknown): SimReply {
  return { status: 200, json };
}
