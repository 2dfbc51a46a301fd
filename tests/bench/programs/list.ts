import { readFileSync } from "node:fs";

/** Tells a program the file that says what it manages. */
export const fleetVariable = "BENCH_FLEET";

export interface Fleet {
  /** The serial numbers of its devices or products. */
  serials: readonly string[];
  /** Where products are put. */
  folderId?: number;
  /** So many products, the first ones, are described in other words. Default 0. */
  describedAnew?: number;
  /** The claim codes of its devices, for programs of Mist. */
  claimCodes?: readonly string[];
  /** How many sites of Mist it has. Default 1. */
  sites?: number;
  /** The site of Mist whose devices are upgraded. */
  siteId?: string;
}

export function readFleet(): Fleet {
  const file = process.env[fleetVariable];
  if (!file) throw new Error(`${fleetVariable} names no file`);
  return JSON.parse(readFileSync(file, "utf8")) as Fleet;
}
