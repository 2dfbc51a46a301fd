import { isVendorError } from "../../clients/http/errors";
import type { ChangeWatch } from "../../clients/panos/panos";
import type { Following } from "../../core/job";
import type { WorkDirectory } from "./service";

/** How long jobs usually take at most, in seconds. */
export const usualSeconds = { device: 7_200, pair: 14_400 } as const;

/**
 * How to wait for something in the work directory: whoever waits is woken at the same moment, by a change or after the poll
 * interval, so that one look serves all.
 */
export function wakingUp({ client, pollMs }: WorkDirectory): Pick<Following<unknown>, "pauseMs" | "wake" | "close"> {
  let watch: ChangeWatch | undefined;
  return {
    // The watch wakes in time; this is for when it should not.
    pauseMs: [2 * pollMs, 2 * pollMs],
    wake(signal) {
      watch ??= client.changes();
      return watch.next(signal);
    },
    close: () => watch?.close(),
  };
}

/** Looks that may fail once one has succeeded, as while a share is not mounted: the job goes on meanwhile. */
export function patientOnceSeen<T>(look: (signal: AbortSignal) => Promise<T>) {
  let seen = false;
  return {
    async look(signal: AbortSignal): Promise<T> {
      const found = await look(signal);
      seen = true;
      return found;
    },
    isPassing: (error: unknown) => seen && isVendorError(error) && (error.transient || error.kind === "network"),
  };
}
