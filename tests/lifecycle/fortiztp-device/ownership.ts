import { expect } from "vitest";
import {
  byOid,
  type DeviceScenario,
  gate,
  onlyFailure,
  otherGate,
  toCloud,
  toManager,
  virtualGate,
  warnings,
} from "./world";

/** A device that somebody has sent to the second FortiManager before the program knew of it. */
const elsewhere = {
  provisionStatus: "provisioned",
  provisionTarget: "FortiManager",
  fortiManagerOid: 202,
} as const;
const machine = { serial: virtualGate, provisionTarget: "FortiManagerCloud", platform: "FortiGate-VM64-KVM" };

export const ownership: readonly DeviceScenario[] = [
  {
    name: "a device that goes to the same target already is adopted without a write",
    async run(world) {
      world.fortinet.patch(gate, { ...elsewhere, fortiManagerOid: 201 });
      expect((await world.up({ gate: toManager })).operations).toEqual({ gate: "create" });
      expect(world.takeWrites()).toEqual([]);
      expect(world.stack.state("gate").outputs.provisionStatus).toBe("provisioned");
      await world.expectNoDrift({ gate: toManager });
    },
  },
  {
    name: "a device that goes elsewhere is refused in words that name both sides",
    async run(world) {
      world.fortinet.patch(gate, elsewhere);
      expect(await world.refusal({ gate: toManager })).toBe(
        `${gate} is already provisioned to FortiManager 202, while the program wants FortiManager 201. ` +
          'Correct the program, import the device, or set adopt to "update" to provision it anew',
      );
      expect(world.stack.has("gate")).toBe(false);
    },
  },
  {
    name: "adopt: never refuses even a device that goes to the same target",
    async run(world) {
      world.fortinet.patch(gate, { ...elsewhere, fortiManagerOid: 201 });
      expect(await world.refusal({ gate: { ...toManager, adopt: "never" } })).toBe(
        `${gate} is already provisioned to FortiManager 201, and adopt is "never"; import it, or set adopt to "identical"`,
      );
    },
  },
  {
    name: "adopt: update provisions a device anew that goes elsewhere",
    async run(world) {
      world.fortinet.patch(gate, elsewhere);
      const program = { gate: { ...toManager, adopt: "update" } };
      const preview = await world.stack.preview(program);
      if (world.stack.kind === "plugin") {
        expect(warnings(preview)).toBe(
          `${gate} is provisioned to FortiManager 202 now; it is unprovisioned from there and provisioned anew`,
        );
      }
      await world.up(program);
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${gate} to FortiManager`]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "onDelete: retain leaves the device as it is, without a call",
    async run(world) {
      await world.up({ gate: { ...toCloud, onDelete: "retain" } });
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
      expect(world.device().provisionTarget).toBe("FortiGateCloud");
    },
  },
  {
    name: "a delete of a device that has left the account, or was unprovisioned already, writes nothing",
    async run(world) {
      await world.up({ gate: toCloud, other: { ...toCloud, serial: otherGate } });
      world.fortinet.account().removeDevice(gate);
      world.fortinet.unprovision(otherGate);
      world.takeWrites();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([]);
      expect(world.stack.resources.size).toBe(0);
    },
  },
  {
    name: "a delete leaves a device alone that goes elsewhere by now, and says so",
    async run(world) {
      await world.up({ gate: toCloud });
      world.fortinet.patch(gate, { provisionTarget: "FortiManager", fortiManagerOid: 202, region: null });
      world.takeWrites();
      const run = await world.stack.destroy();
      expect(run.failures).toEqual({});
      expect(world.takeWrites()).toEqual([]);
      expect(world.device().fortiManagerOid).toBe(202);
      expect(warnings(run)).toBe(
        `${gate} stays provisioned: it goes to FortiManager 202 now, which this program did not say; ` +
          "unprovision it in the FortiZTP portal if that is wrong",
      );
    },
  },
  {
    name: "a corrected type replaces the resource and ends with the device provisioned",
    async run(world) {
      await world.up({ machine: { ...machine, deviceType: "FortiGate" } });
      world.fortinet.variants.vmDeviceType = "FortiGate-VM";
      world.takeWrites();
      const program = { machine: { ...machine, deviceType: "FortiGate-VM" } };
      expect((await world.up(program)).operations).toEqual({ machine: "replace" });
      expect(world.takeWrites()).toEqual([`${virtualGate} unprovisioned`, `${virtualGate} to FortiManagerCloud`]);
      expect(world.device(virtualGate).provisionStatus).toBe("incomplete");
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a resource that is renamed without an alias ends with the device provisioned, and says why it stays",
    async run(world) {
      await world.up({ oldName: toManager });
      world.takeWrites();
      const run = await world.up({ newName: toManager });
      expect(run.operations).toEqual({ newName: "create", oldName: "delete" });
      expect(world.takeWrites()).toEqual([]);
      expect(world.device().provisionStatus).toBe("incomplete");
      expect(warnings(run)).toBe(`${gate} stays provisioned: another resource of this program has taken it over`);
      expect([...world.stack.resources.keys()]).toEqual([world.stack.urn("newName")]);
    },
  },
  {
    name: "a rename together with a new target, under adopt: update, ends at the new target",
    async run(world) {
      await world.up({ oldName: toCloud });
      await world.up({ newName: { ...toManager, adopt: "update" } });
      expect(world.device()).toMatchObject({ provisionStatus: "incomplete", fortiManagerOid: 201 });
      await world.expectNoDrift({ newName: { ...toManager, adopt: "update" } });
    },
  },
  {
    name: "two resources that swap their devices end with both devices provisioned",
    async run(world) {
      await world.up({ first: toCloud, second: { ...toCloud, serial: otherGate } });
      await world.up({ first: { ...toCloud, serial: otherGate }, second: toCloud });
      for (const serial of [gate, otherGate]) expect(world.device(serial).provisionStatus).toBe("incomplete");
      expect(world.stack.state("first").id).toBe(otherGate);
      expect(world.stack.state("second").id).toBe(gate);
    },
  },
  {
    name: "two resources of one device are refused before anything is written, and both deleted by one write",
    async run(world) {
      const both = { first: toCloud, second: { ...toCloud, serial: gate.toLowerCase() } };
      const type = world.stack.kind === "plugin" ? "ztp:fortiztp:Device" : "pulumi-nodejs:dynamic/fortiztp:Device";
      expect(onlyFailure(await world.stack.preview(both))).toBe(
        `FortiZTP device ${gate} is managed by first (${type}) already; remove it from one of the two`,
      );
      await world.up({ first: toCloud });
      expect((await world.stack.import("second", gate)).failures).toEqual({});
      expect(onlyFailure(await world.stack.up(both))).toContain("is managed by first");
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`]);
    },
  },
  {
    name: "a device of one account is another device to another account",
    options: {
      fortinet: {
        accounts: { other: { devices: [{ deviceSN: gate, deviceType: "FortiGate" }], fortiManagers: [] } },
        users: [{ apiId: "OTHER-USER", password: "another-password-2!bB", account: "other" }],
      },
    },
    async run(world) {
      await world.up({ gate: toCloud });
      world.configure({ apiId: "OTHER-USER", password: "another-password-2!bB" });
      const { message } = await world.failingUp({ gate: { serial: gate, provisionTarget: "FortiManager", ...byOid } });
      expect(message).toMatch(/FortiManager 201 doesn't exist in this account/);
      expect(world.device().provisionTarget).toBe("FortiGateCloud");
    },
  },
];
