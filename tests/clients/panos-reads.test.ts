import { chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CallOptions } from "../../provider/clients/panos/options";
import { createPanos, type Panos, type UpgradePathMap } from "../../provider/clients/panos/panos";
import { SharedLook } from "../../provider/clients/panos/shared-look";
import { instantOf, instantOfName } from "../../provider/clients/panos/times";
import { oddTime, setup, WallClock } from "./panos-support";
import { rejection, settled } from "./support";

test.each([
  ["2026-11-21T20:36:09.248696+00:00Z", "2026-11-21T20:36:09.248Z"],
  ["2026-11-21T22:36:09.248696+02:00Z", "2026-11-21T20:36:09.248Z"],
  ["2026-11-21T22:36:09+0200", "2026-11-21T20:36:09.000Z"],
  ["2026-11-21T20:36:09Z", "2026-11-21T20:36:09.000Z"],
  ["2026-11-21T20:36:09.5", "2026-11-21T20:36:09.500Z"],
  ["2026-11-21 20:36:09,25", "2026-11-21T20:36:09.250Z"],
  ["2026-11-21T20:36", "2026-11-21T20:36:00.000Z"],
  ["2026-13-41T20:36:09Z", undefined],
  ["yesterday", undefined],
  ["", undefined],
  [null, undefined],
])("the time %j is %s", (text, instant) => {
  expect(instantOf(text)).toBe(instant);
});

test("the names of validation files hold a time in UTC", () => {
  expect(instantOfName("20261121_203609")).toBe("2026-11-21T20:36:09.000Z");
  expect(instantOfName("20261321_203609")).toBeUndefined();
  expect(instantOfName("2026")).toBeUndefined();
});

describe("the daemon", () => {
  test("is alive when it says so and has said so lately", async () => {
    const { client } = setup();
    const status = await client.daemon.status();
    expect(status).toMatchObject({ alive: true, running: true, workers: 5, failedJobs: 0, problem: undefined });
    expect(status.startedAt).toMatch(/^\d{4}-.*Z$/);
  });

  test.each([
    [{ running: false }, 0, "The daemon has been stopped."],
    [
      {},
      25_000,
      /^The daemon has not written its status for 2\d s, since .*: it has crashed, or its clock is wrong\.$/,
    ],
    [{}, -40_000, /is from 4\d s in the future: set the clocks/],
    [{ last_updated: "soon" }, 0, "The daemon's status does not say when it was written."],
  ])("is not alive with %j after %d ms", async (body, age, problem) => {
    const { client, work } = setup();
    work.daemon({ last_updated: oddTime(Date.now() - age), ...body });
    const status = await client.daemon.status();
    expect(status.alive).toBe(false);
    expect(status.problem).toMatch(problem);
  });

  test("whose clock is wrong is alive once its status has changed before our eyes, and dead when it stops", async () => {
    const { client, work, clock } = setup();
    const wrong = (minutes: number) => work.daemon({ last_updated: oddTime(Date.now() - minutes * 60_000) });
    const alive = async () => (await client.daemon.status()).alive;
    wrong(10);
    expect(await alive()).toBe(false);
    clock.pass(5_000);
    wrong(9);
    expect(await alive()).toBe(true);
    clock.pass(21_000);
    expect(await alive()).toBe(false);
  });

  test("that has never been started has no status", async () => {
    const { client, work } = setup();
    rmSync(work.at("status/daemon.json"));
    rmSync(work.at("status/workers.json"));
    expect(await client.daemon.status()).toMatchObject({
      alive: false,
      problem: expect.stringContaining("never have been started"),
    });
    expect(await client.daemon.workers()).toEqual({ workers: [], busy: 0, utilization: 0, writtenAt: undefined });
  });

  test("waits longer for a sign of life when told so", async () => {
    const { clientWith, work } = setup();
    work.daemon({ last_updated: oddTime(Date.now() - 25_000) });
    expect((await clientWith({ daemonStaleAfterSeconds: 60 }).daemon.status()).alive).toBe(true);
  });

  test("has workers, of which some are busy", async () => {
    const { client, work } = setup();
    work.workers([["j", "0123"], undefined, ["k", "1"]]);
    expect(await client.daemon.workers()).toMatchObject({
      busy: 2,
      utilization: 66.7,
      workers: [
        { id: 0, status: "busy", jobId: "j", serial: "0123" },
        { id: 1, status: "idle", jobId: undefined, serial: undefined },
        { id: 2, jobId: "k" },
      ],
    });
  });
});

describe("devices", () => {
  test("have everything that the daemon writes of them", async () => {
    const { client, work } = setup();
    work.device("0123", {
      upgrade_status: "failed",
      disk_space: { available_gb: 12.5, required_gb: 5, check_passed: true },
      downloaded_versions: ["10.2.0"],
      errors: [
        { timestamp: "2026-11-21T20:36:09.248696+00:00Z", phase: "install", message: "no", details: { job: 7 } },
      ],
    });
    expect(await client.devices.status("0123")).toMatchObject({
      ...{
        serial: "0123",
        hostname: "fw-0123",
        haRole: "standalone",
        currentVersion: "10.1.9",
        targetVersion: "10.2.4",
      },
      ...{
        upgradePath: ["10.2.0", "10.2.4"],
        currentPathIndex: 0,
        upgradeStatus: "failed",
        progress: 15,
        phase: "download",
      },
      ...{
        diskSpace: { availableGb: 12.5, requiredGb: 5, checkPassed: true },
        downloadedVersions: ["10.2.0"],
        skippedVersions: [],
      },
      ...{ readyForInstall: false, skipReason: undefined, stale: false },
      errors: [{ timestamp: "2026-11-21T20:36:09.248Z", phase: "install", message: "no", details: '{"job":7}' }],
    });
  });

  test("have what an older daemon writes, or half of it", async () => {
    const { client, work } = setup();
    work.put("status/devices/0123.json", {
      upgrade_status: "downloading",
      progress: "42",
      errors: ["plain"],
      upgrade_path: null,
    });
    expect(await client.devices.status("0123")).toMatchObject({
      serial: "0123",
      progress: 42,
      upgradePath: [],
      errors: [{ message: "plain" }],
    });
  });

  test("that nobody has dealt with are unknown", async () => {
    const { client } = setup();
    expect(await client.devices.status("0123")).toBeUndefined();
    expect(await client.devices.progress("0123")).toEqual({
      serial: "0123",
      status: "unknown",
      progress: 0,
      stale: false,
    });
  });

  test("whose file cannot be understood are unknown too, with a warning", async () => {
    const { client, work, warnings, calls } = setup();
    work.put("status/devices/0123.json", '{"serial": ', Date.now() - 5_000);
    expect((await client.devices.progress("0123")).status).toBe("unknown");
    expect(warnings).toEqual([expect.stringContaining("status/devices/0123.json cannot be understood")]);
    // The same version is not read time and again.
    calls.length = 0;
    await client.devices.status("0123");
    expect(calls.filter(({ operation, path }) => operation === "read" && path.includes("0123"))).toEqual([]);
  });

  test("in the middle of work that no daemon does are stale", async () => {
    const { client, work, clock } = setup();
    const stale = async () => {
      clock.pass(1_000);
      return (await client.devices.progress("0123")).stale;
    };
    work.device("0123", { upgrade_status: "rebooting" });
    expect(await stale()).toBe(false);
    work.device("0123", { upgrade_status: "rebooting" }, Date.now() - 7_200_000);
    expect(await stale()).toBe(true);
    work.device("0123", { upgrade_status: "complete" }, Date.now() - 7_200_000);
    expect(await stale()).toBe(false);
    work.device("0123", { upgrade_status: "rebooting" });
    work.daemon({ running: false });
    expect(await stale()).toBe(true);
  });

  test("are read again only when their file has changed", async () => {
    const { client, work, calls } = setup();
    const old = Date.now() - 5_000;
    work.device("0123", {}, old);
    await client.devices.status("0123");
    calls.length = 0;
    await client.devices.status("0123");
    expect(calls.filter(({ path }) => path.includes("0123")).map(({ operation }) => operation)).toEqual(["stat"]);
    work.device("0123", { progress: 16 });
    expect((await client.devices.status("0123"))?.progress).toBe(16);
    expect(calls.filter(({ path }) => path.includes("0123")).map(({ operation }) => operation)).toEqual([
      "stat",
      "stat",
      "read",
    ]);
  });

  test("are read once more if they were read right after they were written, within one tick of the file system", async () => {
    const { client, work, calls, clock } = setup();
    work.device("0123");
    await client.devices.status("0123");
    clock.pass(2_000);
    calls.length = 0;
    for (let time = 0; time < 3; time++) await client.devices.status("0123");
    expect(calls.filter(({ operation, path }) => operation === "read" && path.includes("0123"))).toHaveLength(1);
  });
});

describe("measurements", () => {
  const route = { destination: "10.0.0.0/8", gateway: "192.0.2.1", interface: "ethernet1/1" };
  const entry = { ip: "192.0.2.9", mac: "00:1b:17:00:01:30", interface: "ethernet1/1" };

  test.each([
    [
      "the daemon's shape",
      {
        tcp_sessions: { difference: 3, percentage: 3, within_margin: true, added: [], removed: [] },
        routes: { difference: -1, percentage: 0, within_margin: false, added: [], removed: [route] },
        arp_entries: { difference: 1, percentage: 0, within_margin: true, added: [entry], removed: [] },
      },
    ],
    [
      "the shape of its documentation",
      {
        tcp_sessions: { difference: 3, percentage: 3, within_margin: true },
        routes: { count_difference: -1, added: [], removed: [route], validation_passed: false },
        arp_entries: { count_difference: 1, added: [entry], removed: [], validation_passed: true },
      },
    ],
  ])("are understood in %s", async (_, comparison) => {
    const { client, work } = setup();
    work.postFlight("0123", false, comparison, Date.UTC(2026, 10, 21, 20, 36, 9));
    expect(await client.validation.summary("0123")).toEqual({
      serial: "0123",
      passed: false,
      preFlightAt: undefined,
      postFlightAt: "2026-11-21T20:36:09.000Z",
      comparison: {
        tcpSessions: { difference: 3, percentage: 3, withinMargin: true },
        routes: { difference: -1, withinMargin: false, added: [], removed: [route] },
        arpEntries: { difference: 1, withinMargin: true, added: [entry], removed: [] },
      },
      beyond: ["routes -1"],
    });
  });

  test("are the newest ones of this device, in the time that is asked for", async () => {
    const { client, work } = setup();
    const at = (second: number) => Date.UTC(2026, 10, 21, 20, 36, second);
    work.preFlight("0123", { tcp_sessions: 1 }, at(1));
    work.preFlight("0123", { tcp_sessions: 2 }, at(2));
    work.preFlight("0123_4", { tcp_sessions: 3 }, at(3));
    work.put("validation/pre_flight/0123_notes.json", { metrics: { tcp_sessions: 4 } });
    const sessions = async (window = {}) => (await client.validation.preFlight("0123", window))?.metrics.tcpSessions;
    expect(await sessions()).toBe(2);
    expect(await sessions({ until: at(1) + 500 })).toBe(1);
    // The name counts whole seconds.
    expect(await sessions({ since: at(2) + 900 })).toBe(2);
    expect(await sessions({ since: at(3) })).toBeUndefined();
    expect(await client.validation.postFlight("0123")).toBeUndefined();
    expect(await client.validation.summary("9")).toEqual({ serial: "9", beyond: [] });
  });
});

describe("upgrade paths", () => {
  const paths = { "10.1.9": ["10.2.0", "10.2.4"], "10.2.0": ["10.2.4"] };

  test("say where a version goes, and whether the daemon knows them", async () => {
    const { client, work, clock } = setup();
    work.put("config/upgrade_paths.json", paths);
    expect(await client.config.upgradePaths()).toMatchObject({ paths, restartRequired: true });
    work.daemon({ started_at: oddTime(Date.now() + 1_000) });
    clock.pass(1_000);
    expect(await client.config.upgradePath("10.1.9")).toEqual({
      ...{ version: "10.1.9", path: ["10.2.0", "10.2.4"], targetVersion: "10.2.4", restartRequired: false },
    });
    expect(await client.config.upgradePath("constructor")).toMatchObject({ path: undefined, targetVersion: undefined });
  });

  test("are written in one piece, with the permissions that they have", async () => {
    const { client, work } = setup();
    await client.config.writeUpgradePaths(paths, null);
    expect(statSync(work.at("config/upgrade_paths.json")).mode & 0o777).toBe(0o640);
    chmodSync(work.at("config/upgrade_paths.json"), 0o664);
    await client.config.writeUpgradePaths({ "11.0": ["11.1"] }, paths);
    expect(work.get("config/upgrade_paths.json")).toEqual({ "11.0": ["11.1"] });
    expect(statSync(work.at("config/upgrade_paths.json")).mode & 0o777).toBe(0o664);
    expect(work.names("config")).toEqual(["upgrade_paths.json"]);
  });

  test("of somebody else are not overwritten", async () => {
    const { client, work } = setup();
    work.put("config/upgrade_paths.json", paths);
    const others: (UpgradePathMap | null)[] = [null, {}, { "10.1.9": ["10.2.4"] }];
    for (const expected of others) {
      const error = await rejection(client.config.writeUpgradePaths({}, expected));
      expect(error).toMatchObject({
        code: "changed-meanwhile",
        message: expect.stringContaining("changed by somebody else"),
      });
    }
    expect(work.get("config/upgrade_paths.json")).toEqual(paths);
  });

  test("cannot be empty", async () => {
    const { client, work } = setup();
    const error = await rejection(client.config.writeUpgradePaths({ "10.1.9": [] }));
    expect((error as Error).message).toContain(
      "the path of version 10.1.9 is empty, and the daemon would try to install no version",
    );
    expect(work.names("config")).toEqual([]);
  });

  test("stay as they were on a full disk", async () => {
    const { client, work, fail } = setup();
    work.put("config/upgrade_paths.json", paths);
    fail("write", /config/, "ENOSPC");
    const error = await rejection(client.config.writeUpgradePaths({}));
    expect((error as Error).message).toContain("could not write the upgrade paths: the disk is full (ENOSPC: ");
    expect(work.get("config/upgrade_paths.json")).toEqual(paths);
    expect(work.names("config")).toEqual(["upgrade_paths.json"]);
  });
});

test("the inventory is by serial, and empty before the first discovery", async () => {
  const { client, work } = setup();
  expect((await client.config.inventory()).devices.size).toBe(0);
  const device = { serial: "0123", hostname: "fw", mgmt_ip: "192.0.2.1", current_version: "10.1.9", model: "PA-440" };
  const more = { device_type: "ha_pair", peer_serial: "0124", ha_state: "passive", discovered_at: oddTime(0) };
  work.put("devices/inventory.json", {
    devices: { "0123": { ...device, ...more } },
    last_updated: oddTime(0),
    device_count: 1,
  });
  const inventory = await client.config.inventory();
  expect(inventory.lastUpdated).toBe("1970-01-01T00:00:00.000Z");
  expect(inventory.devices.get("0123")).toEqual({
    ...{
      serial: "0123",
      hostname: "fw",
      mgmtIp: "192.0.2.1",
      currentVersion: "10.1.9",
      model: "PA-440",
      deviceType: "ha_pair",
    },
    ...{ peerSerial: "0124", haState: "passive", discoveredAt: "1970-01-01T00:00:00.000Z" },
  });
});

describe("the settings", () => {
  const secret = "hunter22";

  test("are those of workers and validation only", async () => {
    const { client, work } = setup();
    work.put("config/config.json", {
      panorama: { host: "p", username: "admin", password: secret, api_key: secret },
      firewall: { username: "admin", password: secret },
      workers: { max: 5, queue_size: 1_000 },
      validation: { tcp_session_margin: 5.0, route_margin: 0, arp_margin: 0, min_disk_gb: 5, [secret]: secret },
    });
    const settings = await client.config.settings();
    expect(settings).toEqual({
      workers: { max: 5, queueSize: 1_000 },
      validation: { tcpSessionMargin: 5, routeMargin: 0, arpMargin: 0, minDiskGb: 5 },
    });
  });

  test("that cannot be understood are not quoted", async () => {
    const { client, work } = setup();
    work.put("config/config.json", `${secret} {"password": "${secret}"`);
    const error = (await rejection(client.config.settings())) as Error;
    expect(error).toMatchObject({ kind: "not-json" });
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(secret);
  });
});

test("the dashboard has it all", async () => {
  const { client, work } = setup();
  work.job("active", "j");
  work.job("completed", "c", { status: "complete", devices: ["9"] });
  work.workers([["j", "0123"]]);
  work.device("0123");
  expect(await client.dashboard()).toMatchObject({
    daemon: { alive: true },
    workers: { busy: 1, utilization: 100 },
    jobs: { active: 1, completed: 1, total: 2 },
    devices: [{ serial: "0123", status: "downloading", progress: 15 }],
  });
});

describe("trouble with the directory", () => {
  const reads: Record<string, (client: Panos, call?: CallOptions) => Promise<unknown>> = {
    "a job": (client) => client.jobs.find("j"),
    "the daemon": (client) => client.daemon.status(),
    "a device": (client) => client.devices.status("0123"),
    "a measurement": (client) => client.validation.preFlight("0123"),
    "upgrade paths": (client) => client.config.upgradePaths(),
    inventory: (client) => client.config.inventory(),
    "a command": (client) => client.commands.find("c"),
    everything: (client) => client.dashboard(),
  };

  test.each(Object.entries(reads))("a missing one is no answer: %s", async (_, read) => {
    const error = await rejection(read(createPanos({ baseDir: "/nowhere/panos" })));
    expect(error).toMatchObject({ kind: "network", code: "ENOENT" });
    expect((error as Error).message).toMatch(
      /could not .*: it does not exist \(ENOENT: \/nowhere\/panos.*\)\. Check baseDir, and that the daemon has been started: it makes its directories at its first start\.$/,
    );
  });

  test.each(Object.entries(reads))(
    "neither is an empty one, as of a share that is not mounted: %s",
    async (_, read) => {
      const { work, client } = setup();
      rmSync(work.base, { recursive: true });
      mkdirSync(work.base);
      expect(await rejection(read(client))).toMatchObject({ kind: "network", code: "ENOENT" });
    },
  );

  test.each([
    ["the status of device 0123", (client: Panos) => client.devices.status("0123"), /devices\/0123/],
    ["job j", (client: Panos) => client.jobs.report("j"), /active\/j/],
  ])("a file that only the daemon may read: %s", async (what, read, path) => {
    const { client, work, fail } = setup();
    work.job("active", "j");
    work.device("0123");
    fail("read", path, "EACCES");
    const error = await rejection(read(client));
    expect(error).toMatchObject({ kind: "forbidden", code: "EACCES" });
    expect((error as Error).message).toContain(what);
    expect((error as Error).message).toContain(
      "Every file that the daemon writes is readable by its own user only (mode 0600), whatever the group: run as that user, or as root.",
    );
  });

  test.runIf(process.getuid?.() === 0)("another user sees what the daemon shows to nobody else", async () => {
    const { client, work } = setup();
    work.device("0123");
    chmodSync(work.base, 0o755);
    onTestFinished(() => process.seteuid?.(0));
    process.seteuid?.(65_534);
    const read = await rejection(client.devices.status("0123"));
    const write = await rejection(client.jobs.submit({ id: "j", type: "standalone", devices: ["0123"] }));
    process.seteuid?.(0);
    expect(read).toMatchObject({ kind: "forbidden", code: "EACCES" });
    expect(write).toMatchObject({ kind: "forbidden", code: "EACCES" });
    expect((write as Error).message).toContain("Run as a user who may write there: the daemon's own user, or root.");
    expect(work.names("queue/pending")).toEqual([]);
  });

  test("names that would lead elsewhere are refused", async () => {
    const { client } = setup();
    for (const work of [
      client.jobs.find("../x"),
      client.devices.status("../daemon"),
      client.validation.preFlight("a/b"),
    ])
      expect(await rejection(work)).toMatchObject({ kind: "rejected" });
  });
});

describe("looks that are shared", () => {
  test("those who ask at once get one, those who ask while one is under way the next", async () => {
    const gates: PromiseWithResolvers<number>[] = [];
    const look = new SharedLook(
      () => {
        const gate = Promise.withResolvers<number>();
        gates.push(gate);
        return gate.promise;
      },
      new WallClock(),
      200,
    );
    const first = [look.recent(), look.recent()];
    const next = [look.fresh(), look.fresh()];
    expect(gates).toHaveLength(1);
    gates[0]?.resolve(1);
    expect(await Promise.all(first)).toEqual([1, 1]);
    await expect.poll(() => gates.length).toBe(2);
    gates[1]?.resolve(2);
    expect(await Promise.all(next)).toEqual([2, 2]);
    expect(await look.recent()).toBe(2);
    expect(gates).toHaveLength(2);
  });

  test("one that failed is told to those who waited, and not kept", async () => {
    let looks = 0;
    const look = new SharedLook(
      async () => (++looks === 1 ? Promise.reject(new Error("no")) : looks),
      new WallClock(),
      200,
    );
    expect(await rejection(look.recent())).toEqual(new Error("no"));
    expect(await look.recent()).toBe(2);
  });

  test("one that fails when nobody waits any more harms nobody", async () => {
    let looks = 0;
    const failing = async () => {
      looks++;
      throw new Error("no");
    };
    const look = new SharedLook(failing, new WallClock(), 200);
    expect(await rejection(look.fresh({ signal: AbortSignal.abort(new Error("enough")) }))).toEqual(
      new Error("enough"),
    );
    await expect.poll(() => looks).toBe(1);
    await settled();
  });
});
