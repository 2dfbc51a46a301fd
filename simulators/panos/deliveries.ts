import { lstatSync, readFileSync } from "node:fs";
import type { Clock } from "../core/clock";
import type { RequestEntry, RequestLog } from "../core/request-log";
import { type Directory, isCode } from "./directory";
import type { Delivery } from "./types";

interface Noted {
  readonly delivery: Delivery;
  readonly request: RequestEntry;
}

/** Every file that a client put where the daemon looks, whether or not a daemon runs. They are in the request log too. */
export class Deliveries {
  readonly all: Delivery[] = [];
  /** The latest one under each path, with what tells it from the next. */
  readonly #latest = new Map<string, Noted & { key: string }>();
  readonly #clock: Clock;
  readonly #requests: RequestLog;
  #directory: Directory | undefined;

  constructor(clock: Clock, requests: RequestLog) {
    this.#clock = clock;
    this.#requests = requests;
  }

  /** Forgets all; from now on it is this directory that counts. */
  begin(directory: Directory): void {
    this.clear();
    this.#directory = directory;
  }

  clear(): void {
    this.all.length = 0;
    this.#latest.clear();
  }

  /** Takes note of a file if it is there and new; the delivery that it belongs to. */
  note(folder: Delivery["folder"], name: string): Delivery | undefined {
    const path = `${folder}/${name}`;
    const known = this.#latest.get(path);
    const found = this.#look(path);
    if (!found) {
      if (known) this.settle(known.delivery, "withdrawn");
      this.#latest.delete(path);
      return undefined;
    }
    const { key, mode, text } = found;
    if (known?.key === key) return known.delivery;
    const json = parsed(text);
    const at = this.#clock.now();
    const delivery: Delivery = {
      id: this.all.length + 1,
      at,
      folder,
      name,
      mode,
      text,
      ...(json === undefined ? {} : { json }),
      outcome: "waiting",
    };
    const request = this.#requests.open({
      service: "panos",
      method: "PUT",
      path: `/${path}`,
      relativePath: `/${path}`,
      route: `/${folder}/{file}`,
      query: {},
      body: json ?? text,
      at,
    });
    this.all.push(delivery);
    this.#latest.set(path, { delivery, request, key });
    return delivery;
  }

  /** Notes what became of a delivery; only one that waits, or was refused so far, changes. */
  settle(delivery: Delivery | undefined, outcome: Delivery["outcome"]): void {
    if (!delivery || delivery.outcome === "taken" || delivery.outcome === "withdrawn") return;
    delivery.outcome = outcome;
    const noted = this.#latest.get(`${delivery.folder}/${delivery.name}`);
    if (outcome === "taken" && noted?.delivery === delivery) noted.request.applied = true;
  }

  #look(path: string): { key: string; mode: number; text: string } | undefined {
    if (!this.#directory) return undefined;
    const full = this.#directory.path(path);
    try {
      const { ino, mtimeNs, size, mode } = lstatSync(full, { bigint: true });
      const key = `${ino} ${mtimeNs} ${size}`;
      return { key, mode: Number(mode) & 0o7777, text: readFileSync(full, "utf8") };
    } catch (error) {
      if (isCode(error, "ENOENT", "ENOTDIR", "EISDIR", "EACCES")) return undefined;
      throw error;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
