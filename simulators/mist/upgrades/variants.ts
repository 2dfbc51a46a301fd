import { z } from "zod";

const duration = (seconds: number, what: string) =>
  z.number().min(0).default(seconds).describe(`${what}, in simulated seconds`);

/** How upgrades of firmware behave; part of the variants of Mist. */
export const upgradeVariants = {
  // Time
  upgradeSpeed: z
    .number()
    .positive()
    .default(1)
    .describe("All that follows takes this fraction: 60 makes minutes seconds"),
  upgradeQueueSeconds: duration(2, "A new job is only created before it is carried out"),
  upgradeRequestSeconds: duration(5, "From the request to the start of a download"),
  upgradeDownloadSeconds: duration(140, "Download of an image"),
  upgradeInstallSeconds: duration(60, "Writing an image to a device"),
  upgradeRebootSeconds: duration(120, "Reboot, during which a device is disconnected"),
  upgradeSettleSeconds: duration(10, "From a reboot to the end of the upgrade"),
  upgradeRebootTimeoutSeconds: duration(900, "A device that doesn't come back counts as failed"),
  upgradeRetrySeconds: duration(60, "From a failure to the next attempt"),

  // Failures
  upgradeFailureRate: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Share of the devices of a job whose download fails: with 0.25 the fourth, the eighth and so on"),
  upgradeRetries: z.number().int().min(0).default(0).describe("Further attempts that Mist makes by itself"),

  // Stats of a device
  apVersions: z
    .enum(["plain", "legacy"])
    .default("plain")
    .describe("Running version of an access point: as the list of versions has it, or apfw-<version>-gilly-5f3c"),
  fwupdateDone: z.enum(["success", "upgraded"]).default("success").describe("fwupdate.status after an upgrade"),
  fwupdateFailed: z.enum(["failed", "error"]).default("failed").describe("fwupdate.status after a failure"),
  fwupdatePending: z
    .enum(["inprogress", "success"])
    .default("inprogress")
    .describe("fwupdate.status of what is written and waits for somebody to reboot the device"),
  fwupdateProgress: z
    .enum(["percent", "perStep", "absent"])
    .default("percent")
    .describe("fwupdate.progress: 70 after the download and 100 at the end; 100 after each of both; null"),

  // Jobs
  jobVisibilityDelayMs: z
    .number()
    .min(0)
    .default(0)
    .describe("Reads know a new job only so many milliseconds (simulated) later"),
  jobRetentionSeconds: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe("A job is gone so many simulated seconds after its end; null: it stays"),
  jobStatuses: z
    .enum(["current", "older"])
    .default("current")
    .describe("Words for a job's status: queued, downloading, downloaded, upgrading; in_progress for these four"),
  futureJob: z.enum(["queued", "created"]).default("queued").describe("Status of a job before its start_time"),
  pendingJob: z
    .enum(["downloaded", "completed"])
    .default("downloaded")
    .describe("Status of a job whose devices only wait for somebody to reboot them"),
  bigBangFailures: z
    .enum(["completed", "failed"])
    .default("completed")
    .describe("Status of a big_bang job of whose devices some failed"),
  skippedJob: z
    .enum(["completed", "cancelled"])
    .default("completed")
    .describe("Status of a job of which every device was skipped"),
  jobTargets: z
    .enum(["current", "passed"])
    .default("current")
    .describe("A MAC in targets: in the list of its stage only; in those of the stages before as well"),
  jobTargetVersion: z
    .enum(["resolved", "asSent"])
    .default("resolved")
    .describe("target_version of a job for stable: the version that it stands for, or the word"),
  cancelFinished: z
    .enum(["accepted", "refused"])
    .default("accepted")
    .describe("Cancelling a job that is over: 200 without effect, or 400"),
  pastStartTime: z
    .enum(["accepted", "refused"])
    .default("accepted")
    .describe("A start_time that has passed: the same as now, or 400"),
  unknownUpgradeDevices: z
    .enum(["refused", "ignored"])
    .default("refused")
    .describe("device_ids that are not at the site: 400, or left out"),
  emptyUpgrade: z
    .enum(["refused", "completed"])
    .default("refused")
    .describe("A job that matches no device: 400, or one that is completed at once"),

  // One device
  sameVersion: z
    .enum(["told", "success", "refused"])
    .default("told")
    .describe("Upgrade of one device to what it runs: status says so in words; success; 400"),
  repeatedUpgrade: z
    .enum(["inprogress", "refused"])
    .default("inprogress")
    .describe("Upgrade of one device during another: status inprogress without effect, or 400"),

  // Organisations
  orgUpgradeTypes: z
    .enum(["all", "apOnly"])
    .default("all")
    .describe("device_type of an organisation's upgrade: any, or 400 for what is no access point"),
  orgUpgradeModels: z
    .enum(["both", "flat", "nested"])
    .default("both")
    .describe("models of an organisation's upgrade: a list of names, a list of lists, or either"),

  // SSR
  ssrJobPath: z
    .enum(["both", "cancel", "plain"])
    .default("both")
    .describe("Where GET has an SSR job: .../upgrade/{id}/cancel, .../upgrade/{id}, or both"),
  ssrJobDone: z.enum(["completed", "success"]).default("completed").describe("Status of an SSR job at its end"),
};
