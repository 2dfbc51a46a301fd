import { z } from "zod";
import type { Workflow, WorkflowStatus } from "../../clients/hwautomation/types";
import type { JobPhase } from "../../core/job";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";

const text = (doc: string) => field(z.string().optional(), { doc });

const subTask = object(
  "WorkflowSubTask",
  {
    name: field(z.string(), { doc: "What it is." }),
    status: text("Where it is, in the words of the service."),
    progress: field(z.number().optional(), { doc: "Percent." }),
    error: text("Why it failed, where the service says so."),
  },
  "A part of a workflow.",
);

/** What the service tells of a workflow. */
export const workflowFields = {
  status: field(z.string(), {
    doc: "pending, running, completed, failed or cancelled, however the service spells it.",
  }),
  progress: field(z.number().optional(), {
    doc: "Percent, where the service tells it. It may go backwards.",
  }),
  currentStep: text("The step that it is at."),
  stepsCompleted: field(z.int().optional(), { doc: "How many steps it has behind it." }),
  totalSteps: field(z.int().optional(), { doc: "How many it has." }),
  subTasks: field(z.array(subTask), { doc: "The parts of the step, where the service tells them." }),
  startedAt: text("When it began, by the service's clock, where it tells. ISO 8601."),
  completedAt: text("When it ended, by the service's clock, where it tells. ISO 8601."),
  error: text("Why it failed, or why nobody knows how it ended."),
} satisfies Fields;

export type WorkflowOutputs = ValuesOf<typeof workflowFields>;

const phases: { readonly [Status in WorkflowStatus]: JobPhase } = {
  pending: "waiting",
  running: "running",
  completed: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

export function phaseOf(workflow: Pick<Workflow, "status">): JobPhase {
  return phases[workflow.status];
}

export function isUnfinished({ status }: Pick<Workflow, "status">): boolean {
  return status === "pending" || status === "running";
}

export function outputsOf(workflow: Workflow): WorkflowOutputs {
  const { status, progress, currentStep, stepsCompleted, totalSteps, subTasks, completedAt, error } = workflow;
  return {
    ...{ status, progress, currentStep, stepsCompleted, totalSteps, completedAt, error },
    subTasks: subTasks.map((each) => ({ ...each })),
    startedAt: workflow.createdAt,
  };
}

/** How far it is, as it stands on a row: "43 %, step 4 of 7: push BIOS". */
export function progressOf({ status, progress, currentStep, stepsCompleted, totalSteps, subTasks }: Workflow): string {
  if (status !== "running") return status === "pending" ? "waits to begin" : status;
  const share = progress === undefined ? "running" : `${Math.round(progress)} %`;
  const number = stepsCompleted === undefined ? undefined : Math.min(stepsCompleted + 1, totalSteps ?? Infinity);
  const step = number === undefined || totalSteps === undefined ? "" : `, step ${number} of ${totalSteps}`;
  const part = subTasks.find((each) => /progress|running/i.test(each.status ?? ""));
  const names = [currentStep, part?.name].filter(Boolean).join(", ");
  return `${share}${step}${names ? `: ${names}` : ""}`;
}

/** A workflow by its name, and its server where that is known and not in the name. */
export function workflowName(workflowId: string, serverId: string | undefined): string {
  return `workflow ${workflowId}${serverId === undefined || workflowId.includes(serverId) ? "" : ` of server ${serverId}`}`;
}
