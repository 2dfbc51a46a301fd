import { expect } from "vitest";
import type { AssetScenario, AssetWorld } from "../forticare-folder/world";
import {
  berlin,
  contractOf,
  folders,
  gate,
  hiddenGate,
  keyedGate,
  keyOfKeyed,
  registered,
  serialOf,
} from "../forticare-product/world";
import { ofType, type Program } from "../harness/stack";
import { behaviours, type OtherBehaviour } from "./behaviours";
import { unlimited } from "./unlimited";

/** What a program says of its products at one time of their life. */
interface Age {
  description: string;
  folderId: number;
  contracts: number[];
  members: number[];
  assetGroupIds?: number[];
}
const young: Age = { description: "Berlin", folderId: folders.production, contracts: [1], members: [3, 4] };
const grown: Age = { description: "Hamburg", folderId: folders.staging, contracts: [1, 2], members: [4, 5] };

/** One of everything that FortiCare has. */
function everything({ description, folderId, contracts, members, assetGroupIds }: Age): Program {
  const settings = { location: { ...berlin, city: description }, contractNumbers: contracts.map(contractOf) };
  const set = Object.fromEntries(members.map((number) => [serialOf(number), { description }]));
  return {
    gate: {
      ...{ serialNumber: gate, description, folderId, ...settings, ...(assetGroupIds && { assetGroupIds }) },
      ...{ refreshDetails: true, onDelete: "decommission" },
    },
    hidden: { serialNumber: hiddenGate, description, folderId },
    keyed: { serialNumber: keyedGate, cloudKey: keyOfKeyed, folderId: 0 },
    shop: { serialNumber: registered, description },
    set: ofType("forticare:ProductSet", { products: set, folderId: folders.staging }),
    sites: ofType("forticare:Folder", { name: "Sites" }),
    vm: ofType("forticare:License", { licenseRegistrationCode: "LIC01-24AAA-24BBB-24CCC-24DDDD", description }),
    cloud: ofType("forticare:Service", { contractNumber: "2401VS000001", description }),
    support: ofType("forticare:Contract", { serialNumber: registered, contractNumber: contractOf(5) }),
  };
}

function lives({ name, value }: OtherBehaviour): AssetScenario {
  return {
    name: `everything lives its whole life, and nothing fails, where ${name} is ${value}`,
    options: unlimited({ [name]: value }),
    async run(world) {
      // A text with commas is what no program of ours can say.
      const assetGroupIds = name === "assetGroupIds" && value === "string" ? undefined : [501];
      const program = (age: Age) => everything({ ...age, assetGroupIds });
      await world.up(program(young));
      expect(world.product()).toMatchObject({ description: "Berlin", folderId: 5_001, location: { city: "Berlin" } });
      await isUnchanged(world);

      await world.up(program(grown));
      const contracts = grown.contracts.map((number) => ({ contractNumber: contractOf(number) }));
      const settings = { description: "Hamburg", folderId: 5_002 };
      expect(world.product()).toMatchObject({ ...settings, location: { city: "Hamburg" }, contracts });
      expect(world.product(hiddenGate)).toMatchObject(settings);
      expect(world.isRegistered(serialOf(5))).toBe(true);
      await isUnchanged(world);
      await isImported(world, { serialNumber: hiddenGate, ...settings });

      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.stack.resources.size).toBe(0);
      expect(world.product().isDecommissioned).toBe(true);
      for (const serial of [keyedGate, hiddenGate, serialOf(3)]) expect(world.isRegistered(serial)).toBe(true);
      expect([...world.inside.folders.values()].filter(({ folderName }) => folderName === "Sites")).toEqual([]);
      // Where a pattern matches no serial, a list of all is empty, and only a refusal tells that the shop is registered.
      expect(world.failed()).toBe(value === "exact" ? 1 : 0);
    },
  };
}

/** A refresh finds what the program says, as soon as the service shows it. */
async function isUnchanged(world: AssetWorld): Promise<void> {
  world.simulators.clock.advance(6_000);
  expect(new Set(Object.values((await world.refresh()).operations))).toEqual(new Set(["same"]));
}

async function isImported(world: AssetWorld, inputs: object): Promise<void> {
  expect((await world.stack.import("imported", hiddenGate)).failures).toEqual({});
  expect(world.stack.state("imported").inputs).toMatchObject(inputs);
  world.stack.resources.delete(world.stack.urn("imported"));
}

export const healthy: readonly AssetScenario[] = behaviours().map(lives);
