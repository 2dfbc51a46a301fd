import { chownSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isVendorError } from "../../provider/clients/http/errors";
import { nodeFiles } from "../../provider/clients/panos/files";
import { DuplicateJobError, type JobSpec } from "../../provider/clients/panos/panos";
import { oddTime, readsCommands, setup } from "./panos-support";
import { rejection } from "./support";

const spec: JobSpec = { id: "pulumi-a", type: "standalone", devices: ["0123"] };

describe("submitting", () => {
  test("writes a file of the known keys only, which is the daemon's to read, and leaves nothing beside it", async () => {
    const { client, work, calls } = setup();
    let written = false;
    const submitted = await client.jobs.submit(spec, { onWritten: () => (written = true) });
    expect(written).toBe(true);
    expect(work.names("queue/pending")).toEqual(["pulumi-a.json"]);
    expect(work.get("queue/pending/pulumi-a.json")).toEqual({
      job_id: "pulumi-a",
      type: "standalone",
      devices: ["0123"],
      ha_pair_name: "",
      dry_run: false,
      download_only: false,
      created_at: submitted.createdAt,
      status: "pending",
    });
    expect(statSync(work.at("queue/pending/pulumi-a.json")).mode & 0o777).toBe(0o640);
    expect(submitted.writtenAt).toBeCloseTo(statSync(work.at("queue/pending/pulumi-a.json")).mtimeMs, 0);
    // Its name is given to a finished file, and that name is no other file's.
    const [write, link] = ["write", "link"].map((operation) => calls.find((call) => call.operation === operation));
    expect(write?.path).toMatch(/pending\/\.pulumi-a\.json\.\w+\.tmp$/);
    expect(link).toEqual({ operation: "link", path: write?.path, to: work.at("queue/pending/pulumi-a.json") });
  });

  test.runIf(process.getuid?.() === 0)("root writes files that belong to the daemon", async () => {
    const { client, work } = setup();
    for (const folder of ["queue/pending", "commands/incoming"]) chownSync(work.at(folder), 65_534, 65_533);
    await client.jobs.submit(spec);
    await client.commands.sendCancel({ id: "c", jobId: "x" });
    for (const file of ["queue/pending/pulumi-a.json", "commands/incoming/c.json"])
      expect(statSync(work.at(file))).toMatchObject({ uid: 65_534, gid: 65_533 });
  });

  test("a pair and a download carry what they are", async () => {
    const { client, work } = setup({ fileMode: 0o660 });
    await client.jobs.submit({ id: "p", type: "ha_pair", devices: ["2", "1"], haPairName: "edge", dryRun: true });
    await client.jobs.submit({ id: "d", type: "download_only", devices: ["3"] });
    expect(work.get("queue/pending/p.json")).toMatchObject({
      devices: ["2", "1"],
      ha_pair_name: "edge",
      dry_run: true,
    });
    expect(work.get("queue/pending/d.json")).toMatchObject({ type: "download_only", download_only: true });
    expect(statSync(work.at("queue/pending/p.json")).mode & 0o777).toBe(0o660);
  });

  test.each([
    [{ ...spec, id: ".hidden" }, "it names a file in the work directory"],
    [{ ...spec, id: "../a" }, "it names a file in the work directory"],
    [{ ...spec, devices: ["a/b"] }, "it names a file in the work directory"],
    [{ ...spec, devices: [] }, "cannot have no devices"],
    [{ ...spec, devices: ["1", "2"] }, "cannot have the devices 1, 2"],
    [{ ...spec, type: "ha_pair" as const, devices: ["1", "1"] }, "cannot have the devices 1, 1"],
  ])("refuses what the daemon would not carry out: %j", async (wrong, words) => {
    const { client, work } = setup();
    expect(await rejection(client.jobs.submit(wrong))).toMatchObject({
      kind: "rejected",
      message: expect.stringContaining(words),
    });
    expect(work.names("queue/pending")).toEqual([]);
  });

  test.each(["pending", "active", "completed", "cancelled"])("refuses an id that is used in %s", async (place) => {
    const { client, work } = setup();
    work.job(place, spec.id, { devices: ["9999"] });
    const before = work.get(`queue/${place}/${spec.id}.json`);
    expect(await rejection(client.jobs.submit(spec))).toMatchObject({
      code: "job-exists",
      message: `PAN-OS Upgrade Manager could not submit job pulumi-a for device 0123: there is a job of this id already, in ${place}. An id is for one use: the daemon keeps what it knows of it. Choose another one.`,
    });
    expect(work.get(`queue/${place}/${spec.id}.json`)).toEqual(before);
  });

  test("overwrites nothing that appears after the look", async () => {
    const { client, work, onCall } = setup();
    onCall(({ operation }) => operation === "write" && work.job("pending", spec.id, { devices: ["9999"] }));
    expect(await rejection(client.jobs.submit(spec))).toMatchObject({ code: "job-exists" });
    expect(work.get("queue/pending/pulumi-a.json").devices).toEqual(["9999"]);
    expect(work.names("queue/pending")).toEqual(["pulumi-a.json"]);
  });

  test("does without hard links", async () => {
    const { client, work, fail } = setup();
    fail("link", /./, "EOPNOTSUPP");
    await client.jobs.submit(spec);
    expect(work.names("queue/pending")).toEqual(["pulumi-a.json"]);
  });

  test.each([
    ["write", "ENOSPC", "server", "the disk is full (ENOSPC: "],
    ["link", "EDQUOT", "server", "the disk quota is used up (EDQUOT: "],
    ["write", "EACCES", "forbidden", "permission was denied (EACCES: "],
    ["write", "EROFS", "forbidden", "the file system is read-only (EROFS: "],
    ["list", "EIO", "network", "it cannot be reached (EIO: "],
    ["list", "EWEIRD", "server", "the file system refused (EWEIRD: "],
  ] as const)("%s failing with %s leaves nothing and says what to do", async (operation, code, kind, words) => {
    const { client, work, fail } = setup();
    fail(operation, /queue/, code);
    const error = await rejection(client.jobs.submit(spec));
    expect(error).toMatchObject({ kind, code, ambiguous: false });
    expect((error as Error).message).toContain(`could not submit job pulumi-a for device 0123: ${words}${work.base}`);
    expect((error as Error).message).toMatch(/\)\. [A-Z].*\.$/);
    expect(work.names("queue/pending")).toEqual([]);
  });

  test("a write that fails half-way leaves nothing", async () => {
    const { work } = setup();
    const path = work.at("queue/pending/.x.tmp");
    // A group that nobody may give away to fails after the file has been made.
    const given = nodeFiles.write(path, "{}", { mode: 0o640, gid: -5 });
    expect(await rejection(given)).toBeInstanceOf(Error);
    expect(work.names("queue/pending")).toEqual([]);
  });

  test("what fails after the file is there is told as such", async () => {
    const { client, work, fail } = setup();
    fail("syncFolder", /pending/, "EIO");
    let written = false;
    const error = await rejection(client.jobs.submit(spec, { onWritten: () => (written = true) }));
    expect(error).toMatchObject({
      ambiguous: true,
      message: expect.stringContaining("may have been applied all the same"),
    });
    expect(written).toBe(true);
    expect(work.names("queue/pending")).toEqual(["pulumi-a.json"]);
  });
});

describe("jobs for the same device", () => {
  test.each([
    ["pending", undefined, "pending-job"],
    ["active", [["other", "0123"]], "active-job"],
  ] as const)("one that is %s is in the way", async (place, busy, code) => {
    const { client, work } = setup();
    work.job(place, "other", { type: "ha_pair", devices: ["0999", "0123"], created_at: "2026-11-20T10:00:00Z" });
    work.workers(busy ?? [undefined]);
    const error = await rejection(client.jobs.submit(spec));
    expect(error).toBeInstanceOf(DuplicateJobError);
    expect(error).toMatchObject({
      code,
      serial: "0123",
      jobId: "other",
      jobState: place,
      existingType: "ha_pair",
      orphaned: false,
    });
    expect(error).toMatchObject({ createdAt: "2026-11-20T10:00:00.000Z", notAttempted: true, takenBack: undefined });
    expect((error as Error).message).toBe(
      `PAN-OS Upgrade Manager could not submit job pulumi-a for device 0123: job other of type ha_pair for this device is ${place} since 2026-11-20T10:00:00.000Z. Wait until it ends, or cancel it.`,
    );
    expect(work.names("queue/pending")).not.toContain("pulumi-a.json");
  });

  test("finished ones, those of other devices and files that nobody understands are not", async () => {
    const { client, work } = setup();
    work.job("completed", "done", { status: "complete" });
    work.job("cancelled", "gone", { status: "failed" });
    work.job("pending", "others", { devices: ["01234"] });
    work.put("queue/pending/broken.json", "{ not json");
    await client.jobs.submit(spec);
    expect(work.exists("queue/pending/pulumi-a.json")).toBe(true);
  });

  test("an orphan is named as what it is", async () => {
    const { client, work } = setup();
    work.job("active", "lost");
    work.daemon({ started_at: oddTime(Date.now() + 1_000), last_updated: oddTime(Date.now()) });
    const error = await rejection(client.jobs.submit(spec));
    expect(error).toMatchObject({ code: "orphaned-job", orphaned: true, jobId: "lost" });
    expect((error as Error).message).toContain(
      "but the daemon has lost it. Move queue/active/lost.json back to queue/pending",
    );
  });

  test("of two clients at the same moment at most one job stays", async () => {
    const { clientWith, work } = setup();
    const clients = ["a", "b", "c"].map((id) => ({ id, client: clientWith() }));
    const outcomes = await Promise.allSettled(clients.map(({ id, client }) => client.jobs.submit({ ...spec, id })));
    const accepted = outcomes.filter(({ status }) => status === "fulfilled").length;
    expect(accepted).toBeLessThanOrEqual(1);
    expect(work.names("queue/pending")).toHaveLength(accepted);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(DuplicateJobError);
  });

  test("within one client they wait for each other, and the first stays", async () => {
    const { client, work } = setup();
    const pair: JobSpec = { id: "b", type: "ha_pair", devices: ["0999", "0123"] };
    const [first, second] = await Promise.allSettled([client.jobs.submit(spec), client.jobs.submit(pair)]);
    expect(first?.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { jobId: "pulumi-a", notAttempted: true } });
    expect(work.names("queue/pending")).toEqual(["pulumi-a.json"]);
  });

  test.each([
    ["was written before", -60_000],
    ["does not give way although it is later", 60_000],
  ])("ours is withdrawn when another %s", async (_, shift) => {
    const { client, work, onCall } = setup();
    onCall(({ operation, path }) => {
      const created_at = new Date(Date.now() + shift).toISOString();
      if (operation === "write" && path.includes("pulumi-a")) work.job("pending", "rival", { created_at });
    });
    const error = await rejection(client.jobs.submit(spec));
    expect(error).toMatchObject({ jobId: "rival", takenBack: "withdrawn", notAttempted: false });
    expect(work.names("queue/pending")).toEqual(["rival.json"]);
    expect(work.get("queue/cancelled/pulumi-a.json").status).toBe("cancelled");
  });

  test("ours stays when another that is later gives way", async () => {
    const { client, work, onCall, clock } = setup();
    let looks = 0;
    onCall(({ operation, path }) => {
      const created_at = new Date(Date.now() + 60_000).toISOString();
      if (operation === "write" && path.includes("pulumi-a")) work.job("pending", "rival", { created_at });
      if (operation === "list" && path.endsWith("pending") && work.exists("queue/pending/rival.json") && ++looks === 3)
        unlinkSync(work.at("queue/pending/rival.json"));
    });
    await client.jobs.submit(spec);
    expect(clock.slept.length).toBeGreaterThan(0);
    expect(work.names("queue/pending")).toEqual(["pulumi-a.json"]);
  });

  test("ours is cancelled when the daemon was faster", async () => {
    const { client, work, onCall } = setup();
    const commands = readsCommands(work, onCall);
    onCall(({ operation, path, to }) => {
      if (operation !== "link" || !to?.endsWith("pulumi-a.json")) return;
      work.job("active", "rival", { created_at: "2020-01-01T00:00:00Z" });
      work.workers([["rival", "0123"], undefined]);
      work.take("pulumi-a");
      expect(path).toContain(".tmp");
    });
    const error = await rejection(client.jobs.submit(spec));
    expect(error).toMatchObject({ jobId: "rival", jobState: "active", takenBack: "cancel-sent" });
    expect(commands).toMatchObject([
      { command: "cancel_upgrade", target: "job", job_id: "pulumi-a", device_serial: "" },
    ]);
  });
});

describe("withdrawing", () => {
  test("moves what the daemon has not taken, and says so in the file", async () => {
    const { client, work } = setup();
    work.job("pending", "a", { ha_pair_name: "edge", created_at: "2026-11-20T10:00:00Z" });
    expect(await client.jobs.withdraw("a")).toBe("withdrawn");
    expect(work.names("queue/pending")).toEqual([]);
    expect(work.get("queue/cancelled/a.json")).toMatchObject({
      job_id: "a",
      status: "cancelled",
      ha_pair_name: "edge",
    });
    const report = await client.jobs.report("a");
    expect(report?.verdict).toEqual({ kind: "cancelled", by: "withdrawal", upgraded: [] });
    expect(report?.error?.message).toContain("the job was withdrawn before the daemon took it. No device was touched.");
  });

  test("comes too late for what the daemon has, or has had", async () => {
    const { client, work, onCall } = setup();
    work.job("active", "a");
    work.job("completed", "b", { status: "complete", completed_at: oddTime(Date.now()) });
    work.job("pending", "c");
    // The daemon is faster by the moment between look and rename.
    onCall(({ operation, path }) => operation === "read" && path.includes("pending/c") && work.take("c"));
    expect(await Promise.all(["a", "b", "c", "d"].map((id) => client.jobs.withdraw(id)))).toEqual([
      "active",
      "finished",
      "active",
      "absent",
    ]);
    expect(work.names("queue/active")).toEqual(["a.json", "c.json"]);
  });

  test("is done even when there is no room to say so", async () => {
    const { client, work, fail, warnings } = setup();
    work.job("pending", "a");
    fail("write", /cancelled/, "ENOSPC");
    expect(await client.jobs.withdraw("a")).toBe("withdrawn");
    expect(work.names("queue/cancelled")).toEqual(["a.json"]);
    expect(warnings).toEqual([expect.stringContaining("Job a is withdrawn, but its file does not say so")]);
  });
});

describe("putting back", () => {
  test("a job that the daemon lost is carried out then", async () => {
    const { client, work } = setup();
    work.job("active", "a");
    work.daemon({ started_at: oddTime(Date.now() + 1_000) });
    await client.jobs.requeue("a");
    expect(work.names("queue/pending")).toEqual(["a.json"]);
    expect((await client.jobs.report("a"))?.verdict).toEqual({ kind: "pending" });
  });

  test("is refused for one that may still run, and while no daemon runs", async () => {
    const { client, clientWith, work } = setup();
    work.job("active", "a");
    expect(await rejection(client.jobs.requeue("a"))).toMatchObject({
      message: expect.stringContaining("it is active, and not lost"),
    });
    expect(await rejection(client.jobs.requeue("b"))).toMatchObject({
      message: expect.stringContaining("it is nowhere"),
    });
    work.daemon({ running: false });
    const error = await rejection(clientWith().jobs.requeue("a"));
    expect(isVendorError(error, "rejected") && error.message).toContain("The daemon has been stopped");
    expect(work.names("queue/active")).toEqual(["a.json"]);
  });
});

describe("finding", () => {
  test("a file that moves while it is looked for is found by the first pass", async () => {
    const { client, work, onCall, counts } = setup();
    work.job("pending", "a");
    onCall(({ operation, path }) => {
      if (operation !== "list" || !path.endsWith("completed") || !work.exists("queue/pending/a.json")) return;
      work.take("a");
      work.end("a", "complete");
    });
    expect((await client.jobs.find("a"))?.place).toBe("completed");
    expect(counts().list).toBe(4);
  });

  test("a file that moves on between pass and reading is followed", async () => {
    const { client, work, onCall, counts } = setup();
    work.job("pending", "a");
    onCall(({ operation, path }) => operation === "list" && path.endsWith("cancelled") && work.take("a"));
    expect((await client.jobs.find("a"))?.place).toBe("active");
    expect(counts().list).toBe(4);
  });

  test("only two empty passes say that there is none", async () => {
    const { client, work, onCall, counts } = setup();
    expect(await client.jobs.find("a")).toBeUndefined();
    expect(counts()).toEqual({ list: 12 });
    work.job("active", "b");
    // Put back by somebody behind the back of the pass.
    renameSync(work.at("queue/active/b.json"), work.at("b.json"));
    let passes = 0;
    onCall(({ operation, path }) => {
      if (operation === "list" && path.endsWith("cancelled") && ++passes === 1)
        renameSync(work.at("b.json"), work.at("queue/pending/b.json"));
    });
    expect((await client.jobs.find("b"))?.place).toBe("pending");
  });

  test("temporary files of others are no jobs", async () => {
    const { client, work } = setup();
    writeFileSync(work.at("queue/pending/.a.json.x.tmp"), "{");
    expect(await client.jobs.list()).toEqual([]);
  });
});
