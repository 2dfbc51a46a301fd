import { text, type UpgradeContext } from "./context";
import type { WorkerPool } from "./pool";
import type { Steps } from "./threads";

/** Folders by the counts that daemon.json has of them. */
const counted = {
  active_jobs: "queue/active",
  pending_jobs: "queue/pending",
  completed_jobs: "queue/completed",
  cancelled_jobs: "queue/cancelled",
};

/** `status/daemon.json` and `status/workers.json`, written at a fixed beat. */
export class StatusFiles {
  readonly #context: UpgradeContext;
  readonly #pool: WorkerPool;
  readonly #startedAt: string;
  #lastUpdated: string;
  #counts = { active_jobs: 0, pending_jobs: 0, completed_jobs: 0, cancelled_jobs: 0 };
  #beatAt: number | undefined;

  constructor(context: UpgradeContext, pool: WorkerPool) {
    this.#context = context;
    this.#pool = pool;
    this.#startedAt = context.directory.stamps.text();
    this.#lastUpdated = this.#startedAt;
  }

  *writeForever(): Steps {
    const { firewalls, variants } = this.#context;
    for (;;) {
      this.#beat();
      // Of the beats within one move of the clock nobody can read any but the last.
      const beatMs = (variants.statusSeconds * 1_000) / variants.timeScale;
      const beats = Math.max(1, Math.floor((firewalls.clock.target - firewalls.clock.now()) / beatMs));
      yield beats * variants.statusSeconds;
    }
  }

  /** What a daemon that ends now would have written last, had the clock not been moved. */
  catchUp(): void {
    const { firewalls, variants } = this.#context;
    const beatMs = (variants.statusSeconds * 1_000) / variants.timeScale;
    if (this.#beatAt !== undefined && firewalls.clock.now() - this.#beatAt >= beatMs) this.#beat();
  }

  writeDaemon(running: boolean): void {
    const { directory } = this.#context;
    try {
      directory.writeJson("status/daemon.json", {
        running,
        workers: this.#pool.statuses.length,
        ...this.#counts,
        failed_jobs: 0,
        started_at: this.#startedAt,
        last_updated: this.#lastUpdated,
      });
    } catch (error) {
      this.#context.log("ERROR", `Error updating status: ${text(error)}`);
    }
  }

  #beat(): void {
    const { directory, firewalls } = this.#context;
    this.#beatAt = firewalls.clock.now();
    for (const [name, folder] of Object.entries(counted))
      this.#counts[name as keyof typeof counted] = directory.jsonNames(folder).length;
    this.#lastUpdated = directory.stamps.text();
    this.writeDaemon(true);
    try {
      directory.writeJson("status/workers.json", { workers: this.#pool.statuses });
    } catch (error) {
      this.#context.log("ERROR", `Error updating status: ${text(error)}`);
    }
  }
}
