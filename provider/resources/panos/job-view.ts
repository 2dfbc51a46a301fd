import { z } from "zod";
import type { DeviceStatus, JobRecord, JobReport, Verdict } from "../../clients/panos/panos";
import type { FoundJob, JobPhase } from "../../core/job";
import { type Fields, field, type ValuesOf } from "../../core/shape";
import { inputsOf, type UpgradeJobInputs } from "./job-inputs";

/** What is known of a job without a look at its devices. */
export const jobFields = {
  serials: field(z.array(z.string()), { doc: "Its devices." }),
  state: field(z.string(), {
    doc:
      "pending: the daemon has not seen it; active: taken, waiting for a worker or at work; completed, failed or cancelled. The " +
      "daemon calls what it has skipped failed too.",
  }),
  createdAt: field(z.string().optional(), { doc: "When it was submitted, ISO 8601." }),
  completedAt: field(z.string().optional(), { doc: "When it ended, ISO 8601." }),
} satisfies Fields;

export const outcomeField = field(z.string().optional(), {
  doc:
    "What came of it: upgraded; validation-failed, upgraded too, but something measured is beyond its margin; downloaded; " +
    "simulated, of a dry run; nothing-to-do, of a pair without a path; skipped; failed; cancelled; unknown, where the daemon " +
    "died before it wrote that down. None before the end.",
});

export const upgradeJobOutputs = { ...jobFields, outcome: outcomeField } satisfies Fields;

export type UpgradeJobOutputs = ValuesOf<typeof upgradeJobOutputs>;

const phases: { readonly [Kind in Verdict["kind"]]: JobPhase } = {
  pending: "waiting",
  queued: "waiting",
  running: "running",
  settling: "running",
  stuck: "stuck",
  upgraded: "succeeded",
  "validation-failed": "succeeded",
  simulated: "succeeded",
  downloaded: "succeeded",
  "nothing-to-do": "succeeded",
  skipped: "failed",
  failed: "failed",
  unknown: "failed",
  cancelled: "cancelled",
};

/** What can come of a job. */
export const outcomes = Object.entries(phases).flatMap(([kind, phase]) =>
  phase === "waiting" || phase === "running" || phase === "stuck" ? [] : [kind],
);

export function phaseOf({ verdict }: JobReport): JobPhase {
  return phases[verdict.kind];
}

export function isOutcome({ verdict }: JobReport): boolean {
  return outcomes.includes(verdict.kind);
}

/** Where a job's file is, and whether it failed, which has no place of its own. */
export function stateOf({ place, status }: JobRecord): string {
  return place === "completed" && status === "failed" ? "failed" : place;
}

export function outputsOf(report: JobReport): UpgradeJobOutputs {
  const { record, verdict } = report;
  const { devices: serials, createdAt, completedAt } = record;
  return {
    ...{ serials, createdAt, completedAt, state: stateOf(record) },
    outcome: isOutcome(report) ? verdict.kind : undefined,
  };
}

/** A job as the life cycle of jobs sees it. */
export function foundJob(report: JobReport): FoundJob<UpgradeJobInputs, UpgradeJobOutputs> {
  return {
    id: report.record.id,
    inputs: inputsOf(report.record) as UpgradeJobInputs,
    phase: phaseOf(report),
    progress: progressText(report),
    reason: report.error?.message,
    outputs: outputsOf(report),
  };
}

/** How far a job is, as it stands on a row. */
export function progressText({ verdict, look, devices, progress }: JobReport): string {
  switch (verdict.kind) {
    case "pending":
      return look.daemon.alive ? "waits for the daemon" : `waits: ${lowerFirst(look.daemon.problem ?? "")}`;
    case "queued":
      return "taken by the daemon, waits for a worker";
    case "running":
      return `${progress} %: ${devices.length > 0 ? workText(devices) : "a worker begins"}`;
    case "settling":
      return "has ended";
    default:
      return verdict.kind;
  }
}

function workText(devices: readonly DeviceStatus[]): string {
  const texts = devices.map(({ serial, hostname, upgradeStatus, message, progress }) => {
    const share = devices.length > 1 ? `, ${progress} %` : "";
    return `${hostname ? `${hostname} (${serial})` : serial}${share}: ${message ?? upgradeStatus}`;
  });
  return texts.join("; ");
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}
