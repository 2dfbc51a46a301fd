import { type HwAutomationContext, stamp } from "../call";
import { shownProgress, shownState, shownStep } from "../doc/present";
import type { ShippedRun } from "../shipped/engine";
import type { WorkflowState } from "../types";
import type { Workflow } from "../workflow";

/** Tells how far a workflow is. */
export function tellProgress(context: HwAutomationContext, workflow: Workflow): void {
  const { id, subTasks } = workflow;
  const event = "workflow_progress";
  context.hub.tell(
    event,
    {
      event,
      workflow_id: id,
      progress: shownProgress(context, workflow),
      current_step: shownStep(workflow),
      sub_task: (subTasks.find(({ status }) => status === "IN_PROGRESS") ?? subTasks.at(-1))?.name ?? null,
    },
    id,
  );
}

/** Tells that the state of a workflow has changed. */
export function tellChange(context: HwAutomationContext, workflow: Workflow, before: WorkflowState): void {
  const { id, status } = workflow;
  const event = "workflow_status";
  const [old_status, new_status] = [shownState(context, before), shownState(context, status)];
  context.hub.tell(event, { event, workflow_id: id, old_status, new_status }, id);
}

/** Tells that a workflow has come to its end, whatever that is. */
export function tellEnd(context: HwAutomationContext, { id, status }: Workflow): void {
  if (status !== "COMPLETED" && context.variants.completeEvents === "completed") return;
  const event = "workflow_complete";
  context.hub.tell(event, { event, workflow_id: id, status: shownState(context, status) }, id);
}

/** The only event that the shipped application ever sends. */
export function tellFailure(context: HwAutomationContext, { id, status }: ShippedRun): void {
  context.hub.tell("workflow_failed", { workflow_id: id, error: status });
}

/** Tells everybody something about the system. */
export function tellAlert(context: HwAutomationContext, level: string, message: string): void {
  const event = "system_alert";
  context.hub.tell(event, { event, level, message, timestamp: stamp(context.clock.now()) });
}
