import { dirname } from "node:path";
import type { Clock } from "../http/clock";
import { VendorError } from "../http/errors";
import { hasCode, system } from "./errors";
import type { FileStamp, Files } from "./files";

/** A JSON file as it was read. `value` is undefined when it could not be understood. */
export interface JsonFile {
  value: unknown;
  understood: boolean;
  stamp: FileStamp;
}

/** A reading, and whether it came so soon after the writing that another one may have the same time. */
type Reading = JsonFile & { early: boolean };

/** Longest time that a file system does not tell apart. */
const tickMs = 1_000;
/** Who writes in place is done within this time; the daemon itself replaces whole files. */
const attempts = 5;
const pauseMs = 100;
/** Files whose last reading is kept. */
const kept = 20_000;

/** Reads JSON files, each version once. */
export class JsonReader {
  private readonly known = new Map<string, Reading>();

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
  ) {}

  /**
   * The file; undefined when there is none in its folder. What cannot be understood is read again for half a second, since
   * it may be half-written, and is then told as such; the same version is not read once more.
   * @throws VendorError when it cannot be read
   */
  async find(path: string): Promise<JsonFile | undefined> {
    for (let attempt = 1; ; attempt++) {
      const file = await this.once(path);
      if (!file || file.understood || this.known.get(path) === file) return file;
      if (attempt === attempts) return this.remember(path, file);
      await this.clock.sleep(pauseMs);
    }
  }

  /** The same; @throws VendorError when it cannot be understood */
  async value(path: string): Promise<unknown> {
    const file = await this.find(path);
    if (file && !file.understood) throw notUnderstood(path);
    return file?.value;
  }

  /** Keeps nothing of a file that holds more than what was asked for. */
  forget(path: string): void {
    this.known.delete(path);
  }

  private async once(path: string): Promise<Reading | undefined> {
    try {
      const stamp = await this.files.stat(path);
      const known = this.known.get(path);
      if (known && sameVersion(known.stamp, stamp) && !known.early) return known;
      const early = this.clock.now() - stamp.mtimeMs < tickMs;
      const file = { ...parsed(await this.files.read(path), stamp), early };
      return file.understood ? this.remember(path, file) : file;
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      this.known.delete(path);
      // Without its folder, as of a share that is not mounted, nothing can be said of a file.
      await this.files.stat(dirname(path));
      return undefined;
    }
  }

  private remember(path: string, file: Reading): Reading {
    this.known.delete(path);
    this.known.set(path, file);
    const [oldest] = this.known.keys();
    if (this.known.size > kept && oldest !== undefined) this.known.delete(oldest);
    return file;
  }
}

/** The error of a file whose content is no JSON. It never quotes it: it may hold credentials. */
export function notUnderstood(path: string): VendorError {
  return new VendorError({
    kind: "not-json",
    system,
    action: `read ${path}`,
    reason: "its content is no JSON",
    hint: "Whoever wrote it may not have finished: mend or remove the file, then run again.",
  });
}

function parsed(text: string, stamp: FileStamp): JsonFile {
  try {
    return { value: JSON.parse(text), understood: true, stamp };
  } catch {
    return { value: undefined, understood: false, stamp };
  }
}

function sameVersion(a: FileStamp, b: FileStamp): boolean {
  return a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino;
}
