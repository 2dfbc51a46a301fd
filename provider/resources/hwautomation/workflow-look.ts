import type { Workflow } from "../../clients/hwautomation/types";
import { sightWithoutWorkflow } from "./firmware-ids";
import { type Automation, newMs } from "./service";
import { isUnfinished } from "./workflow-fields";
import type { WorkflowKey } from "./workflow-ids";

/** What is known of a workflow from looks before, in this run or as the state has it. */
export interface KnownWorkflow extends WorkflowKey {
  startedAt?: string;
  stepsCompleted?: number;
}

/** What a look has found; `lost`: why nobody can tell any more how it ends. */
export type Sight = { workflow: Workflow } | { lost: string } | { isNew: true };

/** Clocks of this machine and the service's may differ by so much, in milliseconds. */
const skewMs = 600_000;

/**
 * Looks at one workflow. It is another one's when its id was given to another since, as the shipped application does: that
 * one's outcome says nothing about ours.
 * @param isListEnough to ask for the list that all share, and for the one workflow only when it has ended or is not in it
 */
export async function sightOf(
  automation: Automation,
  known: KnownWorkflow,
  signal: AbortSignal,
  isListEnough = false,
): Promise<Sight> {
  const { workflowId } = known;
  const without = sightWithoutWorkflow(workflowId);
  if (without) return without;
  const listed = isListEnough ? (await automation.recentWorkflows(signal)).get(workflowId) : undefined;
  const workflow = listed && isUnfinished(listed) ? listed : await detailOf(automation, known, signal);
  if (!workflow) return isRecent(automation, known) ? { isNew: true } : { lost: forgotten(known) };
  const other = reuse(workflow, known);
  return other ? { lost: other } : { workflow };
}

/** A workflow, with its times, which the reference has in the list only. */
async function detailOf(
  automation: Automation,
  { workflowId, startedAt }: KnownWorkflow,
  signal: AbortSignal,
): Promise<Workflow | undefined> {
  const { client } = automation;
  const detail = await client.workflow(workflowId, signal);
  if (!detail || (await client.dialect(signal)) === "shipped") return detail;
  const hasEnded = !isUnfinished(detail);
  const isTimed = hasEnded ? detail.completedAt : (detail.createdAt ?? startedAt);
  if (isTimed !== undefined) return detail;
  const recent = (await automation.recentWorkflows(signal)).get(workflowId);
  const isOld = hasEnded && (!recent || isUnfinished(recent));
  const listed = isOld ? (await client.workflows(signal)).find(({ id }) => id === workflowId) : recent;
  const { serverId, createdAt, completedAt } = listed ?? {};
  return {
    ...detail,
    serverId: detail.serverId ?? serverId,
    createdAt: detail.createdAt ?? createdAt,
    completedAt: detail.completedAt ?? completedAt,
  };
}

/** What was accepted a moment ago need not show yet. */
function isRecent({ client }: Automation, { submittedAt, startedAt }: KnownWorkflow): boolean {
  if (submittedAt === undefined || startedAt !== undefined) return false;
  return Math.abs(client.serverNow() - Date.parse(submittedAt)) < newMs;
}

function forgotten({ workflowId }: KnownWorkflow): string {
  return (
    `HWAutomation has no record of workflow ${workflowId}, which had not ended when it was last seen: the service was restarted, ` +
    "and forgets its workflows then. How far the machine came nobody can tell: look at it. Nothing is provisioned again unless " +
    "`triggers` change."
  );
}

/** Why a workflow of this id is not the one that is known; undefined when it is. */
function reuse(workflow: Workflow, known: KnownWorkflow): string | undefined {
  const { submittedAt, startedAt, stepsCompleted, workflowId } = known;
  const { createdAt, serverId } = workflow;
  const since = differenceOf(createdAt, startedAt);
  if (since !== undefined && Math.abs(since) > 1_000)
    return another(workflowId, `began at ${createdAt}, not at ${startedAt}`);
  if (!isReusable(workflowId, serverId)) return undefined;
  if (startedAt === undefined && (differenceOf(createdAt, submittedAt) ?? 0) > skewMs)
    return another(workflowId, `began at ${createdAt}, long after ${submittedAt}`);
  const steps = workflow.stepsCompleted;
  return steps !== undefined && stepsCompleted !== undefined && steps < stepsCompleted
    ? another(workflowId, `has ${steps} steps behind it, where there were ${stepsCompleted}`)
    : undefined;
}

/** Whether every workflow of the server gets this id; others are made for one workflow only. */
export function isReusable(workflowId: string, serverId: string | undefined): boolean {
  return serverId !== undefined && workflowId.endsWith(`provision_${serverId}`);
}

function another(workflowId: string, how: string): string {
  return (
    `somebody else has begun another workflow of the same id: ${workflowId} ${how}. What became of the first one nobody can tell: ` +
    "look at the machine. Nothing is provisioned again unless `triggers` change."
  );
}

function differenceOf(one: string | undefined, other: string | undefined): number | undefined {
  const ms = Date.parse(one ?? "") - Date.parse(other ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}

/** What is known after a look. */
export function knownFrom(key: WorkflowKey, workflow: Workflow, before?: KnownWorkflow): KnownWorkflow {
  const { createdAt: startedAt = before?.startedAt, stepsCompleted = before?.stepsCompleted } = workflow;
  return { ...key, startedAt, stepsCompleted };
}
