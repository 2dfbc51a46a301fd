import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { stateFolder } from "../../clients/http/state-folder";

/** After so long a note says nothing any more: whatever it was about has ended, in milliseconds. */
const staleMs = 6 * 3_600_000;

const noteSchema = z.object({
  /** What was asked for, as a hash. */
  asked: z.string(),
  /** When, in milliseconds since the epoch. */
  at: z.number(),
  /** The process that was about to ask. */
  process: z.number(),
  /** The workflows of the server that there were then. */
  before: z.array(z.string()),
});

type Note = z.infer<typeof noteSchema>;

/**
 * What this user is about to begin on a server, in a file of its own, from before it is asked for until the answer is kept. A
 * run that was killed in between leaves it for the next one, which so knows the workflow that it finds for its own. A folder
 * that cannot be written to must not fail a run: a workflow that is found then is somebody else's.
 */
export class WorkflowNotes {
  private readonly own = new Set<string>();
  private isTold = false;

  constructor(
    private readonly baseUrl: string,
    private readonly warn: (message: string) => void,
  ) {}

  /** Says that something is about to be begun; `before`: the workflows of the server that there are. */
  write(serverId: string, asked: object, before: readonly string[]): void {
    const file = this.file("start", serverId);
    this.own.add(file);
    const note: Note = { asked: hashOf(asked), at: Date.now(), process: process.pid, before: [...before] };
    this.put(file, note);
  }

  /** It has come to an end that is known: kept in state, or refused. */
  remove(serverId: string): void {
    const file = this.file("start", serverId);
    this.own.delete(file);
    rmSync(file, { force: true });
  }

  /**
   * The workflows of the server that there were when a run asked for the same and was ended before it knew the answer;
   * undefined where there was no such run.
   */
  left(serverId: string, asked: object): readonly string[] | undefined {
    const file = this.file("start", serverId);
    // What this process has begun itself is no news, and what another one is at is that one's.
    if (this.own.has(file)) return undefined;
    const note = read(file);
    if (!note || isRunning(note.process)) return undefined;
    if (note.asked !== hashOf(asked)) return undefined;
    if (Date.now() - note.at > staleMs) {
      rmSync(file, { force: true });
      return undefined;
    }
    return note.before;
  }

  /** Remembers that the cancel of a workflow was asked for, which the service does not tell. */
  writeCancel(key: string): void {
    this.put(this.file("cancel", key), { at: Date.now() });
  }

  hasCancel(key: string): boolean {
    try {
      return readFileSync(this.file("cancel", key)).length > 0;
    } catch {
      return false;
    }
  }

  removeCancel(key: string): void {
    rmSync(this.file("cancel", key), { force: true });
  }

  private file(kind: "start" | "cancel", name: string): string {
    const address = this.baseUrl.replace(/\/+$/, "");
    return join(stateFolder(), "hwautomation", `${kind}-${hashOf([address, name])}.json`);
  }

  private put(file: string, content: object): void {
    try {
      mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
      writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
    } catch (error) {
      if (this.isTold) return;
      this.isTold = true;
      this.warn(
        `${file} could not be written (${(error as Error).message}): if this run is killed while it begins a workflow, the next one ` +
          "takes it for somebody else's. Make its folder writable, or name another one with ZTP_STATE_DIR.",
      );
    }
  }
}

function read(file: string): Note | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // None, or one that a killed run has not written to its end.
    return undefined;
  }
}

function isRunning(id: number): boolean {
  if (id === process.pid) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function hashOf(value: object): string {
  const text = JSON.stringify(value, (_, item: unknown) => (isPlain(item) ? sorted(item) : item));
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
