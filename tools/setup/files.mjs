import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function cacheDirectory(environment = process.env) {
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-ztp");
}

export function hashOfFile(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Readers see the old file or the new one, never half of it. */
export function writeAtomically(file, text, mode = 0o644) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, file);
}

/** The full path of an executable in the first folder of `path` that has it. */
export function findExecutable(name, path = process.env.PATH ?? "") {
  for (const directory of path.split(delimiter).filter(Boolean)) {
    const file = executableIn(directory, name);
    if (file) return file;
  }
  return undefined;
}

export function executableIn(directory, name) {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  return names.map((candidate) => join(directory, candidate)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Every file below `entries` as path -> "size:time": two equal lists mean that nothing was touched. */
export function listFiles(root, entries, wanted = () => true) {
  const files = {};
  const visit = (path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) {
      for (const name of readdirSync(path)) {
        if (name !== "node_modules") visit(join(path, name));
      }
    } else if (stats?.isFile() && wanted(path)) {
      files[relative(root, path).split(sep).join("/")] = `${stats.size}:${stats.mtimeMs}`;
    }
  };
  for (const entry of entries) visit(join(root, entry));
  return files;
}

export function sameFiles(before, after) {
  const names = Object.keys(after);
  return (
    before !== undefined &&
    names.length === Object.keys(before).length &&
    names.every((name) => before[name] === after[name])
  );
}
