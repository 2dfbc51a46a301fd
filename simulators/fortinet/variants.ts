import { z } from "zod";
import { changeGiven } from "../core/variants";

/**
 * How the simulated services behave where the real ones are undocumented, contradictory or configurable.
 * All can be changed at run time; the defaults are the most likely behaviour.
 */
export const variantSchema = z.strictObject({
  // Sign-in
  tokenLifetimeSeconds: z.number().int().positive().default(14_400).describe("Life of an access token (expires_in)"),
  refreshToken: z
    .enum(["rotated", "kept", "absent"])
    .default("rotated")
    .describe("A refresh returns a new refresh token and voids the old; returns none and the old stays; never any"),
  refreshGrant: z
    .enum(["accepted", "needsCredentials", "refused"])
    .default("accepted")
    .describe(
      "Whether grant_type refresh_token works: always; only with username and password in the body; never (401)",
    ),
  newTokenInvalidatesOlder: z
    .boolean()
    .default(false)
    .describe("Whether a new token ends the older ones of the same user and client_id"),
  revokeReach: z
    .enum(["token", "siblings"])
    .default("token")
    .describe("A revocation ends that token only, or every token of its user and client_id"),
  signInFailureHttp: z.literal([401, 400]).default(401).describe("Sign-in with a wrong user or password"),
  signInErrorBody: z
    .enum(["oauth", "message", "detail", "failure", "html", "empty"])
    .default("oauth")
    .describe(
      "Error body of the token endpoint: {error, error_description}, {status, message}, {detail}, {error, status: failure}, HTML, none",
    ),
  missingSlash: z
    .enum(["notFound", "redirect"])
    .default("notFound")
    .describe("The token endpoint without the slash at its end: 404, or a redirect (301) to it"),

  // Life cycle of a device
  onlineAfterSeconds: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe("A device comes online so long after it was provisioned; null: only by the online hook"),
  provisioningSeconds: z.number().min(0).default(30).describe("From online (sub-status provisioning) to provisioned"),
  tooLongAfterSeconds: z
    .number()
    .positive()
    .default(1_800)
    .describe("From the start to sub-status provisioningtoolong"),
  reprovision: z
    .enum(["strict", "lenient"])
    .default("strict")
    .describe("Provisioning a device that already is: 400, or the new target overwrites the old"),
  writeSemantics: z
    .enum(["replace", "merge"])
    .default("replace")
    .describe("A lenient overwrite clears the fields that the body leaves out, or keeps them"),
  unprovisionBody: z
    .enum(["minimal", "echo"])
    .default("minimal")
    .describe("Unprovisioning needs deviceType and provisionStatus only, or the current target and its fields as well"),
  deviceTypeMismatch: z
    .enum(["rejected", "ignored"])
    .default("rejected")
    .describe("A deviceType other than the device's"),
  irrelevantFields: z
    .enum(["ignored", "rejected"])
    .default("ignored")
    .describe("Fields that don't belong to the provisionTarget (null never counts)"),
  regionCheck: z
    .enum(["listed", "any"])
    .default("listed")
    .describe("FortiGateCloud and FortiEdgeCloud: the region must be one of the device's, or is taken as it comes"),
  letterCase: z.enum(["sensitive", "insensitive"]).default("sensitive").describe("Comparison of serials and regions"),

  // Replies to writes
  putStatus: z.literal([200, 201, 204]).default(200).describe("Success of a device PUT"),
  putBody: z
    .enum(["empty", "device", "message"])
    .default("empty")
    .describe("Body of that success: none; the device (bulk: an array of them); {status, message}"),
  bulkOnError: z
    .enum(["atomic", "prefix", "partial"])
    .default("atomic")
    .describe("A bulk PUT with a bad unit applies nothing; the units before it; all the good ones"),
  bulkMaximum: z.number().int().min(0).default(0).describe("Most units in one bulk PUT; 0: no maximum"),

  // Replies to reads
  unsetFields: z.enum(["null", "absent"]).default("null").describe("How a field without a value is shown"),
  listKey: z
    .enum(["data", "devices"])
    .default("data")
    .describe("Key of the list: data; or devices, fortiManagers, scripts"),
  emptyList: z.enum(["array", "null", "absent"]).default("array").describe("An empty list: [], null, or no key"),
  total: z.enum(["filtered", "all"]).default("filtered").describe("Whether total counts before or after the filters"),
  listCap: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe("A list is cut after so many items while total tells more; 0: never"),
  timestampUnit: z.enum(["ms", "s"]).default("ms").describe("Unit of a device's two timestamps"),
  subStatusField: z
    .enum(["provisionSubStatus", "provisionStatus"])
    .default("provisionSubStatus")
    .describe("Where waiting, provisioning and provisioningtoolong are shown"),
  controllerReport: z
    .enum(["asWritten", "oid", "address", "both"])
    .default("asWritten")
    .describe("How a device names its FortiManager: as written; by oid; by serial and address; by both"),
  hardwarePlatform: z.enum(["null", "model"]).default("null").describe("The platform of a hardware device"),
  vmDeviceType: z.enum(["FortiGate", "FortiGate-VM"]).default("FortiGate").describe("The deviceType of a FortiGate-VM"),
  cache: z
    .enum(["live", "frozen", "none"])
    .default("live")
    .describe("useCache=true answers from a snapshot that each live list renews; that the first one took; not at all"),
  cacheDefault: z.enum(["live", "cached"]).default("live").describe("A read without useCache"),

  // Scripts, FortiManager entries and firmware profiles
  createStatus: z.literal([200, 201]).default(200).describe("Success of a POST"),
  createBody: z
    .enum(["oid", "full", "message", "empty"])
    .default("oid")
    .describe("Body of that success: {oid}; the whole entry; {status, message}, which lacks the oid; none"),
  createOid: z
    .enum(["optional", "required"])
    .default("optional")
    .describe("Whether the body of a POST must have an oid, though the service chooses its own"),
  settingPutStatus: z.literal([200, 201, 204]).default(200).describe("Success of a PUT other than of content"),
  settingPutBody: z
    .enum(["empty", "full", "message"])
    .default("empty")
    .describe("Body of that success: none; the whole entry; {status, message}"),
  deleteStatus: z.literal([200, 204]).default(200).describe("Success of a DELETE"),
  deleteReferenced: z
    .enum(["refused", "conflict", "allowed"])
    .default("refused")
    .describe("DELETE of what a device or a FortiManager entry refers to: 400; 409; done, and the reference dangles"),
  unknownOid: z.literal([404, 400]).default(404).describe("An oid that there isn't"),
  scriptNames: z
    .enum(["any", "unique"])
    .default("any")
    .describe("Whether two scripts may have the same name, or the second is refused (400)"),
  scriptUpload: z
    .enum([
      "multipart",
      "text",
      "octetStream",
      "jsonContent",
      "jsonScript",
      "form",
      "rawAnything",
      "ignoreAnything",
      "rejectAll",
    ])
    .default("multipart")
    .describe(
      "The accepted form of script content (others: 415): multipart field file; text/plain; application/octet-stream; {content}; {script}; form field content; every body, stored verbatim; every body, but stores nothing; none",
    ),
  scriptUploadStatus: z.literal([200, 204]).default(200).describe("Success of a PUT of script content"),
  scriptUploadTouches: z.boolean().default(true).describe("Whether a PUT of content changes the script's updateTime"),
  scriptDownload: z
    .enum(["text", "jsonContent", "jsonScript", "jsonString"])
    .default("text")
    .describe("How script content is sent: text/plain; {content}; {script}; a JSON string"),
  scriptMaximumBytes: z.number().int().min(0).default(1_048_576).describe("Longest script content; beyond it 400"),
  clearScript: z
    .enum(["null", "zero", "absent"])
    .default("null")
    .describe(
      "What takes the script off a FortiManager entry in a PUT: scriptOid null, 0 or left out; the others keep it",
    ),
  firmwareProfiles: z
    .enum(["page", "namePage", "objects", "names", "keyed"])
    .default("page")
    .describe(
      "Firmware profiles: {total, data: [{name}]}; {total, data: [name]}; [{name}]; [name]; {firmwareProfiles}",
    ),

  // Errors and limits
  unknownSerialOnGet: z.literal([404, 400]).default(404).describe("GET of an unknown serial"),
  unknownSerialOnPut: z.literal([400, 404]).default(400).describe("PUT of an unknown serial"),
  errorBody: z
    .enum(["json", "html", "empty"])
    .default("json")
    .describe("Error body of FortiZTP: {error, error_description}, HTML, none"),
  rateLimit: z.boolean().default(true).describe("Whether calls are limited"),
  rateLimitCalls: z.number().int().positive().default(2_000).describe("Calls in one window"),
  rateLimitWindowSeconds: z.number().positive().default(3_600).describe("Length of the window"),
  rateLimitWindow: z
    .enum(["sliding", "fixed"])
    .default("sliding")
    .describe("A sliding window, or one that starts afresh"),
  rateLimitScope: z.enum(["user", "account"]).default("user").describe("Whose calls add up"),
  rateLimitHeader: z.enum(["seconds", "date", "absent"]).default("seconds").describe("Retry-After of a 429"),

  // System
  systemWithoutToken: z.enum(["refused", "allowed"]).default("refused").describe("GET /v2/system without a token"),
  serviceStatus: z.string().default("Operational").describe("serviceStatus of GET /v2/system"),
  serviceRegion: z.string().default("global").describe("serviceRegion of GET /v2/system"),
  serverTime: z
    .enum(["milliseconds", "seconds", "noZone"])
    .default("milliseconds")
    .describe("serverTime: 2025-01-31T12:00:00.000Z, 2025-01-31T12:00:00Z, 2025-01-31T12:00:00"),
});

/** The behaviour of the simulated Fortinet services; see `variantSchema` for what each value does. */
export type FortinetVariants = z.infer<typeof variantSchema>;

/** The default of every variant. */
export function defaultVariants(): FortinetVariants {
  return variantSchema.parse({});
}

/** Checks a partial change and applies it to `variants`; throws a `ZodError`, and changes nothing, when a value is bad. */
export function changeVariants(variants: FortinetVariants, change: unknown): void {
  changeGiven(variantSchema, variants, change);
}
