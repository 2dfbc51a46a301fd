import { expect } from "vitest";
import type { JsonMap } from "../harness/host";
import {
  access,
  away,
  first,
  headquarters,
  junos,
  newest,
  ofType,
  type UpgradeScenario,
  type UpgradeWorld,
  until,
  warnings,
} from "./world";

const job = { siteId: headquarters, deviceIds: [first, away], targetVersion: newest };

/** A job that is there, and the program with its completion. */
async function completing(world: UpgradeWorld, inputs: JsonMap, terms: JsonMap = {}) {
  await world.up({ berlin: inputs });
  const { id } = world.stack.state("berlin");
  return { berlin: inputs, done: ofType("UpgradeCompletion", { jobId: id, ...terms }) };
}

function outputsOf(world: UpgradeWorld): JsonMap {
  return world.stack.resources.get(world.stack.urn("done", "mist:UpgradeCompletion"))?.outputs ?? {};
}

/** How jobs end, and what their completion makes of it. */
export const outcomes: readonly UpgradeScenario[] = [
  {
    name: "a device that failed fails the completion, unless the program lets it pass",
    async run(world) {
      world.device(away).connected = true;
      world.device(away).updateOutcomes = ["installFails"];
      const program = await completing(world, job);
      const { message } = await world.failInTime(program);
      expect(message).toContain(`has ended, but 1 of 2 devices failed (${away}). Mend what keeps them from it`);
      for (const failOn of ["threshold", "never"]) {
        const passing = { ...program, done: { ...program.done, failOn } };
        await world.upInTime({ ...program, done: ofType("UpgradeCompletion", passing.done as JsonMap) });
        expect(outputsOf(world)).toMatchObject({ failedMacs: [away], counts: { upgraded: 1, failed: 1 } });
      }
      // The same job is judged anew.
      expect((await world.failInTime(program)).message).toContain("1 of 2 devices failed");
      expect(world.takeWrites().filter((call) => call.startsWith("POST"))).toHaveLength(1);
    },
  },
  {
    name: "a job that stops beyond its threshold has failed",
    async run(world) {
      world.device(first).updateOutcomes = ["downloadFails"];
      const serial = { ...job, strategy: "serial", maxFailurePercentage: 10 };
      const program = await completing(world, serial, { failOn: "threshold" });
      const { message } = await world.failInTime(program);
      expect(message).toContain(`failed: phase 1 of 2: 0 of 2 upgraded, 1 waiting, 1 failed. Failed: ${first}.`);
      expect(world.actions()).toEqual([]);
    },
  },
  {
    name: "a device that comes back with its old version is not believed",
    async run(world) {
      world.device(first).updateOutcomes = ["oldVersion"];
      const program = await completing(world, { ...job, deviceIds: [first] });
      const { message } = await world.failInTime(program);
      expect(message).toContain(`has ended, but 1 device runs another version than ${newest}: ${first}.`);
      const blind = {
        ...program,
        done: ofType("UpgradeCompletion", { jobId: program.done.jobId as string, verifyRunningVersion: false }),
      };
      await world.upInTime(blind);
      expect(outputsOf(world)).toMatchObject({ status: "completed", wrongVersionMacs: [] });
    },
  },
  {
    name: "a job that was cancelled elsewhere is told",
    async run(world) {
      const program = await completing(world, { ...job, startTime: 1_900_000_000 });
      await world.mist.jobs.site.find(world.jobs()[0] as string)?.cancel();
      const { message } = await world.failInTime(program);
      expect(message).toContain(
        "was cancelled: 0 of 2 upgraded, 2 waiting. What was upgraded before is not rolled back.",
      );
    },
  },
  {
    name: "a job whose record is gone is told, and passes only where nothing fails",
    async run(world) {
      const program = await completing(world, { ...job, deviceIds: [first] });
      const waiting = world.asTimeGoes(world.stack.up(program), 0);
      await until(() => world.simulators.requests.count({ service: "mist" }) > 12);
      world.mist.jobs.site.purge(world.jobs()[0] as string);
      const { done } = (await waiting).failures;
      expect(done?.message).toContain(
        'so that nobody can tell how it ended. Look at the devices; `failOn: "never"` lets it pass.',
      );
    },
  },
  {
    name: "switches whose reboot is left to others are waited for until they have their image",
    async run(world) {
      const program = await completing(
        world,
        { siteId: headquarters, deviceIds: [access], targetVersion: junos },
        { waitFor: "downloaded" },
      );
      await world.upInTime(program);
      expect(outputsOf(world)).toMatchObject({ targets: { downloaded: [access] } });
      expect(world.version(access)).not.toBe(junos);
    },
  },
  {
    name: "a completion that takes too long lets the job go on, and the next one waits for it",
    async run(world) {
      const program = await completing(world, { ...job, deviceIds: [first] }, { timeoutSeconds: 0.2 });
      const run = await world.stack.up(program);
      expect(run.failures.done?.message).toMatch(
        /has not ended within 0 s: 0 of 1 upgraded.*It goes on: run `pulumi up` again/,
      );
      const patient = { ...program, done: ofType("UpgradeCompletion", { jobId: program.done.jobId as string }) };
      await world.upInTime(patient);
      expect(world.takeWrites()).toHaveLength(1);
    },
  },
  {
    name: "or cancels it, where the program says so",
    async run(world) {
      const terms = { timeoutSeconds: 0.2, onTimeout: "cancel" };
      const program = await completing(world, { ...job, startTime: 1_900_000_000 }, terms);
      const run = await world.stack.up(program);
      expect(run.failures.done?.message).toContain("It has been cancelled, as onTimeout says");
      expect(world.mist.jobs.site.find(world.jobs()[0] as string)?.status).toBe("cancelled");
    },
  },
  {
    name: "an interrupted completion lets the job go on, and the next one waits for it",
    hosts: ["plugin"],
    async run(world) {
      const program = await completing(world, { ...job, deviceIds: [first] });
      const calls = () => world.simulators.requests.count({ service: "mist" });
      const before = calls();
      const run = await world.stack.up(program, {
        during: async (host) => {
          await until(() => calls() > before + 2);
          await host.cancel();
        },
      });
      expect(run.failures.done).toBeDefined();
      await world.upInTime(program);
      expect(world.takeWrites()).toHaveLength(1);
      expect(world.version(first)).toBe(newest);
    },
  },
  {
    name: "many jobs of one site are waited for with one list at a time",
    options: { config: { pollSeconds: 0.2 } },
    async run(world) {
      const macs = [first, access];
      const jobs = Object.fromEntries(
        macs.map((mac) => [mac, { siteId: headquarters, deviceIds: [mac], targetVersion: "stable", reboot: true }]),
      );
      await world.up(jobs);
      const completions = Object.fromEntries(
        macs.map((mac) => [`${mac}-done`, ofType("UpgradeCompletion", { jobId: world.stack.state(mac).id })]),
      );
      world.takeCalls();
      await world.asTimeGoes(world.up({ ...jobs, ...completions }), 60);
      const counts = world.takeCounts();
      const details = Object.entries(counts).filter(([call]) => /upgrade\/[0-9a-f-]+$/.test(call));
      // The first look and the last of each.
      expect(details.map(([, count]) => count)).toEqual([2, 2]);
      expect(macs.map((mac) => world.version(mac))).toEqual([newest, junos]);
    },
  },
  {
    name: "a completion is imported by the id of a job that has ended",
    async run(world) {
      const program = await completing(world, { ...job, deviceIds: [first] });
      const { jobId } = program.done as { jobId: string };
      const token = "mist:UpgradeCompletion";
      const early = await world.stack.importAll([{ name: "done", id: jobId, token }]);
      expect(early.failures.done?.message).toContain("has not ended: a completion is imported when it has");
      world.later();
      const run = await world.stack.importAll([{ name: "done", id: jobId.replace("/", ":"), token }]);
      expect(run.failures).toEqual({});
      expect(warnings(run)).toBe("");
      expect((await world.stack.preview(program)).operations).toEqual({ berlin: "same", done: "same" });
    },
  },
  {
    name: "a job that ends between two looks is seen when Mist tells it, over one connection",
    options: { config: { pollSeconds: 8 } },
    async run(world) {
      const program = await completing(world, { ...job, deviceIds: [first] });
      world.takeCalls();
      const waiting = world.up(program);
      const { hub } = world.mist;
      await until(() => hub.connections.some(({ channels }) => channels.size > 0));
      const begun = Date.now();
      world.later(1);
      await waiting;
      // Without it a quarter of a minute would be the least.
      expect(Date.now() - begun).toBeLessThan(6_000);
      expect(hub.connections.length).toBeLessThanOrEqual(1);
      const looks = Object.entries(world.takeCounts()).filter(([call]) => call.includes("/upgrade"));
      expect(looks.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(3);
    },
  },
];
