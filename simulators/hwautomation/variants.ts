import { z } from "zod";
import { changeGiven } from "../core/variants";
import { socketVariants } from "./sockets/variants";

const seconds = z.number().min(0);

/**
 * How the simulated HWAutomation behaves: which of its two services it is, and what may differ from one installation to
 * the next or is not documented. All can be changed at run time.
 */
export const hwAutomationVariantSchema = z.strictObject({
  profile: z
    .enum(["doc", "shipped"])
    .default("doc")
    .describe("The API of the reference, or that of the application as it is shipped, defects included"),

  // Time
  timeScale: z
    .number()
    .positive()
    .default(1)
    .describe("Workflows and commissioning run so many times faster than the simulated clock"),
  pendingSeconds: seconds.default(1).describe("Seconds from the start of a workflow until it runs"),
  stepSeconds: seconds.nullable().default(null).describe("Seconds of every step; null: those of the step"),
  commissioningSeconds: seconds.default(300).describe("Seconds in which MaaS commissions a machine"),

  // Access; the shipped application asks for nothing
  authentication: z
    .enum(["required", "optional"])
    .default("required")
    .describe("Profile doc: 401 without the credentials; or, as in development, everybody may do everything"),

  // Form of the replies of the profile doc
  envelope: z
    .enum(["bare", "wrapped"])
    .default("bare")
    .describe("Successes as in the examples of the reference, or as {success, data, message, timestamp}"),
  errorBody: z
    .enum(["typed", "text"])
    .default("typed")
    .describe("error of a failure: {type, message, details}, or its message alone"),
  statusCase: z
    .enum(["upper", "lower", "engine"])
    .default("upper")
    .describe(
      "States: COMPLETED, completed; engine: those of the application's newer engine, such as success and failure",
    ),
  statusShape: z
    .enum(["reference", "legacy"])
    .default("reference")
    .describe("Status of a workflow: as in the reference, or that of the application's older engine"),
  progress: z
    .enum(["integer", "float", "backwards", "absent"])
    .default("integer")
    .describe("progress of a workflow: whole; with digits; falling back at every second step; left out"),
  statusError: z
    .enum(["shown", "absent"])
    .default("shown")
    .describe("Whether the status of a failed workflow says why, in error"),
  writeBodies: z
    .enum(["full", "success"])
    .default("full")
    .describe("Replies that the reference leaves open: with the object, or {success: true} alone"),
  serverListing: z.enum(["object", "array"]).default("object").describe("All servers: {servers, total}, or an array"),
  health: z.enum(["absent", "served"]).default("absent").describe("Profile doc: whether there is /health as well"),

  // Workflows
  concurrentWorkflows: z
    .enum(["accepted", "refused"])
    .default("accepted")
    .describe("Profile doc: a start while another workflow of that server runs is accepted, or 409"),
  unknownServers: z
    .enum(["accepted", "refused"])
    .default("accepted")
    .describe("Profile doc: a start for a server without a record makes one, or 404"),
  occupiedIps: z
    .enum(["accepted", "refused"])
    .default("accepted")
    .describe("Profile doc: an address that another server's record has is accepted, or refused"),
  cancelShows: z
    .enum(["afterStep", "atOnce"])
    .default("afterStep")
    .describe("State after a cancel: RUNNING until the running step has ended, or CANCELLED at once"),
  cancelFinished: z
    .enum(["refused", "accepted"])
    .default("refused")
    .describe("Profile doc: cancelling a workflow that has ended: 409, or a success without effect"),
  visibilityDelayMs: z
    .number()
    .min(0)
    .default(0)
    .describe("Status and list know a new workflow only so many milliseconds (simulated) later"),
  retentionSeconds: seconds
    .nullable()
    .default(null)
    .describe("A workflow is forgotten so many seconds after it ended; null: never"),
  restartForgets: z
    .enum(["workflows", "running", "nothing"])
    .default("workflows")
    .describe("Profile doc, after a restart: no workflow is known; those that ran have failed; they go on"),

  // Surroundings
  maas: z
    .enum(["up", "down", "unconfigured"])
    .default("up")
    .describe("MaaS; while it is down it looks as if it had no machines, and commissioning fails"),
  maasDownListing: z
    .enum(["empty", "error"])
    .default("empty")
    .describe("Profile doc: machines while MaaS is down: none, as in the shipped application, or 503"),
  database: z.enum(["ok", "locked"]).default("ok").describe("locked: 500, database is locked, wherever it is needed"),

  ...socketVariants,
});

/** The behaviour of the simulated HWAutomation; see `hwAutomationVariantSchema` for what each value does. */
export type HwAutomationVariants = z.infer<typeof hwAutomationVariantSchema>;

/** The default of every variant. */
export function defaultHwAutomationVariants(): HwAutomationVariants {
  return hwAutomationVariantSchema.parse({});
}

/** Checks a partial change and applies it; throws a `ZodError`, and changes nothing, when a value is bad. */
export function changeHwAutomationVariants(variants: HwAutomationVariants, change: unknown): void {
  changeGiven(hwAutomationVariantSchema, variants, change);
}
