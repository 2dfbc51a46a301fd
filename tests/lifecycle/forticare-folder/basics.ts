import { expect } from "vitest";
import { unknownSentinels, visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import { type AssetScenario, folders, mainAccountId, newFolder, organization } from "./world";

const berlin = { name: "Berlin" } as const;
const under = { ...berlin, parentFolderId: folders.production };

export const basics: readonly AssetScenario[] = [
  {
    name: "a folder is created, left alone, read and deleted in exactly the calls that it takes",
    async run(world) {
      expect((await world.up({ berlin: under })).operations).toEqual({ berlin: "create" });
      expect(world.takeCalls()).toEqual(["/folders/list", "/folders/create"]);
      expect(world.inside.folders.get(newFolder)).toMatchObject({ folderName: "Berlin", parentFolderId: 5_001 });
      const state = world.stack.state("berlin");
      expect(state.id).toBe(String(newFolder));
      expect(visible(state.outputs)).toEqual({
        ...under,
        folderId: newFolder,
        folderPath: "/My Assets/Production/Berlin",
        assetCount: 0,
      });

      expect((await world.up({ berlin: under })).operations).toEqual({ berlin: "same" });
      expect(world.takeCalls()).toEqual([]);
      await world.expectNoDrift({ berlin: under });
      expect(world.takeCalls()).toEqual(["/folders/list"]);

      expect((await world.stack.destroy()).operations).toEqual({ berlin: "delete" });
      expect(world.takeCalls()).toEqual(["/folders/list", "/folders/delete"]);
      expect(world.inside.folders.has(newFolder)).toBe(false);
      expect(world.stack.has("berlin")).toBe(false);
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "many folders are one list, and so is a refresh of them",
    async run(world) {
      const program = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { name }]));
      await world.up(program);
      expect(world.takeCalls().filter((call) => call === "/folders/create")).toHaveLength(4);
      await world.expectNoDrift(program);
      expect(world.takeCalls()).toEqual(["/folders/list"]);
    },
  },
  ...(
    [
      ["another name", { name: "Hamburg", parentFolderId: 5_001 }, ["name"]],
      ["another parent", { ...berlin, parentFolderId: folders.staging }, ["parentFolderId"]],
      ["no parent any more", berlin, ["parentFolderId"]],
    ] as const
  ).map(
    ([what, change, paths]): AssetScenario => ({
      name: `${what} makes another folder before the old one goes`,
      async run(world) {
        await world.up({ berlin: under });
        world.takeCalls();
        const run = await world.up({ berlin: change });
        expect([run.operations, run.paths]).toEqual([{ berlin: "replace" }, { berlin: paths }]);
        expect(world.takeWrites()).toEqual(["/folders/create", "/folders/delete"]);
        expect(world.stack.state("berlin").id).toBe(String(newFolder + 1));
        expect(world.inside.folders.get(newFolder + 1)).toMatchObject({
          folderName: change.name,
          parentFolderId: "parentFolderId" in change ? change.parentFolderId : 0,
        });
        await world.expectNoDrift({ berlin: change });
      },
    }),
  ),
  {
    name: "a folder of the root that gets a parent is another folder",
    async run(world) {
      await world.up({ berlin });
      expect((await world.up({ berlin: under })).operations).toEqual({ berlin: "replace" });
      expect([...world.inside.folders.keys()]).not.toContain(newFolder);
      await world.expectNoDrift({ berlin: under });
    },
  },
  {
    name: "spelling, and defaults that are spelled out, are no change",
    async run(world) {
      await world.up({ berlin });
      world.takeCalls();
      for (const same of [{ name: " BERLIN " }, { ...berlin, parentFolderId: 0 }, { ...berlin, adopt: "identical" }])
        expect((await world.stack.preview({ berlin: same })).operations).toEqual({ berlin: "same" });
      await world.up({ berlin: { ...berlin, onDelete: "retain", adopt: "never" } });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
      expect(world.inside.folders.has(newFolder)).toBe(true);
    },
  },
  {
    name: "a name that FortiCare would refuse is refused before any call",
    async run(world) {
      for (const name of ["", "a/b", "x".repeat(101)]) {
        const { message } = await world.failingUp({ berlin: { name } });
        expect(message).toMatch(/folder name must/);
      }
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "no input that is not known yet makes check, diff or a preview fail",
    async run(world) {
      await world.up({ berlin: under });
      const state = world.stack.state("berlin");
      await world.stack.withHost(async (host) => {
        for (const name of ["name", "parentFolderId", "accountId", "adopt", "onDelete"]) {
          const news = host.programInputs(state.urn, { ...under, [name]: unknownSentinels.string }, true);
          const checked = await host.check(state.urn, state.inputs, news);
          expect(checked.failures, name).toEqual([]);
          expect((await host.diff(state, checked.inputs)).replaces, name).toEqual([]);
          if (host.kind === "dynamic" || name === "onDelete") continue;
          const created = await host.create(world.stack.urn("new"), checked.inputs, { preview: true });
          expect(created.outputs, name).toMatchObject({ folderId: unknownSentinels.string });
        }
      });
    },
  },
  {
    name: "an API user of the organization must name the account, in the folder or in the configuration",
    options: { config: organization },
    async run(world) {
      expect(await world.refusal({ berlin })).toMatch(
        /^accountId is missing: the scope of the API user is an organization/,
      );
      expect(world.takeCalls()).toEqual([]);
      const named = { ...berlin, accountId: mainAccountId };
      await world.up({ berlin: named });
      await world.expectNoDrift({ berlin: named });
      world.configure({ accountId: mainAccountId });
      await world.up({ berlin: named, hamburg: { name: "Hamburg" } });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.failed()).toBe(0);
    },
  },
  {
    name: "an account that is named afterwards must be the one that has the folder",
    options: { config: { ...organization, accountId: mainAccountId } },
    async run(world) {
      await world.up({ berlin });
      const { message } = await world.failingUp({ berlin: { ...berlin, accountId: mainAccountId + 1 } });
      expect(message).toBe(
        `folder ${newFolder} (Berlin) is not in account ${mainAccountId + 1}; correct the accountId`,
      );
      expect((await world.up({ berlin: { ...berlin, accountId: mainAccountId } })).operations).toEqual({
        berlin: "update",
      });
      expect(world.inside.folders.has(newFolder)).toBe(true);
    },
  },
  {
    name: "the folders of the account can be listed, without the root",
    hosts: ["plugin"],
    options: { variants: { rootFolderListed: true } },
    async run(world) {
      await world.stack.withHost(async (plugin) => {
        if (!(plugin instanceof PluginHost)) throw new Error("Only the plugin lists.");
        expect((await plugin.list()).ids).toEqual(["5001", "5002", "5003"]);
      });
    },
  },
];
