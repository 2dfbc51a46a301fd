import { expect } from "vitest";
import {
  bySerial,
  first,
  fourth,
  program,
  type SetScenario,
  second,
  serials,
  setOf,
  third,
  toCloud,
  toManager,
  toOtherManager,
  unknownGate,
  warnings,
} from "./world";

const before = program([first, second, third, fourth, serials[4] as string]);

/** Whatever fails in an update or a delete, what was done is kept. */
export const partialUpdates: readonly SetScenario[] = [
  {
    name: "an update with one failure does the rest, and what is left is all that the next preview shows",
    async run(world) {
      await world.up(before);
      world.takeWrites();
      // Another type is refused before anything is written.
      const after = setOf({
        [first]: {},
        [second]: { ...toCloud, deviceType: "FortiAP" },
        [third]: toCloud,
        [unknownGate]: {},
      });
      const { message } = await world.failingUp({ set: after });
      expect(message).toMatch(/^2 of 5 devices failed; the other 3 are done:\n/);
      expect(message).toContain(`${unknownGate} is not in this FortiCloud account`);
      expect(message).toContain(`${second} is a FortiGate, not a FortiAP`);
      expect(world.takeWrites()).toEqual(
        bySerial([
          ...[`${third} unprovisioned`, `${third} to FortiEdgeCloud`],
          ...[`${fourth} unprovisioned`, `${serials[4]} unprovisioned`],
        ]),
      );
      const preview = await world.stack.preview({ set: after });
      if (world.stack.kind === "plugin") {
        const left = ["deviceType", "fortiManagerOid", "provisionTarget", "region"];
        expect(preview.paths.set).toEqual(
          [`devices.${unknownGate}`, ...left.map((name) => `devices.${second}.${name}`)].sort(),
        );
      }
      expect(warnings(preview)).toMatch(new RegExp(`^1 device is unprovisioned and sent elsewhere, .*: ${second}$`));
      await world.refresh();
      expect(warnings(await world.stack.preview({ set: after }))).toBe(warnings(preview));
      const corrected = program({ [first]: {}, [second]: toCloud, [third]: toCloud });
      await world.up(corrected);
      expect(world.takeWrites()).toEqual([`${second} unprovisioned`, `${second} to FortiEdgeCloud`]);
      await world.expectSettled(corrected);
    },
  },
  {
    name: "a device that was unprovisioned and then refused is all that is left, and is the set's own",
    async run(world) {
      await world.up(program([first, second]));
      const nowhere = program({ [first]: {}, [second]: { provisionTarget: "FortiManager", fortiManagerOid: 999 } });
      const { message } = await world.failingUp(nowhere);
      expect(message).toMatch(/FortiManager 999 doesn't exist in this account/);
      expect(world.where([first, second])).toEqual([201, "unprovisioned"]);
      expect(world.statuses()).toEqual({ [first]: "incomplete", [second]: "unprovisioned" });
      const preview = await world.stack.preview(nowhere);
      if (world.stack.kind === "plugin") expect(preview.paths.set).toEqual([`devices.${second}.fortiManagerOid`]);
      world.takeWrites();
      await world.up(program([first, second]));
      expect(world.takeWrites()).toEqual([`${second} to FortiManager`]);
      await world.expectSettled(program([first, second]));
    },
  },
  {
    name: "a program that is taken back after an update with a failure brings everything back",
    async run(world) {
      await world.up(before);
      await world.failingUp(program({ [first]: toCloud, [second]: {}, [unknownGate]: {} }));
      world.takeWrites();
      expect((await world.up(before)).operations).toEqual({ set: "update" });
      expect(new Set(world.where([first, second, third, fourth]))).toEqual(new Set([201]));
      await world.expectSettled(before);
    },
  },
  {
    name: "what an update has taken although it failed is let go by a destroy, and what it could not move as well",
    async run(world) {
      await world.up(program([first, second]));
      await world.failingUp(
        program({ [first]: { ...toCloud, deviceType: "FortiAP" }, [second]: toCloud, [third]: {} }),
      );
      expect(world.where([first, second, third])).toEqual([201, "FortiEdgeCloud", 201]);
      const run = await world.stack.destroy();
      expect(run.failures).toEqual({});
      expect(warnings(run)).toBe("");
      expect(new Set(world.where([first, second, third]))).toEqual(new Set(["unprovisioned"]));
    },
  },
  {
    name: "a refresh after an update that failed forgets nothing that it has taken, without a shared target as with one",
    async run(world) {
      await world.up(program({ [first]: toManager }, null));
      const after = program([first, second, unknownGate], toOtherManager);
      await world.failingUp(after);
      await world.refresh();
      expect(world.statuses()).toEqual({ [first]: "incomplete", [second]: "incomplete" });
      expect(world.stack.state("set").inputs).toMatchObject({
        devices: { [first]: {}, [second]: {} },
        target: toOtherManager,
      });
      world.takeWrites();
      await world.up(program([first, second], toOtherManager));
      expect(world.takeWrites()).toEqual([]);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.where([first, second])).toEqual(["unprovisioned", "unprovisioned"]);
    },
  },
  {
    name: "onDelete: retain is heeded as soon as it was asked for, even by an update that failed",
    async run(world) {
      await world.up(program([first]));
      await world.failingUp(program([first, second, unknownGate], toManager, { onDelete: "retain" }));
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
      expect(world.where([first, second])).toEqual([201, 201]);
    },
  },
  {
    name: "an update of which everything fails leaves the state as it was",
    async run(world) {
      await world.up(program([first]));
      const state = structuredClone(world.stack.state("set"));
      const { run } = await world.failingUp(program([first, unknownGate, "FGT60FTK99990002"]));
      expect(run.failures.set?.partial).toBeUndefined();
      expect(world.stack.state("set")).toEqual(state);
      await world.expectSettled(program([first]));
    },
  },
  {
    name: "a delete with a failure keeps the set, and the next one ends it",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up(program(serials.slice(0, 20)));
      world.takeWrites();
      world.simulators.faults.add({ method: "PUT", times: 1, action: { kind: "status", status: 500 } });
      const run = await world.stack.destroy();
      expect(run.failures.set?.message).toMatch(/^10 of 20 devices failed; the other 10 are done:\n/);
      expect(world.stack.has("set")).toBe(true);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toHaveLength(20);
      expect(new Set(world.where(serials.slice(0, 20)))).toEqual(new Set(["unprovisioned"]));
    },
  },
  {
    name: "credentials that may only read change nothing, whatever is asked for",
    async run(world) {
      await world.up(program([first, second]));
      world.configure({ readOnly: true });
      world.takeWrites();
      const { message } = await world.failingUp(program([first, third], toOtherManager));
      expect(message.split("\n")[0]).toBe("3 of 3 devices failed:");
      expect(message).toContain(`${third} was not changed: ztp:fortinet.readOnly is set`);
      expect((await world.stack.destroy()).failures.set?.message).toContain("readOnly is set");
      expect(world.takeWrites()).toEqual([]);
      await world.expectNoDrift(program([first, second]));
    },
  },
];
