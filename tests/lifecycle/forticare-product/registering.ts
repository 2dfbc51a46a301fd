import { expect } from "vitest";
import {
  contractOf,
  decommissionedGate,
  folders,
  foreignGate,
  gate,
  hiddenGate,
  keyedGate,
  keyOfKeyed,
  otherGate,
  type ProductScenario,
  programOf,
  registered,
  serialOf,
  until,
  unusedContract,
  warnings,
} from "./world";

/** What becomes of products that a program names for the first time. */
export const registering: readonly ProductScenario[] = [
  {
    name: "twelve creates at once are one list and two register calls",
    async run(world) {
      await world.up(programOf(12, { description: "branch", folderId: folders.production }));
      expect(world.takeCalls()).toEqual(["/products/list %", "/products/register 10", "/products/register 2"]);
      expect(world.product(serialOf(12))).toMatchObject({ description: "branch", folderId: 5_001 });
      world.takeCalls();
      expect((await world.refresh()).operations["gate-1"]).toBe("same");
      expect(world.takeCalls()).toEqual(["/products/list %"]);
    },
  },
  {
    name: "a malformed key is refused before anything is sent, and is not repeated",
    async run(world) {
      const message = await world.refusal({ gate: { serialNumber: keyedGate, cloudKey: "KEY-F031" } });
      expect(message).toContain("the FortiCloud key must be 8 letters and digits");
      expect(message).not.toContain("KEY-F031");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "of ten with one wrong key that refuses them all, nine are registered in two calls",
    options: { variants: { wrongCloudKey: "batch" } },
    async run(world) {
      const program = { ...programOf(9), keyed: { serialNumber: keyedGate, cloudKey: "KEYX0001" } };
      const run = await world.stack.up(program);
      expect(Object.keys(run.failures)).toEqual(["keyed"]);
      expect(run.failures.keyed?.message).toContain(`could not register product ${keyedGate}`);
      expect(run.failures.keyed?.message).toContain("Compare cloudKey");
      expect(world.takeCalls()).toEqual(["/products/list %", "/products/register 10", "/products/register 9"]);
      expect(world.stack.has("keyed")).toBe(false);
      expect(world.isRegistered(serialOf(9))).toBe(true);
      await world.up({ ...program, keyed: { serialNumber: keyedGate, cloudKey: keyOfKeyed } });
      expect(world.takeCalls()).toEqual([`/products/list ${keyedGate}`, "/products/register 1"]);
    },
  },
  {
    name: "a key that is missing fails its own product only",
    async run(world) {
      const run = await world.stack.up({ gate: { serialNumber: gate }, keyed: { serialNumber: keyedGate } });
      expect(Object.keys(run.failures)).toEqual(["keyed"]);
      expect(run.failures.keyed?.message).toMatch(/FortiCloud Key is Required".*Set cloudKey/);
      expect(world.isRegistered(gate)).toBe(true);
    },
  },
  {
    name: "a registration whose answer is lost has taken place, and nothing is registered twice",
    async run(world) {
      const path = "/products/register";
      world.simulators.faults.add({ path, times: 1, action: { kind: "resetAfterCommit" } });
      await world.up(programOf(3, { description: "branch" }));
      expect(world.takeCalls().filter((call) => call.startsWith(path))).toEqual([`${path} 3`]);
      await world.expectNoDrift(programOf(3, { description: "branch" }));
    },
  },
  {
    name: "what an interrupted create has registered is taken over by the next",
    async run(world) {
      const program = programOf(2, { description: "branch" });
      let canceled = false;
      await world.stack.up(program, {
        async during(host) {
          await until(() => world.simulators.requests.count({ path: "/products/register" }) > 0);
          await host.cancel();
          canceled = true;
        },
      });
      expect(canceled).toBe(true);
      world.takeCalls();
      await world.up(program);
      expect(world.writes()).toEqual([]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "a product that the account has is taken over without a registration, and what differs is changed",
    async run(world) {
      const program = { shop: { serialNumber: registered, description: "Shop", folderId: folders.production } };
      const preview = await world.stack.preview(program);
      if (world.stack.kind === "plugin") {
        expect(warnings(preview)).toBe(`${registered} is registered already; the program changes its description`);
      }
      world.takeCalls();
      await world.up(program);
      expect(world.takeCalls()).toEqual([`/products/list ${registered}`, "/products/description"]);
      expect(world.stack.state("shop").outputs).toMatchObject({ adopted: true, effectiveDescription: "Shop" });
      await world.expectNoDrift(program);
    },
  },
  {
    name: "adopt: identical and never refuse what they shall",
    async run(world) {
      const shop = { serialNumber: registered, description: "Shop", adopt: "identical" };
      expect(await world.refusal({ shop })).toContain("differs from the program (description)");
      if (world.stack.kind === "plugin")
        expect(warnings(await world.stack.preview({ shop }))).not.toContain("is registered for good");
      expect(await world.refusal({ shop: { ...shop, adopt: "never" } })).toContain('adopt is "never"');
      await world.up({ shop: { ...shop, description: "Web shop" } });
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "one that lists leave out is found by the words of the refusal",
    async run(world) {
      await world.up({ gate: { serialNumber: hiddenGate } });
      await world.stack.destroy();
      world.stack.resources.clear();
      world.takeCalls();
      await world.up({ gate: { serialNumber: hiddenGate, description: "hidden" } });
      expect(world.stack.state("gate").outputs.adopted).toBe(true);
      expect(world.product(hiddenGate).description).toBe("hidden");
      await world.expectNoDrift({ gate: { serialNumber: hiddenGate, description: "hidden" } });
    },
  },
  {
    name: "one of another account fails with who can help",
    async run(world) {
      const { message } = await world.failingUp({ gate: { serialNumber: foreignGate } });
      expect(message).toContain(`could not register product ${foreignGate}`);
      expect(world.stack.has("gate")).toBe(false);
    },
  },
  {
    name: "a decommissioned product is refused in words that say what to do",
    async run(world) {
      const program = { old: { serialNumber: decommissionedGate, description: "old" } };
      expect(await world.refusal(program)).toContain(
        `${decommissionedGate} is decommissioned: restore it in the portal`,
      );
      world.forticare.patch(decommissionedGate, { isDecommissioned: false });
      await world.up(program);
      world.forticare.patch(decommissionedGate, { isDecommissioned: true });
      await world.refresh();
      expect(world.stack.state("old").outputs.isDecommissioned).toBe(true);
      world.takeWrites();
      expect(await world.refusal({ old: { ...program.old, description: "new" } })).toContain(
        "restore it in the portal",
      );
    },
  },
  {
    name: "a contract that fails leaves the product registered, and the next up goes on without a second registration",
    async run(world) {
      const program = (last: string) => ({
        gate: { serialNumber: gate, contractNumbers: [contractOf(1), last], description: "x" },
      });
      world.simulators.faults.add({
        path: "/products/register",
        after: 1,
        times: 1,
        action: { kind: "html", status: 400 },
      });
      const { message } = await world.failingUp(program(unusedContract));
      expect(message).toContain(`could not register product ${gate}`);
      expect(world.stack.has("gate")).toBe(true);
      world.takeCalls();
      await world.up(program(contractOf(2)));
      expect(world.product().contracts.map(({ contractNumber }) => contractNumber)).toEqual([
        contractOf(1),
        contractOf(2),
      ]);
      expect(world.takeCalls()).toEqual([`/products/list ${gate}`, "/products/register 1"]);
      await world.expectNoDrift(program(contractOf(2)));
    },
  },
  {
    name: "two resources of one serial are refused",
    async run(world) {
      const run = await world.stack.up({
        one: { serialNumber: otherGate },
        two: { serialNumber: otherGate.toLowerCase() },
      });
      expect(Object.keys(run.failures)).toEqual(["two"]);
      expect(run.failures.two?.message).toContain(`FortiCare product ${otherGate} is managed by one`);
    },
  },
  {
    name: "when the errors of an hour are used up, the rest is not attempted and says when to come back; the next up goes on",
    options: { config: { forticareErrorsPerHour: 2 } },
    async run(world) {
      const keyed = { one: { serialNumber: serialOf(31) }, two: { serialNumber: serialOf(32) } };
      await world.stack.up(keyed);
      const program = programOf(3);
      const run = await world.stack.up(program);
      expect(Object.keys(run.failures)).toHaveLength(3);
      expect(run.failures["gate-1"]?.message).toMatch(/error budget|errors/);
      expect(run.failures["gate-1"]?.message).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d/);
      expect(world.stack.resources.size).toBe(0);
      world.configure({ forticareErrorsPerHour: 9 });
      await world.up(program);
    },
  },
];
