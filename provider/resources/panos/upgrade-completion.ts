import { z } from "zod";
import { defineCompletion } from "../../core/job";
import { field } from "../../core/shape";
import { refusalOf } from "./completion-judge";
import { completionOutputs } from "./completion-view";
import { askToCancel } from "./job-cancel";
import { followedJob } from "./job-follow";
import { panos, workDirectoryOf } from "./service";
import { usualSeconds } from "./waiting";

export const policyInputs = {
  requireValidation: field(z.boolean().optional(), {
    doc:
      "Whether an upgrade passes only if every device that was upgraded has been measured before and after, within the daemon's " +
      "margins. The daemon itself calls an upgrade complete whatever the measurements say. Default: false.",
    default: false,
  }),
  skippedIsSuccess: field(z.boolean().optional(), {
    doc:
      "Whether a job passes of which the daemon has skipped the devices, because no upgrade path begins at the version that they " +
      "run. Devices that run targetVersion pass at any rate. Default: false.",
    default: false,
  }),
};

export const panosUpgradeCompletion = defineCompletion({
  token: "panos:UpgradeCompletion",
  doc: [
    "The end of an upgrade job: create waits until the daemon is through with it, with its progress on the row, and passes or",
    "fails. What must come after the upgrade depends on it. An upgrade and a download that are complete pass, and so does a job",
    "whose devices run targetVersion already, which the daemon calls failed. It fails with the daemon's own words when the job",
    "failed or was cancelled, and at once, with what to do, when nobody will go on with it: the daemon was stopped or died while",
    "it had the job, or does not take its file. A job that waits while the daemon is down is waited for.",
    "A run that ends before the job does leaves the job alone, and the next `up` goes on waiting. Delete does nothing.",
    "Imported by the job id, when the job has ended.",
  ].join(" "),
  example: `const image = new ztp.panos.UpgradeJob("image", { mode: "downloadOnly", serial: "001801000001" });
const ready = new ztp.panos.UpgradeCompletion("image", { jobId: image.id });
new ztp.panos.UpgradeJob("upgrade", { serial: "001801000001" }, { dependsOn: ready });`,
  service: panos,
  inputs: {
    jobId: field(z.string().min(1), {
      doc: "The job.",
      change: "replace",
    }),
    targetVersion: field(z.string().min(1).optional(), {
      doc:
        "The version that is to come of it. A job that turns out to lead elsewhere is cancelled and fails, and one whose devices " +
        "run this version already passes. Default: wherever the daemon's upgrade paths lead.",
    }),
    ...policyInputs,
  },
  outputs: completionOutputs,
  idOf: ({ jobId }) => jobId,
  usualSeconds: usualSeconds.device,
  inputsOf: (jobId) => ({ jobId }),

  follow: async (context, inputs) => followedJob(context, await workDirectoryOf(context), inputs),

  async cancel(context, { jobId }) {
    await askToCancel(context, await workDirectoryOf(context), jobId, "not ended in time");
  },

  judge: refusalOf,
});
