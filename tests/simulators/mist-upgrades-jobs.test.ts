import { describe, expect, test } from "vitest";
import type { Mist } from "../../simulators";
import { deviceId, type MistBench, type Row } from "./mist-helper";
import { ap, benchWith, done, newAp, newJunos, once, start, state, sw, times } from "./mist-upgrade-helper";

const macs = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ap(from + index));
const fail = (bench: MistBench, numbers: number[], outcomes: Mist.UpdateOutcome[] = ["downloadFails"]): void => {
  for (const number of numbers) bench.mist.device(ap(number)).updateOutcomes = outcomes;
};
/** MACs that something was done to. */
const touched = (bench: MistBench): string[] => [...new Set(bench.mist.firmwareActions().map(({ device }) => device))];

describe("canary", () => {
  const canary = { strategy: "canary", canary_phases: [1, 10, 50, 100] };

  test("goes by shares of the whole", async () => {
    await using bench = await benchWith({ aps: 20 });
    const job = await start(bench, canary);
    expect(await bench.get(job)).toMatchObject({
      ...canary,
      current_phase: 0,
      target_version: newAp,
      max_failure_percentage: 5,
      upgrade_plan: { 1: macs(1, 1), 2: macs(2, 2), 3: macs(3, 10), 4: macs(11, 20) },
    });
    bench.seconds(times.upgraded);
    expect(await bench.get(job)).toMatchObject({
      status: "upgrading",
      current_phase: 2,
      targets: { upgraded: [ap(1)] },
    });
    bench.seconds(335 * 3);
    expect(await state(bench, job)).toEqual({ status: "completed", upgraded: macs(1, 20) });
    for (const mac of macs(1, 20)) expect(done(bench, mac)).toEqual(once(newAp));
  });

  test("halts when more than the percentage fail, and leaves the rest alone", async () => {
    await using bench = await benchWith({ aps: 20 });
    fail(bench, [3, 4]);
    const job = await start(bench, canary);
    bench.seconds(5_000);
    expect(await state(bench, job)).toEqual({
      status: "failed",
      upgraded: [ap(1), ap(2), ...macs(5, 10)],
      failed: [ap(3), ap(4)],
      scheduled: macs(11, 20),
    });
    expect(touched(bench)).not.toContain(ap(11));
  });

  test("goes on as long as it is only the percentage, and is completed whatever big_bang would be", async () => {
    await using bench = await benchWith({ aps: 20 }, { bigBangFailures: "failed" });
    fail(bench, [3]);
    const job = await start(bench, canary);
    bench.seconds(5_000);
    expect(await state(bench, job)).toMatchObject({ status: "completed", failed: [ap(3)] });
  });

  test.each([
    [[0, 0, 2, 2], "completed"],
    [[0, 0, 2, 1], "failed"],
    [[0, 0, 1, 2], "failed"],
  ])("max_failures %j counts within each phase and wins over the percentage: %s", async (max_failures, status) => {
    await using bench = await benchWith({ aps: 20 });
    fail(bench, [3, 4, 11, 12]);
    const job = await start(bench, { ...canary, max_failure_percentage: 0, max_failures });
    bench.seconds(5_000);
    expect(await bench.get(job)).toMatchObject({ status, max_failures });
    expect(touched(bench).includes(ap(11)) || touched(bench).includes(ap(13))).toBe(max_failures[2] === 2);
  });
});

describe("serial", () => {
  test("takes one after the other and halts on the first that is too many", async () => {
    await using bench = await benchWith({ aps: 3 });
    fail(bench, [2]);
    const job = await start(bench, { strategy: "serial" });
    bench.seconds(times.upgraded);
    expect(await state(bench, job)).toEqual({
      status: "upgrading",
      upgraded: [ap(1)],
      download_requested: [ap(2)],
      scheduled: [ap(3)],
    });
    bench.seconds(1_000);
    expect(await state(bench, job)).toEqual({
      status: "failed",
      upgraded: [ap(1)],
      failed: [ap(2)],
      scheduled: [ap(3)],
    });
  });

  test("goes through what is skipped", async () => {
    await using bench = await benchWith({ aps: 300 });
    for (const mac of macs(1, 299)) bench.mist.device(mac).version = newAp;
    const job = await start(bench, { strategy: "serial" });
    bench.seconds(times.upgraded);
    expect(await state(bench, job)).toMatchObject({ status: "completed", upgraded: [ap(300)] });
    expect(touched(bench)).toEqual([ap(300)]);
  });

  test("a switch that only waits for its reboot lets the next one begin", async () => {
    await using bench = await benchWith({ switches: 2 });
    const job = await start(bench, { version: newJunos, models: ["EX4100-48P"], strategy: "serial" });
    bench.seconds(1_000);
    expect(await state(bench, job)).toEqual({ status: "downloaded", downloaded: [sw(1), sw(2)] });
  });
});

describe("rrm", () => {
  const plan = async (bench: MistBench, body: Row) => {
    const { upgrade_plan: phases } = await bench.get<{ upgrade_plan: Record<string, string[]> }>(
      await start(bench, { strategy: "rrm", ...body }),
    );
    return Object.values(phases);
  };

  test("batches grow to the largest, from the fringe or from the centre", async () => {
    await using bench = await benchWith({ aps: 20 });
    const sizes = (phases: string[][]) => phases.map(({ length }) => length);
    const batches = { rrm_first_batch_percentage: 5, rrm_max_batch_percentage: 30 };
    expect(sizes(await plan(bench, batches))).toEqual([1, 2, 4, 6, 6, 1]);
    expect(sizes(await plan(bench, { ...batches, rrm_slow_ramp: true }))).toEqual([1, 2, 3, 4, 5, 5]);
    expect((await plan(bench, {}))[0]).toEqual([ap(1), ap(2)]);
    expect((await plan(bench, { rrm_node_order: "center_to_fringe" }))[0]).toEqual([ap(20), ap(19)]);
  });

  test("goes batch by batch", async () => {
    await using bench = await benchWith({ aps: 3 });
    const job = await start(bench, { strategy: "rrm" });
    bench.seconds(times.upgraded);
    expect(await bench.get(job)).toMatchObject({ current_phase: 2, targets: { upgraded: [ap(1)] } });
    bench.seconds(1_000);
    expect(await state(bench, job)).toEqual({ status: "completed", upgraded: macs(1, 3) });
  });
});

describe("big_bang", () => {
  test.each(["completed", "failed"] as const)("some failures: %s", async (bigBangFailures) => {
    await using bench = await benchWith({ aps: 3 }, { bigBangFailures });
    fail(bench, [1, 2]);
    const job = await start(bench);
    bench.seconds(times.upgraded);
    expect(await state(bench, job)).toEqual({ status: bigBangFailures, upgraded: [ap(3)], failed: [ap(1), ap(2)] });
  });

  test("failures alone make it failed", async () => {
    await using bench = await benchWith({ aps: 2 });
    fail(bench, [1, 2]);
    const job = await start(bench);
    bench.seconds(times.upgraded);
    expect(await state(bench, job)).toEqual({ status: "failed", failed: macs(1, 2) });
  });
});

describe("cancelling", () => {
  test("leaves what hasn't begun; what has goes on", async () => {
    await using bench = await benchWith({ aps: 3 });
    const job = await start(bench, { strategy: "serial" });
    bench.seconds(times.downloading);
    const reply = await bench.call("POST", `${job}/cancel`);
    expect([reply.status, reply.text]).toEqual([200, ""]);
    expect(await state(bench, job)).toMatchObject({ status: "cancelled", downloading: [ap(1)] });
    bench.seconds(2_000);
    expect(await state(bench, job)).toEqual({ status: "cancelled", upgraded: [ap(1)], scheduled: [ap(2), ap(3)] });
    expect(touched(bench)).toEqual([ap(1)]);
  });

  test("calls off what is offline or busy", async () => {
    await using bench = await benchWith({ aps: 2 });
    bench.mist.device(ap(1)).connected = false;
    const first = await start(bench, { device_ids: [deviceId(ap(2))] });
    bench.seconds(times.downloading);
    const second = await start(bench, { force: true });
    bench.seconds(times.downloading);
    await bench.ok("POST", `${second}/cancel`);
    bench.mist.device(ap(1)).connected = true;
    bench.seconds(2_000);
    expect(await state(bench, first)).toEqual({ status: "completed", upgraded: [ap(2)] });
    expect(await state(bench, second)).toEqual({
      status: "cancelled",
      scheduled: [ap(2)],
      download_requested: [ap(1)],
    });
    expect(touched(bench)).toEqual([ap(2)]);
  });

  test("before its time nothing happens to anything", async () => {
    await using bench = await benchWith({ aps: 1 });
    const start_time = bench.simulators.clock.now() / 1_000 + 3_600;
    const job = await start(bench, { start_time });
    bench.seconds(60);
    expect(await bench.get(job)).toMatchObject({ status: "queued", start_time, reboot_at: start_time });
    await bench.ok("POST", `${job}/cancel`);
    bench.seconds(10_000);
    expect(await state(bench, job)).toEqual({ status: "cancelled", scheduled: [ap(1)] });
    expect(touched(bench)).toEqual([]);
  });

  test("of what is over: without effect, or refused", async () => {
    await using bench = await benchWith({ aps: 1 });
    const job = await start(bench);
    bench.seconds(times.upgraded);
    await bench.ok("POST", `${job}/cancel`);
    bench.mist.variants.cancelFinished = "refused";
    expect((await bench.call("POST", `${job}/cancel`)).status).toBe(400);
    expect(await state(bench, job)).toMatchObject({ status: "completed" });
  });
});
