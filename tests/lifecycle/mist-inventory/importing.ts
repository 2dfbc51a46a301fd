import { expect } from "vitest";
import { visible } from "../harness/host";
import {
  chassis,
  firstMember,
  headquarters,
  type InventoryScenario,
  memberCodes,
  mistOrgId,
  openedAll,
  placed,
  pooled,
  warehouse,
} from "./world";

export const importing: readonly InventoryScenario[] = [
  {
    name: "an organization is imported with all of its devices, and the program says the same",
    async run(world) {
      expect((await world.stack.import("set", mistOrgId)).failures).toEqual({});
      const { id, inputs } = world.stack.state("set");
      expect(id).toBe(`${mistOrgId}/set`);
      const program = openedAll(visible(inputs)) as { devices: { [name: string]: object } };
      expect(Object.keys(program.devices).sort()).toEqual(
        ["d420b0900001", "d420b0900002", "hq-ap-1", "hq-ap-2", "hq-switch", pooled.mac].sort(),
      );
      expect(program.devices["hq-ap-1"]).toEqual({ claimCode: placed.claimCode, siteId: headquarters });
      expect(program.devices[firstMember]).toEqual({ claimCode: memberCodes[0], siteId: warehouse });
      expect((await world.stack.preview({ set: program as never })).operations).toEqual({ set: "same" });
      await world.expectNoDrift({ set: program as never });
    },
  },
  {
    name: "devices are imported by their MACs, with the organization or without, and share the site that all have",
    async run(world) {
      for (const [name, id] of Object.entries({
        plain: `${placed.mac}, ${world.device(placed.mac).mac.toUpperCase()}, 5c:5b:35:0d:bb:a2`,
        within: `${mistOrgId}/${placed.mac},5C5B.350D.BBA2`,
      })) {
        expect((await world.stack.import(name, id)).failures).toEqual({});
        const { inputs } = world.stack.state(name);
        expect(openedAll(visible(inputs))).toMatchObject({ siteId: headquarters });
        expect(Object.keys(inputs.devices as object)).toEqual(["hq-ap-1", "hq-ap-2"]);
      }
      expect((await world.stack.import("vc", chassis)).failures).toEqual({});
      expect(openedAll(visible(world.stack.state("vc").inputs))).toEqual({
        devices: { "warehouse-chassis": { mac: chassis, siteId: warehouse } },
      });
    },
  },
  {
    name: "what is none of both is refused",
    async run(world) {
      const { failures } = await world.stack.import("set", "Berlin");
      expect(failures.set?.message).toContain("an inventory is imported by the id of its organization");
      const missing = await world.stack.import("set", "5c5b35000001");
      expect(missing.failures.set?.message).toContain("device 5c5b35000001 is not in the inventory");
    },
  },
];
