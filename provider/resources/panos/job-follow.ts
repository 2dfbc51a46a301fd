import type { Followed } from "../../core/job";
import type { Context } from "../../core/resource";
import { strayText } from "./completion-judge";
import { type CompletionOutputs, viewOf } from "./completion-view";
import { askToCancel } from "./job-cancel";
import type { WorkDirectory } from "./service";
import { patientOnceSeen, usualSeconds, wakingUp } from "./waiting";

/** How to wait for the end of a job. One that turns out to lead to another version than it shall is cancelled on the way. */
export async function followedJob(
  context: Context,
  directory: WorkDirectory,
  { jobId, targetVersion }: { jobId: string; targetVersion?: string },
): Promise<Followed<CompletionOutputs>> {
  const { client } = directory;
  let told = false;
  let strayed = false;
  const { look, isPassing } = patientOnceSeen(async (signal) => {
    const report = await client.jobs.report(jobId, { signal });
    const view = viewOf(report, jobId, targetVersion);
    if (report?.verdict.kind === "pending" && !report.look.daemon.alive && !told) {
      told = true;
      context.warn(`job ${jobId} waits: ${report.look.daemon.problem} Start it, and the job is carried out`);
    }
    const stray = strayText(view.outputs, targetVersion);
    if (view.phase === "running" && stray !== undefined && !strayed) {
      strayed = true;
      await askToCancel(context, directory, jobId, stray);
    }
    return view;
  });
  const record = await client.jobs.find(jobId, context);
  return {
    name: `job ${jobId}${record ? ` for ${record.devices.join(" and ")}` : ""}`,
    usualSeconds: record?.type === "ha_pair" ? usualSeconds.pair : usualSeconds.device,
    ...{ look, isPassing },
    ...wakingUp(directory),
  };
}
