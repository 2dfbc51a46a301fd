import { expect } from "vitest";
import { visible } from "../harness/host";
import { berlin, contractOf, folders, gate, type ProductScenario, warnings } from "./world";

export const basics: readonly ProductScenario[] = [
  {
    name: "a product is registered, left alone, read, updated and forgotten in exactly the calls that it takes",
    async run(world) {
      const settings = { description: "Berlin", folderId: folders.production, location: berlin };
      const created = { gate: { serialNumber: gate, ...settings } };
      expect((await world.up(created)).operations).toEqual({ gate: "create" });
      expect(world.takeCalls()).toEqual([`/products/list ${gate}`, "/products/register 1"]);
      expect(world.product()).toMatchObject({ description: "Berlin", folderId: 5_001, location: { city: "Berlin" } });

      expect((await world.up(created)).operations).toEqual({ gate: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift(created);
      expect(world.takeCalls()).toEqual([`/products/list ${gate}`]);

      const changed = { gate: { serialNumber: gate, description: "Hamburg", folderId: folders.staging } };
      const updated = await world.up(changed);
      expect(updated.operations).toEqual({ gate: "update" });
      expect(world.takeCalls()).toEqual([
        `/products/list ${gate}`,
        "/products/folder",
        `/products/list ${gate}`,
        "/folders/list",
        "/products/description",
        "/products/location",
      ]);
      expect(world.product()).toMatchObject({ description: "Hamburg", folderId: 5_002, location: null });
      await world.expectNoDrift(changed);

      world.takeCalls();
      expect((await world.stack.destroy()).operations).toEqual({ gate: "delete" });
      expect(world.takeCalls()).toEqual([]);
      expect(world.isRegistered(gate)).toBe(true);
      expect(world.stack.has("gate")).toBe(false);
    },
  },
  {
    name: "the state echoes the inputs as they were written and adds what FortiCare says",
    async run(world) {
      const inputs = { serialNumber: gate.toLowerCase(), description: "Berlin", adopt: "never" };
      await world.up({ gate: inputs });
      const { id, outputs } = world.stack.state("gate");
      expect(id).toBe(gate);
      expect(visible(outputs)).toMatchObject({
        ...inputs,
        productModel: "FortiGate 60F",
        registrationStatus: "Registered",
        isDecommissioned: false,
        effectiveFolderId: 0,
        effectiveFolderPath: "/My Assets",
        effectiveDescription: "Berlin",
        effectiveAccountId: 100_001,
        adopted: false,
      });
    },
  },
  {
    name: "contracts are used up with the registration, one after the other, and one more later",
    async run(world) {
      const program = (count: number) => ({
        gate: { serialNumber: gate, contractNumbers: [1, 2, 3].slice(0, count).map(contractOf) },
      });
      await world.up(program(2));
      expect(world.takeCalls()).toEqual([`/products/list ${gate}`, "/products/register 1", "/products/register 1"]);
      const preview = await world.stack.preview(program(3));
      expect(warnings(preview)).toContain(`1 contract is used up for ${gate}, once and for all`);
      await world.up(program(3));
      expect(world.product().contracts.map(({ contractNumber }) => contractNumber)).toEqual([1, 2, 3].map(contractOf));
      await world.expectNoDrift(program(3));
    },
  },
  {
    name: "what is taken out of a program is undone, and what it never said is left alone",
    async run(world) {
      const bare = { gate: { serialNumber: gate } };
      await world.up({ gate: { ...bare.gate, description: "Berlin", folderId: folders.production, location: berlin } });
      await world.up(bare);
      expect(world.product()).toMatchObject({ description: "", folderId: 0, location: null });
      world.forticare.patch(gate, { description: "by hand", folderId: folders.staging });
      world.takeCalls();
      await world.expectNoDrift(bare);
      expect(world.product().description).toBe("by hand");
    },
  },
  {
    name: "delete decommissions when it shall, and an import comes back with what a program would say",
    async run(world) {
      await world.up({ gate: { serialNumber: gate, onDelete: "decommission", description: "Berlin" } });
      const destroyed = await world.stack.destroy();
      expect(destroyed.failures).toEqual({});
      expect(warnings(destroyed)).toBe(`${gate} is decommissioned now: only the portal can restore it`);
      expect(world.product().isDecommissioned).toBe(true);
      expect(world.isRegistered(gate)).toBe(true);
    },
  },
];
