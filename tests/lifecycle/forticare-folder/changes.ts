import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import { type AssetScenario, folders, newFolder, onlyFailure, registered } from "./world";

const berlin = { name: "Berlin" } as const;
const advice =
  "Move or delete what is in it first, in the program or in the FortiCare portal; or leave the folder there with " +
  '`onDelete: "retain"`';

const lostAfter: readonly FaultAction[] = [
  { kind: "resetAfterCommit" },
  { kind: "lostResponse" },
  { kind: "truncatedJson" },
  { kind: "status", status: 500, applied: true },
];

export const changes: readonly AssetScenario[] = [
  {
    name: "a folder with products or folders in it stays, and the refusal names them without costing an error",
    async run(world) {
      const production = { name: "Production" };
      await world.up({ production });
      world.takeCalls();
      expect(onlyFailure(await world.stack.destroy())).toBe(
        `folder 5001 (/My Assets/Production) is not empty, so it was not deleted: it holds 1 product (${registered}) and ` +
          `1 folder (Branches). ${advice}`,
      );
      expect(world.writes()).toEqual([]);
      expect(world.stack.has("production")).toBe(true);
      world.forticare.patch(registered, { folderId: 0 });
      expect(onlyFailure(await world.stack.destroy())).toContain("it holds 1 folder (Branches). ");
      world.inside.folders.delete(5_003);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "a folder that is emptied after it was listed is deleted",
    async run(world) {
      await world.up({ berlin });
      world.forticare.patch(registered, { folderId: newFolder });
      await world.stack.withHost(async (host) => {
        const state = world.stack.state("berlin");
        await host.read(state);
        world.forticare.patch(registered, { folderId: 0 });
        await host.delete(state);
      });
      expect(world.inside.folders.has(newFolder)).toBe(false);
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "a folder that gets a product after it was listed is refused in words of ours",
    async run(world) {
      await world.up({ berlin });
      await world.stack.withHost(async (host) => {
        const state = world.stack.state("berlin");
        await host.read(state);
        world.forticare.patch(registered, { folderId: newFolder });
        await expect(host.delete(state)).rejects.toThrow(/Move its products and delete the folders in it first/);
      });
      expect(world.inside.folders.has(newFolder)).toBe(true);
    },
  },
  {
    name: "a replaced folder that still has a product stays beside the new one, and is told",
    async run(world) {
      await world.up({ berlin });
      world.forticare.patch(registered, { folderId: newFolder });
      expect((await world.failingUp({ berlin: { name: "Hamburg" } })).message).toContain(
        `folder ${newFolder} (/My Assets/Berlin) is not empty`,
      );
      expect(world.stack.state("berlin").id).toBe(String(newFolder + 1));
      expect(world.inside.folders.has(newFolder)).toBe(true);
    },
  },
  {
    name: "a delete of a folder that is gone already succeeds",
    async run(world) {
      await world.up({ berlin });
      world.inside.folders.delete(newFolder);
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual(["/folders/list"]);
    },
  },
  {
    name: "a folder that was deleted in the portal is gone, and made anew",
    async run(world) {
      await world.up({ berlin });
      world.inside.folders.delete(newFolder);
      expect((await world.refresh()).operations).toEqual({ berlin: "delete" });
      await world.up({ berlin });
      expect(world.stack.state("berlin").id).toBe(String(newFolder + 1));
    },
  },
  {
    name: "a folder that was moved or renamed in the portal is drift, and made anew where it belongs",
    async run(world) {
      await world.up({ berlin });
      for (const change of [{ parentFolderId: folders.production }, { folderName: "Bonn" }]) {
        const id = Number(world.stack.state("berlin").id);
        Object.assign(world.inside.folders.get(id) ?? {}, change);
        expect((await world.refresh()).operations).toEqual({ berlin: "replace" });
        await world.up({ berlin });
        expect(Number(world.stack.state("berlin").id)).toBeGreaterThan(id);
        expect(world.inside.folders.has(id)).toBe(false);
        await world.expectNoDrift({ berlin });
      }
    },
  },
  {
    name: "products that come and go are no drift",
    async run(world) {
      await world.up({ berlin });
      world.forticare.patch(registered, { folderId: newFolder });
      await world.expectNoDrift({ berlin });
      expect(world.stack.state("berlin").outputs.assetCount).toBe(1);
    },
  },
  ...lostAfter.map(
    (action): AssetScenario => ({
      name: `a folder is made and deleted once when the answer is lost: ${JSON.stringify(action)}`,
      options: { config: { requestTimeoutSeconds: 2 } },
      async run(world) {
        world.simulators.faults.add({ path: "/folders/create", times: 1, action });
        await world.up({ berlin });
        expect(world.takeWrites()).toEqual(["/folders/create"]);
        expect(world.stack.state("berlin").id).toBe(String(newFolder));
        await world.expectNoDrift({ berlin });
        world.takeCalls();
        world.simulators.faults.add({ path: "/folders/delete", times: 1, action });
        expect((await world.stack.destroy()).failures).toEqual({});
        expect(world.takeWrites()).toEqual(["/folders/delete"]);
      },
    }),
  ),
  {
    name: "a create of which nothing came is told, and the next up makes one folder",
    async run(world) {
      world.simulators.faults.add({ path: "/folders/create", times: 1, action: { kind: "resetBeforeCommit" } });
      expect((await world.failingUp({ berlin })).message).toMatch(/^FortiCare could not create folder Berlin: /);
      await world.up({ berlin });
      expect(world.takeWrites()).toEqual(["/folders/create"]);
    },
  },
  {
    name: "readOnly refuses every write with its reason",
    async run(world) {
      await world.up({ berlin });
      world.configure({ readOnly: true });
      const refused = (what: string) => `folder ${what} was not changed: ztp:fortinet.readOnly is set`;
      expect((await world.failingUp({ berlin, bonn: { name: "Bonn" } })).message).toBe(refused("Bonn"));
      expect(onlyFailure(await world.stack.destroy())).toBe(refused("Berlin"));
      expect(world.inside.folders.has(newFolder)).toBe(true);
    },
  },
  {
    name: "nothing is sent when the errors of the hour are spent, and the failure says so",
    options: { config: { forticareErrorsPerHour: 2 } },
    async run(world) {
      world.simulators.faults.add({ path: "/folders/list", times: 1, action: { kind: "status", status: 418 } });
      expect((await world.failingUp({ berlin })).message).toMatch(/HTTP 418/);
      world.takeCalls();
      const { message } = await world.failingUp({ berlin });
      expect(message).toMatch(/FortiCare allows few failed calls and units an hour/);
      expect(world.takeCalls()).toEqual([]);
    },
  },
];
