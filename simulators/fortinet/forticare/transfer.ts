import { batchAnswer, type UnitOutcome } from "./batch";
import { type Call, type EndpointRoute, endpointRoute, type ForticareContext, writeProblem } from "./endpoint";
import { denied } from "./envelope";
import type { Fields } from "./fields";
import { presentFailure, presentTransferred } from "./present";
import type { Product } from "./types";

/** Moves products between two accounts, both of which the API user must have. */
export function transferRoute(context: ForticareContext): EndpointRoute {
  const { world, variants } = context;
  return endpointRoute(context, {
    path: "/products/transfer",
    access: "write",
    takesAccount: false,
    withoutResult: { assets: null },
    read: (fields) => ({
      source: accountId(fields, "sourceAccountId", "Source account id"),
      target: accountId(fields, "targetAccountId", "Target account id"),
      serials: fields.serials("serialNumbers", variants.limits.unitsPerBatch),
    }),
    run(call, { source, target, serials }) {
      const from = scopedAccount(call, source);
      const to = scopedAccount(call, target);
      const outcomes = serials.map((serial): UnitOutcome => {
        const product = world.products.get(serial);
        const problem = transferProblem(call, product, from, to);
        if (!product || problem !== undefined)
          return { failed: presentFailure(serial, problem ?? "Product is not found.", variants) };
        return {
          apply() {
            move(context, product, to);
            return () => presentTransferred(product, world, variants);
          },
        };
      });
      return batchAnswer(outcomes, variants);
    },
  });
}

function accountId(fields: Fields, name: string, what: string): number {
  const value = fields.integer(name);
  if (fields.isEmpty(name)) fields.missing(`${what} cannot be empty.`);
  else if (value !== null && value <= 0) fields.invalid(name);
  return value ?? 0;
}

function scopedAccount({ context, scope, user }: Call, id: number): string {
  const name = context.world.accountName(id);
  if (name === undefined || !scope.includes(name) || user.type === "local") throw denied(context.variants);
  return name;
}

function transferProblem(call: Call, product: Product | undefined, from: string, to: string): string | undefined {
  if (!product || product.account !== from) return "Product is not found in the source account.";
  if (from === to) return "Product is already in the target account.";
  if (product.status === "Pending") return "Product is not registered.";
  return writeProblem(product, call.context.variants);
}

/** What belongs to the old account, folder and groups, stays behind; contracts and licences come along. */
function move({ world, ztp, variants, now }: ForticareContext, product: Product, to: string): void {
  ztp.leave(product);
  product.account = to;
  product.folderId = 0;
  product.assetGroups = [];
  product.visibleFrom = now() + variants.visibilityDelayMs;
  for (const contract of world.contracts.values())
    if (contract.consumedBy === product.serialNumber) contract.account = to;
  for (const license of world.licensesOf(product.serialNumber)) license.account = to;
  ztp.arrive(product);
}
