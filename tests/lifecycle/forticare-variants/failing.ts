import { expect } from "vitest";
import { readOnlyApiId } from "../../../simulators";
import type { AssetScenario, AssetWorld } from "../forticare-folder/world";
import {
  decommissionedGate,
  folders,
  foreignGate,
  gate,
  keyedGate,
  keyOfKeyed,
  onlyFailure,
  otherGate,
  serialOf,
} from "../forticare-product/world";
import { ofType, type Program } from "../harness/stack";
import { behaviours, type OtherBehaviour } from "./behaviours";
import { unlimited } from "./unlimited";

/** Registered, and in no list. */
const hidden = "FAZ2HFTM23000001";
const license = (licenseRegistrationCode: string) => ofType("forticare:License", { licenseRegistrationCode });
const codeOfUsed = "LIC08-24AAA-24BBB-24CCC-24DDDD";

function fails({ name, value }: OtherBehaviour): AssetScenario {
  return {
    name: `what fails is told and harms nothing else where ${name} is ${value}`,
    options: unlimited({ [name]: value }),
    async run(world) {
      await batchFailsInPart(world);
      await tokenExpires(world);
      await goneElsewhere(world);
      await everythingIsRefused(world);
    },
  };
}

/** Of a batch and of single calls only what is wrong fails, each with its own words. */
async function batchFailsInPart(world: AssetWorld): Promise<void> {
  const good: Program = {
    gate: { serialNumber: gate, description: "Berlin", folderId: folders.production },
    other: { serialNumber: otherGate },
    hidden: { serialNumber: hidden },
  };
  const { failures } = await world.stack.up({
    ...good,
    keyless: { serialNumber: keyedGate },
    wrong: { serialNumber: serialOf(32), cloudKey: keyOfKeyed },
    foreign: { serialNumber: foreignGate },
    old: { serialNumber: decommissionedGate },
    used: license(codeOfUsed),
    bare: ofType("forticare:Folder", { name: "Branches", parentFolderId: 9_999 }),
  });
  expect(Object.fromEntries(Object.entries(failures).map(([resource, { message }]) => [resource, message]))).toEqual({
    keyless: expect.stringMatching(/FortiCloud Key is Required.*Set cloudKey/),
    wrong: expect.stringMatching(new RegExp(`could not register product ${serialOf(32)}.*Compare cloudKey`)),
    foreign: expect.stringMatching(/Only its owner can hand it over/),
    old: expect.stringMatching(/is decommissioned: restore it in the portal first/),
    used: expect.stringMatching(/It can be used only once/),
    bare: expect.stringMatching(/there is no folder 9999/),
  });
  expect(world.product()).toMatchObject({ description: "Berlin", folderId: 5_001 });
  world.takeWrites();
  world.simulators.clock.advance(6_000);
  await world.up(good);
  expect(world.writes()).toEqual([]);
}

/** A token that expires in the middle of a run is replaced. */
async function tokenExpires(world: AssetWorld): Promise<void> {
  for (const path of ["/products/folder", "/products/description"]) {
    world.simulators.faults.add({ path, times: 1, action: { kind: "expireTokens" } });
  }
  const moved = { gate: { serialNumber: gate, description: "Hamburg", folderId: folders.staging } };
  await world.up({ ...moved, hidden: { serialNumber: hidden } });
  expect(world.product()).toMatchObject({ description: "Hamburg", folderId: 5_002 });
}

/** What somebody else has done is noticed: a product that is gone, and one that is out of service. */
async function goneElsewhere(world: AssetWorld): Promise<void> {
  world.forticare.remove(gate);
  world.forticare.patch(hidden, { isDecommissioned: true });
  const { operations, failures } = await world.stack.refresh();
  expect([operations, failures]).toEqual([{ gate: "delete", hidden: "same" }, {}]);
  world.takeWrites();
  const message = await world.refusal({ hidden: { serialNumber: hidden, description: "x" } });
  expect(message).toContain(`${hidden} is decommissioned: restore it in the portal first`);
}

/** A user without the permission to write is told so once, and nothing else is sent. */
async function everythingIsRefused(world: AssetWorld): Promise<void> {
  world.configure({ apiId: readOnlyApiId });
  world.takeWrites();
  const run = await world.stack.up({ again: { serialNumber: serialOf(7) }, hidden: { serialNumber: hidden } });
  expect(onlyFailure(run)).toMatch(/access was denied.*IAM/);
  expect(world.isRegistered(serialOf(7))).toBe(false);
  expect(world.simulators.requests.count({ path: "/products/register" })).toBe(1);
}

/** More failures in one batch than FortiCare allows; what it does then in the default behaviour takes a look at each. */
const tooMany: AssetScenario = {
  name: "what comes after too many failures in one batch is not sent where batchOverflow is rejectAll",
  options: unlimited({ batchOverflow: "rejectAll" }),
  async run(world) {
    const bad = Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [`bad-${index}`, { serialNumber: `FGT60FTK9999000${index}` }]),
    );
    const run = await world.stack.up({ ...bad, gate: { serialNumber: gate } });
    expect(Object.keys(run.failures)).toHaveLength(7);
    expect(world.isRegistered(gate)).toBe(false);
    expect(world.takeCalls()).toEqual(["/products/list %", "/products/register 7"]);
    await world.up({ gate: { serialNumber: gate } });
  },
};

export const failing: readonly AssetScenario[] = [...behaviours().map(fails), tooMany];
