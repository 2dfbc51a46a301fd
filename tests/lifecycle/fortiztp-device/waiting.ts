import { expect } from "vitest";
import { type DeviceScenario, gate, toCloud, toManager, until } from "./world";

const patient = { ...toCloud, waitFor: "provisioned" };
const impatient = { ...patient, timeoutSeconds: 1 };
const late =
  `${gate} has not finished provisioning within 1 s: FortiZTP shows waiting (Waiting for the device to connect). ` +
  "Check its power, uplink and licence, then run `pulumi up` again to go on waiting";

export const waiting: readonly DeviceScenario[] = [
  {
    name: "waitFor: provisioned ends when the device has come online, and shows where it stands meanwhile",
    async run(world) {
      const run = await world.up(
        { gate: patient },
        {
          async during() {
            await until(() => world.device().provisionStatus === "incomplete");
            world.fortinet.setOnline(gate);
            const looks = world.simulators.requests.count({ method: "GET" });
            await until(() => world.simulators.requests.count({ method: "GET" }) > looks + 1);
            world.simulators.clock.advance(30_000);
          },
        },
      );
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
      expect(world.stack.state("gate").outputs).toMatchObject({
        provisionStatus: "provisioned",
        provisioningCompletedAt: "2025-01-31T12:00:30.000Z",
      });
      expect(run.progress).toContain("provisioning (The device is connected and is being provisioned)");
      expect(run.progress.at(-1)).toBe("");
      await world.expectNoDrift({ gate: patient });
    },
  },
  {
    name: "a wait that is over keeps the device in the state as unfinished, with its outputs and a sentence",
    async run(world) {
      const { message, run } = await world.failingUp({ gate: impatient });
      expect(message).toBe(late);
      expect(run.failures.gate?.partial).toMatchObject({ id: gate, reasons: [late] });
      const { id, outputs, initErrors } = world.stack.state("gate");
      expect({ id, initErrors }).toEqual({ id: gate, initErrors: [late] });
      expect(outputs).toMatchObject({ ...impatient, provisionStatus: "incomplete", effectiveDeviceType: "FortiGate" });
      expect((await world.stack.preview({ gate: impatient })).operations).toEqual({ gate: "update" });
    },
  },
  {
    name: "a refresh tells again that the device is unfinished, until it has come online",
    async run(world) {
      await world.failingUp({ gate: impatient });
      world.takeWrites();
      const refreshed = await world.stack.refresh();
      expect(refreshed.failures.gate?.partial?.reasons).toEqual([late]);
      expect(refreshed.operations).toEqual({ gate: "update" });
      expect(world.stack.state("gate").initErrors).toEqual([late]);
      expect((await world.stack.preview({ gate: impatient })).operations).toEqual({ gate: "update" });
      world.comesOnline();
      expect((await world.refresh()).operations).toEqual({ gate: "same" });
      expect((await world.up({ gate: impatient })).operations).toEqual({ gate: "same" });
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "the next up goes on waiting without a write",
    async run(world) {
      await world.failingUp({ gate: impatient });
      world.takeWrites();
      expect((await world.failingUp({ gate: impatient })).message).toBe(late);
      world.comesOnline();
      expect((await world.up({ gate: impatient })).operations).toEqual({ gate: "update" });
      expect(world.takeWrites()).toEqual([]);
      expect(world.stack.state("gate").initErrors).toEqual([]);
      expect((await world.stack.preview({ gate: impatient })).operations).toEqual({ gate: "same" });
    },
  },
  {
    name: "an unfinished device is deleted like any other",
    async run(world) {
      await world.failingUp({ gate: impatient });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect(world.device().provisionStatus).toBe("unprovisioned");
    },
  },
  {
    name: "an update that was waited for in vain heals whichever of the two programs comes next",
    async run(world) {
      await world.up({ gate: toCloud });
      const update = { ...toManager, waitFor: "provisioned", timeoutSeconds: 1 };
      await world.failingUp({ gate: update });
      await world.stack.refresh();
      expect((await world.stack.preview({ gate: update })).operations).toEqual({ gate: "update" });
      world.takeWrites();
      await world.up({ gate: toCloud });
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${gate} to FortiGateCloud`]);
      await world.expectNoDrift({ gate: toCloud });
    },
  },
  {
    name: "Ctrl-C during a wait keeps the device at once, and the next up goes on",
    async run(world) {
      let canceledAt = 0;
      const { message, run } = await world.failingUp(
        { gate: patient },
        {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "GET", path: "/v2/devices" }) > 3);
            canceledAt = performance.now();
            await host.cancel();
          },
        },
      );
      expect(performance.now() - canceledAt).toBeLessThan(5_000);
      expect(message).toBe("interrupted; run `pulumi up` again to continue");
      expect(run.failures.gate?.partial?.id).toBe(gate);
      world.comesOnline();
      world.takeWrites();
      expect((await world.up({ gate: patient })).operations).toEqual({ gate: "update" });
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "Ctrl-C before anything was written leaves nothing behind",
    async run(world) {
      world.simulators.faults.add({ method: "GET", path: "/v2/devices", action: { kind: "delay", ms: 5_000 } });
      const { run } = await world.failingUp(
        { gate: toCloud },
        {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "GET" }) > 0);
            await host.cancel();
          },
        },
      );
      expect(run.failures.gate?.partial).toBeUndefined();
      expect(world.stack.has("gate")).toBe(false);
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "Ctrl-C while a write is on its way waits for its outcome and keeps the device",
    async run(world) {
      world.simulators.faults.add({ method: "PUT", action: { kind: "delay", ms: 300 } });
      const { run } = await world.failingUp(
        { gate: toCloud },
        {
          async during(host) {
            await until(() => world.simulators.requests.count({ method: "PUT" }) > 0);
            await host.cancel();
          },
        },
      );
      expect(run.failures.gate?.partial?.id).toBe(gate);
      world.simulators.faults.clear();
      await world.up({ gate: toCloud });
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
    },
  },
  {
    name: "customTimeouts end a wait, and what was accepted is kept",
    hosts: ["plugin"],
    async run(world) {
      const { message, run } = await world.failingUp({ gate: patient }, { timeoutSeconds: 1.5 });
      expect(message).toBe(
        "the custom timeout of 1.5 s is over; raise `customTimeouts` or run `pulumi up` again to continue",
      );
      expect(run.failures.gate?.partial?.id).toBe(gate);
      world.comesOnline();
      await world.up({ gate: patient }, { timeoutSeconds: 60 });
      expect(world.takeWrites()).toEqual([`${gate} to FortiGateCloud`]);
    },
  },
  {
    name: "customTimeouts end a delete too, which the next one repeats",
    hosts: ["plugin"],
    async run(world) {
      await world.up({ gate: toCloud });
      world.simulators.faults.add({ method: "GET", action: { kind: "delay", ms: 5_000 } });
      const run = await world.stack.destroy({ timeoutSeconds: 0.2 });
      expect(run.failures.gate?.message).toMatch(/^the custom timeout of 0.2 s is over/);
      expect(world.stack.has("gate")).toBe(true);
      world.simulators.faults.clear();
      expect((await world.stack.destroy()).failures).toEqual({});
    },
  },
];
