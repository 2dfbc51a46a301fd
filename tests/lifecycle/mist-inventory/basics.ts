import { expect } from "vitest";
import { generateMistDevices } from "../../../simulators";
import { visible } from "../harness/host";
import { ofType } from "../harness/stack";
import {
  ap,
  changed,
  claimed,
  dashed,
  headquarters,
  type InventoryScenario,
  inventoryOf,
  list,
  look,
  mistOrgId,
  openedAll,
  placed,
  pooled,
  program,
  summaries,
  warehouse,
} from "./world";

const three = { a: ap(1).claimCode, b: ap(2).claimCode, c: ap(3).claimCode };
const macs = [ap(1).mac, ap(2).mac, ap(3).mac];
const thousand = generateMistDevices(1_000);
const fleet = Object.fromEntries(thousand.map(({ claimCode, mac }) => [`d${mac}`, claimCode as string]));

export const basics: readonly InventoryScenario[] = [
  {
    name: "devices are claimed and assigned, left alone, refreshed, moved and forgotten in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(program(three))).operations).toEqual({ set: "create" });
      expect(world.takeCalls()).toEqual([list, claimed(3), look, changed("assign", 3), look]);
      expect(world.where(...macs)).toEqual([headquarters, headquarters, headquarters]);
      expect(world.stack.state("set").id).toBe(`${mistOrgId}/set`);
      await world.expectSettled(program(three));

      expect((await world.up(program(three, { siteId: warehouse }))).operations).toEqual({ set: "update" });
      expect(world.takeCalls()).toEqual([list, changed("assign", 3), look]);
      expect(world.where(...macs)).toEqual([warehouse, warehouse, warehouse]);
      await world.expectSettled(program(three, { siteId: warehouse }));

      expect((await world.stack.destroy()).operations).toEqual({ set: "delete" });
      expect(world.takeCalls()).toEqual([]);
      expect(world.where(...macs)).toEqual([warehouse, warehouse, warehouse]);
    },
  },
  {
    name: "the state echoes the inputs, with the codes secret, and tells of each device",
    async run(world) {
      const inputs = {
        siteId: headquarters,
        devices: {
          lobby: { claimCode: dashed(ap(1).claimCode) },
          pool: { mac: pooled.mac.toUpperCase(), siteId: warehouse },
          old: { serial: placed.serial },
        },
      };
      await world.up({ set: inputs });
      const { outputs } = world.stack.state("set");
      const summary = ({ mac, serial }: { mac: string; serial: string }, siteId: string) => {
        return { mac, serial, siteId, model: "AP45", deviceType: "ap", deviceId: `00000000-0000-0000-1000-${mac}` };
      };
      expect(openedAll(visible(outputs))).toEqual({
        ...inputs,
        organizationId: mistOrgId,
        summaries: {
          lobby: summary(ap(1), headquarters),
          pool: summary(pooled, warehouse),
          old: summary(placed, headquarters),
        },
      });
      expect(world.writes()).toEqual([claimed(), changed("assign"), changed("assign")]);
      await world.expectSettled({ set: inputs });
    },
  },
  {
    name: "a device that comes, moves or goes touches that device only",
    async run(world) {
      await world.up(program(three));
      world.takeCalls();
      const added = await world.up(program({ ...three, d: ap(4).claimCode }));
      expect(added.paths.set).toEqual(world.stack.kind === "plugin" ? ["devices.d"] : ["devices"]);
      expect(world.takeWrites()).toEqual([claimed(1), changed("assign", 1)]);
      const moved = inventoryOf({ ...three, d: ap(4).claimCode });
      Object.assign(moved.devices.b as object, { siteId: warehouse });
      const run = await world.up({ set: moved });
      if (world.stack.kind === "plugin") expect(run.paths.set).toEqual(["devices.b.siteId"]);
      expect(world.takeWrites()).toEqual([changed("assign", 1)]);
      const { a: _, ...rest } = moved.devices;
      await world.up({ set: { ...moved, devices: rest } });
      expect(world.takeCalls()).toEqual([]);
      expect(world.where(...macs, ap(4).mac)).toEqual([headquarters, warehouse, headquarters, headquarters]);
      await world.expectSettled({ set: { ...moved, devices: rest } });
    },
  },
  {
    name: "what is there already is taken over without a write",
    async run(world) {
      await world.up({ set: { siteId: headquarters, devices: { hq: { claimCode: placed.claimCode } } } });
      expect(world.takeCalls()).toEqual([list]);
    },
  },
  {
    name: "devices without a site are claimed only, and a site that is taken back leaves them where they are",
    async run(world) {
      await world.up(program(three, { siteId: null }));
      expect(world.takeWrites()).toEqual([claimed(3)]);
      await world.expectSettled(program(three, { siteId: null }));
      await world.up(program(three));
      world.takeWrites();
      await world.up(program(three, { siteId: null }));
      expect(world.takeWrites()).toEqual([]);
      expect(world.where(...macs)).toEqual([headquarters, headquarters, headquarters]);
      await world.expectSettled(program(three, { siteId: null }));
    },
  },
  {
    name: "each device leaves as it says: as it is, without its site, or out of the organization",
    async run(world) {
      const inputs = inventoryOf({ ...three, d: ap(4).claimCode }, { onDelete: "unassign" });
      Object.assign(inputs.devices.b as object, { onDelete: "release" });
      Object.assign(inputs.devices.c as object, { onDelete: "retain" });
      await world.up({ set: inputs });
      world.takeWrites();
      const { d, ...others } = inputs.devices;
      const run = await world.up({ set: { ...inputs, devices: { d: d ?? {} } } });
      expect(run.failures).toEqual({});
      expect(world.takeWrites()).toEqual([changed("unassign"), changed("delete")]);
      expect(world.where(...macs)).toEqual([undefined, "elsewhere", headquarters]);
      expect(Object.keys(summaries(world))).toEqual(["d"]);
      await world.up({ set: { ...inputs, devices: { d: d ?? {}, ...others } } });
      world.takeWrites();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites().sort()).toEqual([changed("delete", 1), changed("unassign", 2)]);
      expect(world.where(...macs)).toEqual([undefined, "elsewhere", headquarters]);
    },
  },
  {
    name: "another name for a device, or another way to name it, is no other device",
    async run(world) {
      await world.up(program(three, { onDelete: "release" }));
      world.takeWrites();
      const renamed = { siteId: headquarters, onDelete: "release" };
      const devices = { x: { claimCode: three.a }, b: { mac: ap(2).mac }, y: { serial: ap(3).serial } };
      const run = await world.up({ set: { ...renamed, devices } });
      expect(run.operations).toEqual({ set: "update" });
      expect(world.takeWrites()).toEqual([]);
      expect(Object.keys(summaries(world)).sort()).toEqual(["b", "x", "y"]);
      await world.expectSettled({ set: { ...renamed, devices } });
    },
  },
  {
    name: "another device under the same name takes the place of the old one, which leaves as it says",
    async run(world) {
      await world.up(program(three, { onDelete: "release" }));
      world.takeWrites();
      const replaced = program({ ...three, a: ap(9).claimCode }, { onDelete: "release" });
      await world.up(replaced);
      expect(world.takeWrites()).toEqual([claimed(), changed("assign"), changed("delete")]);
      expect(world.where(ap(1).mac, ap(9).mac)).toEqual(["elsewhere", headquarters]);
      await world.expectSettled(replaced);
    },
  },
  {
    name: "two inventories share an organization, and a device moves from one to the other without a write",
    async run(world) {
      const one = inventoryOf(three, { onDelete: "release" });
      const other = inventoryOf({ d: ap(4).claimCode }, { onDelete: "release" });
      await world.up({ one, other });
      world.takeWrites();
      const { a, ...rest } = one.devices;
      const both = {
        other: { ...other, devices: { ...other.devices, a: a ?? {} } },
        one: { ...one, devices: rest },
      };
      // The dynamic host does not know of the other resource before both are written.
      if (world.stack.kind === "plugin") {
        await world.up(both);
        expect(world.takeWrites()).toEqual([]);
        await world.expectSettled(both);
      }
    },
  },
  {
    name: "devices move between an inventory and resources of their own without a write",
    async run(world) {
      const released = { onDelete: "release" };
      const claim = ofType("mist:DeviceClaim", { claimCode: three.a, ...released });
      const assignment = ofType("mist:DeviceAssignment", {
        mac: ap(1).mac,
        siteId: headquarters,
        onDelete: "unassign",
      });
      await world.up({ claim });
      await world.up({ claim, assignment });
      world.takeWrites();
      await world.up({ set: inventoryOf({ a: three.a }, released) });
      expect(world.takeWrites()).toEqual([]);
      expect(world.where(ap(1).mac)).toEqual([headquarters]);
      if (world.stack.kind === "plugin") {
        await world.up({ claim, assignment });
        expect(world.takeWrites()).toEqual([]);
        expect(world.where(ap(1).mac)).toEqual([headquarters]);
      }
    },
  },
  {
    name: "an inventory without devices costs no call",
    async run(world) {
      await world.up({ set: { devices: {} } });
      await world.expectNoDrift({ set: { devices: {} } });
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "a thousand devices: 20 claims and 10 assignments besides the pages of three lists, nothing in none, a refresh in one",
    options: { mist: { devices: thousand } },
    async run(world) {
      await world.up(program(fleet));
      expect(world.takeCounts()).toEqual({ [list]: 3, [claimed(50)]: 20, [changed("assign", 100)]: 10 });
      expect(new Set(world.where(...thousand.map(({ mac }) => mac)))).toEqual(new Set([headquarters]));
      await world.up(program(fleet));
      expect(world.takeCounts()).toEqual({});
      expect((await world.refresh()).operations).toEqual({ set: "same" });
      expect(world.takeCounts()).toEqual({ [list]: 1 });
    },
  },
];
