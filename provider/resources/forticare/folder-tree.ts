import type { Folder } from "../../clients/fortinet/forticare";

/** The folder without a record, which all others are in. */
export const rootFolderId = 0;
export const rootPath = "/My Assets";

/** Two spellings of a name, or of a path, are the same folder. */
export const foldName = (name: string): string => name.trim().toUpperCase();

/** `/My Assets/Branches/Berlin`, also where FortiCare does not say it. */
export function pathOf(folder: Folder, folders: readonly Folder[]): string {
  if (folder.folderPath) return folder.folderPath;
  const parent = folders.find(({ folderId }) => folderId === folder.parentFolderId && folderId !== folder.folderId);
  return `${parent ? pathOf(parent, folders) : rootPath}/${folder.folderName ?? folder.folderId}`;
}

/** The folders directly in another one. */
export function childrenOf(folderId: number, folders: readonly Folder[]): Folder[] {
  return folders.filter((folder) => folder.folderId !== rootFolderId && (folder.parentFolderId ?? 0) === folderId);
}

/**
 * The folder that a path or an id as text names.
 * @throws Error when several have that path
 */
export function folderAt(pathOrId: string, folders: readonly Folder[]): Folder | undefined {
  if (/^\d+$/.test(pathOrId)) return folders.find(({ folderId }) => folderId === Number(pathOrId));
  const wanted = `/${foldName(pathOrId).replace(/^\/+|\/+$/g, "")}`;
  const found = folders.filter((folder) => foldName(pathOf(folder, folders)) === wanted);
  if (found.length <= 1) return found[0];
  const ids = found.map(({ folderId }) => folderId).join(" or ");
  throw new Error(`FortiCare has ${found.length} folders ${pathOrId}; choose by id: ${ids}`);
}

/** A folder as texts name it. */
export function describeFolder(folder: Folder, folders: readonly Folder[]): string {
  return `folder ${folder.folderId} (${pathOf(folder, folders)})`;
}
