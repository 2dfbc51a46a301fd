import { createHash } from "node:crypto";
import type { AppliedContract, Product } from "../../clients/fortinet/forticare";
import { normalizeSerial } from "../../clients/fortinet/lists";
import type { Account } from "./assets";

/** As `owns` names a contract: whoever sees its number while it is not used can use it up. */
export function contractName(contractNumber: string): string {
  const digest = createHash("sha256").update(normalizeSerial(contractNumber)).digest("hex");
  return `the contract with the SHA-256 ${digest.slice(0, 12)}…`;
}

/** The contract of a product, if it has it. */
export function contractOf({ contracts }: Product, contractNumber: string): AppliedContract | undefined {
  const wanted = normalizeSerial(contractNumber);
  return contracts.find((contract) => normalizeSerial(contract.contractNumber ?? "") === wanted);
}

/** The product of the account that has the contract. */
export async function holderOf(
  { products }: Account,
  contractNumber: string,
  signal: AbortSignal,
): Promise<Product | undefined> {
  return (await products.all(signal)).find((product) => contractOf(product, contractNumber));
}
