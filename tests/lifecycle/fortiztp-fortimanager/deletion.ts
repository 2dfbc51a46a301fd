import { expect } from "vitest";
import { item, type ManagerScenario, newOid, onlyFailure, otherAddress, otherSerial, single } from "./world";

const device = "FGT60FTK22090001";

export const deletion: readonly ManagerScenario[] = [
  ...(["refused", "conflict"] as const).map(
    (deleteReferenced): ManagerScenario => ({
      name: `an entry that devices are sent to stays in state, and the refusal says which (${deleteReferenced})`,
      options: { variants: { deleteReferenced } },
      async run(world) {
        await world.up({ fmg: single });
        world.fortinet.patch(device, {
          provisionStatus: "provisioned",
          provisionTarget: "FortiManager",
          fortiManagerOid: newOid,
        });
        expect(onlyFailure(await world.stack.destroy())).toBe(
          `FortiZTP could not delete FortiManager ${newOid}: the request was rejected (HTTP ` +
            `${deleteReferenced === "conflict" ? 409 : 400}): "FortiManager ${newOid} is in use by device ${device}". ` +
            "What still refers to it must change or go first, in the program or in the FortiZTP portal; or leave it " +
            'there with `onDelete: "retain"`.',
        );
        expect(world.stack.has("fmg")).toBe(true);
        world.fortinet.unprovision(device);
        expect((await world.stack.destroy()).failures).toEqual({});
        expect(world.withMember()).toEqual([]);
      },
    }),
  ),
  {
    name: "a service that lets go of what is in use does so",
    options: { variants: { deleteReferenced: "allowed" } },
    async run(world) {
      await world.up({ fmg: single });
      world.fortinet.patch(device, { fortiManagerOid: newOid });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.withMember()).toEqual([]);
    },
  },
  ...([404, 400] as const).map(
    (unknownOid): ManagerScenario => ({
      name: `a delete of an entry that is gone already succeeds (${unknownOid})`,
      options: { variants: { unknownOid } },
      async run(world) {
        await world.up({ fmg: single });
        world.fortinet.fortiManagers.delete(newOid);
        world.takeCalls();
        expect((await world.stack.destroy()).failures).toEqual({});
        expect(world.takeCalls()).toEqual([`DELETE ${item}`]);
        expect(world.stack.resources.size).toBe(0);
      },
    }),
  ),
  {
    name: "onDelete: retain leaves the entry as it is, without a call",
    async run(world) {
      await world.up({ fmg: { ...single, onDelete: "retain" } });
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
      expect(world.withMember()).toEqual([newOid]);
    },
  },
  {
    name: "readOnly refuses every write with its reason, and nothing else",
    async run(world) {
      const oid = world.add({ sn: otherSerial });
      await world.up({ fmg: single });
      world.configure({ readOnly: true });
      world.takeCalls();
      const refused = (what: string) => `${what} was not changed: ztp:fortinet.readOnly is set`;
      const changed = { fmg: { ...single, addresses: [otherAddress] } };
      expect((await world.failingUp(changed)).message).toBe(refused(`FortiManager ${newOid + 1}`));
      const more = { fmg: single, more: { serialNumbers: ["FMG-3"], addresses: [otherAddress] } };
      expect((await world.failingUp(more)).message).toBe(refused("FortiManager FMG-3"));
      const adopting = { serialNumbers: [otherSerial], addresses: [otherAddress], adopt: "update" };
      expect((await world.failingUp({ fmg: single, adopting })).message).toContain(
        `FortiManager ${oid} (${otherSerial} at`,
      );
      expect(onlyFailure(await world.stack.destroy())).toBe(refused(`FortiManager ${newOid + 1}`));
      await world.expectNoDrift({ fmg: single });
      expect(world.writes()).toEqual([]);
    },
  },
];
