import { expect } from "vitest";
import { change, item, type ManagerScenario, newOid, otherAddress, single } from "./world";

const scripted = { ...single, scriptOid: 101 };
const moved = { ...single, addresses: [otherAddress] };

/** Values of the script that an entry is sent, in the order of the writes. */
function sent(world: Parameters<ManagerScenario["run"]>[0]): unknown[] {
  const writes = world.simulators.requests.filter({ method: "PUT", service: "fortiztp" });
  return writes.map(({ body }) => (body as { scriptOid?: unknown }).scriptOid);
}

/** Whichever script an entry runs by default. */
export const scripts: readonly ManagerScenario[] = [
  {
    name: "a script that the program names is set and changed, and taken off with null when it is named no more",
    async run(world) {
      await world.up({ fmg: single });
      expect(world.entry().scriptOid).toBeNull();
      await world.up({ fmg: scripted });
      await world.up({ fmg: { ...single, scriptOid: 102 } });
      await world.up({ fmg: single });
      expect(sent(world)).toEqual([101, 102, null]);
      expect(world.entry().scriptOid).toBeNull();
      expect(world.stack.state("fmg").outputs.effectiveScriptOid).toBeUndefined();
      await world.expectNoDrift({ fmg: single });
    },
  },
  {
    name: "a script that the program never named is no drift, and stays when something else changes",
    async run(world) {
      await world.up({ fmg: single });
      world.fortinet.patchFortiManager(newOid, { scriptOid: 101 });
      await world.expectNoDrift({ fmg: single });
      expect(world.stack.state("fmg").outputs.effectiveScriptOid).toBe(101);
      // Set since the last refresh, too.
      world.fortinet.patchFortiManager(newOid, { scriptOid: 102 });
      await world.up({ fmg: moved });
      expect(sent(world)).toEqual([102]);
      expect(world.entry()).toMatchObject({ ip: otherAddress, scriptOid: 102 });
      await world.expectNoDrift({ fmg: moved });
    },
  },
  {
    name: "a script that the program names and somebody changed or took off in the portal is drift",
    async run(world) {
      await world.up({ fmg: scripted });
      for (const scriptOid of [102, null]) {
        world.fortinet.patchFortiManager(newOid, { scriptOid });
        expect((await world.refresh()).paths).toEqual({ fmg: ["scriptOid"] });
        await world.up({ fmg: scripted });
        expect(world.entry().scriptOid).toBe(101);
        await world.expectNoDrift({ fmg: scripted });
      }
    },
  },
  {
    name: "a script that is taken off in the program after somebody took it off in the portal costs no write",
    async run(world) {
      await world.up({ fmg: scripted });
      world.fortinet.patchFortiManager(newOid, { scriptOid: null });
      world.takeCalls();
      await world.up({ fmg: single });
      expect(world.takeCalls()).toEqual([`GET ${item}`]);
      await world.expectNoDrift({ fmg: single });
    },
  },
  {
    name: "a script that is named for the first time where the entry has it already costs no write",
    async run(world) {
      world.add({ scriptOid: 101 });
      await world.up({ fmg: single });
      world.takeCalls();
      await world.up({ fmg: scripted });
      expect(world.takeCalls()).toEqual([`GET ${item}`]);
      await world.up({ fmg: single });
      expect(world.entry().scriptOid).toBeNull();
    },
  },
  {
    name: "a script that there is not is refused in the vendor's words, and nothing is unfinished",
    async run(world) {
      const { message } = await world.failingUp({ fmg: { ...single, scriptOid: 999 } });
      expect(message).toMatch(
        /^FortiZTP could not create the FortiManager entry for .*HTTP 400\): "Script 999 doesn't exist in this account"\.$/,
      );
      expect(world.stack.has("fmg")).toBe(false);
      await world.up({ fmg: single });
      expect((await world.failingUp({ fmg: { ...single, scriptOid: 999 } })).message).toMatch(
        /could not update FortiManager 1001: .*"Script 999 doesn't exist in this account"/,
      );
      expect(world.stack.state("fmg").initErrors).toEqual([]);
      expect((await world.stack.preview({ fmg: single })).operations).toEqual({ fmg: "same" });
    },
  },
  ...(["zero", "absent"] as const).map(
    (clearScript): ManagerScenario => ({
      name: `a service that ignores the null (it wants ${clearScript}) is told as an error until the script is off`,
      options: { variants: { clearScript } },
      async run(world) {
        await world.up({ fmg: scripted });
        for (let time = 1; time <= 2; time++) {
          world.takeCalls();
          expect((await world.failingUp({ fmg: moved })).message).toBe(
            "FortiZTP could not update FortiManager 1001: it accepted the change, but the entry still has script 101. " +
              "Take the script off the entry in the FortiZTP portal.",
          );
          expect(world.takeCalls()).toEqual(change);
          expect(world.entry()).toMatchObject({ ip: otherAddress, scriptOid: 101 });
        }
        expect((await world.stack.preview({ fmg: moved })).operations).toEqual({ fmg: "update" });
        world.fortinet.patchFortiManager(newOid, { scriptOid: null });
        world.takeCalls();
        await world.up({ fmg: moved });
        expect(world.takeCalls()).toEqual([`GET ${item}`]);
        await world.expectNoDrift({ fmg: moved });
      },
    }),
  ),
  {
    name: "a script that had to go is not forgotten when the connection fails, even across a refresh",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ fmg: scripted });
      world.simulators.faults.add({ method: "PUT", action: { kind: "resetBeforeCommit" } });
      await world.failingUp({ fmg: single });
      world.simulators.faults.clear();
      await world.refresh();
      await world.up({ fmg: single });
      expect(world.entry().scriptOid).toBeNull();
    },
  },
  {
    name: "a script that a lost update has set goes when the program names none after all",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ fmg: single });
      world.simulators.faults.add({ method: "PUT", action: { kind: "resetAfterCommit" } });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      await world.failingUp({ fmg: scripted });
      world.simulators.faults.clear();
      expect(world.entry().scriptOid).toBe(101);
      await world.up({ fmg: single });
      expect(world.entry().scriptOid).toBeNull();
      await world.expectNoDrift({ fmg: single });
    },
  },
];
