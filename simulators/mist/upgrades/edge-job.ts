import { randomUUID } from "node:crypto";
import type { Work } from "../../core/timeline";
import { seconds } from "../merge";
import type { Body } from "../types";
import type { Firmware } from "./firmware";
import { Rollout, type Tolerance } from "./rollout";
import type { UpdateOutcome } from "./types";

/** What runs on a Mist Edge. */
export interface EdgeState {
  /** By package. */
  versions: Record<string, string>;
  distro: string;
  connected: boolean;
  updateOutcomes: UpdateOutcome[];
}

export interface EdgePlan {
  readonly orgId: string;
  readonly siteId: string | null;
  readonly phases: readonly (readonly string[])[];
  /** What each Mist Edge is to run; undefined for one that may not be downgraded to it. */
  readonly versions: ReadonlyMap<string, Record<string, string> | undefined>;
  readonly distro: string | undefined;
  readonly tolerance: Tolerance;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** What its status repeats of the request. */
  readonly shown: Body;
}

type EdgeStage = "queued" | "upgrading" | "success" | "failed";

/** An upgrade of Mist Edges. */
export class EdgeJob {
  readonly id = randomUUID();
  readonly visibleAt: number;
  endedAt: number | undefined;
  #plan: EdgePlan;
  #rollout: Rollout;
  #begun = false;
  readonly #stages = new Map<string, EdgeStage>();

  constructor(
    /** The request, to be changed until the job begins. */
    public request: Body,
    plan: EdgePlan,
    private readonly firmware: Firmware,
  ) {
    const { clock, variants } = firmware;
    this.visibleAt = clock.now() + variants.jobVisibilityDelayMs;
    this.#plan = plan;
    this.#rollout = this.#planned();
  }

  get plan(): EdgePlan {
    return this.#plan;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** Another plan instead, as long as it hasn't begun. */
  change(request: Body, plan: EdgePlan): void {
    this.request = request;
    this.#plan = plan;
    this.#rollout = this.#planned();
  }

  get status(): string {
    const rollout = this.#rollout;
    if (rollout.cancelled) return "cancelled";
    if (!this.#begun) return "queued";
    if (!rollout.finished) return "upgrading";
    const all = [...this.#stages.values()];
    return rollout.halted || (all.length > 0 && all.every((stage) => stage === "failed")) ? "failed" : "completed";
  }

  /** False when it is over already. */
  cancel(): boolean {
    if (this.endedAt !== undefined) return false;
    this.#rollout.cancel();
    this.endedAt ??= this.firmware.clock.now();
    return true;
  }

  show(): Body {
    const number = (wanted: EdgeStage): number => [...this.#stages.values()].filter((stage) => stage === wanted).length;
    const names = ["queued", "upgrading", "success", "failed"] as const;
    return {
      id: this.id,
      status: this.status,
      ...this.#plan.shown,
      start_time: Math.floor(seconds(this.#plan.startAt)),
      counts: Object.fromEntries(names.map((name) => [name, number(name)])),
    };
  }

  #planned(): Rollout {
    const { timelines, clock, variants } = this.firmware;
    const plan = this.#plan;
    this.#stages.clear();
    for (const id of plan.phases.flat()) this.#stages.set(id, "queued");
    const rollout = new Rollout(
      plan.phases,
      plan.tolerance,
      (id, settle) =>
        void timelines.run(
          this.#upgrade(id, (stage) => {
            this.#stages.set(id, stage);
            settle(stage === "success" ? "upgraded" : "failed");
          }),
        ),
      () => {
        this.endedAt ??= clock.now();
      },
    );
    const soonest = clock.now() + (variants.upgradeQueueSeconds / variants.upgradeSpeed) * 1_000;
    timelines.at(Math.max(plan.startAt, soonest), () => {
      if (this.#rollout !== rollout) return;
      this.#begun = true;
      rollout.begin();
    });
    return rollout;
  }

  *#upgrade(id: string, end: (stage: "success" | "failed") => void): Work {
    const { variants, journal } = this.firmware;
    const edge = this.firmware.edge(id);
    const wanted = this.#plan.versions.get(id);
    this.#stages.set(id, "upgrading");
    this.firmware.edgeChanged(id);
    while (!edge.connected) yield Math.max(0.1, 10 / variants.upgradeSpeed);
    yield (variants.upgradeDownloadSeconds + variants.upgradeInstallSeconds) / variants.upgradeSpeed;
    const outcome = (edge.updateOutcomes.length > 1 ? edge.updateOutcomes.shift() : edge.updateOutcomes[0]) ?? "ok";
    if (wanted === undefined || outcome === "downloadFails" || outcome === "installFails") return end("failed");
    const { distro } = this.#plan;
    const target = distro ?? text(wanted);
    const from = distro === undefined ? text(edge.versions) : edge.distro;
    journal.act(id, "install", from, target, this.id);
    journal.act(id, "reboot", from, target, this.id);
    edge.connected = false;
    this.firmware.edgeChanged(id);
    yield (outcome === "neverBack" ? variants.upgradeRebootTimeoutSeconds : variants.upgradeRebootSeconds) /
      variants.upgradeSpeed;
    if (outcome === "neverBack") return end("failed");
    edge.connected = true;
    if (outcome !== "oldVersion") Object.assign(edge.versions, wanted);
    if (outcome !== "oldVersion" && distro !== undefined) edge.distro = distro;
    this.firmware.edgeChanged(id);
    end("success");
  }
}

function text(versions: Record<string, string>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}
