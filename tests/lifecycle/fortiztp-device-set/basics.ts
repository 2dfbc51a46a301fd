import { expect } from "vitest";
import { visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import {
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
} from "./world";

const three = [first, second, third];

export const basics: readonly SetScenario[] = [
  {
    name: "a set is created, left alone, refreshed, moved and deleted in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(program(three))).operations).toEqual({ set: "create" });
      expect(world.takeCalls()).toEqual(["GET /v2/devices", "PUT /v2/devices"]);
      expect(world.where(three)).toEqual([201, 201, 201]);

      expect((await world.up(program(three))).operations).toEqual({ set: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift(program(three));
      expect(world.takeCalls()).toEqual(["GET /v2/devices"]);

      expect((await world.up(program(three, toOtherManager))).operations).toEqual({ set: "update" });
      expect(world.takeCalls()).toEqual([
        "GET /v2/devices",
        "PUT /v2/devices",
        "GET /v2/devices?deviceSN",
        "PUT /v2/devices",
      ]);
      expect(world.where(three)).toEqual([202, 202, 202]);
      await world.expectSettled(program(three, toOtherManager));

      expect((await world.stack.destroy()).operations).toEqual({ set: "delete" });
      expect(world.takeCalls()).toEqual(["GET /v2/devices", "PUT /v2/devices", "GET /v2/devices?deviceSN"]);
      expect(world.where(three)).toEqual(["unprovisioned", "unprovisioned", "unprovisioned"]);
      expect(world.stack.has("set")).toBe(false);
    },
  },
  {
    name: "the state echoes the inputs as they were written and has the status of each device",
    async run(world) {
      const inputs = setOf(
        { [first.toLowerCase()]: {}, [` ${second} `]: { ...toCloud, deviceType: "FortiGate" } },
        toManager,
        {
          adopt: "never",
          timeoutSeconds: 60,
        },
      );
      await world.up({ set: inputs });
      const { id, outputs } = world.stack.state("set");
      expect(id).toBe("set");
      expect(visible(outputs)).toEqual({
        ...inputs,
        provisionStatuses: { [first]: "incomplete", [second]: "incomplete" },
      });
      world.comesOnline(first);
      await world.expectNoDrift({ set: inputs });
      expect(world.statuses()).toEqual({ [first]: "provisioned", [second]: "incomplete" });
      await world.expectSettled({ set: inputs });
    },
  },
  {
    name: "a set without devices costs no call, and takes some later",
    async run(world) {
      await world.up(program([]));
      await world.expectNoDrift(program([]));
      expect(world.takeCalls()).toEqual([]);
      const taken = await world.up(program([first]));
      expect(taken.paths.set).toEqual(["devices"]);
      expect(world.takeWrites()).toEqual([`${first} to FortiManager`]);
      await world.up(program([]));
      expect(world.takeWrites()).toEqual([`${first} unprovisioned`]);
      await world.expectSettled(program([]));
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "a serial that comes, goes or changes touches that device only",
    async run(world) {
      await world.up(program(three));
      world.takeCalls();
      const added = await world.up(program([...three, fourth]));
      expect(added.paths.set).toEqual(world.stack.kind === "plugin" ? [`devices.${fourth}`] : ["devices"]);
      expect(world.takeCalls()).toEqual(["GET /v2/devices", `PUT /v2/devices/${fourth}`]);

      const changed = { [first]: {}, [second]: toCloud, [third]: {}, [fourth]: {} };
      const moved = await world.up(program(changed));
      if (world.stack.kind === "plugin") {
        expect(moved.paths.set).toEqual([`devices.${second}.provisionTarget`, `devices.${second}.region`]);
      }
      expect(world.takeWrites()).toEqual([`${second} unprovisioned`, `${second} to FortiEdgeCloud`]);

      const { [third]: _, ...rest } = changed;
      const removed = await world.up(program(rest));
      if (world.stack.kind === "plugin") expect(removed.paths.set).toEqual([`devices.${third}`]);
      expect(world.takeWrites()).toEqual([`${third} unprovisioned`]);
      expect(world.where(serials.slice(0, 4))).toEqual([201, "FortiEdgeCloud", "unprovisioned", 201]);
      await world.expectSettled(program(rest));
    },
  },
  {
    name: "a change of the shared target moves those that use it and none of the others",
    async run(world) {
      const devices = {
        [first]: {},
        [second]: toCloud,
        [third]: { deviceType: "FortiGate" },
        [fourth]: toOtherManager,
      };
      await world.up(program({ ...devices, [third]: {} }));
      world.takeWrites();
      await world.up(program({ ...devices, [third]: {} }, toOtherManager));
      expect(world.takeWrites()).toEqual([
        ...[`${third} unprovisioned`, `${third} to FortiManager`],
        ...[`${first} unprovisioned`, `${first} to FortiManager`],
      ]);
      expect(world.where([first, second, third, fourth])).toEqual([202, "FortiEdgeCloud", 202, 202]);
    },
  },
  {
    name: "a target that moves from the set to the device, or back, moves nothing",
    async run(world) {
      await world.up(program([first, second]));
      world.takeCalls();
      for (const same of [
        program({ [first]: toManager, [second]: {} }),
        program({ [first]: toManager, [second]: toManager }, null),
      ]) {
        expect((await world.up(same)).operations).toEqual({ set: "update" });
        expect(world.takeWrites()).toEqual([]);
        await world.expectSettled(same);
      }
    },
  },
  {
    name: "a change of behaviour inputs alone costs no call, and a delete heeds it",
    async run(world) {
      await world.up(program(three));
      world.takeCalls();
      expect((await world.up(program(three, toManager, { onDelete: "retain" }))).operations).toEqual({ set: "update" });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
      expect(world.where(three)).toEqual([201, 201, 201]);
    },
  },
  {
    name: "onDelete: retain also leaves a device alone that is taken out of the set",
    async run(world) {
      const retained = { onDelete: "retain" };
      await world.up(program(three, toManager, retained));
      world.takeCalls();
      await world.up(program([first], toManager, retained));
      expect(world.takeCalls()).toEqual([]);
      expect(world.where(three)).toEqual([201, 201, 201]);
      expect(world.statuses()).toEqual({ [first]: "incomplete" });
    },
  },
  {
    name: "a wrong type of one device is refused, also when nothing else changes",
    async run(world) {
      await world.up(program(three));
      const { message } = await world.failingUp(
        program({ [first]: { deviceType: "FortiAP" }, [second]: {}, [third]: {} }),
      );
      expect(message).toBe(`${first} is a FortiGate, not a FortiAP; correct deviceType or leave it out`);
      await world.expectSettled(program(three));
    },
  },
  {
    name: "another spelling of a serial, and a default that is spelled out, are no difference",
    async run(world) {
      await world.up(program([first, second]));
      const spelled = setOf(
        { [first.toLowerCase()]: {}, [` ${second}\n`]: { ...toManager, useDefaultScript: false } },
        { ...toManager, useDefaultScript: false },
        { adopt: "identical", onDelete: "unprovision", waitFor: "accepted", timeoutSeconds: 1800 },
      );
      expect(
        (
          await world.stack.preview({
            set: { ...spelled, devices: { [first.toLowerCase()]: {}, [` ${second}\n`]: {} } },
          })
        ).operations,
      ).toEqual({ set: "same" });
      world.takeCalls();
      await world.up({ set: spelled });
      expect(world.takeWrites()).toEqual([]);
      await world.expectSettled({ set: spelled });
      expect((await world.stack.preview(program({ [first]: {}, [second]: toManager }))).operations).toEqual({
        set: "same",
      });
      const without = setOf({ [second.toLowerCase()]: {} });
      await world.up({ set: without });
      expect(world.takeWrites()).toEqual([`${first} unprovisioned`]);
      await world.expectSettled({ set: without });
    },
  },
  {
    name: "a set exists in programs only, so that there is none to list",
    hosts: ["plugin"],
    async run(world) {
      await world.up(program(three));
      world.takeCalls();
      await world.stack.withHost(async (plugin) => {
        if (!(plugin instanceof PluginHost)) throw new Error("Only the plugin lists.");
        expect(await plugin.list()).toEqual({ ids: [], next: undefined });
      });
      expect(world.takeCalls()).toEqual([]);
    },
  },
];
