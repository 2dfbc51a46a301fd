import { describe, expect, test } from "vitest";
import { isFinal, type Verdict } from "../../provider/clients/panos/panos";
import { oddTime, setup } from "./panos-support";

type Work = ReturnType<typeof setup>["work"];

/** What the daemon does with a job that it has taken. */
interface Row {
  job?: Record<string, unknown>;
  play(work: Work): void;
  /** Time that goes by then, in milliseconds. */
  after?: number;
  verdict: Partial<Verdict> & Record<string, unknown>;
  /** Part of the error; none for what is no failure. */
  error?: string;
}

const pair = { type: "ha_pair", devices: ["1", "2"], ha_pair_name: "edge" };
const error = (phase: string, message: string) => ({
  errors: [{ timestamp: oddTime(Date.now()), phase, message, details: "" }],
});
const generic = { upgrade_status: "failed", upgrade_message: "Upgrade failed - see error log for details" };
const done = {
  upgrade_status: "complete",
  progress: 100,
  current_phase: "post_flight_validation",
  current_version: "10.2.4",
};
const within = { difference: 0, percentage: 0, within_margin: true, added: [], removed: [] };
const compared = { tcp_sessions: within, routes: within, arp_entries: within };

const rows: Record<string, Row> = {
  success: {
    play(work) {
      work.device("0123", done);
      work.postFlight("0123", true, compared);
      work.end("j", "complete");
    },
    verdict: { kind: "upgraded", serials: ["0123"], untouched: [], validated: true },
  },
  "success without a comparison": {
    play(work) {
      work.device("0123", done);
      work.end("j", "complete");
    },
    verdict: { kind: "upgraded", serials: ["0123"], untouched: [], validated: false },
  },
  "post-flight comparison failed": {
    play(work) {
      work.device("0123", done);
      const tcp_sessions = { difference: -60, percentage: -60, within_margin: false, added: [], removed: [] };
      work.postFlight("0123", false, {
        ...compared,
        tcp_sessions,
        routes: { ...within, difference: 2, within_margin: false },
      });
      work.end("j", "complete");
    },
    verdict: {
      kind: "validation-failed",
      serials: ["0123"],
      untouched: [],
      reason: "0123: TCP sessions -60 %, routes +2",
    },
    error:
      "could not validate the upgrade of device 0123 with job j: the devices are upgraded, but not as they were before: 0123: TCP sessions -60 %, routes +2.",
  },
  "version not in the paths, or already at the target": {
    play(work) {
      const skip_reason = "No upgrade path found for version 10.2.4";
      work.device("0123", {
        upgrade_status: "skipped",
        progress: 0,
        skip_reason,
        upgrade_message: `Skipped: ${skip_reason}`,
      });
      work.end("j", "failed");
    },
    verdict: { kind: "skipped", serials: ["0123"], reason: "No upgrade path found for version 10.2.4" },
    error: `could not upgrade device 0123 with job j: the daemon skipped 0123: "No upgrade path found for version 10.2.4". It runs`,
  },
  "not in the inventory": {
    play(work) {
      const message = "Device 0123 not found in inventory";
      work.device("0123", { ...generic, progress: 0, upgrade_message: message, ...error("init", message) });
      work.end("j", "failed");
    },
    verdict: {
      kind: "failed",
      cause: "inventory",
      reason: "Device 0123 not found in inventory",
      serial: "0123",
      phase: "init",
    },
    error: `device 0123 failed in the phase init: "Device 0123 not found in inventory". Have the daemon discover the device`,
  },
  "too little disk space": {
    play(work) {
      const message = "Insufficient disk space: 2.10 GB available, 5.00 GB required";
      work.device("0123", { ...generic, progress: 5, ...error("pre_flight_validation", message) });
      work.preFlight("0123", { tcp_sessions: 7, disk_available_gb: 2.1 });
      work.end("j", "failed");
    },
    verdict: { kind: "failed", cause: "pre-flight", perhapsUpgraded: false },
    error: `"Insufficient disk space: 2.10 GB available, 5.00 GB required". Free space on the device`,
  },
  "download failed": {
    play(work) {
      work.device("0123", {
        ...generic,
        progress: 32,
        ...error("download", "Download of 10.2.4 stalled - job showed no progress"),
      });
      work.end("j", "failed");
    },
    verdict: { kind: "failed", cause: "download", reason: "Download of 10.2.4 stalled - job showed no progress" },
    error: `in the phase download: "Download of 10.2.4 stalled`,
  },
  "install failed": {
    play(work) {
      work.device("0123", { ...generic, progress: 66, ...error("install", "Installation of 10.2.4 failed") });
      work.end("j", "failed");
    },
    verdict: { kind: "failed", cause: "install", perhapsUpgraded: false },
    error: `in the phase install: "Installation of 10.2.4 failed"`,
  },
  "not back in time": {
    play(work) {
      work.device("0123", {
        ...generic,
        progress: 75,
        ...error("reboot", "Device did not come back online after reboot"),
      });
      work.end("j", "failed");
    },
    verdict: { kind: "failed", cause: "reboot", perhapsUpgraded: true },
    error: "The device may run the new version by now: check which one it runs",
  },
  "cancelled by its id": {
    play(work) {
      work.device("0123", generic);
      work.put("commands/processed/c.json", {
        command: "cancel_upgrade",
        job_id: "j",
        device_serial: "",
        reason: "window is over",
      });
      work.end("j", "failed", "cancelled");
    },
    verdict: { kind: "cancelled", by: "job", reason: "window is over", failure: undefined, upgraded: [] },
    error: `could not upgrade device 0123 with job j: it was cancelled ("window is over"). Submit another job`,
  },
  "cancelled by its id, but failed of something else": {
    play(work) {
      work.device("0123", { ...generic, ...error("install", "Installation of 10.2.4 failed") });
      work.end("j", "failed", "cancelled");
    },
    verdict: { kind: "cancelled", by: "job", failure: "Installation of 10.2.4 failed" },
    error: `it was cancelled: "Installation of 10.2.4 failed".`,
  },
  "a download cancelled by its id": {
    job: { type: "download_only", download_only: true },
    play(work) {
      work.device("0123", { upgrade_status: "cancelled" });
      work.end("j", "failed", "cancelled");
    },
    verdict: { kind: "cancelled", by: "job" },
    error: "could not download images to device 0123 with job j: it was cancelled.",
  },
  "cancelled by its device": {
    play(work) {
      work.device("0123", generic);
      const body = { command: "cancel_upgrade", job_id: "", device_serial: "0123", reason: "maintenance" };
      work.put("commands/processed/c.json", { ...body, timestamp: new Date().toISOString() });
      work.end("j", "failed");
    },
    verdict: { kind: "cancelled", by: "device", reason: "maintenance", upgraded: [] },
    error: `it was cancelled by its device ("maintenance"). The daemon refuses this device until it is restarted`,
  },
  "cancelled by its device, by a command that is gone": {
    play(work) {
      work.device("0123", generic);
      work.end("j", "failed");
    },
    verdict: { kind: "cancelled", by: "device", reason: undefined },
    error: "it was cancelled by its device.",
  },
  "cancelled too late": {
    play(work) {
      work.device("0123", done);
      work.put("commands/processed/c.json", { command: "cancel_upgrade", job_id: "j", device_serial: "" });
      work.end("j", "complete");
    },
    verdict: { kind: "upgraded", serials: ["0123"] },
  },
  "pair: the passive member could not be told": {
    job: pair,
    play: (work) => work.end("j", "failed"),
    verdict: { kind: "failed", cause: "unreported", upgraded: [] },
    error:
      "could not upgrade pair edge, devices 1 and 2 with job j: the job failed, and its files do not say of what. The reason is in",
  },
  "pair: a member without a path": {
    job: pair,
    play(work) {
      work.device("2", { upgrade_status: "skipped", skip_reason: "No upgrade path found for version 9.1.0" });
      work.end("j", "failed");
    },
    verdict: {
      kind: "failed",
      cause: "skipped-member",
      serial: "2",
      reason: "No upgrade path found for version 9.1.0",
    },
    error: `device 2 failed: "No upgrade path found for version 9.1.0". Give the version of that member a path`,
  },
  "pair: the second member fails, the first stays upgraded": {
    job: pair,
    play(work) {
      work.device("2", done);
      work.device("1", { ...generic, ...error("install", "Installation of 10.2.4 failed") });
      work.end("j", "failed");
    },
    verdict: { kind: "failed", cause: "install", serial: "1", upgraded: ["2"] },
    error: "2 was upgraded before and stays so.",
  },
  "pair: cancelled between its members": {
    job: pair,
    play(work) {
      work.device("2", done);
      work.end("j", "failed", "cancelled");
    },
    verdict: { kind: "cancelled", by: "job", upgraded: ["2"] },
    error: "2 was upgraded before and stays so.",
  },
  "pair: both at the target": {
    job: pair,
    play: (work) => work.end("j", "complete"),
    verdict: { kind: "nothing-to-do" },
  },
  "pair: one member at the target": {
    job: pair,
    play(work) {
      work.device("2", done);
      work.end("j", "complete");
    },
    verdict: { kind: "upgraded", serials: ["2"], untouched: ["1"] },
  },
  "images downloaded": {
    job: { type: "download_only", download_only: true },
    play(work) {
      work.device("0123", { upgrade_status: "download_complete", progress: 100, ready_for_install: true });
      work.end("j", "complete");
    },
    verdict: { kind: "downloaded", serials: ["0123"] },
  },
  "dry run": {
    job: { dry_run: true },
    play(work) {
      work.device("0123", done);
      work.end("j", "complete");
    },
    verdict: { kind: "simulated", serials: ["0123"] },
  },
  "daemon died while it wrote the result": {
    play: (work) => work.move("j", "active", "completed"),
    verdict: { kind: "unknown", place: "completed" },
    error: "its file is in completed, but without a result. The daemon died as it wrote it",
  },
  "unknown type": {
    job: { type: "batch" },
    play: () => {},
    verdict: { kind: "stuck", cause: "unknown-type", reason: 'the daemon knows no job of type "batch"' },
    error: `the job is stuck in active: the daemon knows no job of type "batch". Remove queue/active/j.json`,
  },
  "pair of one": {
    job: { type: "ha_pair", devices: ["1"] },
    play: () => {},
    verdict: { kind: "stuck", cause: "too-few-devices", reason: "a job of type ha_pair needs 2 devices" },
    error: "stuck in active: a job of type ha_pair needs 2 devices.",
  },
  "name that is not its id": {
    job: { job_id: "other" },
    play: () => {},
    verdict: { kind: "stuck", cause: "wrong-name", reason: "the id in its file, other, is not that of its name" },
    error: "Move the file j.json out of the queue",
  },
  "full queue": {
    play: (work) => work.workers([undefined, ["x", "9"]], Date.now() + 20_000),
    verdict: {
      kind: "stuck",
      cause: "never-queued",
      reason: "workers are idle, but none has it: the daemon's queue was full",
    },
    error: "Move queue/active/j.json back to queue/pending.",
  },
  "daemon stopped": {
    play: (work) => work.daemon({ running: false, last_updated: oddTime(Date.now() + 1_000) }),
    verdict: {
      kind: "stuck",
      cause: "orphaned",
      reason: "the daemon has been stopped since, and forgets what it has taken",
    },
    error: "Move queue/active/j.json back to queue/pending to have it carried out, or out of the queue to give it up.",
  },
  "daemon killed": {
    play(work) {
      work.workers([["j", "0123"]]);
      work.device("0123");
      // The job is older by more than the daemon's last word.
      work.daemon({ last_updated: oddTime(Date.now() + 1_000) });
    },
    after: 60_000,
    verdict: {
      kind: "stuck",
      cause: "daemon-down",
      reason: "the daemon gives no sign of life any more, and forgets what it has taken",
    },
    error: "Start the daemon, then move queue/active/j.json back to queue/pending",
  },
  "daemon killed and started anew": {
    play: (work) => work.daemon({ started_at: oddTime(Date.now() + 1_000), last_updated: oddTime(Date.now()) }),
    verdict: {
      kind: "stuck",
      cause: "orphaned",
      reason: "the daemon has been started anew since, and forgets what it has taken",
    },
    error: "stuck in active: the daemon has been started anew since",
  },
  "in the daemon's memory": {
    play: (work) => work.workers([["x", "9"]]),
    verdict: { kind: "queued" },
  },
  "taken by a daemon that has not written its status yet": {
    play: (work) => work.daemon({ running: false, last_updated: oddTime(Date.now() - 1_000) }),
    verdict: { kind: "queued" },
  },
  "at work": {
    play(work) {
      work.workers([["j", "0123"]]);
      work.device("0123", { upgrade_status: "installing", progress: 66 });
    },
    verdict: { kind: "running", progress: 66 },
  },
  "at work, though the list of workers does not say so yet": {
    play: (work) => work.device("0123", { progress: 15 }),
    verdict: { kind: "running", progress: 15 },
  },
};

describe("what becomes of a job that the daemon has taken", () => {
  test.each(Object.entries(rows))("%s", async (_, { job, play, after = 1_000, verdict, error }) => {
    const { client, work, clock } = setup();
    // What a job before left behind must not be taken for this one's.
    for (const serial of ["0123", "1", "2"])
      work.device(serial, { ...done, errors: [{ phase: "install", message: "of a job before" }] }, Date.now() - 60_000);
    work.postFlight("0123", false, {}, Date.now() - 60_000);
    work.job("pending", "j", job);
    expect((await client.jobs.report("j"))?.verdict).toEqual({ kind: "pending" });
    work.take("j");
    play(work);
    clock.pass(after);
    const report = await client.jobs.report("j");
    expect(report?.verdict).toMatchObject(verdict);
    expect(report?.error?.message ?? "").toContain(error ?? "");
    expect(report?.error === undefined).toBe(error === undefined);
    expect(JSON.stringify(report)).not.toContain("of a job before");
    // Only the death of the daemon has to be waited out.
    expect(clock.slept.length > 0).toBe(verdict.kind === "unknown");
    const unfinished = ["stuck", "queued", "running"].includes(`${verdict.kind}`);
    expect(report && isFinal(report.verdict)).toBe(!unfinished);
  });
});

describe("what the daemon does not take", () => {
  test.each([
    [
      "unknown-key",
      { target_version: "11.0" },
      "the daemon refuses files with other keys than its own: target_version",
    ],
    ["missing-key", { devices: undefined }, "its file lacks devices"],
  ])("%s", async (cause, body, reason) => {
    const { client, work } = setup();
    work.job("pending", "j", body);
    const report = await client.jobs.report("j");
    expect(report?.verdict).toEqual({ kind: "stuck", cause, reason });
    expect(report?.error?.message).toContain(`the job is stuck in pending: ${reason}.`);
  });

  test("a file that is no JSON, or half of one", async () => {
    const { client, work, clock, onCall } = setup();
    work.put("queue/pending/bad.json", '{"job_id": "bad", ');
    expect((await client.jobs.report("bad"))?.verdict).toMatchObject({ kind: "stuck", cause: "not-json" });
    work.put("queue/pending/half.json", '{"job_id": "half", ');
    let reads = 0;
    clock.pass(1_000);
    onCall(
      ({ operation, path }) =>
        operation === "read" && path.includes("half") && ++reads === 2 && work.job("pending", "half"),
    );
    clock.slept.length = 0;
    expect((await client.jobs.report("half"))?.verdict).toEqual({ kind: "pending" });
    expect(clock.slept).toEqual([100, 100]);
  });

  test("a type that it does not know is taken all the same", async () => {
    const { client, work } = setup();
    work.job("pending", "j", { type: "batch" });
    expect((await client.jobs.report("j"))?.verdict).toEqual({ kind: "pending" });
  });
});

describe("reports", () => {
  test("wait for the result that is written after the move", async () => {
    const { client, work, clock, onCall } = setup();
    work.job("active", "j");
    work.device("0123", done);
    work.move("j", "active", "completed");
    let looks = 0;
    onCall(({ operation, path }) => {
      if (operation !== "list" || !path.endsWith("completed") || ++looks !== 3) return;
      work.move("j", "completed", "active");
      work.end("j", "complete");
    });
    expect((await client.jobs.report("j"))?.verdict).toMatchObject({ kind: "upgraded" });
    expect(clock.slept).toEqual([250, 250]);
  });

  test("of a new process tell what the job did and not what a later one did", async () => {
    const { client, clientWith, work, clock } = setup();
    work.job("pending", "j");
    work.take("j");
    work.device("0123", { ...generic, ...error("install", "Installation of 10.2.4 failed") });
    work.end("j", "failed");
    expect((await client.jobs.report("j"))?.verdict).toMatchObject({ kind: "failed", cause: "install" });
    clock.pass(1_000);
    work.device("0123", { upgrade_status: "downloading" }, clock.now() + 60_000);
    const later = await clientWith().jobs.report("j");
    expect(later?.devices).toEqual([]);
    expect(later?.verdict).toMatchObject({ kind: "failed", cause: "unreported" });
  });

  test("take the time that the caller has kept over that in the file, which another clock wrote", async () => {
    const { client, work } = setup();
    const taken = Date.now();
    work.job("active", "j", { created_at: new Date(taken + 60_000).toISOString() });
    work.device("0123", { ...generic, ...error("download", "Download of 10.2.4 failed") });
    work.end("j", "failed");
    expect((await client.jobs.report("j"))?.verdict).toMatchObject({ cause: "unreported" });
    expect((await client.jobs.report("j", { since: taken - 100 }))?.verdict).toMatchObject({ cause: "download" });
  });

  test("of a pair have the mean progress of the members that were touched", async () => {
    const { client, work } = setup();
    work.job("active", "j", pair);
    work.workers([["j", "1"]]);
    work.device("2", { ...done });
    expect((await client.jobs.report("j"))?.progress).toBe(100);
    work.device("1", { progress: 15 });
    const report = await client.jobs.report("j");
    expect(report).toMatchObject({ progress: 58, worker: { id: 0, jobId: "j", serial: "1" } });
    expect(report?.devices.map(({ serial }) => serial)).toEqual(["1", "2"]);
  });

  test("carry the measurements before and after", async () => {
    const { client, work } = setup();
    work.job("active", "j");
    work.device("0123", done);
    work.preFlight("0123", {
      tcp_sessions: 100,
      routes: [{ destination: "0.0.0.0/0", gateway: "192.0.2.1", interface: "ethernet1/1" }],
    });
    work.postFlight("0123", true, compared);
    work.end("j", "complete");
    const report = await client.jobs.report("j");
    expect(report?.preFlights).toMatchObject([
      { serial: "0123", metrics: { tcpSessions: 100, routes: [{ gateway: "192.0.2.1" }] } },
    ]);
    expect(report?.postFlights).toMatchObject([{ preFlight: { tcpSessions: 100 }, validationPassed: true }]);
  });

  test("never show credentials that an error of the daemon holds", async () => {
    const { client, work } = setup();
    work.job("active", "j");
    const url = "https://192.0.2.1/api/?type=keygen&user=admin&password=hunter22&key=LUFRPT0secret";
    work.device("0123", {
      ...generic,
      ...error("install", `Upgrade failed: HTTPSConnectionPool ${url}`),
      upgrade_message: url,
    });
    work.end("j", "failed");
    const report = await client.jobs.report("j");
    expect(report?.verdict).toMatchObject({ kind: "failed", cause: "install" });
    expect(`${JSON.stringify(report)} ${report?.error?.message}`).not.toMatch(/hunter22|LUFRPT0secret|admin/);
  });

  test("of a job that is nowhere are none", async () => {
    const { client } = setup();
    expect(await client.jobs.report("nowhere")).toBeUndefined();
  });
});

test("lists and counts tell failed jobs from completed ones", async () => {
  const { client, work } = setup();
  work.job("pending", "p");
  work.job("active", "a");
  work.job("completed", "c", { status: "complete", completed_at: oddTime(Date.UTC(2026, 10, 21, 20, 36)) });
  work.job("completed", "f", { status: "failed", completed_at: oddTime(Date.now()) });
  work.job("cancelled", "x", { status: "failed", completed_at: oddTime(Date.now()) });
  expect(await client.jobs.summary()).toEqual({
    pending: 1,
    active: 1,
    completed: 1,
    failed: 1,
    cancelled: 1,
    total: 5,
  });
  expect((await client.jobs.list("failed")).map(({ id }) => id)).toEqual(["f"]);
  expect(await client.jobs.list("completed")).toMatchObject([
    { id: "c", state: "completed", completedAt: "2026-11-21T20:36:00.000Z", devices: ["0123"], type: "standalone" },
  ]);
  expect((await client.jobs.list()).map(({ id }) => id).sort()).toEqual(["a", "c", "f", "p", "x"]);
});

test("a list of ids that begin so reads no other file", async () => {
  const { client, work, calls } = setup();
  for (const id of ["pulumi-a-1", "pulumi-b-1", "web-1"]) work.job("completed", id);
  const listed = await client.jobs.list("all", { idPrefix: "pulumi-a-" });
  expect(listed.map(({ id }) => id)).toEqual(["pulumi-a-1"]);
  const read = calls.filter(({ operation, path }) => operation === "read" && path.includes("queue"));
  expect(read.map(({ path }) => path)).toEqual([work.at("queue/completed/pulumi-a-1.json")]);
});
