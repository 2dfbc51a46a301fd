import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  completionInputs,
  defineCompletion,
  defineJob,
  type FoundJob,
  follow,
  type JobPhase,
} from "../../provider/core/job";
import {
  createResource,
  deleteResource,
  diffResource,
  previewCreate,
  readResource,
  updateResource,
} from "../../provider/core/lifecycle";
import type { Context } from "../../provider/core/resource";
import { field } from "../../provider/core/shape";
import { unknown, type ValueMap } from "../../provider/core/values";
import { acme, failureOf, idleContext } from "./support";

const inputs = {
  machine: field(z.string(), { doc: "The machine." }),
  force: field(z.boolean().optional(), { doc: "Whether to do it at any rate." }),
  note: field(z.string().optional(), { doc: "For people.", change: "local" }),
};
const outputs = { done: field(z.int(), { doc: "How much is done." }) };

/** A vendor with jobs that a test moves on. */
class Worker {
  readonly jobs = new Map<string, { machine: string; done: number; phase: JobPhase }>();
  readonly calls: string[] = [];

  found(id: string): FoundJob<{ machine: string }, { done: number }> | undefined {
    const job = this.jobs.get(id);
    if (!job) return undefined;
    const { machine, done, phase } = job;
    return { id, inputs: { machine }, phase, progress: `${done} % done`, outputs: { done } };
  }

  readonly job = defineJob<typeof inputs, typeof outputs>({
    token: "acme:Job",
    doc: "A job.",
    service: acme,
    inputs,
    outputs,
    find: async (_context, { machine }, isTaken) => {
      this.calls.push(`find ${machine}`);
      for (const [id, job] of this.jobs) {
        if (job.machine === machine && job.phase === "running" && !isTaken(id)) return this.found(id);
      }
      return undefined;
    },
    submit: async (_context, { machine }) => {
      this.calls.push(`submit ${machine}`);
      const id = `job-${this.jobs.size + 1}`;
      this.jobs.set(id, { machine, done: 0, phase: "running" });
      return this.found(id) as FoundJob<{ machine: string }, { done: number }>;
    },
    look: async (_context, id) => {
      this.calls.push(`look ${id}`);
      return this.found(id);
    },
    cancel: async (_context, id, _outputs, { note }) => {
      this.calls.push(`cancel ${id}${note ? `: ${note}` : ""}`);
    },
  });
}

async function submitted(worker: Worker, given: ValueMap = { machine: "a" }) {
  const written = await createResource(worker.job, inRun(), given);
  worker.calls.length = 0;
  return { ...written, old: { inputs: given, outputs: written.outputs } };
}

/** The context of one run, in which a service is the same for all. */
function inRun(overrides: Partial<Context> = {}): Context {
  const service = {};
  return idleContext({ use: <T>() => service as T, ...overrides });
}

describe("a job", () => {
  test("is submitted once: that of a run that ended too early is taken over, and the user is told", async () => {
    const worker = new Worker();
    const first = await createResource(worker.job, inRun(), { machine: "a" });
    expect(first).toEqual({ id: "job-1", outputs: { machine: "a", done: 0, phase: "running" } });
    const warnings: string[] = [];
    const again = await createResource(worker.job, inRun({ warn: (text) => warnings.push(text) }), {
      machine: "a",
    });
    expect(again.id).toBe("job-1");
    expect(warnings).toEqual(["took over job job-1, which an earlier run has submitted"]);
    expect(worker.calls).toEqual(["find a", "submit a", "find a"]);
  });

  test.each([
    ["another machine", { machine: "b" }, true],
    ["an input more", { machine: "a", force: true }, true],
    ["a trigger", { machine: "a", triggers: { round: "2" } }, true],
    ["what is said to people", { machine: "a", note: "x" }, false],
    ["what delete does", { machine: "a", onDelete: "leave" }, false],
  ])("with %s is another job, unless that is local", async (_what, to, replaces) => {
    const worker = new Worker();
    const { id, old } = await submitted(worker);
    expect(diffResource(worker.job, old.inputs, old.outputs, to).replaces).toBe(replaces);
    expect(diffResource(worker.job, to, { ...old.outputs, ...to }, old.inputs).replaces).toBe(replaces);
    if (!replaces) {
      const { outputs } = await updateResource(worker.job, inRun(), id, old, to);
      expect(outputs).toMatchObject({ ...to, done: 0, phase: "running" });
      expect(worker.calls).toEqual([]);
    }
  });

  test("is not taken from another resource of the run, nor from the one that it replaces", async () => {
    const worker = new Worker();
    const run = inRun();
    const made = await createResource(worker.job, run, { machine: "a" });
    expect((await createResource(worker.job, run, { machine: "a" })).id).toBe("job-2");
    const next = inRun();
    const old = { inputs: { machine: "a" }, outputs: made.outputs };
    for (const id of ["job-1", "job-2"]) await deleteResource(worker.job, next, id, old);
    expect((await createResource(worker.job, next, { machine: "a" })).id).toBe("job-3");
  });

  test("of which the record is gone is not forgotten, so that it is not run again", async () => {
    const worker = new Worker();
    const { id, old } = await submitted(worker);
    worker.jobs.clear();
    const read = await readResource(worker.job, inRun(), id, old);
    expect(read).toMatchObject({ id, inputs: old.inputs, outputs: { machine: "a", done: 0, phase: "expired" } });
  });

  test("that has ended is history: neither a refresh nor a delete asks anybody", async () => {
    const worker = new Worker();
    const { id } = await submitted(worker);
    worker.jobs.set(id, { machine: "a", done: 100, phase: "succeeded" });
    const read = await readResource(worker.job, inRun(), id, {
      inputs: { machine: "a" },
      outputs: { phase: "running" },
    });
    expect(read?.outputs).toMatchObject({ done: 100, phase: "succeeded" });
    worker.calls.length = 0;
    worker.jobs.clear();
    const old = { inputs: { machine: "a" }, outputs: read?.outputs as ValueMap };
    expect((await readResource(worker.job, inRun(), id, old))?.outputs).toMatchObject({ phase: "succeeded" });
    await deleteResource(worker.job, inRun(), id, old);
    expect(worker.calls).toEqual([]);
  });

  test("is not asked for anew because the vendor tells in other words what was asked for", async () => {
    const worker = new Worker();
    const { id, old } = await submitted(worker, { machine: "the newest" });
    worker.jobs.set(id, { machine: "machine 7", done: 0, phase: "running" });
    expect((await readResource(worker.job, inRun(), id, old))?.inputs).toEqual({ machine: "the newest" });
    expect((await readResource(worker.job, inRun(), id, undefined))?.inputs).toEqual({ machine: "machine 7" });
  });

  test("that nobody knows cannot be imported", async () => {
    const worker = new Worker();
    expect(await readResource(worker.job, inRun(), "job-9", undefined)).toBeUndefined();
  });

  test("is cancelled by a delete while it goes on, or left alone where the program says so", async () => {
    const worker = new Worker();
    const { id, old } = await submitted(worker);
    await deleteResource(worker.job, inRun(), id, old);
    expect(worker.calls).toEqual([`cancel ${id}`]);
    await deleteResource(worker.job, inRun(), id, { ...old, inputs: { ...old.inputs, note: "too late" } });
    expect(worker.calls.splice(1)).toEqual([`cancel ${id}: too late`]);
    const warnings: string[] = [];
    const leaving = { inputs: { ...old.inputs, onDelete: "leave" }, outputs: old.outputs };
    await deleteResource(worker.job, inRun({ warn: (text) => warnings.push(text) }), id, leaving);
    expect(worker.calls).toEqual([`cancel ${id}`]);
    expect(warnings).toEqual([`job ${id} goes on: onDelete is leave`]);
  });
});

describe("following a job", () => {
  /** Looks that answer one after the other; the last one again and again. */
  const looks = (...phases: (JobPhase | Error)[]) => {
    let count = 0;
    const look = async () => {
      const phase = phases[Math.min(count++, phases.length - 1)] as JobPhase | Error;
      if (phase instanceof Error) throw phase;
      return { phase, progress: `look ${count}`, outputs: { done: count } };
    };
    return { look, count: () => count };
  };
  const job = { name: "job 1", pauseMs: [1, 4] as const, timeoutMs: 60_000 };

  test.each(["succeeded", "failed", "cancelled", "expired", "stuck"] as const)("ends when it is %s", async (phase) => {
    const rows: string[] = [];
    const { look } = looks("waiting", "running", phase);
    const view = await follow(inRun({ progress: (text) => rows.push(text) }), { ...job, look });
    expect(view.phase).toBe(phase);
    expect(rows).toEqual(["look 1", "look 2"]);
  });

  test.each(["succeeded", new Error("no permission")] as const)(
    "closes what it was woken by, after %s too",
    async (end) => {
      let closed = 0;
      const { look } = looks("running", end);
      await follow(inRun(), { ...job, look, close: () => closed++ }).catch(() => {});
      expect(closed).toBe(1);
    },
  );

  test("goes on after a look that failed, where that passes, and fails with it where it does not", async () => {
    const network = new Error("the network is down");
    const { look, count } = looks("running", network, network, "succeeded");
    const view = await follow(inRun(), { ...job, look, isPassing: (error) => error === network });
    expect(view.phase).toBe("succeeded");
    expect(count()).toBe(4);
    const refused = new Error("no permission");
    const failing = looks("running", refused).look;
    expect(await failureOf(follow(inRun(), { ...job, look: failing, isPassing: () => false }))).toBe(refused);
  });

  test("is woken before its pause is over, and is not held up by a wake that fails", async () => {
    const wakes = [async () => {}, async () => Promise.reject(new Error("no socket")), async () => {}];
    for (const wake of wakes) {
      const { look } = looks("running", "succeeded");
      const pauseMs = wake === wakes[1] ? ([5, 5] as const) : ([3_600_000, 3_600_000] as const);
      expect((await follow(inRun(), { ...job, pauseMs, look, wake })).phase).toBe("succeeded");
    }
  });

  test("looks as rarely as it may while somebody would wake it, and as often as without where nobody would", async () => {
    const pauseMs = [1, 3_600_000] as const;
    const deaf = looks("waiting", "succeeded");
    expect((await follow(inRun(), { ...job, pauseMs, look: deaf.look, wake: () => undefined })).phase).toBe(
      "succeeded",
    );
    const wakeful = looks("waiting", "succeeded");
    const run = new AbortController();
    const asleep = () => {
      // Far longer than the pauses without it.
      setTimeout(() => run.abort(new Error("interrupted")), 20);
      return new Promise<void>(() => {});
    };
    const following = follow(inRun({ signal: run.signal }), { ...job, pauseMs, look: wakeful.look, wake: asleep });
    expect((await failureOf(following)).message).toBe("interrupted");
    expect(wakeful.count()).toBe(1);
  });

  test("ends with the run, and leaves the job alone", async () => {
    const run = new AbortController();
    const cancels: string[] = [];
    const following = follow(inRun({ signal: run.signal }), {
      ...job,
      pauseMs: [3_600_000, 3_600_000],
      look: looks("running").look,
      cancel: async () => void cancels.push("cancel"),
    });
    setImmediate(() => run.abort(new Error("interrupted")));
    expect((await failureOf(following)).message).toBe("interrupted");
    expect(cancels).toEqual([]);
  });

  test("says when its time is over that the job goes on, or that it was cancelled", async () => {
    const short = { ...job, timeoutMs: 20 };
    const left = await failureOf(follow(inRun(), { ...short, look: looks("running").look }));
    expect(left.message).toMatch(/^job 1 has not ended within 0 s: look \d+\. It goes on: run `pulumi up` again/);
    const cancels: string[] = [];
    const cancel = async () => void cancels.push("cancel");
    const cancelled = await failureOf(follow(inRun(), { ...short, look: looks("running").look, cancel }));
    expect(cancelled.message).toMatch(/has been cancelled, as onTimeout says/);
    expect(cancels).toEqual(["cancel"]);
  });
});

describe("a completion", () => {
  const jobInput = { jobId: field(z.string(), { doc: "The job.", change: "replace" }) };
  const policy = { atLeast: field(z.int().optional(), { doc: "How much must be done." }) };

  function completionOf(worker: Worker, usualSeconds?: number) {
    return defineCompletion<typeof jobInput & typeof policy, typeof outputs>({
      token: "acme:Completion",
      doc: "A completion.",
      service: acme,
      inputs: { ...jobInput, ...policy },
      outputs,
      idOf: ({ jobId }) => jobId,
      inputsOf: (jobId) => ({ jobId }),
      usualSeconds: 3600,
      follow: async (_context, { jobId }) => ({
        usualSeconds,
        name: `job ${jobId}`,
        pauseMs: [1, 1],
        look: async () => worker.found(jobId) ?? { phase: "expired", progress: "", outputs: { done: 0 } },
      }),
      cancel: async (_context, { jobId }) => void worker.calls.push(`cancel ${jobId}`),
      judge: ({ phase, outputs: { done } }, { atLeast = 100 }) =>
        phase === "succeeded" && done >= atLeast ? undefined : `the job is ${phase} with ${done} %`,
    });
  }

  test("waits until the job has ended, and passes", async () => {
    const worker = new Worker();
    const { id } = await submitted(worker);
    const completing = createResource(
      completionOf(worker),
      inRun({
        progress: () => worker.jobs.set(id, { machine: "a", done: 100, phase: "succeeded" }),
      }),
      { jobId: id },
    );
    expect(await completing).toEqual({ id, outputs: { jobId: id, done: 100 } });
  });

  test("fails by what the program asks, and another policy looks at the same job again", async () => {
    const worker = new Worker();
    worker.jobs.set("job-1", { machine: "a", done: 80, phase: "succeeded" });
    const completion = completionOf(worker);
    const failing = createResource(completion, inRun(), { jobId: "job-1" });
    expect((await failureOf(failing)).message).toBe(
      "the job is succeeded with 80 %. Whatever depends on this completion is left as it is",
    );
    const lenient = { jobId: "job-1", atLeast: 50 };
    const { id, outputs } = await createResource(completion, inRun(), lenient);
    const strict = { jobId: "job-1", atLeast: 90 };
    const changing = updateResource(completion, inRun(), id, { inputs: lenient, outputs }, strict);
    expect((await failureOf(changing)).message).toBe(
      "the job is succeeded with 80 %. Whatever depends on this completion is left as it is",
    );
  });

  test("waits as long as such a job takes, where no time limit is given", async () => {
    const worker = new Worker();
    const { id } = await submitted(worker);
    const completion = completionOf(worker, 0.01);
    const { message } = await failureOf(createResource(completion, inRun(), { jobId: id }));
    expect(message).toContain(`job ${id} has not ended within 0 s`);
  });

  test("of a job that has no id yet has none either in a preview", async () => {
    const { id } = await previewCreate(completionOf(new Worker()), inRun(), { jobId: unknown });
    expect(id).toBeUndefined();
  });

  test("that has passed stays so, whatever becomes of the record", async () => {
    const worker = new Worker();
    const old = { inputs: { jobId: "job-1" }, outputs: { jobId: "job-1", done: 100 } };
    const read = await readResource(completionOf(worker), inRun(), "job-1", old);
    expect(read).toMatchObject({ inputs: old.inputs, outputs: old.outputs });
  });

  test("is imported once the job has ended", async () => {
    const worker = new Worker();
    const { id } = await submitted(worker);
    const completion = completionOf(worker);
    const early = readResource(completion, inRun(), id, undefined);
    expect((await failureOf(early)).message).toBe("job job-1 has not ended: a completion is imported when it has");
    worker.jobs.set(id, { machine: "a", done: 100, phase: "succeeded" });
    expect(await readResource(completion, inRun(), id, undefined)).toMatchObject({ inputs: { jobId: id } });
  });

  test("takes a time limit and what becomes of the job then, neither of which costs a call", () => {
    expect(Object.values(completionInputs).map(({ change }) => change)).toEqual(["local", "local"]);
  });
});
