import type { Sight } from "./workflow-look";

const idle = "nothing-to-do:";
const scheduled = "fw-update-";

/** Stands for a workflow of a server where there was nothing to do for one: it has ended before it began. */
export function idleId(serverId: string): string {
  return `${idle}${serverId}`;
}

/** Whether the shipped application has invented this id for an update that it only seems to schedule. */
export function isScheduled(workflowId: string): boolean {
  return workflowId.startsWith(scheduled);
}

/** What is known of an id that stands for no workflow; undefined for all others. */
export function sightWithoutWorkflow(workflowId: string): Sight | undefined {
  if (isScheduled(workflowId)) return { lost: nothingComes(workflowId) };
  if (!workflowId.startsWith(idle)) return undefined;
  const serverId = workflowId.slice(idle.length);
  const status = "completed";
  return { workflow: { id: workflowId, serverId, status, statusText: status, progress: 100, subTasks: [] } };
}

/** Why such an update never ends. */
export function nothingComes(workflowId: string): string {
  return (
    `${workflowId} is an update that the shipped application says it has scheduled: it keeps no record of it, updates nothing, and ` +
    "tells the same progress of any update for ever. Update the firmware by other means."
  );
}
