import { expect } from "vitest";
import { mistChassisMac, mistChassisMembers } from "../../../simulators";
import { berlin, headquarters, mistDevice, onlyFailure, type SiteScenario, type SiteWorld, warehouse } from "./world";

const hq = { name: "Headquarters" };
const deviceAt = (number: number, siteId: string, orgId: string) => mistDevice("ap", number, { orgId, siteId });

async function withDevices(world: SiteWorld, count: number): Promise<string[]> {
  await world.up({ berlin });
  const devices = Array.from({ length: count }, (_, index) =>
    deviceAt(700_000 + index, world.site("Berlin").id, world.mist.orgId),
  );
  world.mist.seed(devices);
  world.takeCalls();
  return devices.map(({ mac }) => mac);
}

export const deleting: readonly SiteScenario[] = [
  {
    name: "a site with devices is not deleted, and says which they are and what to do",
    async run(world) {
      const [mac] = await withDevices(world, 1);
      expect(onlyFailure(await world.stack.destroy())).toBe(
        `site Berlin still has a device (${mac}): assign them elsewhere, or let delete take them from the site with ` +
          '`onDelete: "unassignDevices"`, applied by an `up` before the delete',
      );
      expect(world.takeWrites()).toEqual([]);
      world.mist.seed(
        Array.from({ length: 7 }, (_, index) => deviceAt(700_010 + index, world.site("Berlin").id, world.mist.orgId)),
      );
      expect(onlyFailure(await world.stack.destroy())).toMatch(
        /^site Berlin still has 8 devices \((\w+, ){4}\w+ and more\): /,
      );
      expect(world.sites()).toContain("Berlin");
    },
  },
  {
    name: "onDelete: unassignDevices takes the devices from it first, many a call",
    options: { variants: { deleteSiteWithDevices: "refuse" } },
    async run(world) {
      const macs = await withDevices(world, 120);
      await world.up({ berlin: { ...berlin, onDelete: "unassignDevices" } });
      expect(world.takeCalls()).toEqual([]);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites().filter((call) => call.startsWith("PUT"))).toHaveLength(2);
      expect(world.sites()).not.toContain("Berlin");
      expect(new Set(macs.map((mac) => world.mist.device(mac).siteId))).toEqual(new Set([null]));
      expect(macs.every((mac) => world.mist.device(mac).orgId === world.mist.orgId)).toBe(true);
    },
  },
  {
    name: "a virtual chassis leaves with all of its members",
    async run(world) {
      await world.up({ warehouse: { name: "Warehouse", onDelete: "unassignDevices" } });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.sites()).toEqual(["Headquarters"]);
      for (const mac of [mistChassisMac, ...mistChassisMembers]) expect(world.mist.device(mac).siteId).toBeNull();
    },
  },
  {
    name: "a site that does not let its devices go is not deleted",
    async run(world) {
      await world.up({ hq: { ...hq, onDelete: "unassignDevices" } });
      const body = { op: "unassign", success: [], error: ["5c5b350dbba1"], reason: ["not now"] };
      world.simulators.faults.add({ method: "PUT", action: { kind: "status", status: 400, body } });
      expect((await world.stack.destroy()).failures.hq?.message).toMatch(/not now/);
      expect(world.sites()).toContain("Headquarters");
    },
  },
  {
    name: "onDelete: retain leaves everything as it is, with or without devices",
    async run(world) {
      await world.up({ hq: { ...hq, onDelete: "retain" } });
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
      expect(world.mist.world.sites.has(headquarters)).toBe(true);
    },
  },
  {
    name: "read-only mode takes neither devices from a site nor the site away",
    async run(world) {
      await world.up({ warehouse: { name: "Warehouse", onDelete: "unassignDevices" } });
      world.configure({ readOnly: true });
      expect(onlyFailure(await world.stack.destroy())).toBe("site Warehouse was not changed: ztp:mist.readOnly is set");
      expect(world.mist.device(mistChassisMac).siteId).toBe(warehouse);
    },
  },
  {
    name: "a site that is gone is deleted without an error",
    async run(world) {
      await world.up({ berlin });
      world.mist.world.removeSite(world.site("Berlin").id);
      expect((await world.stack.destroy()).failures).toEqual({});
    },
  },
];
