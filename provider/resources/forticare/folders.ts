import { z } from "zod";
import type { Folder } from "../../clients/fortinet/forticare";
import { type Context, defineFunction } from "../../core/resource";
import { field, object } from "../../core/shape";
import { inAccount } from "./account-input";
import { folderAt, pathOf, rootFolderId } from "./folder-tree";
import { forticare } from "./service";

/** A folder as the functions return it. */
const folderFields = {
  folderId: field(z.int(), { doc: "The number by which products name it; 0 is the root." }),
  name: field(z.string(), { doc: "The name." }),
  folderPath: field(z.string(), { doc: "Where it is, such as `/My Assets/Branches/Berlin`." }),
  parentFolderId: field(z.int(), { doc: "The folder that it is in; 0 is the root." }),
  assetCount: field(z.int().optional(), { doc: "How many products are in it, without those in folders below it." }),
};

export const getFolder = defineFunction({
  token: "forticare:getFolder",
  doc: "One folder of the account, by path or by id. Fails when there is none. One call.",
  service: forticare,
  inputs: {
    folderPath: field(
      z
        .string()
        .regex(/^\s*\//, "must begin with a slash: /My Assets/…")
        .optional(),
      {
        doc: "The whole path, such as `/My Assets/Branches`. Capital and small letters are the same. Either this or folderId.",
      },
    ),
    folderId: field(z.int().positive().optional(), { doc: "The id. Either this or folderPath." }),
    accountId: inAccount,
  },
  rules: [
    {
      needs: ["folderPath", "folderId"],
      check: ({ folderPath, folderId }) =>
        (folderPath === undefined) === (folderId === undefined)
          ? "give either the folderPath or the folderId of the folder"
          : undefined,
    },
  ],
  outputs: folderFields,
  async run(context, { folderPath, folderId, accountId }) {
    const wanted = folderPath ?? String(folderId);
    const folders = await listed(context, accountId);
    const found = folderAt(wanted, folders);
    if (!found) throw new Error(`there is no folder ${wanted} in this FortiCloud account`);
    return details(found, folders);
  },
});

export const getFolders = defineFunction({
  token: "forticare:getFolders",
  doc: 'The folders of the account below the root "My Assets". One call, whatever their number.',
  service: forticare,
  inputs: { accountId: inAccount },
  outputs: {
    folders: field(z.array(object("FolderDetails", folderFields, "A folder as FortiCare has it.")), {
      doc: "The folders, in the order of FortiCare.",
    }),
    total: field(z.int(), { doc: "How many they are." }),
  },
  async run(context, { accountId }) {
    const folders = await listed(context, accountId);
    const found = folders.filter(({ folderId }) => folderId !== rootFolderId).map((folder) => details(folder, folders));
    return { folders: found, total: found.length };
  },
});

async function listed(context: Context, accountId: number | undefined): Promise<Folder[]> {
  const { client, id } = (await context.use(forticare)).account(accountId);
  return client.folders.list({ accountId: id, signal: context.signal });
}

function details(folder: Folder, folders: readonly Folder[]) {
  const { folderId, parentFolderId = rootFolderId, assetCount } = folder;
  return { folderId, name: folder.folderName ?? "", folderPath: pathOf(folder, folders), parentFolderId, assetCount };
}
