import { hasEnded, type JobPhase } from "../../provider/core/job";
import { unfinishedKey } from "../../provider/core/state";
import type { JsonMap } from "../../provider/core/values";
import { count } from "../../provider/core/words";
import { type DeviceReport, devicesOf, isMap, type Result, resultOf, textIn } from "./devices";
import type { Work } from "./kinds";
import { type StepReport, stepsOf, type Validation, validationOf } from "./validation";

/** How many devices there are of each result. */
export type Tally = { readonly [Each in Result]: number };

/** `open`: it has ended well, as far as its record says, and its completion is yet to judge it. */
export type Status = "failed" | "running" | "waiting" | "open" | "passed" | "planned";

export interface JobReport {
  name: string;
  token: string;
  urn: string;
  wave: number;
  status: Status;
  /** What is told of it, besides. */
  word: string;
  targetVersion?: string;
  strategy?: string;
  tally: Tally;
  devices: DeviceReport[];
  steps: StepReport[];
  validation: Validation[];
  startedAt?: string;
  endedAt?: string;
  reason?: string;
  next?: string;
  /** Why it has not begun. */
  waits?: string;
  replaced: boolean;
  /** Completions of it that the next run is to create. */
  completionIsPlanned: boolean;
}

/** A job with its completion, where there is one, in their words of the state. */
export function reportJob(job: Work, completions: readonly Work[], wave: number): JobReport {
  const ended = completions.find(({ exists }) => exists);
  const inputs = { ...ended?.inputs, ...job.inputs };
  const outputs = { ...job.outputs, ...ended?.outputs };
  const devices = job.exists ? devicesOf(job.inputs, outputs) : devicesOf(job.inputs, {});
  const { status, phase } = statusOf(job, ended, devices);
  const tally = tallyOf(outputs, devices, status);
  const alone = devices.length === 1 ? devices[0] : undefined;
  if (alone) completeAlone(alone, tally, outputs);
  const reason = status === "failed" || tally.failed > 0 ? reasonOf(job, outputs, devices, tally) : undefined;
  return {
    name: job.name,
    token: job.token,
    urn: job.urn,
    wave,
    status,
    word: job.exists ? wordOf(phase, ended, outputs) : "not started",
    targetVersion: textIn(outputs, ["resolvedVersion"]) ?? textIn(inputs, ["targetVersion"]),
    strategy: textIn(inputs, ["strategy", "mode"]),
    tally,
    devices,
    steps: stepsOf(outputs),
    validation: validationOf(outputs),
    startedAt: timeIn(outputs, ["startedAt", "startsAt", "createdAt", "submittedAt"]) ?? job.entry.created,
    endedAt: timeIn(outputs, ["completedAt", "finishedAt", "endedAt"]),
    reason,
    next: reason === undefined ? undefined : nextStep(job, status, phase),
    replaced: job.replaced,
    completionIsPlanned: completions.some(({ exists }) => !exists),
  };
}

function statusOf(
  job: Work,
  completion: Work | undefined,
  devices: readonly DeviceReport[],
): { status: Status; phase: JobPhase | undefined } {
  const phase = job.outputs.phase as JobPhase | undefined;
  if (!job.exists) return { status: "planned", phase };
  if (job.kind === "completion") return { status: "passed", phase };
  if (isUnfinished(job) || (completion && isUnfinished(completion))) return { status: "failed", phase };
  if (job.kind === "both" || completion) return { status: "passed", phase };
  if (phase === "succeeded") return { status: "open", phase };
  if (phase === "stuck" || (phase && hasEnded(phase))) return { status: "failed", phase };
  if (phase === undefined) return { status: statusOfAll(devices), phase };
  return { status: phase === "running" ? "running" : "waiting", phase };
}

/** Of many jobs in one, which has no phase of its own. */
function statusOfAll(devices: readonly DeviceReport[]): Status {
  const results = new Set(devices.map(({ result }) => result));
  if (results.has("running")) return "running";
  if (results.size === 0 || results.has("waiting") || results.has("unknown")) return "waiting";
  return results.has("failed") ? "failed" : "open";
}

function isUnfinished({ entry, outputs }: Work): boolean {
  return (entry.initErrors?.length ?? 0) > 0 || typeof outputs[unfinishedKey] === "string";
}

function wordOf(phase: JobPhase | undefined, completion: Work | undefined, outputs: JsonMap): string {
  const vendor = textIn(outputs, ["outcome", "status", "state"]);
  // A job is kept as it was when it was asked for, until a refresh; its completion has seen the end.
  const own = completion ? undefined : phase;
  const isOpen = own === "waiting" || own === "running" || own === "stuck";
  const share = isOpen && typeof outputs.progress === "number" ? `${Math.round(outputs.progress)} %` : undefined;
  const step = isOpen ? textIn(outputs, ["currentStep"]) : undefined;
  return [own, vendor === own ? undefined : vendor, share, step].filter(Boolean).join(", ");
}

/** What counts where the vendor gives only numbers, else what the devices say. */
function tallyOf(outputs: JsonMap, devices: readonly DeviceReport[], status: Status): Tally {
  const tally = { done: 0, skipped: 0, failed: 0, running: 0, waiting: 0, left: 0, unknown: 0 };
  const isOver = status === "failed" || status === "passed" || status === "open";
  const untold: Result =
    status === "passed" || status === "open" ? "done" : status === "failed" ? "unknown" : "waiting";
  const counts = isMap(outputs.counts) ? Object.entries(outputs.counts) : [];
  if (counts.length === 0) {
    for (const { result } of devices) tally[result === "unknown" && status !== "running" ? untold : result]++;
    // Of the only device of a job that failed nothing else is to be told.
    if (status === "failed" && devices.length === 1 && tally.unknown === 1)
      Object.assign(tally, { unknown: 0, failed: 1 });
    return tally;
  }
  for (const [stage, count] of counts) {
    const result = resultOf(stage);
    if (typeof count === "number") tally[isOver && result === "waiting" ? "left" : result] += count;
  }
  const wrong = Array.isArray(outputs.wrongVersionMacs) ? outputs.wrongVersionMacs.length : 0;
  tally.done -= wrong;
  tally.failed += wrong;
  const total = typeof outputs.total === "number" ? outputs.total : 0;
  const rest = total - Object.values(tally).reduce((sum, count) => sum + count, 0);
  if (rest > 0) tally[isOver ? "unknown" : "waiting"] += rest;
  return tally;
}

/** What is told of a job with one device is told of the device. */
function completeAlone(device: DeviceReport, tally: Tally, outputs: JsonMap): void {
  const [only] = Object.entries(tally).find(([, count]) => count === 1) ?? [];
  if (device.result === "unknown" && only) device.result = only as Result;
  device.version ??= textIn(outputs, ["runningVersion", "currentVersion"]);
}

function reasonOf(job: Work, outputs: JsonMap, devices: readonly DeviceReport[], { failed, ...rest }: Tally): string {
  const own = outputs[unfinishedKey] ?? textIn(outputs, ["reason", "error"]) ?? job.entry.initErrors?.join("\n");
  if (typeof own === "string" && own !== "") return own;
  const told = devices.flatMap((device) =>
    device.result === "failed" && device.reason ? [`${device.id}: ${device.reason}`] : [],
  );
  const total = failed + Object.values(rest).reduce((sum, count) => sum + count, 0);
  const many = `${failed} of ${count(total, "device")} failed`;
  if (told.length > 0) return [...(told.length < failed ? [many] : []), ...told].join("\n");
  return failed > 0 ? many : `The job is ${String(outputs.phase)}, and nobody tells why`;
}

function nextStep({ kind }: Work, status: Status, phase: JobPhase | undefined): string {
  if (status === "passed")
    return "The completion let it pass. Look at these devices, and give them a job of their own.";
  if (kind === "both") return "`pulumi up` goes on: it waits for what has not ended, and takes again what failed.";
  switch (phase) {
    case "stuck":
      return "Nobody goes on with it. Do what the reason says; `pulumi up` then goes on waiting.";
    case "expired":
      return "Its record is gone. Look at what its devices run; another value of `triggers` makes another job.";
    case "failed":
    case "cancelled":
      return "Mend what the reason says; another value of `triggers` then makes another job with `pulumi up`.";
    default:
      return "`pulumi up` goes on with it.";
  }
}

/** ISO 8601, from such a text or from seconds since 1970. */
function timeIn(values: JsonMap, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = values[key];
    const time =
      typeof value === "number" ? new Date(value * 1000) : new Date(typeof value === "string" ? value : Number.NaN);
    if (!Number.isNaN(time.getTime())) return time.toISOString();
  }
  return undefined;
}
