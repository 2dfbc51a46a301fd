import { expect } from "vitest";
import { type OtherBehaviour, settingsBehaviours } from "../harness/fortinet-variants";
import { item, type ManagerScenario, newOid, otherSerial, serial, shared, single } from "./world";

const scripted = { ...single, scriptOid: 101 };

function lives({ name, value }: OtherBehaviour): ManagerScenario {
  const empty = name === "emptyList";
  const first = empty ? single : scripted;
  // A script that a program stops naming must go, which this service does not let it: see the scenarios of scripts.
  const second = name === "clearScript" ? { ...shared, scriptOid: 102 } : shared;
  return {
    name: `an entry lives its whole life where ${name} is ${value}`,
    options: { ...(empty && { fortinet: { scripts: [], fortiManagers: [] } }), variants: { [name]: value } },
    async run(world) {
      await world.up({ fmg: first });
      expect(world.withMember()).toEqual([newOid]);
      await world.expectNoDrift({ fmg: first });
      world.simulators.clock.advance(1_000);
      await world.up({ fmg: second });
      expect(world.entry()).toMatchObject({
        sn: `${serial},${otherSerial}`,
        scriptOid: second === shared ? null : 102,
      });
      await world.expectNoDrift({ fmg: second });
      world.stack.resources.clear();
      expect((await world.stack.import("fmg", String(newOid))).failures).toEqual({});
      await world.expectNoDrift({ fmg: second });
      world.fortinet.patchFortiManager(newOid, { ip: "192.0.2.9" });
      expect((await world.refresh()).operations).toEqual({ fmg: "update" });
      world.takeWrites();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`DELETE ${item}`]);
      expect(world.withMember()).toEqual([]);
      expect(world.stack.resources.size).toBe(0);
    },
  };
}

/** Of scripts alone, but for what an entry says of its own. */
const ofScripts = /^script/;

export const variants: readonly ManagerScenario[] = settingsBehaviours()
  // Creating needs an oid that nobody can know: see the uploads of scripts.
  .filter(({ name, value }) => !ofScripts.test(name) && !(name === "createOid" && value === "required"))
  .map(lives);
