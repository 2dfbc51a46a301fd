import type { Product } from "../../clients/fortinet/forticare";
import type { Account } from "./assets";

/** A product as far as its description goes. */
type Described = Pick<Product, "serialNumber"> & { description?: string | undefined };

/** Whether a product has another description than the program wants of it; undefined wants none in particular. */
export function isOther(description: string | undefined, product: Described): description is string {
  return description !== undefined && (product.description ?? "") !== description.trim();
}

/** Gives a product the description that a program wants of it, if it has another one; undefined leaves it as it is. */
export async function describeProduct(
  account: Account,
  product: Described,
  description: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { serialNumber } = product;
  if (!isOther(description, product)) return;
  try {
    await account.client.products.describe(serialNumber, description.trim(), { signal });
  } finally {
    account.products.changed(serialNumber);
  }
}
