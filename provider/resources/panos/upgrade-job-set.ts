import { z } from "zod";
import { isFileName } from "../../clients/panos/layout";
import { completionInputs, jobInputs } from "../../core/job";
import { defineResource } from "../../core/resource";
import { field, object } from "../../core/shape";
import { hasUnknown } from "../../core/values";
import { count, someOf } from "../../core/words";
import { nameOf } from "../sets";
import { commonInputs } from "./job-inputs";
import { cancelSet, planSet, readSet, reconcileSet } from "./job-set-work";
import { panos } from "./service";
import { policyInputs } from "./upgrade-completion";

const result = object(
  "JobResult",
  {
    jobId: field(z.string(), { doc: "Its last job." }),
    passed: field(z.boolean().optional(), { doc: "Whether the job has passed; none while it has not ended." }),
    outcome: field(z.string().optional(), { doc: "What came of it, as of an UpgradeCompletion." }),
    reason: field(z.string().optional(), { doc: "Why it did not pass." }),
    currentVersion: field(z.string().optional(), { doc: "The version that the daemon takes the device to run." }),
  },
  "What became of one device of a set.",
);

const respecify = { change: "respecify" } as const;
const local = { change: "local" } as const;

export const upgradeJobSet = defineResource({
  token: "panos:UpgradeJobSet",
  doc: [
    "The same job for many devices, one job each, and their ends: create submits at most `maxInFlight` at a time and waits for all.",
    "After a failure nothing more is submitted, what is at work goes on and is waited for, and the `up` fails with each reason;",
    "with `continueOnError` the others are submitted all the same. What has been submitted stands in the state at once: the next",
    "`up` goes on waiting for what has not ended, submits what was not, and submits again what failed. No device gets a second",
    "job while it has one. A serial more is a job more. One less is forgotten, and its job cancelled if it has not ended, as by",
    "delete; `onDelete: leave` lets it go on. Jobs are imported one by one, as an `UpgradeJob`.",
  ].join(" "),
  example: `new ztp.panos.UpgradeJobSet("branches", {
  serials: ["001801000001", "001801000002", "001801000003"],
  targetVersion: "11.1.4",
  maxInFlight: 2,
  requireValidation: true,
});`,
  service: panos,
  work: "both",
  inputs: {
    serials: field(
      z.array(z.string().refine(isFileName, "must be a serial: letters, digits, dots, underscores and dashes")),
      { doc: "The devices. Jobs are submitted in this order.", unordered: true },
    ),
    mode: field(z.enum(["standalone", "downloadOnly"]).optional(), {
      ...respecify,
      doc: "standalone upgrades the devices; downloadOnly puts the images on them. Pairs have an UpgradeJob each. Default: standalone.",
      default: "standalone",
    }),
    targetVersion: { ...commonInputs.targetVersion, ...respecify },
    dryRun: { ...commonInputs.dryRun, ...respecify },
    triggers: jobInputs.triggers,
    maxInFlight: field(z.int().min(1).optional(), {
      ...local,
      doc: "How many jobs there are at a time, at least 1. Default: 5, as many workers as a daemon has by default.",
      default: 5,
    }),
    continueOnError: field(z.boolean().optional(), {
      ...local,
      doc: "Whether more jobs are submitted after one has failed. Default: false.",
      default: false,
    }),
    requireValidation: { ...policyInputs.requireValidation, ...local },
    skippedIsSuccess: { ...policyInputs.skippedIsSuccess, ...local },
    onDuplicate: commonInputs.onDuplicate,
    cancelReason: commonInputs.cancelReason,
    onDelete: jobInputs.onDelete,
    timeoutSeconds: field(z.number().positive().optional(), {
      ...local,
      doc: "How long to wait for each job to end, in seconds. Default: 7200.",
    }),
    onTimeout: completionInputs.onTimeout,
  },
  rules: [
    {
      needs: ["serials"],
      check: ({ serials }) => {
        const twice = serials.find((serial, index) => serials.indexOf(serial) !== index);
        return twice === undefined ? undefined : `serials has ${twice} twice: it would be upgraded twice`;
      },
    },
  ],
  outputs: {
    results: field(z.record(z.string(), result), { doc: "What became of each device that has a job, by its serial." }),
    passedCount: field(z.int(), { doc: "Devices whose job has passed." }),
    failedCount: field(z.int(), { doc: "Devices whose job has not." }),
    openCount: field(z.int(), { doc: "Devices whose job has not ended." }),
    unsubmittedCount: field(z.int(), { doc: "Devices that have no job yet." }),
  },
  deleteBeforeReplace: true,
  impact: {
    create: ({ serials, mode, dryRun }) =>
      dryRun || mode === "downloadOnly" || hasUnknown(serials)
        ? undefined
        : `${count(serials.length, "device is upgraded and reboots", "devices are upgraded and reboot")}: ${someOf(serials)}`,
    update: ({ serials: before }, { serials, mode, dryRun }) => {
      if (dryRun || mode === "downloadOnly" || hasUnknown(serials)) return undefined;
      const added = serials.filter((serial) => !before.includes(serial));
      const are = count(added.length, "device is upgraded and reboots", "devices are upgraded and reboot");
      return added.length === 0 ? undefined : `${are}: ${someOf(added)}`;
    },
  },

  plan: (context, _known, inputs) => planSet(context, inputs, []),
  planUpdate: (context, { inputs }, to, replaces) => planSet(context, to, replaces ? [] : inputs.serials),

  async create(context, inputs) {
    const id = nameOf(context) ?? "set";
    return { id, outputs: await reconcileSet(context, id, {}, inputs) };
  },

  read: (context, id, prior) => readSet(context, id, prior),

  update: (context, id, { outputs }, to) => reconcileSet(context, id, outputs.results ?? {}, to),

  delete: (context, _id, { inputs, outputs }) =>
    cancelSet(context, outputs.results ?? {}, Object.keys(outputs.results ?? {}), inputs),
});
