import { VendorError } from "../http/errors";
import type { Judge } from "../http/reply";
import { normalizeMac } from "./normal";
import { system } from "./words";

/** Mist's own cause of a refusal, as far as its words tell. */
export type InventoryCause =
  | "other-org"
  | "unknown-code"
  | "not-found"
  | "already-assigned"
  | "already-managed"
  | "vc-member";

const causes: readonly (readonly [InventoryCause, RegExp])[] = [
  ["other-org", /another org|other org|belongs to/i],
  ["vc-member", /\bvc\b.*member|virtual chassis/i],
  ["already-managed", /already managed/i],
  ["already-assigned", /already assigned|reassign/i],
  ["unknown-code", /invalid.*code|unknown.*code|code.*not found/i],
  ["not-found", /not found|no such|does(?:n.t| not) exist/i],
];

/** What a bulk call of the inventory says of its items: texts, and what was wrong with which. */
export interface BulkReply {
  body: Readonly<Record<string, unknown>>;
  /** Why an item was refused: Mist's words, empty where it has none. Undefined when it was not. */
  refusalOf(item: string): string | undefined;
}

const listsOf = ["success", "added", "duplicated", "error"] as const;

/** The texts in a list of a reply; none where there is no list. */
export function textsIn(body: Readonly<Record<string, unknown>>, key: string): string[] {
  const list = body[key];
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
}

/** Mist may send the results of the items with 400 or 404 as well, when it has refused all of them. */
export const judgeBulk: Judge = ({ status, text }) =>
  [400, 404].includes(status) && isBulk(parsed(text)) ? "read" : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBulk(body: unknown): body is Readonly<Record<string, unknown>> {
  return (
    typeof body === "object" && body !== null && listsOf.some((key) => key in body && Array.isArray(body[key as never]))
  );
}

/** The reply as results of items, which may be spelled as they were sent or as Mist has them. Throws when it has none. */
export function readBulk(body: unknown): BulkReply {
  if (!isBulk(body)) throw new Error("it holds no results");
  const reasons = textsIn(body, "reason");
  // The two lists need not be of the same length.
  const refusals = new Map(textsIn(body, "error").map((item, index) => [keyOf(item), reasons[index] ?? ""]));
  return { body, refusalOf: (item) => refusals.get(keyOf(item)) };
}

/** Codes, MACs and serials in one form: none of them has a meaning in its dashes and capitals. */
export function keyOf(item: string): string {
  return normalizeMac(item);
}

/** Why one item was refused, in Mist's words. */
export function refusalError(reason: string, action: string): VendorError {
  const code = causes.find(([, words]) => words.test(reason))?.[0];
  const silent = reason.trim() === "";
  return new VendorError({
    kind: code === "not-found" ? "not-found" : "rejected",
    system,
    action,
    code,
    reason: silent ? "it was refused without a reason" : undefined,
    vendorMessage: silent ? undefined : reason,
    hint: hintOf(code),
  });
}

function hintOf(code: InventoryCause | undefined): string | undefined {
  switch (code) {
    case "other-org":
      return "The organization that has the device must release it first.";
    case "vc-member":
      return "A member follows its virtual chassis: name the MAC of the chassis.";
    case "unknown-code":
      return "Check the claim code, which is printed on the device and in the order.";
    default:
      return undefined;
  }
}
