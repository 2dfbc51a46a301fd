import { renameSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type PanosVariants, panosSerial, panosTarget } from "../../simulators";
import { PanosBench, type Row } from "./panos-helper";

const gate = panosSerial(1);
const upgraded = ["download 11.1.0", "download 11.1.4", "install 11.1.4", "reboot"];

/** Puts a job that lies in active back into the queue, as an administrator does. */
const resume = (bench: PanosBench, id: string): void =>
  renameSync(bench.path("queue/active", `${id}.json`), bench.path("queue/pending", `${id}.json`));

/** Crash point, folder of the job, device status, what was done until then, and after it was resumed. */
const crashes: Array<[PanosVariants["crashAt"], string, unknown, string[], string[]]> = [
  ["pickUp", "active", undefined, [], upgraded],
  ["start", "active", undefined, [], upgraded],
  ["preFlight", "active", "validating", [], upgraded],
  ["download", "active", "downloading", upgraded.slice(0, 1), upgraded],
  ["install", "active", "installing", upgraded.slice(0, 3), upgraded.slice(2)],
  ["reboot", "active", "rebooting", upgraded, upgraded.slice(2)],
  ["postFlight", "active", "rebooting", upgraded, upgraded.slice(2)],
];

describe("killed", () => {
  test.each(crashes)("at %s, then resumed by hand", async (crashAt, folder, status, before, after) => {
    await using bench = await PanosBench.start({ crashAt });
    const id = bench.upgrade(gate);
    bench.finish();
    expect([bench.panos.daemon, bench.where(id), bench.job(id).status]).toEqual(["killed", folder, undefined]);
    expect([bench.status(gate)?.upgrade_status, bench.panos.changes(gate)]).toEqual([status, before]);
    expect([bench.json("status/daemon.json").running, bench.panos.variants.crashAt]).toEqual([true, "never"]);
    // Whoever starts it again finds that nobody cares for the job.
    bench.panos.start();
    bench.finish();
    expect([bench.where(id), bench.json("status/daemon.json").active_jobs]).toEqual(["active", 1]);
    resume(bench, id);
    bench.finish();
    expect(bench.job(id).status).toBe("complete");
    // Images that arrived are kept; install and reboot are done again.
    expect(bench.panos.changes(gate)).toEqual([...before, ...after]);
  });

  test.each(["done", "moved", "saving"] as const)(
    "at %s: the device is done, the job's file is not",
    async (crashAt) => {
      await using bench = await PanosBench.start({ crashAt });
      const id = bench.upgrade(gate);
      bench.finish();
      expect(bench.where(id)).toBe(crashAt === "done" ? "active" : "completed");
      expect(bench.job(id)).not.toHaveProperty("completed_at");
      expect(bench.status(gate)?.upgrade_status).toBe("complete");
      const left = bench.names("queue/completed").filter((name) => name.endsWith(".tmp"));
      expect(left).toHaveLength(crashAt === "saving" ? 1 : 0);
      bench.panos.start();
      bench.finish();
      expect(bench.job(id)).not.toHaveProperty("completed_at");
    },
  );

  test("over a command: it is read again at the next start", async () => {
    await using bench = await PanosBench.start({ crashAt: "command" });
    const id = bench.upgrade(gate);
    await bench.cancelJob(id);
    expect([bench.panos.daemon, bench.names("commands/incoming")]).toEqual(["killed", [expect.any(String)]]);
    bench.panos.variants.crashAt = "command";
    bench.panos.start();
    expect([bench.panos.daemon, bench.names("commands/processed")]).toEqual(["killed", []]);
    bench.finish();
    expect(bench.where(id)).toBe("pending");
    bench.panos.start();
    bench.finish();
    expect(bench.where(id)).toBe("cancelled");
  });

  test("and started again after a while", async () => {
    await using bench = await PanosBench.start({ crashAt: "download", restartAfterSeconds: 60 });
    bench.upgrade(gate);
    bench.advanceUntil(() => bench.panos.daemon === "killed");
    bench.seconds(55);
    expect(bench.panos.daemon).toBe("killed");
    bench.seconds(10);
    expect(bench.panos.daemon).toBe("running");
  });

  test("jobs that only waited in memory are orphans too", async () => {
    await using bench = await PanosBench.start({ workers: 1 });
    const jobs = [1, 2, 3].map((number) => bench.upgrade(panosSerial(number)));
    bench.seconds(30);
    bench.panos.restart();
    bench.finish();
    expect(jobs.map((id) => bench.where(id))).toEqual(["active", "active", "active"]);
    const workers = bench.json<{ workers: Row[] }>("status/workers.json").workers;
    expect(workers.map(({ status }) => status)).toEqual(["idle"]);
  });

  test("a daemon that died a while ago looks like it", async () => {
    await using bench = await PanosBench.start();
    bench.panos.kill({ agoSeconds: 120 });
    const { running, last_updated } = bench.json("status/daemon.json");
    const age = Date.now() - Date.parse(String(last_updated).slice(0, -1));
    expect([running, bench.panos.daemon]).toEqual([true, "killed"]);
    expect(age).toBeGreaterThan(119_000);
    expect(age).toBeLessThan(180_000);
  });

  test("memory is gone: what was cancelled, and whose list of software is fresh", async () => {
    await using bench = await PanosBench.start();
    const checks = () => bench.panos.actions.filter(({ kind }) => kind === "softwareCheck").length;
    const once = { version: "10.2.9", images: [] as string[] };
    for (const expected of [1, 1]) {
      Object.assign(bench.panos.device(gate), structuredClone(once));
      bench.upgrade(gate);
      bench.finish();
      expect(checks()).toBe(expected);
    }
    bench.panos.restart();
    Object.assign(bench.panos.device(gate), structuredClone(once));
    bench.upgrade(gate);
    bench.finish();
    expect(checks()).toBe(2);
  });
});

describe("an unfinished status", () => {
  test("is taken over by the next job, however old, without its errors", async () => {
    await using bench = await PanosBench.start();
    bench.upgrade(gate);
    bench.advanceUntil(() => bench.status(gate)?.upgrade_status === "rebooting");
    bench.seconds(200);
    bench.panos.kill();
    // The device comes back at the target, for which there is no path.
    bench.seconds(90 * 86_400);
    expect(bench.panos.device(gate).version).toBe(panosTarget);
    bench.panos.start();
    const id = bench.upgrade(gate);
    bench.finish();
    expect(bench.job(id).status).toBe("complete");
    expect(bench.status(gate)).toMatchObject({
      starting_version: "10.2.9",
      skipped_versions: ["11.1.0", "11.1.4"],
      downloaded_versions: ["11.1.0", "11.1.4"],
    });
    expect(bench.panos.changes(gate)).toEqual([...upgraded, ...upgraded.slice(2)]);
  });

  test("is not taken over once it is finished", async () => {
    await using bench = await PanosBench.start();
    bench.upgrade(gate);
    bench.finish();
    const id = bench.upgrade(gate);
    bench.finish();
    expect(bench.job(id).status).toBe("failed");
    expect(bench.status(gate)).toMatchObject({ upgrade_status: "skipped", starting_version: panosTarget });
  });
});

describe("stopped", () => {
  test("at once when nothing runs", async () => {
    await using bench = await PanosBench.start();
    bench.panos.stop();
    expect(bench.panos.daemon).toBe("stopped");
    expect(bench.json("status/daemon.json").running).toBe(false);
    const id = bench.upgrade(gate);
    bench.finish();
    expect(bench.where(id)).toBe("pending");
    bench.panos.start();
    bench.finish();
    expect(bench.job(id).status).toBe("complete");
  });

  test("after 30 seconds shared among the workers, when one is at work", async () => {
    await using bench = await PanosBench.start({ workers: 4 });
    const id = bench.upgrade(gate);
    bench.advanceUntil(() => bench.status(gate)?.upgrade_status === "downloading");
    bench.panos.stop();
    bench.seconds(7);
    expect(bench.panos.daemon).toBe("stopping");
    expect(bench.json("status/daemon.json").running).toBe(true);
    bench.seconds(1);
    expect([bench.panos.daemon, bench.json("status/daemon.json").running]).toEqual(["stopped", false]);
    bench.finish();
    expect([bench.where(id), bench.status(gate)?.upgrade_status]).toEqual(["active", "downloading"]);
  });

  test("a job that ends meanwhile is recorded, and none is begun", async () => {
    await using bench = await PanosBench.start({ workers: 1 });
    bench.upgrade(gate, { job_id: "a", dry_run: true });
    bench.upgrade(panosSerial(2), { job_id: "b" });
    bench.seconds(6);
    bench.panos.stop();
    bench.finish();
    expect([bench.where("a"), bench.where("b")]).toEqual(["completed", "active"]);
    expect(bench.panos.changes(panosSerial(2))).toEqual([]);
  });
});

describe("no space for the daemon", () => {
  test("a worker that can't write its status gives the job up in active", async () => {
    await using bench = await PanosBench.start({ daemonDiskFull: true });
    const id = bench.upgrade(gate);
    bench.finish();
    expect([bench.where(id), bench.status(gate), bench.panos.changes(gate)]).toEqual(["active", undefined, []]);
    expect(bench.names("status")).toEqual(["devices"]);
    bench.panos.variants.daemonDiskFull = false;
    bench.seconds(10);
    expect(bench.json("status/daemon.json")).toMatchObject({ running: true, active_jobs: 1 });
  });

  test("a finished job stays without an outcome", async () => {
    await using bench = await PanosBench.start({ completionGapMs: 5_000 });
    const id = bench.upgrade(gate);
    bench.advanceUntil(() => bench.where(id) === "completed");
    bench.panos.variants.daemonDiskFull = true;
    bench.finish();
    expect([bench.where(id), bench.job(id).status]).toEqual(["completed", undefined]);
  });
});
