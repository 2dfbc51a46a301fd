import { type Checked, checkFields, checkRules, type Problem, problemText } from "./check";
import { type Difference, diffFields, fixedDifferences, replacing } from "./diff";
import type { Context, Func, Plan, ReadResult, Resource, WriteContext } from "./resource";
import type { Fields } from "./shape";
import {
  asSecretAs,
  encodeOutputs,
  importedInputs,
  managedInputs,
  outputsOf,
  plainInputs,
  standingInputs,
  stateOf,
  unfinishedKey,
  unfinishedReason,
  visible,
} from "./state";
import { hasUnknown, isAbsent, unknown, type ValueMap } from "./values";

/** A write that the vendor took but that did not end: state keeps the id and outputs, and the next `up` goes on. */
export class UnfinishedError extends Error {
  constructor(
    readonly id: string,
    readonly outputs: ValueMap,
    readonly reason: string,
    override readonly cause?: unknown,
  ) {
    super(reason);
  }
}

/** More problems of one resource than this help nobody. */
const toldProblems = 50;

/**
 * Everything that the inputs alone can tell, in one go.
 * @param old those before, of which `fixedValues` are enough
 */
export function checkResource(resource: Resource, old: ValueMap | undefined, news: ValueMap): Checked {
  const { values, problems, warnings } = checkFields(resource.inputs, news);
  if (problems.length === 0) {
    const plain = plainInputs(resource.inputs, values);
    problems.push(...checkRules(resource.rules ?? [], values, plain));
  }
  if (old && Object.keys(old).length > 0) problems.push(...immutableProblems(resource, old, values));
  return { values, problems: firstOf(problems), warnings: firstOf(warnings) };
}

function firstOf(problems: readonly Problem[]): Problem[] {
  const more = problems.length - toldProblems;
  if (more <= 1) return [...problems];
  return [...problems.slice(0, toldProblems), { path: "", message: `… and ${more} more of the same resource` }];
}

function immutableProblems(resource: Resource, old: ValueMap, news: ValueMap): Problem[] {
  const differences = fixedDifferences(resource.inputs, old, news);
  if (replacing(differences).length > 0) return [];
  return differences
    .filter((difference) => difference.change === "immutable")
    .map(({ path }) => ({
      path,
      message: "cannot be changed once the object exists; restore its old value or make another resource",
    }));
}

export interface ResourceDiff {
  differences: Difference[];
  replaces: boolean;
  /** Inputs are equal, but work begun earlier has not ended. */
  unfinished: boolean;
}

export function diffResource(
  resource: Resource,
  oldInputs: ValueMap,
  oldOutputs: ValueMap,
  news: ValueMap,
): ResourceDiff {
  const differences = diffFields(resource.inputs, standingInputs(resource, oldInputs, oldOutputs), news);
  return {
    differences,
    replaces: replacing(differences).length > 0,
    unfinished: differences.length === 0 && unfinishedReason(oldOutputs) !== undefined,
  };
}

/** One sentence about what the change does to the real thing; undefined when there is nothing to warn of. */
export function impactOf(resource: Resource, old: ValueMap | undefined, news: ValueMap): string | undefined {
  const to = plainInputs(resource.inputs, news);
  if (!old) return resource.impact?.create?.(to);
  const from = plainInputs(resource.inputs, old);
  const differences = diffFields(resource.inputs, old, news);
  if (replacing(differences).length > 0) return resource.impact?.replace?.(from, to);
  if (differences.length === 0) return undefined;
  return resource.impact?.update?.(from, to, new Set(differences.map((difference) => difference.property)));
}

export interface Written {
  id: string;
  outputs: ValueMap;
}

/** @throws UnfinishedError once the vendor has taken the object; any other error means that nothing was made. */
export async function createResource(resource: Resource, context: Context, inputs: ValueMap): Promise<Written> {
  const create = (writing: Writing) => resource.create(writing, plainInputs(resource.inputs, inputs));
  return write(resource, context, { inputs }, create);
}

/** @throws UnfinishedError once the vendor has taken a part of the change; any other error means that nothing changed. */
export async function updateResource(
  resource: Resource,
  context: Context,
  id: string,
  old: { inputs: ValueMap; outputs: ValueMap },
  news: ValueMap,
): Promise<Written> {
  const { differences } = diffResource(resource, old.inputs, old.outputs, news);
  const replaced = replacing(differences)[0];
  // Tools that update without heeding the diff must not turn one object into another.
  if (replaced)
    throw new Error(`${replaced.path} identifies the object and cannot be updated; delete it and create another one`);
  if (sendsNothing(differences, old)) {
    return { id, outputs: { ...outputsOf(resource, old.outputs), ...visible(news) } };
  }
  return write(resource, context, { inputs: news, old }, async (writing) => ({
    id,
    outputs: await resource.update(writing, id, stateOf(resource, old), plainInputs(resource.inputs, news)),
  }));
}

/** Whether an update changes only what the provider does, and leaves the object alone. */
function sendsNothing(differences: readonly Difference[], old: { outputs: ValueMap }): boolean {
  return unfinishedReason(old.outputs) === undefined && differences.every(({ change }) => change === "local");
}

type Writing = WriteContext<object>;

async function write(
  resource: Resource,
  context: Context,
  { inputs, old }: { inputs: ValueMap; old?: { inputs: ValueMap } },
  verb: (context: Writing) => Promise<{ id: string; outputs: object }>,
): Promise<Written> {
  const result = (written: { id: string; outputs: object }, reached?: ValueMap): Written => ({
    id: written.id,
    outputs: {
      ...visible(inputs),
      ...(reached && asSecretAs(resource.inputs, reached, inputs, old?.inputs ?? {})),
      ...encodeOutputs(resource.outputs, written.outputs),
    },
  });
  let accepted: { id: string; outputs: object; reached?: ValueMap } | undefined;
  const accept = (id: string, outputs: object, reached?: ValueMap): void => {
    accepted = { id, outputs, reached };
  };
  try {
    // A getter on the context may be live (signal), so it is inherited rather than copied.
    const writing = Object.create(context, {
      accepted: { value: accept },
    });
    return result(await verb(writing));
  } catch (error) {
    if (!accepted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const { id, outputs } = result(accepted, accepted.reached);
    throw new UnfinishedError(id, { ...outputs, [unfinishedKey]: reason }, reason, error);
  }
}

export interface ReadBack {
  id: string;
  inputs: ValueMap;
  outputs: ValueMap;
  unfinished: string | undefined;
}

/**
 * Reads an object back. With prior inputs (refresh) only what the user manages comes back, in the user's spelling
 * where that still says the same; without (import) the inputs are those that a program would write.
 */
export async function readResource(
  resource: Resource,
  context: Context,
  id: string,
  prior: { inputs: ValueMap; outputs: ValueMap } | undefined,
): Promise<ReadBack | undefined> {
  const found = (await resource.read(context, id, prior && stateOf(resource, prior))) as
    | ReadResult<ValueMap, object>
    | undefined;
  if (!found) return undefined;
  const inputs = prior
    ? checkFields(resource.inputs, managedInputs(resource.inputs, prior.inputs, found.inputs, found.managed)).values
    : importedInputs(resource.inputs, found.inputs);
  const outputs: ValueMap = { ...inputs, ...encodeOutputs(resource.outputs, found.outputs) };
  if (found.unfinished) outputs[unfinishedKey] = found.unfinished;
  return { id: found.id ?? id, inputs, outputs, unfinished: found.unfinished };
}

export async function deleteResource(
  resource: Resource,
  context: Context,
  id: string,
  old: { inputs: ValueMap; outputs: ValueMap },
  replacedBy?: ValueMap,
): Promise<void> {
  await resource.delete(context, id, stateOf(resource, old), replacedBy && plainInputs(resource.inputs, replacedBy));
}

export interface Preview {
  id: string | undefined;
  outputs: ValueMap;
  problems: string[];
  warnings: string[];
  /** Of the create, as far as the look tells another than the inputs. */
  impact?: string;
  overall: (() => string)[];
}

/**
 * What a create will give, as far as it can be known: everything else stays unknown, never null.
 * @param replaced the object whose place it takes, where it does
 */
export async function previewCreate(
  resource: Resource,
  context: Context,
  inputs: ValueMap,
  replaced?: { inputs: ValueMap; outputs: ValueMap },
): Promise<Preview> {
  const plain: ValueMap = plainInputs(resource.inputs, inputs);
  const known: ValueMap = {};
  for (const [key, value] of Object.entries(plain)) if (!hasUnknown(value)) known[key] = value;
  const plan: Plan<object> = (await resource.plan?.(context, known, plain)) ?? {};
  const outputs: ValueMap = { ...visible(inputs) };
  for (const key of Object.keys(resource.outputs)) outputs[key] = unknown;
  Object.assign(outputs, encodeOutputs(resource.outputs, plan.outputs ?? {}));
  const plans = [plan];
  if (replaced && resource.planUpdate) {
    plans.push(await resource.planUpdate(context, stateOf(resource, replaced), plain, true));
  }
  return {
    id: resource.idOf?.(known),
    outputs,
    problems: plans.flatMap(({ problems }) => problems ?? []),
    warnings: plans.flatMap(({ warnings }) => warnings ?? []),
    impact: plan.impact,
    overall: plans.flatMap(({ overall }) => overall ?? []),
  };
}

/** What the preview of an update finds beyond what its inputs tell. */
export async function planUpdate(
  resource: Resource,
  context: Context,
  old: { inputs: ValueMap; outputs: ValueMap },
  news: ValueMap,
): Promise<Plan<object>> {
  const { differences } = diffResource(resource, old.inputs, old.outputs, news);
  if (!resource.planUpdate || sendsNothing(differences, old)) return {};
  return resource.planUpdate(context, stateOf(resource, old), plainInputs(resource.inputs, news), false);
}

/** What an update will give: outputs that it never changes stay known, and so does everything if nothing is sent. */
export function previewUpdate(
  resource: Resource,
  old: { inputs: ValueMap; outputs: ValueMap },
  news: ValueMap,
): ValueMap {
  const { differences } = diffResource(resource, old.inputs, old.outputs, news);
  const harmless = sendsNothing(differences, old);
  const outputs: ValueMap = { ...visible(news) };
  for (const [key, declared] of Object.entries(resource.outputs as Fields)) {
    const keep = (harmless || declared.stable) && !isAbsent(old.outputs[key]);
    if (keep) outputs[key] = old.outputs[key];
    else if (!harmless) outputs[key] = unknown;
  }
  return outputs;
}

/** @throws Error with every problem of the arguments, or what the vendor said. */
export async function invokeFunction(func: Func, context: Context, args: ValueMap): Promise<ValueMap> {
  const checked = checkFields(func.inputs, args);
  const plain = plainInputs(func.inputs, checked.values);
  if (checked.problems.length === 0) checked.problems.push(...checkRules(func.rules ?? [], checked.values, plain));
  if (checked.problems.length > 0) throw new InvalidArguments(checked.problems);
  return encodeOutputs(func.outputs, await func.run(context, plain));
}

export class InvalidArguments extends Error {
  readonly kind = "invalid";
  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join("; "));
  }
}
