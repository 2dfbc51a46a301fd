import { describe, expect, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { panosDevices, panosSecrets, panosSerial } from "../../simulators";
import { open } from "./panos-directory";
import { failureOf } from "./support";

const serial = panosSerial(1);
const upgrade = { id: "web-1", type: "standalone", devices: [serial] };

describe.each(["plugin", "dynamic"] as const)("functions of the work directory in the %s host", (host) => {
  test("getDaemonStatus tells whether the daemon runs, and why not", async () => {
    const { call } = await open(host);
    expect(await call("getDaemonStatus")).toMatchObject({ alive: true, running: true, workers: 5, pendingJobs: 0 });
    // The daemon always writes 0.
    expect(await call("getDaemonStatus")).not.toHaveProperty("failedJobs");
    const crashed = await open(host);
    crashed.simulators.panos.kill({ agoSeconds: 60 });
    const status = await crashed.call("getDaemonStatus");
    expect(status).toMatchObject({ alive: false, running: true });
    expect(status.problem).toContain("has not written its status");
  });

  test("getWorkers and getDashboard tell what is at work", async () => {
    const { call, job } = await open(host);
    await job({ ...upgrade, devices: [panosDevices.old] }, 30_000);
    const workers = await call("getWorkers");
    expect(workers).toMatchObject({ busy: 1, utilization: 20 });
    expect(workers.workers).toContainEqual({ number: 0, status: "busy", jobId: "web-1", serial: panosDevices.old });
    expect(await call("getDashboard")).toMatchObject({
      daemon: { alive: true },
      workers: { busy: 1 },
      jobs: { active: 1, total: 1 },
      devices: [{ serial: panosDevices.old, status: "downloading", stale: false, targetVersion: "11.1.4" }],
    });
  });

  test("getDeviceStatus and getDeviceProgress tell of a device what the daemon has written", async () => {
    const { call, job } = await open(host);
    expect(await call("getDeviceProgress", { serial })).toEqual({ status: "unknown", progress: 0, stale: false });
    expect((await failureOf(call("getDeviceStatus", { serial }))).message).toContain("has written nothing of device");
    await job(upgrade);
    const complete = { progress: 100, currentVersion: "11.1.4", targetVersion: "11.1.4", stale: false };
    expect(await call("getDeviceProgress", { serial })).toMatchObject({ ...complete, status: "complete" });
    expect(await call("getDeviceStatus", { serial })).toMatchObject({
      ...{ ...complete, upgradeStatus: "complete", startingVersion: "10.2.9", errors: [], readyForInstall: false },
      ...{ hostname: "fw-branch-1", upgradePath: ["11.1.0", "11.1.4"], downloadedVersions: ["11.1.0", "11.1.4"] },
    });
  });

  test("getJobs, getJob and getJobSummary tell failed jobs apart", async () => {
    const { call, job } = await open(host);
    await job(upgrade);
    await job({ ...upgrade, id: "web-2", devices: [panosDevices.fullDisk] });
    await job({ ...upgrade, id: "web-3", devices: [panosSerial(2)], dryRun: true }, 0);
    expect(await call("getJobSummary")).toEqual({
      ...{ pending: 1, active: 0, completed: 1, failed: 1, cancelled: 0, total: 3 },
    });
    const ids = async (args: JsonMap) => ((await call("getJobs", args)).jobs as JsonMap[]).map(({ jobId }) => jobId);
    expect(await ids({})).toEqual(["web-1", "web-2", "web-3"]);
    expect(await ids({ state: "failed" })).toEqual(["web-2"]);
    expect(await ids({ serial })).toEqual(["web-1"]);
    const { jobs } = await call("getJobs", { state: "pending" });
    expect(jobs).toMatchObject([{ jobId: "web-3", kind: "standalone", dryRun: true, serials: [panosSerial(2)] }]);
    expect(await call("getJob", { jobId: "web-2" })).toMatchObject({
      ...{ phase: "failed", outcome: "failed", state: "failed", jobStatus: "failed", progress: 5, kind: "standalone" },
      reason: expect.stringContaining("Insufficient disk space"),
    });
    expect((await failureOf(call("getJob", { jobId: "web-9" }))).message).toContain(
      "job web-9 is nowhere in the queue",
    );
  });

  test("getPreFlight, getPostFlight and getValidationSummary tell what an upgrade has changed", async () => {
    const { call, job, simulators } = await open(host);
    expect(await call("getPreFlight", { serial })).toEqual({});
    expect(await call("getValidationSummary", { serial })).toEqual({ beyond: [] });
    simulators.panos.device(serial).afterReboot = { tcpSessions: 1 };
    await job(upgrade);
    expect(await call("getPreFlight", { serial })).toMatchObject({
      preFlight: { serial, metrics: { routes: [{}, {}] } },
    });
    expect(await call("getPostFlight", { serial })).toMatchObject({
      postFlight: { validationPassed: false, comparison: { tcpSessions: { withinMargin: false } } },
    });
    const summary = await call("getValidationSummary", { serial });
    expect(summary).toMatchObject({ passed: false, comparison: { routes: { added: [], removed: [] } } });
    expect(summary.beyond).toEqual([expect.stringMatching(/^TCP sessions -\d/)]);
  });

  test("getInventory and getUpgradePath tell what can be upgraded, and where to, and no password", async () => {
    const { call } = await open(host);
    const inventory = await call("getInventory");
    const serials = (inventory.devices as JsonMap[]).map((device) => device.serial);
    expect(serials).toContain(serial);
    expect(serials).not.toContain(panosDevices.unknown);
    const pairs = (await call("getInventory", { deviceType: "ha_pair" })).devices as JsonMap[];
    expect(pairs.map(({ serial, peerSerial }) => [serial, peerSerial])).toEqual([
      [panosDevices.pair[0], panosDevices.pair[1]],
      [panosDevices.pair[1], panosDevices.pair[0]],
    ]);
    expect((await call("getInventory", { model: "PA-220", version: "10.1.9" })).devices).toHaveLength(1);
    expect(await call("getUpgradePath", { version: "10.2.9" })).toEqual({
      ...{ path: ["11.1.0", "11.1.4"], targetVersion: "11.1.4", restartRequired: false },
    });
    expect(await call("getUpgradePath", { version: "9.0.0" })).toEqual({ restartRequired: false });
    for (const secret of panosSecrets) expect(JSON.stringify(inventory)).not.toContain(secret);
  });
});
