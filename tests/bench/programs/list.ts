import { readFileSync } from "node:fs";

/** Tells a program the file that lists the serial numbers of its devices. */
export const fleetVariable = "BENCH_FLEET";

export function readFleet(): string[] {
  const file = process.env[fleetVariable];
  if (!file) throw new Error(`${fleetVariable} names no file`);
  return JSON.parse(readFileSync(file, "utf8")) as string[];
}
