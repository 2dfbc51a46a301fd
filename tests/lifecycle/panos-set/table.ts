import { expect } from "vitest";
import type { JsonMap } from "../harness/host";
import { PanosWorld, type PanosWorldOptions, until, warnings } from "../harness/panos-world";
import type { Scenario } from "../harness/scenarios";
import { panosSerial } from "../panos-job/world";

type SetScenario = Scenario<PanosWorld, PanosWorldOptions>;

export const openSets = PanosWorld.of("panos:UpgradeJobSet");

const [one, two, three, four] = [1, 2, 3, 4].map(panosSerial) as [string, string, string, string];
const all = { serials: [one, two, three, four] };
const results = (world: PanosWorld) => world.stack.state("set").outputs.results as { [serial: string]: JsonMap };

export const setScenarios: readonly SetScenario[] = [
  {
    name: "every device gets one job, and all are waited for",
    async run(world) {
      const { progress } = await world.up({ set: { ...all, requireValidation: true } });
      world.expectOutputs("set", { passedCount: 4, failedCount: 0, openCount: 0, unsubmittedCount: 0 });
      for (const serial of all.serials) {
        expect(results(world)[serial]).toMatchObject({ passed: true, outcome: "upgraded", currentVersion: "11.1.4" });
        expect(world.installs(serial)).toEqual(["install 11.1.4"]);
      }
      expect(progress.join("\n")).toContain("0 of 4 jobs have ended, 4 have not");
      await world.expectNoDrift({ set: { ...all, requireValidation: true } });
    },
  },
  {
    name: "no more jobs than maxInFlight are in the queue at a time",
    async run(world) {
      let most = 0;
      const pass = world.pass.bind(world);
      world.pass = async (ms) => {
        most = Math.max(most, world.jobs("pending").length + world.jobs("active").length);
        await pass(ms);
      };
      await world.up({ set: { ...all, maxInFlight: 2 } });
      expect(most).toBe(2);
      world.expectOutputs("set", { passedCount: 4 });
    },
  },
  {
    name: "after a failure nothing more is submitted, and the next up goes on with what failed and what is left",
    async run(world) {
      world.change({ [two]: { installs: ["fails", "ok"] } });
      const { message } = await world.failingUp({ set: { ...all, maxInFlight: 1 } });
      expect(message).toContain(`device ${two} failed in the phase install`);
      expect(message).toContain("2 devices have no job yet");
      world.expectOutputs("set", { passedCount: 1, failedCount: 1, unsubmittedCount: 2 });
      expect(results(world)[two]).toMatchObject({ passed: false, outcome: "failed" });
      await world.up({ set: { ...all, maxInFlight: 1 } });
      world.expectOutputs("set", { passedCount: 4, failedCount: 0, unsubmittedCount: 0 });
      expect(world.installs(one)).toHaveLength(1);
    },
  },
  {
    name: "with continueOnError the others are done all the same",
    async run(world) {
      world.change({ [one]: { installs: ["fails"] } });
      const { message } = await world.failingUp({ set: { ...all, maxInFlight: 1, continueOnError: true } });
      expect(message).toContain("1 of 4 jobs failed; the other 3 are done");
      world.expectOutputs("set", { passedCount: 3, failedCount: 1 });
    },
  },
  {
    name: "interrupted, the next up goes on waiting: nothing is submitted twice, nothing lost",
    async run(world) {
      const stopped = await world.stack.up(
        { set: all },
        {
          during: async (host) => {
            await until(() => world.jobs("active").length === 4);
            await host.cancel();
          },
        },
      );
      expect(Object.keys(stopped.failures)).toEqual(["set"]);
      expect(Object.keys(results(world)).sort()).toEqual(all.serials);
      const ids = all.serials.map((serial) => results(world)[serial]?.jobId);
      await world.up({ set: all });
      expect(all.serials.map((serial) => results(world)[serial]?.jobId)).toEqual(ids);
      expect(world.writes()).toHaveLength(4);
      for (const serial of all.serials) expect(world.installs(serial)).toHaveLength(1);
    },
  },
  {
    name: "a run that was killed before anything was kept finds its jobs again",
    async run(world) {
      await world.stack.up(
        { set: all },
        {
          during: async (host) => {
            await until(() => world.jobs("active").length === 4);
            await host.cancel();
          },
        },
      );
      world.stack.resources.clear();
      expect(warnings(await world.up({ set: all }))).toContain("took over job");
      expect(world.writes()).toHaveLength(4);
      for (const serial of all.serials) expect(world.installs(serial)).toHaveLength(1);
    },
  },
  {
    name: "a serial more is a job more, one less is forgotten, another specification is all jobs anew",
    async run(world) {
      await world.up({ set: { serials: [one, two] } });
      const run = await world.up({ set: { serials: [three, two] } });
      expect(run.operations).toEqual({ set: "update" });
      expect(Object.keys(results(world)).sort()).toEqual([two, three]);
      expect(world.writes()).toHaveLength(3);
      const anew = await world.up({ set: { serials: [three, two], mode: "downloadOnly", skippedIsSuccess: true } });
      expect(anew.operations).toEqual({ set: "replace" });
      expect(world.writes()).toHaveLength(5);
    },
  },
  {
    name: "delete cancels what has not ended",
    async run(world) {
      world.change({ [one]: { downloads: ["unreadable", "fails"] } });
      const late = await world.stack.up({ set: { serials: [one], timeoutSeconds: 0.2 } });
      expect(late.failures.set?.message).toContain("has not ended within 0 s");
      world.expectOutputs("set", { openCount: 1 });
      world.change({ [one]: { downloads: ["fails"] } });
      world.daemon.kill({ agoSeconds: 60 });
      expect(warnings(await world.up({}))).toContain("the command to cancel job");
    },
  },
  {
    name: "a refresh sees what has ended meanwhile, and says what is left",
    async run(world) {
      await world.stack.up({ set: { ...all, timeoutSeconds: 0.001 } });
      await world.pass(7_200_000);
      const run = await world.stack.refresh();
      expect(run.failures).toEqual({});
      world.expectOutputs("set", { passedCount: 4, openCount: 0 });
      await world.up({ set: all });
      expect(world.writes()).toHaveLength(4);
    },
  },
  {
    name: "a serial twice is refused, and an import says what to import",
    async run(world) {
      expect(await world.refusal({ set: { serials: [one, one] } })).toContain(`serials has ${one} twice`);
      const run = await world.stack.import("set", "set");
      expect(run.failures.set?.message).toContain("import its jobs one by one");
    },
  },
];
