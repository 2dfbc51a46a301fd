import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  type Context,
  defineResource,
  type Plan,
  type Resource,
  type ResourceSpec,
  type WriteContext,
} from "./resource";
import { type Field, type Fields, field, type ValuesOf } from "./shape";

/**
 * Work that somebody else's worker does, for minutes or hours. It is two resources: the job, which exists as soon as it is
 * accepted, and its completion, which waits until it has ended and then passes or fails. What must come after the outcome
 * depends on the completion; what only needs the job's id does not wait.
 */

/** `stuck`: it has not ended, and nobody will go on with it. `expired`: its record is gone, and nobody saw its end. */
export type JobPhase = "waiting" | "running" | "stuck" | "succeeded" | "failed" | "cancelled" | "expired";

const ended: ReadonlySet<JobPhase> = new Set(["succeeded", "failed", "cancelled", "expired"]);

export function hasEnded(phase: JobPhase): boolean {
  return ended.has(phase);
}

/** What a look at a job has found. */
export interface JobView<Outputs> {
  phase: JobPhase;
  /** How far it is, as it stands on a row: "3 of 12 upgraded, 2 downloading". */
  progress: string;
  /** A full sentence about why it is stuck, failed or cancelled, and what to do; undefined where there is nothing to say. */
  reason?: string;
  outputs: Outputs;
}

/** A job that was found at the vendor's. */
export interface FoundJob<Inputs, Outputs> extends JobView<Outputs> {
  id: string;
  /** What it was asked to do, as far as the vendor tells, for an import. */
  inputs: Partial<Inputs>;
}

/** The phase stands among the outputs, so that a job that has ended costs no call, and one whose record is gone is known. */
interface Ends {
  phase: JobPhase;
  reason?: string;
}

export const phaseOutput: Field<JobPhase> = field(
  z.enum(["waiting", "running", "stuck", "succeeded", "failed", "cancelled", "expired"]),
  {
    doc:
      "Where it is: waiting or running; succeeded, failed or cancelled; stuck: nobody will go on with it; expired: its record is " +
      "gone, and nobody saw its end.",
  },
);

export const reasonOutput: Field<string | undefined> = field(z.string().optional(), {
  doc: "Why it is stuck, failed or was cancelled, as far as that is known.",
});

/** What every job takes besides its own inputs. */
export const jobInputs = {
  triggers: field(z.record(z.string(), z.string()).optional(), {
    doc: "Any values: a change of one of them makes another job, though nothing else has changed. Default: none.",
    change: "respecify",
  }),
  onDelete: field(z.enum(["leave", "cancel"]).optional(), {
    doc:
      "What delete does to a job that has not ended: cancel stops what has not begun, leave lets it go on. Nothing is rolled back. " +
      "Default: cancel.",
    change: "local",
    default: "cancel",
  }),
} satisfies Fields;

/** What every completion takes besides the job. */
export const completionInputs = {
  timeoutSeconds: field(z.number().positive().optional(), {
    doc: "How long to wait for the job to end, in seconds. Default: as long as the kind of job usually takes at most.",
    change: "local",
  }),
  onTimeout: field(z.enum(["leave", "cancel"]).optional(), {
    doc:
      "What becomes of a job that has not ended in time: leave lets it go on, and the next `pulumi up` waits for it again; cancel " +
      "cancels it. Default: leave.",
    change: "local",
    default: "leave",
  }),
} satisfies Fields;

type Own = typeof jobInputs;
type AllInputs<I extends Fields> = ValuesOf<I & Own>;
type AllOutputs<O extends Fields> = ValuesOf<O> & Ends;

/** A kind of job, for the plain types of its inputs and outputs. */
export interface JobSpec<I extends Fields, O extends Fields>
  extends Pick<
    ResourceSpec<I & Own, O & { phase: typeof phaseOutput; reason: typeof reasonOutput }>,
    "token" | "doc" | "example" | "service" | "owns" | "impact" | "rules" | "list" | "importOnRequest"
  > {
  /**
   * All of them say what is to be done: a change, from or to absent too, makes another job. But for those that are `local`, and
   * those that are `replace`, which an import may lack.
   */
  inputs: I;
  outputs: O;
  /** What a preview can tell, see `ResourceSpec`. */
  plan?(context: Context, inputs: AllInputs<I>): Promise<Plan<AllOutputs<O>>>;
  /**
   * The job that this resource has submitted in a run that ended before its id was kept. Asked before every submit: what it
   * answers with is taken over.
   * @param isTaken whether a job has been another resource's in this run, or that of the one that this one replaces
   */
  find(
    context: Context,
    inputs: AllInputs<I>,
    isTaken: (id: string) => boolean,
  ): Promise<FoundJob<AllInputs<I>, ValuesOf<O>> | undefined>;
  /** Hands the job over, once. Tells `accepted` as soon as the id is known and anything can still fail. */
  submit(context: WriteContext<AllOutputs<O>>, inputs: AllInputs<I>): Promise<FoundJob<AllInputs<I>, ValuesOf<O>>>;
  /**
   * Undefined on the vendor's word that it has no record of the job.
   * @param known what the state says of it; undefined for an import
   */
  look(
    context: Context,
    id: string,
    known?: Partial<AllOutputs<O>>,
  ): Promise<FoundJob<AllInputs<I>, ValuesOf<O>> | undefined>;
  /** Asks for what has not begun not to begin, and waits until that is sure. May be told that the job has ended meanwhile. */
  cancel(context: Context, id: string, outputs: Partial<AllOutputs<O>>, inputs: AllInputs<I>): Promise<void>;
}

/** A job as a resource: created when the vendor has accepted it, never changed, and history once it has ended. */
export function defineJob<const I extends Fields, const O extends Fields>(spec: JobSpec<I, O>): Resource {
  type Inputs = AllInputs<I>;
  type Outputs = AllOutputs<O>;
  const { find, submit, look, cancel, plan, ...described } = spec;
  const outputsOf = ({ outputs, phase, reason }: JobView<ValuesOf<O>>): Outputs => ({ ...outputs, phase, reason });
  const definition = {
    ...described,
    work: "job",
    inputs: { ...respecified(spec.inputs), ...jobInputs },
    outputs: { ...spec.outputs, phase: phaseOutput, reason: reasonOutput },
    // One that has not ended may keep the next one from being accepted.
    deleteBeforeReplace: true,

    plan: plan && ((context: Context, _known: Partial<Inputs>, inputs: Inputs) => plan(context, inputs)),

    async create(context: WriteContext<Outputs>, inputs: Inputs) {
      const taken = takenBy(context.use(spec.service));
      const lost = await find(context, inputs, (id) => taken.has(id));
      if (lost) context.warn(`took over job ${lost.id}, which an earlier run has submitted`);
      const job = lost ?? (await submit(context, inputs));
      taken.add(job.id);
      return { id: job.id, outputs: outputsOf(job) };
    },

    async read(context: Context, id: string, prior: { inputs: Inputs; outputs: Partial<Outputs> } | undefined) {
      const { outputs: known } = prior ?? {};
      if (prior && known?.phase && hasEnded(known.phase)) return { inputs: prior.inputs, outputs: known as Outputs };
      const job = await look(context, id, known);
      // What was asked for is history: in the vendor's words it would differ, and be asked for again.
      if (job) return { id: job.id, inputs: prior?.inputs ?? job.inputs, outputs: outputsOf(job) };
      // Records are cleared away some day; to forget the job would be to run it again.
      return prior && { inputs: prior.inputs, outputs: { ...known, phase: "expired" } as Outputs };
    },

    /** Only what is local changes in place. */
    update: async (_context: Context, _id: string, from: { outputs: Partial<Outputs> }) => from.outputs as Outputs,

    async delete(context: Context, id: string, { inputs, outputs }: { inputs: Inputs; outputs: Partial<Outputs> }) {
      takenBy(context.use(spec.service)).add(id);
      if (outputs.phase && hasEnded(outputs.phase)) return;
      if ((inputs as ValuesOf<Own>).onDelete === "leave") {
        context.warn(`job ${id} goes on: onDelete is leave`);
        return;
      }
      await cancel(context, id, outputs, inputs);
    },
  };
  // biome-ignore lint/suspicious/noExplicitAny: the types of mapped fields are beyond what the compiler can follow.
  return defineResource(definition as any);
}

const taken = new WeakMap<object, Set<string>>();

/** The jobs that resources have made or given up in this run. */
function takenBy(service: unknown): Set<string> {
  const ids = taken.get(service as object) ?? new Set();
  taken.set(service as object, ids);
  return ids;
}

/** The fields, of which every change makes another job. */
function respecified<F extends Fields>(fields: F): F {
  const changed = Object.entries(fields).map(([name, declared]) => {
    const change = declared.change === "local" || declared.change === "replace" ? declared.change : "respecify";
    return [name, { ...declared, change }];
  });
  return Object.fromEntries(changed) as F;
}

export interface Following<Outputs> {
  /** What is waited for, as it stands in an error: "upgrade job 12ab of site Berlin". */
  name: string;
  look(signal: AbortSignal): Promise<JobView<Outputs>>;
  /** Time between two looks, in milliseconds: the first, and the longest, to which it grows while nothing changes. */
  pauseMs: readonly [first: number, longest: number];
  timeoutMs: number;
  /**
   * Resolves as soon as something may have changed, and only saves time: with it looks are as far apart as they may be.
   * Undefined while there is nobody who would tell.
   */
  wake?(signal: AbortSignal): Promise<void> | undefined;
  /** Whether a look that failed so may be repeated: the job goes on while a network is down. */
  isPassing?(error: unknown): boolean;
  /** What becomes of the job when the time is over. Default: it goes on. */
  cancel?(): Promise<void>;
  /** Nobody looks any more, whatever has come of it. */
  close?(): void;
}

/** How long looks may fail before that is told, in milliseconds. */
const patienceMs = 600_000;

/**
 * Waits until a job has ended, or is stuck, with its progress on the row of the resource. A cancel of the run lets the job go on.
 * @throws Error when the time is over, which says how to go on
 */
export async function follow<Outputs>(context: Context, following: Following<Outputs>): Promise<JobView<Outputs>> {
  try {
    return await untilEnd(context, following);
  } finally {
    following.close?.();
  }
}

async function untilEnd<Outputs>(context: Context, following: Following<Outputs>): Promise<JobView<Outputs>> {
  const { name, look, pauseMs, timeoutMs, wake, isPassing, cancel } = following;
  const deadline = performance.now() + timeoutMs;
  let failingSince: number | undefined;
  let last: JobView<Outputs> | undefined;
  let [pause] = pauseMs;
  for (;;) {
    const before = last;
    try {
      last = await look(context.signal);
      failingSince = undefined;
    } catch (error) {
      context.signal.throwIfAborted();
      failingSince ??= performance.now();
      if (!isPassing?.(error) || performance.now() - failingSince > patienceMs) throw error;
    }
    if (last && (hasEnded(last.phase) || last.phase === "stuck")) return last;
    if (last) context.progress(last.progress);
    const left = deadline - performance.now();
    if (left <= 0) break;
    pause = before?.progress === last?.progress ? Math.min(pause * 1.5, pauseMs[1]) : pauseMs[0];
    await pauseOrWake([Math.min(pause, left), Math.min(pauseMs[1], left)], context.signal, wake);
  }
  await cancel?.();
  throw new Error(timeoutText(name, timeoutMs, last?.progress, cancel !== undefined));
}

async function pauseOrWake(
  [ms, wakefulMs]: readonly [ms: number, wakefulMs: number],
  signal: AbortSignal,
  wake: Following<unknown>["wake"],
): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const ignore = () => {};
  try {
    // A wake that fails wakes nobody: the pause ends by itself.
    const woken = wake?.(until)?.catch(() => new Promise<void>(ignore));
    const pause = sleep(woken ? wakefulMs : ms, undefined, { signal: until });
    await Promise.race([pause, ...(woken ? [woken] : [])]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    over.abort();
  }
}

function timeoutText(name: string, timeoutMs: number, progress: string | undefined, cancelled: boolean): string {
  const limit = `${Math.round(timeoutMs / 1000)} s`;
  const far = progress ? `: ${progress}` : "";
  return cancelled
    ? `${name} has not ended within ${limit}${far}. It has been cancelled, as onTimeout says; what was done is not rolled back`
    : `${name} has not ended within ${limit}${far}. It goes on: run \`pulumi up\` again to go on waiting, or raise timeoutSeconds`;
}

type Waits = typeof completionInputs;

/** What a completion follows. */
export interface Followed<Outputs> extends Omit<Following<Outputs>, "timeoutMs" | "cancel"> {
  /** How long this job usually takes at most, where that is not what all of its kind take. */
  usualSeconds?: number;
}

/** The completion of a kind of job. */
export interface CompletionSpec<I extends Fields, O extends Fields>
  extends Pick<ResourceSpec<I & Waits, O>, "token" | "doc" | "example" | "service" | "rules"> {
  /** What says which job it is must be `replace`. */
  inputs: I;
  outputs: O;
  /** The id of the completion, from its inputs alone. */
  idOf(inputs: ValuesOf<I & Waits>): string;
  /** How long such a job usually takes at most, in seconds. */
  usualSeconds: number;
  follow(context: Context, inputs: ValuesOf<I & Waits>): Promise<Followed<ValuesOf<O>>>;
  cancel(context: Context, inputs: ValuesOf<I & Waits>): Promise<void>;
  /** A full sentence about why what has ended so does not pass; undefined when it does. */
  judge(view: JobView<ValuesOf<O>>, inputs: ValuesOf<I & Waits>): string | undefined;
  /** The inputs of a completion that is imported by its id. @throws Error when the text is no id */
  inputsOf(id: string): Partial<ValuesOf<I>>;
}

/**
 * The completion of a job as a resource: its create waits. Nothing is kept of one that did not pass: the next `up` looks again,
 * and goes on waiting where the job has not ended.
 */
export function defineCompletion<const I extends Fields, const O extends Fields>(spec: CompletionSpec<I, O>): Resource {
  type Inputs = ValuesOf<I & Waits>;
  type Outputs = ValuesOf<O>;
  const { follow: following, judge, cancel, idOf, usualSeconds, inputsOf, ...described } = spec;
  // In a preview the job may not have an id yet.
  const identity = Object.keys(spec.inputs).filter((key) => spec.inputs[key]?.change === "replace");

  async function complete(context: Context, inputs: Inputs): Promise<Outputs> {
    const followed = await following(context, inputs);
    const { timeoutSeconds = followed.usualSeconds ?? usualSeconds, onTimeout } = inputs as ValuesOf<Waits>;
    const view = await follow<Outputs>(context, {
      ...followed,
      timeoutMs: timeoutSeconds * 1000,
      cancel: onTimeout === "cancel" ? () => cancel(context, inputs) : undefined,
    });
    const refusal = judge(view, inputs);
    if (refusal) throw new Error(`${refusal.replace(/\.$/, "")}. Whatever depends on this completion is left as it is`);
    return view.outputs;
  }

  const definition = {
    ...described,
    work: "completion",
    inputs: { ...spec.inputs, ...completionInputs },
    idOf: (known: Partial<Inputs>) => (identity.every((key) => key in known) ? idOf(known as Inputs) : undefined),

    async create(context: Context, inputs: Inputs) {
      return { id: idOf(inputs), outputs: await complete(context, inputs) };
    },

    /** What has ended stays as it was: a refresh asks nobody. */
    async read(context: Context, id: string, prior: { inputs: Inputs; outputs: Partial<Outputs> } | undefined) {
      if (prior) return { inputs: prior.inputs, outputs: prior.outputs as Outputs };
      const inputs = inputsOf(id) as Inputs;
      const { name, look, close } = await following(context, inputs);
      const view = await look(context.signal).finally(() => close?.());
      if (!hasEnded(view.phase)) throw new Error(`${name} has not ended: a completion is imported when it has`);
      return { inputs, outputs: view.outputs };
    },

    /** Another policy judges the same job. */
    update: (context: Context, _id: string, _from: unknown, to: Inputs) => complete(context, to),

    /** What was waited for is not undone. */
    async delete() {},
  };
  // biome-ignore lint/suspicious/noExplicitAny: the types of mapped fields are beyond what the compiler can follow.
  return defineResource(definition as any);
}
