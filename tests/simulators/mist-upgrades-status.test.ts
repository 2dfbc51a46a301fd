import { describe, expect, test } from "vitest";
import { Clock } from "../../simulators";
import { MistBench, org, type Row } from "./mist-helper";
import {
  ap,
  benchWith,
  newAp,
  newJunos,
  oldAp,
  siteJobs,
  start,
  state,
  statsOf,
  sw,
  times,
} from "./mist-upgrade-helper";

describe("jobs", () => {
  test("begin at their start_time", async () => {
    await using bench = await benchWith({ aps: 1 }, { futureJob: "created" });
    const job = await start(bench, { start_time: bench.simulators.clock.now() / 1_000 + 600 });
    bench.seconds(599);
    expect(await state(bench, job)).toEqual({ status: "created", scheduled: [ap(1)] });
    bench.seconds(1);
    expect(await state(bench, job)).toEqual({ status: "downloading", download_requested: [ap(1)] });
  });

  test("are listed with numbers, also by status", async () => {
    await using bench = await benchWith({ aps: 3 });
    bench.mist.device(ap(3)).updateOutcomes = ["downloadFails"];
    const first = await start(bench);
    bench.seconds(times.downloading);
    const [row] = await bench.get<Row[]>(siteJobs);
    expect(row).toMatchObject({
      id: first.split("/").at(-1),
      status: "downloading",
      counts: { total: 3, download_requested: 3, downloaded: 0, upgraded: 0, failed: 0 },
    });
    expect(row).not.toHaveProperty("targets");
    expect(row?.counts).not.toHaveProperty("downloading");
    bench.seconds(times.upgraded);
    await start(bench);
    expect(await bench.get(`${siteJobs}?status=completed`)).toMatchObject([{ counts: { upgraded: 2, failed: 1 } }]);
    expect(await bench.get<Row[]>(siteJobs)).toHaveLength(2);
  });

  test("are found by reads only after a while, if a variant says so", async () => {
    await using bench = await benchWith({ aps: 1 }, { jobVisibilityDelayMs: 3_000 });
    const job = await start(bench);
    expect((await bench.call("GET", job)).status).toBe(404);
    expect(await bench.get(siteJobs)).toEqual([]);
    bench.seconds(3);
    expect(await bench.get(job)).toMatchObject({ status: "downloading" });
  });

  test("are gone some time after their end", async () => {
    await using bench = await benchWith({ aps: 1 }, { jobRetentionSeconds: 100 });
    const job = await start(bench);
    bench.seconds(times.upgraded + 99);
    await bench.get(job);
    bench.seconds(1);
    expect((await bench.call("GET", job)).status).toBe(404);
    expect(await bench.get(siteJobs)).toEqual([]);
  });

  test("take a fraction of the time with a factor", async () => {
    await using bench = await benchWith({ aps: 1 }, { upgradeSpeed: 100 });
    const job = await start(bench);
    bench.seconds(4);
    expect(await state(bench, job)).toEqual({ status: "completed", upgraded: [ap(1)] });
  });

  test.each([
    [{ jobStatuses: "older" as const }, { status: "in_progress", downloading: [ap(1)] }],
    [{ jobTargets: "passed" as const }, { scheduled: [ap(1)], download_requested: [ap(1)], downloading: [ap(1)] }],
  ])("%j", async (variants, expected) => {
    await using bench = await benchWith({ aps: 1 }, variants);
    const job = await start(bench);
    bench.seconds(times.downloading);
    expect(await state(bench, job)).toMatchObject(expected);
  });

  test.each([
    [{ skippedJob: "cancelled" as const }, { version: "0.14.29313" }, { status: "cancelled" }],
    [{}, { version: "stable" }, { target_version: newAp }],
    [{ jobTargetVersion: "asSent" as const }, { version: "stable" }, { target_version: "stable" }],
  ])("%j of %j", async (variants, body, expected) => {
    await using bench = await benchWith({ aps: 1 }, variants);
    const job = await start(bench, body);
    bench.seconds(times.upgraded);
    expect(await bench.get(job)).toMatchObject(expected);
  });

  test("whose devices wait for their reboot are downloaded, or completed", async () => {
    await using bench = await benchWith({ switches: 1 }, { pendingJob: "completed", fwupdatePending: "success" });
    const job = await start(bench, { version: newJunos, models: ["EX4100-48P"] });
    bench.seconds(times.upgraded);
    expect(await state(bench, job)).toEqual({ status: "completed", downloaded: [sw(1)] });
    expect(bench.mist.device(sw(1)).fwupdate).toMatchObject({ status: "success", progress: 100 });
  });

  test("a reset of the simulators ends what is under way", async () => {
    await using bench = await benchWith({ aps: 1 });
    const job = await start(bench);
    bench.seconds(times.downloading);
    bench.mist.reset();
    bench.seconds(10_000);
    expect((await bench.call("GET", job)).status).toBe(404);
    expect(bench.mist.firmwareActions()).toEqual([]);
    expect(bench.mist.device(ap(1)).fwupdate).toBeNull();
  });
});

test.each([
  ["perStep", [0, 43, 0, 67]],
  ["absent", [null, null, null, null]],
] as const)("fwupdate.progress %s", async (fwupdateProgress, expected) => {
  await using bench = await benchWith({ aps: 1 }, { fwupdateProgress, fwupdateDone: "upgraded" });
  await start(bench);
  const seen: unknown[] = [];
  for (const seconds of [times.downloading, 70, 70, 45]) {
    bench.seconds(seconds);
    seen.push(bench.mist.device(ap(1)).fwupdate?.progress);
  }
  expect(seen).toEqual(expected);
  bench.seconds(400);
  expect(bench.mist.device(ap(1)).fwupdate?.status).toBe("upgraded");
});

test("an access point may show its version in another form", async () => {
  await using bench = await benchWith({ aps: 1 }, { apVersions: "legacy" });
  const version = `apfw-${oldAp}-gilly-5f3c`;
  expect(await bench.get(statsOf(ap(1)))).toMatchObject({
    version,
    auto_upgrade_stat: { lastcheck: expect.any(Number) },
  });
  expect(await bench.get(`${org}/inventory/search`)).toMatchObject({ results: [{ version }] });
});

test("500 access points in one job are upgraded once each", async () => {
  await using bench = await benchWith({ aps: 500 });
  const job = await start(bench, { strategy: "canary" });
  bench.seconds(4 * times.upgraded);
  expect(await bench.get(job)).toMatchObject({ status: "completed", targets: { total: 500, failed: [], skipped: [] } });
  const installed = bench.mist.firmwareActions().filter(({ kind }) => kind === "install");
  expect(new Set(installed.map(({ device }) => device)).size).toBe(500);
  expect(installed).toHaveLength(500);
});

test("in the foreground time passes by itself, as fast as the factor says", async () => {
  const clock = new Clock();
  await using bench = await MistBench.start({ upgradeSpeed: 10_000 }, { fleet: true }, { clock });
  const site = "a3000000-0000-4000-8000-000000000003";
  const path = `/sites/${site}/devices/upgrade`;
  const { upgrade_id: id } = await bench.ok("POST", path, { version: newAp });
  await expect
    .poll(() => bench.get(`${path}/${id}`), { timeout: 30_000 })
    .toMatchObject({
      status: "completed",
      targets: { upgraded: expect.objectContaining({ length: 8 }) },
    });
  clock.close();
});
