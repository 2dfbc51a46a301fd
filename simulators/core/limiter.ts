/** What a limiter allows: so many calls in a window that slides, or that starts afresh at every multiple of its length. */
export interface Limit {
  calls: number;
  windowMs: number;
  window: "sliding" | "fixed";
}

/** Counts calls for each key (an API user, say) and refuses those beyond the limit. Refused calls don't count. */
export class Limiter {
  readonly #calls = new Map<string, number[]>();

  /** Takes one call. Returns undefined when allowed, otherwise the milliseconds until one is free again. */
  take(key: string, now: number, limit: Limit): number | undefined {
    const cutoff = cutoffOf(now, limit);
    const calls = (this.#calls.get(key) ?? []).filter((at) => at > cutoff);
    this.#calls.set(key, calls);
    if (calls.length < limit.calls) {
      calls.push(now);
      return undefined;
    }
    if (limit.window === "fixed") return cutoff + 1 + limit.windowMs - now;
    // The limit may have been lowered meanwhile: enough of the oldest calls must leave.
    const leaving = calls[calls.length - Math.max(1, limit.calls)] ?? now;
    return leaving + limit.windowMs - now;
  }

  /** Calls so far within the window, by key. */
  usage(now: number, limit: Limit): Map<string, number> {
    const cutoff = cutoffOf(now, limit);
    return new Map([...this.#calls].map(([key, calls]) => [key, calls.filter((at) => at > cutoff).length]));
  }

  clear(): void {
    this.#calls.clear();
  }
}

/** Calls at this instant or before lie outside the window. */
function cutoffOf(now: number, limit: Limit): number {
  return limit.window === "sliding" ? now - limit.windowMs : Math.floor(now / limit.windowMs) * limit.windowMs - 1;
}
