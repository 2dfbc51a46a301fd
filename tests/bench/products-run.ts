import type { ForticareVariantChange, WarehouseSeed } from "../../simulators";
import { generateDevices } from "../../simulators/fortinet/seeds";
import { MeasuredStack } from "./measured-stack";
import type { ProductContender } from "./project";
import type { SimulatorProcess } from "./simulator";
import { pageSize } from "./sizes";

/** What one command of the CLI took. */
export interface ProductsCost {
  /** Calls to FortiCare. */
  calls: number;
  /** Those of them that register products. */
  registerCalls: number;
  seconds: number;
}

/** Products that are registered, and then compared with the real thing and found unchanged. */
export interface ProductsRun {
  up: ProductsCost;
  refresh: ProductsCost;
}

/** Folders for the products of a program. */
export const folders = [
  { folderId: 6001, folderName: "Branches" },
  { folderId: 6002, folderName: "Moved branches" },
] as const;

/**
 * Starts afresh with an account that has registered some products, and with others that are new.
 * @returns the serials of the new ones
 */
export async function beginWithProducts(
  simulators: SimulatorProcess,
  { registered, fresh }: { registered: number; fresh: number },
  variants: ForticareVariantChange = {},
): Promise<string[]> {
  const products = generateDevices(registered + fresh).map(
    ({ deviceSN, model }): WarehouseSeed => ({ serialNumber: deviceSN, productModel: String(model).replace("-", " ") }),
  );
  await simulators.beginWithProducts({
    registered: products.slice(0, registered),
    fresh: products.slice(registered),
    folders,
    variants: { ...variants, pageSize },
  });
  return products.slice(registered).map(({ serialNumber }) => serialNumber);
}

/** Registers so many new products in an account that has as many others. */
export async function runProducts(
  contender: ProductContender,
  simulators: SimulatorProcess,
  count: number,
): Promise<ProductsRun> {
  const serials = await beginWithProducts(simulators, { registered: count, fresh: count });
  const stack = await MeasuredStack.create(contender, simulators, "forticare", {
    serials,
    folderId: folders[0].folderId,
  });
  const measure = async (command: "up" | "refresh"): Promise<ProductsCost> => {
    const { requests, calls, seconds } = await stack[command]();
    const registerCalls = requests.filter(({ relativePath }) => relativePath === "/products/register").length;
    return { calls, registerCalls, seconds };
  };
  try {
    return { up: await measure("up"), refresh: await measure("refresh") };
  } finally {
    stack.dispose();
  }
}
