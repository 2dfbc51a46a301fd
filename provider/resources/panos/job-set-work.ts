import { follow, hasEnded } from "../../core/job";
import type { Context, Plan, ReadResult, State, WriteContext } from "../../core/resource";
import { isUnknown } from "../../core/values";
import { failureOf, forEachOf, shortened } from "../sets";
import { refusalOf } from "./completion-judge";
import { type CompletionOutputs, viewOf } from "./completion-view";
import { askToCancel, cancelJob } from "./job-cancel";
import { forecast } from "./job-check";
import { followedJob } from "./job-follow";
import { idPrefix, lostJob } from "./job-ids";
import { submitJob } from "./job-submit";
import { type WorkDirectory, workDirectoryOf } from "./service";
import { usualSeconds } from "./waiting";

export interface SetInputs {
  serials: string[];
  mode?: "standalone" | "downloadOnly";
  targetVersion?: string;
  dryRun?: boolean;
  triggers?: { [name: string]: string };
  maxInFlight?: number;
  continueOnError?: boolean;
  requireValidation?: boolean;
  skippedIsSuccess?: boolean;
  onDuplicate?: "fail" | "adopt" | "wait";
  cancelReason?: string;
  onDelete?: "leave" | "cancel";
  timeoutSeconds?: number;
  onTimeout?: "leave" | "cancel";
}

export interface Result {
  jobId: string;
  /** Undefined while the job has not ended. */
  passed?: boolean;
  outcome?: string;
  reason?: string;
  currentVersion?: string;
}

export interface Results {
  [serial: string]: Result;
}

export interface SetOutputs {
  results: Results;
  passedCount: number;
  failedCount: number;
  openCount: number;
  unsubmittedCount: number;
}

/** What a preview can tell of the devices that have no job yet. */
export async function planSet(context: Context, to: SetInputs, before: readonly string[]): Promise<Plan<never>> {
  const { serials, targetVersion } = to;
  if (isUnknown(serials) || isUnknown(targetVersion)) return {};
  const directory = await workDirectoryOf(context);
  const added = serials.filter((serial) => !isUnknown(serial) && !before.includes(serial));
  const told = await Promise.all(
    added.map((serial) => forecast(directory, workOf(to, serial), targetVersion, context)),
  );
  return {
    problems: shortened([...new Set(told.flatMap(({ problems }) => problems))]),
    warnings: shortened([...new Set(told.flatMap(({ warnings }) => warnings))]),
  };
}

/** Brings every device of a set to the end of its job. What has been submitted is kept at once. */
export async function reconcileSet(
  context: WriteContext<SetOutputs>,
  id: string,
  before: Results,
  to: SetInputs,
): Promise<SetOutputs> {
  const directory = await workDirectoryOf(context);
  const { serials, maxInFlight = 5, continueOnError } = to;
  const results: Results = { ...before };
  const failures = new Map<string, Error>();
  const keep = (serial: string, result: Result) => {
    results[serial] = result;
    context.accepted(id, outputsOf(results, serials));
    const { openCount, unsubmittedCount } = outputsOf(results, serials);
    const ended = serials.length - openCount - unsubmittedCount;
    context.progress(
      `${ended} of ${serials.length} jobs have ended, ${openCount} have not, ${unsubmittedCount} wait for their turn`,
    );
  };
  const warnings = new Set<string>();
  const quiet: Context = Object.create(context, {
    progress: { value: () => {} },
    warn: { value: (message: string) => warnings.add(message) },
  });

  const removed = Object.keys(before).filter((serial) => !serials.includes(serial));
  await cancelSet(context, before, removed, to);
  for (const serial of removed) delete results[serial];

  const openJob = (serial: string) => (before[serial]?.passed === undefined ? before[serial]?.jobId : undefined);
  const due = serials.filter((serial) => before[serial]?.passed !== true);
  // What is in the queue already counts, and comes first.
  due.sort((one, other) => Number(openJob(one) === undefined) - Number(openJob(other) === undefined));
  const work = async (serial: string) => {
    const open = openJob(serial);
    if (failures.size > 0 && !continueOnError && open === undefined) return;
    context.signal.throwIfAborted();
    try {
      const jobId = open ?? (await submitted(quiet, directory, to, serial, (jobId) => keep(serial, { jobId })));
      keep(serial, { jobId });
      const result = await resultOf(quiet, directory, to, jobId);
      if (result.passed === false) failures.set(serial, new Error(result.reason));
      keep(serial, result);
    } catch (error) {
      context.signal.throwIfAborted();
      failures.set(serial, error instanceof Error ? error : new Error(String(error)));
    }
  };
  try {
    await inLanes(due, maxInFlight, work);
  } finally {
    if (warnings.size > 0) context.warn(shortened([...warnings]).join("\n"));
  }
  const outputs = outputsOf(results, serials);
  if (failures.size === 0) return outputs;
  context.accepted(id, outputs);
  throw setFailure(failures, outputs);
}

async function submitted(
  context: Context,
  directory: WorkDirectory,
  to: SetInputs,
  serial: string,
  accepted: (jobId: string) => void,
): Promise<string> {
  const { mode = "standalone", targetVersion, dryRun = false, triggers, onDuplicate } = to;
  const prefix = idPrefix(context.urn, { serial, mode, targetVersion, dryRun, triggers });
  const lost = await lostJob(directory, prefix, () => false, context.signal);
  if (lost !== undefined) {
    context.warn(`took over job ${lost}, which an earlier run has submitted`);
    return lost;
  }
  const { record } = await submitJob(context, directory, {
    prefix,
    work: workOf(to, serial),
    ...{ targetVersion, onDuplicate },
    accepted,
  });
  return record.id;
}

/** Waits for the end of a job. @throws Error when it is not waited for any longer, and may still end */
async function resultOf(context: Context, directory: WorkDirectory, to: SetInputs, jobId: string): Promise<Result> {
  const { targetVersion, timeoutSeconds = usualSeconds.device, onTimeout } = to;
  const view = await follow<CompletionOutputs>(context, {
    ...(await followedJob(context, directory, { jobId, targetVersion })),
    timeoutMs: timeoutSeconds * 1_000,
    cancel:
      onTimeout === "cancel"
        ? async () => void (await askToCancel(context, directory, jobId, "not ended in time"))
        : undefined,
  });
  if (!hasEnded(view.phase)) throw new Error(view.reason);
  const reason = refusalOf(view, to);
  const { outcome, devices } = view.outputs;
  return { jobId, passed: reason === undefined, outcome, reason, currentVersion: devices[0]?.currentVersion };
}

/** Cancels the jobs of some devices that have not ended, unless the program lets them go on. */
export async function cancelSet(
  context: Context,
  results: Results,
  serials: readonly string[],
  { onDelete, cancelReason = "deleted by Pulumi" }: SetInputs,
): Promise<void> {
  const open = serials.filter((serial) => results[serial]?.passed === undefined);
  if (open.length === 0) return;
  if (onDelete === "leave") {
    context.warn(`${open.length === 1 ? "a job goes" : `${open.length} jobs go`} on: onDelete is leave`);
    return;
  }
  const directory = await workDirectoryOf(context);
  await forEachOf(context, open, "jobs", (serial, quiet) =>
    cancelJob(quiet, directory, (results[serial] as Result).jobId, cancelReason),
  );
}

/** What has ended meanwhile; nothing that has ended is looked at again. */
export async function readSet(
  context: Context,
  id: string,
  prior: State<SetInputs, SetOutputs> | undefined,
): Promise<ReadResult<SetInputs, SetOutputs>> {
  if (!prior) throw new Error(`${id} cannot be imported as a set: import its jobs one by one, each as an UpgradeJob`);
  const { client } = await workDirectoryOf(context);
  const { inputs } = prior;
  const results: Results = { ...prior.outputs.results };
  for (const [serial, { jobId, passed }] of Object.entries(results)) {
    if (passed !== undefined) continue;
    const view = viewOf(await client.jobs.report(jobId, context), jobId, inputs.targetVersion);
    if (!hasEnded(view.phase)) continue;
    const reason = refusalOf(view, inputs);
    const { outcome, devices } = view.outputs;
    results[serial] = {
      jobId,
      passed: reason === undefined,
      outcome,
      reason,
      currentVersion: devices[0]?.currentVersion,
    };
  }
  const outputs = outputsOf(results, inputs.serials);
  const { passedCount, failedCount, openCount, unsubmittedCount } = outputs;
  const unfinished =
    passedCount === inputs.serials.length
      ? undefined
      : `${failedCount} jobs have failed, ${openCount} have not ended and ${unsubmittedCount} were not submitted: the next \`pulumi up\` goes on`;
  return { inputs, outputs, unfinished };
}

function outputsOf(results: Results, serials: readonly string[]): SetOutputs {
  const count = (matches: (result: Result | undefined) => boolean) =>
    serials.filter((serial) => matches(results[serial])).length;
  return {
    results: { ...results },
    passedCount: count((result) => result?.passed === true),
    failedCount: count((result) => result?.passed === false),
    openCount: count((result) => result !== undefined && result.passed === undefined),
    unsubmittedCount: count((result) => result === undefined),
  };
}

function setFailure(failures: ReadonlyMap<string, Error>, { passedCount, unsubmittedCount }: SetOutputs): Error {
  const { message } = failureOf(failures, failures.size + passedCount, "jobs");
  const rest =
    unsubmittedCount === 0
      ? ""
      : `\n${unsubmittedCount} devices have no job yet: the next \`pulumi up\` goes on, also past failures with continueOnError`;
  return new Error(`${message}${rest}`);
}

function workOf({ mode, dryRun }: SetInputs, serial: string) {
  return {
    type: mode === "downloadOnly" ? ("download_only" as const) : ("standalone" as const),
    devices: [serial],
    dryRun,
  };
}

/** Does the work in order, so many at once. */
async function inLanes(
  serials: readonly string[],
  lanes: number,
  work: (serial: string) => Promise<void>,
): Promise<void> {
  const waiting = [...serials];
  const lane = async () => {
    for (let serial = waiting.shift(); serial !== undefined; serial = waiting.shift()) await work(serial);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(lanes, serials.length) }, lane));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}
