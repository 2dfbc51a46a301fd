import { z } from "zod";
import { parseUpgradeKey, type UpgradeKey, upgradeKeyText } from "../../../clients/mist/upgrades";
import { defineCompletion, type JobView } from "../../../core/job";
import { type Fields, field, type ValuesOf } from "../../../core/shape";
import { someOf } from "../../../core/words";
import { isPassing, pausesOf } from "../../waits";
import { account, accountOf } from "../account";
import { type Completed, CompletionLook } from "./completion-look";
import { jobName } from "./progress";

const macs = (doc: string) => field(z.array(z.string()), { doc });

const inputs = {
  jobId: field(
    z
      .string()
      .refine(
        (text) => keyIn(text) !== undefined,
        "must be the id of an upgrade job, such as site:<siteId>/<upgradeId>",
      ),
    {
      doc: "The id of an `UpgradeJob`, `OrgUpgradeJob`, `SsrUpgradeJob` or `MxEdgeUpgradeJob`.",
      change: "replace",
      canonical: (text) => (keyIn(text) ? upgradeKeyText(keyIn(text) as UpgradeKey) : text),
      references: "mist:UpgradeJob.id",
    },
  ),
  waitFor: field(z.enum(["downloaded", "completed"]).optional(), {
    doc:
      "completed: until the job has ended. downloaded: until every device has its image, as for switches that somebody " +
      "reboots later, whose job does not end before. Default: completed.",
    default: "completed",
  }),
  failOn: field(z.enum(["any", "threshold", "never"]).optional(), {
    doc:
      "What makes it fail. any: a device that has failed or runs another version, besides a job that failed or was cancelled. " +
      "threshold: only such a job, which is what the thresholds of its own have decided. never: nothing; what became of the " +
      "devices stands in the outputs. Default: any.",
    default: "any",
  }),
  verifyRunningVersion: field(z.boolean().optional(), {
    doc:
      "Whether to compare what the devices run once the job has ended, which costs a call for every thousand of the site or " +
      "organization. Mist Edges are not compared. Default: true.",
    default: true,
  }),
};

const outputs = {
  status: field(z.string(), { doc: "How the job has ended, in the words of Mist." }),
  resolvedVersion: field(z.string().optional(), {
    doc: "The version that its devices were to get, where it was one for all.",
  }),
  lastPhase: field(z.int().optional(), { doc: "The phase that it came to." }),
  total: field(z.int(), { doc: "How many devices it had." }),
  counts: field(z.record(z.string(), z.int()), {
    doc: "How many devices ended at each stage: upgraded, skipped, failed.",
  }),
  targets: field(z.record(z.string(), z.array(z.string())), {
    doc: "The MAC addresses of the devices at each stage, where Mist tells them.",
  }),
  failedMacs: macs("The MAC addresses of those that failed."),
  skippedMacs: macs("Of those that were skipped, since they ran the version already."),
  wrongVersionMacs: macs("Of those that count as upgraded, but run another version."),
  finishedAt: field(z.string(), { doc: "When the end was seen, as ISO 8601." }),
} satisfies Fields;

type Inputs = ValuesOf<typeof inputs>;

export const upgradeCompletion = defineCompletion<typeof inputs, typeof outputs>({
  token: "mist:UpgradeCompletion",
  doc: [
    "The outcome of an upgrade job of any kind: its create waits until the job has ended, with the progress on its row, and passes",
    "or fails by `failOn`. What must come after the upgrade depends on it, such as the job of the next site.",
    "A job that Mist calls completed is believed only when its devices run the version. Waiting costs one look at a time for all",
    "jobs of a site (`ztp:mist.pollSeconds`), and fewer while Mist tells of changes by itself. Interrupted, it lets the",
    "job go on, and the next `pulumi up` waits for it again; so it does after `timeoutSeconds`, unless `onTimeout` cancels the job.",
    "It changes nothing on any device. An update judges the job anew; delete forgets the outcome. It is imported by the id of a",
    "job that has ended.",
  ].join(" "),
  example: `const first = new ztp.mist.UpgradeCompletion("first", { jobId: canary.id });
new ztp.mist.UpgradeJob("others", { siteId: warehouse.id, models: ["AP45"] }, { dependsOn: first });`,
  service: account,
  inputs,
  outputs,
  idOf: ({ jobId }) => upgradeKeyText(keyOf(jobId)),
  usualSeconds: 7_200,

  async follow(context, given) {
    const own = await accountOf(context);
    const key = keyOf(given.jobId);
    const { waitFor = "completed", verifyRunningVersion = true } = given;
    const looking = new CompletionLook(own, key, { waitFor, verifyRunningVersion }, context);
    return {
      name: jobName({ key }),
      look: () => looking.look(),
      pauseMs: pausesOf(own),
      wake: looking.wake,
      isPassing,
    };
  },

  async cancel(context, { jobId }) {
    const own = await accountOf(context);
    own.assertWritable(`upgrade job ${jobId}`);
    await own.client.upgrades.cancel(keyOf(jobId), context.signal);
  },

  judge,
  inputsOf: (id) => ({ jobId: upgradeKeyText(keyOf(id)) }),
});

function keyIn(text: string): UpgradeKey | undefined {
  const { kind, place, id } = parseUpgradeKey(text) ?? {};
  return kind && place && id ? { kind, place, id } : undefined;
}

function keyOf(text: string): UpgradeKey {
  const key = keyIn(text);
  if (!key)
    throw new Error(`${JSON.stringify(text)} names no upgrade job: give its id, such as site:<siteId>/<upgradeId>`);
  return key;
}

const again = "Mend what keeps them from it, and make another job with another value of `triggers`.";

/** Why the end of a job does not pass. */
function judge(
  { phase, reason, progress, outputs }: JobView<Completed>,
  { jobId, failOn = "any" }: Inputs,
): string | undefined {
  if (failOn === "never") return undefined;
  const name = `upgrade job ${jobId}`;
  const { failedMacs, wrongVersionMacs, counts, resolvedVersion, total } = outputs;
  const failed = Math.max(failedMacs.length, counts.failed ?? 0);
  const named = failedMacs.length > 0 ? ` (${someOf(failedMacs)})` : "";
  if (phase === "expired") return `${reason} Look at the devices; \`failOn: "never"\` lets it pass.`;
  if (phase === "cancelled") return `${reason} Another value of \`triggers\` makes another job.`;
  if (phase === "failed")
    return `${reason ?? `${name} failed: ${progress}.`}${failedMacs.length > 0 ? ` Failed: ${someOf(failedMacs)}.` : ""} ${again}`;
  if (failOn === "threshold") return undefined;
  if (failed > 0) return `${name} has ended, but ${failed} of ${total} devices failed${named}. ${again}`;
  if (wrongVersionMacs.length > 0) {
    const they = wrongVersionMacs.length === 1 ? "1 device runs" : `${wrongVersionMacs.length} devices run`;
    return `${name} has ended, but ${they} another version than ${resolvedVersion}: ${someOf(wrongVersionMacs)}. ${again}`;
  }
  return undefined;
}
