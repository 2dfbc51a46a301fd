import { existsSync, renameSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { panosDevices, panosSerial, panosTarget } from "../../simulators";
import { PanosBench, type Row } from "./panos-helper";

const gate = panosSerial(1);
const oneWorker = { workers: 1 } as const;

/** Serials in the order in which the daemon first asked for them. */
const order = (bench: PanosBench): string[] => [...new Set(bench.panos.actions.map(({ serial }) => serial))];

describe("picking up", () => {
  test("every five seconds, all at once, in order of their names and not of their age", async () => {
    await using bench = await PanosBench.start(oneWorker);
    bench.upgrade(panosSerial(1), { job_id: "web-1", created_at: "2020-01-01T00:00:00Z" });
    bench.upgrade(panosSerial(2), { job_id: "cli-2" });
    bench.upgrade(panosSerial(3), { job_id: "Csv-3" });
    bench.seconds(4.9);
    expect(bench.names("queue/active")).toEqual([]);
    bench.seconds(0.2);
    expect(bench.names("queue/active")).toEqual(["Csv-3.json", "cli-2.json", "web-1.json"]);
    bench.finish();
    expect(order(bench)).toEqual([panosSerial(3), panosSerial(2), panosSerial(1)]);
  });

  test("the interval can be set", async () => {
    await using bench = await PanosBench.start({ scanSeconds: 1 });
    const id = bench.upgrade(gate);
    bench.seconds(1.1);
    expect(bench.where(id)).toBe("active");
  });

  test("workers take as many as they are, the others wait in memory", async () => {
    await using bench = await PanosBench.start({ workers: 2 });
    for (const number of [1, 2, 3]) bench.upgrade(panosSerial(number), { job_id: `web-${number}` });
    bench.seconds(60);
    expect(order(bench)).toEqual([panosSerial(1), panosSerial(2)]);
    bench.finish();
    expect(bench.names("queue/completed")).toHaveLength(3);
  });

  test("a full queue leaves jobs in active for ever", async () => {
    await using bench = await PanosBench.start({ ...oneWorker, queueSize: 1 });
    for (const number of [1, 2, 3]) bench.upgrade(panosSerial(number), { job_id: `web-${number}` });
    bench.finish();
    expect(bench.names("queue/completed")).toEqual(["web-1.json", "web-2.json"]);
    expect(bench.where("web-3")).toBe("active");
    expect(bench.panos.changes(panosSerial(3))).toEqual([]);
    expect(bench.log()).toContain("Work queue full, cannot submit job web-3");
  });

  test("a file withdrawn in time never reaches a firewall", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate);
    renameSync(bench.path("queue/pending", `${id}.json`), bench.path("queue/cancelled", `${id}.json`));
    await bench.panos.settle();
    bench.finish();
    expect([bench.where(id), bench.job(id)]).toEqual([
      "cancelled",
      expect.not.objectContaining({ status: "cancelled" }),
    ]);
    expect(bench.panos.actions).toEqual([]);
  });

  test("a finished job lies in its folder a moment before it says so", async () => {
    await using bench = await PanosBench.start({ completionGapMs: 3_000 });
    const id = bench.upgrade(gate);
    bench.advanceUntil(() => bench.where(id) === "completed", 1_000);
    expect(bench.job(id)).not.toHaveProperty("completed_at");
    bench.seconds(3);
    expect(bench.job(id)).toMatchObject({ status: "complete", completed_at: expect.any(String), job_id: id });
  });
});

describe("job files", () => {
  test.each([
    ["not JSON", "{", "Invalid JSON"],
    ["half written", '{"job_id": "x", "type": "stand', "Invalid JSON"],
    ["empty", "", "Expecting value"],
    ["a list", "[]", "must be a mapping"],
    [
      "an unknown key",
      '{"job_id":"x","type":"standalone","devices":[],"targetVersion":"1"}',
      "unexpected keyword argument 'targetVersion'",
    ],
    ["no devices", '{"job_id":"x","type":"standalone"}', "missing 1 required"],
  ])("%s: stays in pending, logged at every scan, in nobody's way", async (_name, content, message) => {
    await using bench = await PanosBench.start();
    bench.place("queue/pending", "a-bad.json", content);
    const good = bench.upgrade(gate);
    bench.seconds(11);
    expect(bench.names("queue/pending")).toEqual(["a-bad.json"]);
    expect(bench.where(good)).toBe("active");
    expect(bench.log().split(message)).toHaveLength(3);
    expect(bench.panos.deliveries.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["a-bad.json", "refused"],
      [`${good}.json`, "taken"],
    ]);
  });

  test("one that becomes whole is taken at the next scan", async () => {
    await using bench = await PanosBench.start();
    bench.place("queue/pending", "web-1.json", '{"job_id":"web-1"');
    bench.seconds(6);
    writeFileSync(bench.path("queue/pending/web-1.json"), '{"job_id":"web-1","type":"standalone","devices":[]}');
    bench.seconds(6);
    expect(bench.where("web-1")).toBe("active");
    expect(bench.panos.deliveries.map(({ outcome }) => outcome)).toEqual(["refused", "taken"]);
  });

  test("all ten keys are known, and only job_id, type and devices are needed", async () => {
    await using bench = await PanosBench.start();
    const all = {
      ha_pair_name: "",
      dry_run: false,
      download_only: true,
      created_at: "",
      started_at: "",
      completed_at: "",
    };
    bench.place("queue/pending", "web-1.json", { job_id: "web-1", type: "standalone", devices: [gate] });
    bench.place("queue/pending", "web-2.json", {
      job_id: "web-2",
      type: "standalone",
      devices: [panosSerial(2)],
      ...all,
      status: "pending",
    });
    bench.finish();
    expect(bench.names("queue/completed")).toEqual(["web-1.json", "web-2.json"]);
    // download_only as a key means nothing.
    expect(bench.panos.changes(panosSerial(2))).toContain("reboot");
    expect(bench.job("web-2")).toMatchObject({ started_at: "", download_only: true });
  });

  test("a name that isn't the job's id: the upgrade runs, the file stays in active", async () => {
    await using bench = await PanosBench.start();
    bench.submit({ job_id: "web-inside", devices: [gate] }, "web-outside.json");
    bench.finish();
    expect(bench.where("web-outside")).toBe("active");
    expect(bench.job("web-outside")).not.toHaveProperty("completed_at");
    expect(bench.status(gate)?.upgrade_status).toBe("complete");
  });

  test("a dot-file that ends in .json is a job as well, a temporary file is none", async () => {
    await using bench = await PanosBench.start();
    bench.place("queue/pending", ".web-1.json", { job_id: "web-1", type: "standalone", devices: [gate] });
    bench.place("queue/pending", ".web-2.json.x.tmp", { job_id: "web-2", type: "standalone", devices: [gate] });
    bench.seconds(6);
    expect(bench.names("queue/active")).toEqual([".web-1.json"]);
    expect(bench.names("queue/pending")).toEqual([".web-2.json.x.tmp"]);
  });

  test("moving a file keeps its time of writing and changes its ctime", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate);
    const before = statSync(bench.path("queue/pending", `${id}.json`), { bigint: true });
    await expect.poll(() => BigInt(Date.now()) * 1_000_000n > before.ctimeNs + 20_000_000n).toBe(true);
    bench.seconds(6);
    const after = statSync(bench.path("queue/active", `${id}.json`), { bigint: true });
    expect(after.mtimeNs).toBe(before.mtimeNs);
    expect(after.ctimeNs > before.ctimeNs).toBe(true);
  });

  test.each([
    ["owner", 0o600, "active"],
    ["group", 0o600, "pending"],
    ["group", 0o640, "active"],
    ["other", 0o640, "pending"],
    ["other", 0o644, "active"],
  ] as const)("a daemon that runs as %s and a file of mode %o: %s", async (daemonUser, mode, folder) => {
    await using bench = await PanosBench.start({ daemonUser });
    bench.place("queue/pending", "web-1.json", { job_id: "web-1", type: "standalone", devices: [gate] }, mode);
    bench.seconds(6);
    expect(bench.where("web-1")).toBe(folder);
    expect(bench.log().includes("Permission denied")).toBe(folder === "pending");
  });
});

test("a serial that leads out of the directory writes nothing there", async () => {
  await using bench = await PanosBench.start();
  const id = bench.upgrade("../../../panos-outside");
  bench.finish();
  expect([bench.where(id), existsSync(bench.path("..", "panos-outside.json"))]).toEqual(["active", false]);
});

describe("what nobody prevents", () => {
  test("two jobs for one device run at the same time, and everything is done twice", async () => {
    await using bench = await PanosBench.start();
    const jobs = [bench.upgrade(gate), bench.upgrade(gate)];
    bench.finish();
    expect(jobs.map((id) => bench.job(id).status)).toEqual(["complete", "complete"]);
    const kinds = bench.panos.changes(gate);
    expect(kinds.filter((kind) => kind === "reboot")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === `install ${panosTarget}`)).toHaveLength(2);
  });

  test("the first device of a job to finish decides it", async () => {
    await using bench = await PanosBench.start();
    const id = bench.submit({ devices: [gate, panosDevices.atTarget] });
    bench.seconds(10);
    expect([bench.where(id), bench.job(id).status]).toEqual(["completed", "failed"]);
    bench.finish();
    expect(bench.job(id).status).toBe("failed");
    expect(bench.status(gate)?.upgrade_status).toBe("complete");
    expect(bench.log()).toContain(`Job file not found in active directory: ${id}`);
  });

  test("an id that is used again overwrites history", async () => {
    await using bench = await PanosBench.start();
    bench.upgrade(panosDevices.atTarget, { job_id: "web-1" });
    bench.finish();
    expect(bench.job("web-1").status).toBe("failed");
    bench.upgrade(gate, { job_id: "web-1" });
    bench.finish();
    expect(bench.job("web-1")).toMatchObject({ status: "complete", devices: [gate] });
  });

  test("two daemons share a directory: one takes a job, both write the status", async () => {
    await using bench = await PanosBench.start({ daemons: 2 });
    const id = bench.upgrade(gate);
    bench.seconds(20);
    // The one that is busy is overwritten by the one that isn't.
    expect(bench.where(id)).toBe("active");
    const { workers } = bench.json<{ workers: Row[] }>("status/workers.json");
    expect(workers.filter(({ status }) => status === "busy")).toEqual([]);
    bench.finish();
    expect(bench.job(id).status).toBe("complete");
    expect(bench.panos.changes(gate).filter((kind) => kind === "reboot")).toHaveLength(1);
  });
});

test("the worker of a pair names the first device of the job", async () => {
  await using bench = await PanosBench.start({ workers: 1 });
  const [active, passive] = panosDevices.pair;
  const id = bench.submit({ type: "ha_pair", devices: [active, passive] });
  bench.seconds(30);
  expect(bench.json("status/workers.json").workers).toMatchObject([
    { status: "busy", current_job_id: id, current_device: active },
  ]);
  expect(bench.status(passive)?.upgrade_status).toBe("downloading");
});

test("paths are read at the start only, the inventory for every job", async () => {
  await using bench = await PanosBench.start();
  bench.panos.setPaths({ "10.2.9": ["12.1.0"] });
  bench.upgrade(gate);
  bench.seconds(20);
  expect(bench.status(gate)?.target_version).toBe(panosTarget);
  bench.finish();
  bench.panos.restart();
  bench.panos.seed([{ serial: "new-one", hostname: "fw-new-one", mgmtIp: "10.9.9.9" }]);
  bench.upgrade("new-one");
  bench.finish();
  expect(bench.status("new-one")).toMatchObject({ upgrade_status: "complete", current_version: "12.1.0" });
});
