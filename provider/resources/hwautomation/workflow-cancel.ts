import { follow, type JobView } from "../../core/job";
import type { Context } from "../../core/resource";
import { isPassing, pausesOf } from "../waits";
import type { Automation } from "./service";
import { isUnfinished, phaseOf, progressOf, workflowName } from "./workflow-fields";
import { keyOf } from "./workflow-ids";
import { type KnownWorkflow, knownFrom, sightOf } from "./workflow-look";
import { wakeFor } from "./workflow-waiting";

/** How long a workflow may take to end after its cancel, in seconds: its longest step, which is not interrupted, takes half an hour. */
const longestStepSeconds = 2_700;
/** A workflow that is called cancelled at once may still be in its last step: so many looks more for its end. */
const laterLooks = 12;

/** What has become of a workflow that was to be cancelled. */
export interface CancelOutcome {
  kind: "cancelled" | "completed" | "failed" | "lost" | "unsupported";
  /** A full sentence; undefined where there is nothing to tell: it is cancelled, or had ended before. */
  text?: string;
  /** Nothing was asked for: it had ended. */
  hadEnded?: boolean;
}

export interface CancelTerms extends Partial<Omit<KnownWorkflow, "workflowId">> {
  /** For the name of the workflow. */
  serverId?: string;
  /** Whether to look at the list that all share while many are cancelled at once. */
  isListEnough?: boolean;
}

/**
 * Asks for a cancel, once, and waits for what the workflow really becomes: a running step is not interrupted, and a workflow in
 * its last one is completed all the same. Nothing is rolled back.
 * @throws Error when it has not ended long after
 */
export async function cancelWorkflow(
  context: Context,
  automation: Automation,
  id: string,
  { serverId, isListEnough = false, ...known }: CancelTerms = {},
): Promise<CancelOutcome> {
  const { client, notes } = automation;
  const key = keyOf(id);
  const name = workflowName(key.workflowId, serverId);
  automation.assertWritable(`the cancel of ${name}`);
  const before = await sightOf(automation, { ...known, ...key }, context.signal, isListEnough);
  if ("lost" in before) return { kind: "lost", text: before.lost };
  if ("workflow" in before && !isUnfinished(before.workflow)) {
    const { status } = before.workflow;
    return { kind: status as CancelOutcome["kind"], hadEnded: true };
  }
  const answer = await client.cancel(key.workflowId, context.signal);
  automation.forgetWorkflows();
  if (answer === "unsupported")
    return {
      kind: "unsupported",
      text: `${name} goes on, since this service cannot cancel workflows: it ends by itself, or with a restart of the service`,
    };
  if (answer === "unknown")
    return {
      kind: "lost",
      text: `${name} is unknown to HWAutomation: it was restarted, or never knew it. Look at the machine`,
    };
  notes.writeCancel(id);
  const { phase, reason } = await follow<undefined>(context, {
    name: `${name}, which is being cancelled,`,
    look: looksFor(automation, { ...known, ...key }, isListEnough),
    pauseMs: pausesOf(automation),
    wake: wakeFor(automation, () => new Set([key.workflowId])),
    isPassing,
    timeoutMs: longestStepSeconds * 1_000,
  });
  switch (phase) {
    case "cancelled":
      return { kind: "cancelled" };
    case "succeeded":
      return { kind: "completed", text: `${name} was too far to be cancelled: it has completed` };
    case "failed":
      return { kind: "failed", text: `${name} failed before it was cancelled${reason ? `: ${reason}` : ""}` };
    default:
      return { kind: "lost", text: reason };
  }
}

function looksFor(automation: Automation, first: KnownWorkflow, isListEnough: boolean) {
  let known = first;
  let open = laterLooks;
  return async (signal: AbortSignal): Promise<JobView<undefined>> => {
    const sight = await sightOf(automation, known, signal, isListEnough);
    const outputs = undefined;
    if ("isNew" in sight) return { phase: "waiting", progress: "cancelling", outputs };
    if ("lost" in sight) return { phase: "expired", progress: "gone", reason: sight.lost, outputs };
    const { workflow } = sight;
    known = knownFrom(first, workflow, known);
    const isAtStep = workflow.status === "cancelled" && workflow.completedAt === undefined && open-- > 0;
    const phase = isAtStep ? "running" : phaseOf(workflow);
    const progress = `cancelling, when the running step has ended: ${progressOf(workflow)}`;
    return {
      phase,
      progress: isUnfinished(workflow) || isAtStep ? progress : workflow.status,
      reason: workflow.error,
      outputs,
    };
  };
}
