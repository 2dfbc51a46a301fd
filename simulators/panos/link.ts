import { moment, type UpgradeContext } from "./context";
import type { Metrics } from "./firewalls";
import type { Steps } from "./threads";
import type { DeviceActionKind, Firewall } from "./types";

/** How waiting for a download or install ended. */
export interface JobResult {
  readonly success: boolean;
  readonly stalled: boolean;
  readonly details: string;
}

/** Shortest wait between two questions whether a firewall is back, in seconds; it doubles up to what the settings say. */
const firstReadyPoll = 10;

/** What a worker asks of one firewall. Whatever it asks throws when the firewall doesn't answer. */
export class FirewallLink {
  constructor(
    readonly context: UpgradeContext,
    readonly serial: string,
    readonly mgmtIp: string,
    readonly jobId: string,
  ) {}

  systemInfo(): Steps<{ hostname: string; version: string }> {
    return this.#ask("systemInfo", ({ hostname, version }) => ({ hostname, version }));
  }

  haState(): Steps<string> {
    return this.#ask("haState", ({ haState }) => haState);
  }

  metrics(): Steps<Metrics> {
    return this.#ask("metrics", (firewall) => this.context.firewalls.metrics(firewall));
  }

  diskGb(): Steps<number> {
    return this.#ask("diskSpace", ({ diskGb }) => diskGb);
  }

  images(): Steps<string[]> {
    return this.#ask("softwareInfo", ({ images }) => [...images]);
  }

  /** Refreshes the firewall's list of software; false when it took too long. */
  *checkSoftware(): Steps<boolean> {
    const done = yield* this.#ask("softwareCheck", ({ softwareCheck }) => softwareCheck === "ok");
    if (!done) yield this.context.settings.softwareCheckTimeout;
    return done;
  }

  /** Number of the firewall's own job; undefined when it refuses. */
  order(kind: "download" | "install", version: string): Steps<string | undefined> {
    return this.#ask(kind, (firewall) => this.context.firewalls.order(kind, firewall, version), version);
  }

  reboot(): Steps<boolean> {
    return this.#ask("reboot", (firewall) => this.context.firewalls.reboot(firewall));
  }

  /** Waits for a download or install; as long as its status can't be had, without limit. */
  *wait(job: string, onProgress: (percent: number) => Steps): Steps<JobResult> {
    const { variants, firewalls, settings } = this.context;
    let silent = 0;
    let last = -1;
    for (;;) {
      const progress = this.#tryTo(() => firewalls.progress(firewalls.reach(this.mgmtIp), job));
      yield* moment(this.context);
      if (progress) {
        yield* onProgress(progress.percent);
        if (progress.state === "done") return { success: true, stalled: false, details: "" };
        if (progress.state === "failed") return { success: false, stalled: false, details: `Job ${job} failed: FAIL` };
        silent = progress.percent === last ? silent + variants.pollSeconds : 0;
        last = progress.percent;
        if (silent >= settings.jobStallTimeout) {
          const details = `Job ${job} at ${last}% for ${settings.jobStallTimeout}s without progress`;
          return { success: false, stalled: true, details };
        }
      }
      yield variants.pollSeconds;
    }
  }

  /** Waits until the firewall answers again; false when it takes too long. */
  *waitUntilReady(): Steps<boolean> {
    const { firewalls, settings } = this.context;
    let waited = 0;
    for (let poll = firstReadyPoll; ; poll = Math.min(poll * 2, settings.rebootMaximumPoll)) {
      if (this.#tryTo(() => firewalls.reach(this.mgmtIp))) return true;
      if (waited >= settings.rebootReadyTimeout) return false;
      const pause = Math.min(poll, settings.rebootReadyTimeout - waited);
      yield pause;
      waited += pause;
    }
  }

  *#ask<Answer>(kind: DeviceActionKind, answer: (firewall: Firewall) => Answer, version?: string): Steps<Answer> {
    const { firewalls } = this.context;
    yield* moment(this.context);
    let given: Answer | undefined;
    try {
      given = answer(firewalls.reach(this.mgmtIp));
      return given;
    } finally {
      firewalls.record(kind, this.serial, this.jobId, given !== undefined && given !== false, version);
    }
  }

  #tryTo<Answer>(ask: () => Answer): Answer | undefined {
    try {
      return ask();
    } catch {
      return undefined;
    }
  }
}
