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
