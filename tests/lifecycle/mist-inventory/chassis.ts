import { expect } from "vitest";
import {
  changed,
  chassis,
  firstMember,
  headquarters,
  type InventoryScenario,
  inventoryOf,
  list,
  look,
  memberCodes,
  program,
  secondMember,
  summaries,
  warehouse,
  warnings,
} from "./world";

const members = { one: memberCodes[0], other: memberCodes[1] };
const all = [chassis, firstMember, secondMember] as const;

export const chassisScenarios: readonly InventoryScenario[] = [
  {
    name: "the members of a virtual chassis bring it to their site, in one call for all of it",
    async run(world) {
      await world.up(program(members));
      expect(world.takeCalls()).toEqual([list, changed("assign", 1), look]);
      expect(world.where(...all)).toEqual([headquarters, headquarters, headquarters]);
      const deviceId = `00000000-0000-0000-1000-${chassis}`;
      expect(summaries(world).one).toMatchObject({ mac: firstMember, chassisMac: chassis, deviceId });
      await world.expectSettled(program(members));
    },
  },
  {
    name: "members of one chassis at two sites are refused",
    async run(world) {
      const inputs = inventoryOf(members);
      Object.assign(inputs.devices.other as object, { siteId: warehouse });
      const { failures } =
        world.stack.kind === "plugin"
          ? await world.stack.preview({ set: inputs })
          : await world.stack.up({ set: inputs });
      expect(failures.set?.message).toMatch(/virtual chassis 020003000001.* is at one site with all/);
    },
  },
  {
    name: "a chassis is unassigned and released with the last of its members, and stays until then",
    async run(world) {
      for (const onDelete of ["unassign", "release"]) {
        await world.up(program(members, { onDelete }));
        world.takeWrites();
        const run = await world.up(program({ one: members.one }, { onDelete }));
        expect(warnings(run)).toContain(`device ${secondMember} stays`);
        expect(warnings(run)).toContain("which goes as a whole, with the last of its members");
        await world.up(program(members, { onDelete }));
        expect(world.takeWrites()).toEqual([]);
        expect((await world.stack.destroy()).failures).toEqual({});
        expect(world.takeWrites()).toEqual([onDelete === "unassign" ? changed("unassign", 1) : changed("delete", 3)]);
      }
      expect(world.where(...all)).toEqual(["elsewhere", "elsewhere", "elsewhere"]);
    },
  },
];
