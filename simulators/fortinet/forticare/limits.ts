import type { ForticareVariants } from "./variants";

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Why a call is refused, and for how long. */
export interface Throttle {
  text: string;
  waitMs: number;
}

/** What one API user has used of the limits, within their windows. */
export interface Usage {
  apiId: string;
  callsLastMinute: number;
  callsLastHour: number;
  errorsLastHour: number;
}

/** Calls and errors of every API user, in sliding windows of simulated time. */
export class Ledger {
  readonly #calls = new Map<string, number[]>();
  readonly #errors = new Map<string, number[]>();

  /** Whether a call at `now` (milliseconds) is beyond a limit; the longest wait decides. Counts nothing. */
  throttle(apiId: string, now: number, { limits, windowScale }: ForticareVariants): Throttle | undefined {
    const calls = this.#calls.get(apiId) ?? [];
    const errors = this.#errors.get(apiId) ?? [];
    const waits = [
      { what: "API call", per: "minute", times: calls, limit: limits.callsPerMinute, windowMs: minuteMs },
      { what: "API call", per: "hour", times: calls, limit: limits.callsPerHour, windowMs: hourMs },
      { what: "API error", per: "hour", times: errors, limit: limits.errorsPerHour, windowMs: hourMs },
    ].map(({ what, per, times, limit, windowMs }) => ({
      text: `${what} limit exceeded: ${limit} per ${per}.`,
      waitMs: limit === 0 ? 0 : waitFor(times, limit, windowMs / windowScale, now),
    }));
    const longest = waits.reduce((first, second) => (second.waitMs > first.waitMs ? second : first));
    return longest.waitMs > 0 ? longest : undefined;
  }

  called(apiId: string, now: number): void {
    record(this.#calls, apiId, now, 1);
  }

  /** Adds `count` errors at `now`. */
  failed(apiId: string, now: number, count: number): void {
    record(this.#errors, apiId, now, count);
  }

  /** What every API user that has called has used. */
  usage(now: number, { windowScale }: ForticareVariants): Usage[] {
    const within = (times: number[] | undefined, windowMs: number): number =>
      (times ?? []).filter((at) => at > now - windowMs / windowScale).length;
    return [...new Set([...this.#calls.keys(), ...this.#errors.keys()])].map((apiId) => ({
      apiId,
      callsLastMinute: within(this.#calls.get(apiId), minuteMs),
      callsLastHour: within(this.#calls.get(apiId), hourMs),
      errorsLastHour: within(this.#errors.get(apiId), hourMs),
    }));
  }

  clear(): void {
    this.#calls.clear();
    this.#errors.clear();
  }
}

function record(book: Map<string, number[]>, apiId: string, now: number, count: number): void {
  // Nothing looks back further than an hour, whatever the scale.
  const recent = (book.get(apiId) ?? []).filter((at) => at > now - hourMs);
  for (let left = count; left > 0; left -= 1) recent.push(now);
  book.set(apiId, recent);
}

/** Milliseconds until fewer than `limit` of the times lie within the window; 0 when they already do. */
function waitFor(times: number[], limit: number, windowMs: number, now: number): number {
  const leaving = times.filter((at) => at > now - windowMs).at(-limit);
  return leaving === undefined ? 0 : leaving + windowMs - now;
}
