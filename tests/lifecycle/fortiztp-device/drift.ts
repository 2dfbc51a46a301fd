import { expect } from "vitest";
import type { FortinetVariants } from "../../../simulators";
import type { JsonMap } from "../harness/host";
import { byAddress, byOid, type DeviceScenario, gate, toCloud, toManager } from "./world";

/** A FortiManager is one and the same, however the program and the service name it. */
function namedDifferently(report: FortinetVariants["controllerReport"], named: JsonMap): DeviceScenario {
  const program = { gate: { serial: gate, provisionTarget: "FortiManager", ...named } };
  return {
    name: `a FortiManager named by ${Object.keys(named).join(" and ")} is the same one when it is reported as ${report}`,
    options: { variants: { controllerReport: report } },
    async run(world) {
      await world.up(program);
      await world.expectNoDrift(program);
      world.comesOnline();
      await world.expectNoDrift(program);
      expect(world.takeWrites()).toEqual([`${gate} to FortiManager`]);
      await world.up({});
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`]);
    },
  };
}

const reports = ["asWritten", "oid", "address", "both"] as const;

export const drift: readonly DeviceScenario[] = [
  ...reports.flatMap((report) => [namedDifferently(report, byOid), namedDifferently(report, byAddress)]),
  {
    name: "a device that waits, is slow or comes online has not drifted",
    async run(world) {
      await world.up({ gate: toCloud });
      await world.expectNoDrift({ gate: toCloud });
      world.simulators.clock.advance(31 * 60_000);
      expect(world.device().provisionSubStatus).toBe("provisioningtoolong");
      await world.expectNoDrift({ gate: toCloud });
      expect(world.stack.state("gate").outputs.message).toMatch(/^Provisioning has not finished within 30 minutes/);
      world.comesOnline();
      await world.expectNoDrift({ gate: toCloud });
    },
  },
  {
    name: "a device that was unprovisioned in the portal stays in the state and is provisioned again by one write",
    async run(world) {
      await world.up({ gate: toManager });
      world.fortinet.unprovision(gate);
      world.takeCalls();
      const refreshed = await world.refresh();
      expect(refreshed.operations).toEqual({ gate: "update" });
      expect(refreshed.paths.gate).toEqual(["fortiManagerOid", "provisionTarget"]);
      expect(world.stack.state("gate").outputs.availableRegions).toEqual(["global", "europe", "JP", "US"]);
      expect((await world.up({ gate: toManager })).operations).toEqual({ gate: "update" });
      expect(world.takeWrites()).toEqual([`${gate} to FortiManager`]);
      expect(world.stack.state("gate").outputs.availableRegions).toBeUndefined();
      await world.expectNoDrift({ gate: toManager });
    },
  },
  {
    name: "a device that was sent elsewhere in the portal has drifted and is sent back",
    async run(world) {
      await world.up({ gate: toCloud });
      world.fortinet.patch(gate, { provisionTarget: "FortiManager", fortiManagerOid: 202, region: null });
      const refreshed = await world.refresh();
      expect(refreshed.operations).toEqual({ gate: "update" });
      expect(refreshed.paths.gate).toContain("provisionTarget");
      world.takeWrites();
      await world.up({ gate: toCloud });
      expect(world.takeWrites()).toEqual([`${gate} unprovisioned`, `${gate} to FortiGateCloud`]);
      await world.expectNoDrift({ gate: toCloud });
    },
  },
  {
    name: "another FortiManager, script or serial of a FortiManager is drift",
    async run(world) {
      const program = { gate: { serial: gate, provisionTarget: "FortiManager", ...byAddress, scriptOid: 101 } };
      await world.up(program);
      world.fortinet.patch(gate, { scriptOid: 102 });
      expect((await world.refresh()).paths.gate).toEqual(["scriptOid"]);
      await world.up(program);
      world.fortinet.patch(gate, { externalControllerSn: "FMG-VMTM99999999" });
      expect((await world.refresh()).paths.gate).toEqual(["externalControllerSerial"]);
      await world.up(program);
      expect(world.device()).toMatchObject({ externalControllerSn: "FMG-VMTM22000001", scriptOid: 101 });
    },
  },
  {
    name: "the region is compared only once the device is provisioned, since before it may list all it could have",
    async run(world) {
      await world.up({ gate: toCloud });
      world.fortinet.patch(gate, { region: "global,europe,JP,US" });
      await world.expectNoDrift({ gate: toCloud });
      world.fortinet.patch(gate, { region: "europe" });
      world.comesOnline();
      await world.expectNoDrift({ gate: toCloud });
      world.fortinet.patch(gate, { region: "US" });
      expect((await world.refresh()).paths.gate).toEqual(["region"]);
      expect(world.stack.state("gate").inputs.region).toBe("US");
    },
  },
  {
    name: "a device that was hidden in the portal has drifted, and an update says what to do",
    async run(world) {
      await world.up({ gate: toCloud });
      world.fortinet.patch(gate, { provisionStatus: "hidden" });
      expect((await world.refresh()).operations).toEqual({ gate: "update" });
      const { message } = await world.failingUp({ gate: toCloud });
      expect(message).toBe(`${gate} is hidden in the FortiZTP portal; unhide it there before it can be provisioned`);
      expect(world.stack.has("gate")).toBe(true);
    },
  },
  {
    name: "what the service fills in by itself is not drift",
    options: { variants: { hardwarePlatform: "model" } },
    async run(world) {
      await world.up({ gate: toManager });
      world.fortinet.patch(gate, { useDefaultScript: true, firmwareProfile: "factory", platform: "FortiGate-60F" });
      world.comesOnline();
      await world.expectNoDrift({ gate: toManager });
      const spelled = { gate: { ...toManager, useDefaultScript: false } };
      await world.up(spelled);
      expect(world.stack.state("gate").outputs.effectivePlatform).toBe("FortiGate-60F");
    },
  },
  {
    name: "a device that left the account is gone, but a list that lacks it proves nothing",
    options: { variants: { listCap: 1 } },
    async run(world) {
      await world.up({ gate: toCloud, second: { ...toCloud, serial: "FGT60FTK22090002" } });
      expect((await world.refresh()).operations).toEqual({ gate: "same", second: "same" });
      world.fortinet.account().removeDevice(gate);
      expect((await world.refresh()).operations).toEqual({ gate: "delete", second: "same" });
      expect(world.stack.has("gate")).toBe(false);
    },
  },
];
