import { z } from "zod";
import { changeGiven } from "../core/variants";
import { streamVariants } from "./stream/variants";
import { upgradeVariants } from "./upgrades/variants";

const delayMs = z.number().min(0).default(0);

/**
 * How the simulated Mist behaves where the real one is undocumented, contradictory or configurable.
 * All can be changed at run time; the defaults are the most likely behaviour.
 */
export const mistVariantSchema = z.strictObject({
  // Sign-in
  cookieSuffix: z.string().default("").describe("Ending of both cookies' names, such as .eu: each cloud has its own"),
  sessionMinutes: z.number().positive().default(1_440).describe("Life of a login, in minutes"),
  loginBody: z
    .enum(["facts", "empty"])
    .default("facts")
    .describe("Body of a login without second factor: {email, two_factor_required, two_factor_passed}, or {}"),
  wrongTwoFactor: z
    .enum(["refused", "notPassed"])
    .default("refused")
    .describe("Login with a wrong code: 400; or 200 with two_factor_passed false, as with none"),

  // Limits
  rateLimit: z.number().int().positive().default(5_000).describe("Calls in an hour by one org token or one user"),
  retryAfter: z.enum(["seconds", "date", "absent"]).default("seconds").describe("Retry-After of a 429"),
  retryAfterSeconds: z
    .number()
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe("What that header says instead of the seconds until the hour is over"),

  // Replies
  notFoundBody: z
    .enum(["id", "detail", "empty"])
    .default("id")
    .describe("Body of a 404 about an object: {id}; {detail}; none"),
  emptySuccess: z
    .enum(["empty", "object"])
    .default("empty")
    .describe("Body of a success that has nothing to tell: none, or {}"),
  defaults: z.enum(["shown", "hidden"]).default("shown").describe("Whether objects show values that nobody has set"),
  emptyLists: z
    .enum(["asWritten", "null", "absent"])
    .default("asWritten")
    .describe("A top-level list without items: as it was written; null; left out"),
  nulls: z
    .enum(["asWritten", "absent"])
    .default("asWritten")
    .describe("A top-level value that was set to null: null, or left out"),
  falses: z
    .enum(["asWritten", "null", "absent"])
    .default("asWritten")
    .describe("A top-level value that was set to false: false, null, or left out"),
  nestedDefaults: z
    .enum(["hidden", "shown"])
    .default("hidden")
    .describe("Whether objects inside (auth and portal of a WLAN, switch_mgmt) show values that nobody has set"),
  vlanIds: z
    .enum(["asWritten", "text", "number"])
    .default("asWritten")
    .describe("A top-level vlan_id: as it was written, as text, or as a number unless it names a variable"),
  visibilityDelayMs: delayMs.describe("Reads know a new object or site only so many milliseconds (simulated) later"),

  // Paging
  pageMaximum: z
    .number()
    .int()
    .positive()
    .default(1_000)
    .describe("Most rows on one page; a higher limit is lowered, as X-Page-Limit and limit tell"),
  nextCursor: z
    .enum(["searchAfter", "page"])
    .default("searchAfter")
    .describe("What next in a search result carries: the opaque search_after, or a page number"),
  searchTotal: z
    .enum(["absent", "shown"])
    .default("absent")
    .describe("Whether results that page by number only (inventory and vars search) have a total"),

  // Sites
  siteGroupWrites: z
    .enum(["atomic", "lostUpdates"])
    .default("atomic")
    .describe("Site writes at the same time in one site group: all count, or the last one undoes the others"),
  siteGroupWindowMs: z
    .number()
    .min(0)
    .default(100)
    .describe("With lostUpdates: real milliseconds between reading the members and writing them back"),
  deleteSiteWithDevices: z
    .enum(["unassign", "refuse"])
    .default("unassign")
    .describe("Deleting a site that has devices: they go back to the organisation's pool, or 400"),
  signedUrls: z
    .enum(["rotating", "absent"])
    .default("rotating")
    .describe("Links to files: signed afresh in every reply, or left out"),

  // Inventory
  deviceId: z
    .enum(["1000", "0000"])
    .default("1000")
    .describe("The group before the MAC in a device's id: 00000000-0000-0000-1000-<mac> or -0000-"),
  claimVisibilityDelayMs: delayMs.describe("Reads know a claimed device only so many milliseconds (simulated) later"),
  assignVisibilityDelayMs: delayMs.describe("Reads know a new assignment only so many milliseconds (simulated) later"),
  activationSeconds: z
    .number()
    .min(0)
    .default(2)
    .describe("An activation in the background takes so long for each device, in simulated seconds"),
  claimEcho: z
    .enum(["normalised", "asSent"])
    .default("normalised")
    .describe("Claim codes in the reply to a claim: without dashes in capitals, or as they were sent"),
  bulkReasons: z
    .enum(["each", "first", "none"])
    .default("each")
    .describe("reason in a bulk reply: one for each error; for the first only; an empty list"),
  bulkSuccess: z
    .enum(["all", "changed"])
    .default("all")
    .describe("success in the reply to an inventory change: every device that is as asked; only those that changed"),
  bulkPartialHttp: z.literal([200, 400]).default(200).describe("Inventory change of which a part failed"),
  bulkFailedHttp: z.literal([400, 404, 200]).default(400).describe("Inventory change of which everything failed"),
  repeatUnassign: z
    .enum(["accepted", "refused"])
    .default("accepted")
    .describe("Unassigning a device that has no site: success, or an error"),
  profileSuccess: z
    .enum(["changed", "all"])
    .default("changed")
    .describe("success in the reply to a device profile's assignment: MACs whose profile changed, or all"),

  ...upgradeVariants,
  ...streamVariants,
});

/** The behaviour of the simulated Mist; see `mistVariantSchema` for what each value does. */
export type MistVariants = z.infer<typeof mistVariantSchema>;

/** The default of every variant. */
export function defaultMistVariants(): MistVariants {
  return mistVariantSchema.parse({});
}

/** Checks a partial change and applies it; throws a `ZodError`, and changes nothing, when a value is bad. */
export function changeMistVariants(variants: MistVariants, change: unknown): void {
  changeGiven(mistVariantSchema, variants, change);
}
