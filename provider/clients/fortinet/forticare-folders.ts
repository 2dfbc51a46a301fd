import { isVendorError, VendorError } from "../http/errors";
import type { CallOptions } from "./calls";
import { type ForticareCalls, system } from "./forticare-calls";
import { hintFor } from "./forticare-causes";
import { itemsOf } from "./forticare-list";
import { lookAgain } from "./forticare-looks";
import type { FolderCreation } from "./forticare-requests";
import { normalizeFolderId } from "./forticare-rules";
import { type Folder, folderSchema } from "./forticare-types";

export interface AccountOptions extends CallOptions {
  /** Needed if the scope of the API user is an organization. */
  accountId?: number;
}

/** Folders, one function a call. All throw `VendorError`. */
export interface Folders {
  /** All folders of the account, in one call. Whether the root is among them is up to FortiCare. */
  list(options?: AccountOptions): Promise<Folder[]>;
  /** Creates a folder; fails with the code "folder-exists" if its parent has one of that name. */
  create(folder: FolderCreation, options?: CallOptions): Promise<Folder>;
  /** Deletes an empty folder. One that is not there is a success; one with products or folders in it fails. */
  delete(folderId: number, options?: AccountOptions): Promise<void>;
}

export function createFolders(calls: ForticareCalls): Folders {
  const list = ({ accountId, signal }: AccountOptions = {}) =>
    calls.read({
      path: "/folders/list",
      json: { accountId },
      action: "list folders",
      signal,
      read: (body) => itemsOf(body, "assetFolders", folderSchema),
    });

  function create({ folderName, parentFolderId, accountId }: FolderCreation, { signal }: CallOptions = {}) {
    const name = folderName.trim();
    const parent = normalizeFolderId(parentFolderId);
    const isIt = (folder: Folder) => sameName(folder.folderName, name) && folder.parentFolderId === parent;
    const look = async () => {
      const found = (await list({ accountId, signal })).find(isIt);
      return found && { value: found };
    };
    return calls.write<Folder>({
      path: "/folders/create",
      json: { folderName: name, parentFolderId: parent, accountId },
      action: `create folder ${name}`,
      signal,
      read(body) {
        const folders = itemsOf(body, "assetFolders", folderSchema);
        const folder = folders.find(isIt) ?? folders[0];
        if (!folder) throw new Error("it names no folder");
        return folder;
      },
      verify: () => lookAgain(look, calls.clock, signal),
    });
  }

  async function remove(folderId: number, { accountId, signal }: AccountOptions = {}): Promise<void> {
    const isGone = async () => !(await list({ accountId, signal })).some((folder) => folder.folderId === folderId);
    const action = `delete folder ${folderId}`;
    const verify = () =>
      lookAgain(async () => ((await isGone()) ? { value: undefined } : undefined), calls.clock, signal);
    try {
      const json = { folderId, accountId };
      await calls.write<void>({ path: "/folders/delete", json, action, signal, read: () => {}, verify });
    } catch (error) {
      if (!isVendorError(error, "rejected", "not-found") || error.ambiguous) throw error;
      const folders = await list({ accountId, signal });
      const folder = folders.find((candidate) => candidate.folderId === folderId);
      if (!folder) return;
      const full = (folder.assetCount ?? 0) > 0 || folders.some((other) => other.parentFolderId === folderId);
      throw full && error.code === undefined ? notEmpty(error) : error;
    }
  }

  return { list, create, delete: remove };
}

function notEmpty(failure: VendorError): VendorError {
  const explained = new VendorError({ kind: failure.kind, system, code: "folder-not-empty" });
  return failure.with({ code: explained.code, hint: hintFor(explained) });
}

function sameName(one: string | undefined, other: string): boolean {
  return one?.trim().toUpperCase() === other.toUpperCase();
}
