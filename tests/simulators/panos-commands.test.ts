import { renameSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { panosDevices, panosSerial, panosTarget } from "../../simulators";
import { PanosBench } from "./panos-helper";

const gate = panosSerial(1);
const [active, passive] = panosDevices.pair;
const incoming = "commands/incoming";
const unknown = { command: "reboot_everything" };

/** Brings a command into the folder in one of the ways that clients know. */
const ways: Record<string, (bench: PanosBench) => unknown> = {
  "renamed within the folder": (bench) => bench.place(incoming, "c.json", unknown),
  "renamed over one that can't be read": async (bench) => {
    bench.link("{", "c.json");
    await bench.panos.settle();
    bench.place(incoming, "c.json", unknown);
  },
  "brought from another folder": (bench) => bench.stage(unknown, "c.json"),
  linked: (bench) => bench.link(unknown, "c.json"),
  "written in place": (bench) => writeFileSync(bench.path(incoming, "c.json"), JSON.stringify(unknown)),
  "linked right before one from another folder": (bench) => {
    bench.link(unknown, "b.json");
    bench.stage(unknown, "c.json");
  },
  "brought right after another one was deleted": (bench) => {
    writeFileSync(bench.path(incoming, ".old.tmp"), "{}");
    rmSync(bench.path(incoming, ".old.tmp"));
    writeFileSync(bench.path(incoming, "between.txt"), "");
    bench.stage(unknown, "c.json");
  },
};

describe("delivery", () => {
  test.each(Object.entries(ways))("%s", async (name, deliver) => {
    const seen = !name.startsWith("renamed");
    await using bench = await PanosBench.start();
    await deliver(bench);
    await bench.panos.settle();
    expect(bench.names("commands/processed").includes("c.json")).toBe(seen);
    // What a running daemon misses is read at its next start.
    bench.panos.restart();
    expect(bench.names("commands/processed")).toContain("c.json");
    expect(bench.json("commands/processed/c.json")).toEqual(unknown);
  });

  test("bounced: out of the folder and back in", async () => {
    await using bench = await PanosBench.start();
    bench.place(incoming, "c.json", unknown);
    await bench.panos.settle();
    expect(bench.names(incoming)).toEqual(["c.json"]);
    renameSync(bench.path(incoming, "c.json"), bench.path("commands/c.json"));
    renameSync(bench.path("commands/c.json"), bench.path(incoming, "c.json"));
    await bench.panos.settle();
    expect(bench.names("commands/processed")).toEqual(["c.json"]);
  });

  test("bounced within the folder: not seen", async () => {
    await using bench = await PanosBench.start();
    bench.place(incoming, "c.json", unknown);
    renameSync(bench.path(incoming, "c.json"), bench.path(incoming, ".c.tmp"));
    renameSync(bench.path(incoming, ".c.tmp"), bench.path(incoming, "c.json"));
    await bench.panos.settle();
    expect(bench.names(incoming)).toEqual(["c.json"]);
  });

  test("as an ideal daemon would, and as on a network mount", async () => {
    await using bench = await PanosBench.start({ commandDetection: "any" });
    bench.place(incoming, "c.json", unknown);
    await bench.panos.settle();
    expect(bench.names("commands/processed")).toEqual(["c.json"]);
    bench.panos.variants.commandDetection = "atStart";
    bench.link(unknown, "d.json");
    await bench.panos.settle();
    expect(bench.names("commands/processed")).toEqual(["c.json"]);
    bench.panos.restart();
    expect(bench.names("commands/processed")).toEqual(["c.json", "d.json"]);
  });

  test("picked up late", async () => {
    await using bench = await PanosBench.start({ commandDelaySeconds: 30 });
    await bench.command(unknown, "c.json");
    bench.seconds(29);
    expect(bench.names(incoming)).toEqual(["c.json"]);
    bench.seconds(2);
    expect(bench.names(incoming)).toEqual([]);
  });

  test.each(["{", "", "[]"])("%j stays until the next start", async (content) => {
    await using bench = await PanosBench.start();
    await bench.command(content, "c.json");
    expect(bench.names(incoming)).toEqual(["c.json"]);
    bench.finish();
    writeFileSync(bench.path(incoming, "c.json"), JSON.stringify(unknown));
    await bench.panos.settle();
    expect(bench.names(incoming)).toEqual(["c.json"]);
    bench.panos.restart();
    expect(bench.names(incoming)).toEqual([]);
  });

  test("other files are left alone", async () => {
    await using bench = await PanosBench.start();
    bench.link(unknown, ".c.json");
    bench.link(unknown, "c.txt");
    await bench.panos.settle();
    bench.panos.restart();
    expect(bench.names(incoming)).toEqual([".c.json", "c.txt"]);
  });

  test("nothing happens while the daemon is down", async () => {
    await using bench = await PanosBench.start({}, { running: false });
    await bench.command(unknown, "c.json");
    bench.finish();
    expect(bench.names(incoming)).toEqual(["c.json"]);
    expect(bench.panos.deliveries).toMatchObject([{ folder: incoming, name: "c.json", outcome: "waiting" }]);
    bench.panos.start();
    expect(bench.panos.deliveries).toMatchObject([{ json: unknown, outcome: "taken" }]);
  });
});

describe("cancelling", () => {
  test("a job in time: cancelled, though the device's file says failed, without a reason", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate);
    bench.advanceUntil(() => bench.status(gate)?.upgrade_status === "downloading");
    await bench.cancelJob(id);
    bench.finish();
    expect([bench.where(id), bench.job(id).status]).toEqual(["cancelled", "failed"]);
    expect(bench.status(gate)).toMatchObject({ upgrade_status: "failed", errors: [] });
    // The image that was on its way is finished.
    expect(bench.panos.changes(gate)).toEqual(["download 11.1.0"]);
  });

  test("a job too late: from the last image on it runs to its end", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate);
    bench.advanceUntil(() => bench.status(gate)?.current_path_index === 1);
    await bench.cancelJob(id);
    bench.finish();
    expect([bench.where(id), bench.job(id).status]).toEqual(["completed", "complete"]);
    expect(bench.panos.device(gate).version).toBe(panosTarget);
  });

  test("a download: its file says cancelled", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate, { type: "download_only" });
    bench.advanceUntil(() => bench.status(gate)?.upgrade_status === "downloading");
    await bench.cancelJob(id);
    bench.finish();
    expect([bench.where(id), bench.job(id).status, bench.status(gate)?.upgrade_status]).toEqual([
      "cancelled",
      "failed",
      "cancelled",
    ]);
  });

  test("a device: its job ends in completed, and it is refused until the next start", async () => {
    await using bench = await PanosBench.start();
    const id = bench.upgrade(gate);
    bench.advanceUntil(() => bench.status(gate)?.upgrade_status === "downloading");
    await bench.cancelDevice(gate);
    bench.finish();
    expect([bench.where(id), bench.job(id).status]).toEqual(["completed", "failed"]);
    const again = bench.upgrade(gate);
    bench.finish();
    expect(bench.job(again).status).toBe("failed");
    bench.panos.restart();
    const last = bench.upgrade(gate);
    bench.finish();
    expect(bench.job(last).status).toBe("complete");
  });

  test("a job's id is cancelled for good, whatever it fails of", async () => {
    await using bench = await PanosBench.start();
    await bench.cancelJob("web-1");
    bench.upgrade(gate, { job_id: "web-1" });
    bench.finish();
    expect(bench.where("web-1")).toBe("cancelled");
    bench.upgrade(panosDevices.fullDisk, { job_id: "web-1" });
    bench.finish();
    expect(bench.job("web-1")).toMatchObject({ devices: [panosDevices.fullDisk], status: "failed" });
    expect(bench.where("web-1")).toBe("cancelled");
  });

  test("both ids of a command count, whatever its target", async () => {
    await using bench = await PanosBench.start();
    await bench.command({ command: "cancel_upgrade", target: "job", job_id: "web-1", device_serial: gate });
    bench.upgrade(gate, { job_id: "web-2" });
    bench.upgrade(panosSerial(2), { job_id: "web-1" });
    bench.finish();
    expect([bench.where("web-1"), bench.where("web-2")]).toEqual(["cancelled", "completed"]);
    expect([bench.panos.changes(gate), bench.panos.changes(panosSerial(2))]).toEqual([[], []]);
  });

  test("a pair between its members", async () => {
    await using bench = await PanosBench.start();
    const id = bench.submit({ type: "ha_pair", devices: [active, passive] });
    bench.advanceUntil(() => bench.status(passive)?.upgrade_status === "rebooting");
    await bench.cancelJob(id);
    bench.finish();
    expect([bench.where(id), bench.job(id).status]).toEqual(["cancelled", "failed"]);
    expect([bench.panos.device(passive).version, bench.panos.device(active).version]).toEqual([panosTarget, "10.2.9"]);
    expect(bench.status(active)).toBeUndefined();
  });

  test("a job that waits while the daemon is down: after its pre-flight", async () => {
    await using bench = await PanosBench.start({}, { running: false });
    const id = bench.upgrade(gate);
    await bench.cancelJob(id);
    bench.panos.start();
    bench.finish();
    expect(bench.where(id)).toBe("cancelled");
    expect(bench.names("validation/pre_flight")).toHaveLength(1);
    expect(bench.panos.changes(gate)).toEqual([]);
  });
});
