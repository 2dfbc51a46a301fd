import type { Registry } from "../../provider/registry";
import { type JobReport, reportJob, type Status, type Tally } from "./jobs";
import { completes, needsOf, type Work, workOf } from "./kinds";
import type { Plan, State } from "./state";
import { Graph } from "./waves";

/** A maintenance window: what a state, and perhaps a plan, tell of its jobs. */
export interface Window {
  title: string;
  writtenAt: string | undefined;
  waves: Wave[];
  tally: Tally;
  /** Jobs and completions that the next run is to create; undefined without a plan, which alone knows them. */
  toCreate: { jobs: number; completions: number } | undefined;
  /** What kept the preview from its end, so that it may not know everything. */
  previewErrors: string[];
}

export interface Wave {
  number: number;
  status: Status;
  jobs: JobReport[];
  /** The completions that had to pass before it. */
  after: string[];
  toCreate: number;
}

/** What a page is to show of a stack. */
export function windowOf(state: State, plan: Plan | undefined, registry: Registry): Window {
  const works = workOf(state.entries, plan, registry);
  const graph = graphOf(state, plan, works);
  const byUrn = new Map(works.map((work) => [work.urn, work]));
  const jobs = works.filter(({ kind }) => kind !== "completion");
  const completions = works.filter(({ kind }) => kind === "completion");
  const completionsOf = new Map(jobs.map((job) => [job.urn, completions.filter((each) => completes(each, job))]));
  const claimed = new Set([...completionsOf.values()].flat());
  // The job of a completion may be another stack's.
  const rows = [...jobs, ...completions.filter((each) => !claimed.has(each))];
  const reports = new Map(
    rows.map((job) => [job.urn, reportJob(job, completionsOf.get(job.urn) ?? [], graph.wave(job.urn))]),
  );
  const jobOf = (gate: string) =>
    reports.get(gate) ??
    reports.get(jobs.find((job) => completionsOf.get(job.urn)?.some(({ urn }) => urn === gate))?.urn ?? "");
  for (const job of rows) {
    const report = reports.get(job.urn);
    if (report?.status === "planned")
      report.waits = waitsText(
        graph.gates(job.urn).flatMap((urn) => byUrn.get(urn) ?? []),
        jobOf,
      );
  }
  const title = [state.project, state.stack].filter(Boolean).join(" / ") || "an empty stack";
  const missing = works.filter(({ exists }) => !exists);
  const all = [...reports.values()];
  return {
    title,
    writtenAt: state.writtenAt,
    waves: wavesOf(all, missing, graph, byUrn),
    tally: sum(all.map(({ tally }) => tally)),
    toCreate: plan && {
      jobs: missing.filter(({ kind }) => kind !== "completion").length,
      completions: missing.filter(({ kind }) => kind === "completion").length,
    },
    previewErrors: plan?.errors ?? [],
  };
}

function graphOf({ entries }: State, plan: Plan | undefined, works: readonly Work[]): Graph {
  const gates = new Set(works.filter(({ kind }) => kind !== "job").map(({ urn }) => urn));
  const all = new Map([...entries, ...(plan?.creates.values() ?? [])].map((entry) => [entry.urn, entry]));
  // A program that has changed since says better what comes after what.
  const nodes = [...all.values()].map((entry) => needsOf(plan?.entries.get(entry.urn) ?? entry));
  const byUrn = [...all.keys()].map((urn, index) => ({ urn, needs: [...(nodes[index] ?? [])], gate: gates.has(urn) }));
  for (const completion of works.filter(({ kind }) => kind === "completion")) {
    const node = byUrn.find(({ urn }) => urn === completion.urn);
    // One that names its job by a plain id depends on it all the same.
    node?.needs.push(...works.filter((job) => job.kind === "job" && completes(completion, job)).map(({ urn }) => urn));
  }
  return new Graph(byUrn);
}

function waitsText(gates: readonly Work[], jobOf: (gate: string) => JobReport | undefined): string {
  const open = gates.filter(({ exists, replaced, urn }) => !exists || replaced || jobOf(urn)?.status === "failed");
  if (open.length === 0) return "not started: the next `pulumi up` begins with it";
  const parts = open.map(({ token, name, urn }) => {
    const why = whyNotPassed(jobOf(urn));
    return `${typeOf(token)} ${name}${why ? ` (${why})` : ""}`;
  });
  return `not started: waits for ${parts.join(" and ")}`;
}

/** What keeps a completion from having passed, as far as its job tells. */
function whyNotPassed(job: JobReport | undefined): string {
  if (!job) return "";
  if (job.replaced) return "its job is made anew";
  if (job.status === "failed") return `its job failed${job.reason ? `: ${job.reason.replace(/\.$/, "")}` : ""}`;
  return job.status === "planned" ? "its job is not started" : `its job is ${job.word || job.status}`;
}

function wavesOf(
  reports: readonly JobReport[],
  missing: readonly Work[],
  graph: Graph,
  byUrn: ReadonlyMap<string, Work>,
): Wave[] {
  const numbers = [...new Set(reports.map(({ wave }) => wave))].sort((one, other) => one - other);
  // Waves in which nothing runs, such as that of a completion of a completion, are not counted.
  return numbers.map((wave, index) => {
    const jobs = reports
      .filter((report) => report.wave === wave)
      .sort((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
    const gates = new Set(jobs.flatMap(({ urn }) => graph.gates(urn)));
    return {
      number: index + 1,
      status: statusOf(jobs),
      jobs: jobs.map((job) => ({ ...job, wave: index + 1 })),
      after: [...gates].flatMap((urn) => byUrn.get(urn) ?? []).map(({ token, name }) => `${typeOf(token)} ${name}`),
      toCreate: missing.filter(({ urn }) => graph.wave(urn) === wave).length,
    };
  });
}

const order: readonly Status[] = ["failed", "running", "waiting", "open", "planned", "passed"];

/** Failures first. */
function rank({ status, tally }: JobReport): number {
  return tally.failed > 0 ? 0 : order.indexOf(status);
}

function statusOf(jobs: readonly JobReport[]): Status {
  return order.find((status) => jobs.some((job) => job.status === status)) ?? "passed";
}

export function sum(tallies: readonly Tally[]): Tally {
  const total = { done: 0, skipped: 0, failed: 0, running: 0, waiting: 0, left: 0, unknown: 0 };
  for (const tally of tallies) for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  return total;
}

/** `mist:UpgradeJob` -> `UpgradeJob` */
export function typeOf(token: string): string {
  return token.slice(token.lastIndexOf(":") + 1);
}
