import { z } from "zod";
import { onlyGiven } from "../../core/variants";

const limit = z.number().int().min(0);

/** How many calls and errors one API user has; 0 stands for no limit. */
const limitsSchema = z.strictObject({
  callsPerMinute: limit.default(100).describe("Calls in a minute"),
  callsPerHour: limit.default(1_000).describe("Calls in an hour"),
  errorsPerHour: limit.default(10).describe("Failed calls or units in an hour"),
  unitsPerBatch: limit.default(10).describe("Units or serials in one call; beyond it 102"),
  errorsPerBatch: limit.default(5).describe("Failing units in one call; beyond it batchOverflow"),
});

/**
 * How the simulated FortiCare behaves where the real one is undocumented, contradictory or configurable.
 * All can be changed at run time; the defaults are the most likely behaviour.
 */
export const forticareVariantSchema = z.strictObject({
  // Limits
  limits: limitsSchema.prefault({}).describe("Limits of one API user, in sliding windows; 0: none"),
  windowScale: z
    .number()
    .positive()
    .default(1)
    .describe("The windows of a minute and an hour are so many times shorter; 60: a second and a minute"),
  throttleMode: z
    .enum(["http429", "envelope"])
    .default("http429")
    .describe("Beyond a limit: HTTP 429, or throttleEnvelopeHttp with status -1 and a text about the limit"),
  throttleEnvelopeHttp: z.literal([400, 200]).default(400).describe("HTTP status of throttleMode envelope"),
  throttleRetryAfter: z.boolean().default(false).describe("Whether a refusal by a limit has a Retry-After header"),
  throttledCalls: z
    .enum(["free", "counted"])
    .default("free")
    .describe("Whether a call refused by a limit counts as a call and an error itself"),
  countUnitErrors: z
    .enum(["each", "call"])
    .default("each")
    .describe("A batch with failing units counts as one error each, or as one"),

  // Failures
  authFailureHttp: z.literal([400, 401, 403]).default(400).describe("HTTP status of a bad token (201)"),
  permissionFailureHttp: z.literal([400, 401, 403]).default(400).describe("HTTP status of a refused access (202)"),
  missingToken: z
    .enum(["coded", "uncoded"])
    .default("coded")
    .describe("A request without a token: error 201; or a message alone, error null"),
  errorShape: z.enum(["object", "string"]).default("object").describe("error: {errorCode, message}, or the text"),
  partialFailureHttp: z
    .literal([400, 200])
    .default(400)
    .describe("HTTP status of a batch with failing units (status 2)"),
  batchOverflow: z
    .enum(["abort", "rejectAll"])
    .default("abort")
    .describe("More failing units than allowed: the rest has no entry and isn't carried out; nothing at all is"),
  bulkOnError: z
    .enum(["atomic", "prefix", "partial"])
    .default("atomic")
    .describe("Move or decommission with a bad serial: nothing is done; those before it; all the good ones"),
  detailsUnknownSerial: z
    .enum(["http400", "http404", "status200", "empty"])
    .default("http400")
    .describe("Details of an unknown serial: 301 with HTTP 400; with 404; with 200; success without a product"),
  wrongCloudKey: z
    .enum(["unit", "batch"])
    .default("unit")
    .describe("A well-formed key that isn't the product's: that unit fails, or the whole batch (102)"),
  duplicateFolder: z.enum(["refused", "allowed"]).default("refused").describe("A second folder of the same name"),
  folderZero: z
    .enum(["root", "refused"])
    .default("root")
    .describe("folderId or parentFolderId 0 in a request: the root, like null; or unknown"),
  repeatDecommission: z.enum(["refused", "accepted"]).default("refused").describe("Decommissioning what already is"),
  decommissionedWrites: z
    .enum(["refused", "accepted"])
    .default("refused")
    .describe("Description, location, folder, licence and transfer of a decommissioned product"),
  locationFields: z
    .enum(["formats", "required"])
    .default("formats")
    .describe(
      "What a location is checked for: countryCode and the states of US, CA, IN, BR, UA; also address, city, countryCode, postalCode, those states, and phone numbers",
    ),
  assetGroupIds: z
    .enum(["either", "array", "string"])
    .default("either")
    .describe("Form of assetGroupIds: both; an array of numbers; a text with commas"),

  // Lists and details
  pageSize: z.number().int().positive().default(50).describe("Products on one page of a list"),
  serialMatch: z
    .enum(["prefix", "like", "exact"])
    .default("prefix")
    .describe("A list's serialNumber: beginning of the serial, % is a wildcard; whole serial, % is one; whole serial"),
  listHidesUnentitled: z.boolean().default(true).describe("Whether a list leaves out products without entitlement"),
  emptyList: z.enum(["null", "array"]).default("null").describe("A list of nothing: null, or []"),
  visibilityDelayMs: z
    .number()
    .min(0)
    .default(0)
    .describe("Reads know a new product only so many milliseconds (of simulated time) later"),
  detailsStatus: z.enum(["absent", "present"]).default("absent").describe("status in details of a product"),
  padStrings: z.boolean().default(true).describe("Whether details pad levelDesc and typeDesc with blanks"),
  licenseShape: z.enum(["object", "array"]).default("object").describe("The licence in details: one, or a list"),
  licenseKey: z.enum(["license", "licenses"]).default("license").describe("Name of that field"),
  expirationKey: z
    .enum(["experiationDate", "expirationDate"])
    .default("experiationDate")
    .describe("Name of a licence's last day"),
  licenseStatuses: z
    .enum(["two", "four"])
    .default("two")
    .describe("Statuses of licences: Registered and Pending; also Expired and Decommissioned"),
  contractFields: z
    .enum(["three", "all"])
    .default("three")
    .describe("Fields in contracts/list: number, SKU and status; also startDate, endDate and products"),
  rootFolderListed: z.boolean().default(false).describe("Whether folders/list has the root, folder 0"),
  accountIdShown: z.boolean().default(true).describe("Whether products have an accountId"),
  registrationDate: z
    .enum(["local", "zoned"])
    .default("local")
    .describe("registrationDate: 2025-01-31T12:00:00, or 2025-01-31 12:00:00+0000"),
  successMessage: z.enum(["text", "empty"]).default("text").describe("message of a success"),
  unitStatus: z
    .enum(["number", "text"])
    .default("number")
    .describe("status of a unit in a batch: 0 and 2, or Registered and Failed"),

  // One inventory
  ztpDelayMs: z
    .number()
    .min(0)
    .default(0)
    .describe("FortiZTP has a new product only so many milliseconds (of simulated time) later"),
});

/** The behaviour of the simulated FortiCare; see `forticareVariantSchema` for what each value does. */
export type ForticareVariants = z.infer<typeof forticareVariantSchema>;

/** A partial change of the behaviour; of `limits` too, each one by itself. */
export type ForticareVariantChange = Partial<Omit<ForticareVariants, "limits">> & {
  limits?: Partial<ForticareVariants["limits"]>;
};

/** The default of every variant. */
export function defaultForticareVariants(): ForticareVariants {
  return forticareVariantSchema.parse({});
}

const changeSchema = forticareVariantSchema.partial();

/** Checks a partial change and applies it; throws a `ZodError`, and changes nothing, when a value is bad. */
export function changeForticareVariants(variants: ForticareVariants, change: unknown): void {
  const { limits, ...rest } = onlyGiven(changeSchema.parse(change), change as object);
  const given = (change as { limits?: object }).limits;
  if (limits && given) Object.assign(variants.limits, onlyGiven(limits, given));
  Object.assign(variants, rest);
}
