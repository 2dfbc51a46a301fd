import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";

type Sqlite = typeof import("node:sqlite");

/**
 * Opens a database file that only this user may read, and makes it if need be. Writers of other processes are waited for.
 * @param busyMs longest wait for another process, in milliseconds; the whole process stands still meanwhile
 * @throws Error when the file cannot be used, or this Node has no SQLite
 */
export function openDatabase(file: string, busyMs: number): DatabaseSync {
  const sqlite = loadSqlite();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // SQLite would make it readable for others; its side files get the mode of this one.
  closeSync(openSync(file, "a", 0o600));
  const database = new sqlite.DatabaseSync(file, { timeout: busyMs });
  try {
    // Without a sync for every commit: a process that is killed loses nothing, a machine that loses power the last moment.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Node 22 calls its SQLite experimental, in a warning that is not for our users. */
function loadSqlite(): Sqlite {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] === "ExperimentalWarning" && String(warning).startsWith("SQLite ")) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof emitWarning;
  try {
    const sqlite: Sqlite | undefined = process.getBuiltinModule("node:sqlite");
    if (!sqlite) throw new Error(`Node.js ${process.version} has no node:sqlite`);
    return sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}
