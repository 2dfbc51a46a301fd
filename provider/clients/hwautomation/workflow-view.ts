import { z } from "zod";
import type { Redactor } from "../http/redact";
import type { Workflow, WorkflowStatus, WorkflowStep } from "./types";
import { type Fields, isFields, number, rows, text, time } from "./wire";

const statuses: ReadonlyMap<string, WorkflowStatus> = new Map([
  ["queued", "pending"],
  ["pending", "pending"],
  ["running", "running"],
  ["in_progress", "running"],
  ["retry", "running"],
  ["completed", "completed"],
  ["complete", "completed"],
  ["success", "completed"],
  ["failed", "failed"],
  ["failure", "failed"],
  ["error", "failed"],
  ["cancelled", "cancelled"],
  ["canceled", "cancelled"],
]);

/** A status as either dialect, or an older engine, spells it: in any case, perhaps with the name of a Python enum. */
export function workflowStatus(spelled: string): WorkflowStatus | undefined {
  const word = spelled
    .trim()
    .toLowerCase()
    .replace(/^.*\./, "")
    .replace(/[\s-]+/g, "_");
  return statuses.get(word);
}

/** Whether nothing comes after it. */
export function isFinal(status: WorkflowStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** The id that the shipped dialect gives to every workflow of a server. */
export function predictedId(serverId: string): string {
  return `provision_${serverId}`;
}

const schema = z.looseObject({
  id: text,
  workflow_id: text,
  server_id: text,
  device_id: text,
  status: text,
  progress: number,
  current_step: z.unknown().transform(nameOf).optional(),
  current_step_name: text,
  current_sub_task: z.unknown().transform(nameOf).optional(),
  current_step_index: number,
  steps_completed: number,
  total_steps: number,
  sub_tasks: rows,
  steps: rows,
  created_at: time,
  started_at: time,
  start_time: time,
  completed_at: time,
  end_time: time,
  error: z.unknown().optional(),
  error_message: text,
});

const stepSchema = z.looseObject({ name: text, status: text, progress: number, error: z.unknown().optional() });

/** How a workflow is read. */
export interface ViewTerms {
  redactor: Redactor;
  /** Told of a status that nobody knows. */
  unknownStatus(spelled: string): void;
}

/** A workflow in any of the shapes that one is told in. Throws when it has no id or no status. */
export function workflowView(fields: Fields, { redactor, unknownStatus }: ViewTerms, knownId?: string): Workflow {
  const row = schema.parse(fields);
  const id = row.id ?? row.workflow_id ?? knownId;
  if (id === undefined) throw new Error("a workflow has no id");
  if (row.status === undefined) throw new Error(`workflow ${id} has no status`);
  const status = workflowStatus(row.status);
  if (!status) unknownStatus(row.status);
  const said = (value: unknown) => {
    const words = isFields(value) ? (value.message ?? value.type) : value;
    return typeof words === "string" && words.trim() !== "" ? redactor.redact(words.trim()) : undefined;
  };
  const steps = row.steps.map((each) => stepView(each, said));
  const subTasks = row.sub_tasks.length > 0 ? row.sub_tasks.map((each) => stepView(each, said)) : steps;
  const totalSteps = row.total_steps ?? (steps.length > 0 ? steps.length : undefined);
  return {
    id,
    serverId: row.server_id ?? row.device_id ?? serverOf(id, row.start_time !== undefined || steps.length > 0),
    status: status ?? "running",
    statusText: row.status,
    progress: row.progress === undefined ? undefined : Math.min(100, Math.max(0, row.progress)),
    currentStep: row.current_step ?? row.current_step_name ?? row.current_sub_task,
    stepsCompleted: row.steps_completed ?? stepsDone(row.current_step_index, steps, status, totalSteps),
    totalSteps,
    subTasks,
    createdAt: row.created_at ?? row.started_at ?? row.start_time,
    completedAt: row.completed_at ?? row.end_time,
    error: said(row.error) ?? said(row.error_message),
  };
}

function stepView(fields: Fields, said: (value: unknown) => string | undefined): WorkflowStep {
  const step = stepSchema.parse(fields);
  return { name: step.name ?? "", status: step.status, progress: step.progress, error: said(step.error) };
}

/** Where nobody counts them: those of the steps that have ended, or those before the current one. */
function stepsDone(
  index: number | undefined,
  steps: readonly WorkflowStep[],
  status: WorkflowStatus | undefined,
  total: number | undefined,
): number | undefined {
  if (steps.some((step) => step.status !== undefined)) {
    return steps.filter(
      ({ status: spelled = "" }) => workflowStatus(spelled) === "completed" || /^skipped$/i.test(spelled),
    ).length;
  }
  if (status === "completed" && total !== undefined) return total;
  // It counts from 1, and the current step is not done.
  return index === undefined ? undefined : Math.max(0, index - 1);
}

/** The server that an id is made of, as the shipped dialect and an older engine, which adds the time, make them. */
function serverOf(id: string, withTime: boolean): string | undefined {
  const server = /^(?:firmware_)?provision_(.+)$/.exec(id)?.[1];
  return withTime ? server?.replace(/_\d{9,13}$/, "") : server;
}

/** A step is told by its name, or as an object that has one. */
function nameOf(value: unknown): string | undefined {
  return text.parse(isFields(value) ? value.name : value);
}
