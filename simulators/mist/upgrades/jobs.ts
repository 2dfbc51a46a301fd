import type { Clock } from "../../core/clock";
import type { MistVariants } from "../variants";
import type { DeviceJob } from "./device-job";
import type { EdgeJob } from "./edge-job";
import type { OrgJob } from "./org-job";

interface Kept {
  readonly id: string;
  readonly visibleAt: number;
  readonly endedAt: number | undefined;
}

/** Jobs of one kind, as long as they are kept. */
export class Shelf<Job extends Kept> {
  readonly #jobs = new Map<string, Job>();

  constructor(
    private readonly clock: Clock,
    private readonly variants: MistVariants,
  ) {}

  add(job: Job): Job {
    this.#jobs.set(job.id, job);
    return job;
  }

  /** A job that reads know; those that ended long ago are gone. */
  find(id: string): Job | undefined {
    return this.list().find((job) => job.id === id.toLowerCase());
  }

  list(): Job[] {
    const now = this.clock.now();
    const kept = this.variants.jobRetentionSeconds;
    for (const { id, endedAt } of this.#jobs.values())
      if (kept !== null && endedAt !== undefined && now >= endedAt + kept * 1_000) this.#jobs.delete(id);
    return [...this.#jobs.values()].filter(({ visibleAt }) => visibleAt <= now);
  }

  /** Forgets a job, which then is a 404; what it does goes on. False when there is none. */
  purge(id: string): boolean {
    return this.#jobs.delete(id);
  }

  clear(): void {
    this.#jobs.clear();
  }
}

/** Every upgrade job that the service knows. */
export class Jobs {
  readonly site: Shelf<DeviceJob>;
  readonly org: Shelf<OrgJob>;
  readonly ssr: Shelf<DeviceJob>;
  readonly edge: Shelf<EdgeJob>;

  constructor(clock: Clock, variants: MistVariants) {
    this.site = new Shelf(clock, variants);
    this.org = new Shelf(clock, variants);
    this.ssr = new Shelf(clock, variants);
    this.edge = new Shelf(clock, variants);
  }

  get shelves(): Record<"site" | "org" | "ssr" | "edge", Shelf<DeviceJob> | Shelf<OrgJob> | Shelf<EdgeJob>> {
    const { site, org, ssr, edge } = this;
    return { site, org, ssr, edge };
  }

  clear(): void {
    for (const shelf of Object.values(this.shelves)) shelf.clear();
  }
}
