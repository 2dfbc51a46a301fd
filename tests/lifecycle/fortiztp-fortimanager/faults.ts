import { expect } from "vitest";
import { lastingFaults, type NamedFault, passingFaults } from "../harness/fortinet-faults";
import { collection, item, type ManagerScenario, newOid, otherAddress, single, until } from "./world";

const one = `${collection}/{oid}`;
const moved = { ...single, addresses: [otherAddress] };
const impatience = { maxRetries: 0, requestTimeoutSeconds: 1 };
const patience = { maxRetries: undefined, requestTimeoutSeconds: undefined };

function survives({ name, action }: NamedFault): ManagerScenario {
  return {
    name: `create, update and delete happen once when ${name}`,
    options: { config: { requestTimeoutSeconds: 2 }, variants: { createBody: "full", settingPutBody: "full" } },
    async run(world) {
      const strike = (method: string, path: string) => {
        world.simulators.faults.clear();
        world.simulators.faults.add({ method, path, times: 1, action });
      };
      strike("POST", collection);
      await world.up({ fmg: single });
      expect(world.takeWrites()).toEqual([`POST ${collection}`]);
      strike("PUT", one);
      await world.up({ fmg: moved });
      expect(world.takeWrites()).toEqual([`PUT ${item}`]);
      await world.expectNoDrift({ fmg: moved });
      strike("DELETE", one);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`DELETE ${item}`]);
      expect([...world.fortinet.fortiManagers.keys()]).toEqual([201, 202]);
    },
  };
}

function outlivedCreation({ name, action, words }: (typeof lastingFaults)[number]): ManagerScenario {
  return {
    name: `an entry whose creation was ${name}, with nobody to ask, is told and made or taken over by the next up`,
    options: { config: impatience },
    async run(world) {
      world.simulators.faults.add({ method: "POST", path: collection, action });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      const { message } = await world.failingUp({ fmg: single });
      expect(message).toMatch(/^FortiZTP could not create the FortiManager entry for /);
      expect(message).toMatch(words);
      expect(message).toMatch(/may have been applied|could not be checked/);
      expect(world.stack.has("fmg")).toBe(false);
      world.simulators.faults.clear();
      world.configure(patience);
      await world.up({ fmg: single });
      expect(world.takeWrites()).toEqual([`POST ${collection}`]);
      expect(world.withMember()).toEqual([newOid]);
      await world.expectNoDrift({ fmg: single });
    },
  };
}

function outlivedUpdate({ name, action }: NamedFault): ManagerScenario {
  return {
    name: `an update whose write was ${name}, with nobody to ask, heals with either program`,
    options: { config: impatience },
    async run(world) {
      await world.up({ fmg: single });
      for (const next of [single, moved]) {
        world.configure(impatience);
        world.simulators.faults.add({ method: "PUT", action });
        world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
        await world.failingUp({ fmg: moved });
        world.simulators.faults.clear();
        world.configure(patience);
        await world.up({ fmg: next });
        expect(world.entry().ip).toBe(next.addresses[0]);
        await world.expectNoDrift({ fmg: next });
      }
      expect(world.withMember()).toEqual([newOid]);
    },
  };
}

export const faults: readonly ManagerScenario[] = [
  ...passingFaults.map(survives),
  ...lastingFaults.map(outlivedCreation),
  ...lastingFaults.map(outlivedUpdate),
  {
    name: "an entry that was made is kept when its first look fails, even if nothing may be taken over",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      const program = { fmg: { ...single, adopt: "never" } };
      world.simulators.faults.add({ method: "GET", path: one, action: { kind: "status", status: 500 } });
      const { message, run } = await world.failingUp(program);
      expect(message).toMatch(/^FortiZTP could not read FortiManager 1001: the service failed/);
      expect(run.failures.fmg?.partial).toMatchObject({ id: String(newOid), outputs: { oid: newOid } });
      world.simulators.faults.clear();
      world.takeCalls();
      expect((await world.up(program)).operations).toEqual({ fmg: "update" });
      expect(world.takeCalls()).toEqual([`GET ${item}`]);
      await world.expectNoDrift(program);
    },
  },
  {
    name: "Ctrl-C before anything was written leaves nothing behind",
    async run(world) {
      world.simulators.faults.add({ method: "GET", path: collection, action: { kind: "delay", ms: 5_000 } });
      const { run } = await world.failingUp(
        { fmg: single },
        {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "GET", path: collection }) > 0);
            await host.cancel();
          },
        },
      );
      expect(run.failures.fmg?.partial).toBeUndefined();
      expect(world.takeWrites()).toEqual([]);
    },
  },
  ...(["oid", "message"] as const).map(
    (createBody): ManagerScenario => ({
      name: `Ctrl-C while an entry is being created waits for its oid and keeps it (the answer is: ${createBody})`,
      options: { variants: { createBody } },
      async run(world) {
        world.simulators.faults.add({ method: "POST", path: collection, action: { kind: "delay", ms: 300 } });
        const program = { fmg: { ...single, adopt: "never" } };
        const { run } = await world.failingUp(program, {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "POST", path: collection }) > 0);
            await host.cancel();
          },
        });
        expect(run.failures.fmg?.partial?.id).toBe(String(newOid));
        world.simulators.faults.clear();
        await world.up(program);
        expect(world.takeWrites()).toEqual([`POST ${collection}`]);
        await world.expectNoDrift(program);
      },
    }),
  ),
  {
    name: "Ctrl-C during an update ends at once, and the next up finishes it",
    async run(world) {
      await world.up({ fmg: single });
      world.simulators.faults.add({ method: "PUT", action: { kind: "delay", ms: 20_000 } });
      let canceledAt = 0;
      const { message, run } = await world.failingUp(
        { fmg: moved },
        {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "PUT" }) > 0);
            canceledAt = performance.now();
            await host.cancel();
          },
        },
      );
      expect(performance.now() - canceledAt).toBeLessThan(5_000);
      expect(message).toContain(": interrupted; run `pulumi up` again to continue. The change may have been applied");
      expect(run.failures.fmg?.partial?.id).toBe(String(newOid));
      world.simulators.faults.clear();
      await world.up({ fmg: moved });
      await world.expectNoDrift({ fmg: moved });
    },
  },
  {
    name: "customTimeouts end a delete, which the next one repeats",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ fmg: single });
      world.simulators.faults.add({ method: "DELETE", action: { kind: "delay", ms: 5_000 } });
      const run = await world.stack.destroy({ timeoutSeconds: 0.2 });
      expect(run.failures.fmg?.message).toBe(
        "FortiZTP could not delete FortiManager 1001: the custom timeout of 0.2 s is over; raise `customTimeouts` or run `pulumi up` again to continue. The change may have been applied all the same.",
      );
      expect(world.stack.has("fmg")).toBe(true);
      world.simulators.faults.clear();
      expect((await world.stack.destroy()).failures).toEqual({});
    },
  },
];
