import { expect } from "vitest";
import { generateDevices } from "../../../simulators";
import { first, program, type SetScenario, second, serials, third, toCloud, toManager, until } from "./world";

const patient = { waitFor: "provisioned" };
const impatient = { ...patient, timeoutSeconds: 1 };
const late = (serial: string) =>
  `${serial} has not finished provisioning within 1 s: FortiZTP shows waiting (Waiting for the device to connect). ` +
  "Check its power, uplink and licence, then run `pulumi up` again to go on waiting";
const many = generateDevices(120);

export const waiting: readonly SetScenario[] = [
  {
    name: "waitFor: provisioned ends when all devices have come online, and counts them meanwhile",
    async run(world) {
      const devices = serials.slice(0, 20);
      const run = await world.up(program(devices, toManager, patient), {
        async during() {
          await until(() => devices.every((serial) => world.whereIs(serial) === 201));
          for (const serial of devices.slice(1)) world.comesOnline(serial);
          const looks = world.simulators.requests.count({ method: "GET" });
          await until(() => world.simulators.requests.count({ method: "GET" }) > looks + 2);
          world.comesOnline(first);
        },
      });
      expect(world.takeWrites()).toHaveLength(20);
      expect(new Set(Object.values(world.statuses()))).toEqual(new Set(["provisioned"]));
      expect(run.progress).toContain("19 of 20 devices");
      expect(run.progress.at(-1)).toBe("");
      await world.expectSettled(program(devices, toManager, patient));
    },
  },
  {
    name: "more devices than one look names are looked at with one list of the account",
    options: { fortinet: { devices: many } },
    async run(world) {
      const devices = many.map(({ deviceSN }) => deviceSN);
      await world.up(program(devices, toManager, patient), {
        async during() {
          await until(() => devices.every((serial) => world.whereIs(serial) === 201));
          const looks = world.simulators.requests.count({ method: "GET" });
          await until(() => world.simulators.requests.count({ method: "GET" }) > looks + 2);
          for (const serial of devices) world.comesOnline(serial);
        },
      });
      const filtered = world.simulators.requests.filter({ method: "GET" }).filter(({ query }) => query.deviceSN);
      expect(filtered).toEqual([]);
    },
  },
  {
    name: "a wait that is over keeps all devices, names those that are late, and the next up goes on waiting",
    async run(world) {
      const impatiently = program([first, second, third], toManager, impatient);
      const { message, run } = await world.failingUp(impatiently, {
        async during() {
          await until(() => world.whereIs(second) === 201);
          world.comesOnline(second);
        },
      });
      const [summary, ...sentences] = message.split("\n");
      expect(summary).toBe("2 of 3 devices failed; the other one is done:");
      expect(sentences.sort()).toEqual([late(first), late(third)].sort());
      expect(run.failures.set?.partial?.id).toBe("set");
      expect(world.statuses()).toEqual({ [first]: "incomplete", [second]: "provisioned", [third]: "incomplete" });
      expect((await world.stack.preview(impatiently)).operations).toEqual({ set: "update" });

      const refreshed = await world.stack.refresh();
      expect(refreshed.failures.set?.partial?.reasons).toEqual([message]);
      expect((await world.stack.preview(impatiently)).operations).toEqual({ set: "update" });
      world.comesOnline(first);
      world.comesOnline(third);
      world.takeWrites();
      await world.up(impatiently);
      expect(world.takeWrites()).toEqual([]);
      await world.expectSettled(impatiently);
    },
  },
  {
    name: "a refresh that finds the last device online ends the unfinished work",
    async run(world) {
      await world.failingUp(program([first], toManager, impatient));
      world.comesOnline(first);
      expect((await world.refresh()).operations).toEqual({ set: "same" });
      await world.expectSettled(program([first], toManager, impatient));
    },
  },
  {
    name: "an update that waits waits for every device of the set",
    async run(world) {
      await world.up(program([first, second]));
      world.comesOnline(first);
      await world.refresh();
      await world.up(program([first, second, third], toManager, patient), {
        async during() {
          await until(() => world.whereIs(third) === 201);
          world.comesOnline(third);
          world.comesOnline(second);
        },
      });
      expect(new Set(Object.values(world.statuses()))).toEqual(new Set(["provisioned"]));
    },
  },
  {
    name: "Ctrl-C during a wait keeps all devices at once, and the next up goes on",
    async run(world) {
      const devices = program([first, second], toCloud, patient);
      const { message, run } = await world.failingUp(devices, {
        async during(host) {
          await until(() => world.simulators.requests.count({ method: "GET", path: "/v2/devices" }) > 2);
          await host.cancel();
        },
      });
      expect(message).toBe("interrupted; run `pulumi up` again to continue");
      expect(run.failures.set?.partial?.id).toBe("set");
      expect(Object.keys(world.statuses())).toHaveLength(2);
      for (const serial of [first, second]) world.comesOnline(serial);
      await world.up(devices);
      expect(world.takeWrites()).toEqual([`${first} to FortiEdgeCloud`, `${second} to FortiEdgeCloud`].sort());
      await world.expectSettled(devices);
    },
  },
  {
    name: "customTimeouts end a wait, and what was accepted is kept",
    hosts: ["plugin"],
    async run(world) {
      const devices = program([first, second], toCloud, patient);
      const { message } = await world.failingUp(devices, { timeoutSeconds: 1.5 });
      expect(message).toMatch(/^the custom timeout of 1.5 s is over/);
      expect(Object.keys(world.statuses())).toHaveLength(2);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.where([first, second])).toEqual(["unprovisioned", "unprovisioned"]);
    },
  },
];
