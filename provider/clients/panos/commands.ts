import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../http/clock";
import { VendorError } from "../http/errors";
import type { Daemon } from "./daemon";
import type { Delivery } from "./delivery";
import { during, hasCode, system } from "./errors";
import { type Files, temporaryPath } from "./files";
import type { JsonReader } from "./json-reader";
import { checkedName, type Layout } from "./layout";
import type { CallOptions } from "./options";
import { instantOf, isoOf } from "./times";
import { type Fields, fieldsOf, textOf } from "./wire";

/** What is to be cancelled: a job by its id, or whatever is done to a device. */
export interface CancelSpec {
  /** Name of the command's file, without `.json`. Default: one that nobody else has. */
  id?: string;
  jobId?: string;
  /** The daemon then refuses this device until it is restarted. */
  serial?: string;
  /** For the log, and for whoever asks why. */
  reason?: string;
}

/** A command where it was found. */
export interface CommandRecord {
  id: string;
  /** "incoming" until the daemon has read it. "processed" means that it knows, not that anything has been cancelled. */
  state: "incoming" | "processed";
  command?: string;
  jobId?: string;
  serial?: string;
  reason?: string;
  /** ISO 8601, by the clock of the writer. */
  timestamp?: string;
}

/** Time for the daemon to read a command, which it does at once when it sees it. */
const patienceMs = 2_000;
const everyMs = 100;

/** Commands to the daemon. */
export class Commands {
  constructor(
    private readonly parts: {
      layout: Layout;
      files: Files;
      reader: JsonReader;
      delivery: Delivery;
      daemon: Daemon;
      clock: Clock;
      way: "link" | "stage-rename";
      words: (text: string) => string;
    },
  ) {}

  /** Writes a cancel command where a running daemon sees it. Answers with its id, before the daemon has read it. */
  async sendCancel(spec: CancelSpec, { signal }: CallOptions = {}): Promise<string> {
    const { id = `cancel-${randomUUID()}`, jobId = "", serial = "", reason = "" } = spec;
    const { layout, delivery, clock, way } = this.parts;
    const action = `send the command to cancel ${jobId ? `job ${jobId}` : `the work on device ${serial}`}`;
    checkedName(id, "id");
    if (jobId !== "") checkedName(jobId, "id");
    if (serial !== "") checkedName(serial, "serial");
    if (jobId === "" && serial === "")
      throw new VendorError({
        kind: "rejected",
        system,
        action: "send a cancel command",
        reason: "it names nothing",
        notAttempted: true,
      });
    signal?.throwIfAborted();
    const body = {
      command: "cancel_upgrade",
      target: jobId ? "job" : "device",
      job_id: jobId,
      device_serial: serial,
      reason,
      timestamp: isoOf(clock.now()),
    };
    await during(action, async () => {
      if (spec.id !== undefined && (await this.find(id))) throw taken(action, id);
      try {
        await delivery.appear(layout.commands, layout.incoming, `${id}.json`, body, way);
      } catch (error) {
        throw hasCode(error, "EEXIST") ? taken(action, id) : error;
      }
    });
    return id;
  }

  /**
   * Waits until the daemon has read a command: for 2 seconds, then as long again after showing it once more. Fails with
   * "not-consumed" when it has not; the daemon reads it at its next start.
   */
  async acknowledged(id: string, { signal }: CallOptions = {}): Promise<void> {
    const action = `have command ${id} read by the daemon`;
    await during(action, async () => {
      if (await this.isProcessedSoon(id, signal)) return;
      if (!(await this.showAgain(id))) {
        if (await this.isProcessed(id)) return;
        throw lost(action);
      }
      if (await this.isProcessedSoon(id, signal)) return;
      const { daemon } = await this.parts.daemon.look({ signal });
      throw new VendorError({
        kind: "timeout",
        system,
        action,
        code: "not-consumed",
        reason: `the daemon does not read commands: ${this.parts.layout.incoming} still holds it`,
        transient: true,
        hint: `${daemon.problem ?? "It runs, but does not notice files that other machines write to a share."} It reads them when it is started.`,
      });
    });
  }

  /** A command, wherever it is; undefined when two looks have seen it nowhere. */
  async find(id: string): Promise<CommandRecord | undefined> {
    const { layout, reader } = this.parts;
    checkedName(id, "id");
    for (let look = 0; look < 2; look++)
      for (const state of ["incoming", "processed"] as const) {
        const file = await reader.find(join(layout[state], `${id}.json`));
        if (file) return this.recordOf(id, state, fieldsOf(file.value));
      }
    return undefined;
  }

  /** The commands that the daemon has read. */
  async processed({ signal }: CallOptions = {}): Promise<CommandRecord[]> {
    const { layout, files, reader } = this.parts;
    const records: CommandRecord[] = [];
    for (const name of await files.list(layout.processed)) {
      signal?.throwIfAborted();
      if (!name.endsWith(".json") || name.startsWith(".")) continue;
      const file = await reader.find(join(layout.processed, name));
      if (file) records.push(this.recordOf(name.slice(0, -".json".length), "processed", fieldsOf(file.value)));
    }
    return records;
  }

  private recordOf(id: string, state: CommandRecord["state"], fields: Fields): CommandRecord {
    const reason = textOf(fields.reason);
    return {
      id,
      state,
      command: textOf(fields.command),
      jobId: textOf(fields.job_id),
      serial: textOf(fields.device_serial),
      reason: reason && this.parts.words(reason),
      timestamp: instantOf(fields.timestamp),
    };
  }

  private async isProcessedSoon(id: string, signal?: AbortSignal): Promise<boolean> {
    const { clock } = this.parts;
    for (let waited = 0; ; waited += everyMs) {
      if (await this.isProcessed(id)) return true;
      if (waited >= patienceMs) return false;
      await clock.sleep(everyMs, signal);
    }
  }

  private async isProcessed(id: string): Promise<boolean> {
    return this.exists(join(this.parts.layout.processed, `${id}.json`));
  }

  /** Moves the file out and in again, which a watcher takes for a new one. False when it is not there any more. */
  private async showAgain(id: string): Promise<boolean> {
    const { layout, files } = this.parts;
    const name = `${id}.json`;
    const aside = temporaryPath(layout.commands, name);
    try {
      await files.rename(join(layout.incoming, name), aside);
    } catch (error) {
      if (hasCode(error, "ENOENT") && (await this.exists(layout.incoming))) return false;
      throw error;
    }
    await files.rename(aside, join(layout.incoming, name));
    return true;
  }

  private async exists(path: string): Promise<boolean> {
    try {
      await this.parts.files.stat(path);
      return true;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return false;
      throw error;
    }
  }
}

function lost(action: string): VendorError {
  return new VendorError({
    kind: "rejected",
    system,
    action,
    code: "command-lost",
    reason: "it is neither in commands/incoming nor in commands/processed: somebody has removed it",
    hint: "Look whether it has had its effect, and send another one if not.",
  });
}

function taken(action: string, id: string): VendorError {
  return new VendorError({
    kind: "rejected",
    system,
    action,
    code: "command-exists",
    reason: `there is a command ${id} already`,
    notAttempted: true,
    hint: "A command's id is for one use: choose another one.",
  });
}
