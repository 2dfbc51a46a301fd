import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import { visible } from "../harness/host";
import {
  branch,
  collection,
  digest,
  foreign,
  item,
  newOid,
  onlyFailure,
  otherText,
  type ScriptScenario,
  text,
} from "./world";

const notGone: readonly FaultAction[] = [
  { kind: "status", status: 401 },
  { kind: "status", status: 403, body: { error: "access_denied", error_description: "Not you" } },
  { kind: "status", status: 500 },
  { kind: "html", status: 200 },
  { kind: "html", status: 404 },
  { kind: "resetBeforeCommit" },
];

export const reading: readonly ScriptScenario[] = [
  {
    name: "a name or content that was changed in the portal is drift, which the next up takes back under the same oid",
    async run(world) {
      await world.up({ branch });
      world.fortinet.patchScript(newOid, { name: "renamed" });
      const renamed = await world.refresh();
      expect([renamed.operations, renamed.paths]).toEqual([{ branch: "update" }, { branch: ["name"] }]);
      world.fortinet.patchScript(newOid, { content: otherText });
      expect((await world.refresh()).paths).toEqual({ branch: ["content"] });
      expect(world.stack.state("branch").outputs).toMatchObject({
        name: "renamed",
        content: world.kept(otherText),
        contentSha256: digest(otherText.trimEnd()),
      });
      world.takeCalls();
      await world.up({ branch });
      expect(world.takeWrites()).toEqual([`PUT ${item}`, `PUT ${item}/content`]);
      expect(world.script()).toMatchObject(branch);
      await world.expectNoDrift({ branch });
    },
  },
  {
    name: "content that was emptied in the portal is drift, and no reason to forget the script",
    async run(world) {
      await world.up({ branch });
      world.fortinet.patchScript(newOid, { content: "" });
      const refreshed = await world.refresh();
      expect([refreshed.operations, refreshed.paths]).toEqual([{ branch: "update" }, { branch: ["content"] }]);
      await world.up({ branch });
      expect(world.script().content).toBe(text);
    },
  },
  {
    name: "a refresh gives back the inputs that the program manages, in its own spelling, and those alone",
    async run(world) {
      const inputs = { ...branch, content: `${text}\n`, onDelete: "retain" };
      await world.up({ branch: inputs });
      await world.refresh();
      expect(visible(world.stack.state("branch").inputs)).toEqual({ ...inputs, content: world.kept(inputs.content) });
    },
  },
  {
    name: "a new update time alone is no drift",
    async run(world) {
      await world.up({ branch });
      world.simulators.clock.advance(5_000);
      world.fortinet.patchScript(newOid, {});
      await world.expectNoDrift({ branch });
      expect(world.stack.state("branch").outputs.updateTime).toBe("2025-01-31T12:00:05.000Z");
    },
  },
  ...([404, 400] as const).map(
    (unknownOid): ScriptScenario => ({
      name: `a script that was deleted in the portal is gone when FortiZTP says so with ${unknownOid}, and made anew`,
      options: { variants: { unknownOid } },
      async run(world) {
        await world.up({ branch });
        world.fortinet.scripts.delete(newOid);
        expect((await world.refresh()).operations).toEqual({ branch: "delete" });
        expect(world.stack.has("branch")).toBe(false);
        await world.up({ branch });
        expect(world.stack.state("branch").id).toBe(String(newOid + 1));
      },
    }),
  ),
  {
    name: "an update of a script that is gone says how to go on",
    async run(world) {
      await world.up({ branch });
      world.fortinet.scripts.delete(newOid);
      for (const change of [{ name: "branch-2" }, { content: otherText }]) {
        const { message } = await world.failingUp({ branch: { ...branch, ...change } });
        expect(message).toContain(`"Script ${newOid} doesn't exist in this account`);
        expect(message).toMatch(/Run `pulumi up --refresh` to make it anew\.$/);
      }
      await world.refresh();
      await world.up({ branch });
      expect(world.named()).toEqual([newOid + 1]);
    },
  },
  {
    name: "a list that lacks a script proves nothing, nor does one that lacks all",
    options: { variants: { listCap: 1 } },
    async run(world) {
      await world.up({ branch });
      await world.expectNoDrift({ branch });
      const empty = { total: 0, data: [] };
      world.simulators.faults.add({ path: collection, action: { kind: "status", status: 200, body: empty } });
      await world.expectNoDrift({ branch });
      world.simulators.faults.add({ path: `${collection}/{oid}`, action: { kind: "html", status: 404 } });
      expect((await world.stack.refresh()).failures.branch?.message).toMatch(/could not read script 1001/);
      expect(world.stack.has("branch")).toBe(true);
    },
  },
  {
    name: "a refresh that meets an error on the way tells it and loses nothing",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ branch });
      const paths = [
        [collection, "list scripts"],
        [`${collection}/{oid}/content`, `read the content of script ${newOid}`],
      ] as const;
      for (const [path, what] of paths) {
        for (const action of notGone) {
          world.simulators.faults.clear();
          world.simulators.faults.add({ path, action });
          const run = await world.stack.refresh();
          expect(run.failures.branch?.message, JSON.stringify(action)).toMatch(
            new RegExp(`FortiZTP could not ${what}: .`),
          );
          expect(world.stack.has("branch"), JSON.stringify(action)).toBe(true);
        }
      }
      world.simulators.faults.clear();
      await world.expectNoDrift({ branch });
    },
  },
  {
    name: "an answer about the content that says it is not there is checked against the script itself",
    async run(world) {
      await world.up({ branch });
      const gone = { error: "not_found", error_description: `Script ${newOid} doesn't exist in this account` };
      world.simulators.faults.add({
        path: `${collection}/{oid}/content`,
        times: 1,
        action: { kind: "status", status: 404, body: gone },
      });
      expect((await world.refresh()).paths.branch).toEqual(["content"]);
      expect(world.stack.has("branch")).toBe(true);
    },
  },
  ...[String(newOid), "branch"].map(
    (id): ScriptScenario => ({
      name: `an import of ${id} gives the inputs of a program, after which nothing changes`,
      async run(world) {
        world.add("branch", text);
        expect((await world.stack.import("script", id)).failures).toEqual({});
        const state = world.stack.state("script");
        expect(state.id).toBe(String(newOid));
        expect(visible(state.inputs)).toEqual({ name: "branch", content: world.kept(text) });
        expect(visible(state.outputs)).toMatchObject({ oid: newOid, contentSha256: digest(text.trimEnd()) });
        await world.expectNoDrift({ script: branch });
        expect((await world.up({ script: branch })).operations).toEqual({ script: "same" });
        expect(world.writes()).toEqual([]);
      },
    }),
  ),
  {
    name: "an import of what there is not, is empty, or is there several times says so",
    async run(world) {
      for (const id of ["9999", "nobody", "007", "99999999999999999999"])
        expect(onlyFailure(await world.stack.import("script", id))).toBe(`resource '${id}' does not exist`);
      const oid = world.add("hollow", "\n");
      for (const id of ["hollow", String(oid)])
        expect(onlyFailure(await world.stack.import("script", id))).toBe(
          `script ${oid} (hollow) has no content to import; declare it with its content, and \`pulumi up\` takes it over`,
        );
      const second = world.add(foreign.name, text);
      expect(onlyFailure(await world.stack.import("script", foreign.name))).toBe(
        `there are 2 entries ${foreign.name}; choose by oid: ${foreign.oid} or ${second}`,
      );
      expect(world.stack.resources.size).toBe(0);
    },
  },
  {
    name: "an import by somebody whose login fails is not an empty import",
    options: { config: { password: "not the password" } },
    async run(world) {
      expect(onlyFailure(await world.stack.import("script", "branch"))).toMatch(/could not log in as API user/);
    },
  },
];
