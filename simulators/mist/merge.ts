import type { Body } from "./types";

/** Keys that the service alone sets; in a body they count for nothing. */
const decoration = new Set([
  "id",
  "org_id",
  "site_id",
  "msp_id",
  "for_site",
  "created_time",
  "modified_time",
  "tzoffset",
]);

/**
 * A body laid over what there is: keys that it leaves out keep their value, nested objects and lists are replaced whole,
 * and `-key` takes a key away.
 */
export function merged(data: Body, change: Body, readOnly: readonly string[] = []): Body {
  const kept = new Map(Object.entries(data));
  const given = Object.entries(change).filter(([key]) => !decoration.has(key) && !readOnly.includes(key));
  for (const [key] of given) if (key.startsWith("-")) kept.delete(key.slice(1));
  for (const [key, value] of given) if (!key.startsWith("-")) kept.set(key, value);
  return Object.fromEntries(kept);
}

/** Milliseconds as Mist tells time: seconds with a fraction. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1_000;
}
