import { DuplicateJobError } from "../../clients/panos/errors";
import type { JobReport, JobSpec } from "../../clients/panos/panos";
import { follow } from "../../core/job";
import type { Context } from "../../core/resource";
import { forecast } from "./job-check";
import { newId } from "./job-ids";
import type { Work } from "./job-inputs";
import { foundJob } from "./job-view";
import type { WorkDirectory } from "./service";
import { patientOnceSeen, usualSeconds, wakingUp } from "./waiting";

export interface Submission {
  /** What its id begins with. */
  prefix: string;
  work: Work;
  targetVersion?: string;
  onDuplicate?: "fail" | "adopt" | "wait";
  /** Called when the job's file is there, and is to stay. */
  accepted(id: string): void;
}

/**
 * Puts a job into the queue, or takes over the one that its devices have.
 * @throws Error when nothing is to be submitted, with the reason
 */
export async function submitJob(
  context: Context,
  directory: WorkDirectory,
  submission: Submission,
): Promise<JobReport> {
  const { work, targetVersion, onDuplicate } = submission;
  directory.assertWritable(`a job for ${work.devices.join(" and ")}`);
  const { problems, warnings } = await forecast(directory, work, targetVersion, context);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  for (const warning of warnings) context.warn(warning);
  for (;;) {
    try {
      return await reportOf(directory, await submitOnce(context, directory, submission), context.signal);
    } catch (error) {
      if (!(error instanceof DuplicateJobError) || error.orphaned) throw error;
      if (onDuplicate === "adopt") {
        const report = await reportOf(directory, error.jobId, context.signal);
        if (!isSameWork(report, work)) throw error;
        context.warn(`took over job ${error.jobId}, which ${work.devices.join(" and ")} had already`);
        return report;
      }
      if (onDuplicate !== "wait") throw error;
      await untilEnded(context, directory, error);
    }
  }
}

/** Each try has an id of its own: one that was taken back is used up. */
async function submitOnce(
  { signal }: Context,
  { client }: WorkDirectory,
  { prefix, work, accepted }: Submission,
): Promise<string> {
  const id = newId(prefix);
  let written = false;
  const spec: JobSpec = { id, ...work };
  const onWritten = () => {
    written = true;
  };
  try {
    await client.jobs.submit(spec, { signal, onWritten });
    accepted(id);
    return id;
  } catch (error) {
    const takenBack = error instanceof DuplicateJobError && error.takenBack !== undefined;
    if (written && !takenBack) accepted(id);
    throw error;
  }
}

async function reportOf({ client }: WorkDirectory, id: string, signal: AbortSignal): Promise<JobReport> {
  const report = await client.jobs.report(id, { signal });
  if (!report) throw new Error(`job ${id} is nowhere in the queue any more: somebody has removed its file`);
  return report;
}

function isSameWork({ record }: JobReport, { type, devices, dryRun = false }: Work): boolean {
  const same = record.devices.length === devices.length && devices.every((serial) => record.devices.includes(serial));
  return same && record.type === type && record.dryRun === dryRun;
}

async function untilEnded(context: Context, directory: WorkDirectory, { jobId, serial }: DuplicateJobError) {
  const { look, isPassing } = patientOnceSeen(async (signal) => {
    const report = await directory.client.jobs.report(jobId, { signal });
    if (!report) return { phase: "expired" as const, progress: "gone", outputs: undefined };
    const found = foundJob(report);
    return { ...found, progress: `waits for job ${jobId} of device ${serial}: ${found.progress}`, outputs: undefined };
  });
  const { phase, reason } = await follow<undefined>(context, {
    name: `job ${jobId}, which device ${serial} has already,`,
    ...{ look, isPassing },
    timeoutMs: usualSeconds.pair * 1_000,
    ...wakingUp(directory),
  });
  if (phase === "stuck") throw new Error(`device ${serial} has another job already: ${reason}`);
}
