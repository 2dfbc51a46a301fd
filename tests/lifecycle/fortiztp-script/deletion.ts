import { expect } from "vitest";
import { branch, item, newOid, onlyFailure, otherText, type ScriptScenario } from "./world";

const advice =
  "What still refers to it must change or go first, in the program or in the FortiZTP portal; or leave it there with " +
  '`onDelete: "retain"`.';

export const deletion: readonly ScriptScenario[] = [
  ...(["refused", "conflict"] as const).map(
    (deleteReferenced): ScriptScenario => ({
      name: `a script that is in use stays in state, and the refusal says by what (${deleteReferenced})`,
      options: { variants: { deleteReferenced } },
      async run(world) {
        await world.up({ branch });
        world.fortinet.patch("FGT60FTK21090002", { scriptOid: newOid, useDefaultScript: null });
        world.fortinet.patchFortiManager(202, { scriptOid: newOid });
        const status = deleteReferenced === "conflict" ? 409 : 400;
        const users = (...names: string[]) =>
          `FortiZTP could not delete script ${newOid}: the request was rejected (HTTP ${status}): ` +
          `"Script ${newOid} is in use by ${names.join(", ")}". ${advice}`;
        expect(onlyFailure(await world.stack.destroy())).toBe(users("FortiManager 202", "device FGT60FTK21090002"));
        expect(world.stack.has("branch")).toBe(true);
        world.fortinet.patchFortiManager(202, { scriptOid: null });
        expect(onlyFailure(await world.stack.destroy())).toBe(users("device FGT60FTK21090002"));
        world.fortinet.unprovision("FGT60FTK21090002");
        expect((await world.stack.destroy()).failures).toEqual({});
        expect(world.named()).toEqual([]);
      },
    }),
  ),
  {
    name: "a service that lets go of what is in use does so",
    options: { variants: { deleteReferenced: "allowed" } },
    async run(world) {
      await world.up({ branch });
      world.fortinet.patchFortiManager(202, { scriptOid: newOid });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.named()).toEqual([]);
    },
  },
  ...([404, 400] as const).map(
    (unknownOid): ScriptScenario => ({
      name: `a delete of a script that is gone already succeeds (${unknownOid})`,
      options: { variants: { unknownOid } },
      async run(world) {
        await world.up({ branch });
        world.fortinet.scripts.delete(newOid);
        world.takeCalls();
        expect((await world.stack.destroy()).failures).toEqual({});
        expect(world.takeCalls()).toEqual([`DELETE ${item}`]);
        expect(world.stack.resources.size).toBe(0);
      },
    }),
  ),
  {
    name: "onDelete: retain leaves the script as it is, without a call",
    async run(world) {
      await world.up({ branch: { ...branch, onDelete: "retain" } });
      world.takeCalls();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeCalls()).toEqual([]);
      expect(world.named()).toEqual([newOid]);
    },
  },
  {
    name: "readOnly refuses every write with its reason, and nothing else",
    async run(world) {
      await world.up({ branch });
      world.configure({ readOnly: true });
      world.takeCalls();
      const refused = (what: string) => `${what} was not changed: ztp:fortinet.readOnly is set`;
      expect((await world.failingUp({ branch: { ...branch, content: otherText } })).message).toBe(
        refused("script branch"),
      );
      expect((await world.failingUp({ branch, second: { ...branch, name: "second" } })).message).toBe(
        refused("script second"),
      );
      expect(onlyFailure(await world.stack.destroy())).toBe(refused("script branch"));
      await world.expectNoDrift({ branch });
      expect(world.writes()).toEqual([]);
      await world.up({ branch: { ...branch, onDelete: "retain" } });
      expect((await world.stack.destroy()).failures).toEqual({});
    },
  },
  {
    name: "a user who may only look is told what the API user lacks",
    options: { config: { apiId: "00000000-0000-4000-8000-00000000000A" } },
    async run(world) {
      const { message } = await world.failingUp({ branch });
      expect(message).toMatch(/could not create script branch: access was denied \(HTTP 403\)/);
      expect(message).toMatch(/IAM lacks read and write access to FortiZTP\.$/);
      expect(world.stack.has("branch")).toBe(false);
    },
  },
];
