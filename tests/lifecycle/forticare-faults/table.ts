import { expect } from "vitest";
import { organizationApiId } from "../../../simulators";
import { type AssetScenario, type AssetWorld, folders, serialOf } from "../forticare-folder/world";
import { berlin, gate } from "../forticare-product/world";
import { type NamedFault, passingFaults } from "../harness/fortinet-faults";
import type { JsonMap } from "../harness/host";
import { ofType, type Program } from "../harness/stack";

const config = { requestTimeoutSeconds: 1 };

/** Brings the program about although the first call to `path` meets a fault: if the run fails, the next one does not. */
async function bring(world: AssetWorld, program: Program, path: string, { action }: NamedFault): Promise<void> {
  world.takeWrites();
  world.simulators.faults.add({ path, times: 1, action });
  const { failures } = await world.stack.up(program);
  world.simulators.faults.clear();
  for (const { message } of Object.values(failures)) expect(message).toMatch(/^(?:FortiCare could not|\d of \d)/);
  await world.up(program);
}

function survives(fault: NamedFault): AssetScenario {
  return {
    name: `products are registered, changed and decommissioned once when ${fault.name}`,
    options: { config },
    async run(world) {
      const one = (settings: JsonMap) => ({ gate: { serialNumber: gate, onDelete: "decommission", ...settings } });
      const others = { two: { serialNumber: serialOf(2) }, three: { serialNumber: serialOf(3) } };
      await bring(world, { ...one({}), ...others }, "/products/register", fault);
      expect(world.takeWrites()).toEqual(["/products/register"]);
      const changes: [string, JsonMap][] = [
        ["/products/folder", { folderId: folders.staging }],
        ["/products/description", { folderId: folders.staging, description: "Berlin" }],
        ["/products/location", { folderId: folders.staging, description: "Berlin", location: berlin }],
      ];
      for (const [path, settings] of changes) {
        await bring(world, { ...one(settings), ...others }, path, fault);
        expect(world.takeWrites()).toEqual([path]);
      }
      expect(world.product()).toMatchObject({ folderId: 5_002, description: "Berlin", location: { city: "Berlin" } });
      await bring(world, {}, "/products/decommission", fault);
      expect(world.takeWrites()).toEqual(["/products/decommission"]);
      expect(world.product().isDecommissioned).toBe(true);
    },
  };
}

function setSurvives(fault: NamedFault): AssetScenario {
  const products = (settings: JsonMap) =>
    Object.fromEntries([1, 2, 3].map((number) => [serialOf(number), { description: "branch", ...settings }]));
  const set = (settings: JsonMap) => ({
    set: ofType("forticare:ProductSet", { products: products(settings), onDelete: "decommission" }),
  });
  return {
    name: `the products of a set are registered, moved and decommissioned once when ${fault.name}`,
    options: { config },
    async run(world) {
      await bring(world, set({}), "/products/register", fault);
      expect(world.takeWrites()).toEqual(["/products/register"]);
      await bring(world, set({ folderId: folders.staging }), "/products/folder", fault);
      expect(world.takeWrites()).toEqual(["/products/folder"]);
      await world.expectNoDrift(set({ folderId: folders.staging }));
      await bring(world, {}, "/products/decommission", fault);
      expect(world.takeWrites()).toEqual(["/products/decommission"]);
    },
  };
}

function transferSurvives(fault: NamedFault): AssetScenario {
  return {
    name: `products go to another account once when ${fault.name}`,
    options: { config: { ...config, apiId: organizationApiId, scope: "organization" } },
    async run(world) {
      const inAccount = (accountId: number): Program => ({
        gate: { serialNumber: gate, accountId, transferPolicy: "allow", description: "Berlin" },
      });
      await world.up(inAccount(100_001));
      await bring(world, inAccount(100_002), "/products/transfer", fault);
      expect(world.takeWrites()).toEqual(["/products/transfer"]);
      await world.expectNoDrift(inAccount(100_002));
      const back = { sourceAccountId: 100_002, targetAccountId: 100_001, serialNumbers: [gate] };
      await bring(world, { back: ofType("forticare:ProductTransfer", back) }, "/products/transfer", fault);
      expect(world.takeWrites()).toEqual(["/products/transfer"]);
      expect(world.product().account).toBe("main");
    },
  };
}

/** What may happen to calls about products, in both hosts. */
export const faultScenarios: readonly AssetScenario[] = [
  ...passingFaults.map(survives),
  ...passingFaults.map(setSurvives),
  ...passingFaults.map(transferSurvives),
];
