import { type FSWatcher, lstatSync, readdirSync, utimesSync, watch } from "node:fs";
import { basename, join } from "node:path";

/** How a name came to be in a folder: made there or brought from elsewhere, or renamed within it. */
export type Arrival = "created" | "renamed";

/** A name that is, or was, in the folder. */
interface Entry {
  readonly name: string;
  /** Which file it names; absent when it had left before anybody could look. */
  readonly file: string | undefined;
  /** Whether another name came meanwhile: then this one may go because it was hard-linked, no rename. */
  outlived: boolean;
}

/**
 * Tells what happens in one folder, in order, as a file-system watcher of the daemon's kind does: a file that is renamed
 * within the folder is not a new one. Node doesn't say which two events are one rename, so this finds out: another name
 * vanished right before, and it was that of the same file.
 */
export class FolderWatch {
  readonly #folder: string;
  readonly #onArrival: (name: string, arrival: Arrival) => void;
  readonly #onChange: (name: string) => void;
  readonly #watcher: FSWatcher;
  readonly #present = new Map<string, Entry>();
  #gone: Entry | undefined;
  readonly #waiting: Array<() => void> = [];

  constructor(
    folder: string,
    handlers: { onArrival: (name: string, arrival: Arrival) => void; onChange: (name: string) => void },
  ) {
    this.#folder = folder;
    this.#onArrival = handlers.onArrival;
    this.#onChange = handlers.onChange;
    this.#watcher = watch(folder, { persistent: false }, (event, name) => this.#happened(event, name));
    // A folder that is taken away ends the watch; whoever puts it back starts another.
    this.#watcher.on("error", () => this.close());
    for (const name of readdirSync(folder)) this.#enter(name, fileAt(join(folder, name)));
  }

  /** Resolves once everything that happened in the folder so far was told. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      try {
        // The folder's own event comes after all that are waiting.
        const now = new Date();
        utimesSync(this.#folder, now, now);
      } catch {
        this.#answer();
      }
    });
  }

  close(): void {
    this.#watcher.close();
    this.#answer();
  }

  #happened(event: string, name: string | null): void {
    if (name === null) return;
    if (name === basename(this.#folder)) {
      this.#answer();
      return;
    }
    if (event === "rename") this.#cameOrWent(name);
    this.#onChange(name);
  }

  #cameOrWent(name: string): void {
    const file = fileAt(join(this.#folder, name));
    const known = this.#present.get(name);
    const gone = this.#gone;
    this.#gone = undefined;
    // The same file again: it left, and what brought it back comes next.
    if (known && (file === undefined || (file === known.file && !gone))) {
      this.#present.delete(name);
      this.#gone = known;
      return;
    }
    this.#enter(name, file);
    this.#onArrival(name, gone && gone.name !== name && isSame(gone, file) ? "renamed" : "created");
  }

  #enter(name: string, file: string | undefined): void {
    for (const entry of this.#present.values()) entry.outlived = true;
    this.#present.set(name, { name, file, outlived: false });
  }

  #answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function isSame(gone: Entry, file: string | undefined): boolean {
  return gone.file === undefined || file === undefined ? !gone.outlived : gone.file === file;
}

/** Which file a path names: its inode, and when that was born, since inodes are used again. */
function fileAt(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.ino} ${found.birthtimeNs}`;
}
