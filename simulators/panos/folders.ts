import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { FolderState } from "./types";

const aside = ".set-aside";

/** Puts a folder into a state in which it can't be used, or back; what was in it comes back with it. */
export function setFolder(path: string, state: FolderState): void {
  if (existsSync(path + aside)) {
    rmSync(path, { recursive: true, force: true });
    renameSync(path + aside, path);
  }
  mkdirSync(path, { recursive: true });
  chmodSync(path, state === "unreadable" ? 0o000 : 0o755);
  if (state !== "missing" && state !== "file") return;
  renameSync(path, path + aside);
  if (state === "file") writeFileSync(path, "");
}
