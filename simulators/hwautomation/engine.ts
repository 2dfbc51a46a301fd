import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock";
import { Timelines, type Work } from "../core/timeline";
import { firmwareFirstSteps, type SubTaskPlan, standardSteps } from "./steps";
import type { Server, WorkflowState } from "./types";
import type { HwAutomationVariants } from "./variants";
import { type Order, Workflow } from "./workflow";
import type { HwAutomationWorld } from "./world";

/** What is told of workflows. */
export interface Listener {
  progressed(workflow: Workflow): void;
  changed(workflow: Workflow, before: WorkflowState): void;
  ended(workflow: Workflow): void;
}

/** The workflows of the profile doc. */
export class Engine {
  /** Every run so far, whether the service still knows it or not. */
  readonly runs: Workflow[] = [];
  #known = new Map<string, Workflow>();
  readonly #timelines: Timelines;
  /** Those that stay in a step for ever. */
  readonly #hangs = new Set<Workflow>();

  constructor(
    private readonly clock: Clock,
    private readonly variants: HwAutomationVariants,
    private readonly world: HwAutomationWorld,
    private readonly tell: Listener,
  ) {
    this.#timelines = new Timelines(clock);
  }

  start(order: Order): Workflow {
    const steps = order.firmwarePolicy === null ? standardSteps : firmwareFirstSteps;
    const workflow = new Workflow(randomUUID(), order, steps, this.clock.now());
    this.runs.push(workflow);
    this.#known.set(workflow.id, workflow);
    workflow.wake = this.#timelines.run(this.#work(workflow));
    return workflow;
  }

  /** What the service knows, oldest first. */
  list(): Workflow[] {
    return [...this.#known.values()].filter((workflow) => this.#isShown(workflow));
  }

  find(id: string): Workflow | undefined {
    const workflow = this.#known.get(id);
    return workflow && this.#isShown(workflow) ? workflow : undefined;
  }

  /** The service knows a workflow no longer. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  /** Whether a workflow of this server has not ended. */
  busy(serverId: string): boolean {
    return this.runs.some((workflow) => workflow.serverId === serverId && !workflow.terminal);
  }

  /** Asks a workflow to end. A running step goes on to its end. */
  cancel(workflow: Workflow): void {
    if (workflow.cancelRequested) return;
    workflow.cancelRequested = true;
    if (this.world.script(workflow.serverId).cancelIgnored) return;
    if (workflow.status === "PENDING") workflow.wake();
    else if (this.variants.cancelShows === "atOnce") this.#set(workflow, "CANCELLED");
  }

  /** Lets workflows that hang go on, where their scripts don't want them to hang any more. */
  release(serverId: string): void {
    const { hangAtStep } = this.world.script(serverId);
    for (const workflow of this.runs)
      if (workflow.serverId === serverId && this.#hangs.has(workflow) && hangAtStep !== workflow.step + 1)
        workflow.wake();
  }

  /** The process ends and comes back: what was in memory is gone. */
  restart(): void {
    if (this.variants.restartForgets === "nothing") return;
    this.#timelines.clear();
    this.#hangs.clear();
    for (const workflow of this.runs.filter(({ terminal }) => !terminal)) {
      workflow.error = "The service was restarted";
      workflow.status = "FAILED";
      workflow.completedAt = this.clock.now();
    }
    if (this.variants.restartForgets === "workflows") this.#known = new Map();
  }

  clear(): void {
    this.#timelines.clear();
    this.#hangs.clear();
    this.runs.length = 0;
    this.#known = new Map();
  }

  *#work(workflow: Workflow): Work {
    const { world, clock } = this;
    yield this.variants.pendingSeconds / this.variants.timeScale;
    if (this.#cancelled(workflow)) return this.#end(workflow, "CANCELLED");
    workflow.startedAt = clock.now();
    this.#set(workflow, "RUNNING");
    const server = this.#serverOf(workflow);
    for (const [index, step] of workflow.steps.entries()) {
      workflow.step = index;
      workflow.subTasks = step.subTasks.map(({ name }) => ({ name, status: "PENDING" }));
      for (const [number, plan] of step.subTasks.entries()) {
        const subTask = workflow.subTasks[number];
        if (!subTask) throw new Error(`The step ${step.name} has no part ${number + 1}.`);
        subTask.status = "IN_PROGRESS";
        const seconds = this.#seconds(workflow) / step.subTasks.length;
        workflow.pace = { from: clock.now(), to: clock.now() + seconds * 1_000 };
        const problem = this.#begin(workflow, plan, server);
        this.tell.progressed(workflow);
        while (world.script(workflow.serverId).hangAtStep === index + 1) {
          this.#hangs.add(workflow);
          yield Number.POSITIVE_INFINITY;
        }
        this.#hangs.delete(workflow);
        yield seconds;
        const script = world.script(workflow.serverId);
        const last = number === step.subTasks.length - 1;
        const failure =
          problem ?? (last && script.failAtStep === index + 1 ? scripted(script.failure, step.name) : null);
        if (failure !== null) {
          subTask.status = "FAILED";
          workflow.error = failure;
          return this.#end(workflow, "FAILED");
        }
        subTask.status = "COMPLETED";
      }
      workflow.stepsCompleted = index + 1;
      this.tell.progressed(workflow);
      if (index + 1 === workflow.steps.length || !this.#cancelled(workflow)) continue;
      return this.#end(workflow, world.script(workflow.serverId).finishAfterCancel ? "COMPLETED" : "CANCELLED");
    }
    this.#end(workflow, "COMPLETED");
  }

  #isShown({ createdAt, completedAt }: Workflow): boolean {
    const { visibilityDelayMs, retentionSeconds } = this.variants;
    const now = this.clock.now();
    if (now < createdAt + visibilityDelayMs) return false;
    return completedAt === null || retentionSeconds === null || now < completedAt + retentionSeconds * 1_000;
  }

  /** What a part of a step does to the server, as it begins; a sentence when it cannot. */
  #begin(workflow: Workflow, { effect }: SubTaskPlan, server: Server): string | null {
    const { world, variants } = this;
    const { id, serverId, order } = workflow;
    const workflowId = id;
    if (effect === "commission") {
      if (variants.maas !== "up") return "Commissioning failed: MaaS is not reachable";
      world.record("commission", serverId, { workflowId });
    } else if (effect === "biosApply") {
      world.discover(server);
      world.record("biosApply", serverId, { workflowId, detail: order.deviceType });
    } else if (effect === "ipmiConfigure") {
      world.record("ipmiConfigure", serverId, { workflowId, detail: order.targetIpmiIp });
      world.touch(server, { ipmiIp: order.targetIpmiIp ?? server.ipmiIp, gateway: order.gateway ?? server.gateway });
    } else if (effect === "firmwareFlash") {
      world.discover(server);
      world.flash(server, order.firmwarePolicy ?? "recommended", workflowId);
    }
    return null;
  }

  #serverOf({ order }: Workflow): Server {
    const { servers } = this.world;
    const server = servers.get(order.serverId) ?? this.world.addServer({ serverId: order.serverId });
    this.world.touch(server, {
      deviceType: order.deviceType,
      rackLocation: order.rackLocation ?? server.rackLocation,
      status: "Commissioning",
    });
    return server;
  }

  #seconds({ serverId, current }: Workflow): number {
    const { stepSeconds, timeScale } = this.variants;
    return (this.world.script(serverId).stepSeconds ?? stepSeconds ?? current.seconds) / timeScale;
  }

  #cancelled(workflow: Workflow): boolean {
    return workflow.cancelRequested && !this.world.script(workflow.serverId).cancelIgnored;
  }

  #end(workflow: Workflow, status: WorkflowState): void {
    workflow.completedAt = this.clock.now();
    const server = this.world.servers.get(workflow.serverId);
    const shown = { COMPLETED: "Ready", FAILED: "Failed", CANCELLED: "Cancelled", PENDING: "New", RUNNING: "New" };
    if (server && workflow.startedAt !== null) this.world.touch(server, { status: shown[status] });
    this.#set(workflow, status);
    this.tell.ended(workflow);
  }

  #set(workflow: Workflow, status: WorkflowState): void {
    const before = workflow.status;
    workflow.status = status;
    if (before !== status) this.tell.changed(workflow, before);
  }
}

function scripted(text: string | null | undefined, step: string): string {
  return text ?? `Step ${step} failed`;
}
