import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

export interface OutputFile {
  /** Relative to the folder of the command. */
  path: string;
  text: string;
  /** Only its owner may read it. */
  secret: boolean;
}

/** @throws Error when one of the files is there */
export function refuseToOverwrite(folder: string, paths: readonly string[]): void {
  const there = paths.filter((path) => existsSync(resolve(folder, path)));
  if (there.length === 0) return;
  const [verb, them] = there.length === 1 ? ["exists", "it"] : ["exist", "them"];
  throw new Error(`${there.join(" and ")} ${verb}; overwrite ${them} with --force, or write elsewhere with --out`);
}

/** Writes files anew, with their folders; what is there already goes first, since its mode would stay. */
export function writeFiles(folder: string, files: readonly OutputFile[]): void {
  for (const { path, text, secret } of files) {
    const file = resolve(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, text, { flag: "wx", mode: secret ? 0o600 : 0o666 });
  }
}
