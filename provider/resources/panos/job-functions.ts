import { z } from "zod";
import type { JobRecord } from "../../clients/panos/panos";
import { defineFunction } from "../../core/resource";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";
import { completionOutputs, viewOf } from "./completion-view";
import { jobFields, stateOf } from "./job-view";
import { panos, workDirectoryOf } from "./service";

const text = (doc: string) => field(z.string().optional(), { doc });

const listedFields = {
  ...jobFields,
  kind: text("standalone, ha_pair or download_only; the daemon never runs a job of any other type."),
  haPairName: text("The pair, as whoever submitted it called it."),
  dryRun: field(z.boolean(), { doc: "Whether it goes through the motions only." }),
  arrivedAt: field(z.string(), { doc: "When it came to where it is, ISO 8601, by the clock of the file system." }),
  defect: text("Why the daemon never runs it, where its file is wrong."),
} satisfies Fields;

export const getJobs = defineFunction({
  token: "panos:getJobs",
  doc: "The jobs in the work directory, whoever submitted them. Files that the daemon does not take are among them, with why.",
  service: panos,
  inputs: {
    state: field(z.enum(["pending", "active", "completed", "failed", "cancelled", "all"]).optional(), {
      doc: "Only those of this state. Default: all.",
      default: "all",
    }),
    serial: field(z.string().min(1).optional(), { doc: "Only those of this device." }),
  },
  outputs: {
    jobs: field(
      z.array(object("Job", { jobId: field(z.string(), { doc: "Its id." }), ...listedFields }, "A job in the queue.")),
      { doc: "The jobs, the oldest first." },
    ),
  },
  async run(context, { state, serial }) {
    const { client } = await workDirectoryOf(context);
    const all = await client.jobs.list(state, context);
    const chosen = all.filter(({ devices }) => serial === undefined || devices.includes(serial));
    const oldestFirst = chosen.sort((a, b) => (a.createdAt ?? a.arrivedAt).localeCompare(b.createdAt ?? b.arrivedAt));
    return { jobs: oldestFirst.map((job) => ({ jobId: job.id, ...listedOf(job) })) };
  },
});

export const getJob = defineFunction({
  token: "panos:getJob",
  doc: "A job, what became of it, and what the daemon wrote of its devices meanwhile. Fails for one that is nowhere in the queue.",
  service: panos,
  inputs: { jobId: field(z.string().min(1), { doc: "The job." }) },
  outputs: {
    ...listedFields,
    ...completionOutputs,
    phase: field(z.string(), { doc: "waiting, running, stuck, succeeded, failed or cancelled." }),
    reason: text("Why it is stuck, failed or was cancelled, and what to do."),
    progress: field(z.number(), {
      doc: "Percent: of its device, or the mean of those members of a pair that were touched.",
    }),
  },
  async run(context, { jobId }) {
    const { client } = await workDirectoryOf(context);
    const report = await client.jobs.report(jobId, context);
    const { outputs, phase, reason } = viewOf(report, jobId, undefined);
    if (!report) throw new Error(reason);
    return { ...listedOf(report.record), ...outputs, phase, reason, progress: report.progress };
  },
});

function listedOf(record: JobRecord): ValuesOf<typeof listedFields> {
  const { devices: serials, createdAt, completedAt, type: kind, haPairName, dryRun, arrivedAt, defect } = record;
  const described = { serials, createdAt, completedAt, kind, haPairName, dryRun, arrivedAt };
  return { ...described, state: stateOf(record), defect: defect?.reason };
}
