import { randomBytes } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { Stamps } from "./stamps";
import type { PanosVariants } from "./variants";

/** Folders that the daemon makes when it starts. */
export const folders = [
  "config",
  "devices",
  "queue/pending",
  "queue/active",
  "queue/completed",
  "queue/cancelled",
  "status/devices/ha_pairs",
  "validation/pre_flight",
  "validation/post_flight",
  "commands/incoming",
  "commands/processed",
  "logs/structured",
  "logs/text",
] as const;

export const pendingFolder = "queue/pending";
export const incomingFolder = "commands/incoming";

/** The daemon's work directory: every path is relative to it. */
export class Directory {
  constructor(
    readonly base: string,
    readonly stamps: Stamps,
    readonly variants: PanosVariants,
  ) {}

  path(...parts: string[]): string {
    return join(this.base, ...parts);
  }

  makeFolders(): void {
    for (const folder of folders) mkdirSync(this.path(folder), { recursive: true });
  }

  /** Names in a folder that end in .json, dot-files among them; none when there is no such folder. */
  jsonNames(folder: string): string[] {
    try {
      return readdirSync(this.path(folder)).filter((name) => name.endsWith(".json"));
    } catch (error) {
      if (isCode(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
      throw error;
    }
  }

  exists(path: string): boolean {
    return lstatSync(this.path(path), { throwIfNoEntry: false }) !== undefined;
  }

  /** What a file says; throws what Python would complain of. */
  readJson(path: string): unknown {
    const text = this.#readText(path);
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(
        text.trim() === "" ? "Expecting value: line 1 column 1 (char 0)" : `Invalid JSON in ${this.path(path)}`,
      );
    }
  }

  /** The same; `otherwise` when there is no such file. */
  readJsonOr(path: string, otherwise: unknown): unknown {
    return this.exists(path) ? this.readJson(path) : otherwise;
  }

  move(from: string, to: string): void {
    renameSync(this.path(from), this.path(to));
  }

  /**
   * Writes as the daemon does: a temporary file beside it, then a rename over it. `killed` runs while the temporary file is
   * half written.
   */
  writeJson(path: string, data: unknown, killed?: () => void): void {
    if (this.variants.daemonDiskFull) throw new Error(`[Errno 28] No space left on device: '${this.path(path)}'`);
    this.place(path, data, killed);
  }

  /** The same by another hand than the daemon's, which has no trouble. */
  place(path: string, data: unknown, killed?: () => void): void {
    const target = this.path(path);
    // A serial may hold anything; what it names outside is nobody's business.
    if (!target.startsWith(this.base + sep)) throw new Error(`[Errno 13] Permission denied: '${target}'`);
    const text = pythonJson(data);
    const folder = dirname(target);
    const random = randomBytes(6).toString("base64url").toLowerCase().replace(/-/g, "_");
    const temporary = join(folder, `.${basename(target)}.${random}.tmp`);
    mkdirSync(folder, { recursive: true });
    const mode = Number.parseInt(this.variants.fileMode, 8);
    try {
      writeFileSync(temporary, killed ? text.slice(0, text.length / 2) : text, { mode: 0o600 });
      killed?.();
      if (mode !== 0o600) chmodSync(temporary, mode);
      if (this.variants.stamps === "clock") this.#setTime(temporary);
      renameSync(temporary, target);
    } catch (error) {
      if (!killed) rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** Makes a file look as if it had been written `seconds` ago. */
  age(path: string, seconds: number): void {
    const { mtimeMs } = statSync(this.path(path));
    utimesSync(this.path(path), mtimeMs / 1_000 - seconds, mtimeMs / 1_000 - seconds);
  }

  #setTime(path: string): void {
    const now = this.stamps.now() / 1_000;
    utimesSync(path, now, now);
  }

  #readText(path: string): string {
    const full = this.path(path);
    const readable = { owner: 0o400, group: 0o040, other: 0o004 }[this.variants.daemonUser];
    // Only what somebody else wrote can be out of reach; the tests' user may well be root.
    if (isClientFile(path) && (statSync(full).mode & readable) === 0)
      throw new Error(`[Errno 13] Permission denied: '${full}'`);
    return readFileSync(full, "utf8");
  }
}

function isClientFile(path: string): boolean {
  return path.startsWith("queue/") || path.startsWith("commands/");
}

/** JSON as the daemon's library writes it: sorted keys, two spaces, nothing beyond ASCII. */
export function pythonJson(data: unknown): string {
  return JSON.stringify(sorted(data), undefined, 2).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}

/** Whether a file operation failed in one of these ways. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes(String((error as NodeJS.ErrnoException | null)?.code));
}
