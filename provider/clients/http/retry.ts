import { type Clock, formatDuration, systemClock } from "./clock";
import { isVendorError, type VendorError } from "./errors";

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first included. Default 4. */
  maxAttempts: number;
  /** Upper bound of the first random wait, in milliseconds; it doubles from attempt to attempt. Default 1,000. */
  baseDelayMs: number;
  /** Upper bound of any random wait, in milliseconds. Default 30,000. */
  maxDelayMs: number;
  /** The longest `Retry-After` that is waited for, in seconds; beyond it the call fails and says when. Default 300. */
  maxRetryAfterSeconds: number;
}

export const defaultRetryPolicy: Readonly<RetryPolicy> = {
  maxAttempts: 4,
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  maxRetryAfterSeconds: 300,
};

/** The answer of a look at the world: what was wanted is already there, and this is the call's result. */
export interface AlreadyDone<T> {
  value: T;
}

/** What a `retry` needs besides the work itself. */
export interface RetryOptions<T> {
  /** The request can be sent twice without harm (GET, PUT, DELETE); else only what was certainly not applied is repeated. */
  repeatable: boolean;
  policy?: Partial<RetryPolicy>;
  signal?: AbortSignal;
  clock?: Clock;
  /** A number in [0, 1), for the jitter. */
  random?: () => number;
  /**
   * Looks whether an earlier attempt was applied. Asked before every repetition, and once more before giving up if any
   * attempt was ambiguous. Undefined means: not yet.
   */
  beforeRepeat?: (failure: VendorError) => Promise<AlreadyDone<T> | undefined>;
  /** Told before every wait. */
  onWait?: (ms: number, failure: VendorError) => void;
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the policy is used up. Only failures marked transient are
 * repeated; TLS errors and refusals never are. Throws the last failure.
 */
export async function retry<T>(attempt: (number: number) => Promise<T>, options: RetryOptions<T>): Promise<T> {
  const policy = { ...defaultRetryPolicy, ...options.policy };
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  let ambiguous = false;
  for (let number = 1; ; number++) {
    let failure: VendorError;
    try {
      return await attempt(number);
    } catch (error) {
      if (!isVendorError(error)) throw error;
      failure = error;
    }
    if (failure.kind === "canceled") throw failure;
    ambiguous ||= failure.ambiguous;
    const next = planAfter(number, failure, options.repeatable, policy, clock, random);
    if (next.repeat) {
      options.onWait?.(next.waitMs, failure);
      await clock.sleep(next.waitMs, options.signal);
    }
    if (options.beforeRepeat && (next.repeat || ambiguous)) {
      const done = await look(options.beforeRepeat, failure.with({ ambiguous }));
      if (done) return done.value;
    }
    if (!next.repeat) throw next.failure.with({ ambiguous });
  }
}

type Plan = { repeat: true; waitMs: number } | { repeat: false; failure: VendorError };

function planAfter(
  attempts: number,
  failure: VendorError,
  repeatable: boolean,
  policy: RetryPolicy,
  clock: Clock,
  random: () => number,
): Plan {
  if (!failure.transient || (failure.ambiguous && !repeatable)) return { repeat: false, failure };
  const asked = failure.retryAfterMs;
  if (asked !== undefined && asked > policy.maxRetryAfterSeconds * 1_000) {
    const when = new Date(clock.now() + asked).toISOString();
    const limit = `maxRetryAfterSeconds (${policy.maxRetryAfterSeconds})`;
    const hint = `It asks to wait ${formatDuration(asked)}, until ${when}, which is longer than ${limit}. Run again then.`;
    return { repeat: false, failure: failure.with({ hint }) };
  }
  if (attempts >= policy.maxAttempts) {
    return { repeat: false, failure: attempts === 1 ? failure : failure.with({ hint: triedHint(attempts, failure) }) };
  }
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempts - 1));
  // A little jitter on top of what was asked, so that parallel callers do not return all at once.
  const waitMs = asked === undefined ? random() * ceiling : asked + random() * Math.min(1_000, ceiling);
  return { repeat: true, waitMs };
}

function triedHint(attempts: number, failure: VendorError): string {
  return `Tried ${attempts} times.${failure.hint ? ` ${failure.hint}` : ""}`;
}

async function look<T>(
  beforeRepeat: (failure: VendorError) => Promise<AlreadyDone<T> | undefined>,
  failure: VendorError,
): Promise<AlreadyDone<T> | undefined> {
  try {
    return await beforeRepeat(failure);
  } catch (error) {
    if (!isVendorError(error) || error.kind === "canceled") throw error;
    throw failure.with({ hint: `Whether it was applied could not be checked either (${error.message})` });
  }
}

/** Milliseconds that a `Retry-After` header (seconds or an HTTP date) asks to wait; undefined if absent or unreadable. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
