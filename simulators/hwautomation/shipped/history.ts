import type { Clock } from "../../core/clock";
import type { ShippedRun } from "./engine";

/** A row of the table workflow_history, with the names of its columns. */
export interface HistoryRow {
  id: number;
  workflow_id: string;
  server_id: string;
  device_type: string;
  status: string;
  started_at: string;
  completed_at: string | null;
  steps_completed: number;
  total_steps: number;
  error_message: string | null;
  /** JSON; its errors are the only place that says why something failed. */
  metadata: string;
}

/**
 * The table workflow_history of the shipped application. What a batch starts is not in it, a run that failed stays
 * "running", and a change is written to all rows of a workflow's id.
 */
export class History {
  readonly rows: HistoryRow[] = [];
  #lastId = 0;

  constructor(private readonly clock: Clock) {}

  begin({ id, serverId, order, steps }: ShippedRun): void {
    this.#lastId += 1;
    this.rows.push({
      id: this.#lastId,
      workflow_id: id,
      server_id: serverId,
      device_type: order.deviceType,
      status: "pending",
      started_at: this.#now(),
      completed_at: null,
      steps_completed: 0,
      total_steps: steps.length,
      error_message: null,
      metadata: "{}",
    });
  }

  running(run: ShippedRun): void {
    this.#update(run, { status: "running" });
  }

  progress(run: ShippedRun): void {
    this.#update(run, { steps_completed: run.step - 1 });
  }

  /** The end is noted, but not how it ended. */
  ended(run: ShippedRun): void {
    const { order, steps, step, error } = run;
    const errors = [{ step: steps[step - 1]?.name, error }];
    const metadata = JSON.stringify({ gateway: order.gateway, target_ipmi_ip: order.targetIpmiIp, errors });
    this.#update(run, { completed_at: this.#now(), metadata });
  }

  clear(): void {
    this.rows.length = 0;
    this.#lastId = 0;
  }

  #update({ id, order }: ShippedRun, change: Partial<HistoryRow>): void {
    if (order.tracked) return;
    for (const row of this.rows) if (row.workflow_id === id) Object.assign(row, change);
  }

  #now(): string {
    return new Date(this.clock.now()).toISOString().slice(0, -1);
  }
}
