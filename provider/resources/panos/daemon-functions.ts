import { z } from "zod";
import type { DaemonStatus, Workers } from "../../clients/panos/panos";
import { defineFunction } from "../../core/resource";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";
import { deviceProgress } from "./device-fields";
import { panos, workDirectoryOf } from "./service";

const text = (doc: string) => field(z.string().optional(), { doc });
const count = (doc: string) => field(z.int().optional(), { doc });

const daemonFields = {
  alive: field(z.boolean(), {
    doc: "Whether it runs: it says so, and has said so lately. What it says stays after a crash.",
  }),
  problem: text("Why it is not taken for alive."),
  running: field(z.boolean().optional(), { doc: "Whether it says that it runs; none where it has written no status." }),
  workers: count("Workers."),
  pendingJobs: count("Jobs that it has not seen, as it has counted."),
  activeJobs: count("Jobs that it has taken."),
  completedJobs: count(
    "Jobs that have ended, failed ones too: the daemon does not tell them apart, `getJobSummary` does.",
  ),
  cancelledJobs: count("Jobs that were cancelled."),
  startedAt: text("When it was started, ISO 8601, by its own clock."),
  lastUpdated: text("When it last wrote its status."),
} satisfies Fields;

const workerFields = {
  workers: field(
    z.array(
      object(
        "Worker",
        {
          number: field(z.int(), { doc: "Its number, from 0." }),
          status: field(z.string(), { doc: "idle or busy." }),
          jobId: text("The job that it works on."),
          serial: text("The device; of a pair the first."),
        },
        "A worker of the daemon.",
      ),
    ),
    { doc: "The workers." },
  ),
  busy: field(z.int(), { doc: "How many work." }),
  utilization: field(z.number(), { doc: "How many of all work, in percent." }),
  writtenAt: text("When the daemon wrote that, ISO 8601."),
} satisfies Fields;

const summaryFields = {
  pending: field(z.int(), { doc: "Jobs that the daemon has not seen." }),
  active: field(z.int(), { doc: "Jobs that it has taken." }),
  completed: field(z.int(), { doc: "Jobs that have done what they were for." }),
  failed: field(z.int(), { doc: "Jobs that have failed or were skipped." }),
  cancelled: field(z.int(), { doc: "Jobs that were cancelled." }),
  total: field(z.int(), { doc: "All of them." }),
} satisfies Fields;

export const getDaemonStatus = defineFunction({
  token: "panos:getDaemonStatus",
  doc: "Whether the daemon runs, and what it says of itself.",
  service: panos,
  inputs: {},
  outputs: daemonFields,
  async run(context) {
    const { client } = await workDirectoryOf(context);
    return daemonOf(await client.daemon.status(context));
  },
});

export const getWorkers = defineFunction({
  token: "panos:getWorkers",
  doc: "What the workers of the daemon are at, as it has written within the last seconds.",
  service: panos,
  inputs: {},
  outputs: workerFields,
  async run(context) {
    const { client } = await workDirectoryOf(context);
    return workersOf(await client.daemon.workers(context));
  },
});

export const getJobSummary = defineFunction({
  token: "panos:getJobSummary",
  doc: "How many jobs there are of each state, those that failed apart, which the daemon itself does not count.",
  service: panos,
  inputs: {},
  outputs: summaryFields,
  async run(context) {
    const { client } = await workDirectoryOf(context);
    return client.jobs.summary(context);
  },
});

export const getDashboard = defineFunction({
  token: "panos:getDashboard",
  doc: "Everything at a glance: the daemon, its workers, the jobs, and how far the devices of the active jobs are.",
  service: panos,
  inputs: {},
  outputs: {
    daemon: field(object("Daemon", daemonFields, "The daemon."), { doc: "The daemon." }),
    workers: field(object("WorkerPool", workerFields, "The workers of the daemon."), { doc: "Its workers." }),
    jobs: field(object("JobSummary", summaryFields, "How many jobs there are of each state."), {
      doc: "How many jobs there are.",
    }),
    devices: field(z.array(deviceProgress), { doc: "The devices of the active jobs." }),
  },
  async run(context) {
    const { client } = await workDirectoryOf(context);
    const { daemon, workers, jobs, devices } = await client.dashboard(context);
    return { daemon: daemonOf(daemon), workers: workersOf(workers), jobs, devices };
  },
});

/** Without its count of failed jobs, which is always 0. */
function daemonOf({ failedJobs: _, ...status }: DaemonStatus): ValuesOf<typeof daemonFields> {
  return status;
}

function workersOf({ workers, ...rest }: Workers): ValuesOf<typeof workerFields> {
  return { ...rest, workers: workers.map(({ id, ...worker }) => ({ ...worker, number: id })) };
}
