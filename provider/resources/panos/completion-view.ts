import { z } from "zod";
import type { JobReport } from "../../clients/panos/panos";
import type { JobView } from "../../core/job";
import { type Fields, field, type ValuesOf } from "../../core/shape";
import { deviceOf, deviceStatus } from "./device-fields";
import { isOutcome, jobFields, outcomeField, outputsOf, phaseOf, progressText } from "./job-view";
import { postFlight, preFlight } from "./validation-fields";

export const resultFields = {
  ...jobFields,
  outcome: outcomeField,
  jobStatus: field(z.string().optional(), {
    doc: "What its file says: complete or failed, or cancelled where it was withdrawn before the daemon saw it.",
  }),
  alreadyAtTarget: field(z.boolean(), {
    doc: "Whether the daemon skipped it because its devices run targetVersion already.",
  }),
  validationPassed: field(z.boolean().optional(), {
    doc:
      "Whether every device that was upgraded is within the margins of what was measured before; none where one of them was not " +
      "measured.",
  }),
} satisfies Fields;

export const completionOutputs = {
  ...resultFields,
  devices: field(z.array(deviceStatus), {
    doc: "What the daemon wrote of the devices during the job; nothing of one that it has not touched.",
  }),
  preFlights: field(z.array(preFlight), { doc: "What was measured before." }),
  postFlights: field(z.array(postFlight), { doc: "What changed." }),
} satisfies Fields;

export type CompletionOutputs = ValuesOf<typeof completionOutputs>;

/** A job as its completion sees it. `report` is undefined when it is nowhere in the queue. */
export function viewOf(
  report: JobReport | undefined,
  jobId: string,
  targetVersion: string | undefined,
): JobView<CompletionOutputs> {
  if (!report) return lost(jobId);
  const devices = report.devices.map(deviceOf);
  const { verdict, record } = report;
  const atTarget =
    devices.length === record.devices.length && devices.every((each) => each.currentVersion === targetVersion);
  return {
    phase: phaseOf(report),
    progress: progressText(report),
    reason: report.error?.message,
    outputs: {
      ...outputsOf(report),
      jobStatus: isOutcome(report) ? record.status : undefined,
      alreadyAtTarget: verdict.kind === "skipped" && targetVersion !== undefined && atTarget,
      validationPassed: validationOf(report),
      devices,
      preFlights: report.preFlights.map((each) => ({ ...each })),
      postFlights: report.postFlights.map((each) => ({ ...each })),
    },
  };
}

function lost(jobId: string): JobView<CompletionOutputs> {
  return {
    phase: "expired",
    progress: "gone",
    reason:
      `job ${jobId} is nowhere in the queue: its file was removed, or it was never submitted to this work directory. Check which ` +
      "version its devices run before you submit another job",
    outputs: { serials: [], state: "gone", alreadyAtTarget: false, devices: [], preFlights: [], postFlights: [] },
  };
}

function validationOf({ verdict, postFlights }: JobReport): boolean | undefined {
  if (verdict.kind === "validation-failed") return false;
  if (verdict.kind !== "upgraded") return undefined;
  const passed = new Set(postFlights.flatMap(({ serial, validationPassed }) => (validationPassed ? [serial] : [])));
  return verdict.serials.every((serial) => passed.has(serial)) ? true : undefined;
}
