import { defineJob } from "../../core/job";
import type { Context, Plan } from "../../core/resource";
import { isUnknown } from "../../core/values";
import { cancelJob } from "./job-cancel";
import { forecast, holderWarnings } from "./job-check";
import { idPrefix, lostJob } from "./job-ids";
import { type UpgradeJobInputs, upgradeJobInputs, upgradeJobRules, workOf } from "./job-inputs";
import { submitJob } from "./job-submit";
import { foundJob, upgradeJobOutputs } from "./job-view";
import { panos, workDirectoryOf } from "./service";

export const panosUpgradeJob = defineJob({
  token: "panos:UpgradeJob",
  doc: [
    "A job in the queue of the PAN-OS Upgrade Manager: the upgrade of one device or of a pair, or the download of its images.",
    "It exists when its file is in the queue, and does not wait for the daemon: an `UpgradeCompletion` does. Its id is the",
    "daemon's job id, by which a run that was killed finds its own job again instead of submitting another one. Before it is",
    "written the inventory, the upgrade paths and the other jobs of the devices are looked at, and the latter once more",
    "afterwards, so that of two provisioners one gives way: the daemon itself would run both jobs at once.",
    "A change of what is to be done is another job; an unfinished old one is cancelled first. Delete takes a waiting job out of",
    "the queue and has a running one cancelled by its id, which the daemon does before the next image or member only: one that",
    "is too far ends as if nothing had been said, and a warning says so. What has ended stays in the daemon's history.",
    "Imported by its job id.",
  ].join(" "),
  example: `const upgrade = new ztp.panos.UpgradeJob("branch", { serial: "001801000001", targetVersion: "11.1.4" });
new ztp.panos.UpgradeCompletion("branch", { jobId: upgrade.id, targetVersion: "11.1.4", requireValidation: true });`,
  service: panos,
  inputs: upgradeJobInputs,
  rules: upgradeJobRules,
  outputs: upgradeJobOutputs,
  impact: {
    create: (inputs) =>
      inputs.dryRun || inputs.mode === "downloadOnly"
        ? undefined
        : `${devicesOf(inputs)} ${inputs.mode === "haPair" ? "are" : "is"} upgraded and reboots`,
  },

  async plan(context, inputs) {
    if (Object.values(inputs).some(isUnknown)) return {};
    return planJob(context, inputs);
  },

  async find(context, inputs, isTaken) {
    const directory = await workDirectoryOf(context);
    const id = await lostJob(directory, prefixOf(context, inputs), isTaken, context.signal);
    const report = id === undefined ? undefined : await directory.client.jobs.report(id, context);
    return report && foundJob(report);
  },

  async submit(context, inputs) {
    const directory = await workDirectoryOf(context);
    const work = workOf(inputs);
    const { targetVersion, onDuplicate } = inputs;
    const accepted = (id: string) =>
      context.accepted(id, { serials: [...work.devices], state: "pending", phase: "waiting" });
    return foundJob(
      await submitJob(context, directory, {
        prefix: prefixOf(context, inputs),
        work,
        targetVersion,
        onDuplicate,
        accepted,
      }),
    );
  },

  async look(context, id) {
    const { client } = await workDirectoryOf(context);
    const report = await client.jobs.report(id, context);
    return report && foundJob(report);
  },

  async cancel(context, id, _outputs, { cancelReason }) {
    await cancelJob(context, await workDirectoryOf(context), id, cancelReason ?? "deleted by Pulumi");
  },
});

async function planJob(context: Context, inputs: UpgradeJobInputs): Promise<Plan<never>> {
  const directory = await workDirectoryOf(context);
  const work = workOf(inputs);
  const [{ problems, warnings, impact }, holders] = await Promise.all([
    forecast(directory, work, inputs.targetVersion, context),
    holderWarnings(directory, work, inputs.onDuplicate, prefixOf(context, inputs), context),
  ]);
  return { problems, warnings: [...warnings, ...holders], impact };
}

/** What was asked for, as ids tell it: what is local does not belong to it. */
function prefixOf({ urn }: Context, inputs: UpgradeJobInputs & { triggers?: object }): string {
  const {
    mode = "standalone",
    serial,
    primarySerial,
    secondarySerial,
    targetVersion,
    dryRun = false,
    triggers,
  } = inputs;
  return idPrefix(urn, { mode, serial, primarySerial, secondarySerial, targetVersion, dryRun, triggers });
}

function devicesOf(inputs: UpgradeJobInputs): string {
  return workOf(inputs).devices.join(" and ");
}
