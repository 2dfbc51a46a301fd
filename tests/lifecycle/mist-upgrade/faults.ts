import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import {
  deviceId,
  first,
  headquarters,
  newest,
  ofType,
  type UpgradeScenario,
  type UpgradeWorld,
  warnings,
} from "./world";

const job = { siteId: headquarters, deviceIds: [deviceId(first)], targetVersion: newest };
const path = `/sites/${headquarters}/devices/upgrade`;

const fault = (world: UpgradeWorld, action: FaultAction, options: object = {}) =>
  world.simulators.faults.add({ service: "mist", action, times: 1, ...options });

const posts = (world: UpgradeWorld) => world.writes().filter((call) => call.endsWith("/devices/upgrade"));

/** What goes wrong on the way, after which no device is upgraded twice. */
export const faults: readonly UpgradeScenario[] = [
  {
    name: "a job whose acceptance nobody heard is found, not asked for again",
    async run(world) {
      fault(world, { kind: "resetAfterCommit" }, { method: "POST", path });
      await world.up({ berlin: job });
      expect(posts(world)).toHaveLength(1);
      expect(world.jobs()).toHaveLength(1);
      expect(world.stack.state("berlin").id).toBe(`site:${headquarters}/${world.jobs()[0]}`);
    },
  },
  {
    name: "a job of a run that ended before its id was kept is taken over",
    async run(world) {
      await world.up({ berlin: { ...job, targetVersion: "stable" } });
      world.stack.resources.clear();
      const run = await world.up({ berlin: { ...job, targetVersion: "stable" } });
      expect(warnings(run)).toContain(
        `took over job site:${headquarters}/${world.jobs()[0]}, which an earlier run has submitted`,
      );
      expect(posts(world)).toHaveLength(1);
    },
  },
  {
    name: "but one for other devices, of another kind or for another time is not",
    async run(world) {
      await world.up({ berlin: job });
      const others: JsonMap[] = [
        { ...job, deviceIds: ["5c5b350dbba2"] },
        { ...job, targetVersion: "0.14.29633" },
        { ...job, strategy: "serial" },
        { ...job, force: true },
        { ...job, startTime: 1_900_000_000 },
        { siteId: headquarters, models: ["AP45"], targetVersion: newest },
      ];
      for (const [index, other] of others.entries()) {
        world.stack.resources.clear();
        await world.up({ berlin: other });
        expect(world.jobs()).toHaveLength(index + 2);
      }
    },
  },
  {
    name: "the job of another resource of the run is not taken over",
    async run(world) {
      await world.up({ one: job, two: job });
      expect(new Set(["one", "two"].map((name) => world.stack.state(name).id)).size).toBe(2);
    },
  },
  {
    name: "looks that fail while a job is waited for do not end the wait",
    async run(world) {
      await world.up({ berlin: job });
      const { id } = world.stack.state("berlin");
      fault(world, { kind: "html" }, { method: "GET", times: 12, after: 3 });
      await world.upInTime({ berlin: job, done: ofType("UpgradeCompletion", { jobId: id }) });
      expect(world.version(first)).toBe(newest);
    },
  },
  {
    name: "without the permission nothing is asked for, and the words of Mist are told",
    async run(world) {
      world.configure({ readOnly: true });
      const { message } = await world.failingUp({ berlin: job });
      expect(message).toBe(`the firmware of devices of site ${headquarters} was not changed: ztp:mist.readOnly is set`);
      expect(posts(world)).toEqual([]);
    },
  },
];
