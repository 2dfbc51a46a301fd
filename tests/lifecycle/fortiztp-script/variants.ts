import { expect } from "vitest";
import { type OtherBehaviour, settingsBehaviours } from "../harness/fortinet-variants";
import { branch, item, newOid, otherText, type ScriptScenario, text } from "./world";

/** Behaviours under which no script can be made, each with a scenario of its own among the uploads. */
const fatal: { readonly [variant: string]: readonly unknown[] } = {
  scriptUpload: ["octetStream", "jsonScript", "form", "ignoreAnything", "rejectAll"],
  createOid: ["required"],
};

function lives({ name, value }: OtherBehaviour): ScriptScenario {
  const nothingElse = name === "emptyList" ? { fortinet: { scripts: [], fortiManagers: [] } } : {};
  return {
    name: `a script lives its whole life where ${name} is ${value}`,
    options: { ...nothingElse, variants: { [name]: value } },
    async run(world) {
      await world.up({ branch });
      expect(world.script()).toMatchObject({ oid: newOid, ...branch });
      await world.expectNoDrift({ branch });
      world.simulators.clock.advance(1_000);
      const changed = { name: "branch-2", content: otherText };
      await world.up({ branch: changed });
      expect(world.script()).toMatchObject(changed);
      await world.expectNoDrift({ branch: changed });
      world.stack.resources.clear();
      expect((await world.stack.import("branch", String(newOid))).failures).toEqual({});
      await world.expectNoDrift({ branch: changed });
      world.fortinet.patchScript(newOid, { content: text });
      expect((await world.refresh()).paths.branch).toEqual(["content"]);
      world.takeWrites();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`DELETE ${item}`]);
      expect(world.fortinet.scripts.has(newOid)).toBe(false);
      expect(world.stack.resources.size).toBe(0);
    },
  };
}

export const variants: readonly ScriptScenario[] = settingsBehaviours()
  .filter(({ name, value }) => !fatal[name]?.includes(value))
  .map(lives);
