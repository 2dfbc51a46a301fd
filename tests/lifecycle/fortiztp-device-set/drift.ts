import { expect } from "vitest";
import {
  bySerial,
  first,
  fourth,
  program,
  type SetScenario,
  second,
  serials,
  third,
  toCloud,
  toManager,
  toOtherManager,
  unknownGate,
  warnings,
} from "./world";

const four = [first, second, third, fourth];
const elsewhere = { provisionTarget: "FortiManager", fortiManagerOid: 202 } as const;

export const drift: readonly SetScenario[] = [
  {
    name: "a device that comes online, or is slow, is no drift",
    async run(world) {
      await world.up(program(four));
      world.comesOnline(first);
      world.simulators.clock.advance(31 * 60_000);
      await world.expectSettled(program(four));
      expect(world.statuses()).toMatchObject({ [first]: "provisioned", [second]: "incomplete" });
    },
  },
  {
    name: "one unprovisioned, one moved, one gone and one sent anew by somebody else are told by name and healed",
    async run(world) {
      await world.up(program(four));
      world.fortinet.unprovision(first);
      world.fortinet.patch(second, elsewhere);
      world.fortinet.account().removeDevice(third);
      world.fortinet.unprovision(fourth);
      world.fortinet.patch(fourth, {
        provisionStatus: "incomplete",
        provisionTarget: "FortiEdgeCloud",
        region: "europe",
        fortiManagerOid: null,
      });
      world.takeCalls();
      const refreshed = await world.refresh();
      // The list, and the word of the vendor about the one that it lacks.
      expect(world.takeCalls()).toEqual(["GET /v2/devices", `GET /v2/devices/${third}`]);
      expect(refreshed.operations).toEqual({ set: "update" });
      if (world.stack.kind === "plugin") {
        expect(refreshed.paths.set).toEqual(
          [
            ...[`devices.${first}`, `devices.${second}.fortiManagerOid`, `devices.${second}.provisionTarget`],
            ...[`devices.${third}`, `devices.${fourth}.provisionTarget`],
          ].sort(),
        );
      }
      expect(world.statuses()).toEqual({ [first]: "unprovisioned", [second]: "incomplete", [fourth]: "incomplete" });
      expect(world.stack.state("set").inputs).toMatchObject({
        devices: { [second]: elsewhere, [fourth]: { provisionTarget: "FortiEdgeCloud" } },
      });

      const { message } = await world.failingUp(program(four));
      expect(message).toMatch(
        `1 of 4 devices failed; the other 3 are done:\n${third} is not in this FortiCloud account`,
      );
      expect(world.takeWrites()).toEqual(
        bySerial([
          ...[`${second} unprovisioned`, `${second} to FortiManager`],
          ...[`${fourth} unprovisioned`, `${fourth} to FortiManager`, `${first} to FortiManager`],
        ]),
      );
      await world.up(program([first, second, fourth]));
      await world.expectSettled(program([first, second, fourth]));
    },
  },
  {
    name: "a device that somebody unprovisioned stays the set's own, however often it is refreshed, and is moved back",
    async run(world) {
      await world.up(program(four));
      world.fortinet.unprovision(first);
      await world.refresh();
      expect((await world.refresh()).operations).toEqual({ set: "same" });
      expect(world.statuses()).toMatchObject({ [first]: "unprovisioned" });
      world.fortinet.patch(first, { ...elsewhere, provisionStatus: "provisioned" });
      await world.refresh();
      world.takeWrites();
      await world.up(program(four));
      expect(world.takeWrites()).toEqual([`${first} unprovisioned`, `${first} to FortiManager`]);
      await world.expectSettled(program(four));
    },
  },
  {
    name: "a device that was unprovisioned and sent back by somebody is where it should be",
    async run(world) {
      await world.up(program(four));
      world.fortinet.unprovision(first);
      await world.refresh();
      world.fortinet.patch(first, { ...toManager, provisionStatus: "provisioned" });
      await world.refresh();
      await world.expectSettled(program(four));
    },
  },
  {
    name: "all devices gone or unprovisioned leave a set that takes them again",
    async run(world) {
      await world.up(program([first, second]));
      world.fortinet.unprovision(first);
      world.fortinet.unprovision(second);
      await world.refresh();
      expect(world.stack.state("set").inputs).toMatchObject({ devices: {} });
      world.takeWrites();
      await world.up(program([first, second]));
      expect(world.takeWrites()).toHaveLength(2);
      await world.expectSettled(program([first, second]));
    },
  },
  {
    name: "an update leaves a device alone that has drifted unseen, unless it is about that device",
    async run(world) {
      await world.up(program([first, second]));
      world.fortinet.patch(first, elsewhere);
      world.takeWrites();
      await world.up(program([first, second, third]));
      expect(world.takeWrites()).toEqual([`${third} to FortiManager`]);
      expect(world.whereIs(first)).toBe(202);
      await world.up(program({ [first]: toCloud, [second]: {}, [third]: {} }));
      expect(world.takeWrites()).toEqual([`${first} unprovisioned`, `${first} to FortiEdgeCloud`]);
      await world.expectSettled(program({ [first]: toCloud, [second]: {}, [third]: {} }));
    },
  },
  {
    name: "a device that goes elsewhere by now is left alone when it is taken out or the set is deleted, with a warning",
    async run(world) {
      await world.up(program(four));
      world.fortinet.patch(first, elsewhere);
      world.fortinet.patch(second, elsewhere);
      world.takeWrites();
      const staysAt202 = (serial: string) =>
        `${serial} stays provisioned: it goes to FortiManager 202 now, which this program did not say; ` +
        "unprovision it in the FortiZTP portal if that is wrong";
      const removed = await world.up(program([second, third, fourth]));
      expect(warnings(removed)).toBe(staysAt202(first));
      const destroyed = await world.stack.destroy();
      expect(destroyed.failures).toEqual({});
      expect(warnings(destroyed)).toBe(staysAt202(second));
      expect(world.takeWrites()).toEqual([`${third} unprovisioned`, `${fourth} unprovisioned`].sort());
      expect(world.where([first, second])).toEqual([202, 202]);
    },
  },
  {
    name: "of many devices that are left alone twenty are told, in one warning",
    async run(world) {
      await world.up(program(serials));
      for (const serial of serials) world.fortinet.patch(serial, elsewhere);
      const run = await world.stack.destroy();
      const lines = warnings(run).split("\n");
      expect(run.messages).toHaveLength(1);
      expect(lines).toHaveLength(21);
      expect(lines.at(-1)).toBe("… and 10 more");
    },
  },
  {
    name: "a device that left the account is let go without a call about it",
    async run(world) {
      world.fortinet.seed([{ deviceSN: unknownGate, deviceType: "FortiGate" }]);
      await world.up(program([first, unknownGate]));
      world.fortinet.account().removeDevice(unknownGate);
      world.takeWrites();
      await world.up(program([first]));
      expect(world.takeWrites()).toEqual([]);
      await world.expectSettled(program([first]));
    },
  },
  {
    name: "a device that was hidden in the portal has drifted, and the next up says what to do",
    async run(world) {
      await world.up(program([first, second]));
      world.fortinet.patch(first, { provisionStatus: "hidden" });
      expect((await world.refresh()).operations).toEqual({ set: "update" });
      const { message } = await world.failingUp(program([first, second]));
      expect(message).toBe(`${first} is hidden in the FortiZTP portal; unhide it there before it can be provisioned`);
    },
  },
  {
    name: "what the service fills in by itself is no drift, in the shared target and in one of its own",
    options: { variants: { hardwarePlatform: "model" } },
    async run(world) {
      const devices = { [first]: {}, [second]: toOtherManager };
      await world.up(program(devices));
      for (const serial of [first, second]) {
        world.fortinet.patch(serial, { useDefaultScript: true, firmwareProfile: "factory", platform: "FortiGate-60F" });
        world.comesOnline(serial);
      }
      await world.expectSettled(program(devices));
    },
  },
];
