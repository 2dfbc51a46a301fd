import { expect } from "vitest";
import type { Json } from "../harness/host";
import { byAddress, type DeviceScenario, gate, toCloud, toManager, until, virtualGate } from "./world";

const cloudThenManager = [`${gate} unprovisioned`, `${gate} to FortiManager`];

/** Taking one input away again must reach the device. */
function takingAway(name: string, before: { [key: string]: Json }, after: { [key: string]: Json }, field: string) {
  return {
    name: `taking ${name} out of the program provisions the device anew without it`,
    async run(world) {
      await world.up({ gate: before });
      const serial = String(after.serial);
      world.comesOnline(serial);
      world.takeWrites();
      await world.up({ gate: after });
      expect(world.takeWrites()).toHaveLength(2);
      expect(world.device(serial)).toMatchObject({ provisionStatus: "incomplete", [field]: null });
      expect((await world.up({ gate: after })).operations).toEqual({ gate: "same" });
    },
  } satisfies DeviceScenario;
}

/** The second write of a change of target fails, so that the device has no target at all. */
const interrupted = { config: { maxRetries: 0 } };
const secondWriteFails = { method: "PUT", after: 1, action: { kind: "status", status: 500 } } as const;

export const reprovisioning: readonly DeviceScenario[] = [
  {
    name: "a strict service is asked to unprovision, looked at, and asked to provision, in that order",
    options: { variants: { reprovision: "strict" } },
    async run(world) {
      await world.up({ gate: toCloud });
      world.comesOnline();
      world.takeCalls();
      await world.up({ gate: toManager });
      const [list, ...rest] = world.takeCalls();
      expect(list).toBe("GET /v2/devices");
      const [put, look] = [`PUT /v2/devices/${gate}`, "GET /v2/devices?deviceSN"];
      expect(rest).toEqual([put, look, put, look]);
    },
  },
  {
    name: "a lenient service, even one that merges, ends with exactly the new target",
    options: { variants: { reprovision: "lenient", writeSemantics: "merge" } },
    async run(world) {
      await world.up({ gate: { ...toManager, scriptOid: 101 } });
      await world.up({ gate: toCloud });
      expect(world.takeWrites()).toEqual([
        ...[`${gate} to FortiManager`, `${gate} unprovisioned`],
        `${gate} to FortiGateCloud`,
      ]);
      expect(world.device()).toMatchObject({ provisionTarget: "FortiGateCloud", fortiManagerOid: null });
      expect(world.device()).toMatchObject({ scriptOid: null, region: "europe" });
    },
  },
  {
    name: "a device that is where it should go by now is not written to",
    async run(world) {
      await world.up({ gate: toCloud });
      world.fortinet.patch(gate, { provisionTarget: "FortiManager", fortiManagerOid: 201, region: null });
      world.takeWrites();
      expect((await world.up({ gate: toManager })).operations).toEqual({ gate: "update" });
      expect(world.takeWrites()).toEqual([]);
      await world.expectNoDrift({ gate: toManager });
    },
  },
  {
    name: "naming the same FortiManager in its other form is an update without a write",
    async run(world) {
      await world.up({ gate: toManager });
      world.takeWrites();
      const renamed = { serial: gate, provisionTarget: "FortiManager", ...byAddress };
      expect((await world.up({ gate: renamed })).operations).toEqual({ gate: "update" });
      expect(world.takeWrites()).toEqual([]);
      await world.expectNoDrift({ gate: renamed });
    },
  },
  takingAway("the script", { ...toManager, scriptOid: 101 }, toManager, "scriptOid"),
  takingAway("the default script", { ...toManager, useDefaultScript: true }, toManager, "useDefaultScript"),
  takingAway("the firmware profile", { ...toCloud, firmwareProfile: "branch" }, toCloud, "firmwareProfile"),
  takingAway(
    "the region of FortiManagerCloud",
    {
      serial: virtualGate,
      provisionTarget: "FortiManagerCloud",
      platform: "FortiGate-VM64-KVM",
      region: "EU-CENTRAL-1",
    },
    { serial: virtualGate, provisionTarget: "FortiManagerCloud", platform: "FortiGate-VM64-KVM" },
    "region",
  ),
  {
    name: "a region that is corrected before the device has called home reaches it",
    async run(world) {
      await world.up({ gate: toCloud });
      world.takeWrites();
      const corrected = { gate: { ...toCloud, region: "JP" } };
      expect((await world.up(corrected)).operations).toEqual({ gate: "update" });
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${gate} to FortiGateCloud`]);
      expect(world.device().region).toBe("JP");
      world.comesOnline();
      await world.expectNoDrift(corrected);
    },
  },
  {
    name: "a change that was interrupted between its two writes is told, kept and continued by the next up",
    options: interrupted,
    async run(world) {
      await world.up({ gate: toCloud });
      world.takeWrites();
      world.simulators.faults.add(secondWriteFails);
      const { message, run } = await world.failingUp({ gate: toManager });
      expect(message).toMatch(
        /^FortiZTP could not provision device FGT60FTK22090001 to FortiManager: the service failed/,
      );
      expect(run.failures.gate?.partial?.id).toBe(gate);
      expect(world.device().provisionStatus).toBe("unprovisioned");
      world.simulators.faults.clear();
      expect((await world.stack.preview({ gate: toManager })).operations).toEqual({ gate: "update" });
      await world.up({ gate: toManager });
      expect(world.takeWrites()).toEqual(cloudThenManager);
      expect(world.stack.state("gate").outputs.__unfinished).toBeUndefined();
      await world.expectNoDrift({ gate: toManager });
    },
  },
  {
    name: "a program that is taken back after such an interruption brings the old target back",
    options: interrupted,
    async run(world) {
      await world.up({ gate: toCloud });
      world.simulators.faults.add(secondWriteFails);
      await world.failingUp({ gate: toManager });
      world.simulators.faults.clear();
      world.takeWrites();
      expect((await world.up({ gate: toCloud })).operations).toEqual({ gate: "update" });
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
      await world.expectNoDrift({ gate: toCloud });
    },
  },
  {
    name: "a refresh after such an interruption shows the drift, and the next up heals it",
    options: interrupted,
    async run(world) {
      await world.up({ gate: toCloud });
      world.simulators.faults.add(secondWriteFails);
      await world.failingUp({ gate: toManager });
      world.simulators.faults.clear();
      await world.refresh();
      expect((await world.stack.preview({ gate: toCloud })).operations).toEqual({ gate: "update" });
      world.takeWrites();
      await world.up({ gate: toManager });
      expect(world.takeWrites()).toEqual([`${gate} to FortiManager`]);
      await world.expectNoDrift({ gate: toManager });
    },
  },
  {
    name: "a destroy after an interrupted change clears whichever of the two targets the device has",
    options: { config: { maxRetries: 0 } },
    async run(world) {
      await world.up({ gate: toCloud });
      const look = { method: "GET", path: "/v2/devices", after: 2, action: { kind: "status", status: 400 } } as const;
      world.simulators.faults.add(look);
      const { run } = await world.failingUp({ gate: toManager });
      expect(run.failures.gate?.partial).toBeDefined();
      expect(world.device().provisionTarget).toBe("FortiManager");
      world.simulators.faults.clear();
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.device().provisionStatus).toBe("unprovisioned");
    },
  },
  {
    name: "somebody else who provisions the device in the middle of a change is named",
    async run(world) {
      await world.up({ gate: toCloud });
      world.simulators.faults.add({ method: "PUT", after: 1, times: 1, action: { kind: "resetBeforeCommit" } });
      const elsewhere = { provisionStatus: "incomplete", provisionTarget: "FortiManager", fortiManagerOid: 202 };
      const { message } = await world.failingUp(
        { gate: toManager },
        {
          async during() {
            const { entries } = world.simulators.requests;
            await until(() => entries.some(({ fault }) => fault === "resetBeforeCommit"));
            world.fortinet.patch(gate, elsewhere);
          },
        },
      );
      expect(message).toMatch(/already provisioned; unprovision it first/);
      expect(world.device().fortiManagerOid).toBe(202);
      await world.up({ gate: toManager });
      expect(world.device().fortiManagerOid).toBe(201);
    },
  },
];
