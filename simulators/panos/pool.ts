import type { Stamps } from "./stamps";
import type { Steps, Threads } from "./threads";

/** Something for a worker to do. */
export interface WorkItem {
  readonly jobId: string;
  /** The device that the worker's status names: the first one of a pair. */
  readonly serial: string;
  work(): Steps;
}

/** A worker as `workers.json` shows it. */
interface WorkerStatus {
  readonly worker_id: number;
  status: "idle" | "busy" | "error";
  current_job_id: string;
  current_device: string;
  /** When the worker was made; nothing moves it. */
  readonly last_updated: string;
}

/** The workers of one daemon and the queue in front of them, which lives in memory only. */
export class WorkerPool {
  readonly statuses: WorkerStatus[] = [];
  readonly #queue: WorkItem[] = [];
  readonly #threads: Threads;
  readonly #places: number;
  #stopping = false;

  constructor(threads: Threads, stamps: Stamps, workers: number, places: number) {
    this.#threads = threads;
    this.#places = places;
    for (let id = 0; id < workers; id += 1)
      this.statuses.push({
        worker_id: id,
        status: "idle",
        current_job_id: "",
        current_device: "",
        last_updated: stamps.text(),
      });
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Hands an item to an idle worker, or queues it; false when the queue is full. */
  submit(item: WorkItem): boolean {
    const idle = this.statuses.find(({ status }) => status === "idle");
    if (idle && !this.#stopping) {
      take(idle, item);
      this.#threads.start(this.#run(idle, item));
      return true;
    }
    if (this.#queue.length >= this.#places) return false;
    this.#queue.push(item);
    return true;
  }

  /** Lets workers end what they do and take nothing more. */
  stop(): void {
    this.#stopping = true;
  }

  *#run(worker: WorkerStatus, first: WorkItem): Steps {
    for (let item: WorkItem | undefined = first; item; item = this.#stopping ? undefined : this.#queue.shift()) {
      take(worker, item);
      // It wakes up a moment after the scan that fed it.
      yield 0;
      yield* item.work();
      Object.assign(worker, { status: "idle", current_job_id: "", current_device: "" });
    }
  }
}

function take(worker: WorkerStatus, { jobId, serial }: WorkItem): void {
  Object.assign(worker, { status: "busy", current_job_id: jobId, current_device: serial });
}
