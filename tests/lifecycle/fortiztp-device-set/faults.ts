import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import { lastingFaults, type NamedFault, passingFaults } from "../harness/fortinet-faults";
import { program, type SetScenario, type SetWorld, serials, toCloud, toManager } from "./world";

const twenty = serials.slice(0, 20);
const last = twenty.toSorted().at(-1);
const each = (write: (serial: string) => string[]): string[] => twenty.toSorted().flatMap(write);

/** Every step of a life meets the fault once. */
function survives({ name, action }: NamedFault): SetScenario {
  return {
    name: `a set writes every device once when ${name}`,
    options: { config: { requestTimeoutSeconds: 2 }, variants: { putBody: "device" } },
    async run(world) {
      const strike = (after = 0): void => {
        world.simulators.faults.clear();
        world.simulators.faults.add({ method: "PUT", path: "/v2/devices", times: 1, after, action });
      };
      strike();
      await world.up(program(twenty));
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} to FortiManager`]));
      strike(1);
      await world.up(program(twenty, toCloud));
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} unprovisioned`, `${serial} to FortiEdgeCloud`]));
      await world.expectNoDrift(program(twenty, toCloud));
      strike();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} unprovisioned`]));
    },
  };
}

const alone = { maxRetries: 0, requestTimeoutSeconds: 1 };
const patience = { maxRetries: undefined, requestTimeoutSeconds: undefined };

/** Nobody answers any more from the first bulk write on, whether or not it was carried out. */
function outlived({ name, action, words }: (typeof lastingFaults)[number]): SetScenario {
  return {
    name: `a create whose bulk writes were ${name}, with nobody to ask, loses and doubles nothing`,
    options: { config: alone },
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      const { message } = await world.failingUp(program(twenty));
      expect(message.split("\n")[0]).toBe("20 of 20 devices failed:");
      expect(message).toMatch(words);
      expect(message).toMatch(/may have been applied|could not be checked/);
      world.simulators.faults.clear();
      world.configure(patience);
      await world.up(program(twenty));
      expect(world.takeWrites()).toEqual(each((serial) => [`${serial} to FortiManager`]));
      await world.expectSettled(program(twenty));
    },
  };
}

/** The bulk writes that are lost are those that unprovision, or those that send anew. */
type Phase = "unprovisioning" | "sending anew";
const phases: readonly Phase[] = ["unprovisioning", "sending anew"];

/** Moves twenty devices, and nobody answers any more from that phase on. */
async function interruptedMove(world: SetWorld, phase: Phase, action: FaultAction): Promise<void> {
  await world.up(program(twenty));
  const { faults } = world.simulators;
  faults.add({ method: "PUT", after: phase === "unprovisioning" ? 0 : 2, action });
  // The first look is before all writes, the second between the two phases.
  faults.add({ method: "GET", after: phase === "unprovisioning" ? 1 : 2, action: { kind: "resetBeforeCommit" } });
  await world.failingUp(program(twenty, toCloud));
  faults.clear();
}

function outlivedUpdate({ name, action }: NamedFault, phase: Phase): SetScenario {
  return {
    name: `an update whose bulk writes were ${name} while ${phase}, with nobody to ask, is ended by the next up`,
    options: { config: alone },
    async run(world) {
      await interruptedMove(world, phase, action);
      await world.up(program(twenty, toCloud));
      expect(world.takeWrites().slice(-2)).toEqual([`${last} unprovisioned`, `${last} to FortiEdgeCloud`]);
      await world.expectSettled(program(twenty, toCloud));
    },
  };
}

const cut: FaultAction = { kind: "resetAfterCommit" };

/** Such an update, and a program or a destroy that undoes it. */
function undone(phase: Phase): SetScenario {
  return {
    name: `an update whose bulk writes were lost while ${phase}, with nobody to ask, can be taken back, refreshed and destroyed`,
    options: { config: alone },
    async run(world) {
      await interruptedMove(world, phase, cut);
      await world.up(program(twenty));
      expect(new Set(world.where(twenty))).toEqual(new Set([201]));
      await world.expectSettled(program(twenty));
      await interruptedMove(world, phase, cut);
      await world.refresh();
      expect(Object.keys(world.statuses())).toHaveLength(20);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(new Set(world.where(twenty))).toEqual(new Set(["unprovisioned"]));
    },
  };
}

function destroyed(phase: Phase, { name, action }: NamedFault): SetScenario {
  return {
    name: `a destroy after an update whose bulk writes were ${name} while ${phase} leaves no device behind`,
    options: { config: alone },
    async run(world) {
      await interruptedMove(world, phase, action);
      const run = await world.stack.destroy();
      expect(run.failures).toEqual({});
      expect(run.messages).toEqual([]);
      expect(new Set(world.where(twenty))).toEqual(new Set(["unprovisioned"]));
    },
  };
}

export const faults: readonly SetScenario[] = [
  ...passingFaults.map(survives),
  ...lastingFaults.map(outlived),
  ...lastingFaults.flatMap((fault) => phases.map((phase) => outlivedUpdate(fault, phase))),
  ...phases.map(undone),
  ...phases.flatMap((phase) => lastingFaults.slice(0, 2).map((fault) => destroyed(phase, fault))),
  {
    name: "a service that takes five at a time gets what it can take",
    options: { variants: { bulkMaximum: 5 } },
    async run(world) {
      await world.up(program(twenty));
      expect(world.takeWrites()).toHaveLength(20);
      await world.expectSettled(program(twenty));
    },
  },
  {
    name: "a refresh that meets an error on the way tells it once and loses nothing",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up(program(twenty));
      world.simulators.faults.add({ service: "fortiztp", action: { kind: "status", status: 500 } });
      const run = await world.stack.refresh();
      expect(run.failures.set?.message).toMatch(/^FortiZTP could not list devices: [^\n]*$/);
      world.simulators.faults.clear();
      await world.expectSettled(program(twenty));
    },
  },
  {
    name: "a list that lacks devices proves nothing: nothing is forgotten",
    options: { variants: { listCap: 7 } },
    async run(world) {
      await world.up(program(twenty, toManager));
      expect(world.takeWrites()).toHaveLength(20);
      await world.expectSettled(program(twenty, toManager));
    },
  },
];
