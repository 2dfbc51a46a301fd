import { describe, expect, test } from "vitest";
import { deviceId, headquarters, type MistBench, nowhere, type Row } from "./mist-helper";
import { ap, benchWith, done, once, router, ssrJobs, times } from "./mist-upgrade-helper";

const newest = "6.3.0-107r1";
const id = (number: number): string => deviceId(router(number));
const startSsr = async (bench: MistBench, body: Row = {}): Promise<string> => {
  const job = await bench.ok<{ id: string }>("POST", ssrJobs, { device_ids: [id(1), id(2)], ...body });
  return `${ssrJobs}/${job.id}`;
};

describe("a job on Session Smart Routers", () => {
  test("counts devices, and lists their ids where GET has it", async () => {
    await using bench = await benchWith({ routers: 2 });
    const started = await bench.ok("POST", ssrJobs, { device_ids: [id(1), id(2)], strategy: "serial" });
    expect(started).toMatchObject({
      status: "queued",
      channel: "stable",
      device_type: "gateway",
      strategy: "serial",
      versions: { SSR: newest },
      counts: { queued: 2, upgrading: 0, success: 0, failed: 0 },
    });
    bench.seconds(times.upgraded);
    const path = `${ssrJobs}/${started.id}`;
    const now = await bench.get(path);
    expect(now).toMatchObject({
      status: "upgrading",
      targets: { queued: [], upgrading: [id(2)], success: [id(1)], failed: [] },
    });
    expect(await bench.get(`${path}/cancel`)).toEqual(now);
    expect(await bench.get(`/sites/${headquarters}/ssr/upgrade/${started.id}`)).toEqual(now);
    expect(await bench.get(ssrJobs)).toMatchObject([{ id: started.id, counts: { upgrading: 1, success: 1 } }]);
    bench.seconds(times.upgraded);
    expect(await bench.get(path)).toMatchObject({ status: "completed", targets: { success: [id(1), id(2)] } });
    expect(done(bench, router(1))).toEqual(once(newest));
  });

  test.each([
    ["cancel", 404, 200],
    ["plain", 200, 404],
  ] as const)("is read at one path only: %s", async (ssrJobPath, plain, odd) => {
    await using bench = await benchWith({ routers: 2 }, { ssrJobPath });
    const job = await startSsr(bench);
    expect((await bench.call("GET", job)).status).toBe(plain);
    expect((await bench.call("GET", `${job}/cancel`)).status).toBe(odd);
  });

  test("is cancelled with the same path and POST", async () => {
    await using bench = await benchWith({ routers: 2 });
    const job = await startSsr(bench, { strategy: "serial" });
    bench.seconds(times.downloading);
    await bench.ok("POST", `${job}/cancel`);
    bench.seconds(1_000);
    expect(await bench.get(job)).toMatchObject({
      status: "cancelled",
      targets: { queued: [id(2)], success: [id(1)] },
    });
  });

  test("fails; its end has another word", async () => {
    await using bench = await benchWith({ routers: 2 }, { ssrJobDone: "success" });
    bench.mist.device(router(1)).updateOutcomes = ["installFails"];
    const job = await startSsr(bench);
    bench.seconds(1_000);
    expect(await bench.get(job)).toMatchObject({ status: "success", targets: { failed: [id(1)], success: [id(2)] } });
  });

  test("downloads without a reboot, and reboots without a download", async () => {
    await using bench = await benchWith({ routers: 2 });
    const device_ids = [id(1)];
    const download = await startSsr(bench, { device_ids, reboot_at: -1 });
    bench.seconds(86_400);
    expect(await bench.get(download)).toMatchObject({ status: "upgrading", targets: { upgrading: device_ids } });
    expect(bench.mist.device(router(1))).toMatchObject({ version: "6.2.5-5r2", pendingVersion: newest });
    const reboot = await startSsr(bench, { device_ids, start_time: -1 });
    bench.seconds(200);
    expect(await bench.get(reboot)).toMatchObject({ status: "completed", targets: { success: device_ids } });
    expect(done(bench, router(1))).toEqual(once(newest));
    const nothing = await startSsr(bench, { device_ids: [id(2)], start_time: -1 });
    bench.seconds(200);
    expect(await bench.get(nothing)).toMatchObject({ status: "failed", targets: { failed: [id(2)] } });
  });

  test("takes the newest of a channel, or a version", async () => {
    await using bench = await benchWith({ routers: 2 });
    expect(await bench.get(await startSsr(bench, { channel: "beta" }))).toMatchObject({
      channel: "beta",
      versions: { SSR: "6.3.3-40r2" },
    });
    expect(await bench.get(await startSsr(bench, { version: "7.0.0-12a1" }))).toMatchObject({
      versions: { SSR: "7.0.0-12a1" },
    });
  });

  test("of one device", async () => {
    await using bench = await benchWith({ routers: 1, aps: 1 });
    const path = `/sites/${headquarters}/ssr/${id(1)}/upgrade`;
    const job = await bench.ok<{ id: string }>("POST", path, { version: newest });
    bench.seconds(times.upgraded);
    expect(await bench.get(`/sites/${headquarters}/ssr/upgrade/${job.id}`)).toMatchObject({
      status: "completed",
      targets: { success: [id(1)] },
    });
    expect((await bench.call("POST", path, {})).status).toBe(400);
    expect((await bench.call("POST", `/sites/${headquarters}/ssr/${deviceId(ap(1))}/upgrade`, {})).status).toBe(404);
  });

  test.each([
    ["device_ids", {}],
    ["device_ids", { device_ids: [nowhere] }],
    ["device_ids", { device_ids: [deviceId(ap(1))] }],
    ["channel", { device_ids: [id(1)], channel: "nightly" }],
    ["version", { device_ids: [id(1)], version: "1.0" }],
    ["strategy", { device_ids: [id(1)], strategy: "canary" }],
    ["start_time", { device_ids: [id(1)], start_time: -2 }],
    ["reboot_at", { device_ids: [id(1)], reboot_at: "never" }],
  ])("refuses %s in %j", async (field, body) => {
    await using bench = await benchWith({ routers: 1, aps: 1 });
    const [status, reply] = await bench.outcome("POST", ssrJobs, body);
    expect([status, reply?.detail]).toEqual([400, `invalid field: ${field}`]);
  });
});
