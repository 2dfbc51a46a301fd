/**
 * The id of a workflow as resources have it: `<workflowId>#<submittedAt>`, since the shipped application gives the next workflow
 * of a server the id of the last one. Without the time it is whichever has the id.
 */
export interface WorkflowKey {
  workflowId: string;
  /** ISO 8601. */
  submittedAt?: string;
}

export function keyText({ workflowId, submittedAt }: WorkflowKey): string {
  return submittedAt === undefined ? workflowId : `${workflowId}#${submittedAt}`;
}

export function keyOf(id: string): WorkflowKey {
  const at = id.lastIndexOf("#");
  if (at <= 0 || Number.isNaN(Date.parse(id.slice(at + 1)))) return { workflowId: id };
  return { workflowId: id.slice(0, at), submittedAt: id.slice(at + 1) };
}
