import { isVendorError } from "../clients/http/errors";

/** Waits shorter than this pass unnoticed, in milliseconds. */
const noticeableMs = 5_000;
const quietMs = 60_000;

/** Tells of long waits, such as for the hourly budget, but not of each of the calls that wait for the same reason. */
export function longWaits(warn: (message: string) => void): (wait: { ms: number; text: string }) => void {
  let lastTold = Number.NEGATIVE_INFINITY;
  return ({ ms, text }) => {
    if (ms < noticeableMs || Date.now() - lastTold < quietMs) return;
    lastTold = Date.now();
    warn(text);
  };
}

/** While nothing changes the time between two looks grows to so many times what it was. */
const slowestFactor = 4;

/** The times between two looks at what is waited for, from the configured one. */
export function pausesOf({ pollMs }: { pollMs: number }): readonly [first: number, longest: number] {
  return [pollMs, pollMs * slowestFactor];
}

/** The work that is waited for goes on while the service cannot be asked. */
export function isPassing(error: unknown): boolean {
  return isVendorError(error, "network", "timeout", "server", "rate-limited") && !error.notAttempted;
}
