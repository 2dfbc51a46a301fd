import { expect } from "vitest";
import { generateDevices } from "../../../simulators";
import type { Host } from "../harness/host";
import { program, type SetScenario, type SetWorld, toCloud, until } from "./world";

/** So many that not all of their bulk writes are on their way at once. */
const devices = generateDevices(60);
const serials = devices.map(({ deviceSN }) => deviceSN);
const options = { fortinet: { devices } };
const each = (write: (serial: string) => string[]): string[] => serials.toSorted().flatMap(write);

/** Of the bulk writes that leave together all but some are held up, and the user loses patience meanwhile. */
function interruptWrites(world: SetWorld, passing: number): (host: Host) => Promise<void> {
  const { faults, requests } = world.simulators;
  faults.add({ method: "PUT", after: passing, action: { kind: "delay", ms: 300 } });
  return async (host) => {
    await until(() => requests.entries.filter(({ fault }) => fault === "delay").length > 0);
    await host.cancel();
    faults.clear();
  };
}

export const interruptions: readonly SetScenario[] = [
  {
    name: "Ctrl-C in the middle of a create waits for what is on its way, keeps it, and the next up continues",
    options,
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action: { kind: "delay", ms: 200 } });
      const { message, run } = await world.failingUp(program(serials), {
        async during(host) {
          await until(() => world.simulators.requests.count({ method: "PUT" }) > 0);
          await host.cancel();
        },
      });
      expect(message).toBe("interrupted; run `pulumi up` again to continue");
      expect(run.failures.set?.partial?.id).toBe("set");
      world.simulators.faults.clear();
      const taken = Object.keys(world.statuses());
      expect(taken).toHaveLength(40);
      expect(taken.sort()).toEqual(serials.filter((serial) => world.whereIs(serial) === 201).sort());
      await world.up(program(serials));
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} to FortiManager`]));
      await world.expectSettled(program(serials));
    },
  },
  {
    name: "Ctrl-C between the two halves of a move leaves a state that knows which devices are nowhere",
    options,
    async run(world) {
      await world.up(program(serials));
      world.takeWrites();
      const { message } = await world.failingUp(program(serials, toCloud), { during: interruptWrites(world, 2) });
      expect(message).toBe("interrupted; run `pulumi up` again to continue");
      expect(Object.keys(world.statuses())).toHaveLength(serials.length);
      await world.up(program(serials, toCloud));
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} unprovisioned`, `${serial} to FortiEdgeCloud`]));
      await world.expectSettled(program(serials, toCloud));
    },
  },
  {
    name: "Ctrl-C before anything was written leaves nothing behind",
    options,
    async run(world) {
      world.simulators.faults.add({ method: "GET", path: "/v2/devices", action: { kind: "delay", ms: 5_000 } });
      const { run } = await world.failingUp(program(serials), {
        async during(host) {
          await until(() => world.simulators.requests.count({ method: "GET" }) > 0);
          await host.cancel();
        },
      });
      expect(run.failures.set?.partial).toBeUndefined();
      expect(world.stack.has("set")).toBe(false);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "Ctrl-C in the middle of a destroy keeps the set, and the next one ends it",
    options,
    async run(world) {
      await world.up(program(serials));
      world.takeWrites();
      const run = await world.stack.destroy({ during: interruptWrites(world, 0) });
      expect(run.failures.set?.message).toMatch(/^interrupted/);
      expect(world.stack.has("set")).toBe(true);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} unprovisioned`]));
    },
  },
  {
    name: "customTimeouts in the middle of a create keep what was accepted, and the next up continues",
    hosts: ["plugin"],
    options,
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action: { kind: "delay", ms: 3_000 } });
      // What is on its way when the time is over is waited for.
      const { message } = await world.failingUp(program(serials), { timeoutSeconds: 2 });
      expect(message).toMatch(/^the custom timeout of 2 s is over; raise `customTimeouts`/);
      world.simulators.faults.clear();
      expect(Object.keys(world.statuses())).toHaveLength(40);
      await world.up(program(serials));
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} to FortiManager`]));
    },
  },
  {
    name: "a process that was killed in the middle has lost the state, and the next up adopts what is there",
    options,
    async run(world) {
      await world.up(program(serials.slice(0, 17)));
      world.stack.resources.clear();
      world.takeWrites();
      await world.up(program(serials));
      expect(world.takeWrites()).toEqual(
        serials
          .slice(17)
          .toSorted()
          .map((serial) => `${serial} to FortiManager`),
      );
      await world.expectSettled(program(serials));
    },
  },
];
