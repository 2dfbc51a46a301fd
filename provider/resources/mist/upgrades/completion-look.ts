import { systemClock } from "../../../clients/http/clock";
import { type Stage, stages, type UpgradeKey, type UpgradeView } from "../../../clients/mist/upgrades";
import type { Following, JobView } from "../../../core/job";
import type { Context } from "../../../core/resource";
import { someOf } from "../../../core/words";
import type { Account } from "../account";
import { countsOf } from "./fields";
import { jobName, phaseOf, progressOf, reasonOf } from "./progress";
import { compareRunning, type Running } from "./running";
import { jobWake, sharedAge } from "./waiting";

/** What a completion tells of its job. */
export interface Completed {
  status: string;
  resolvedVersion?: string;
  lastPhase?: number;
  total: number;
  counts: { [stage: string]: number };
  targets: { [stage: string]: string[] };
  failedMacs: string[];
  skippedMacs: string[];
  wrongVersionMacs: string[];
  finishedAt: string;
}

export interface Terms {
  waitFor: "downloaded" | "completed";
  verifyRunningVersion: boolean;
}

/** A job that was accepted a moment ago may not show yet, in milliseconds. */
const newMs = 30_000;
/** What devices run may be told a little late: so many looks more. */
const laterLooks = 3;

/** Looks at a job that is waited for. */
export class CompletionLook {
  readonly wake: Following<unknown>["wake"];
  private readonly since = systemClock.now();
  private seen: UpgradeView | undefined;
  private woken = false;
  private comparisons = 0;
  private isTold = false;

  constructor(
    private readonly account: Account,
    private readonly key: UpgradeKey,
    private readonly terms: Terms,
    private readonly context: Context,
  ) {
    const wake = jobWake(account, () => this.seen);
    this.wake = (signal) =>
      wake?.(signal)?.then(() => {
        this.woken = true;
      });
  }

  async look(): Promise<JobView<Completed>> {
    const view = await this.ask();
    if (!view) return this.absent();
    // Lists do not tell devices: those of the first look are good until the job has ended.
    if (view.devices || !this.seen) this.seen = view;
    const phase = phaseOf(view);
    const base = { phase, progress: progressOf(view), reason: reasonOf(view) };
    if (view.outcome !== "active") return this.ended(view, base);
    const isEnough = this.terms.waitFor === "downloaded" && isDownloaded(view);
    if (!isEnough) return { ...base, outputs: completedFrom(view, []) };
    const whole = view.devices ? view : await this.account.client.upgrades.find(this.key, this.context.signal);
    return { ...base, phase: "succeeded", outputs: completedFrom(whole ?? view, []) };
  }

  private ask(): Promise<UpgradeView | undefined> {
    const { upgrades } = this.account.client;
    const { signal } = this.context;
    const maxAgeMs = this.woken ? 0 : sharedAge(this.account);
    this.woken = false;
    return this.seen ? upgrades.look(this.key, { signal, maxAgeMs }) : upgrades.find(this.key, signal);
  }

  private absent(): JobView<Completed> {
    const isNew = !this.seen && systemClock.now() - this.since < newMs;
    const outputs = this.seen ? completedFrom(this.seen, []) : nothing;
    const reason = `${jobName({ key: this.key })} is no longer among those that Mist has a record of, so that nobody can tell how it ended.`;
    return isNew
      ? { phase: "waiting", progress: "waits for Mist to show the job", outputs }
      : { phase: "expired", progress: "its record is gone", reason, outputs };
  }

  private async ended(
    view: UpgradeView,
    base: Pick<JobView<Completed>, "phase" | "progress" | "reason">,
  ): Promise<JobView<Completed>> {
    if (!this.terms.verifyRunningVersion) return { ...base, outputs: completedFrom(view, []) };
    const running = await compareRunning(view, this.account, this.context);
    const outputs = completedFrom(view, running.wrong);
    if (running.wrong.length > 0 && this.comparisons++ < laterLooks) {
      return { ...base, phase: "running", progress: "compares what the devices run", outputs };
    }
    this.tell(running, view);
    return { ...base, outputs };
  }

  private tell({ compared, similar }: Running, view: UpgradeView): void {
    if (this.isTold) return;
    this.isTold = true;
    if (!compared) {
      this.context.warn(`${jobName(view)} does not tell one version for its devices: what they run was not compared`);
    }
    if (similar.length > 0) {
      this.context.warn(
        `${someOf(similar)} tell their version in another form than ${view.targetVersion}: only its number was compared`,
      );
    }
  }
}

/** Everything that is not over is at least on its devices. */
function isDownloaded({ counts, total }: UpgradeView): boolean {
  const from = stages.indexOf("downloaded");
  const through = stages
    .slice(from)
    .reduce((sum, stage) => sum + (stage === "upgrading" ? 0 : (counts[stage] ?? 0)), 0);
  return total > 0 && through >= total;
}

const nothing: Completed = {
  ...{ status: "unknown", total: 0, counts: {}, targets: {} },
  ...{ failedMacs: [], skippedMacs: [], wrongVersionMacs: [], finishedAt: "" },
};

function completedFrom(view: UpgradeView, wrongVersionMacs: string[]): Completed {
  const at = (wanted: Stage) => [...(view.devices ?? [])].filter(([, stage]) => stage === wanted).map(([mac]) => mac);
  const targets = Object.fromEntries(stages.map((stage) => [stage, at(stage)]).filter(([, macs]) => macs?.length));
  return {
    status: view.status,
    resolvedVersion: view.targetVersion,
    lastPhase: view.currentPhase,
    total: view.total,
    counts: countsOf(view.counts),
    targets,
    failedMacs: at("failed"),
    skippedMacs: at("skipped"),
    wrongVersionMacs,
    finishedAt: new Date().toISOString(),
  };
}
