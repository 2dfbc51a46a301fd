import { type EndpointRoute, endpointRoute, type ForticareContext } from "./endpoint";
import { broken, success } from "./envelope";
import { folded } from "./fields";
import type { Folder } from "./types";
import { rootFolderName } from "./world";

const longestName = 100;

/** The folder tree of an account. */
export function folderRoutes(context: ForticareContext): EndpointRoute[] {
  const { world, variants } = context;

  const present = ({ folderId, folderName, parentFolderId, account }: Folder): Record<string, unknown> => ({
    folderId,
    folderName,
    folderPath: world.folderPath(folderId),
    parentFolderId,
    assetCount: world.assetCount(folderId, account),
  });
  const foldersOf = (account: string): Folder[] =>
    [...world.folders.values()].filter((folder) => folder.account === account);

  const list = endpointRoute(context, {
    path: "/folders/list",
    access: "read",
    takesAccount: true,
    withoutResult: { assetFolders: null },
    read: () => undefined,
    run({ account }) {
      const root: Folder = { folderId: 0, folderName: rootFolderName, parentFolderId: 0, account };
      const folders = [...(variants.rootFolderListed ? [root] : []), ...foldersOf(account)];
      const nothing = variants.emptyList === "null" ? null : [];
      return success({ assetFolders: folders.length > 0 ? folders.map(present) : nothing });
    },
  });

  const create = endpointRoute(context, {
    path: "/folders/create",
    access: "write",
    takesAccount: true,
    withoutResult: { assetFolders: null },
    read(fields) {
      const folderName = fields.requiredText("folderName", "Folder name").trim();
      if (folderName.length > longestName || folderName.includes("/")) fields.invalid("folderName");
      return { folderName, parentFolderId: fields.integer("parentFolderId") };
    },
    run({ account }, { folderName, parentFolderId }) {
      const parent = parentFolderId === 0 && variants.folderZero === "root" ? null : parentFolderId;
      if (parent !== null && !world.folder(parent, account)) throw broken(`Folder ${parent} is not found.`);
      const siblings = foldersOf(account).filter((folder) => folder.parentFolderId === (parent ?? 0));
      const taken = siblings.some((folder) => folded(folder.folderName) === folded(folderName));
      if (taken && variants.duplicateFolder === "refused") throw broken(`Folder ${folderName} already exists.`);
      const folder = world.addFolder({ folderName, parentFolderId: parent ?? 0, account });
      return success({ assetFolders: [present(folder)] });
    },
  });

  const remove = endpointRoute(context, {
    path: "/folders/delete",
    access: "write",
    takesAccount: true,
    withoutResult: {},
    read(fields) {
      const folderId = fields.integer("folderId");
      if (fields.isEmpty("folderId")) fields.missing("Folder id cannot be empty.");
      return folderId ?? 0;
    },
    run({ account }, folderId) {
      if (folderId === 0) throw broken("The root folder cannot be deleted.");
      if (!world.folder(folderId, account)) throw broken(`Folder ${folderId} is not found.`);
      const children = foldersOf(account).some((folder) => folder.parentFolderId === folderId);
      if (children || world.assetCount(folderId, account) > 0) throw broken(`Folder ${folderId} is not empty.`);
      world.folders.delete(folderId);
      return success();
    },
  });

  return [list, create, remove];
}
