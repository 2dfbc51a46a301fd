import { expect } from "vitest";
import { unknownSentinels } from "../harness/host";
import {
  ap,
  foreignMistOrgId,
  headquarters,
  type InventoryScenario,
  inventoryOf,
  list,
  mistOrgId,
  placed,
  program,
  warehouse,
  warnings,
} from "./world";

const three = { a: ap(1).claimCode, b: ap(2).claimCode, c: ap(3).claimCode };

export const previews: readonly InventoryScenario[] = [
  {
    name: "a preview says which devices move from other sites, for the price of one list",
    hosts: ["plugin"],
    async run(world) {
      const preview = await world.stack.preview(program({ ...three, lobby: placed.claimCode }, { siteId: warehouse }));
      expect(warnings(preview)).toBe(
        "1 device is at another site now: it moves, and the configuration of the new site applies: lobby",
      );
      expect(world.takeCalls()).toEqual([list]);
    },
  },
  {
    name: "a preview says which devices must be claimed before",
    hosts: ["plugin"],
    async run(world) {
      const preview = await world.stack.preview({ set: { devices: { a: { mac: ap(1).mac } }, siteId: headquarters } });
      expect(warnings(preview)).toContain(
        `1 device is not in the inventory of organization ${mistOrgId} yet, and must be claimed before: a`,
      );
    },
  },
  {
    name: "values that are not known yet are left alone",
    hosts: ["plugin"],
    async run(world) {
      const devices = {
        a: { claimCode: three.a, siteId: unknownSentinels.string },
        b: { mac: unknownSentinels.string },
      };
      const preview = await world.stack.preview({ set: { devices } });
      expect(preview.failures).toEqual({});
      expect(warnings(preview)).toBe("");
      const whole = await world.stack.preview({ set: { devices: unknownSentinels.object } });
      expect(whole.failures).toEqual({});
    },
  },
  {
    name: "a change says what becomes of the devices",
    async run(world) {
      const inputs = inventoryOf({ ...three, d: ap(4).claimCode }, { onDelete: "unassign" });
      Object.assign(inputs.devices.a as object, { onDelete: "release" });
      await world.up({ set: inputs });
      const { a: _a, b: _b, ...left } = inputs.devices;
      const moved = { ...left, c: { ...left.c, siteId: warehouse } };
      const preview = await world.stack.preview({ set: { ...inputs, devices: moved } });
      expect(warnings(preview)).toBe(
        "1 device is released from the organization, without site and configuration: a; 1 device loses its site and the " +
          "configuration there: b; 1 device moves to another site and takes its configuration: c",
      );
      const renamed = { ...left, x: { claimCode: three.a, onDelete: "release" }, b: { claimCode: three.b } };
      expect(warnings(await world.stack.preview({ set: { ...inputs, devices: renamed } }))).toBe("");
    },
  },
  {
    name: "devices that the old organization keeps cannot go to another one",
    hosts: ["plugin"],
    async run(world) {
      const both = [mistOrgId, foreignMistOrgId];
      world.mist.setPrivileges(
        world.mist.apiToken,
        both.map((org_id) => ({ scope: "org", role: "admin", org_id })),
      );
      const at = (orgId: string, onDelete: string) => program(three, { orgId, onDelete, siteId: null });
      await world.up(at(mistOrgId, "retain"));
      world.takeWrites();
      expect(await world.refusal(at(foreignMistOrgId, "retain"))).toContain(
        '3 devices cannot go to another organization while onDelete is not "release"',
      );
      await world.up(at(mistOrgId, "release"));
      await world.up(at(foreignMistOrgId, "release"));
      expect(world.device(ap(1).mac).orgId).toBe(foreignMistOrgId);
    },
  },
];
