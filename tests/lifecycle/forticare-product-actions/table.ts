import { expect } from "vitest";
import { organizationApiId } from "../../../simulators";
import {
  decommissionedGate,
  gate,
  otherGate,
  type ProductScenario,
  registered,
  warnings,
} from "../forticare-product/world";
import { ofType } from "../harness/stack";

const retire = (rest = {}) =>
  ofType("forticare:ProductDecommission", { serialNumber: registered, confirm: true, ...rest });

/** What is done to products once, in both hosts. */
export const productActionScenarios: readonly ProductScenario[] = [
  {
    name: "a transfer takes products to another account, once, and a delete brings none back",
    options: { config: { apiId: organizationApiId, scope: "organization" } },
    async run(world) {
      const program = (serialNumbers: string[], rest = {}) => ({
        move: { sourceAccountId: 100_001, targetAccountId: 100_002, serialNumbers, ...rest },
      });
      const preview = await world.stack.preview(program([registered]));
      expect(warnings(preview)).toContain(`${registered} is transferred from account 100001 to 100002`);
      world.takeCalls();
      await world.up(program([registered.toLowerCase()]));
      expect(world.writes()).toEqual(["/products/transfer"]);
      expect(world.product(registered)).toMatchObject({ account: "branches", folderId: 0 });
      world.takeCalls();
      await world.expectNoDrift(program([registered]));
      expect(world.takeCalls()).toEqual([]);
      const { message, run } = await world.failingUp(program([registered, gate]));
      expect(run.operations).toEqual({ move: "replace" });
      expect(message).toContain(`could not transfer product ${gate}`);
      world.takeWrites();
      await world.stack.destroy();
      expect(world.writes()).toEqual([]);
      const same = await world.failingUp(program([registered], { targetAccountId: 100_001 }));
      expect(same.message).toContain("are the same account");
    },
  },
  {
    name: "a decommissioning needs its confirmation, happens once, and stays when it is deleted",
    async run(world) {
      expect(await world.refusal({ old: retire({ confirm: false }) })).toContain("confirm must be true");
      const preview = await world.stack.preview({ old: retire() });
      expect(warnings(preview)).toContain("only the portal can restore it");
      world.takeCalls();
      await world.up({ old: retire() });
      expect(world.writes()).toEqual(["/products/decommission"]);
      expect(world.product(registered).isDecommissioned).toBe(true);
      world.takeCalls();
      expect((await world.refresh()).operations).toEqual({ old: "same" });
      const gone = await world.stack.destroy();
      expect(warnings(gone)).toContain(`${registered} stays decommissioned: only the portal can restore it`);
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "one that is decommissioned already needs no call, and one restored in the portal is gone",
    async run(world) {
      const old = retire({ serialNumber: decommissionedGate });
      await world.up({ old });
      expect(world.writes()).toEqual([]);
      world.forticare.patch(decommissionedGate, { isDecommissioned: false });
      expect((await world.refresh()).operations).toEqual({ old: "delete" });
    },
  },
  {
    name: "a decommissioning of what the account does not have fails",
    async run(world) {
      const { message } = await world.failingUp({ old: retire({ serialNumber: otherGate }) });
      expect(message).toContain(`could not decommission product ${otherGate}`);
      expect(world.stack.resources.size).toBe(0);
    },
  },
];
