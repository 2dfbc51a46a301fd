import { isVendorError } from "../../clients/http/errors";
import type { JobReport } from "../../clients/panos/panos";
import { follow } from "../../core/job";
import type { Context } from "../../core/resource";
import { foundJob } from "./job-view";
import type { WorkDirectory } from "./service";
import { patientOnceSeen, usualSeconds, wakingUp } from "./waiting";

/**
 * Takes a job out of the queue, or has the daemon cancel it, which it does before the next image or member only.
 * @param reason for the daemon's log
 * @returns whether it is out of the daemon's hands for sure
 * @throws VendorError "not-consumed" when a running daemon does not notice the command
 */
export async function askToCancel(
  context: Context,
  directory: WorkDirectory,
  id: string,
  reason: string,
): Promise<boolean> {
  const { client } = directory;
  directory.assertWritable(`a cancel of job ${id}`);
  const withdrawal = await client.jobs.withdraw(id);
  if (withdrawal !== "active") return true;
  const command = await client.commands.sendCancel({ jobId: id, reason }, context);
  try {
    await client.commands.acknowledged(command, context);
    return false;
  } catch (error) {
    const { alive, problem } = await client.daemon.status(context);
    if (!isVendorError(error, "timeout") || alive) throw error;
    context.warn(
      `${problem} It reads the command to cancel job ${id} when it is started; nobody works on the job until then`,
    );
    return true;
  }
}

/** Cancels a job and waits until nobody works on it any more; warns of one that has done its work all the same. */
export async function cancelJob(context: Context, directory: WorkDirectory, id: string, reason: string): Promise<void> {
  if (await askToCancel(context, directory, id, reason)) return;
  let last: JobReport | undefined;
  const { look, isPassing } = patientOnceSeen(async (signal) => {
    last = await directory.client.jobs.report(id, { signal });
    if (!last) return { phase: "expired" as const, progress: "gone", outputs: undefined };
    const found = foundJob(last);
    return { ...found, progress: `cancelling, before the next image or member: ${found.progress}`, outputs: undefined };
  });
  const { phase } = await follow<undefined>(context, {
    name: `job ${id}, which is being cancelled,`,
    ...{ look, isPassing },
    timeoutMs: usualSeconds.pair * 1_000,
    ...wakingUp(directory),
  });
  if (phase === "stuck") return giveUp(context, directory, id, last);
  if (phase === "succeeded") context.warn(`job ${id} was too far to be cancelled: it has ended ${last?.verdict.kind}`);
}

/** What the daemon has lost blocks its devices for ever: out of the queue with it. The cancel holds if it is faster. */
async function giveUp({ warn }: Context, { client }: WorkDirectory, id: string, report: JobReport | undefined) {
  const left = `job ${id} is left in queue/active, where it blocks other jobs of its devices: ${report?.error?.message ?? ""}`;
  if (report?.verdict.kind !== "stuck" || report.verdict.cause !== "orphaned" || !report.look.daemon.alive)
    return warn(left);
  await client.jobs.requeue(id);
  const withdrawal = await client.jobs.withdraw(id);
  if (withdrawal === "active") warn(left);
}
