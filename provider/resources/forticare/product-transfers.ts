import type { Product } from "../../clients/fortinet/forticare";
import type { Context } from "../../core/resource";
import type { Assets } from "./assets";
import { rootPath } from "./folder-tree";
import type { ProductOutputs } from "./product-outputs";
import type { Changeable } from "./product-steps";

/** What of a product says where it belongs. */
interface Belonging {
  serialNumber: string;
  accountId?: number;
  transferPolicy?: "refuse" | "allow";
}

/** What a change of the account means: nothing, a transfer, or why it is refused. */
export function transferOf(
  assets: Assets,
  held: Belonging,
  to: Belonging,
  actualAccountId: number | undefined,
): { from: number; to: number; refused?: undefined } | { refused: string } | undefined {
  if (held.accountId === to.accountId) return undefined;
  const source = assets.account(held.accountId).id ?? actualAccountId;
  // Without any account in the program it stays where it is.
  const target = assets.account(to.accountId).id;
  if (target === undefined || source === target) return undefined;
  const serial = to.serialNumber;
  if (source === undefined) {
    return { refused: `${serial} cannot be transferred to account ${target}: nothing says in which account it is now` };
  }
  if (to.transferPolicy !== "allow") {
    return {
      refused:
        `${serial} is in account ${source}, and the program now says ${target}. Set transferPolicy to "allow" to ` +
        "transfer it, or restore accountId",
    };
  }
  return { from: source, to: target };
}

export interface Transferring {
  assets: Assets;
  context: Context;
  /** The serial number. */
  id: string;
  held: Belonging & Changeable;
  to: Belonging;
  prior: Partial<ProductOutputs>;
}

/** Transfers a product when the program wants it elsewhere: as it is then, and what of the program's words still holds. */
export async function transferProduct(work: Transferring): Promise<{ product: Product; held: Changeable } | undefined> {
  const { assets, context, id, held, to, prior } = work;
  const transfer = transferOf(assets, held, to, prior.effectiveAccountId);
  if (!transfer) return undefined;
  if (transfer.refused !== undefined) throw new Error(transfer.refused);
  assets.assertWritable(id);
  const { signal } = context;
  const [source, target] = [assets.account(held.accountId), assets.account(to.accountId)];
  const { description, location, contractNumbers } = held;
  const left = { description, location, contractNumbers };
  // An interrupted run may have done it.
  const there = await target.products.find(id, signal);
  if (there) return { product: there, held: left };
  const before = await source.products.confirm(id, signal);
  if (!before)
    throw new Error(`${id} is not registered in account ${transfer.from} any more; run \`pulumi up --refresh\``);
  try {
    await target.lane().transfer(id, transfer, signal);
  } finally {
    source.products.changed(id);
    source.folders.changed();
  }
  const product = { ...before, accountId: transfer.to, folderId: undefined, folderPath: rootPath };
  target.products.learned(product);
  return { product, held: left };
}
