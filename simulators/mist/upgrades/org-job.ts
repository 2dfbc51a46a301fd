import { randomUUID } from "node:crypto";
import type { Body } from "../types";
import type { DeviceJob } from "./device-job";

/** An upgrade of an organisation: a job at each of its sites, and no status of its own. */
export class OrgJob {
  readonly id = randomUUID();

  constructor(
    readonly orgId: string,
    readonly jobs: readonly DeviceJob[],
    /** What it repeats of the request. */
    private readonly shown: Body,
    readonly visibleAt: number,
  ) {}

  get endedAt(): number | undefined {
    const ends = this.jobs.map(({ endedAt }) => endedAt ?? Number.POSITIVE_INFINITY);
    const last = Math.max(this.visibleAt, ...ends);
    return Number.isFinite(last) ? last : undefined;
  }

  cancel(): void {
    for (const job of this.jobs) job.cancel();
  }

  show(): Body {
    return {
      id: this.id,
      ...this.shown,
      upgrades: this.jobs.map((job) => {
        const { id, status, start_time } = job.show();
        return { site_id: job.plan.siteId, upgrade: { id, status, start_time, targets: job.targets() } };
      }),
    };
  }

  /** As the list has it. */
  row(): Body {
    return {
      id: this.id,
      site_upgrades: this.jobs.map(({ id, plan }) => ({ site_id: plan.siteId, upgrade_id: id })),
    };
  }
}
