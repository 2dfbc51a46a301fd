import { expect } from "vitest";
import { visible } from "../harness/host";
import {
  ap,
  chassis,
  claimed,
  dashed,
  firstMember,
  headquarters,
  type InventoryScenario,
  list,
  look,
  memberCodes,
  mistOrgId,
  opened,
  placed,
  secondMember,
} from "../mist-inventory/world";

const { mac, serial, claimCode } = ap(1);
const program = { device: { claimCode: dashed(claimCode) } };

export const basics: readonly InventoryScenario[] = [
  {
    name: "a device is claimed, left alone, refreshed and forgotten in exactly the calls that it takes",
    async run(world) {
      expect((await world.up(program)).operations).toEqual({ device: "create" });
      expect(world.takeCalls()).toEqual([list, claimed(), look]);
      expect(world.where(mac)).toEqual([undefined]);
      const { id, outputs } = world.stack.state("device");
      expect(id).toBe(mac);
      expect({ ...visible(outputs), claimCode: opened(outputs.claimCode) }).toEqual({
        claimCode: dashed(claimCode),
        mac,
        serial,
        deviceId: `00000000-0000-0000-1000-${mac}`,
        model: "AP45",
        sku: "AP45-US",
        hwRev: "A1",
        deviceType: "ap",
        organizationId: mistOrgId,
      });
      await world.expectSettled(program);

      expect((await world.stack.destroy()).operations).toEqual({ device: "delete" });
      expect(world.takeCalls()).toEqual([]);
      expect(world.where(mac)).toEqual([undefined]);
    },
  },
  {
    name: "a device that the organization has already is taken over without a write, and refreshed with the list",
    async run(world) {
      const owned = { device: { claimCode: placed.claimCode } };
      await world.up(owned);
      expect(world.takeCalls()).toEqual([list]);
      expect(world.where(placed.mac)).toEqual([headquarters]);
      await world.refresh();
      expect(world.takeCalls()).toEqual([list]);
    },
  },
  {
    name: "the preview knows what is in the organization already, and makes no other call",
    hosts: ["plugin"],
    async run(world) {
      const preview = await world.stack.preview({ ...program, other: { claimCode: placed.claimCode } });
      expect(preview.failures).toEqual({});
      expect(world.takeCalls()).toEqual([list]);
      expect(world.stack.transcript.join("\n")).toContain(placed.serial);
    },
  },
  {
    name: "another spelling of the code is no difference",
    async run(world) {
      await world.up(program);
      for (const spelled of [claimCode, claimCode.toLowerCase(), ` ${dashed(claimCode)} `]) {
        expect((await world.stack.preview({ device: { claimCode: spelled } })).operations).toEqual({ device: "same" });
      }
    },
  },
  {
    name: "onDelete: release takes the device out of the organization, and is applied without a call",
    async run(world) {
      await world.up(program);
      world.takeCalls();
      const releasing = { device: { ...program.device, onDelete: "release" } };
      expect((await world.up(releasing)).operations).toEqual({ device: "update" });
      expect(world.takeCalls()).toEqual([]);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual(["PUT /orgs/{org}/inventory delete 1"]);
      expect(world.where(mac)).toEqual(["elsewhere"]);
    },
  },
  {
    name: "another code is another device: the old one stays or is released, as it says",
    async run(world) {
      await world.up({ device: { claimCode, onDelete: "release" } });
      const other = { device: { claimCode: ap(2).claimCode } };
      if (world.stack.kind === "plugin") {
        const preview = await world.stack.preview(other);
        expect(preview.operations).toEqual({ device: "replace" });
      }
      await world.up(other);
      expect(world.where(mac, ap(2).mac)).toEqual(["elsewhere", undefined]);
      await world.up({ device: { claimCode: ap(3).claimCode } });
      expect(world.where(ap(2).mac, ap(3).mac)).toEqual([undefined, undefined]);
    },
  },
  {
    name: "a device that is gone from the organization is claimed again",
    async run(world) {
      await world.up(program);
      world.device(mac).orgId = null;
      expect((await world.refresh()).operations).toEqual({ device: "delete" });
      await world.up(program);
      expect(world.where(mac)).toEqual([undefined]);
    },
  },
  {
    name: "imported by MAC or code, in any spelling, with or without the organization, and the program says the same",
    async run(world) {
      const spellings = [
        placed.mac,
        `${mistOrgId}/${placed.mac}`,
        `${mistOrgId}:${placed.mac.match(/../g)?.join(":").toUpperCase()}`,
        `${mistOrgId.toUpperCase()}.5c5b.350d.bba1`,
        `00000000-0000-0000-1000-${placed.mac}`,
        placed.claimCode,
        `${mistOrgId}/${dashed(placed.claimCode).toLowerCase()}`,
      ];
      for (const [index, id] of spellings.entries()) {
        expect((await world.stack.import(`device${index}`, id)).failures, id).toEqual({});
        const { inputs } = world.stack.state(`device${index}`);
        expect(world.stack.state(`device${index}`).id).toBe(placed.mac);
        expect({ ...visible(inputs), claimCode: opened(inputs.claimCode) }).toEqual({ claimCode: placed.claimCode });
      }
      const { operations } = await world.stack.preview({ device0: { claimCode: placed.claimCode } });
      expect(operations.device0).toBe("same");
    },
  },
  {
    name: "what has no claim code, and what the organization does not have, cannot be imported; no code is told",
    async run(world) {
      const none = await world.stack.import("device", chassis);
      expect(none.failures.device?.message).toContain(`device ${chassis} has no claim code`);
      const missing = await world.stack.import("device", `${mistOrgId}/${claimCode}`);
      expect(missing.failures.device?.message).toContain("does not exist");
      const slip = await world.stack.import("device", `${claimCode}X`);
      expect(slip.failures.device?.message).toContain("the id names no device");
    },
  },
  {
    name: "members of a virtual chassis are released together, with the last of them",
    async run(world) {
      const member = (claimCode: string) => ({ claimCode, onDelete: "release" });
      const both = { first: member(memberCodes[0]), second: member(memberCodes[1]) };
      await world.up(both);
      expect(world.writes()).toEqual([]);
      const { second, ...first } = both;
      const run = await world.up(first);
      expect(run.messages.map(({ text }) => text).join()).toContain(
        `device ${secondMember} stays in the organization: it is a member of virtual chassis ${chassis}`,
      );
      expect(world.where(chassis, firstMember, secondMember)).not.toContain("elsewhere");
      await world.up({ ...first, second });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual(["PUT /orgs/{org}/inventory delete 3"]);
      expect(world.where(chassis, firstMember, secondMember)).toEqual(["elsewhere", "elsewhere", "elsewhere"]);
    },
  },
];
