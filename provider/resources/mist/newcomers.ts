import { systemClock } from "../../clients/http/clock";
import { isVendorError } from "../../clients/http/errors";
import type { Context } from "../../core/resource";

/** How long Mist may take to show what it has taken, and how often to look. */
const patience = { withinMs: 30_000, everyMs: 1_000 };

/**
 * Looks until there is something to see, for at most 30 seconds.
 * @param what that it waits for, as the row of the resource shows it
 * @param until when to give up, in milliseconds since 1970
 */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  what: string,
  { signal, progress }: Context,
  until = systemClock.now() + patience.withinMs,
): Promise<T | undefined> {
  for (;;) {
    const found = await look();
    if (found !== undefined || systemClock.now() + patience.everyMs > until) return found;
    progress(`waits for ${what}`);
    await systemClock.sleep(patience.everyMs, signal);
  }
}

/** The sites and objects that this run has made: reads may know them some seconds later only. */
export class Newcomers {
  private readonly madeAt = new Map<string, number>();

  add(id: string): void {
    this.madeAt.set(id, systemClock.now());
  }

  /** What a look at something, or at what is in it, finds; asked again while Mist does not know what this run has made. */
  shown<T>(id: string, look: () => Promise<T | undefined>, what: string, context: Context): Promise<T | undefined> {
    const until = (this.madeAt.get(id) ?? Number.NEGATIVE_INFINITY) + patience.withinMs;
    const patiently = async (): Promise<T | undefined> => {
      try {
        return await look();
      } catch (error) {
        if (isVendorError(error, "not-found") && systemClock.now() + patience.everyMs <= until) return undefined;
        throw error;
      }
    };
    return eventually(patiently, what, context, until);
  }
}
