import type { Clock } from "../../core/clock";
import type { Timelines, Work } from "../../core/timeline";
import { seconds } from "../merge";
import type { Device } from "../types";
import type { MistVariants } from "../variants";
import type { Journal } from "./journal";
import type { End } from "./rollout";
import type { FirmwareUpdate, Stage, UpdateOutcome } from "./types";

/** What flights need of their simulator. */
export interface FlightContext {
  readonly clock: Clock;
  readonly variants: MistVariants;
  readonly journal: Journal;
  readonly timelines: Timelines;
  device(mac: string): Device | undefined;
  /** MACs of the members of a virtual chassis. */
  members(mac: string): Device[];
  /** Tells whoever listens that the stats of a device changed. */
  changed(device: Device): void;
}

/** One upgrade of one device. */
export interface Order {
  readonly mac: string;
  readonly version: string;
  readonly job: string | null;
  /** Whether the same version is installed again. */
  readonly force: boolean;
  /** Whether it is rebooted then; access points always are. */
  readonly reboot: boolean;
  /** Not before, in milliseconds since the epoch. */
  readonly rebootAt: number;
  /** A recovery snapshot afterwards (Junos). */
  readonly snapshot: boolean;
  /** A time was asked for. */
  readonly scheduled: boolean;
  /** False: what was written before is only rebooted into. */
  readonly download?: boolean;
  /** The first attempt fails, whatever the device is set to. */
  readonly fails?: boolean;
  /** Whether it was called off, which counts for a device that is busy or not there. */
  readonly cancelled?: () => boolean;
  readonly onStage?: (stage: Stage) => void;
  /** Called once, and again when a device that was left to be rebooted is. */
  readonly onEnd?: (end: End) => void;
}

/** One device on its way from one version to the next. */
export class Flight {
  /** Whether it only waits for the reboot, by itself or not. */
  written = false;
  #dropped = false;
  #rebootAt: number;
  #wake: () => void = () => undefined;

  constructor(
    private readonly context: FlightContext,
    readonly order: Order,
    /** Flights under way, by MAC. */
    private readonly active: Map<string, Flight>,
    /** Flights whose devices wait for somebody's reboot. */
    private readonly parked: Map<string, Flight>,
  ) {
    this.#rebootAt = order.rebootAt;
  }

  begin(): void {
    this.#wake = this.context.timelines.run(this.#work());
  }

  /** Reboots a device whose image is written, without waiting for its time. */
  rebootNow(): void {
    this.#rebootAt = this.context.clock.now();
    this.#wake();
  }

  /** Forgets what is written. */
  drop(): void {
    this.#dropped = true;
    this.#wake();
  }

  *#work(): Work {
    const { order, active } = this;
    while (active.has(order.mac)) {
      if (order.cancelled?.()) return;
      yield this.#pause();
    }
    const device = this.context.device(order.mac);
    if (!device) return this.#end("failed");
    if (device.version === order.version && !order.force) return this.#end("skipped");
    active.set(order.mac, this);
    this.parked.get(order.mac)?.drop();
    const how = order.scheduled ? "UPGRADE_BY_SCHEDULE" : "UPGRADE_BY_USER";
    this.context.journal.event(device, how, `Upgrade from ${device.version} to ${order.version}`);
    for (let attempt = 0; ; attempt += 1) {
      const outcome = attempt === 0 && order.fails ? "downloadFails" : next(device.updateOutcomes);
      const end = yield* this.#attempt(device, outcome);
      if (this.#dropped) return this.#free();
      const again = end === "failed" && attempt < this.context.variants.upgradeRetries;
      if (end === "failed") this.#failed(device, again);
      if (!again) return this.#end(end);
      yield this.#lasts(this.context.variants.upgradeRetrySeconds);
    }
  }

  *#attempt(device: Device, outcome: UpdateOutcome): Generator<number, "upgraded" | "failed"> {
    const { order } = this;
    this.#enter("download_requested");
    this.#report(device, { status: "inprogress", progress: 0, status_id: (device.fwupdate?.status_id ?? 3_036) + 1 });
    const away = !device.connected;
    while (!device.connected && !order.cancelled?.()) yield this.#pause();
    this.#dropped ||= away && (order.cancelled?.() ?? false);
    if (this.#dropped) return "failed";
    if (order.download !== false) {
      if (!(yield* this.#write(device, outcome))) return "failed";
    } else if (device.pendingVersion !== order.version) return "failed";
    if (device.type !== "ap") yield* this.#untilReboot(device);
    if (this.#dropped) return "failed";
    yield* this.#online(device);
    return yield* this.#reboot(device, outcome);
  }

  /** Brings the image to the device and writes it there; false when that fails. */
  *#write(device: Device, outcome: UpdateOutcome): Generator<number, boolean> {
    const { order } = this;
    const { variants, journal } = this.context;
    const from = device.version;
    yield this.#lasts(variants.upgradeRequestSeconds);
    yield* this.#online(device);
    this.#enter("downloading");
    yield* this.#steps(device, variants.upgradeDownloadSeconds, [0, 10, 20, 30, 40, 50, 60], 70);
    if (outcome === "downloadFails") return false;
    journal.act(order.mac, "download", from, order.version, order.job);
    this.#enter("downloaded");
    yield* this.#steps(device, variants.upgradeInstallSeconds, [70, 80, 90], 30, 70);
    if (outcome === "installFails") return false;
    journal.act(order.mac, "install", from, order.version, order.job);
    device.pendingVersion = order.version;
    this.#report(device, { progress: 100 });
    return true;
  }

  /** A Junos device goes on running what it runs until its time has come, or somebody reboots it. */
  *#untilReboot(device: Device): Generator<number, void> {
    this.written = true;
    this.#enter("downloaded");
    if (!this.order.reboot) {
      this.active.delete(device.mac);
      this.parked.set(device.mac, this);
      this.#report(device, { status: this.context.variants.fwupdatePending });
      this.order.onEnd?.("pending");
      yield Number.POSITIVE_INFINITY;
      this.parked.delete(device.mac);
      if (!this.#dropped) this.active.set(device.mac, this);
    }
    while (!this.#dropped && this.context.clock.now() < this.#rebootAt)
      yield seconds(this.#rebootAt - this.context.clock.now());
    this.written = false;
    if (this.#dropped) this.order.onEnd?.("pending");
  }

  *#reboot(device: Device, outcome: UpdateOutcome): Generator<number, "upgraded" | "failed"> {
    const { order, context } = this;
    const { variants, journal } = context;
    const from = device.version;
    this.#enter("reboot_in_progress");
    journal.act(order.mac, "reboot", from, order.version, order.job);
    goDown(context, device);
    if (outcome === "neverBack") {
      yield this.#lasts(variants.upgradeRebootTimeoutSeconds);
      return "failed";
    }
    yield this.#lasts(variants.upgradeRebootSeconds);
    comeUp(context, device, outcome !== "oldVersion");
    this.#enter("rebooted");
    yield this.#lasts(variants.upgradeSettleSeconds);
    if (order.snapshot && device.type !== "ap") journal.act(order.mac, "snapshot", from, device.version, order.job);
    journal.event(device, "UPGRADED", `Upgraded from ${from} to ${order.version}`);
    this.#report(device, { status: variants.fwupdateDone, progress: 100, will_retry: false });
    return "upgraded";
  }

  /** Time that passes in equal parts, each with its progress, as long as the device is there. */
  *#steps(device: Device, total: number, progress: number[], scale: number, from = 0): Generator<number, void> {
    for (const percent of progress) {
      const shown = this.context.variants.fwupdateProgress === "perStep" ? ((percent - from) * 100) / scale : percent;
      this.#report(device, { status: "inprogress", progress: Math.round(shown) });
      yield this.#lasts(total / progress.length);
      yield* this.#online(device);
    }
  }

  *#online(device: Device): Generator<number, void> {
    while (!device.connected) yield this.#pause();
  }

  #lasts(duration: number): number {
    return duration / this.context.variants.upgradeSpeed;
  }

  /** How long to wait before looking again whether a device is free, or back. */
  #pause(): number {
    return Math.max(0.1, this.#lasts(10));
  }

  #enter(stage: Stage): void {
    this.order.onStage?.(stage);
  }

  #report(device: Device, change: Partial<FirmwareUpdate>): void {
    report(this.context, device, change);
  }

  #failed(device: Device, again: boolean): void {
    this.context.journal.event(device, "UPGRADE_FAILED", `Upgrade to ${this.order.version} failed`);
    this.#report(device, { status: this.context.variants.fwupdateFailed, will_retry: again });
  }

  #end(end: "upgraded" | "skipped" | "failed"): void {
    this.#free();
    this.#enter(end);
    this.order.onEnd?.(end);
  }

  #free(): void {
    if (this.active.get(this.order.mac) === this) this.active.delete(this.order.mac);
  }
}

/** How the next attempt goes: each outcome is used up, but for the last one. */
function next(outcomes: UpdateOutcome[]): UpdateOutcome {
  return (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? "ok";
}

/** Changes what stats tell of the last update. */
export function report(context: FlightContext, device: Device, change: Partial<FirmwareUpdate>): void {
  const { variants, clock } = context;
  const before = device.fwupdate ?? { status: null, progress: null, status_id: null, timestamp: 0, will_retry: null };
  const now = { ...before, ...change, timestamp: seconds(clock.now()) };
  device.fwupdate = variants.fwupdateProgress === "absent" ? { ...now, progress: null } : now;
  context.changed(device);
}

/** The device is not there for a while. */
export function goDown(context: FlightContext, device: Device): void {
  device.connected = false;
  device.lastDisconnectedAt = context.clock.now();
  context.journal.event(device, "DISCONNECTED", "");
  context.changed(device);
}

/** The device is back, and runs what was written to it. */
export function comeUp(context: FlightContext, device: Device, newVersion: boolean): void {
  const { clock, journal } = context;
  if (newVersion && device.pendingVersion !== null && device.pendingVersion !== device.version) {
    device.backupVersion = device.version;
    device.version = device.pendingVersion;
    for (const member of context.members(device.mac)) member.version = device.version;
  }
  device.pendingVersion = null;
  device.connected = true;
  device.bootedAt = clock.now();
  journal.event(device, "RESTARTED", "");
  journal.event(device, "CONNECTED", "");
  context.changed(device);
}
