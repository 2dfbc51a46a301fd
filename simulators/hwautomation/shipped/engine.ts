import type { Clock } from "../../core/clock";
import { Timelines, type Work } from "../../core/timeline";
import type { Machine } from "../types";
import type { HwAutomationVariants } from "../variants";
import type { HwAutomationWorld } from "../world";
import { History } from "./history";
import { shippedFirmwareFirstSteps, shippedSteps } from "./steps";

export interface ShippedOrder {
  serverId: string;
  deviceType: string;
  targetIpmiIp: string | null;
  gateway: string | null;
  /** Whether the firmware comes first, as the application calls it. */
  firmwareFirst: boolean;
  /** Whether the registry knows it, as it knows those of a batch. */
  tracked: boolean;
}

/** One run of a workflow of the shipped application. Two of one server have the same id. */
export interface ShippedRun {
  readonly id: string;
  readonly order: ShippedOrder;
  readonly serverId: string;
  readonly steps: readonly { name: string; description: string }[];
  readonly createdAt: number;
  /** The thread says RUNNING and FAILED, the engine running. */
  status: "RUNNING" | "running" | "FAILED";
  /** From 1. */
  step: number;
  completedAt: number | null;
  error: string | null;
  /** The machine that it picked. */
  systemId: string | null;
}

/** What a machine needs to be picked. */
const least = { memory: 8_192, cpuCount: 2 };
const commissionTries = 3;
const commissionPauseSeconds = 5;
const waitTries = 61;
const waitPauseSeconds = 30;
/** What ends every run, at the latest: the column has never existed. */
const missingColumn = "no such column: commissioned_at";

/** The workflows of the shipped application: each ends in FAILED, and commissions whatever machine comes first. */
export class ShippedEngine {
  /** Every run so far, whether the application still knows it or not. */
  readonly runs: ShippedRun[] = [];
  /** What the application can be asked about: only what a batch has started, the latest of each id. */
  readonly registry = new Map<string, ShippedRun>();
  readonly history: History;
  readonly #timelines: Timelines;
  /** Goes on at once with a run that waits. */
  readonly #wakes = new WeakMap<ShippedRun, () => void>();
  /** Those that stay in a step for ever. */
  readonly #hanging = new Set<ShippedRun>();

  constructor(
    private readonly clock: Clock,
    private readonly variants: HwAutomationVariants,
    private readonly world: HwAutomationWorld,
    private readonly failed: (run: ShippedRun) => void,
  ) {
    this.#timelines = new Timelines(clock);
    this.history = new History(clock);
  }

  start(order: ShippedOrder): ShippedRun {
    const prefix = order.firmwareFirst ? "firmware_provision" : "provision";
    const run: ShippedRun = {
      id: `${prefix}_${order.serverId}`,
      order,
      serverId: order.serverId,
      steps: order.firmwareFirst ? shippedFirmwareFirstSteps : shippedSteps,
      createdAt: this.clock.now(),
      status: "RUNNING",
      step: 1,
      completedAt: null,
      error: null,
      systemId: null,
    };
    this.runs.push(run);
    if (order.tracked) this.registry.set(run.id, run);
    else this.history.begin(run);
    this.#wakes.set(run, this.#timelines.run(this.#work(run)));
    return run;
  }

  /** Lets runs that hang go on, where their scripts don't want them to hang any more. */
  release(serverId: string): void {
    const { hangAtStep } = this.world.script(serverId);
    for (const run of this.#hanging) if (run.serverId === serverId && hangAtStep !== run.step) this.#wakes.get(run)?.();
  }

  /** The process ends: threads and registry are gone, the database stays. */
  restart(): void {
    this.#timelines.clear();
    this.#hanging.clear();
    this.registry.clear();
    for (const run of this.runs) run.completedAt ??= this.clock.now();
  }

  clear(): void {
    this.restart();
    this.runs.length = 0;
    this.history.clear();
  }

  *#work(run: ShippedRun): Work {
    const scale = (seconds: number): number => seconds / this.variants.timeScale;
    yield scale(0.1);
    run.status = "running";
    this.history.running(run);
    const stepSeconds = this.world.script(run.serverId).stepSeconds ?? this.variants.stepSeconds ?? 1;
    const steps = [
      () => this.#select(run),
      () => this.#commission(run),
      () => this.#wait(run),
      () => this.#fail(missingColumn),
    ];
    for (const [index, step] of steps.entries()) {
      run.step = index + 1;
      this.history.progress(run);
      while (this.world.script(run.serverId).hangAtStep === run.step) {
        this.#hanging.add(run);
        yield Number.POSITIVE_INFINITY;
      }
      this.#hanging.delete(run);
      try {
        yield scale(stepSeconds);
        const { failAtStep, failure } = this.world.script(run.serverId);
        if (failAtStep === run.step) this.#fail(failure ?? `Step ${run.steps[index]?.name} failed`);
        for (const seconds of step()) yield scale(seconds);
      } catch (error) {
        this.#end(run, error instanceof Error ? error.message : String(error));
        return;
      }
    }
  }

  /** Whoever is asked for, the first machine that will do is taken. */
  *#select(run: ShippedRun): Generator<number> {
    const machines = this.variants.maas === "up" ? [...this.world.machines.values()] : [];
    const machine = machines.find(
      ({ status, memory, cpuCount }) => status === "Ready" && memory >= least.memory && cpuCount >= least.cpuCount,
    );
    if (!machine) this.#fail("No suitable machines available");
    run.systemId = machine.systemId;
  }

  /** Posts to MaaS on each of its tries. */
  *#commission(run: ShippedRun): Generator<number> {
    for (let attempt = 1; attempt <= commissionTries; attempt += 1) {
      if (attempt > 1) yield commissionPauseSeconds;
      const machine = this.#machine(run);
      this.world.record("commission", run.serverId, { workflowId: run.id, systemId: machine.systemId });
      if (machine.status !== "Commissioning") this.world.commission(machine);
    }
  }

  /** Waits half an hour at most; what comes of it is not looked at. */
  *#wait(run: ShippedRun): Generator<number> {
    for (let attempt = 1; attempt <= waitTries; attempt += 1) {
      if (this.#machine(run).status !== "Commissioning") return;
      yield waitPauseSeconds;
    }
  }

  #machine({ systemId }: ShippedRun): Machine {
    const machine = this.world.machines.get(systemId ?? "");
    if (!machine) this.#fail(`Machine ${systemId} not found`);
    return machine;
  }

  #fail(message: string): never {
    throw new Error(message);
  }

  #end(run: ShippedRun, error: string): void {
    run.status = "FAILED";
    run.error = error;
    run.completedAt = this.clock.now();
    this.history.ended(run);
    if (run.order.tracked) this.failed(run);
  }
}
