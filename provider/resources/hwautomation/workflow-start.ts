import { isVendorError } from "../../clients/http/errors";
import type { ProvisioningRequest, StartedWorkflow, Workflow } from "../../clients/hwautomation/types";
import type { Context } from "../../core/resource";
import type { Automation } from "./service";
import { isUnfinished, outputsOf, phaseOf, progressOf } from "./workflow-fields";
import { keyText } from "./workflow-ids";
import { isReusable } from "./workflow-look";

/** A server has a workflow that has not ended, and gets no second one. */
export class WorkflowConflictError extends Error {
  constructor(
    readonly serverId: string,
    readonly workflowId: string,
    progress: string,
  ) {
    super(
      `server ${serverId} has workflow ${workflowId}, which has not ended (${progress}), and gets no second one: wait until it has ` +
        "ended, cancel it, or set onDuplicate to adopt to take it over",
    );
  }
}

/** The workflow of a server that has not ended; of several the newest. */
export function unfinishedOf(workflows: Iterable<Workflow>, serverId: string): Workflow | undefined {
  const open = [...workflows].filter((each) => each.serverId === serverId && isUnfinished(each));
  return open.sort((one, other) => (other.createdAt ?? "").localeCompare(one.createdAt ?? ""))[0];
}

/**
 * The workflow that a run has begun on a server that was ended before it knew, as its note tells: one that has not ended, and
 * was not there before.
 * @param asked what is asked for now, by which it is known
 */
export function lostIn(
  workflows: readonly Workflow[],
  { notes }: Automation,
  serverId: string,
  asked: object,
): Workflow | undefined {
  const before = notes.left(serverId, asked);
  const open = before && unfinishedOf(workflows, serverId);
  // An id that comes again is new as well: no unfinished one was there when the note was written.
  return open && (isReusable(open.id, serverId) || !before.includes(open.id)) ? open : undefined;
}

/** A workflow as it is known when it has been accepted, or found. */
export interface BegunWorkflow extends StartedWorkflow {
  /** Where it was there already: as it stands. */
  workflow?: Workflow;
}

export function begunFrom({ client }: Automation, workflow: Workflow, serverId: string): BegunWorkflow {
  const submittedAt = workflow.createdAt ?? new Date(client.serverNow()).toISOString();
  return { workflowId: workflow.id, serverId, submittedAt, workflow };
}

/**
 * The workflow of a run that was killed, for a job that takes it over: unless another one of this run has.
 * @param isTaken whether a job has the id
 */
export async function foundLost(
  automation: Automation,
  serverId: string,
  asked: object,
  isTaken: (id: string) => boolean,
  signal: AbortSignal,
): Promise<BegunWorkflow | undefined> {
  // The list is looked at only where there is a note.
  if (automation.notes.left(serverId, asked) === undefined) return undefined;
  const workflow = lostIn(await automation.client.workflows(signal), automation, serverId, asked);
  const begun = workflow && begunFrom(automation, workflow, serverId);
  if (!begun || isTaken(keyText(begun))) return undefined;
  automation.notes.remove(serverId);
  return begun;
}

/** A workflow that was begun, or found, as the life cycle of jobs sees it, whatever kind of job it is. */
export function begunView(begun: BegunWorkflow) {
  const { workflowId, submittedAt, workflow } = begun;
  const told = workflow ? outputsOf(workflow) : { status: "pending", subTasks: [] };
  return {
    id: keyText(begun),
    inputs: {},
    phase: workflow ? phaseOf(workflow) : "waiting",
    progress: workflow ? progressOf(workflow) : "",
    reason: workflow?.error,
    outputs: { ...told, workflowId, submittedAt },
  } as const;
}

export interface Beginning {
  /** What is asked for, by which a run after one that was killed knows its own. */
  asked: object;
  onDuplicate?: "fail" | "adopt";
  /** Called as soon as the workflow is known, while anything can still fail. */
  accepted?(begun: BegunWorkflow): void;
}

/**
 * Begins a workflow on a server that has none that has not ended, one at a time. Nothing is asked for twice: where the answer is
 * lost the note stays, and the next run looks for the workflow.
 * @throws WorkflowConflictError when the server has one, unless it is to be adopted
 */
export async function beginWorkflow(
  context: Context,
  automation: Automation,
  request: ProvisioningRequest,
  { asked, onDuplicate, accepted }: Beginning,
): Promise<BegunWorkflow> {
  const { serverId } = request;
  const { client, notes } = automation;
  const { signal } = context;
  automation.assertWritable(`a workflow for server ${serverId}`);
  return automation.turnsOf(serverId).run(async () => {
    const workflows = await client.workflows(signal);
    const taken = takenOver(context, automation, workflows, serverId, onDuplicate);
    if (taken) {
      accepted?.(taken);
      return taken;
    }
    notes.write(serverId, asked, idsOf(workflows, serverId));
    const begun = await noted(automation, [serverId], () => client.provision(request, signal));
    automation.hasBegun(begun);
    accepted?.(begun);
    notes.remove(serverId);
    return begun;
  }, signal);
}

/**
 * The unfinished workflow of a server, taken over; undefined where it has none.
 * @throws WorkflowConflictError when it has one that is not to be taken over
 */
export function takenOver(
  context: Context,
  automation: Automation,
  workflows: readonly Workflow[],
  serverId: string,
  onDuplicate: "fail" | "adopt" | undefined,
): BegunWorkflow | undefined {
  const open = unfinishedOf(workflows, serverId);
  const hidden = automation.begunOn(serverId);
  // What was begun a moment ago need not be in the list yet.
  const isHidden = hidden !== undefined && !workflows.some(({ id }) => id === hidden.workflowId);
  if (!open && !isHidden) return undefined;
  if (onDuplicate !== "adopt") {
    const progress = open ? progressOf(open) : "begun in this run";
    throw new WorkflowConflictError(serverId, (open?.id ?? hidden?.workflowId) as string, progress);
  }
  const begun = open ? begunFrom(automation, open, serverId) : (hidden as BegunWorkflow);
  context.warn(`took over workflow ${begun.workflowId}, which server ${serverId} had already`);
  return begun;
}

/** Whether nothing can have come of a start that failed so. */
export function cameToNothing(error: unknown): boolean {
  return isVendorError(error) && !error.ambiguous && error.kind !== "canceled";
}

/** A start with notes, which are of no use any more where it has come to nothing for sure. */
export async function noted<T>(
  { notes }: Automation,
  serverIds: readonly string[],
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (cameToNothing(error)) for (const serverId of serverIds) notes.remove(serverId);
    throw error;
  }
}

export function idsOf(workflows: readonly Workflow[], serverId: string): string[] {
  return workflows.filter((each) => each.serverId === serverId).map(({ id }) => id);
}
