import type { Clock } from "../http/clock";

// What was just changed may take a while to show.
const waitsMs = [5_000, 10_000, 20_000];

/** Looks up to three times, each after a wait, until `look` answers with something. Once aborted, it looks no more. */
export async function lookAgain<T>(
  look: () => Promise<T | undefined>,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T | undefined> {
  for (const ms of waitsMs) {
    await clock.sleep(ms, signal).catch(() => {});
    if (signal?.aborted) return undefined;
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}
