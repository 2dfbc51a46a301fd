import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import { rounds } from "../mist-upgrade/variants";
import {
  access,
  away,
  deviceId,
  first,
  headquarters,
  junos,
  newest,
  older,
  type UpgradeScenario,
  type UpgradeWorld,
  until,
  warehouse,
  warnings,
} from "../mist-upgrade/world";

const firmware = { siteId: headquarters, mac: first, targetVersion: newest };
const path = `/sites/${headquarters}/devices/${deviceId(first)}/upgrade`;
const whole = [`download ${first}`, `install ${first}`, `reboot ${first}`];

const fault = (world: UpgradeWorld, action: FaultAction, options: object = {}) =>
  world.simulators.faults.add({ service: "mist", action, times: 1, ...options });

const bodies = (world: UpgradeWorld) =>
  world.simulators.requests.filter({ service: "mist", method: "POST" }).map(({ body }) => body);

/** What the firmware of one device goes through. The defects of another tool are tests of ours, by their numbers. */
export const deviceFirmwareScenarios: readonly UpgradeScenario[] = [
  {
    name: "a device is upgraded only when it runs another version, and reboots once",
    async run(world) {
      const run = await world.upInTime({ lobby: firmware });
      expect(run.progress.some((text) => /^updating, \d+ %$/.test(text))).toBe(true);
      expect(world.stack.state("lobby")).toMatchObject({
        id: `${headquarters}/${deviceId(first)}`,
        outputs: {
          resolvedVersion: newest,
          runningVersion: newest,
          pendingReboot: false,
          model: "AP45",
          deviceType: "ap",
        },
      });
      expect(world.actions()).toEqual(whole);
      await world.expectNoDrift({ lobby: firmware });
      world.stack.resources.clear();
      await world.up({ lobby: { ...firmware, mac: "5C:5B:35:0D:BB:A1" } });
      expect(world.actions()).toEqual(whole);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
    },
  },
  {
    name: "T-upgrade#1: startTime is sent, and it is not rebootAt",
    async run(world) {
      const inputs = {
        ...firmware,
        mac: access,
        targetVersion: junos,
        startTime: 1_738_325_400,
        rebootAt: 1_738_326_000,
      };
      await world.upInTime({ access: { ...inputs, snapshot: true } });
      expect(bodies(world)).toEqual([
        { version: junos, start_time: 1_738_325_400, reboot: true, reboot_at: 1_738_326_000, snapshot: true },
      ]);
      expect(world.version(access)).toBe(junos);
    },
  },
  ...(["failed", "error"] as const).map(
    (fwupdateFailed): UpgradeScenario => ({
      name: `T-upgrade#2: an update that Mist calls ${fwupdateFailed} fails at once, and the next up asks again`,
      options: { variants: { fwupdateFailed } },
      async run(world) {
        world.device(first).updateOutcomes = ["installFails", "ok"];
        const { message } = await world.failInTime({ lobby: firmware });
        expect(message).toContain(
          `the upgrade of access point hq-ap-1 (${first}) to ${newest} failed: Mist calls it ${fwupdateFailed}`,
        );
        const run = await world.upInTime({ lobby: firmware });
        expect(run.operations).toEqual({ lobby: "update" });
        expect(world.version(first)).toBe(newest);
      },
    }),
  ),
  {
    name: "T-upgrade#3: an update that is over before the first look is seen",
    async run(world) {
      await world.asTimeGoes(world.up({ lobby: firmware }), 600);
      expect(world.version(first)).toBe(newest);
    },
  },
  {
    name: "T-upgrade#4: an access point that comes back with its old version is not believed",
    async run(world) {
      world.device(first).updateOutcomes = ["oldVersion"];
      const { message } = await world.failInTime({ lobby: firmware });
      expect(message).toContain(`was to run ${newest}, and Mist calls the upgrade done, but after its reboot it runs`);
    },
  },
  {
    name: "T-upgrade#5: a change of anything but the version asks for nothing",
    async run(world) {
      await world.upInTime({ lobby: firmware });
      world.takeWrites();
      const changed = { ...firmware, timeoutSeconds: 60, reboot: false, snapshot: true, startTime: 1_900_000_000 };
      expect((await world.up({ lobby: changed })).operations).toEqual({ lobby: "update" });
      expect(world.takeWrites()).toEqual([]);
      expect(world.actions()).toEqual(whole);
    },
  },
  {
    name: "T-upgrade#6: a device that has come to run another version is drift, and is brought back",
    async run(world) {
      await world.upInTime({ lobby: firmware });
      world.device(first).version = older;
      const run = await world.refresh();
      expect(run.operations).toEqual({ lobby: "update" });
      expect(run.paths).toEqual({ lobby: ["targetVersion"] });
      await world.upInTime({ lobby: firmware });
      expect(world.version(first)).toBe(newest);
    },
  },
  {
    name: "T-upgrade#6: an interrupted run leaves the update alone, and the next one waits for it",
    hosts: ["plugin"],
    async run(world) {
      const run = await world.stack.up(
        { lobby: firmware },
        {
          during: async (host) => {
            await until(() => world.writes().length > 0);
            await until(() => world.stack.messages().some(({ text }) => text.startsWith("updating")));
            await host.cancel();
          },
        },
      );
      expect(run.failures.lobby).toBeDefined();
      await world.upInTime({ lobby: firmware });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
      expect(world.actions()).toEqual(whole);
    },
  },
  {
    name: "T-upgrade#7: many devices of a site share their looks",
    options: { config: { pollSeconds: 0.2 } },
    async run(world) {
      const program = {
        lobby: firmware,
        access: { siteId: headquarters, mac: access, targetVersion: junos },
      };
      await world.asTimeGoes(world.up(program), 60);
      expect([world.version(first), world.version(access)]).toEqual([newest, junos]);
      expect(world.takeCounts()[`GET /sites/${headquarters}/stats/devices?type`]).toBeGreaterThan(0);
    },
  },
  {
    name: "T-upgrade#8: stable is resolved, and verified by what it meant",
    async run(world) {
      const program = { lobby: { ...firmware, targetVersion: "stable" } };
      await world.upInTime(program);
      expect(world.stack.state("lobby").outputs).toMatchObject({ resolvedVersion: newest, runningVersion: newest });
      expect(bodies(world)).toEqual([{ version: newest }]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a version in the older form of access points is the same, which a warning says",
    async run(world) {
      world.device(first).version = `apfw-${newest}-gilly-1a2b`;
      expect(warnings(await world.up({ lobby: firmware }))).toContain(`only the number of ${newest} was compared`);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a device that is away is waited for, and said to be so",
    options: { config: { pollSeconds: 0.02 } },
    async run(world) {
      const { message, run } = await world.failInTime({ away: { ...firmware, mac: away, timeoutSeconds: 0.5 } });
      expect(message).toMatch(
        /^the upgrade of access point hq-ap-2 \(.*\) to .* has not ended within 1 s: not connected, waits for it/,
      );
      expect(run.progress).toContain("not connected, waits for it");
      expect((await world.stack.refresh()).failures.away?.message).toContain("`pulumi up` goes on with it");
      world.device(away).connected = true;
      await world.upInTime({ away: { ...firmware, mac: away } });
      expect(world.version(away)).toBe(newest);
      expect(world.takeWrites()).toHaveLength(1);
    },
  },
  {
    name: "an update that somebody else has begun is waited for first",
    async run(world) {
      const elsewhere = await world.stack.up({
        lobby: { ...firmware, targetVersion: "0.15.30212", timeoutSeconds: 0.05 },
      });
      expect(elsewhere.failures.lobby).toBeDefined();
      world.stack.resources.clear();
      await world.upInTime({ lobby: firmware });
      expect(world.version(first)).toBe(newest);
      expect(world.actions()).toEqual([...whole, ...whole]);
    },
  },
  {
    name: "an update whose acceptance nobody heard is not asked for twice",
    async run(world) {
      fault(world, { kind: "resetAfterCommit" }, { method: "POST", path });
      await world.upInTime({ lobby: firmware });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
      expect(world.actions()).toEqual(whole);
    },
  },
  ...([{ fwupdatePending: "inprogress" }, { fwupdatePending: "success" }] as const).map(
    (variants): UpgradeScenario => ({
      name: `a switch whose reboot is left to others has the version waiting (${variants.fwupdatePending})`,
      options: { variants },
      async run(world) {
        const program = { access: { siteId: headquarters, mac: access, targetVersion: junos, reboot: false } };
        const run = await world.upInTime(program);
        expect(warnings(run)).toContain("until it is rebooted: reboot is false");
        expect(world.stack.state("access").outputs).toMatchObject({ pendingReboot: true });
        await world.expectNoDrift(program);
        expect(world.actions()).toEqual([`download ${access}`, `install ${access}`]);
      },
    }),
  ),
  {
    name: "a preview tells what happens, and refuses a version that the model does not have",
    hosts: ["plugin"],
    async run(world) {
      const run = await world.stack.preview({ lobby: firmware });
      expect(warnings(run)).toBe(
        `1 access point at site Headquarters (${headquarters}) will be upgraded to ${newest} and reboot`,
      );
      expect(await world.refusal({ lobby: { ...firmware, targetVersion: "1.2.3" } })).toContain(
        "Mist has no version 1.2.3 for AP45",
      );
      world.device(first).version = newest;
      expect(warnings(await world.stack.preview({ lobby: firmware }))).toBe("");
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a device that is not at its site, or a version that there is not, is told",
    async run(world) {
      const { message } = await world.failingUp({ lobby: { ...firmware, targetVersion: "1.2.3" } });
      expect(message).toContain(`Mist has no version 1.2.3 for access point hq-ap-1 (${first}), model AP45: it offers`);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a device is imported by its site and its MAC address, with what it runs",
    async run(world) {
      for (const id of [`${headquarters}/5C:5B:35:0D:BB:A1`, `${headquarters}.${deviceId(first)}`]) {
        expect((await world.stack.import("lobby", id)).failures).toEqual({});
        expect(world.stack.state("lobby")).toMatchObject({
          id: `${headquarters}/${deviceId(first)}`,
          inputs: { siteId: headquarters, mac: first, targetVersion: world.version(first) },
        });
      }
      const { failures } = await world.stack.import("other", `${warehouse}/${first}`);
      expect(failures.other?.message).toContain("does not exist");
    },
  },
  ...rounds.map(
    (variants): UpgradeScenario => ({
      name: `devices come to their versions where ${JSON.stringify(variants)}`,
      options: { variants },
      async run(world) {
        const program = { lobby: firmware, access: { siteId: headquarters, mac: access, targetVersion: "stable" } };
        await world.upInTime(program);
        expect([world.version(first), world.version(access)]).toEqual([newest, junos]);
        await world.expectNoDrift(program);
        expect(world.takeWrites()).toHaveLength(2);
      },
    }),
  ),
];
