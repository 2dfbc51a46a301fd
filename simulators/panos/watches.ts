import { accessSync, constants } from "node:fs";
import type { Deliveries } from "./deliveries";
import { type Directory, incomingFolder, pendingFolder } from "./directory";
import { type Arrival, FolderWatch } from "./folder-watch";
import type { Delivery } from "./types";
import type { PanosVariants } from "./variants";

/** Watches the two folders that clients fill: for the record of deliveries, and for commands that a daemon notices. */
export class Watches {
  readonly #deliveries: Deliveries;
  readonly #variants: PanosVariants;
  readonly #onCommand: (name: string) => void;
  #open: FolderWatch[] = [];

  /** `onCommand` is told the names of command files that a running daemon sees. */
  constructor(deliveries: Deliveries, variants: PanosVariants, onCommand: (name: string) => void) {
    this.#deliveries = deliveries;
    this.#variants = variants;
    this.#onCommand = onCommand;
  }

  /** Watches what of the folders there is, and nothing that was watched before. */
  open(directory: Directory): void {
    this.close();
    for (const folder of [pendingFolder, incomingFolder] as const) {
      const path = directory.path(folder);
      if (!isFolder(path)) continue;
      const watch = new FolderWatch(path, {
        onArrival: (name, arrival) => {
          if (folder === incomingFolder) this.#commandCame(directory, name, arrival);
        },
        onChange: (name) => this.#note(folder, name),
      });
      this.#open.push(watch);
    }
  }

  /** Resolves once everything that happened so far was told. */
  async settle(): Promise<void> {
    await Promise.all(this.#open.map((watch) => watch.settle()));
  }

  close(): void {
    for (const watch of this.#open) watch.close();
    this.#open = [];
  }

  #commandCame(directory: Directory, name: string, arrival: Arrival): void {
    const { commandDetection } = this.#variants;
    const seen = commandDetection === "any" || (commandDetection === "createdOnly" && arrival === "created");
    if (!seen || !name.endsWith(".json") || !directory.exists(`${incomingFolder}/${name}`)) return;
    this.#note(incomingFolder, name);
    this.#onCommand(name);
  }

  #note(folder: Delivery["folder"], name: string): void {
    if (name.endsWith(".json")) this.#deliveries.note(folder, name);
  }
}

function isFolder(path: string): boolean {
  try {
    accessSync(`${path}/.`, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
