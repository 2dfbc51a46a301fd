import type { Clock } from "../http/clock";
import type { Files } from "./files";
import { type JobRecord, jobRecordOf } from "./job-file";
import type { JsonReader } from "./json-reader";
import { checkedName, type JobPlace, jobPlaces, type Layout } from "./layout";
import type { CallOptions } from "./options";
import { SharedLook } from "./shared-look";

/** One pass over the queue: where each id was seen last. */
export type Pass = ReadonlyMap<string, JobPlace>;

export const lookMaxAgeMs = 200;
/** Files that are read at once. */
const together = 16;

/** Where jobs are, and what their files say. One pass serves all who look at the same time. */
export class Queue {
  private readonly passes: SharedLook<Pass>;
  private readonly records = new Map<string, { place: JobPlace; record: Promise<JobRecord | undefined> }>();
  private readonly writtenAt = new Map<string, number>();

  constructor(
    private readonly layout: Layout,
    private readonly files: Files,
    private readonly reader: JsonReader,
    clock: Clock,
  ) {
    this.passes = new SharedLook(() => this.scan(), clock, lookMaxAgeMs);
  }

  /** A pass; with `fresh` one that begins after this call. */
  pass(call: CallOptions & { fresh?: boolean } = {}): Promise<Pass> {
    return call.fresh ? this.passes.fresh(call) : this.passes.recent(call);
  }

  /** What was seen is out of date, since we have changed something ourselves. */
  changed(id: string): void {
    this.records.delete(id);
    this.outdated();
  }

  /** The next pass is a new one. */
  outdated(): void {
    this.passes.invalidate();
  }

  /**
   * A job, wherever it is. Undefined only when two passes that began after this call have seen it nowhere.
   * With `fresh` its file is looked at again even if it has not moved.
   */
  async find(id: string, call: CallOptions & { fresh?: boolean } = {}): Promise<JobRecord | undefined> {
    checkedName(id, "id");
    // The first pass may be one that began before this call.
    let missed = call.fresh ? 0 : -1;
    for (let pass = await this.pass(call); ; pass = await this.pass({ ...call, fresh: true })) {
      const place = pass.get(id);
      const record = place && (await this.at(place, id, call.fresh));
      if (record) return record;
      // Seen, but moved on since: that is no miss. A file moves at most three times.
      if (++missed > (place ? jobPlaces.length : 1)) return undefined;
    }
  }

  /**
   * All jobs in these places, from one pass; with `idPrefix` only those whose ids begin so. What is gone by the time it is
   * read is left out.
   */
  async list(
    places: readonly JobPlace[],
    { idPrefix = "", ...call }: CallOptions & { fresh?: boolean; idPrefix?: string } = {},
  ): Promise<JobRecord[]> {
    const pass = [...(await this.pass(call))];
    const entries = pass.filter(([id, place]) => places.includes(place) && id.startsWith(idPrefix));
    const records: JobRecord[] = [];
    for (let start = 0; start < entries.length; start += together) {
      call.signal?.throwIfAborted();
      const group = entries.slice(start, start + together);
      for (const record of await Promise.all(group.map(([id, place]) => this.at(place, id))))
        if (record) records.push(record);
    }
    return records;
  }

  /** When the job's file was written first, by the clock of the file system, if it was seen before it ended. */
  written(id: string): number | undefined {
    return this.writtenAt.get(id);
  }

  /** The record at a place or further on; what is known of a job that has not moved is not read again. */
  private async at(place: JobPlace, id: string, fresh = false): Promise<JobRecord | undefined> {
    const known = this.records.get(id);
    const record = known?.place === place && !fresh ? await known.record : undefined;
    if (record) return record;
    const reading = { place, record: this.read(place, id) };
    this.records.set(id, reading);
    const forget = () => this.records.get(id) === reading && this.records.delete(id);
    reading.record.then((found) => this.isLasting(id, place, found) || forget(), forget);
    return reading.record;
  }

  /** Only what will not change where it is is kept: a file of a finished job is written once more after its move. */
  private isLasting(id: string, place: JobPlace, record: JobRecord | undefined): boolean {
    if (!record || record.place !== place) return false;
    if (place === "completed" || place === "cancelled") return isSettled(record);
    this.writtenAt.set(id, record.stamp.mtimeMs);
    return record.defect?.cause !== "not-json";
  }

  private async read(from: JobPlace, id: string): Promise<JobRecord | undefined> {
    for (const place of jobPlaces.slice(jobPlaces.indexOf(from))) {
      const file = await this.reader.find(this.layout.job(place, id));
      if (file) return jobRecordOf(id, place, file);
    }
    return undefined;
  }

  /** In the order in which files move, so that one that moves meanwhile is seen at least once. */
  private async scan(): Promise<Pass> {
    const seen = new Map<string, JobPlace>();
    for (const place of jobPlaces)
      for (const name of await this.files.list(this.layout.queue(place)))
        if (name.endsWith(".json")) seen.set(name.slice(0, -".json".length), place);
    return seen;
  }
}

/** The daemon moves a file first and writes the result into it then. */
export function isSettled({ place, completedAt, status }: JobRecord): boolean {
  if (place === "pending" || place === "active") return true;
  return completedAt !== undefined || status === "complete" || status === "failed" || status === "cancelled";
}
