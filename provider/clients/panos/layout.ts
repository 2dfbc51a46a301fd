import { join } from "node:path";
import { VendorError } from "../http/errors";
import { system } from "./errors";

/** Where a job's file can be, in the order in which it moves: it never goes back. */
export const jobPlaces = ["pending", "active", "completed", "cancelled"] as const;
export type JobPlace = (typeof jobPlaces)[number];

/** The daemon's work directory. */
export interface Layout {
  base: string;
  queue(place: JobPlace): string;
  job(place: JobPlace, id: string): string;
  daemon: string;
  workers: string;
  deviceFolder: string;
  device(serial: string): string;
  validation(flight: "pre_flight" | "post_flight"): string;
  commands: string;
  incoming: string;
  processed: string;
  config: string;
  upgradePaths: string;
  inventory: string;
  logs: string;
}

export function layoutOf(base: string): Layout {
  const at = (...parts: string[]) => join(base, ...parts);
  return {
    base,
    queue: (place) => at("queue", place),
    job: (place, id) => at("queue", place, `${id}.json`),
    daemon: at("status", "daemon.json"),
    workers: at("status", "workers.json"),
    deviceFolder: at("status", "devices"),
    device: (serial) => at("status", "devices", `${checkedName(serial, "serial")}.json`),
    validation: (flight) => at("validation", flight),
    commands: at("commands"),
    incoming: at("commands", "incoming"),
    processed: at("commands", "processed"),
    config: at("config", "config.json"),
    upgradePaths: at("config", "upgrade_paths.json"),
    inventory: at("devices", "inventory.json"),
    logs: at("logs", "text"),
  };
}

/** True for what can be the name of a file everywhere: letters, digits, `.`, `_` and `-`, not too long, no leading dot. */
export function isFileName(text: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(text);
}

/** The id or serial, which names a file. @throws VendorError when it cannot */
export function checkedName(name: string, what: "id" | "serial"): string {
  if (isFileName(name)) return name;
  throw new VendorError({
    kind: "rejected",
    system,
    action: `use the ${what} ${JSON.stringify(name.slice(0, 80))}`,
    reason: "it names a file in the work directory",
    notAttempted: true,
    hint: "Use letters, digits, dots, underscores and dashes only, at most 200, and no dot at the start.",
  });
}
