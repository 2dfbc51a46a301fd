import { type EndpointRoute, endpointRoute, type ForticareContext } from "./endpoint";
import { broken, CareFailure, success } from "./envelope";
import { folded } from "./fields";
import { presentAsset, presentDetails } from "./present";
import type { Entitlement } from "./types";
import type { ForticareVariants } from "./variants";

/** List and details of products. */
export function productReadRoutes(context: ForticareContext): EndpointRoute[] {
  const { world, variants } = context;

  const list = endpointRoute(context, {
    path: "/products/list",
    access: "read",
    takesAccount: true,
    withoutResult: { assets: null, pageNumber: 0, totalPages: 0 },
    read(fields) {
      const serialNumber = fields.text("serialNumber");
      const expireBefore = fields.text("expireBefore");
      if (fields.isEmpty("serialNumber") && fields.isEmpty("expireBefore"))
        fields.missing("Both serialNumber and expireBefore cannot be empty at the same time.");
      const before = expireBefore === null ? null : instant(expireBefore);
      if (Number.isNaN(before)) fields.invalid("expireBefore");
      const pageNumber = fields.integer("pageNumber") ?? 1;
      if (pageNumber < 1) fields.invalid("pageNumber");
      const status = fields.choice("status", ["Registered", "Pending"]) ?? "Registered";
      return { serialNumber, before, status, productModel: fields.text("productModel"), pageNumber };
    },
    run(call, { serialNumber, before, status, productModel, pageNumber }) {
      const matches = serialNumber === null ? () => true : serialPattern(serialNumber, variants);
      const found = [...world.products.values()].filter(
        (product) =>
          product.account === call.account &&
          product.visibleFrom <= context.now() &&
          product.status === status &&
          (product.entitlements.length > 0 || !variants.listHidesUnentitled) &&
          (productModel === null || folded(product.productModel) === folded(productModel)) &&
          (before === null || product.entitlements.some((entitlement) => endsBefore(entitlement, before))) &&
          matches(product.serialNumber),
      );
      const start = (pageNumber - 1) * variants.pageSize;
      const page = found.slice(start, start + variants.pageSize);
      const assets = page.map((product) => presentAsset(product, world, variants));
      const nothing = variants.emptyList === "null" ? null : [];
      const totalPages = Math.ceil(found.length / variants.pageSize);
      const payload = { assets: assets.length > 0 ? assets : nothing, pageNumber, totalPages };
      return success(payload, "Request processed successfully");
    },
  });

  const details = endpointRoute(context, {
    path: "/products/details",
    access: "read",
    takesAccount: false,
    withoutResult: { assetDetails: null },
    read: (fields) => folded(fields.requiredText("serialNumber", "Serial number")),
    run(call, serialNumber) {
      const product = world.products.get(serialNumber);
      if (product && call.scope.includes(product.account) && product.visibleFrom <= context.now())
        return success({ assetDetails: presentDetails(product, world, variants) });
      if (variants.detailsUnknownSerial === "empty") return success({ assetDetails: null });
      throw unknownSerial(serialNumber, variants);
    },
  });

  return [list, details];
}

function unknownSerial(serialNumber: string, variants: ForticareVariants): CareFailure {
  const text = `Product ${serialNumber} is not found.`;
  if (variants.detailsUnknownSerial === "http400") return broken(text);
  return new CareFailure(variants.detailsUnknownSerial === "http404" ? 404 : 200, -2, 301, text, text);
}

/** Whether a serial is one that the caller asks for; case doesn't matter. */
function serialPattern(wanted: string, { serialMatch }: ForticareVariants): (serial: string) => boolean {
  const text = folded(wanted);
  if (serialMatch !== "exact" && text.includes("%")) {
    const pieces = text.split("%").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${pieces.join(".*")}$`);
    return (serial) => pattern.test(serial);
  }
  return serialMatch === "prefix" ? (serial) => serial.startsWith(text) : (serial) => serial === text;
}

/** Milliseconds since the epoch of an ISO date or date-time, NaN for anything else. Without a zone it is UTC. */
function instant(text: string): number {
  const form = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    text.trim(),
  );
  if (!form) return Number.NaN;
  const [, day, time = "00:00", zone = "Z"] = form;
  return Date.parse(`${day}T${time}${zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`);
}

function endsBefore(entitlement: Entitlement, before: number): boolean {
  return instant(entitlement.endDate) < before;
}
