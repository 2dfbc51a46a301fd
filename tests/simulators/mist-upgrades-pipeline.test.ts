import { describe, expect, test } from "vitest";
import { mistChassisMac, mistChassisMembers, mistOrgId } from "../../simulators";
import { deviceId, headquarters, MistBench, type Row, warehouse } from "./mist-helper";
import {
  ap,
  benchWith,
  done,
  newAp,
  newJunos,
  oldAp,
  oldJunos,
  once,
  start,
  state,
  statsOf,
  sw,
  times,
} from "./mist-upgrade-helper";

const restart = (mac: string): string => `/sites/${headquarters}/devices/${deviceId(mac)}/restart`;

describe("an access point", () => {
  test("goes from stage to stage", async () => {
    await using bench = await benchWith({ aps: 1 });
    const job = await start(bench);
    const seen: Array<[number, unknown, unknown, unknown]> = [];
    let now = 0;
    const mac = ap(1);
    for (const instant of [0, ...Object.values(times)]) {
      bench.seconds(instant - now);
      now = instant;
      const { status: connected, fwupdate } = await bench.get<{ status: string; fwupdate: Row }>(statsOf(mac));
      const { status, ...stages } = await state(bench, job);
      expect(Object.values(stages)).toEqual([[mac]]);
      seen.push([instant, `${status}: ${Object.keys(stages)}`, connected, fwupdate.progress]);
    }
    expect(seen).toEqual([
      [0, "created: scheduled", "connected", null],
      [2, "downloading: download_requested", "connected", 0],
      [7, "downloading: downloading", "connected", 0],
      [147, "downloaded: downloaded", "connected", 70],
      [207, "upgrading: reboot_in_progress", "disconnected", 100],
      [327, "upgrading: rebooted", "connected", 100],
      [337, "completed: upgraded", "connected", 100],
    ]);
  });

  test("tells of its upgrade: version, uptime, fwupdate, each of the record's actions once", async () => {
    await using bench = await benchWith({ aps: 1 });
    const job = await start(bench);
    const before = await bench.get(statsOf(ap(1)));
    expect(before).toMatchObject({ version: oldAp, uptime: 86_400, fwupdate: { status: null, status_id: null } });
    bench.seconds(times.downloading + 60);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({
      version: oldAp,
      uptime: 86_467,
      fwupdate: { status: "inprogress", progress: 30, status_id: 3_037 },
    });
    bench.seconds(times.rebooting - times.downloading - 60);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ version: oldAp, uptime: null, status: "disconnected" });
    bench.seconds(1_000);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({
      version: newAp,
      uptime: 1_000 - (times.rebooted - times.rebooting),
      fwupdate: { status: "success", progress: 100, status_id: 3_037, will_retry: false },
    });
    expect(done(bench, ap(1))).toEqual(once(newAp));
    expect(bench.mist.firmwareActions()).toContainEqual(
      expect.objectContaining({ kind: "install", from: oldAp, job: job.split("/").at(-1) }),
    );
  });

  test("is skipped when it runs the version already, unless forced", async () => {
    await using bench = await benchWith({ aps: 1 });
    const skipped = await start(bench, { version: oldAp });
    const forced = await start(bench, { version: oldAp, force: true });
    bench.seconds(times.upgraded);
    expect(await state(bench, skipped)).toEqual({ status: "completed", skipped: [ap(1)] });
    expect(await state(bench, forced)).toEqual({ status: "completed", upgraded: [ap(1)] });
    expect(done(bench, ap(1))).toEqual(once(oldAp));
  });

  test("has one upgrade at a time, and a second job finds nothing left to do", async () => {
    await using bench = await benchWith({ aps: 1 });
    const first = await start(bench);
    const second = await start(bench);
    bench.seconds(times.downloading);
    expect(await state(bench, second)).toEqual({ status: "queued", scheduled: [ap(1)] });
    bench.seconds(400);
    expect(await state(bench, first)).toEqual({ status: "completed", upgraded: [ap(1)] });
    expect(await state(bench, second)).toEqual({ status: "completed", skipped: [ap(1)] });
    expect(done(bench, ap(1))).toEqual(once(newAp));
  });

  test("that is offline waits, also in the middle of its download", async () => {
    await using bench = await benchWith({ aps: 2 });
    bench.mist.device(ap(1)).connected = false;
    const job = await start(bench);
    bench.seconds(times.downloading + 30);
    bench.mist.device(ap(2)).connected = false;
    bench.seconds(86_400);
    expect(await state(bench, job)).toEqual({
      status: "downloading",
      download_requested: [ap(1)],
      downloading: [ap(2)],
    });
    expect(bench.mist.firmwareActions()).toEqual([]);
    await bench.control("PATCH", `/mist/devices/${ap(1)}`, { connected: true });
    await bench.control("PATCH", `/mist/devices/${ap(2)}`, { connected: true });
    bench.seconds(400);
    expect(await state(bench, job)).toEqual({ status: "completed", upgraded: [ap(1), ap(2)] });
  });
});

describe("what goes wrong with a device", () => {
  test.each([
    ["downloadFails", oldAp, "failed", "connected", []],
    ["installFails", oldAp, "failed", "connected", [`download ${newAp}`]],
    ["neverBack", oldAp, "failed", "disconnected", once(newAp)],
    ["oldVersion", oldAp, "upgraded", "connected", once(newAp)],
  ] as const)("%s", async (outcome, version, stage, status, actions) => {
    await using bench = await benchWith({ aps: 2 });
    bench.mist.device(ap(1)).updateOutcomes = [outcome];
    const job = await start(bench);
    bench.seconds(2_000);
    expect(await state(bench, job)).toMatchObject({ status: "completed", [stage]: expect.arrayContaining([ap(1)]) });
    const word = stage === "failed" ? "failed" : "success";
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ version, status, fwupdate: { status: word } });
    expect(await bench.get(statsOf(ap(2)))).toMatchObject({ version: newAp });
    expect(done(bench, ap(1))).toEqual(actions);
  });

  test("is tried again as often as a variant says, with a status_id of its own each time", async () => {
    await using bench = await benchWith({ aps: 1 }, { upgradeRetries: 2 });
    bench.mist.device(ap(1)).updateOutcomes = ["downloadFails", "installFails", "ok"];
    const job = await start(bench);
    bench.seconds(times.downloaded);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ fwupdate: { status: "failed", will_retry: true } });
    expect(await state(bench, job)).toMatchObject({ status: "downloading" });
    bench.seconds(1_000);
    expect(await bench.get(statsOf(ap(1)))).toMatchObject({ fwupdate: { status: "success", status_id: 3_039 } });
    expect(done(bench, ap(1))).toEqual([`download ${newAp}`, ...once(newAp)]);
    expect(await state(bench, job)).toEqual({ status: "completed", upgraded: [ap(1)] });
  });

  test("fails by rate: every fourth device", async () => {
    await using bench = await benchWith({ aps: 8 }, { upgradeFailureRate: 0.25 });
    const job = await start(bench);
    bench.seconds(400);
    expect(await state(bench, job)).toMatchObject({ failed: [ap(4), ap(8)] });
  });
});

describe("a switch", () => {
  const junos = { version: newJunos, models: ["EX4100-48P"] };

  test("waits for somebody to reboot it", async () => {
    await using bench = await benchWith({ switches: 1 });
    const job = await start(bench, junos);
    bench.seconds(86_400);
    expect(await state(bench, job)).toEqual({ status: "downloaded", downloaded: [sw(1)] });
    expect(await bench.get(statsOf(sw(1)))).toMatchObject({
      version: oldJunos,
      status: "connected",
      fwupdate: { status: "inprogress", progress: 100 },
    });
    await bench.ok("POST", restart(sw(1)));
    bench.seconds(60);
    expect(await state(bench, job)).toEqual({ status: "upgrading", reboot_in_progress: [sw(1)] });
    bench.seconds(100);
    expect(await state(bench, job)).toEqual({ status: "completed", upgraded: [sw(1)] });
    expect(await bench.get(statsOf(sw(1)))).toMatchObject({ version: newJunos, fwupdate: { status: "success" } });
    expect(done(bench, sw(1))).toEqual(once(newJunos));
  });

  test("is rebooted at once, or at reboot_at, with a snapshot afterwards if asked", async () => {
    await using bench = await benchWith({ switches: 2 });
    const now = bench.simulators.clock.now() / 1_000;
    const of = (number: number) => ({ version: newJunos, device_ids: [deviceId(sw(number))], reboot: true });
    const soon = await start(bench, { ...of(1), snapshot: true });
    const late = await start(bench, { ...of(2), reboot_at: now + 3_600 });
    bench.seconds(times.upgraded);
    expect(await state(bench, soon)).toEqual({ status: "completed", upgraded: [sw(1)] });
    expect(done(bench, sw(1))).toEqual([...once(newJunos), `snapshot ${newJunos}`]);
    bench.seconds(3_599 - times.upgraded);
    expect(await state(bench, late)).toEqual({ status: "downloaded", downloaded: [sw(2)] });
    expect(await bench.get(late)).toMatchObject({ reboot_at: now + 3_600 });
    bench.seconds(1);
    expect(await state(bench, late)).toEqual({ status: "upgrading", reboot_in_progress: [sw(2)] });
    bench.seconds(130);
    expect(done(bench, sw(2))).toEqual(once(newJunos));
  });

  test("that is away at reboot_at is rebooted once it is back", async () => {
    await using bench = await benchWith({ switches: 1 });
    const reboot_at = bench.simulators.clock.now() / 1_000 + 900;
    const job = await start(bench, { ...junos, reboot: true, reboot_at });
    bench.seconds(600);
    bench.mist.device(sw(1)).connected = false;
    bench.seconds(600);
    expect(await state(bench, job)).toEqual({ status: "downloaded", downloaded: [sw(1)] });
    bench.mist.device(sw(1)).connected = true;
    bench.seconds(200);
    expect(await state(bench, job)).toEqual({ status: "completed", upgraded: [sw(1)] });
    expect(done(bench, sw(1))).toEqual(once(newJunos));
  });

  test("forgets what is written, and goes back to what it ran before", async () => {
    await using bench = await benchWith({ switches: 2, aps: 1 });
    const path = (mac: string, what: string) => `/sites/${headquarters}/devices/${deviceId(mac)}/${what}`;
    expect((await bench.call("POST", path(sw(1), "restore_backup_version"))).status).toBe(400);
    await start(bench, junos);
    bench.seconds(times.rebooting);
    await bench.ok("POST", path(sw(1), "clear_pending_version"));
    expect((await bench.call("POST", path(sw(1), "clear_pending_version"))).status).toBe(400);
    await bench.ok("POST", restart(sw(1)));
    await bench.ok("POST", `/sites/${headquarters}/devices/restart`, { device_ids: [deviceId(sw(2))] });
    bench.seconds(times.upgraded);
    expect(bench.mist.device(sw(1)).version).toBe(oldJunos);
    expect(bench.mist.device(sw(2))).toMatchObject({ version: newJunos, backupVersion: oldJunos });
    const both = { device_ids: [deviceId(sw(2))] };
    await bench.ok("POST", `/sites/${headquarters}/devices/restore_backup_version`, both);
    bench.seconds(130);
    expect(bench.mist.device(sw(2)).version).toBe(oldJunos);
    expect((await bench.call("POST", path(ap(1), "restore_backup_version"))).status).toBe(400);
  });

  test("isn't restarted during an upgrade, nor while it is away", async () => {
    await using bench = await benchWith({ switches: 1 });
    await start(bench, junos);
    bench.seconds(times.downloading);
    expect((await bench.call("POST", restart(sw(1)))).status).toBe(400);
    bench.seconds(times.rebooting);
    await bench.ok("POST", restart(sw(1)));
    expect((await bench.call("POST", restart(sw(1)))).status).toBe(400);
    bench.seconds(200);
    expect(done(bench, sw(1))).toEqual(once(newJunos));
  });

  test("takes another job over what waits for a reboot, and both installations are on record", async () => {
    await using bench = await benchWith({ switches: 1 });
    const first = await start(bench, junos);
    bench.seconds(times.upgraded);
    const second = await start(bench, { ...junos, reboot: true });
    bench.seconds(times.upgraded);
    expect(await state(bench, first)).toEqual({ status: "downloaded", downloaded: [sw(1)] });
    expect(await state(bench, second)).toEqual({ status: "completed", upgraded: [sw(1)] });
    expect(done(bench, sw(1)).filter((action) => action.startsWith("install"))).toHaveLength(2);
  });
});

test("the members of a virtual chassis run what the chassis runs", async () => {
  await using bench = await MistBench.start();
  const path = `/sites/${warehouse}/devices/upgrade`;
  const device_ids = [deviceId(mistChassisMac)];
  await bench.ok("POST", path, { device_ids, version: newJunos, reboot: true });
  bench.seconds(times.upgraded);
  for (const mac of [mistChassisMac, ...mistChassisMembers])
    expect(bench.mist.device(mac)).toMatchObject({ orgId: mistOrgId, version: newJunos });
  expect(bench.mist.firmwareActions().filter(({ kind }) => kind === "install")).toHaveLength(1);
});
