import { type HwAutomationContext, type Json, stamp } from "../call";
import type { Server, WorkflowState } from "../types";
import type { Workflow } from "../workflow";

// What newer parts of the application call the states.
const engineNames: Record<WorkflowState, string> = {
  PENDING: "pending",
  RUNNING: "running",
  COMPLETED: "success",
  FAILED: "failure",
  CANCELLED: "cancelled",
};

/** A state as it is spelled. */
export function shownState({ variants }: HwAutomationContext, state: WorkflowState): string {
  return { upper: state, lower: state.toLowerCase(), engine: engineNames[state] }[variants.statusCase];
}

/** progress of a workflow; undefined where there is none. */
export function shownProgress({ variants, clock }: HwAutomationContext, workflow: Workflow): number | undefined {
  const exact = workflow.progress(clock.now());
  const fallsBack = !workflow.terminal && workflow.step % 2 === 1;
  return {
    integer: Math.floor(exact),
    float: Math.round(exact * 100) / 100,
    backwards: Math.floor(fallsBack ? exact / 3 : exact),
    absent: undefined,
  }[variants.progress];
}

/** Name of the step at work; null before the first one. */
export function shownStep({ startedAt, current }: Workflow): string | null {
  return startedAt === null ? null : current.name;
}

/** The status of a workflow. */
export function statusOf(context: HwAutomationContext, workflow: Workflow): Json {
  const { variants, clock } = context;
  if (variants.statusShape === "legacy") return legacyStatus(context, workflow);
  const { id, error, stepsCompleted, steps, subTasks } = workflow;
  return {
    id,
    status: shownState(context, workflow.status),
    progress: shownProgress(context, workflow),
    current_step: shownStep(workflow),
    steps_completed: stepsCompleted,
    total_steps: steps.length,
    sub_tasks: subTasks.map((subTask) => ({
      name: subTask.name,
      status: subTask.status,
      progress: workflow.subTaskProgress(subTask, clock.now()),
    })),
    ...(error !== null && variants.statusError === "shown" ? { error } : {}),
  };
}

/** The status as the older engine of the application tells it. */
function legacyStatus(context: HwAutomationContext, workflow: Workflow): Json {
  const { variants } = context;
  const { id, startedAt, completedAt, error, step, stepsCompleted, steps, subTasks } = workflow;
  const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString().slice(0, -1));
  const shownError = variants.statusError === "shown" ? error : null;
  const stateOf = (index: number): string => {
    if (index < stepsCompleted) return "completed";
    if (index > step || startedAt === null) return "pending";
    return workflow.terminal ? workflow.status.toLowerCase() : "running";
  };
  return {
    id,
    status: workflow.status.toLowerCase(),
    start_time: time(startedAt),
    end_time: time(completedAt),
    error: shownError,
    current_step_index: step,
    current_step_name: shownStep(workflow),
    current_sub_task: subTasks.find(({ status }) => status === "IN_PROGRESS")?.name ?? null,
    steps: steps.map(({ name }, index) => ({
      name,
      description: name,
      status: stateOf(index),
      error: stateOf(index) === "failed" ? shownError : null,
      start_time: null,
      end_time: null,
    })),
  };
}

/** A workflow in the list. */
export function rowOf(context: HwAutomationContext, workflow: Workflow): Json {
  return {
    id: workflow.id,
    server_id: workflow.serverId,
    status: shownState(context, workflow.status),
    created_at: stamp(workflow.createdAt),
    completed_at: workflow.completedAt === null ? null : stamp(workflow.completedAt),
  };
}

/** What is known of a server. */
export function serverInformation(server: Server): Json {
  const { serverId, deviceType, vendor, model, biosVersion, bmcVersion, firmware, ipmiIp, status, updatedAt } = server;
  return {
    server_id: serverId,
    device_type: deviceType,
    vendor,
    model,
    bios_version: biosVersion ?? firmware.bios?.current ?? null,
    bmc_version: bmcVersion ?? firmware.bmc?.current ?? null,
    ipmi_ip: ipmiIp,
    status,
    last_updated: stamp(updatedAt),
  };
}

/** The record of a server: what is known of it, and what people have written down. */
export function serverRecord(server: Server): Json {
  const { gateway, rackLocation, notes, createdAt } = server;
  return {
    ...serverInformation(server),
    gateway,
    rack_location: rackLocation,
    notes,
    created_at: stamp(createdAt),
  };
}
