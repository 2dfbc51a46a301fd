import { existsSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { panosDevices, panosSecrets, panosSerial, panosTarget } from "../../simulators";
import { startAt } from "./helper";
import { PanosBench, type Row } from "./panos-helper";

const gate = panosSerial(1);
const oddTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00Z$/;

/** A daemon and firewalls that take no time, but for the moments of answers and writes. */
const instant = {
  config: { firewall: { reboot_initial_delay: 0, reboot_stabilization_delay: 0 } },
  devices: [{ serial: gate, downloadSeconds: 0, installSeconds: 0, rebootSeconds: 0 }],
};

/** Every [status, progress, phase] that a device's file shows one after the other. */
function sequence(bench: PanosBench, jobId: string): unknown[][] {
  const seen: unknown[][] = [];
  bench.advanceUntil(() => {
    const { upgrade_status, progress, current_phase } = bench.status(gate) ?? {};
    const row = [upgrade_status, progress, current_phase];
    if (upgrade_status !== undefined && String(row) !== String(seen.at(-1))) seen.push(row);
    return bench.where(jobId) === "completed";
  }, 1);
  return seen;
}

describe("layout", () => {
  test("all folders are there, and none for failed jobs", async () => {
    await using bench = await PanosBench.start();
    for (const folder of [
      "queue/pending",
      "queue/active",
      "queue/completed",
      "queue/cancelled",
      "status/devices/ha_pairs",
      "validation/pre_flight",
      "validation/post_flight",
      "commands/incoming",
      "commands/processed",
      "logs/structured",
      "logs/text",
    ])
      expect(statSync(bench.path(folder)).isDirectory(), folder).toBe(true);
    expect(bench.names("queue")).toEqual(["active", "cancelled", "completed", "pending"]);
  });

  test("inventory, paths and configuration", async () => {
    await using bench = await PanosBench.start();
    const inventory = bench.json<{ devices: Record<string, Row> } & Row>("devices/inventory.json");
    expect(inventory).toMatchObject({ last_updated: expect.stringMatching(oddTime), device_count: 16 });
    expect(inventory.devices[gate]).toEqual({
      serial: gate,
      hostname: "fw-branch-1",
      mgmt_ip: "10.20.0.2",
      current_version: "10.2.9",
      model: "PA-440",
      device_type: "standalone",
      peer_serial: "",
      ha_state: "standalone",
      discovered_at: expect.stringMatching(oddTime),
    });
    const [active, passive] = panosDevices.pair;
    expect(inventory.devices[passive]).toMatchObject({
      device_type: "ha_pair",
      peer_serial: active,
      ha_state: "passive",
    });
    expect(inventory.devices).not.toHaveProperty([panosDevices.unknown]);
    expect(bench.json("config/upgrade_paths.json")["10.2.9"]).toEqual(["11.1.0", panosTarget]);
    const config = JSON.stringify(bench.json("config/config.json"));
    for (const secret of panosSecrets) expect(config).toContain(secret);
  });

  test("the inventory stays as it was discovered", async () => {
    await using bench = await PanosBench.start();
    bench.upgrade(gate);
    bench.finish();
    const version = () =>
      bench.json<{ devices: Record<string, Row> }>("devices/inventory.json").devices[gate]?.current_version;
    expect(version()).toBe("10.2.9");
    // Which is why a download goes by a version that is gone.
    const id = bench.upgrade(gate, { type: "download_only" });
    bench.finish();
    expect([bench.job(id).status, bench.status(gate)?.starting_version]).toEqual(["complete", "10.2.9"]);
    bench.panos.discover();
    expect(version()).toBe(panosTarget);
  });

  test("what the daemon writes is its owner's alone, sorted and indented", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate);
    const pending = statSync(bench.path("queue/pending", `${id}.json`)).mode & 0o777;
    bench.finish();
    const mode = (...parts: string[]) => statSync(bench.path(...parts)).mode & 0o777;
    expect(pending).toBe(0o640);
    const [pre = "", post = ""] = ["pre_flight", "post_flight"].map(
      (folder) => `validation/${folder}/${bench.names(`validation/${folder}`)[0]}`,
    );
    for (const path of ["status/daemon.json", "status/workers.json", `status/devices/${gate}.json`, pre, post])
      expect(mode(path), path).toBe(0o600);
    expect(mode("queue/completed", `${id}.json`)).toBe(0o600);
    expect(Object.keys(bench.job(id))).toEqual(Object.keys(bench.job(id)).toSorted());
    bench.panos.variants.fileMode = "0640";
    bench.seconds(5);
    expect(mode("status/daemon.json")).toBe(0o640);
    for (const folder of ["status", "status/devices", "queue/completed", "validation/pre_flight"])
      expect(bench.names(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("nothing beyond ASCII in a file", async () => {
    await using bench = await PanosBench.start();
    Object.assign(bench.panos.device(gate), { hostname: "fw-zürich" });
    bench.upgrade(gate);
    bench.finish();
    expect(bench.status(gate)).toMatchObject({ hostname: "fw-zürich" });
    expect(statSync(bench.path("status/devices", `${gate}.json`)).size).toBe(
      JSON.stringify(bench.status(gate), undefined, 2).length + 5,
    );
  });
});

describe("daemon.json and workers.json", () => {
  test("tell counts, workers and times", async () => {
    await using bench = await PanosBench.start({ stamps: "clock" }, { config: { workers: { max: 2 } } });
    const jobs = [1, 2, 3].map((number) => bench.upgrade(panosSerial(number)));
    bench.place("queue/pending", "web-broken.json", "{");
    bench.seconds(7);
    expect(bench.json("status/daemon.json")).toEqual({
      running: true,
      workers: 2,
      active_jobs: 3,
      pending_jobs: 1,
      completed_jobs: 0,
      failed_jobs: 0,
      cancelled_jobs: 0,
      started_at: "2025-01-31T12:00:00+00:00Z",
      last_updated: "2025-01-31T12:00:05+00:00Z",
    });
    const made = "2025-01-31T12:00:00+00:00Z";
    const busy = jobs.toSorted().slice(0, 2);
    const rows = bench.json<{ workers: Row[] }>("status/workers.json").workers;
    expect(rows.map((row) => [row.worker_id, row.status, row.last_updated])).toEqual([
      [0, "busy", made],
      [1, "busy", made],
    ]);
    expect(rows.map((row) => row.current_job_id)).toEqual(busy);
    expect(rows.map((row) => row.current_device)).toEqual(busy.map((id) => panosSerial(jobs.indexOf(id) + 1)));
    bench.finish();
    bench.seconds(10);
    expect(bench.json("status/daemon.json")).toMatchObject({ completed_jobs: 3, active_jobs: 0, failed_jobs: 0 });
    expect(bench.json<{ workers: Row[] }>("status/workers.json").workers[0]).toMatchObject({
      status: "idle",
      current_job_id: "",
      current_device: "",
    });
  });

  test("at most 50 workers, from config.json at the start or by a variant", async () => {
    await using bench = await PanosBench.start({}, { config: { workers: { max: 80 } } });
    const workers = () => bench.json("status/daemon.json").workers;
    expect(workers()).toBe(50);
    bench.panos.setConfig({ workers: { max: 3 } });
    bench.seconds(10);
    expect(workers()).toBe(50);
    bench.panos.restart();
    expect(workers()).toBe(3);
    bench.panos.variants.workers = 7;
    bench.panos.restart();
    expect(workers()).toBe(7);
  });

  test("times are the host's unless the clock's are wanted", async () => {
    const from = Date.now();
    await using bench = await PanosBench.start();
    const text = String(bench.json("status/daemon.json").last_updated);
    expect(text).toMatch(oddTime);
    expect(new Date(text).getTime()).toBeNaN();
    const time = (path: string) => Date.parse(String(bench.json(path).last_updated).slice(0, -1));
    expect(Math.abs(time("status/daemon.json") - from)).toBeLessThan(60_000);
    bench.panos.variants.clockSkewSeconds = -3_600;
    bench.seconds(5);
    expect(time("status/daemon.json")).toBeLessThan(from - 3_500_000);
    Object.assign(bench.panos.variants, { stamps: "clock", clockSkewSeconds: 0, timestampForm: "iso" });
    bench.seconds(5);
    expect(bench.json("status/daemon.json").last_updated).toBe("2025-01-31T12:00:10Z");
    expect(statSync(bench.path("status/daemon.json")).mtimeMs).toBe(startAt + 10_000);
  });

  test("a long move of the clock leaves the last beat, and one that ends in a crash the beat before it", async () => {
    await using bench = await PanosBench.start({ stamps: "clock" });
    bench.seconds(3_602);
    expect(bench.json("status/daemon.json").last_updated).toBe("2025-01-31T13:00:00+00:00Z");
    bench.upgrade(gate);
    bench.panos.variants.crashAt = "reboot";
    bench.seconds(3_600);
    const { running, last_updated } = bench.json("status/daemon.json");
    expect(running).toBe(true);
    expect(String(last_updated) > "2025-01-31T13:01").toBe(true);
    expect(String(last_updated) < "2025-01-31T13:05").toBe(true);
  });
});

describe("a device's file", () => {
  test("shows every step of a standalone upgrade", async () => {
    await using bench = await PanosBench.start({}, instant);
    expect(sequence(bench, bench.upgrade(gate))).toEqual([
      ["pending", 0, ""],
      ["validating", 5, "pre_flight_validation"],
      ["validating", 10, "pre_flight_validation"],
      ["downloading", 15, "download"],
      ["downloading", 32, "download"],
      ["downloading", 49, "download"],
      ["downloading", 55, "download"],
      ["installing", 60, "install"],
      ["installing", 75, "install"],
      ["rebooting", 75, "reboot"],
      ["rebooting", 90, "post_flight_validation"],
      ["rebooting", 100, "post_flight_validation"],
      ["complete", 100, "post_flight_validation"],
    ]);
  });

  test("shows every step of a download", async () => {
    await using bench = await PanosBench.start({}, instant);
    expect(sequence(bench, bench.upgrade(gate, { type: "download_only" }))).toEqual([
      ["pending", 0, ""],
      ["validating", 5, "software_check"],
      ["validating", 8, "pre_flight_disk_check"],
      ["downloading", 10, "download"],
      ["downloading", 50, "download"],
      ["downloading", 90, "download"],
      ["download_complete", 100, "download"],
    ]);
  });

  test("has these members, and a last_updated that saves don't move", async () => {
    await using bench = await PanosBench.start({ stamps: "clock" });
    bench.upgrade(gate);
    bench.seconds(20);
    const begun = bench.status(gate);
    expect(Object.keys(begun ?? {})).toEqual([
      "current_path_index",
      "current_phase",
      "current_version",
      "disk_space",
      "downloaded_versions",
      "errors",
      "ha_role",
      "hostname",
      "last_updated",
      "progress",
      "ready_for_install",
      "serial",
      "skip_reason",
      "skipped_versions",
      "starting_version",
      "target_version",
      "upgrade_message",
      "upgrade_path",
      "upgrade_status",
    ]);
    expect(begun).toMatchObject({ disk_space: { available_gb: 20, required_gb: 5, check_passed: true }, errors: [] });
    bench.finish();
    expect(bench.status(gate)).toMatchObject({ upgrade_status: "complete", last_updated: begun?.last_updated });
    expect(statSync(bench.path("status/devices", `${gate}.json`)).mtimeMs).toBeGreaterThan(startAt + 60_000);
  });

  test("still shows the job before, until a worker starts the next one", async () => {
    await using bench = await PanosBench.start({ workers: 1 });
    bench.upgrade(gate);
    bench.finish();
    bench.upgrade(panosSerial(2), { job_id: "a-first" });
    bench.upgrade(gate, { job_id: "b-second" });
    bench.seconds(30);
    expect(bench.where("b-second")).toBe("active");
    expect(bench.status(gate)).toMatchObject({ upgrade_status: "complete", progress: 100 });
  });
});

describe("validation files", () => {
  const route = { destination: "172.16.0.0/16", gateway: "10.0.0.9", interface: "ethernet1/2" };

  test("before and after, with a comparison", async () => {
    await using bench = await PanosBench.start();
    const firewall = bench.panos.device(gate);
    const [kept, lost] = firewall.routes;
    firewall.afterReboot = { tcpSessions: 1_040, routes: [...(kept ? [kept] : []), route] };
    bench.upgrade(gate);
    bench.finish();
    const [preName = ""] = bench.names("validation/pre_flight");
    expect(preName).toMatch(new RegExp(`^${gate}_\\d{8}_\\d{6}\\.json$`));
    const metrics = bench.json("validation/pre_flight", preName).metrics;
    expect(metrics).toMatchObject({ tcp_sessions: 1_000, route_count: 2, arp_count: 1, disk_available_gb: 20 });
    const post = bench.json("validation/post_flight", String(bench.names("validation/post_flight")[0]));
    // A route for another: the numbers are equal, and that is all that counts.
    expect(post).toMatchObject({
      serial: gate,
      timestamp: expect.stringMatching(oddTime),
      pre_flight: metrics,
      post_flight: { tcp_sessions: 1_040, routes: [kept, route] },
      validation_passed: true,
      comparison: {
        tcp_sessions: { difference: 40, percentage: 4, within_margin: true, added: [], removed: [] },
        routes: { difference: 0, percentage: 0, within_margin: true, added: [route], removed: [lost] },
        arp_entries: { difference: 0, percentage: 0, within_margin: true, added: [], removed: [] },
      },
    });
  });

  test.each([
    ["sessions beyond the margin", { tcpSessions: 949 }, {}, false],
    ["sessions within a wider margin", { tcpSessions: 949 }, { tcp_session_margin: 10 }, true],
    ["a route less", { routes: [] }, {}, false],
    ["routes within the margin", { routes: [] }, { route_margin: 2 }, true],
    ["an ARP entry less", { arp: [] }, {}, false],
    ["ARP entries within the margin", { arp: [] }, { arp_margin: 1 }, true],
  ])("%s", async (_name, afterReboot, validation, passed) => {
    await using bench = await PanosBench.start({}, { config: { validation } });
    bench.panos.device(gate).afterReboot = afterReboot;
    const id = bench.upgrade(gate);
    bench.finish();
    const post = bench.json("validation/post_flight", String(bench.names("validation/post_flight")[0]));
    expect([post.validation_passed, bench.job(id).status]).toEqual([passed, "complete"]);
  });

  test("no sessions before: no change in percent", async () => {
    await using bench = await PanosBench.start();
    Object.assign(bench.panos.device(gate), { tcpSessions: 0, afterReboot: { tcpSessions: 500 } });
    bench.upgrade(gate);
    bench.finish();
    const post = bench.json("validation/post_flight", String(bench.names("validation/post_flight")[0]));
    expect(post).toMatchObject({
      validation_passed: true,
      comparison: { tcp_sessions: { difference: 500, percentage: 0 } },
    });
  });

  test("in the shape of the reference", async () => {
    await using bench = await PanosBench.start({ comparisonShape: "reference" });
    bench.panos.device(gate).afterReboot = { routes: [] };
    bench.upgrade(gate);
    bench.finish();
    const { comparison } = bench.json("validation/post_flight", String(bench.names("validation/post_flight")[0]));
    expect(comparison).toEqual({
      tcp_sessions: { difference: 0, percentage: 0, within_margin: true },
      routes: { count_difference: -2, added: [], removed: expect.any(Array), validation_passed: false },
      arp_entries: { count_difference: 0, added: [], removed: [], validation_passed: true },
    });
  });

  test("before only: when there is too little disk, and when there are no metrics after", async () => {
    await using bench = await PanosBench.start();
    bench.panos.device(gate).afterReboot = { metricsErrors: 3 };
    const jobs = [bench.upgrade(gate), bench.upgrade(panosDevices.fullDisk)];
    bench.finish();
    expect(jobs.map((id) => bench.job(id).status)).toEqual(["complete", "failed"]);
    expect(bench.names("validation/pre_flight").map((name) => name.split("_")[0])).toEqual([
      gate,
      panosDevices.fullDisk,
    ]);
    expect(bench.names("validation/post_flight")).toEqual([]);
  });
});

test("logs: JSON lines and text, named after the day", async () => {
  await using bench = await PanosBench.start({ stamps: "clock" });
  bench.upgrade(panosDevices.atTarget);
  bench.seconds(10);
  const path = bench.path("logs/structured/panos-upgrade-20250131.json");
  expect(existsSync(path)).toBe(true);
  expect(bench.log()).toContain("No upgrade path found for version 11.1.4");
  for (const secret of panosSecrets) expect(bench.log()).not.toContain(secret);
});
