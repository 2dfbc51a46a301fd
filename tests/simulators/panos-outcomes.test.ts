import { describe, expect, test } from "vitest";
import { type Panos, type PanosOptions, panosDevices, panosSerial, panosTarget } from "../../simulators";
import { type JobRow, PanosBench, type Row } from "./panos-helper";

const gate = panosSerial(1);
const [active, passive] = panosDevices.pair;
const pairJob: Partial<JobRow> = { type: "ha_pair", devices: [active, passive], ha_pair_name: "core" };

/** What a row of the matrix says. */
interface Expected {
  folder: string | undefined;
  job: unknown;
  status: Row | undefined;
  errors?: Row[];
  changes: string[];
}

interface Scene {
  job: Partial<JobRow>;
  /** Whose status and changes are looked at; default the first device of the job. */
  serial?: string;
  /** Changes of that firewall. */
  firewall?: Partial<Panos.FirewallSeed>;
  options?: PanosOptions;
  expected: Expected;
}

const whole = ["download 11.1.0", "download 11.1.4", "install 11.1.4", "reboot"];
const device = (name: string): Partial<JobRow> => ({ devices: [name] });

const matrix: Record<string, Scene> = {
  success: {
    job: device(gate),
    expected: {
      folder: "completed",
      job: "complete",
      status: { upgrade_status: "complete", progress: 100, current_version: panosTarget, starting_version: "10.2.9" },
      changes: whole,
    },
  },
  "a path of four": {
    job: device(panosDevices.old),
    expected: {
      folder: "completed",
      job: "complete",
      status: { upgrade_status: "complete", downloaded_versions: ["10.2.0", "10.2.9", "11.1.0", "11.1.4"] },
      changes: ["download 10.2.0", "download 10.2.9", ...whole],
    },
  },
  "images that are there are not downloaded again": {
    job: device(gate),
    firewall: { images: ["11.1.0"] },
    expected: {
      folder: "completed",
      job: "complete",
      status: { upgrade_status: "complete", downloaded_versions: ["11.1.4"], skipped_versions: ["11.1.0"] },
      changes: whole.slice(1),
    },
  },
  "a version without a path": {
    job: device(gate),
    firewall: { version: "9.1.0" },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "skipped", progress: 0, skip_reason: "No upgrade path found for version 9.1.0" },
      errors: [],
      changes: [],
    },
  },
  "already at the target": {
    job: device(panosDevices.atTarget),
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "skipped", skip_reason: `No upgrade path found for version ${panosTarget}` },
      changes: [],
    },
  },
  "not in the inventory": {
    job: device(panosDevices.unknown),
    expected: {
      folder: "completed",
      job: "failed",
      status: {
        upgrade_status: "failed",
        progress: 0,
        upgrade_message: expect.stringContaining("not found in inventory"),
      },
      errors: [{ phase: "init" }],
      changes: [],
    },
  },
  "no management address": {
    job: device(panosDevices.noAddress),
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", upgrade_message: expect.stringContaining("no management IP") },
      errors: [{ phase: "init" }],
      changes: [],
    },
  },
  unreachable: {
    job: device(gate),
    firewall: { reachable: false },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", progress: 0 },
      errors: [{ phase: "upgrade", message: expect.stringContaining("Upgrade error for") }],
      changes: [],
    },
  },
  "too little disk": {
    job: device(panosDevices.fullDisk),
    expected: {
      folder: "completed",
      job: "failed",
      status: {
        upgrade_status: "failed",
        progress: 5,
        disk_space: null,
        upgrade_message: expect.stringContaining("see error log"),
      },
      errors: [
        { phase: "pre_flight_validation", message: "Insufficient disk space: 3.50 GB available, 5.00 GB required" },
      ],
      changes: [],
    },
  },
  "disk that runs out after the first image": {
    job: device(gate),
    firewall: { diskGb: 6, imageGb: 2 },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", disk_space: { available_gb: 4, required_gb: 5, check_passed: false } },
      errors: [{ phase: "download", message: expect.stringContaining("before downloading 11.1.4: 4.00 GB available") }],
      changes: ["download 11.1.0"],
    },
  },
  "no metrics before": {
    job: device(gate),
    firewall: { metricsErrors: 3 },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", progress: 5 },
      errors: [{ message: expect.stringContaining("Pre-flight validation error after 3 attempts") }],
      changes: [],
    },
  },
  "metrics at the third attempt": {
    job: device(gate),
    firewall: { metricsErrors: 2 },
    expected: { folder: "completed", job: "complete", status: { upgrade_status: "complete" }, changes: whole },
  },
  "a list of software that can't be refreshed": {
    job: device(gate),
    firewall: { softwareCheck: "timesOut" },
    expected: { folder: "completed", job: "complete", status: { upgrade_status: "complete" }, changes: whole },
  },
  "a download that fails three times": {
    job: device(gate),
    firewall: { downloads: ["fails"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", current_phase: "download" },
      errors: [
        { phase: "download", message: expect.stringMatching(/^Download of 11.1.0 failed: .* after 3 attempts$/) },
      ],
      changes: ["download 11.1.0", "download 11.1.0", "download 11.1.0"],
    },
  },
  "a download that works the second time": {
    job: device(gate),
    firewall: { downloads: ["fails", "ok"] },
    expected: {
      folder: "completed",
      job: "complete",
      status: { upgrade_status: "complete" },
      errors: [],
      changes: ["download 11.1.0", ...whole],
    },
  },
  "a download that is refused": {
    job: device(gate),
    firewall: { downloads: ["refused"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed" },
      errors: [{ message: "Failed to initiate download of 11.1.0 after 3 attempts" }],
      changes: [],
    },
  },
  "a download that stalls": {
    job: device(gate),
    firewall: { downloads: ["stalls"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed" },
      errors: [{ message: expect.stringContaining("Download of 11.1.0 stalled") }],
      changes: ["download 11.1.0", "download 11.1.0", "download 11.1.0"],
    },
  },
  "a download whose status can't be had, for ever": {
    job: device(gate),
    firewall: { downloads: ["unreadable"] },
    expected: {
      folder: "active",
      job: undefined,
      status: { upgrade_status: "downloading", progress: 15 },
      changes: ["download 11.1.0"],
    },
  },
  "an install that fails": {
    job: device(gate),
    firewall: { installs: ["fails"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: {
        upgrade_status: "failed",
        current_phase: "install",
        upgrade_message: expect.stringContaining("see error log"),
      },
      errors: [{ phase: "install", message: expect.stringContaining("Installation of 11.1.4 failed") }],
      changes: whole.slice(0, 3),
    },
  },
  "an install that is refused": {
    job: device(gate),
    firewall: { installs: ["refused"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", progress: 60 },
      errors: [{ message: "Failed to initiate installation of 11.1.4" }],
      changes: whole.slice(0, 2),
    },
  },
  "an install that stalls": {
    job: device(gate),
    firewall: { installs: ["stalls"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", progress: 60 },
      errors: [{ message: expect.stringContaining("Installation of 11.1.4 stalled") }],
      changes: whole.slice(0, 3),
    },
  },
  "a reboot that is refused": {
    job: device(gate),
    firewall: { reboots: ["refused"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", progress: 75 },
      errors: [{ phase: "reboot", message: "Failed to initiate reboot" }],
      changes: whole.slice(0, 3),
    },
  },
  "not back from the reboot": {
    job: device(gate),
    firewall: { reboots: ["neverBack"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", progress: 75, current_phase: "reboot" },
      errors: [{ phase: "reboot", message: "Device did not come back online after reboot" }],
      changes: whole,
    },
  },
  "another version than the one that was installed": {
    job: device(gate),
    firewall: { afterReboot: { version: "11.1.0" } },
    expected: {
      folder: "completed",
      job: "complete",
      status: { upgrade_status: "complete", current_version: panosTarget },
      changes: whole,
    },
  },
  "a comparison that fails": {
    job: device(gate),
    firewall: { afterReboot: { tcpSessions: 700 } },
    expected: { folder: "completed", job: "complete", status: { upgrade_status: "complete" }, changes: whole },
  },
  "an empty path": {
    job: device(gate),
    options: { paths: { "10.2.9": [] } },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", target_version: "", upgrade_path: [] },
      errors: [{ message: "Failed to initiate installation of " }],
      changes: [],
    },
  },
  "a pair: the passive member": {
    job: pairJob,
    serial: passive,
    expected: {
      folder: "completed",
      job: "complete",
      status: { upgrade_status: "complete", ha_role: "standalone" },
      changes: whole,
    },
  },
  "a pair: the active member": {
    job: pairJob,
    expected: { folder: "completed", job: "complete", status: { upgrade_status: "complete" }, changes: whole },
  },
  "a pair without a passive member": {
    job: pairJob,
    serial: passive,
    firewall: { haState: "suspended" },
    expected: { folder: "completed", job: "failed", status: undefined, changes: [] },
  },
  "a pair with a member that doesn't answer": {
    job: pairJob,
    firewall: { reachable: false },
    expected: { folder: "completed", job: "failed", status: undefined, changes: [] },
  },
  "a pair with a member that is in no inventory": {
    job: { ...pairJob, devices: [active, panosDevices.unknown] },
    expected: { folder: "completed", job: "failed", status: undefined, changes: [] },
  },
  "a pair whose passive member has no path": {
    job: pairJob,
    serial: passive,
    firewall: { version: "9.1.0" },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "skipped", skip_reason: expect.stringContaining("9.1.0") },
      changes: [],
    },
  },
  "a pair with one member at the target": {
    job: pairJob,
    serial: passive,
    firewall: { version: panosTarget },
    expected: { folder: "completed", job: "complete", status: undefined, changes: [] },
  },
  "a pair whose passive member fails": {
    job: pairJob,
    serial: passive,
    firewall: { installs: ["fails"] },
    expected: { folder: "completed", job: "failed", status: { upgrade_status: "failed" }, changes: whole.slice(0, 3) },
  },
  "download only": {
    job: { ...device(gate), type: "download_only" },
    expected: {
      folder: "completed",
      job: "complete",
      status: {
        upgrade_status: "download_complete",
        progress: 100,
        ready_for_install: true,
        current_phase: "download",
      },
      changes: whole.slice(0, 2),
    },
  },
  "download only of what is there": {
    job: { ...device(gate), type: "download_only" },
    firewall: { images: ["11.1.0", "11.1.4"], diskGb: 1 },
    expected: {
      folder: "completed",
      job: "complete",
      status: { upgrade_status: "download_complete", skipped_versions: ["11.1.0", "11.1.4"], disk_space: null },
      changes: [],
    },
  },
  "download only, tried once": {
    job: { ...device(gate), type: "download_only" },
    firewall: { downloads: ["fails"] },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", upgrade_message: expect.stringContaining("Download failed") },
      errors: [{ phase: "download" }],
      changes: ["download 11.1.0"],
    },
  },
  "download only with too little disk": {
    job: { ...device(panosDevices.fullDisk), type: "download_only" },
    expected: {
      folder: "completed",
      job: "failed",
      status: { upgrade_status: "failed", progress: 8, disk_space: { check_passed: false } },
      errors: [{ phase: "pre_flight" }],
      changes: [],
    },
  },
  "download only without a path": {
    job: { ...device(panosDevices.atTarget), type: "download_only" },
    expected: { folder: "completed", job: "failed", status: { upgrade_status: "skipped" }, changes: [] },
  },
  "an unknown type": {
    job: { ...device(gate), type: "upgrade" },
    expected: { folder: "active", job: undefined, status: undefined, changes: [] },
  },
  "half a pair": {
    job: { type: "ha_pair", devices: [active] },
    expected: { folder: "active", job: undefined, status: undefined, changes: [] },
  },
  "no device": {
    job: { devices: [] },
    serial: gate,
    expected: { folder: "active", job: undefined, status: undefined, changes: [] },
  },
  "an unknown key": {
    job: { ...device(gate), target_version: panosTarget },
    expected: { folder: "pending", job: undefined, status: undefined, changes: [] },
  },
};

describe("the outcome matrix", () => {
  test.each(Object.entries(matrix))("%s", async (_name, { job, serial, firewall, options, expected }) => {
    await using bench = await PanosBench.start({}, options);
    const looked = serial ?? String((job.devices as string[])[0]);
    if (firewall) Object.assign(bench.panos.device(looked), firewall);
    const id = bench.submit(job);
    bench.seconds(3 * 3_600);
    expect(bench.where(id)).toBe(expected.folder);
    expect(bench.job(id).status).toBe(expected.job);
    expect(bench.job(id)).toEqual(
      expected.job === undefined
        ? expect.not.objectContaining({ completed_at: expect.anything() })
        : expect.objectContaining({ completed_at: expect.stringMatching(/\+00:00Z$/) }),
    );
    const status = bench.status(looked);
    if (expected.status) expect(status).toMatchObject(expected.status);
    else expect(status).toBeUndefined();
    if (expected.errors) expect(status?.errors).toMatchObject(expected.errors);
    expect(bench.panos.changes(looked)).toEqual(expected.changes);
  });

  test("a device comes back after the daemon gave it up", async () => {
    await using bench = await PanosBench.start();
    Object.assign(bench.panos.device(gate), { rebootSeconds: 700 });
    const id = bench.upgrade(gate);
    bench.advanceUntil(() => bench.where(id) === "completed", 1_000);
    expect(bench.status(gate)).toMatchObject({ upgrade_status: "failed", current_version: "10.2.9" });
    expect(bench.panos.device(gate).version).toBe("10.2.9");
    bench.seconds(60);
    expect(bench.panos.device(gate).version).toBe(panosTarget);
  });

  test("a pair goes in order, and the members change places when the active one reboots", async () => {
    await using bench = await PanosBench.start();
    bench.submit(pairJob);
    bench.finish();
    const reboots = bench.panos.actions.filter(({ kind }) => kind === "reboot").map(({ serial }) => serial);
    expect(reboots).toEqual([passive, active]);
    expect([active, passive].map((serial) => bench.panos.device(serial).haState)).toEqual(["passive", "active"]);
  });

  test("a second member that fails leaves the first one upgraded", async () => {
    await using bench = await PanosBench.start();
    bench.panos.device(active).installs = ["fails"];
    const id = bench.submit(pairJob);
    bench.finish();
    expect([bench.where(id), bench.job(id).status]).toEqual(["completed", "failed"]);
    expect([passive, active].map((serial) => bench.status(serial)?.upgrade_status)).toEqual(["complete", "failed"]);
    expect(bench.panos.device(passive).version).toBe(panosTarget);
  });

  test("a pair at the target is done without a device file", async () => {
    await using bench = await PanosBench.start();
    for (const serial of [active, passive]) bench.panos.device(serial).version = panosTarget;
    const id = bench.submit(pairJob);
    bench.finish();
    expect([bench.where(id), bench.job(id).status]).toEqual(["completed", "complete"]);
    expect([bench.status(active), bench.status(passive)]).toEqual([undefined, undefined]);
    expect(bench.panos.actions.map(({ kind }) => kind)).toEqual(["systemInfo", "systemInfo"]);
  });
});

describe("dry runs", () => {
  test("say that a device has what it has not", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate, { dry_run: true });
    const from = bench.simulators.clock.now();
    bench.advanceUntil(() => bench.where(id) === "completed", 10);
    // Two images, an install, a reboot, and up to five seconds until it was picked up.
    expect(bench.simulators.clock.now() - from).toBeGreaterThan(6_000);
    expect(bench.simulators.clock.now() - from).toBeLessThan(11_200);
    bench.seconds(1);
    expect(bench.status(gate)).toMatchObject({
      upgrade_status: "complete",
      progress: 100,
      current_version: panosTarget,
    });
    expect(bench.panos.device(gate).version).toBe("10.2.9");
    expect(bench.panos.actions.map(({ kind }) => kind)).toEqual(["systemInfo"]);
    expect(bench.names("validation/pre_flight")).toEqual([]);
    // The daemon believes that it has refreshed the list of software.
    bench.upgrade(gate);
    bench.finish();
    expect(bench.panos.actions.map(({ kind }) => kind)).not.toContain("softwareCheck");
  });

  test("of a download ask the firewall nothing", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate, { type: "download_only", dry_run: true });
    bench.finish();
    expect(bench.job(id).status).toBe("complete");
    expect(bench.status(gate)).toMatchObject({ upgrade_status: "download_complete", ready_for_install: true });
    expect(bench.panos.actions).toEqual([]);
  });
});
