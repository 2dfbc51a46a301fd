import { expect } from "vitest";
import type { FaultAction } from "../../../simulators";
import { lastingFaults, type NamedFault, passingFaults } from "../harness/fortinet-faults";
import { type DeviceScenario, gate, otherGate, toCloud, toManager } from "./world";

/** Every write of a device's life meets the fault once. */
function survives({ name, action }: NamedFault): DeviceScenario {
  return {
    name: `create, update and delete do all of their writes once when ${name}`,
    options: { config: { requestTimeoutSeconds: 2 }, variants: { putBody: "message" } },
    async run(world) {
      const strike = (after: number) => {
        world.simulators.faults.clear();
        world.simulators.faults.add({ method: "PUT", times: 1, after, action });
      };
      strike(0);
      await world.up({ gate: toCloud });
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
      strike(0);
      await world.up({ gate: toManager });
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${gate} to FortiManager`]);
      strike(1);
      await world.up({ gate: toCloud });
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${gate} to FortiGateCloud`]);
      await world.expectNoDrift({ gate: toCloud });
      strike(0);
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`]);
      expect(world.device().provisionStatus).toBe("unprovisioned");
    },
  };
}

function bulkSurvives({ name, action }: NamedFault): DeviceScenario {
  const program = { first: toCloud, second: { ...toCloud, serial: otherGate } };
  return {
    name: `a bulk write provisions and unprovisions every device once when ${name}`,
    options: { config: { requestTimeoutSeconds: 2 }, variants: { putBody: "device" } },
    async run(world) {
      world.simulators.faults.add({ method: "PUT", path: "/v2/devices", times: 1, action });
      await world.up(program);
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`, `${otherGate} to FortiGateCloud`]);
      world.simulators.faults.clear();
      world.simulators.faults.add({ method: "PUT", path: "/v2/devices", times: 1, action });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${otherGate} unprovisioned`]);
    },
  };
}

const patience = { maxRetries: undefined, requestTimeoutSeconds: undefined };

function outlived({ name, action, words }: (typeof lastingFaults)[number]): DeviceScenario {
  const options = { config: { maxRetries: 0, requestTimeoutSeconds: 1 } };
  return {
    name: `a create whose write was ${name}, with nobody to ask, is told and picked up by the next up`,
    options,
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      const { message } = await world.failingUp({ gate: toCloud });
      expect(message).toMatch(/^FortiZTP could not provision device FGT60FTK22090001 to FortiGateCloud: /);
      expect(message).toMatch(words);
      expect(message).toMatch(/may have been applied|could not be checked/);
      world.simulators.faults.clear();
      world.configure(patience);
      await world.up({ gate: toCloud });
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
      await world.expectNoDrift({ gate: toCloud });
    },
  };
}

function outlivedUpdate({ name, action }: NamedFault): DeviceScenario {
  return {
    name: `an update whose first write was ${name}, with nobody to ask, heals with either program`,
    options: { config: { maxRetries: 0, requestTimeoutSeconds: 1 } },
    async run(world) {
      await world.up({ gate: toCloud });
      world.simulators.faults.add({ method: "PUT", action });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      await world.failingUp({ gate: toManager });
      world.simulators.faults.clear();
      world.configure(patience);
      await world.up({ gate: toCloud });
      expect(world.device()).toMatchObject({ provisionStatus: "incomplete", provisionTarget: "FortiGateCloud" });
      await world.expectNoDrift({ gate: toCloud });
    },
  };
}

function destroyedAfter({ name, action }: NamedFault): DeviceScenario {
  return {
    name: `a destroy after an update whose first write was ${name}, with nobody to ask, leaves the device nowhere`,
    options: { config: { maxRetries: 0, requestTimeoutSeconds: 1 } },
    async run(world) {
      await world.up({ gate: toCloud });
      world.simulators.faults.add({ method: "PUT", action });
      world.simulators.faults.add({ method: "GET", after: 1, action: { kind: "resetBeforeCommit" } });
      const { run } = await world.failingUp({ gate: toManager });
      expect(run.failures.gate?.partial?.id).toBe(gate);
      world.simulators.faults.clear();
      world.configure(patience);
      const destroyed = await world.stack.destroy();
      expect(destroyed.failures).toEqual({});
      expect(destroyed.messages).toEqual([]);
      expect(world.device().provisionStatus).toBe("unprovisioned");
    },
  };
}

export const faults: readonly DeviceScenario[] = [
  ...passingFaults.map(survives),
  ...passingFaults.map(bulkSurvives),
  ...lastingFaults.map(outlived),
  ...lastingFaults.map(outlivedUpdate),
  ...lastingFaults.map(destroyedAfter),
  {
    name: "a service that asks to wait for longer than is allowed is quoted with the time to come back",
    options: { config: { maxRetryAfterSeconds: 2 } },
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action: { kind: "tooManyRequests", retryAfter: 3_600 } });
      const { message } = await world.failingUp({ gate: toCloud });
      expect(message).toMatch(/the call limit is used up \(HTTP 429\)/);
      expect(message).toMatch(/It asks to wait 60 min, until .*, which is longer than maxRetryAfterSeconds \(2\)/);
      expect(world.stack.has("gate")).toBe(false);
    },
  },
  {
    name: "a refresh that meets an error on the way tells it and loses nothing",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ gate: toCloud });
      const actions: readonly FaultAction[] = [
        { kind: "status", status: 500 },
        { kind: "status", status: 403, body: { error: "access_denied", error_description: "Not you" } },
        { kind: "html", status: 200 },
        { kind: "html", status: 404 },
        { kind: "truncatedJson" },
        { kind: "resetBeforeCommit" },
        { kind: "status", status: 200, body: { error: "server_error", error_description: "Not now" } },
      ];
      for (const action of actions) {
        world.simulators.faults.clear();
        world.simulators.faults.add({ service: "fortiztp", action });
        const run = await world.stack.refresh();
        expect(run.failures.gate?.message, JSON.stringify(action)).toMatch(/^FortiZTP could not list devices: ./);
        expect(world.stack.has("gate"), JSON.stringify(action)).toBe(true);
      }
      world.simulators.faults.clear();
      await world.expectNoDrift({ gate: toCloud });
    },
  },
  {
    name: "an inventory without this device is not believed when nobody can be asked about the device itself",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ gate: toCloud });
      const empty = { total: 0, data: [] };
      world.simulators.faults.add({ path: "/v2/devices", action: { kind: "status", status: 200, body: empty } });
      await world.expectNoDrift({ gate: toCloud });
      const one = "/v2/devices/{deviceSN}";
      world.simulators.faults.add({ path: one, action: { kind: "html", status: 404 } });
      expect((await world.stack.refresh()).failures.gate?.message).toMatch(/could not read device FGT60FTK22090001/);
      expect(world.stack.has("gate")).toBe(true);
    },
  },
];
