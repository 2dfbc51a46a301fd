import { describe, expect, test } from "vitest";
import { mistOrgId } from "../../simulators";
import { deviceId, headquarters, org } from "./mist-helper";
import {
  ap,
  benchWith,
  deviceUpgrade,
  done,
  newAp,
  newJunos,
  oldAp,
  oldJunos,
  once,
  router,
  start,
  state,
  statsOf,
  sw,
  times,
} from "./mist-upgrade-helper";

describe("the upgrade of one device", () => {
  test("starts at once", async () => {
    await using bench = await benchWith({ aps: 1 });
    const timestamp = bench.simulators.clock.now() / 1_000;
    expect(await bench.ok("POST", deviceUpgrade(ap(1)), { version: "stable" })).toEqual({
      status: "starting",
      timestamp,
    });
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({
      fwupdate: { status: "inprogress", progress: 0, status_id: 3_037, timestamp },
    });
    bench.seconds(times.upgraded);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ version: newAp, fwupdate: { status: "success" } });
    expect(done(bench, ap(1))).toEqual(once(newAp));
    expect(bench.mist.firmwareActions()[0]).toMatchObject({ job: null });
  });

  test("waits for its start_time", async () => {
    await using bench = await benchWith({ aps: 1 });
    const start_time = bench.simulators.clock.now() / 1_000 + 600;
    const reply = await bench.ok("POST", deviceUpgrade(ap(1)), { version: newAp, start_time });
    expect(reply).toMatchObject({ status: "scheduled" });
    bench.seconds(599);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ fwupdate: { status: "scheduled", progress: null } });
    bench.seconds(1);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ fwupdate: { status: "inprogress" } });
    const { results } = await bench.get<{ results: Array<{ type: string }> }>(`${org}/devices/events/search`);
    expect(results.map(({ type }) => type)).toEqual(["AP_UPGRADE_BY_SCHEDULE"]);
  });

  test.each([
    ["told", [200, "device already running version"]],
    ["success", [200, "success"]],
    ["refused", [400, undefined]],
  ] as const)("to what it runs: %s", async (sameVersion, expected) => {
    await using bench = await benchWith({ aps: 1 }, { sameVersion });
    const [status, reply] = await bench.outcome("POST", deviceUpgrade(ap(1)), { version: oldAp });
    expect([status, reply?.status]).toEqual(expected);
    bench.seconds(times.upgraded);
    expect(done(bench, ap(1))).toEqual([]);
  });

  test("during another one changes nothing", async () => {
    await using bench = await benchWith({ aps: 1 });
    await bench.ok("POST", deviceUpgrade(ap(1)), { version: newAp });
    expect(await bench.ok("POST", deviceUpgrade(ap(1)), { version: newAp })).toMatchObject({ status: "inprogress" });
    bench.mist.variants.repeatedUpgrade = "refused";
    expect((await bench.call("POST", deviceUpgrade(ap(1)), { version: newAp })).status).toBe(400);
    bench.seconds(1_000);
    expect(done(bench, ap(1))).toEqual(once(newAp));
  });

  test("a switch is rebooted if asked, now or later", async () => {
    await using bench = await benchWith({ switches: 2 });
    const reboot_at = bench.simulators.clock.now() / 1_000 + 900;
    await bench.ok("POST", deviceUpgrade(sw(1)), { version: newJunos });
    await bench.ok("POST", deviceUpgrade(sw(2)), { version: newJunos, reboot: true, reboot_at, snapshot: true });
    bench.seconds(800);
    expect([sw(1), sw(2)].map((mac) => bench.mist.device(mac))).toMatchObject([
      { version: oldJunos, pendingVersion: newJunos },
      { version: oldJunos, pendingVersion: newJunos },
    ]);
    bench.seconds(300);
    expect(bench.mist.device(sw(1)).version).toBe(oldJunos);
    expect(bench.mist.device(sw(2))).toMatchObject({ version: newJunos, pendingVersion: null });
    expect(done(bench, sw(2))).toEqual([...once(newJunos), `snapshot ${newJunos}`]);
  });

  test.each([
    [{}, "version"],
    [{ version: "9.9.9" }, "version"],
    [{ version: newJunos }, "version"],
    [{ version: newAp, start_time: "now" }, "start_time"],
    [{ version: newAp, reboot: "no" }, "reboot"],
  ])("refuses %j", async (body, field) => {
    await using bench = await benchWith({ aps: 1 });
    const [status, reply] = await bench.outcome("POST", deviceUpgrade(ap(1)), body);
    expect([status, reply?.detail]).toEqual([400, `invalid field: ${field}`]);
  });

  test("404 for a device that isn't at the site; an SSR has an endpoint of its own", async () => {
    await using bench = await benchWith({ aps: 1, routers: 1, elsewhere: 1 });
    expect((await bench.call("POST", deviceUpgrade(ap(2)), { version: newAp })).status).toBe(404);
    expect((await bench.call("POST", deviceUpgrade(router(1)), { version: "6.3.0-107r1" })).status).toBe(400);
  });

  test("a job waits for it, and finds the device upgraded", async () => {
    await using bench = await benchWith({ aps: 1 });
    await bench.ok("POST", deviceUpgrade(ap(1)), { version: newAp });
    const job = await start(bench);
    bench.seconds(times.upgraded + 10);
    expect(await state(bench, job)).toEqual({ status: "completed", skipped: [ap(1)] });
  });

  test("a word for failure of the other kind", async () => {
    await using bench = await benchWith({ aps: 1 }, { fwupdateFailed: "error" });
    bench.mist.device(ap(1)).updateOutcomes = ["downloadFails"];
    await bench.ok("POST", deviceUpgrade(ap(1)), { version: newAp });
    bench.seconds(times.upgraded);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ fwupdate: { status: "error", will_retry: false } });
  });
});

describe("restarts", () => {
  const restart = `/sites/${headquarters}/devices/restart`;

  test("take a device away for a while and reset its uptime", async () => {
    await using bench = await benchWith({ aps: 2 });
    await bench.ok("POST", restart, { device_ids: [deviceId(ap(1))] });
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ status: "disconnected", version: oldAp });
    bench.seconds(150);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ status: "connected", uptime: 30, version: oldAp });
    expect(bench.mist.firmwareActions().map(({ device, kind }) => [device, kind])).toEqual([[ap(1), "reboot"]]);
  });

  test.each([[{}], [{ device_ids: [] }], [{ device_ids: [deviceId(ap(9))] }]])("refuse %j", async (body) => {
    await using bench = await benchWith({ aps: 1 });
    expect((await bench.call("POST", restart, body)).status).toBe(400);
  });
});

test("a device that Mist only looks after is upgraded by its MAC", async () => {
  await using bench = await benchWith({ switches: 1 });
  const path = `/orgs/${mistOrgId}/jsi/devices/${sw(1)}/upgrade`;
  expect((await bench.call("POST", path, { version: newJunos })).status).toBe(404);
  bench.mist.device(sw(1)).jsi = true;
  expect((await bench.call("POST", path, {})).status).toBe(400);
  await bench.ok("POST", path, { version: newJunos });
  bench.seconds(times.upgraded);
  expect(bench.mist.device(sw(1)).version).toBe(newJunos);
});
