import { randomBytes } from "node:crypto";
import { watch } from "node:fs";
import * as fs from "node:fs/promises";
import { join } from "node:path";

/** What tells one version of a file from another. */
export interface FileStamp {
  /** Milliseconds since the epoch, by the clock of the file system. */
  mtimeMs: number;
  /** The same for the last change of name, place or permissions. */
  ctimeMs: number;
  size: number;
  ino: number;
  mode: number;
  uid: number;
  gid: number;
}

export interface WriteTerms {
  mode: number;
  /** The group that the file must get. */
  gid?: number;
  /** Whom the file should belong to, as far as this user may give it away: one who may is not the daemon's user. */
  owner?: { uid: number; gid: number };
}

/** The file operations that the client is made of. They fail as those of `node:fs` do, with a `code`. */
export interface Files {
  /** Names in a folder. */
  list(folder: string): Promise<string[]>;
  stat(path: string): Promise<FileStamp>;
  read(path: string): Promise<string>;
  /** Makes a new file, on the disk when this returns, with these permissions whatever the umask. Leaves nothing when it fails. */
  write(path: string, text: string, terms: WriteTerms): Promise<void>;
  /** A second name for a file; fails with EEXIST when the name is taken. */
  link(from: string, to: string): Promise<void>;
  /** Moves a file, over one that is there. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes sure that the names in a folder are on the disk. */
  syncFolder(folder: string): Promise<void>;
  /**
   * Calls back with the name of what changed in a folder, or undefined, until the returned function is called or
   * watching fails. Throws where it cannot be had.
   */
  watch(folder: string, onChange: (name: string | undefined) => void): () => void;
}

// What file systems answer that cannot sync a folder, or do not need to.
const unsyncable = new Set(["EINVAL", "EPERM", "EACCES", "ENOTSUP", "EISDIR", "EBADF", "ENOSYS"]);

/** The file system of this machine. */
export const nodeFiles: Files = {
  list: (folder) => fs.readdir(folder),
  stat: (path) => fs.stat(path),
  read: (path) => fs.readFile(path, "utf8"),
  async write(path, text, { mode, gid, owner }) {
    const file = await fs.open(path, "wx", mode);
    try {
      await file.writeFile(text);
      if (owner) await give(file, owner);
      if (gid !== undefined) await file.chown(-1, gid);
      await file.chmod(mode);
      await file.sync();
      await file.close();
    } catch (error) {
      await file.close().catch(() => {});
      await fs.unlink(path).catch(() => {});
      throw error;
    }
  },
  link: (from, to) => fs.link(from, to),
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.unlink(path),
  async syncFolder(folder) {
    try {
      const handle = await fs.open(folder, "r");
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      if (!unsyncable.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  },
  watch(folder, onChange) {
    const watcher = watch(folder, { persistent: false }, (_, name) => onChange(name ?? undefined));
    // A folder that can no longer be watched is still polled.
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  },
};

async function give(file: fs.FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const now = await file.stat();
  if (now.uid === uid && now.gid === gid) return;
  const refused = (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPERM") throw error;
    return true;
  };
  // Only root may change the user; anybody gives a file to a group that they are in.
  if (await file.chown(uid, gid).catch(refused)) await file.chown(-1, gid).catch(refused);
}

/** A name in the same folder that the daemon does not look at: its scan takes whatever ends in `.json`. */
export function temporaryPath(folder: string, name: string): string {
  return join(folder, `.${name}.${randomBytes(6).toString("hex")}.tmp`);
}
