import { vi } from "vitest";
import { systemClock } from "../../../provider/clients/http/clock";

let skipped = 0;

/** How much time has been gone over so far, in milliseconds. */
export function skippedMs(): number {
  return skipped;
}

/** Whoever sleeps wakes up at once and finds the time gone by. There is one time: scenarios run one after the other. */
export function skipWaits(): void {
  vi.setConfig({ maxConcurrency: 1 });
  const [now, sleep, dateNow] = [systemClock.now.bind(systemClock), systemClock.sleep.bind(systemClock), Date.now];
  vi.spyOn(systemClock, "now").mockImplementation(() => now() + skipped);
  // The ledger of calls goes by the time of day.
  vi.spyOn(Date, "now").mockImplementation(() => dateNow() + Math.ceil(skipped));
  vi.spyOn(systemClock, "sleep").mockImplementation(async (ms, signal) => {
    await sleep(Math.min(ms, 10), signal);
    skipped += Math.max(0, ms - 10);
  });
}
