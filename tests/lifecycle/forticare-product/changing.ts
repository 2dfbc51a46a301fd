import { expect } from "vitest";
import { organizationApiId } from "../../../simulators";
import { type JsonMap, visible } from "../harness/host";
import {
  berlin,
  contractOf,
  decommissionedGate,
  folders,
  gate,
  hiddenGate,
  otherGate,
  type ProductScenario,
  programOf,
  serialOf,
  warnings,
} from "./world";

const organization = { fortinet: {}, config: { apiId: organizationApiId, scope: "organization" } };

/** What becomes of products that a program has. */
export const changing: readonly ProductScenario[] = [
  {
    name: "a contract that is taken out of a program is refused without a call",
    async run(world) {
      const program = (...contractNumbers: string[]) => ({ gate: { serialNumber: gate, contractNumbers } });
      await world.up(program(contractOf(1), contractOf(2)));
      await world.up(program(contractOf(2), contractOf(1).toLowerCase()));
      world.takeCalls();
      const message = await world.refusal(program(contractOf(2)));
      expect(message).toBe(
        `1 contract is no longer in contractNumbers of ${gate}, but FortiCare cannot take a contract off a product; put it back`,
      );
    },
  },
  {
    name: "what counts at the registration only cannot be changed",
    async run(world) {
      const program = (additionalInfo: string, isGovernment: boolean) => ({
        gate: { serialNumber: gate, additionalInfo, isGovernment },
      });
      await world.up(program("10.0.0.1", false));
      for (const change of [program("10.0.0.2", false), program("10.0.0.1", true)]) {
        world.takeCalls();
        expect(await world.refusal(change)).toContain("cannot be changed once");
        expect(world.takeCalls()).toEqual([]);
      }
    },
  },
  {
    name: "a change by hand of what the program says is drift, and is put right",
    async run(world) {
      const program = { gate: { serialNumber: gate, description: "Berlin", folderId: folders.production } };
      await world.up(program);
      world.forticare.patch(gate, { description: "by hand", folderId: 0 });
      const drifted = await world.refresh();
      expect(drifted.paths.gate).toEqual(["description", "folderId"]);
      await world.up(program);
      expect(world.product()).toMatchObject({ description: "Berlin", folderId: 5_001 });
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a location is looked at with refreshDetails only",
    async run(world) {
      const program = { gate: { serialNumber: gate, location: berlin } };
      await world.up(program);
      const { location } = world.product();
      if (location) location.city = "Bonn";
      expect((await world.refresh()).operations.gate).toBe("same");
      const looking = { gate: { ...program.gate, refreshDetails: true } };
      await world.up(looking);
      expect((await world.refresh()).operations.gate).toBe("update");
      await world.up(looking);
      expect(world.product().location?.city).toBe("Berlin");
    },
  },
  {
    name: "a product that is gone is asked for once more before it is forgotten",
    async run(world) {
      await world.up({ gate: { serialNumber: gate } });
      world.forticare.remove(gate);
      world.takeCalls();
      const run = await world.refresh();
      expect(run.operations).toEqual({ gate: "delete" });
      expect(world.takeCalls().at(-1)).toBe("/products/details");
    },
  },
  {
    name: "moves to one folder travel together, and so do decommissions",
    async run(world) {
      await world.up(programOf(12, { onDelete: "decommission" }));
      world.takeCalls();
      await world.up(programOf(12, { onDelete: "decommission", folderId: folders.staging }));
      const moved = world.takeCalls();
      expect(moved.filter((call) => call === "/products/folder")).toHaveLength(2);
      expect(moved.length).toBeLessThanOrEqual(5);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls().filter((call) => call === "/products/decommission")).toHaveLength(2);
      expect(world.product(serialOf(12))).toMatchObject({ isDecommissioned: true, folderId: 5_002 });
    },
  },
  {
    name: "another serial is another product: the old one stays registered",
    async run(world) {
      await world.up({ gate: { serialNumber: gate } });
      const preview = await world.stack.preview({ gate: { serialNumber: otherGate } });
      expect(warnings(preview)).toContain(`${gate} stays registered, and ${otherGate} is registered for good`);
      await world.up({ gate: { serialNumber: otherGate } });
      expect([gate, otherGate].map((serial) => world.isRegistered(serial))).toEqual([true, true]);
    },
  },
  {
    name: "an import is what a program would say without the location, and is no change then, whatever that is",
    async run(world) {
      const gateProgram = { serialNumber: gate, description: "Berlin", folderId: folders.staging };
      await world.up({ gate: { ...gateProgram, location: berlin } });
      for (const id of [gate.toLowerCase(), `100001/${gate}`]) {
        world.stack.resources.clear();
        world.takeCalls();
        expect((await world.stack.import("gate", id)).failures).toEqual({});
        expect(world.takeCalls()).not.toContain("/products/details");
        const { inputs } = world.stack.state("gate");
        const named: JsonMap = id.includes("/") ? { accountId: 100_001 } : {};
        expect(visible(inputs)).toEqual({ ...gateProgram, ...named });
        world.forticare.patch(gate, { location: null });
        await world.expectNoDrift({ gate: { ...gateProgram, ...named } });
      }
      const { failures } = await world.stack.import("gate", otherGate);
      expect(failures.gate?.message).toContain("does not exist");
    },
  },
  {
    name: "a product out of service cannot be imported, one without an entitlement can",
    async run(world) {
      const { failures } = await world.stack.import("gate", decommissionedGate);
      expect(failures.gate?.message).toContain(
        `${decommissionedGate} is decommissioned: restore it in the portal first`,
      );
      await world.up({ hidden: { serialNumber: hiddenGate } });
      world.stack.resources.clear();
      expect((await world.stack.import("hidden", hiddenGate)).failures).toEqual({});
      expect(world.errors()).toBe(0);
    },
  },
  {
    name: "readOnly refuses every write, and lets what is right be taken over",
    async run(world) {
      world.configure({ readOnly: true });
      const { message } = await world.failingUp({ gate: { serialNumber: gate } });
      expect(message).toBe(`${gate} was not changed: ztp:fortinet.readOnly is set`);
      await world.up({ shop: { serialNumber: "FV100ETA23010001", description: "Web shop" } });
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "in an organization an account that is missing is told before anything is sent",
    options: organization,
    async run(world) {
      const { message } = await world.failingUp({ gate: { serialNumber: gate } });
      expect(message).toContain("accountId is missing: the scope of the API user is an organization");
      expect(world.takeCalls()).toEqual([]);
      await world.up({ gate: { serialNumber: gate, accountId: 100_001 } });
      world.configure({ accountId: 100_001 });
      await world.up({ gate: { serialNumber: gate } });
    },
  },
  {
    name: "another account is refused, or a transfer where the program allows it",
    options: organization,
    async run(world) {
      const gateIn = (accountId: number, rest = {}) => ({
        gate: { serialNumber: gate, accountId, description: "Berlin", ...rest },
      });
      await world.up(gateIn(100_001, { folderId: folders.production }));
      world.takeCalls();
      expect(await world.refusal(gateIn(100_002))).toContain('Set transferPolicy to "allow" to transfer it');
      const allowed = gateIn(100_002, { transferPolicy: "allow" });
      const preview = await world.stack.preview(allowed);
      expect(warnings(preview)).toContain(`${gate} is transferred from account 100001 to 100002`);
      await world.up(allowed);
      expect(world.product()).toMatchObject({ account: "branches", folderId: 0, description: "Berlin" });
      expect(world.writes()).toEqual(["/products/transfer"]);
      await world.expectNoDrift(allowed);
    },
  },
];
