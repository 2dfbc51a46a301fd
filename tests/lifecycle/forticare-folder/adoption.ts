import { expect } from "vitest";
import { unknownSentinels } from "../harness/host";
import { type AssetScenario, folders, mainAccountId, newFolder, onlyFailure, organization, warnings } from "./world";

const branches = { name: "branches", parentFolderId: folders.production } as const;

export const adoption: readonly AssetScenario[] = [
  {
    name: "a folder of that name in the same place is taken over without a write, even where writes are forbidden",
    options: { config: { readOnly: true } },
    async run(world) {
      await world.up({ branches });
      expect(world.takeCalls()).toEqual(["/folders/list"]);
      expect(world.stack.state("branches").id).toBe("5003");
      await world.expectNoDrift({ branches });
    },
  },
  {
    name: "a preview knows the id of the folder that is taken over",
    hosts: ["plugin"],
    async run(world) {
      await world.stack.withHost(async (host) => {
        const preview = async (inputs: object) => {
          const checked = await host.check(world.stack.urn("new"), {}, { ...inputs });
          return (await host.create(world.stack.urn("new"), checked.inputs, { preview: true })).outputs;
        };
        expect(await preview(branches)).toMatchObject({
          folderId: 5_003,
          folderPath: "/My Assets/Production/Branches",
        });
        expect(await preview({ name: "Berlin" })).toMatchObject({ folderId: unknownSentinels.string });
      });
      expect(world.takeCalls()).toEqual(["/folders/list"]);
    },
  },
  {
    name: "a folder of that name elsewhere is another folder",
    async run(world) {
      await world.up({ branches: { name: "Branches" } });
      expect(world.stack.state("branches").id).toBe(String(newFolder));
    },
  },
  {
    name: "adopt: never refuses it",
    async run(world) {
      expect(await world.refusal({ branches: { ...branches, adopt: "never" } })).toBe(
        'FortiCare already has folder 5003 (/My Assets/Production/Branches), and adopt is "never"; import it, or set ' +
          'adopt to "identical"',
      );
    },
  },
  {
    name: "several of that name are refused",
    options: { variants: { duplicateFolder: "allowed" } },
    async run(world) {
      world.inside.addFolder({ folderName: "Branches", parentFolderId: folders.production });
      expect(await world.refusal({ branches })).toBe(
        "FortiCare has 2 folders /My Assets/Production/Branches; import one of them: 5003 or 5004",
      );
    },
  },
  {
    name: "a parent that is not there is refused before any write, with what to do",
    async run(world) {
      expect(await world.refusal({ berlin: { name: "Berlin", parentFolderId: 9_999 } })).toBe(
        "folder Berlin cannot be made: there is no folder 9999 (parentFolderId) in this account. Use the folderId of " +
          "another Folder of the program, or correct the number",
      );
    },
  },
  {
    name: "two resources for the same folder in one program are refused before anything is written",
    async run(world) {
      const program = { first: { name: "Berlin" }, second: { name: " berlin" } };
      expect(onlyFailure(await world.stack.preview(program))).toContain(
        "FortiCare folder BERLIN in folder 0 is managed by first (",
      );
      expect(world.writes()).toEqual([]);
    },
  },
  {
    name: "one that somebody makes at the same time is taken over after all",
    async run(world) {
      const { world: inside } = world.forticare;
      await world.stack.withHost(async (host) => {
        const urn = world.stack.urn("berlin");
        const { inputs } = await host.check(urn, {}, host.programInputs(urn, { name: "Berlin" }, false));
        // Listed for the other folder, and made by hand since.
        const other = world.stack.urn("other");
        const otherInputs = await host.check(other, {}, host.programInputs(other, { ...branches }, false));
        await host.create(other, otherInputs.inputs);
        const { folderId } = inside.addFolder({ folderName: "BERLIN" });
        expect((await host.create(urn, inputs)).id).toBe(String(folderId));
      });
      expect(world.takeCalls()).toEqual(["/folders/list", "/folders/create", "/folders/list"]);
    },
  },
  {
    name: "a resource that is renamed without an alias keeps the folder, and says why it stays",
    async run(world) {
      await world.up({ oldName: { name: "Berlin" } });
      world.takeCalls();
      const run = await world.up({ newName: { name: "Berlin" } });
      expect(run.operations).toEqual({ newName: "create", oldName: "delete" });
      expect(world.takeWrites()).toEqual([]);
      expect(warnings(run)).toBe(`folder ${newFolder} stays: another resource of this program has taken it over`);
    },
  },
  ...(["5003", "/My Assets/Production/Branches", "/my assets/production/branches/"] as const).map(
    (id): AssetScenario => ({
      name: `a folder is imported by ${id}, and a program that says the same changes nothing`,
      async run(world) {
        expect((await world.stack.import("branches", id)).failures).toEqual({});
        expect(world.takeCalls()).toEqual(["/folders/list"]);
        const state = world.stack.state("branches");
        expect([state.id, state.outputs.folderPath]).toEqual(["5003", "/My Assets/Production/Branches"]);
        const written = { name: "Branches", parentFolderId: folders.production };
        expect(state.inputs).toMatchObject(written);
        await world.expectNoDrift({ branches: written });
      },
    }),
  ),
  {
    name: "a folder of one of the accounts of an organization is imported with its number before it",
    options: { config: organization },
    async run(world) {
      for (const rest of ["5003", "My Assets/Production/Branches"]) {
        expect((await world.stack.import("branches", `${mainAccountId}/${rest}`)).failures, rest).toEqual({});
        expect(world.stack.state("branches").inputs).toMatchObject({ accountId: mainAccountId });
        expect(world.stack.state("branches").id).toBe("5003");
      }
      await world.expectNoDrift({ branches: { ...branches, accountId: mainAccountId } });
    },
  },
  {
    name: "what is not there cannot be imported, nor can the root",
    options: { variants: { rootFolderListed: true } },
    async run(world) {
      expect(onlyFailure(await world.stack.import("none", "9999"))).toContain("does not exist");
      expect(onlyFailure(await world.stack.import("root", "/My Assets"))).toContain("cannot be managed");
    },
  },
];
