import type { StepPlan } from "./steps";
import type { WorkflowState } from "./types";

/** What a client asked for. */
export interface Order {
  serverId: string;
  deviceType: string;
  targetIpmiIp: string | null;
  gateway: string | null;
  rackLocation: string | null;
  /** Of a workflow that starts with the firmware. */
  firmwarePolicy: string | null;
}

export interface SubTask {
  name: string;
  status: "PENDING" | "IN_PROGRESS" | "COMPLETED" | "FAILED";
}

/** One run of a workflow. */
export class Workflow {
  status: WorkflowState = "PENDING";
  startedAt: number | null = null;
  completedAt: number | null = null;
  /** The step at work, from 0. */
  step = 0;
  stepsCompleted = 0;
  /** Parts of the step at work. */
  subTasks: SubTask[] = [];
  /** When the running part began and will end. */
  pace: { from: number; to: number } | undefined;
  cancelRequested = false;
  error: string | null = null;
  /** Goes on at once with what waits. */
  wake: () => void = () => undefined;

  constructor(
    readonly id: string,
    readonly order: Order,
    readonly steps: readonly StepPlan[],
    readonly createdAt: number,
  ) {}

  get serverId(): string {
    return this.order.serverId;
  }

  get terminal(): boolean {
    return this.completedAt !== null;
  }

  get current(): StepPlan {
    const step = this.steps[this.step];
    if (!step) throw new Error(`The workflow ${this.id} has no step ${this.step + 1}.`);
    return step;
  }

  /** How much of the running part is done, in percent. */
  subTaskProgress(subTask: SubTask, now: number): number {
    if (subTask.status === "COMPLETED") return 100;
    const { pace } = this;
    if (subTask.status === "PENDING" || !pace) return 0;
    const until = this.completedAt ?? now;
    return Math.min(99, Math.floor((100 * (until - pace.from)) / Math.max(1, pace.to - pace.from)));
  }

  /** How much of the whole is done, in percent with digits; 100 only when it is completed. */
  progress(now: number): number {
    if (this.status === "COMPLETED") return 100;
    const parts = this.subTasks.map((subTask) => this.subTaskProgress(subTask, now) / 100);
    const inStep =
      this.stepsCompleted > this.step ? 0 : parts.reduce((sum, part) => sum + part, 0) / (parts.length || 1);
    return Math.min(99, (100 * (this.stepsCompleted + inStep)) / this.steps.length);
  }
}
