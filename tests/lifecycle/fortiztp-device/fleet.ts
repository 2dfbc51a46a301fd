import { expect } from "vitest";
import { type FortinetVariants, generateDevices } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import type { Program } from "../harness/stack";
import { type DeviceScenario, type DeviceWorld, onlyFailure, until } from "./world";

const devices = generateDevices(25);
const serials = devices.map(({ deviceSN }) => deviceSN);

/** As many devices as asked for, to a cloud region that all of them know. */
function programOf(count: number): Program {
  const resources = serials.slice(0, count).map((serial, index) => {
    return [`device-${index}`, { serial, provisionTarget: "FortiEdgeCloud", region: "europe" }] as const;
  });
  return Object.fromEntries(resources);
}

/** How many calls of each kind were made since the last look. */
function takeCounts(world: DeviceWorld): { [call: string]: number } {
  const counts: { [call: string]: number } = {};
  for (const call of world.takeCalls()) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
}

interface BadUnit {
  name: string;
  index: number;
  words: RegExp;
  /** What the program says of it instead. */
  inputs?: JsonMap;
  /** What happens to it while the bulk write is on its way. */
  meanwhile?(world: DeviceWorld, serial: string): unknown;
}

/** Refused in words that do not tell which unit is meant, and in words that do. */
const badUnits: readonly BadUnit[] = [
  {
    name: "asks for a FortiManager that is not there",
    index: 4,
    words: /FortiManager 999 doesn't exist in this account/,
    inputs: { provisionTarget: "FortiManager", fortiManagerOid: 999, region: null },
  },
  {
    name: "was provisioned by somebody else meanwhile",
    index: 1,
    words: /could not provision device FGT60FTK23090001.*already provisioned; unprovision it first/,
    meanwhile: (world, serial) =>
      world.fortinet.patch(serial, {
        provisionStatus: "incomplete",
        provisionTarget: "FortiManager",
        fortiManagerOid: 202,
      }),
  },
];

function oneBadUnit(bad: BadUnit, bulkOnError: FortinetVariants["bulkOnError"]): DeviceScenario {
  return {
    name: `one of ten devices that ${bad.name} fails alone where a bad bulk write is ${bulkOnError}`,
    options: { fortinet: { devices }, variants: { bulkOnError } },
    async run(world) {
      const name = `device-${bad.index}`;
      const program = programOf(10);
      program[name] = { ...program[name], ...bad.inputs };
      world.simulators.faults.add({ method: "PUT", times: 1, action: { kind: "delay", ms: 200 } });
      const run = await world.stack.up(program, {
        async during() {
          await until(() => world.simulators.requests.count({ method: "PUT" }) > 0);
          bad.meanwhile?.(world, serials[bad.index] ?? "");
        },
      });
      expect(Object.keys(run.failures)).toEqual([name]);
      expect(onlyFailure(run)).toMatch(bad.words);
      expect(world.stack.resources.size).toBe(9);
      const sent = [...world.fortinet.devices.values()].filter((device) => device.provisionTarget === "FortiEdgeCloud");
      expect(sent).toHaveLength(9);
    },
  };
}

export const fleet: readonly DeviceScenario[] = [
  {
    name: "25 devices are created, read and deleted in three bulk writes each way and a handful of reads",
    options: { fortinet: { devices } },
    async run(world) {
      await world.up(programOf(25));
      const created = takeCounts(world);
      expect(created).toEqual({
        "GET /v2/devices": 1,
        "PUT /v2/devices": 3,
        "GET /v2/devices?deviceSN": expect.any(Number),
      });
      expect(created["GET /v2/devices?deviceSN"]).toBeLessThanOrEqual(2);

      const refreshed = await world.refresh();
      expect(new Set(Object.values(refreshed.operations))).toEqual(new Set(["same"]));
      expect(takeCounts(world)).toEqual({ "GET /v2/devices": 1 });

      expect((await world.stack.destroy()).failures).toEqual({});
      const deleted = takeCounts(world);
      expect(deleted["PUT /v2/devices"]).toBe(3);
      expect(deleted["GET /v2/devices"]).toBe(1);
      expect(deleted["GET /v2/devices?deviceSN"]).toBeLessThanOrEqual(2);
      const statuses = [...world.fortinet.devices.values()].map(({ provisionStatus }) => provisionStatus);
      expect(new Set(statuses)).toEqual(new Set(["unprovisioned"]));
    },
  },
  {
    name: "25 devices change their target together, in three bulk writes to unprovision and three to provision",
    options: { fortinet: { devices } },
    async run(world) {
      const before = programOf(25);
      await world.up(before);
      takeCounts(world);
      const after = Object.entries(before).map(([name, inputs]) => [name, { ...inputs, region: "US" }] as const);
      await world.up(Object.fromEntries(after));
      const counts = takeCounts(world);
      expect(counts["PUT /v2/devices"]).toBe(6);
      const regions = [...world.fortinet.devices.values()].map(({ region }) => region);
      expect(new Set(regions)).toEqual(new Set(["US"]));
    },
  },
  {
    name: "devices that are waited for together are looked at together",
    options: { fortinet: { devices } },
    async run(world) {
      const waiting = Object.entries(programOf(10)).map(([name, inputs]) => [
        name,
        { ...inputs, waitFor: "provisioned" },
      ]);
      await world.up(Object.fromEntries(waiting), {
        async during() {
          await until(() => world.simulators.requests.count({ method: "GET" }) > 4);
          for (const serial of serials.slice(0, 10)) world.comesOnline(serial);
        },
      });
      expect(takeCounts(world)["GET /v2/devices?deviceSN"]).toBeLessThan(10);
    },
  },
  {
    name: "a service that takes five at a time gets what it can take",
    options: { fortinet: { devices }, variants: { bulkMaximum: 5 } },
    async run(world) {
      await world.up(programOf(10));
      expect(world.stack.resources.size).toBe(10);
      expect(world.writes()).toHaveLength(10);
    },
  },
  ...badUnits.flatMap((bad) => (["atomic", "prefix", "partial"] as const).map((how) => oneBadUnit(bad, how))),
];
