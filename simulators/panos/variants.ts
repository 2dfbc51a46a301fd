import { z } from "zod";
import { changeGiven } from "../core/variants";

/** Where in its work the daemon can be killed. */
export const crashPoints = [
  "never",
  "pickUp",
  "start",
  "preFlight",
  "download",
  "install",
  "reboot",
  "postFlight",
  "done",
  "moved",
  "saving",
  "command",
] as const;

export type CrashPoint = Exclude<(typeof crashPoints)[number], "never">;

const seconds = z.number().positive();

/**
 * How the simulated PAN-OS upgrade daemon behaves where an installation differs, and what may go wrong with it.
 * All can be changed at run time; the defaults are the daemon as it is shipped.
 */
export const panosVariantSchema = z.strictObject({
  // Time
  timeScale: z
    .number()
    .positive()
    .default(1)
    .describe("Daemon and firewalls run so many times faster than the simulated clock"),
  stamps: z
    .enum(["host", "clock"])
    .default("host")
    .describe(
      "Times in files: the host's, so that they agree with each other and with the file system's; or the simulated clock's, mtime included",
    ),
  timestampForm: z
    .enum(["offsetAndZ", "iso"])
    .default("offsetAndZ")
    .describe("Times in files: 2026-11-21T20:36:09.248696+00:00Z as shipped, or 2026-11-21T20:36:09.248696Z"),
  clockSkewSeconds: z.number().default(0).describe("The daemon's host is so many seconds ahead in what it writes"),
  scanSeconds: seconds.default(5).describe("Seconds between two looks into queue/pending"),
  statusSeconds: seconds.default(5).describe("Seconds between two writes of daemon.json and workers.json"),
  pollSeconds: seconds.default(10).describe("Seconds between two questions about a running download or install"),
  stepMs: z
    .number()
    .min(0)
    .default(2)
    .describe("Milliseconds that each answer of a firewall and each saved status take"),
  completionGapMs: z
    .number()
    .min(0)
    .default(5)
    .describe("Milliseconds in which a finished job lies in its last folder without completed_at and status"),

  // Size
  daemons: z
    .literal([1, 2])
    .default(1)
    .describe("Daemons on the directory; nothing keeps two apart. From the next start"),
  workers: z
    .number()
    .int()
    .min(1)
    .max(50)
    .nullable()
    .default(null)
    .describe("Workers instead of what config.json says. From the next start"),
  queueSize: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Places in the queue of the workers, instead of what config.json says. From the next start"),

  // Files
  fileMode: z
    .enum(["0600", "0640", "0644", "0660"])
    .default("0600")
    .describe("Mode of the files that the daemon writes"),
  daemonUser: z
    .enum(["owner", "group", "other"])
    .default("owner")
    .describe("As whom the daemon reads a client's files: their owner, a member of their group, anybody else"),
  daemonDiskFull: z.boolean().default(false).describe("Whether the daemon's own writes fail for want of space"),
  comparisonShape: z
    .enum(["daemon", "reference"])
    .default("daemon")
    .describe("Fields of comparison in post-flight files: as the daemon writes them, or as its reference says"),

  // Commands
  commandDetection: z
    .enum(["createdOnly", "any", "atStart"])
    .default("createdOnly")
    .describe(
      "Which command files a running daemon sees: those that are created or come from another folder; all; none, as on a network mount",
    ),
  commandDelaySeconds: z
    .number()
    .min(0)
    .default(0)
    .describe("Seconds until a running daemon reads a command file that it saw"),

  // Crashes
  crashAt: z
    .enum(crashPoints)
    .default("never")
    .describe("Where the daemon is killed, once: then this is back at never"),
  restartAfterSeconds: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe("Seconds after which a killed daemon is started again; null: never"),
});

/** The behaviour of the simulated daemon; see `panosVariantSchema` for what each value does. */
export type PanosVariants = z.infer<typeof panosVariantSchema>;

/** The default of every variant. */
export function defaultPanosVariants(): PanosVariants {
  return panosVariantSchema.parse({});
}

/** Checks a partial change and applies it; throws a `ZodError`, and changes nothing, when a value is bad. */
export function changePanosVariants(variants: PanosVariants, change: unknown): void {
  changeGiven(panosVariantSchema, variants, change);
}
