import { Budget, type BudgetUsage, type BudgetWindow, sharedBudget } from "../http/budget";
import { budgetKey, type FortinetOptions, type FortinetSurroundings } from "./options";

const minuteMs = 60_000;

/** Reads leave so many errors to writes: a run must be able to finish what it has begun. */
export const readReserve = 1;

/** The hour of FortiCare's limits, in milliseconds. */
export function hourOf({ windowScale = 1 }: FortinetSurroundings): number {
  return (60 * minuteMs) / windowScale;
}

/** The minute. */
export function minuteOf({ windowScale = 1 }: FortinetSurroundings): number {
  return minuteMs / windowScale;
}

/** The limits of one API user, below those of the vendor. Calls wait for room, but nothing waits for errors to be forgotten. */
export function forticareWindows(options: FortinetOptions & FortinetSurroundings): BudgetWindow[] {
  const { forticareRateLimitPerMinute = 90, forticareRateLimitPerHour = 900, forticareErrorsPerHour = 8 } = options;
  return [
    { counts: "calls", limit: forticareRateLimitPerMinute, perMs: minuteOf(options) },
    { counts: "calls", limit: forticareRateLimitPerHour, perMs: hourOf(options) },
    { counts: "errors", limit: forticareErrorsPerHour, perMs: hourOf(options), stops: true },
  ];
}

/** The budget that all clients of this API user in this process share, or one on the caller's own clock. */
export function forticareBudget(options: FortinetOptions & FortinetSurroundings, baseUrl: string): Budget {
  const limits = { windows: forticareWindows(options), maxConcurrency: options.maxConcurrency ?? 4 };
  if (options.clock) return new Budget({ ...limits, clock: options.clock });
  return sharedBudget(budgetKey(baseUrl, options), limits, options);
}

/** How many more errors writes may make. */
export function errorsLeft({ windows }: BudgetUsage): number {
  const rooms = windows.filter(({ counts }) => counts === "errors").map(({ limit, used }) => limit - used);
  return Math.max(0, Math.min(Number.POSITIVE_INFINITY, ...rooms));
}
