import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  Clock,
  generateFirewalls,
  type Panos,
  panosDevices,
  panosSerial,
  panosTarget,
  startSimulators,
} from "../../simulators";
import { until } from "./helper";
import { PanosBench, type Row } from "./panos-helper";

const gate = panosSerial(1);

describe("the default world", () => {
  test("is what the documentation of the seeds says", async () => {
    await using bench = await PanosBench.start();
    const all = [...bench.panos.devices.values()];
    expect(all).toHaveLength(17);
    expect(bench.panos.device(panosDevices.atTarget).version).toBe(panosTarget);
    expect(bench.panos.device(panosDevices.old).version).toBe("10.1.9");
    expect(bench.panos.device(panosDevices.fullDisk).diskGb).toBeLessThan(5);
    expect(panosDevices.pair.map((serial) => bench.panos.device(serial).haState)).toEqual(["active", "passive"]);
    expect(new Set(all.map(({ mgmtIp }) => mgmtIp)).size).toBe(17);
    expect(all.every(({ serial }) => /^\d{12}$/.test(serial))).toBe(true);
    expect(() => bench.panos.device("nobody")).toThrow("There is no firewall nobody");
  });

  test("any number of firewalls that are alike", () => {
    const firewalls = generateFirewalls(1_000);
    for (const key of ["serial", "mgmtIp", "hostname"] as const)
      expect(new Set(firewalls.map((firewall) => firewall[key])).size).toBe(1_000);
  });
});

describe("options", () => {
  test("without them there is no daemon until somebody asks, and time passes quickly", async () => {
    const clock = new Clock({ frozen: true });
    const simulators = await startSimulators({ clock });
    try {
      const description = simulators.describe();
      // A daemon would look into its queue six million times.
      clock.advance(365 * 86_400_000);
      expect(description.fortinet.apiId).toEqual(expect.any(String));
      const { baseDir } = description.panos;
      expect(existsSync(join(baseDir, "status/daemon.json"))).toBe(true);
      await simulators.close();
      expect(existsSync(baseDir)).toBe(false);
    } finally {
      await simulators.close();
    }
  });

  test("a directory of one's own is kept, with what stands in it", async () => {
    const baseDir = mkdtempSync(join(tmpdir(), "ztp-own-"));
    try {
      {
        await using bench = await PanosBench.start({}, { baseDir });
        expect(bench.panos.baseDir).toBe(baseDir);
        bench.upgrade(gate);
        bench.finish();
        bench.panos.setPaths({ "1.0": ["2.0"] });
      }
      await using bench = await PanosBench.start({}, { baseDir });
      expect(bench.names("queue/completed")).toHaveLength(1);
      expect(bench.json("config/upgrade_paths.json")).toEqual({ "1.0": ["2.0"] });
    } finally {
      rmSync(baseDir, { recursive: true });
    }
  });

  test("a world of one's own", async () => {
    await using bench = await PanosBench.start(
      {},
      { devices: [{ serial: "one", version: "1.0" }], paths: { "1.0": ["2.0"] }, config: { workers: { max: 1 } } },
    );
    expect([...bench.panos.devices.keys()]).toEqual(["one"]);
    bench.upgrade("one");
    bench.finish();
    expect(bench.status("one")).toMatchObject({ upgrade_status: "complete", current_version: "2.0" });
  });

  test("bad ones are refused by name", async () => {
    await expect(PanosBench.start({ timeScale: 0 })).rejects.toThrow("timeScale");
    await expect(PanosBench.start({}, { baseDir: join(__filename, "inside") })).rejects.toThrow(
      "panos-control.test.ts",
    );
  });
});

describe("time", () => {
  test("runs by itself, as fast as it is told to", async () => {
    await using bench = await PanosBench.start({ timeScale: 2_000 }, {}, { clock: new Clock() });
    const id = bench.upgrade(gate);
    await until(() => bench.where(id) === "completed" && bench.job(id).status !== undefined);
    expect(bench.job(id).status).toBe("complete");
    const { last_updated } = bench.json("status/daemon.json");
    await until(() => bench.json("status/daemon.json").last_updated !== last_updated);
  });

  test("scaled, everything takes its part of the time", async () => {
    const durations: number[] = [];
    for (const timeScale of [1, 60]) {
      await using bench = await PanosBench.start({ timeScale });
      const id = bench.upgrade(gate);
      const from = bench.simulators.clock.now();
      bench.advanceUntil(() => bench.where(id) === "completed", 10, 100_000);
      durations.push(bench.simulators.clock.now() - from);
    }
    const [whole = 0, part = 0] = durations;
    expect(whole / part).toBeGreaterThan(55);
    expect(whole / part).toBeLessThan(65);
  });

  test("200 jobs at once", async () => {
    await using bench = await PanosBench.start({ workers: 50 }, { deviceCount: 200 });
    for (const { serial } of generateFirewalls(200)) bench.upgrade(serial);
    bench.finish();
    expect(bench.names("queue/completed")).toHaveLength(200);
    const reboots = bench.panos.actions.filter(({ kind }) => kind === "reboot");
    expect(new Set(reboots.map(({ serial }) => serial)).size).toBe(200);
    expect(reboots).toHaveLength(200);
  });
});

describe("records", () => {
  test("actions say who, what, when, for which job, and whether it was taken", async () => {
    await using bench = await PanosBench.start();
    bench.panos.device(gate).downloads = ["refused", "ok"];
    const id = bench.upgrade(gate);
    bench.finish();
    const orders = bench.panos.actions.filter(({ kind }) => kind === "download");
    expect(orders).toEqual([
      {
        id: expect.any(Number),
        at: expect.any(Number),
        kind: "download",
        serial: gate,
        version: "11.1.0",
        jobId: id,
        accepted: false,
      },
      expect.objectContaining({ version: "11.1.0", accepted: true }),
      expect.objectContaining({ version: "11.1.4", accepted: true }),
    ]);
    const times = bench.panos.actions.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  test("every file that was delivered, in the request log too, even if it was withdrawn", async () => {
    await using bench = await PanosBench.start({}, { running: false });
    const kept = bench.upgrade(gate, { job_id: "a" });
    bench.upgrade(panosSerial(2), { job_id: "b" });
    await bench.panos.settle();
    rmSync(bench.path("queue/pending/b.json"));
    await bench.panos.settle();
    bench.panos.start();
    expect(bench.panos.deliveries).toEqual([
      {
        id: 1,
        at: expect.any(Number),
        folder: "queue/pending",
        name: "a.json",
        mode: 0o640,
        text: expect.stringContaining(kept),
        json: expect.objectContaining({ job_id: kept }),
        outcome: "taken",
      },
      expect.objectContaining({ name: "b.json", outcome: "withdrawn" }),
    ]);
    const { requests } = bench.simulators;
    expect(requests.filter({ service: "panos" }).map(({ path, applied }) => [path, applied])).toEqual([
      ["/queue/pending/a.json", true],
      ["/queue/pending/b.json", false],
    ]);
    expect(requests.count({ path: "/queue/pending/{file}" })).toBe(2);
  });
});

describe("folders that can't be used", () => {
  test.each(["missing", "file"] as const)("queue/pending %s, and back with what was in it", async (state) => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate);
    bench.panos.setFolder("queue/pending", state);
    expect(() => bench.upgrade(panosSerial(2))).toThrow(state === "missing" ? "ENOENT" : "ENOTDIR");
    bench.seconds(30);
    expect(bench.json("status/daemon.json").pending_jobs).toBe(0);
    bench.panos.setFolder("queue/pending", "ok");
    expect(bench.where(id)).toBe("pending");
    await bench.panos.settle();
    bench.seconds(6);
    expect(bench.where(id)).toBe("active");
  });

  test("commands are noticed again afterwards", async () => {
    await using bench = await PanosBench.start();
    bench.panos.setFolder("commands/incoming", "missing");
    bench.panos.setFolder("commands/incoming", "ok");
    await bench.command({ command: "x" }, "c.json");
    expect(bench.names("commands/processed")).toEqual(["c.json"]);
  });

  test("the whole queue", async () => {
    await using bench = await PanosBench.start();
    bench.panos.setFolder("queue", "missing");
    bench.seconds(30);
    expect(bench.json("status/daemon.json")).toMatchObject({ running: true, pending_jobs: 0 });
    bench.panos.setFolder("queue", "ok");
    const id = bench.upgrade(gate);
    bench.finish();
    expect(bench.job(id).status).toBe("complete");
  });

  test("one that keeps a daemon from starting", async () => {
    await using bench = await PanosBench.start({ crashAt: "download", restartAfterSeconds: 10 });
    bench.panos.setFolder("queue/cancelled", "file");
    bench.upgrade(gate);
    bench.finish();
    expect(bench.panos.daemon).toBe("killed");
    expect(() => bench.panos.start()).toThrow("EEXIST");
  });

  test("unreadable for all but root", async () => {
    await using bench = await PanosBench.start();
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const can = (command: string, path: string) => spawnSync(command, [bench.path(path)], user).status === 0;
    const before = can("ls", "status");
    bench.panos.setFolder("status", "unreadable");
    expect([before, can("ls", "status")]).toEqual([true, false]);
    bench.panos.setFolder("status", "ok");
    expect(can("ls", "status")).toBe(true);
    // The folder is open, its files are the daemon's alone.
    expect(can("cat", "status/daemon.json")).toBe(user.uid === undefined);
  });
});

describe("control", () => {
  test("variants: value, change, schema", async () => {
    await using bench = await PanosBench.start();
    expect((await bench.control("GET", "/panos/variants")).json()).toEqual(bench.panos.variants);
    const patched = await bench.control("PATCH", "/panos/variants", { timeScale: 60 });
    expect(patched.json()).toEqual({ ...bench.panos.variants, timeScale: 60 });
    expect((await bench.control("PATCH", "/panos/variants", { crashAt: "sometime" })).status).toBe(400);
    expect((await bench.control("PATCH", "/panos/variants", { speed: 2 })).status).toBe(400);
    const { properties } = (await bench.control("GET", "/panos/variants/schema")).json<{ properties: Row }>();
    expect(Object.keys(properties).toSorted()).toEqual(Object.keys(bench.panos.variants).toSorted());
    expect(Object.values(properties)).not.toContainEqual(
      expect.not.objectContaining({ description: expect.anything() }),
    );
  });

  test("a job from the first file to the last, with files and HTTP alone", async () => {
    await using bench = await PanosBench.start();
    const { baseDir } = bench.simulators.describe().panos;
    const job = { job_id: "web-1", type: "standalone", devices: [gate] };
    writeFileSync(join(baseDir, "queue/pending/web-1.json"), JSON.stringify(job));
    await bench.control("POST", "/clock", { advanceSeconds: 20 });
    bench.link({ command: "cancel_upgrade", job_id: "web-1" }, "c.json");
    await bench.control("POST", "/clock", { advanceSeconds: 3_600 });
    expect(bench.where("web-1")).toBe("cancelled");
    const actions = await bench.control("GET", `/panos/actions?serial=${gate}&kind=download`);
    expect(actions.json()).toMatchObject([{ version: "11.1.0", jobId: "web-1" }]);
    const deliveries = (await bench.control("GET", "/panos/deliveries")).json<Panos.Delivery[]>();
    expect(deliveries.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["web-1.json", "taken"],
      ["c.json", "taken"],
    ]);
  });

  test("the daemon", async () => {
    await using bench = await PanosBench.start();
    const order = async (body: Row) => (await bench.control("POST", "/panos/daemon", body)).json();
    expect(await order({ do: "stop" })).toEqual({ state: "stopped", baseDir: bench.panos.baseDir });
    expect(await order({ do: "start" })).toMatchObject({ state: "running" });
    expect(await order({ do: "kill", agoSeconds: 60 })).toMatchObject({ state: "killed" });
    expect(await order({ do: "restart" })).toMatchObject({ state: "running" });
    expect((await bench.control("POST", "/panos/daemon", { do: "dance" })).status).toBe(400);
    expect((await bench.control("GET", "/panos/daemon")).json()).toMatchObject({ state: "running" });
  });

  test("firewalls, paths, configuration, inventory, folders", async () => {
    await using bench = await PanosBench.start();
    const devices = () => bench.json<{ devices: Row }>("devices/inventory.json").devices;
    await bench.control("POST", "/panos/devices", [{ serial: "new", version: "9.0", mgmtIp: "10.9.0.1" }]);
    expect(devices().new).toMatchObject({ current_version: "9.0" });
    const changed = await bench.control("PATCH", "/panos/devices/new", { version: "9.1", downloads: ["fails", "ok"] });
    expect(changed.json()).toMatchObject({ serial: "new", version: "9.1" });
    expect(devices().new).toMatchObject({ current_version: "9.0" });
    await bench.control("POST", "/panos/discover");
    expect(devices().new).toMatchObject({ current_version: "9.1" });
    await bench.control("DELETE", "/panos/devices/new");
    expect(devices()).not.toHaveProperty("new");
    expect((await bench.control("PATCH", "/panos/devices/new", {})).status).toBe(404);
    expect((await bench.control("PATCH", `/panos/devices/${gate}`, { downloads: [] })).status).toBe(400);
    expect((await bench.control("PUT", "/panos/devices", [{ serial: "only" }])).json()).toMatchObject([
      { serial: "only" },
    ]);
    expect(Object.keys(devices())).toEqual(["only"]);
    expect((await bench.control("PUT", "/panos/paths", { "1.0": ["2.0"] })).status).toBe(204);
    expect(bench.json("config/upgrade_paths.json")).toEqual({ "1.0": ["2.0"] });
    expect((await bench.control("PUT", "/panos/config", { workers: { max: 2 } })).status).toBe(204);
    expect(bench.json("config/config.json")).toEqual({ workers: { max: 2 } });
    expect((await bench.control("POST", "/panos/settle")).status).toBe(204);
    await bench.control("POST", "/panos/folders", { folder: "status/devices", state: "missing" });
    expect(bench.names("status")).not.toContain("devices");
    expect((await bench.control("POST", "/panos/folders", { folder: "..", state: "missing" })).status).toBe(400);
  });

  test("a reset brings everything back", async () => {
    await using bench = await PanosBench.start({ crashAt: "download" }, { config: { workers: { max: 2 } } });
    bench.upgrade(gate);
    bench.finish();
    bench.panos.setFolder("commands", "missing");
    bench.panos.variants.fileMode = "0640";
    expect((await bench.control("POST", "/reset")).status).toBe(204);
    expect([bench.panos.daemon, bench.names("queue/active"), bench.panos.actions, bench.panos.deliveries]).toEqual([
      "running",
      [],
      [],
      [],
    ]);
    expect(bench.panos.variants).toMatchObject({ crashAt: "download", fileMode: "0600" });
    expect(bench.json("status/daemon.json").workers).toBe(2);
    bench.panos.variants.crashAt = "never";
    const id = bench.upgrade(gate);
    bench.finish();
    expect(bench.job(id).status).toBe("complete");
  });
});
