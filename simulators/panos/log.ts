import { closeSync, openSync, writeSync } from "node:fs";
import type { Directory } from "./directory";

export type Level = "INFO" | "WARNING" | "ERROR";

/** The two logs of one life of the daemon, named after the day on which it started. */
export class Log {
  readonly #directory: Directory;
  readonly #structured: number;
  readonly #text: number;
  #closed = false;

  constructor(directory: Directory) {
    const day = directory.stamps.day();
    this.#directory = directory;
    this.#structured = openSync(directory.path(`logs/structured/panos-upgrade-${day}.json`), "a");
    this.#text = openSync(directory.path(`logs/text/panos-upgrade-${day}.log`), "a");
  }

  write(level: Level, part: string, message: string, more: { serial?: string } = {}): void {
    if (this.#closed || this.#directory.variants.daemonDiskFull) return;
    const { stamps } = this.#directory;
    const logger = `panos_upgrade.${part}`;
    const now = stamps.now();
    const line = { timestamp: stamps.text(now), level, logger, message, ...more };
    const time = new Date(now).toISOString().slice(0, 19).replace("T", " ");
    writeSync(this.#structured, `${JSON.stringify(line)}\n`);
    writeSync(this.#text, `${time} - ${logger} - ${level} - ${message}\n`);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#structured);
    closeSync(this.#text);
  }
}
