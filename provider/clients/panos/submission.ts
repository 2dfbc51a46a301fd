import type { Clock } from "../http/clock";
import { isVendorError, VendorError } from "../http/errors";
import { Turns } from "../http/turns";
import type { Commands } from "./commands";
import { type Daemon, isOrphan, workerOf } from "./daemon";
import type { Delivery } from "./delivery";
import { DuplicateJobError, during, hasCode, system } from "./errors";
import type { Files } from "./files";
import { checkJob, type JobRecord, type JobSpec, jobFileOf } from "./job-file";
import { checkedName, type Layout } from "./layout";
import type { CallOptions } from "./options";
import type { Queue } from "./queue";
import { isoOf, msOf } from "./times";

export interface SubmitOptions extends CallOptions {
  /** Called as soon as the job's file is there: whatever happens then, the daemon may take it. */
  onWritten?: () => void;
}

/** A job that is in the queue. */
export interface Submitted {
  id: string;
  /** ISO 8601, as in its file. */
  createdAt: string;
  /** The same by the clock of the file system, in milliseconds, for later reports; undefined when the daemon was faster. */
  writtenAt?: number;
}

/** What came of withdrawing: moved away unseen, too late since the daemon has it or it has ended, or no such job. */
export type Withdrawal = "withdrawn" | "active" | "finished" | "absent";

/** Longest time that a job written at the same time as ours has to give way to it. */
const yieldMs = 1_500;
const everyMs = 100;

/** Puts jobs into the queue, and takes them out again. */
export class Submission {
  private readonly turns = new Map<string, Turns>();

  constructor(
    private readonly parts: {
      layout: Layout;
      files: Files;
      queue: Queue;
      delivery: Delivery;
      commands: Commands;
      daemon: Daemon;
      clock: Clock;
      warn: (message: string) => void;
    },
  ) {}

  /**
   * Puts a job into the queue. Fails with `DuplicateJobError` when a device has another job that waits or runs, and with
   * "job-exists" when the id has been used. The daemon looks at neither, so that this is done before the file is written
   * and again afterwards: of two jobs written at the same time one is taken back, or both.
   */
  async submit(spec: JobSpec, options: SubmitOptions = {}): Promise<Submitted> {
    checkJob(spec);
    return during(actionOf(spec), () =>
      this.inTurn([...spec.devices].sort(), () => this.submitAlone(spec, options), options),
    );
  }

  /** Takes a job out of the queue that the daemon has not taken yet. Exactly one of the two gets it. */
  async withdraw(id: string): Promise<Withdrawal> {
    checkedName(id, "id");
    return during(`withdraw job ${id}`, async () => {
      const { queue } = this.parts;
      if (await this.moveAway(id)) return "withdrawn";
      const record = await queue.find(id, { fresh: true });
      if (!record) return "absent";
      // Moved to `pending` again by somebody after our try.
      if (record.place === "pending") return (await this.moveAway(id)) ? "withdrawn" : "active";
      return record.place === "active" ? "active" : "finished";
    });
  }

  /**
   * Puts a job that the daemon lost when it stopped back into the queue. Refused while no daemon runs, which might still
   * have it, and when the daemon has not lost it.
   */
  async requeue(id: string): Promise<void> {
    checkedName(id, "id");
    const action = `put job ${id} back into the queue`;
    await during(action, async () => {
      const { queue, files, layout } = this.parts;
      const look = await this.parts.daemon.look();
      const record = await queue.find(id, { fresh: true });
      const refuse = (reason: string, hint: string) =>
        new VendorError({ kind: "rejected", system, action, reason, hint, notAttempted: true });
      if (!look.daemon.alive) throw refuse(look.daemon.problem ?? "no daemon runs", "Start the daemon first.");
      if (!record || !isOrphan(record, look) || workerOf(look.workers, id))
        throw refuse(`it is ${record?.place ?? "nowhere"}, and not lost`, "Wait for it, or cancel it.");
      await files.rename(layout.job("active", id), layout.job("pending", id));
      queue.changed(id);
    });
  }

  /** The jobs that wait or run for any of these devices. */
  async holders(serials: readonly string[], call: CallOptions & { fresh?: boolean } = {}): Promise<JobRecord[]> {
    const waiting = await this.parts.queue.list(["pending", "active"], call);
    return waiting.filter(({ devices }) => devices.some((serial) => serials.includes(serial)));
  }

  private async submitAlone(spec: JobSpec, { signal, onWritten }: SubmitOptions): Promise<Submitted> {
    const { layout, queue, delivery, clock } = this.parts;
    const used = (await queue.pass({ fresh: true, signal })).get(spec.id);
    if (used) throw idUsed(spec, used);
    const [holder] = await this.holders(spec.devices, { signal });
    if (holder) throw await this.duplicate(spec, holder);
    signal?.throwIfAborted();
    const createdAt = isoOf(clock.now());
    try {
      await delivery.create(layout.queue("pending"), `${spec.id}.json`, jobFileOf(spec, createdAt));
    } catch (error) {
      if (isVendorError(error) && error.ambiguous) onWritten?.();
      throw hasCode(error, "EEXIST") ? idUsed(spec, "pending") : error;
    }
    queue.changed(spec.id);
    onWritten?.();
    const rival = await this.rivalThatStays(spec, createdAt).catch((error: unknown) => {
      // What could not be looked at again does not undo that the job is there.
      throw error instanceof VendorError ? error.with({ ambiguous: true, notAttempted: false }) : error;
    });
    if (rival) throw await this.duplicate(spec, rival, await this.takeBack(spec.id, rival.id));
    return { id: spec.id, createdAt, writtenAt: queue.written(spec.id) };
  }

  /**
   * Another job for the same devices that does not give way to ours. The earlier one stays, and the other is taken back
   * by whoever wrote it. Who wrote the later one may not have seen ours, or may not look: then ours gives way.
   */
  private async rivalThatStays({ id, devices }: JobSpec, createdAt: string): Promise<JobRecord | undefined> {
    for (let waited = 0; ; waited += everyMs) {
      const rivals = (await this.holders(devices, { fresh: true })).filter((rival) => rival.id !== id);
      const before = rivals.find((rival) => comesBefore(rival, id, createdAt));
      if (before || rivals.length === 0) return before;
      if (waited >= yieldMs) return rivals[0];
      await this.parts.clock.sleep(everyMs);
    }
  }

  private async takeBack(id: string, forJob: string): Promise<"withdrawn" | "cancel-sent"> {
    if ((await this.withdraw(id)) === "withdrawn") return "withdrawn";
    await this.parts.commands.sendCancel({ jobId: id, reason: `job ${forJob} has the same device` });
    return "cancel-sent";
  }

  /** Exactly one rename of a file succeeds: ours, or that of the daemon. */
  private async moveAway(id: string): Promise<boolean> {
    const { layout, files, queue, delivery, clock, warn } = this.parts;
    const record = await queue.find(id);
    if (record?.place !== "pending") return false;
    try {
      await files.rename(layout.job("pending", id), layout.job("cancelled", id));
    } catch (error) {
      if (hasCode(error, "ENOENT")) return false;
      throw error;
    } finally {
      queue.changed(id);
    }
    // The daemon says nothing of a job that it has never seen.
    const { jobId = id, type, devices, haPairName, dryRun, createdAt } = record;
    const spec = { id: jobId, type: type as JobSpec["type"], devices, haPairName, dryRun };
    const ended = { completed_at: isoOf(clock.now()), status: "cancelled" };
    try {
      await delivery.replace(layout.queue("cancelled"), `${id}.json`, {
        ...jobFileOf(spec, createdAt ?? ""),
        ...ended,
      });
    } catch (error) {
      warn(`Job ${id} is withdrawn, but its file does not say so: ${(error as Error).message}`);
    }
    return true;
  }

  private async duplicate(spec: JobSpec, holder: JobRecord, takenBack?: "withdrawn" | "cancel-sent") {
    return new DuplicateJobError({
      id: spec.id,
      type: spec.type,
      serial: spec.devices.find((serial) => holder.devices.includes(serial)) ?? "",
      jobId: holder.id,
      jobState: holder.place === "active" ? "active" : "pending",
      createdAt: holder.createdAt,
      existingType: holder.type,
      orphaned: isOrphan(holder, await this.parts.daemon.look()),
      takenBack,
    });
  }

  /** One submission at a time for a device. In the order of the serials, so that two never wait for each other. */
  private inTurn<T>([serial, ...others]: readonly string[], work: () => Promise<T>, call: CallOptions): Promise<T> {
    if (serial === undefined) return work();
    const turns = this.turns.get(serial) ?? new Turns();
    this.turns.set(serial, turns);
    return turns.run(() => this.inTurn(others, work, call), call.signal);
  }
}

function comesBefore(other: JobRecord, id: string, createdAt: string): boolean {
  // Without a time it may have been there long before.
  const difference = (msOf(other.createdAt) ?? Number.NEGATIVE_INFINITY) - Date.parse(createdAt);
  return difference < 0 || (difference === 0 && other.id < id);
}

function actionOf({ id, devices }: JobSpec): string {
  return `submit job ${id} for device${devices.length === 1 ? "" : "s"} ${devices.join(" and ")}`;
}

function idUsed(spec: JobSpec, place: string): VendorError {
  return new VendorError({
    kind: "rejected",
    system,
    action: actionOf(spec),
    code: "job-exists",
    reason: `there is a job of this id already, in ${place}`,
    notAttempted: true,
    hint: "An id is for one use: the daemon keeps what it knows of it. Choose another one.",
  });
}
