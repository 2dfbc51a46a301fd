import {
  type Call,
  type EndpointRoute,
  endpointRoute,
  type ForticareContext,
  productOf,
  writableProduct,
  writeProblem,
} from "./endpoint";
import { broken, CareFailure, success } from "./envelope";
import { folded } from "./fields";
import { readLocation } from "./locations";
import type { Product } from "./types";

/** Changes of registered products; the replies are the envelope alone. */
export function productChangeRoutes(context: ForticareContext): EndpointRoute[] {
  const { world, variants } = context;

  const description = endpointRoute(context, {
    path: "/products/description",
    access: "write",
    takesAccount: false,
    withoutResult: {},
    read(fields) {
      const serialNumber = folded(fields.requiredText("serialNumber", "Serial number"));
      const given = fields.raw("description");
      if (given !== null && typeof given !== "string") fields.invalid("description");
      return { serialNumber, text: typeof given === "string" ? given : null };
    },
    run(call, { serialNumber, text }) {
      const product = writableProduct(call, serialNumber);
      // Without the key, or with null, nothing changes: only "" clears.
      if (text !== null) product.description = text;
      return success();
    },
  });

  const location = endpointRoute(context, {
    path: "/products/location",
    access: "write",
    takesAccount: false,
    withoutResult: {},
    read(fields) {
      const serialNumber = folded(fields.requiredText("serialNumber", "Serial number"));
      if (!fields.has("location")) fields.missing("Location is required.");
      const given = fields.nested("location");
      return { serialNumber, location: given && readLocation(given, variants) };
    },
    run(call, { serialNumber, location: wanted }) {
      const product = writableProduct(call, serialNumber);
      product.location = wanted && { addressId: world.addressId(), ...wanted };
      return success();
    },
  });

  const folder = endpointRoute(context, {
    path: "/products/folder",
    access: "write",
    takesAccount: false,
    withoutResult: {},
    read(fields) {
      const serials = fields.serials("serialNumbers", variants.limits.unitsPerBatch);
      if (!fields.has("folderId")) fields.missing("Folder id is required.");
      const folderId = fields.integer("folderId");
      return { serials, folderId };
    },
    run(call, { serials, folderId }) {
      const target = folderId === 0 && variants.folderZero === "root" ? null : folderId;
      return forEach(call, serials, (product) => {
        const problem = writeProblem(product, variants);
        if (problem !== undefined) throw broken(problem);
        if (target !== null && !world.folder(target, product.account)) throw broken(`Folder ${target} is not found.`);
        return () => {
          product.folderId = target ?? 0;
        };
      });
    },
  });

  const decommission = endpointRoute(context, {
    path: "/products/decommission",
    access: "write",
    takesAccount: false,
    withoutResult: {},
    read: (fields) => fields.serials("serialNumbers", variants.limits.unitsPerBatch),
    run: (call, serials) =>
      forEach(call, serials, (product) => {
        if (product.status === "Pending") throw broken(`Product ${product.serialNumber} is not registered.`);
        if (product.isDecommissioned && variants.repeatDecommission === "refused")
          throw broken(`Product ${product.serialNumber} is already decommissioned.`);
        return () => {
          product.isDecommissioned = true;
          context.ztp.leave(product);
        };
      }),
  });

  return [description, location, folder, decommission];
}

/** Judges every product, then changes those that the variant says; there is no result for each. */
function forEach(call: Call, serials: string[], judge: (product: Product) => () => void) {
  const { bulkOnError } = call.context.variants;
  const changes: Array<() => void> = [];
  let problem: CareFailure | undefined;
  for (const serial of serials) {
    try {
      changes.push(judge(productOf(call, serial)));
    } catch (error) {
      if (!(error instanceof CareFailure)) throw error;
      problem ??= error;
      if (bulkOnError !== "partial") break;
    }
  }
  const applies = problem === undefined || bulkOnError !== "atomic";
  if (applies) for (const change of changes) change();
  if (!problem) return success();
  return { ...problem.answer({}), applied: applies && changes.length > 0 };
}
