import type { Account } from "./assets";
import { childrenOf, describeFolder } from "./folder-tree";

/** How many of many things are named. */
const named = 5;

/**
 * Why FortiCare would refuse to delete a folder, found without spending one of the errors that it allows in an hour;
 * "gone" when there is no such folder, undefined when it is empty.
 */
export async function refusal(account: Account, folderId: number, signal: AbortSignal): Promise<string | undefined> {
  const { folders, products } = account;
  const listed = await contentsOf(account, folderId, signal);
  if (listed === "gone" || isEmpty(listed)) return listed === "gone" ? listed : undefined;
  // What was in it may have been moved since it was listed.
  folders.changed();
  const contents = await contentsOf(account, folderId, signal);
  if (contents === "gone" || isEmpty(contents)) return contents === "gone" ? contents : undefined;
  const { what, count, children } = contents;
  const inIt: string[] = [];
  if (count > 0) {
    const serials = (await products.all(signal))
      .filter((product) => product.folderId === folderId)
      .map(({ serialNumber }) => serialNumber);
    inIt.push(`${count} product${count === 1 ? "" : "s"}${some(serials, count)}`);
  }
  if (children.length > 0) {
    inIt.push(`${children.length} folder${children.length === 1 ? "" : "s"}${some(children, children.length)}`);
  }
  return (
    `${what} is not empty, so it was not deleted: it holds ${inIt.join(" and ")}. Move or delete what is in it first, in ` +
    'the program or in the FortiCare portal; or leave the folder there with `onDelete: "retain"`'
  );
}

interface Contents {
  what: string;
  count: number;
  children: string[];
}

async function contentsOf(account: Account, folderId: number, signal: AbortSignal): Promise<Contents | "gone"> {
  const folders = await account.folders.all(signal);
  const folder = folders.find((candidate) => candidate.folderId === folderId);
  if (!folder) return "gone";
  const children = childrenOf(folderId, folders).map((child) => child.folderName ?? String(child.folderId));
  return { what: describeFolder(folder, folders), count: folder.assetCount ?? 0, children };
}

function isEmpty({ count, children }: Contents): boolean {
  return count === 0 && children.length === 0;
}

/** ` (a, b and 3 more)`, as far as they are known by name. */
function some(names: readonly string[], count: number): string {
  const shown = names.slice(0, named);
  if (shown.length === 0) return "";
  const more = count - shown.length;
  return ` (${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""})`;
}
