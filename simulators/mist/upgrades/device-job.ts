import { randomUUID } from "node:crypto";
import { seconds } from "../merge";
import type { Body } from "../types";
import type { Firmware } from "./firmware";
import type { Order } from "./flights";
import { Rollout, type Tolerance } from "./rollout";
import { type Stage, stages } from "./types";

/** What a job does. */
export interface JobPlan {
  readonly orgId: string;
  /** Null for one that reaches over sites. */
  readonly siteId: string | null;
  /** MACs, as the phases take them. */
  readonly phases: readonly (readonly string[])[];
  readonly versions: ReadonlyMap<string, string>;
  readonly tolerance: Tolerance;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  readonly order: Pick<Order, "force" | "reboot" | "rebootAt" | "snapshot" | "scheduled" | "download">;
  /** What its status repeats of the request. */
  readonly shown: Body;
}

interface Progress {
  stage: Stage;
  /** Stages so far, this one included. */
  readonly passed: Set<Stage>;
}

const terminal = ["completed", "failed", "cancelled"];
const older = ["queued", "downloading", "downloaded", "upgrading"];

/** An upgrade of many devices. */
export class DeviceJob {
  readonly id = randomUUID();
  readonly createdAt: number;
  readonly visibleAt: number;
  /** When it was over, in milliseconds since the epoch. */
  endedAt: number | undefined;
  readonly rollout: Rollout;
  readonly #progress: Map<string, Progress>;
  #begun = false;
  #started = 0;

  constructor(
    readonly plan: JobPlan,
    private readonly firmware: Firmware,
  ) {
    const { variants, clock, timelines } = firmware;
    this.createdAt = clock.now();
    this.visibleAt = this.createdAt + variants.jobVisibilityDelayMs;
    const macs = [...plan.versions.keys()];
    this.#progress = new Map(macs.map((mac) => [mac, { stage: "scheduled", passed: new Set(["scheduled"]) }]));
    this.rollout = new Rollout(
      plan.phases,
      plan.tolerance,
      (mac, settle) => this.#start(mac, settle),
      () => this.#look(),
    );
    const soonest = this.createdAt + (variants.upgradeQueueSeconds / variants.upgradeSpeed) * 1_000;
    timelines.at(Math.max(plan.startAt, soonest), () => {
      this.#begun = true;
      this.rollout.begin();
    });
  }

  /** Where each device is, by MAC. */
  stages(): Map<string, Stage> {
    return new Map([...this.#progress].map(([mac, { stage }]) => [mac, stage]));
  }

  get over(): boolean {
    return terminal.includes(this.#status());
  }

  /** Its status in the words of the service. */
  get status(): string {
    const status = this.#status();
    return this.firmware.variants.jobStatuses === "older" && older.includes(status) ? "in_progress" : status;
  }

  /** What hasn't begun is left alone; false when it is over already. */
  cancel(): boolean {
    if (this.over) return false;
    this.rollout.cancel();
    this.#look();
    return true;
  }

  /** MACs by stage, and how many there are. */
  targets(): Body {
    const passed = this.firmware.variants.jobTargets === "passed";
    const macs = (stage: Stage): string[] =>
      [...this.#progress]
        .filter(([, progress]) => (passed ? progress.passed.has(stage) : progress.stage === stage))
        .map(([mac]) => mac);
    return { ...Object.fromEntries(stages.map((stage) => [stage, macs(stage)])), total: this.#progress.size };
  }

  /** Numbers of devices by stage, of which `downloading` isn't one. */
  counts(): Body {
    const number = (...wanted: Stage[]): number =>
      [...this.#progress.values()].filter(({ stage }) => wanted.includes(stage)).length;
    const told = stages.filter((stage) => stage !== "downloading");
    return {
      ...Object.fromEntries(told.map((stage) => [stage, number(stage)])),
      download_requested: number("download_requested", "downloading"),
      total: this.#progress.size,
    };
  }

  /** Its status without numbers or MACs. */
  show(): Body {
    const { plan, rollout } = this;
    return {
      id: this.id,
      status: this.status,
      ...plan.shown,
      force: plan.order.force,
      start_time: Math.floor(seconds(plan.startAt)),
      reboot_at: Math.floor(seconds(plan.order.rebootAt)),
      current_phase: rollout.phase,
      upgrade_plan: Object.fromEntries(plan.phases.map((macs, index) => [String(index + 1), macs])),
    };
  }

  #start(mac: string, settle: Parameters<ConstructorParameters<typeof Rollout>[2]>[1]): void {
    const { plan, firmware } = this;
    const rate = firmware.variants.upgradeFailureRate;
    this.#started += 1;
    let settled = false;
    firmware.upgrade({
      ...plan.order,
      mac,
      version: plan.versions.get(mac) ?? "",
      job: this.id,
      fails: Math.floor(this.#started * rate) > Math.floor((this.#started - 1) * rate),
      cancelled: () => this.rollout.cancelled,
      onStage: (stage) => {
        const progress = this.#progress.get(mac);
        if (progress) progress.stage = stage;
        progress?.passed.add(stage);
      },
      onEnd: (end) => {
        if (!settled) {
          settled = true;
          settle(end);
        }
        this.#look();
      },
    });
  }

  /** Notes when it is over. */
  #look(): void {
    if (this.endedAt === undefined && this.over) this.endedAt = this.firmware.clock.now();
  }

  #status(): string {
    const { rollout, plan, createdAt, firmware } = this;
    const { variants } = firmware;
    if (rollout.cancelled) return "cancelled";
    if (!this.#begun) return plan.startAt > createdAt ? variants.futureJob : "created";
    const now = [...this.#progress.values()].map(({ stage }) => stage);
    const any = (...wanted: Stage[]): boolean => now.some((stage) => wanted.includes(stage));
    const all = (wanted: Stage): boolean => now.length > 0 && now.every((stage) => stage === wanted);
    if (any("reboot_in_progress", "rebooted")) return "upgrading";
    if (rollout.finished) {
      if (rollout.halted || all("failed")) return "failed";
      if (any("downloaded")) return variants.pendingJob;
      if (any("failed") && plan.shown.strategy === "big_bang") return variants.bigBangFailures;
      return all("skipped") ? variants.skippedJob : "completed";
    }
    if (any("upgraded")) return "upgrading";
    if (any("download_requested", "downloading")) return "downloading";
    return any("downloaded") ? "downloaded" : "queued";
  }
}
