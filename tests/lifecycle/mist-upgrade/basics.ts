import { expect } from "vitest";
import {
  access,
  deviceId,
  first,
  headquarters,
  junos,
  newest,
  ofType,
  older,
  type UpgradeScenario,
  warnings,
} from "./world";

const job = { siteId: headquarters, deviceIds: [deviceId(first)], targetVersion: newest };

/** A job and its completion, as the engine goes through them. */
export const basics: readonly UpgradeScenario[] = [
  {
    name: "a job is accepted at once, and its completion waits until its devices run the version",
    async run(world) {
      await world.up({ berlin: job });
      const { id, outputs } = world.stack.state("berlin");
      expect(id).toBe(`site:${headquarters}/${world.jobs()[0]}`);
      expect(outputs).toMatchObject({ status: "created", total: 1, resolvedVersion: newest, phase: "waiting" });
      expect(world.version(first)).not.toBe(newest);
      const program = { berlin: job, done: ofType("UpgradeCompletion", { jobId: id }) };
      const run = await world.upInTime(program);
      expect(run.operations).toEqual({ berlin: "same", done: "create" });
      expect(world.version(first)).toBe(newest);
      const completed = world.stack.resources.get(world.stack.urn("done", "mist:UpgradeCompletion"));
      expect(completed).toMatchObject({
        id,
        outputs: {
          ...{ status: "completed", resolvedVersion: newest, total: 1, counts: { upgraded: 1 } },
          ...{ targets: { upgraded: [first] }, failedMacs: [], skippedMacs: [], wrongVersionMacs: [] },
        },
      });
      expect(run.progress).toContain("0 of 1 upgraded, 1 asked to download");
      await world.refresh();
      expect(world.stack.state("berlin").outputs).toMatchObject({ phase: "succeeded", counts: { upgraded: 1 } });
      world.takeCalls();
      await world.expectNoDrift(program);
      expect(world.takeWrites()).toEqual([]);
      expect(world.actions()).toEqual([`download ${first}`, `install ${first}`, `reboot ${first}`]);
    },
  },
  {
    name: "a preview tells what will be upgraded, what is skipped and what is not connected",
    hosts: ["plugin"],
    async run(world) {
      world.device(first).version = newest;
      const run = await world.stack.preview({
        berlin: { siteId: headquarters, models: ["AP45"], targetVersion: "stable" },
      });
      expect(run.failures).toEqual({});
      expect(warnings(run)).toBe(
        "hq-ap-2 is not connected: it is upgraded when Mist can reach it again\n" +
          `1 access point at site Headquarters (${headquarters}) will be upgraded to ${newest} and reboot; 1 that runs it ` +
          "already is skipped",
      );
      expect(world.takeWrites()).toEqual([]);
      const all = await world.stack.preview({
        all: {
          siteId: headquarters,
          allDevices: true,
          targetVersion: "stable",
          reboot: true,
          startTime: 1_900_000_000,
        },
      });
      expect(warnings(all)).toContain(
        `1 switch at site Headquarters (${headquarters}) will be upgraded to ${junos} from 2030-03-17T17:46:40Z on and reboot`,
      );
      const staged = await world.stack.preview({ all: { siteId: headquarters, deviceIds: [access] } });
      expect(warnings(staged)).toContain("and go on with what they run until somebody reboots them");
    },
  },
  {
    name: "a version that the models do not have is refused in the preview",
    hosts: ["plugin"],
    async run(world) {
      const message = await world.refusal({ berlin: { ...job, targetVersion: "9.9.99999" } });
      expect(message).toContain("Mist has no version 9.9.99999 for AP45 (1 device): it offers 0.15.30399, 0.15.30212,");
    },
  },
  {
    name: "a job without a selection is refused, and one with two meanings",
    async run(world) {
      const refusals: [object, string][] = [
        [{ siteId: headquarters }, "one of deviceIds, models and rules is needed, or allDevices: true"],
        [{ ...job, allDevices: true }, "allDevices cannot stand beside"],
        [{ ...job, canaryPhases: [1, 10] }, "are for the strategy canary"],
        [{ ...job, strategy: "canary", canaryPhases: [50, 10] }, "canaryPhases must grow from phase to phase"],
        [{ ...job, strategy: "canary", maxFailures: [1] }, "must have a number for each of the 4 phases"],
        [{ ...job, rrmSlowRamp: true }, "are for the strategy rrm"],
        [{ siteId: headquarters, rules: [{ match_site: "x" }] }, "match_site is none of match_name"],
        [{ ...job, startTime: 1_900_000_000_000 }, "must be in seconds since 1970"],
      ];
      for (const [inputs, reason] of refusals) {
        const { berlin } = (await world.stack.preview({ berlin: inputs as never })).failures;
        expect(berlin?.message).toContain(reason);
      }
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "another specification is another job, and the old one is cancelled first",
    async run(world) {
      await world.up({ berlin: { ...job, startTime: 1_900_000_000 } });
      const [old] = world.jobs();
      const run = await world.up({ berlin: { ...job, targetVersion: older } });
      expect(run.operations).toEqual({ berlin: "replace" });
      expect(world.takeWrites().slice(1)).toEqual([
        `POST /sites/${headquarters}/devices/upgrade/${old}/cancel`,
        `POST /sites/${headquarters}/devices/upgrade`,
      ]);
      expect(world.jobs()).toHaveLength(2);
      expect((await world.up({ berlin: { ...job, targetVersion: older, onDelete: "leave" } })).operations).toEqual({
        berlin: "update",
      });
      expect(world.takeWrites()).toEqual([]);
      expect(warnings(await world.stack.destroy())).toContain("goes on: onDelete is leave");
      world.later();
      expect(world.version(first)).toBe(older);
    },
  },
  {
    name: "a job that has ended is history, also when Mist has forgotten it",
    async run(world) {
      await world.up({ berlin: job });
      world.later();
      await world.refresh();
      world.mist.jobs.site.purge(world.jobs()[0] as string);
      await world.expectNoDrift({ berlin: job });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites().filter((call) => call.includes("cancel"))).toEqual([]);
    },
  },
  {
    name: "a job that Mist has forgotten before anybody saw its end is not run again",
    async run(world) {
      await world.up({ berlin: job });
      world.later();
      world.mist.jobs.site.purge(world.jobs()[0] as string);
      await world.expectNoDrift({ berlin: job });
      expect(world.stack.state("berlin").outputs.phase).toBe("expired");
      expect(world.actions()).toHaveLength(3);
    },
  },
  {
    name: "a job is imported with what it was asked for",
    async run(world) {
      await world.up({ berlin: { ...job, strategy: "canary" } });
      const { id } = world.stack.state("berlin");
      const [upgradeId] = world.jobs();
      for (const text of [id, `${headquarters}.${upgradeId}`, `${headquarters}/${upgradeId}`]) {
        world.stack.resources.clear();
        expect((await world.stack.import("berlin", text)).failures).toEqual({});
        const state = world.stack.state("berlin");
        expect(state.id).toBe(id);
        expect(state.inputs).toMatchObject({ ...job, strategy: "canary", canaryPhases: [1, 10, 50, 100] });
      }
      const { failures } = await world.stack.import("other", "nonsense");
      expect(failures.other?.message).toContain('"nonsense" names no upgrade job of this kind: give siteId/upgradeId');
    },
  },
];
