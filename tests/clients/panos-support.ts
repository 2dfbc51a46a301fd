import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Clock } from "../../provider/clients/http/clock";
import { type Files, nodeFiles } from "../../provider/clients/panos/files";
import { createPanos, type PanosOptions, type PanosSurroundings } from "../../provider/clients/panos/panos";

const folders = [
  ...["pending", "active", "completed", "cancelled"].map((place) => `queue/${place}`),
  "status/devices/ha_pairs",
  "validation/pre_flight",
  "validation/post_flight",
  "commands/incoming",
  "commands/processed",
  "config",
  "devices",
  "logs/text",
];

/** The time of this machine, which whoever sleeps moves on. */
export class WallClock implements Clock {
  readonly slept: number[] = [];
  private ahead = 0;

  now(): number {
    return Date.now() + this.ahead;
  }

  /** Time goes by. */
  pass(ms: number): void {
    this.ahead += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.ahead += ms;
    // What is on its way may arrive meanwhile.
    await turn();
  }
}

/** A time as the daemon writes it: with an offset and a Z, and microseconds. */
export const oddTime = (ms: number) => `${new Date(ms).toISOString().slice(0, -1)}696+00:00Z`;

type Operation = keyof Files;
type Call = { operation: Operation; path: string; to?: string };

/** The file system with an eye on it. */
export function watchedFiles() {
  const calls: Call[] = [];
  const faults: { operation: Operation; path: RegExp; code: string; times: number }[] = [];
  const hooks: ((call: Call) => void)[] = [];
  const wrap =
    <Parameters extends [string, ...never[]], Result>(
      operation: Operation,
      work: (...all: Parameters) => Promise<Result>,
    ) =>
    async (...all: Parameters): Promise<Result> => {
      const [path, to] = all as unknown as [string, unknown];
      const call = { operation, path, to: typeof to === "string" && operation !== "write" ? to : undefined };
      calls.push(call);
      const fault = faults.find((entry) => entry.operation === operation && entry.path.test(path) && entry.times > 0);
      if (fault) {
        fault.times--;
        throw Object.assign(new Error(`${fault.code}: as the test wants it`), { code: fault.code });
      }
      const result = await work(...all);
      for (const hook of hooks) hook(call);
      return result;
    };
  const files: Files = {
    list: wrap("list", nodeFiles.list),
    stat: wrap("stat", nodeFiles.stat),
    read: wrap("read", nodeFiles.read),
    write: wrap("write", nodeFiles.write),
    link: wrap("link", nodeFiles.link),
    rename: wrap("rename", nodeFiles.rename),
    remove: wrap("remove", nodeFiles.remove),
    syncFolder: wrap("syncFolder", nodeFiles.syncFolder),
    watch: nodeFiles.watch,
  };
  return {
    files,
    calls,
    /** How often each operation ran, since the last time this was asked. */
    counts(): Partial<Record<Operation, number>> {
      const counts: Partial<Record<Operation, number>> = {};
      for (const { operation } of calls.splice(0)) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    fail: (operation: Operation, path: RegExp, code: string, times = Number.POSITIVE_INFINITY) =>
      faults.push({ operation, path, code, times }),
    /** Told of every operation that has been done. */
    onCall: (hook: (call: Call) => void) => hooks.push(hook),
  };
}

/** A work directory as the daemon makes it, and a hand that writes into it as the daemon does. */
export function workDirectory() {
  const base = mkdtempSync(join(tmpdir(), "panos-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  for (const folder of folders) mkdirSync(join(base, folder), { recursive: true });
  const at = (...parts: string[]) => join(base, ...parts);
  /** In one piece and for its own user only, as the daemon writes everything. */
  const put = (path: string, body: unknown, mtimeMs?: number) => {
    const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
    writeFileSync(`${at(path)}.part`, text, { mode: 0o600 });
    if (mtimeMs !== undefined) utimesSync(`${at(path)}.part`, mtimeMs / 1_000, mtimeMs / 1_000);
    renameSync(`${at(path)}.part`, at(path));
  };
  const get = (path: string) => JSON.parse(readFileSync(at(path), "utf8"));
  const move = (id: string, from: string, to: string) =>
    renameSync(at("queue", from, `${id}.json`), at("queue", to, `${id}.json`));
  return {
    base,
    at,
    put,
    get,
    names: (folder: string) => readdirSync(at(folder)).sort(),
    exists: (path: string) => existsSync(at(path)),
    job(place: string, id: string, body: Record<string, unknown> = {}) {
      put(`queue/${place}/${id}.json`, {
        ...{
          job_id: id,
          type: "standalone",
          devices: ["0123"],
          ha_pair_name: "",
          dry_run: false,
          download_only: false,
        },
        ...{ created_at: new Date(Date.now() - 50).toISOString(), status: "pending" },
        ...body,
      });
    },
    /** The daemon takes a job. */
    take: (id: string) => move(id, "pending", "active"),
    /** It moves a job that has ended, and writes the result into it then. */
    end(id: string, status: "complete" | "failed", place: "completed" | "cancelled" = "completed") {
      move(id, "active", place);
      const path = `queue/${place}/${id}.json`;
      put(path, { ...get(path), completed_at: oddTime(Date.now()), status });
    },
    move,
    device(serial: string, body: Record<string, unknown> = {}, mtimeMs?: number) {
      const now = oddTime(Date.now());
      put(
        `status/devices/${serial}.json`,
        {
          ...{
            serial,
            hostname: `fw-${serial}`,
            ha_role: "standalone",
            current_version: "10.1.9",
            starting_version: "10.1.9",
          },
          ...{ target_version: "10.2.4", upgrade_path: ["10.2.0", "10.2.4"], current_path_index: 0 },
          ...{
            upgrade_status: "downloading",
            progress: 15,
            current_phase: "download",
            upgrade_message: "Downloading 10.2.0",
          },
          ...{ disk_space: null, downloaded_versions: [], skipped_versions: [], ready_for_install: false },
          ...{ last_updated: now, skip_reason: "", errors: [] },
          ...body,
        },
        mtimeMs,
      );
    },
    daemon(body: Record<string, unknown> = {}) {
      put("status/daemon.json", {
        ...{
          running: true,
          workers: 5,
          active_jobs: 0,
          pending_jobs: 0,
          completed_jobs: 0,
          failed_jobs: 0,
          cancelled_jobs: 0,
        },
        ...{ started_at: oddTime(Date.now() - 3_600_000), last_updated: oddTime(Date.now()) },
        ...body,
      });
    },
    workers(jobs: readonly (readonly [jobId: string, serial: string] | undefined)[], mtimeMs?: number) {
      const workers = jobs.map((job, index) => ({
        worker_id: index,
        status: job ? "busy" : "idle",
        current_job_id: job?.[0] ?? "",
        current_device: job?.[1] ?? "",
        last_updated: oddTime(Date.now() - 3_600_000),
      }));
      put("status/workers.json", { workers }, mtimeMs);
    },
    postFlight(serial: string, passed: boolean, comparison: unknown, ms = Date.now()) {
      put(`validation/post_flight/${serial}_${nameTime(ms)}.json`, {
        ...{ serial, timestamp: oddTime(ms), pre_flight: { tcp_sessions: 100 }, post_flight: { tcp_sessions: 40 } },
        ...{ comparison, validation_passed: passed },
      });
    },
    preFlight(serial: string, metrics: unknown, ms = Date.now()) {
      put(`validation/pre_flight/${serial}_${nameTime(ms)}.json`, { serial, timestamp: oddTime(ms), metrics });
    },
  };
}

/** The time in a file's name: `20261121_203609`, in UTC. */
function nameTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
}

/** A work directory of one test, a client of it, and what both did. */
export function setup(options: Partial<PanosOptions & PanosSurroundings> = {}) {
  const work = workDirectory();
  const watched = watchedFiles();
  const clock = new WallClock();
  const warnings: string[] = [];
  const clientWith = (extra: Partial<PanosOptions & PanosSurroundings> = {}) =>
    createPanos({
      ...{ baseDir: work.base, files: watched.files, clock, onWarning: (message) => warnings.push(message) },
      ...options,
      ...extra,
    });
  work.daemon();
  work.workers([undefined, undefined]);
  return { work, ...watched, clock, warnings, clientWith, client: clientWith() };
}

/** A daemon that reads a command when its file appears, and not when it is renamed within the folder. */
export function readsCommands(work: ReturnType<typeof workDirectory>, onCall: (hook: (call: Call) => void) => unknown) {
  const seen: unknown[] = [];
  onCall(({ operation, path, to }) => {
    if (!to || dirname(to) !== work.at("commands/incoming")) return;
    const appears = operation === "link" || (operation === "rename" && dirname(path) !== dirname(to));
    const name = basename(to);
    if (!appears || name.startsWith(".") || !name.endsWith(".json")) return;
    seen.push(work.get(join("commands/incoming", name)));
    renameSync(to, work.at("commands/processed", name));
  });
  return seen;
}
