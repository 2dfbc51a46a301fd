import { expect } from "vitest";
import { generateDevices } from "../../../simulators";
import { program, type SetScenario, serials, toCloud, toOtherManager } from "./world";

const thousand = generateDevices(1_005);
const names = thousand.map(({ deviceSN }) => deviceSN);

export const fleet: readonly SetScenario[] = [
  {
    name: "a thousand devices: up in 101 calls, nothing in none, a refresh in one, five more in two, and a destroy in 102",
    options: { fortinet: { devices: thousand } },
    async run(world) {
      const most = names.slice(0, 1_000);
      await world.up(program(most, toCloud));
      expect(world.takeCounts()).toEqual({ "GET /v2/devices": 1, "PUT /v2/devices": 100 });
      await world.up(program(most, toCloud));
      expect(world.takeCounts()).toEqual({});
      expect((await world.refresh()).operations).toEqual({ set: "same" });
      expect(world.takeCounts()).toEqual({ "GET /v2/devices": 1 });
      await world.up(program(names, toCloud));
      expect(world.takeCounts()).toEqual({ "GET /v2/devices": 1, "PUT /v2/devices": 1 });
      expect((await world.stack.destroy()).failures).toEqual({});
      const { "GET /v2/devices": lists = 0, ...writes } = world.takeCounts();
      expect(writes).toEqual({ "PUT /v2/devices": 101 });
      // Once before, and once or twice to see that they are free.
      expect(lists).toBeLessThanOrEqual(3);
      expect(names.filter((serial) => world.whereIs(serial) !== "unprovisioned")).toEqual([]);
    },
  },
  {
    name: "thirty devices change their target together, in three bulk writes to unprovision and three to provision",
    async run(world) {
      await world.up(program(serials, toCloud));
      world.takeCalls();
      await world.up(program(serials, toOtherManager));
      const counts = world.takeCounts();
      expect(counts["PUT /v2/devices"]).toBe(6);
      expect(counts["GET /v2/devices"]).toBe(1);
      expect(counts["GET /v2/devices?deviceSN"]).toBeLessThanOrEqual(2);
      expect(new Set(world.where(serials))).toEqual(new Set([202]));
    },
  },
];
