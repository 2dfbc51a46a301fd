import { expect, vi } from "vitest";
import { limits, mistBehaviours, type OtherMistBehaviour, signIn, sites } from "../harness/mist-variants";
import { ofType, type Program, type Run } from "../harness/stack";
import {
  ap,
  dashed,
  firstMember,
  foreign,
  headquarters,
  type InventoryScenario,
  type InventoryWorld,
  inventoryOf,
  memberCodes,
  mistOrgId,
  pooled,
  secondMember,
  warehouse,
} from "./world";

const fleet = { a: dashed(ap(2).claimCode), b: ap(3).claimCode.toLowerCase(), member: memberCodes[0] };
const macs = [ap(1).mac, pooled.mac, ap(2).mac, ap(3).mac, firstMember];

function programAt(siteId: string): Program {
  return {
    claim: ofType("mist:DeviceClaim", { claimCode: ap(1).claimCode, onDelete: "release" }),
    claimed: ofType("mist:DeviceAssignment", { mac: ap(1).mac, siteId }),
    pooled: ofType("mist:DeviceAssignment", { mac: pooled.mac, siteId, mistConfigured: true, onDelete: "unassign" }),
    other: ofType("mist:DeviceClaim", { claimCode: memberCodes[1], onDelete: "release" }),
    set: inventoryOf(fleet, { siteId, onDelete: "release" }),
  };
}

/** An up while simulated time goes by with every call. */
async function up(world: InventoryWorld, program: Program): Promise<Run> {
  let isOver = false;
  const count = () => world.simulators.requests.count({ service: "mist" });
  const time = async () => {
    for (let seen = count(); !isOver; seen = count()) {
      await vi.waitUntil(() => isOver || count() > seen, { interval: 5, timeout: 30_000 });
      world.simulators.clock.advance(500);
    }
  };
  const end = () => {
    isOver = true;
  };
  const [run] = await Promise.all([world.stack.up(program).finally(end), time()]);
  world.simulators.clock.advance(5_000);
  return run;
}

/** Everything that happens to devices, in an organization that behaves so. */
async function life(world: InventoryWorld): Promise<void> {
  const failing = await up(world, {
    ...programAt(headquarters),
    bad: ofType("mist:DeviceClaim", { claimCode: foreign.claimCode }),
    bads: inventoryOf({ no: "NOSUCHCODE00001", nor: "NOSUCHCODE00002" }),
  });
  expect(Object.keys(failing.failures).sort()).toEqual(["bad", "bads"]);
  expect(new Set(world.where(...macs))).toEqual(new Set([headquarters]));
  await world.expectNoDrift(programAt(headquarters));
  expect((await up(world, programAt(warehouse))).failures).toEqual({});
  expect(new Set(world.where(...macs))).toEqual(new Set([warehouse]));
  await world.expectNoDrift(programAt(warehouse));
  for (const [name, id] of [
    ["claim", ap(1).mac],
    ["pooled", `${mistOrgId}/${pooled.mac}`],
  ] as const) {
    expect(
      world.stack.resources.get(world.stack.urn(name, name === "claim" ? "mist:DeviceClaim" : "mist:DeviceAssignment"))
        ?.id,
    ).toBe(id);
  }
  world.device(ap(2).mac).siteId = headquarters;
  world.device(pooled.mac).siteId = null;
  expect((await world.refresh()).operations).toMatchObject({ claim: "same", pooled: "update", set: "update" });
  expect((await up(world, programAt(warehouse))).failures).toEqual({});
  const { other: _, ...rest } = programAt(warehouse);
  expect((await up(world, rest)).failures).toEqual({});
  expect((await up(world, {})).failures).toEqual({});
  expect(world.where(...macs, secondMember)).toEqual([
    ...["elsewhere", undefined, "elsewhere", "elsewhere"],
    ...[warehouse, warehouse],
  ]);
}

/** What a device that cannot be shown yet takes is told elsewhere. */
export const variants: readonly InventoryScenario[] = mistBehaviours(signIn, limits, sites).map(
  ({ name, value, variants }: OtherMistBehaviour) => ({
    name: `devices live their whole life where ${name} is ${value}`,
    options: { variants },
    run: life,
  }),
);
