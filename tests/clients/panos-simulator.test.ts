import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../provider/clients/http/clock";
import { createPanos, isFinal, type JobReport, type JobSpec } from "../../provider/clients/panos/panos";
import {
  panosDevices,
  panosSerial,
  Clock as SimulatedClock,
  type SimulatorOptions,
  startSimulators,
} from "../../simulators";
import { rejection } from "./support";

/** A simulated daemon, and a client that lets its time go by instead of waiting. */
async function setup(panos: SimulatorOptions["panos"] = {}) {
  const simulated = new SimulatedClock({ frozen: true });
  const simulators = await startSimulators({ panos, clock: simulated });
  onTestFinished(() => simulators.close());
  const daemon = simulators.panos;
  const clock: Clock = {
    // The daemon writes the time of this machine into its files.
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      await daemon.settle();
      simulated.advance(ms);
      await turn();
    },
  };
  const client = createPanos({ baseDir: daemon.baseDir, clock });
  /** Waits as a resource does. */
  async function ended(id: string, until = (report: JobReport) => isFinal(report.verdict)): Promise<JobReport> {
    const changes = client.changes();
    try {
      for (let look = 0; look < 5_000; look++) {
        const report = await client.jobs.report(id);
        if (report && until(report)) return report;
        await changes.next();
      }
      throw new Error(`${id} does not end: ${JSON.stringify((await client.jobs.report(id))?.verdict)}`);
    } finally {
      changes.close();
    }
  }
  const run = async (spec: Partial<JobSpec> = {}) => {
    await client.jobs.submit({ id: "j", type: "standalone", devices: [panosSerial(1)], ...spec });
    return ended(spec.id ?? "j");
  };
  return { daemon, client, clock, ended, run };
}

describe("a simulated daemon", () => {
  test("upgrades a device", async () => {
    const { daemon, run, client } = await setup();
    expect(await client.daemon.status()).toMatchObject({ alive: true });
    const report = await run();
    expect(report.verdict).toEqual({ kind: "upgraded", serials: [panosSerial(1)], untouched: [], validated: true });
    expect(report).toMatchObject({ progress: 100, devices: [{ currentVersion: "11.1.4", upgradeStatus: "complete" }] });
    expect(daemon.changes(panosSerial(1)).filter((change) => change.startsWith("install"))).toEqual(["install 11.1.4"]);
    expect(daemon.deliveries).toMatchObject([{ folder: "queue/pending", name: "j.json", outcome: "taken" }]);
  });

  test.each([
    ["a device at the target", { devices: [panosDevices.atTarget] }, { kind: "skipped" }],
    ["a full disk", { devices: [panosDevices.fullDisk] }, { kind: "failed", cause: "pre-flight" }],
    ["one in no inventory", { devices: [panosDevices.unknown] }, { kind: "failed", cause: "inventory" }],
    ["one without an address", { devices: [panosDevices.noAddress] }, { kind: "failed", cause: "inventory" }],
    ["a pair", { type: "ha_pair" as const, devices: panosDevices.pair }, { kind: "upgraded", untouched: [] }],
    ["a dry run", { dryRun: true }, { kind: "simulated" }],
    ["a download", { type: "download_only" as const }, { kind: "downloaded" }],
    ["a long way", { devices: [panosDevices.old] }, { kind: "upgraded" }],
  ])("tells of %s what it is", async (_, spec, verdict) => {
    const { run } = await setup();
    expect((await run(spec)).verdict).toMatchObject(verdict);
  });

  test.each([
    [{ downloads: ["fails" as const] }, { kind: "failed", cause: "download", perhapsUpgraded: false }],
    [{ installs: ["fails" as const] }, { kind: "failed", cause: "install", perhapsUpgraded: false }],
    [{ reboots: ["neverBack" as const] }, { kind: "failed", cause: "reboot", perhapsUpgraded: true }],
    [{ afterReboot: { tcpSessions: 1 } }, { kind: "validation-failed" }],
    [{ reachable: false }, { kind: "failed" }],
  ])("tells of a device with %j what failed", async (seed, verdict) => {
    const { daemon, run } = await setup();
    daemon.seed([{ serial: "0999", mgmtIp: "192.0.2.9", ...seed }]);
    const report = await run({ devices: ["0999"] });
    expect(report.verdict).toMatchObject(verdict);
    expect(report.error?.message).toContain("0999");
  });

  test("reads a cancel while it runs", async () => {
    const { client, ended } = await setup();
    await client.jobs.submit({ id: "j", type: "standalone", devices: [panosDevices.old] });
    await ended("j", ({ verdict }) => verdict.kind === "running");
    expect(await client.jobs.withdraw("j")).toBe("active");
    await client.commands.acknowledged(await client.commands.sendCancel({ jobId: "j", reason: "enough" }));
    expect((await ended("j")).verdict).toMatchObject({ kind: "cancelled", by: "job", reason: "enough" });
  });

  test("refuses a device after a cancel by its serial", async () => {
    const { client, run } = await setup();
    await client.commands.acknowledged(await client.commands.sendCancel({ serial: panosSerial(1), reason: "broken" }));
    expect((await run()).verdict).toMatchObject({ kind: "cancelled", by: "device", reason: "broken" });
  });

  test("never touches what was withdrawn", async () => {
    const { client, daemon, clock } = await setup();
    await client.jobs.submit({ id: "j", type: "standalone", devices: [panosSerial(1)] });
    expect(await client.jobs.withdraw("j")).toBe("withdrawn");
    await clock.sleep(20_000);
    expect(daemon.actions).toEqual([]);
    expect((await client.jobs.report("j"))?.verdict).toMatchObject({ kind: "cancelled", by: "withdrawal" });
  });

  test("loses what it has taken when it is killed, and carries it out once it is put back", async () => {
    const { client, daemon, ended } = await setup();
    await client.jobs.submit({ id: "j", type: "standalone", devices: [panosDevices.old] });
    const { record } = await ended("j", ({ verdict }) => verdict.kind === "running");
    // A file system counts in ticks: nobody can tell what came first within one.
    await expect.poll(() => Date.now()).toBeGreaterThan(record.stamp.ctimeMs + 20);
    daemon.kill({ agoSeconds: 60 });
    daemon.start();
    const stuck = await ended("j", ({ verdict }) => verdict.kind === "stuck");
    expect(stuck.verdict).toMatchObject({ cause: "orphaned" });
    const another = client.jobs.submit({ id: "k", type: "standalone", devices: [panosDevices.old] });
    expect(await rejection(another)).toMatchObject({ code: "orphaned-job", jobId: "j" });
    await client.jobs.requeue("j");
    expect((await ended("j")).verdict).toMatchObject({ kind: "upgraded" });
    expect(daemon.changes(panosDevices.old).filter((change) => change.startsWith("install"))).toHaveLength(1);
  });

  test("that is stopped reads commands when it starts", async () => {
    const { client, daemon, clock } = await setup({ running: false });
    expect(await client.daemon.status()).toMatchObject({ alive: false });
    const id = await client.commands.sendCancel({ jobId: "j" });
    expect(await rejection(client.commands.acknowledged(id))).toMatchObject({ code: "not-consumed" });
    daemon.start();
    await clock.sleep(1_000);
    await client.commands.acknowledged(id);
  });

  const [active, passive] = panosDevices.pair;
  test.each([
    [
      "whose passive member cannot be told",
      { [passive]: { haState: "suspended" } },
      { kind: "failed", cause: "unreported" },
    ],
    ["with a member without a path", { [passive]: { version: "9.1.0" } }, { kind: "failed", cause: "skipped-member" }],
    ["at the target", { [active]: { version: "11.1.4" }, [passive]: { version: "11.1.4" } }, { kind: "nothing-to-do" }],
    [
      "of which one is at the target",
      { [passive]: { version: "11.1.4" } },
      { kind: "upgraded", serials: [active], untouched: [passive] },
    ],
    [
      "whose second member fails",
      { [active]: { installs: ["fails"] } },
      { kind: "failed", cause: "install", serial: active, upgraded: [passive] },
    ],
  ] as const)("tells of a pair %s", async (_, changes, verdict) => {
    const { daemon, run } = await setup();
    for (const [serial, change] of Object.entries(changes)) Object.assign(daemon.device(serial), change);
    daemon.discover();
    expect((await run({ type: "ha_pair", devices: panosDevices.pair })).verdict).toMatchObject(verdict);
  });

  test.each([
    ["commandDetection", "any"],
    ["timestampForm", "iso"],
    ["comparisonShape", "reference"],
    ["daemonUser", "group"],
    ["completionGapMs", 2_000],
  ])("is understood with %s %s", async (variant, value) => {
    const { run, client } = await setup({ variants: { [variant]: value } });
    expect((await run()).verdict).toMatchObject({ kind: "upgraded", validated: true });
    await client.commands.acknowledged(await client.commands.sendCancel({ jobId: "j" }));
  });

  test("that dies between move and result leaves an unknown outcome", async () => {
    const { run } = await setup({ variants: { crashAt: "moved" } });
    const report = await run();
    expect(report.verdict).toEqual({ kind: "unknown", place: "completed" });
  });

  test("whose queue is full leaves jobs active that it never runs", async () => {
    const { daemon, client, ended } = await setup({ variants: { queueSize: 1, workers: 1 } });
    const ids = [1, 2, 3, 4].map((number) => ({ id: `j${number}`, serial: panosSerial(number) }));
    for (const { id, serial } of ids) await client.jobs.submit({ id, type: "standalone", devices: [serial] });
    const last = await ended("j4", ({ verdict }) => verdict.kind === "queued");
    expect(last.record.place).toBe("active");
    await ended("j1");
    expect(daemon.changes(panosSerial(4))).toEqual([]);
  });

  test("upgrades a device once, however many want it at the same moment", async () => {
    const { daemon, client, clock } = await setup();
    const others = [1, 2].map(() => createPanos({ baseDir: daemon.baseDir, clock }));
    const jobs = [client, ...others].map((each, index) =>
      each.jobs.submit({ id: `j${index}`, type: "standalone", devices: [panosSerial(1)] }),
    );
    await Promise.allSettled(jobs);
    await clock.sleep(3_600_000);
    expect(daemon.changes(panosSerial(1)).filter((change) => change.startsWith("install")).length).toBeLessThanOrEqual(
      1,
    );
  });
});
