import { type Checked, checkFields, checkRules, type Problem } from "./check";
import { type Difference, diffFields, replacing } from "./diff";
import type { Context, Func, Plan, ReadResult, Resource } from "./resource";
import type { Fields } from "./shape";
import {
  encodeOutputs,
  importedInputs,
  managedInputs,
  outputsOf,
  plainInputs,
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

/** Everything that the inputs alone can tell, in one go. */
export function checkResource(resource: Resource, old: ValueMap | undefined, news: ValueMap): Checked {
  const checked = checkFields(resource.inputs, news);
  if (checked.problems.length === 0) {
    const plain = plainInputs(resource.inputs, checked.values);
    checked.problems.push(...checkRules(resource.rules ?? [], checked.values, plain));
  }
  if (old && Object.keys(old).length > 0) checked.problems.push(...immutableProblems(resource, old, checked.values));
  return checked;
}

function immutableProblems(resource: Resource, old: ValueMap, news: ValueMap): Problem[] {
  const differences = diffFields(resource.inputs, old, news);
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
  const differences = diffFields(resource.inputs, oldInputs, news);
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
  return write(resource, context, inputs, (writing) => resource.create(writing, plainInputs(resource.inputs, inputs)));
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
  const unfinished = unfinishedReason(old.outputs);
  if (unfinished === undefined && differences.every((difference) => difference.change === "local")) {
    return { id, outputs: { ...outputsOf(resource, old.outputs), ...visible(news) } };
  }
  return write(resource, context, news, async (writing) => ({
    id,
    outputs: await resource.update(writing, id, stateOf(resource, old), plainInputs(resource.inputs, news)),
  }));
}

async function write(
  resource: Resource,
  context: Context,
  inputs: ValueMap,
  verb: (
    context: Context & { accepted(id: string, outputs: object): void },
  ) => Promise<{ id: string; outputs: object }>,
): Promise<Written> {
  const result = (written: { id: string; outputs: object }): Written => ({
    id: written.id,
    outputs: { ...visible(inputs), ...encodeOutputs(resource.outputs, written.outputs) },
  });
  let accepted: Written | undefined;
  const accept = (id: string, outputs: object): void => {
    accepted = result({ id, outputs });
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
    throw new UnfinishedError(accepted.id, { ...accepted.outputs, [unfinishedKey]: reason }, reason, error);
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
    ? checkFields(resource.inputs, managedInputs(resource.inputs, prior.inputs, found.inputs)).values
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
): Promise<void> {
  await resource.delete(context, id, stateOf(resource, old));
}

export interface Preview {
  id: string | undefined;
  outputs: ValueMap;
  problems: string[];
  warnings: string[];
}

/** What a create will give, as far as it can be known: everything else stays unknown, never null. */
export async function previewCreate(resource: Resource, context: Context, inputs: ValueMap): Promise<Preview> {
  const plain: ValueMap = plainInputs(resource.inputs, inputs);
  const known: ValueMap = {};
  for (const [key, value] of Object.entries(plain)) if (!hasUnknown(value)) known[key] = value;
  const plan: Plan<object> = (await resource.plan?.(context, known)) ?? {};
  const outputs: ValueMap = { ...visible(inputs) };
  for (const key of Object.keys(resource.outputs)) outputs[key] = unknown;
  Object.assign(outputs, encodeOutputs(resource.outputs, plan.outputs ?? {}));
  return { id: resource.idOf?.(known), outputs, problems: plan.problems ?? [], warnings: plan.warnings ?? [] };
}

/** What an update will give: outputs that it never changes stay known, and so does everything if nothing is sent. */
export function previewUpdate(
  resource: Resource,
  old: { inputs: ValueMap; outputs: ValueMap },
  news: ValueMap,
): ValueMap {
  const { differences } = diffResource(resource, old.inputs, old.outputs, news);
  const harmless = unfinishedReason(old.outputs) === undefined && differences.every(({ change }) => change === "local");
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
  if (checked.problems.length > 0) throw new InvalidArguments(func.token, checked.problems);
  return encodeOutputs(func.outputs, await func.run(context, plain));
}

export class InvalidArguments extends Error {
  readonly kind = "invalid";
  constructor(token: string, problems: readonly Problem[]) {
    super(`${token}: ${problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ")}`);
  }
}
