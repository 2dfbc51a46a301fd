import { expect } from "vitest";
import {
  contractOf,
  decommissionedGate,
  folders,
  hiddenGate,
  keyedGate,
  keyOfKeyed,
  type ProductScenario,
  registered,
  serialOf,
  warnings,
} from "../forticare-product/world";
import type { JsonMap } from "../harness/host";
import { ofType, type Program } from "../harness/stack";

/** So many products as the members of a set. */
function members(count: number, rest: JsonMap = {}, start = 1): JsonMap {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [serialOf(index + start), rest]));
}

const many = Array.from({ length: 500 }, (_, index) => ({
  serialNumber: `FGT60FTK25${String(index).padStart(6, "0")}`,
  productModel: "FortiGate 60F",
}));

/** Everything that many products in one resource go through, in both hosts. */
export const productSetScenarios: readonly ProductScenario[] = [
  {
    name: "a set is registered, left alone, read, changed by serial and forgotten in as few calls as can be",
    async run(world) {
      const program = (products: JsonMap) => ({ set: { products, folderId: folders.production } });
      await world.up(program(members(12, { description: "branch" })));
      expect(world.takeCalls()).toEqual(["/products/list %", "/products/register 10", "/products/register 2"]);
      expect(world.product(serialOf(12))).toMatchObject({ folderId: 5_001, description: "branch" });
      await world.expectNoDrift(program(members(12, { description: "branch" })));
      expect(world.takeCalls()).toEqual(["/products/list %"]);

      const changed = members(11, { description: "branch" });
      Object.assign(changed, {
        [serialOf(2)]: { description: "Berlin" },
        [serialOf(3)]: { folderId: folders.staging },
      });
      const run = await world.up(program({ ...changed, ...members(1, {}, 20) }));
      expect(run.operations).toEqual({ set: "update" });
      expect(run.paths.set).toHaveLength(world.stack.kind === "plugin" ? 5 : 1);
      const writes = world.writes();
      expect(writes.sort()).toEqual([
        "/products/description",
        "/products/description",
        "/products/folder",
        "/products/register",
      ]);
      expect(world.product(serialOf(3))).toMatchObject({ folderId: 5_002, description: "" });
      expect(Object.keys(world.stack.state("set").outputs.summaries as object)).toHaveLength(12);
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "five hundred new products are fifty register calls",
    options: {
      forticare: { warehouse: many },
      variants: { limits: { callsPerMinute: 0, callsPerHour: 0 } },
      config: { forticareRateLimitPerMinute: 500 },
    },
    async run(world) {
      const products = Object.fromEntries(many.map(({ serialNumber }) => [serialNumber, {}]));
      await world.up({ set: { products } });
      const calls = world.takeCalls();
      expect(calls).toEqual(["/products/list %", ...Array.from({ length: 50 }, () => "/products/register 10")]);
    },
  },
  {
    name: "when some fail the others are done and kept, and the next up goes on with what is left",
    async run(world) {
      const program = (cloudKey: string): Program => {
        const products: JsonMap = { ...members(9, { description: "x" }), [keyedGate]: { cloudKey }, [registered]: {} };
        return { set: { products } };
      };
      const { message } = await world.failingUp(program("KEYX0001"));
      expect(message).toContain("1 of 11 products failed; the other 10 are done:");
      expect(message).toContain(`could not register product ${keyedGate}`);
      world.takeCalls();
      await world.refresh();
      world.takeCalls();
      await world.up(program(keyOfKeyed));
      expect(world.takeCalls()).toEqual([`/products/list ${keyedGate}`, "/products/register 1"]);
      await world.expectNoDrift(program(keyOfKeyed));
    },
  },
  {
    name: "what is not attempted when the errors of an hour are used up is told in one sentence",
    options: { config: { forticareErrorsPerHour: 1 } },
    async run(world) {
      const { message } = await world.failingUp({ set: { products: members(10, {}, 28) } });
      const [first, refused, rest, ...more] = message.split("\n");
      expect(first).toMatch(/^\d of 10 products failed/);
      expect([refused, rest].sort()).toEqual([
        expect.stringMatching(/^FGT\S+, .*: FortiCare could not register product …: the error budget is used up\./),
        expect.stringMatching(/^FortiCare could not register product FGT60FTK240900\d\d: .*Set cloudKey/),
      ]);
      expect(more).toEqual([]);
    },
  },
  {
    name: "a move that fails leaves a product incomplete, and the next up moves it",
    async run(world) {
      const program = { set: { products: { [registered]: {} }, folderId: folders.staging } };
      world.simulators.faults.add({ path: "/products/folder", action: { kind: "html", status: 400 } });
      await world.failingUp(program);
      expect(world.stack.state("set").outputs.summaries).toMatchObject({ [registered]: { status: "incomplete" } });
      world.simulators.faults.clear();
      await world.up(program);
      expect(world.product(registered).folderId).toBe(5_002);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a preview tells of all products at once what becomes of them",
    hosts: ["plugin"],
    async run(world) {
      const good = { ...members(5), [registered]: { description: "Shop" } };
      const preview = await world.stack.preview({ set: { products: good } });
      expect(warnings(preview)).toContain("5 products are registered for good, which cannot be undone");
      expect(warnings(preview)).toContain("1 product is registered already, and the program changes what differs");
      const bad = { ...good, [decommissionedGate]: {} };
      expect(await world.refusal({ set: { products: bad } })).toContain(`${decommissionedGate} is decommissioned`);
    },
  },
  {
    name: "contracts that are removed and what counts at the registration only are refused",
    async run(world) {
      const program = (member: JsonMap) => ({ set: { products: { [serialOf(1)]: member } } });
      await world.up(program({ contractNumbers: [contractOf(1)], additionalInfo: "a" }));
      world.takeCalls();
      expect(await world.refusal(program({ additionalInfo: "a" }))).toContain(
        "1 contract is no longer in contractNumbers",
      );
      const other = program({ contractNumbers: [contractOf(1)], additionalInfo: "b" });
      expect(await world.refusal(other)).toContain(`additionalInfo of ${serialOf(1)} cannot be changed`);
    },
  },
  {
    name: "serials that are none, and two spellings of one, are refused by name",
    async run(world) {
      const message = await world.refusal({
        set: { products: { "FGT-1": {}, [serialOf(1)]: {}, [serialOf(1).toLowerCase()]: {} } },
      });
      expect(message).toContain('products.FGT-1 is refused: the serial number "FGT-1" must be 8 to 32 letters');
      expect(message).toContain(`is the same product as "${serialOf(1)}"`);
    },
  },
  {
    name: "a product moves from a set to a resource of its own without a write",
    async run(world) {
      const products = members(3, { description: "x" });
      await world.up({ set: { products, onDelete: "decommission" } });
      world.takeWrites();
      const { [serialOf(3)]: _, ...left } = products;
      const own = ofType("forticare:Product", { serialNumber: serialOf(3), description: "x" });
      // The plugin knows of the other resource before either is written.
      if (world.stack.kind === "plugin") {
        await world.up({ own, set: { products: left, onDelete: "decommission" } });
        expect(world.writes()).toEqual([]);
      }
    },
    hosts: ["plugin"],
  },
  {
    name: "drift by hand is told by serial and put right; what is gone is registered anew",
    async run(world) {
      const program = { set: { products: members(3, { description: "x" }) } };
      await world.up(program);
      world.forticare.patch(serialOf(2), { description: "by hand" });
      world.forticare.remove(serialOf(3));
      const run = await world.refresh();
      expect(run.operations).toEqual({ set: "update" });
      expect(Object.keys(world.stack.state("set").outputs.summaries as object)).toHaveLength(2);
      await world.up(program);
      expect(world.product(serialOf(2)).description).toBe("x");
      expect(world.isRegistered(serialOf(3))).toBe(true);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a set is imported by its serials",
    async run(world) {
      const products = { [registered]: { description: "Web shop", folderId: folders.production } };
      expect((await world.stack.import("set", registered)).failures).toEqual({});
      const program = { set: { products } };
      expect((await world.stack.preview(program)).operations).toEqual({ set: "same" });
      const { failures } = await world.stack.import("other", `${registered},${hiddenGate}`);
      expect(failures.other?.message).toContain(`${hiddenGate}: not registered in this account`);
    },
  },
];
