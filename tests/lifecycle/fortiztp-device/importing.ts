import { expect } from "vitest";
import type { DeviceSeed } from "../../../simulators";
import { type JsonMap, visible } from "../harness/host";
import {
  accessPoint,
  byAddress,
  byOid,
  type DeviceScenario,
  extender,
  gate,
  hiddenGate,
  onlyFailure,
  unknownGate,
  virtualGate,
} from "./world";

/** What stands in the service, and the program that it is imported as. */
const targets: readonly { name: string; seed: DeviceSeed; inputs: JsonMap }[] = [
  {
    name: "FortiManager by oid",
    seed: seed(gate, "FortiGate", { provisionTarget: "FortiManager", fortiManagerOid: 201 }),
    inputs: { serial: gate, provisionTarget: "FortiManager", ...byOid },
  },
  {
    name: "FortiManager by serial and address, with a script",
    seed: seed(gate, "FortiGate", {
      provisionTarget: "FortiManager",
      externalControllerSn: byAddress.externalControllerSerial,
      externalControllerIp: byAddress.externalControllerAddress,
      scriptOid: 102,
    }),
    inputs: { serial: gate, provisionTarget: "FortiManager", ...byAddress, scriptOid: 102 },
  },
  {
    name: "FortiManager with its default script",
    seed: seed(gate, "FortiGate", {
      provisionTarget: "FortiManager",
      fortiManagerOid: 202,
      useDefaultScript: true,
    }),
    inputs: { serial: gate, provisionTarget: "FortiManager", fortiManagerOid: 202, useDefaultScript: true },
  },
  {
    name: "FortiManagerCloud of a virtual machine",
    seed: seed(virtualGate, "FortiGate", {
      provisionTarget: "FortiManagerCloud",
      region: "EU-CENTRAL-1",
      platform: "FortiGate-VM64-KVM",
    }),
    inputs: {
      serial: virtualGate,
      provisionTarget: "FortiManagerCloud",
      region: "EU-CENTRAL-1",
      platform: "FortiGate-VM64-KVM",
    },
  },
  {
    name: "FortiGateCloud with a firmware profile",
    seed: seed(gate, "FortiGate", { provisionTarget: "FortiGateCloud", region: "JP", firmwareProfile: "branch-7.4" }),
    inputs: { serial: gate, provisionTarget: "FortiGateCloud", region: "JP", firmwareProfile: "branch-7.4" },
  },
  {
    name: "FortiEdgeCloud",
    seed: seed(accessPoint, "FortiAP", { provisionTarget: "FortiEdgeCloud", region: "europe" }),
    inputs: { serial: accessPoint, provisionTarget: "FortiEdgeCloud", region: "europe" },
  },
  {
    name: "an external controller",
    seed: seed(accessPoint, "FortiAP", { provisionTarget: "ExternalController", externalControllerIp: "192.0.2.7" }),
    inputs: { serial: accessPoint, provisionTarget: "ExternalController", externalControllerAddress: "192.0.2.7" },
  },
  {
    name: "FortiExtenderCloud",
    seed: seed(extender, "FortiExtender", { provisionTarget: "FortiExtenderCloud" }),
    inputs: { serial: extender, provisionTarget: "FortiExtenderCloud" },
  },
  {
    name: "FortiSASE",
    seed: seed(accessPoint, "FortiAP", { provisionTarget: "FortiSASE", region: "US" }),
    inputs: { serial: accessPoint, provisionTarget: "FortiSASE", region: "US" },
  },
  {
    name: "a target that FortiZTP has learned since",
    seed: seed(accessPoint, "FortiAP", { provisionTarget: "FortiMoonCloud", region: "tranquility" }),
    inputs: { serial: accessPoint, provisionTarget: "FortiMoonCloud", region: "tranquility" },
  },
];

function seed(deviceSN: string, deviceType: string, target: Partial<DeviceSeed>): DeviceSeed {
  return { deviceSN, deviceType, provisionStatus: "provisioned", model: `${deviceType}-60F`, ...target };
}

function importOf({ name, seed: device, inputs }: (typeof targets)[number], when: "provisioned" | "incomplete") {
  return {
    name: `an import of ${name}, ${when}, gives the inputs of a program, after which nothing changes`,
    options: { fortinet: { devices: [{ ...device, provisionStatus: when }] } },
    async run(world) {
      const imported = await world.stack.import("device", device.deviceSN);
      expect(imported.failures).toEqual({});
      expect(visible(world.stack.state("device").inputs)).toEqual(inputs);
      await world.expectNoDrift({ device: inputs });
      expect((await world.up({ device: inputs })).operations).toEqual({ device: "same" });
      expect(world.writes()).toEqual([]);
    },
  } satisfies DeviceScenario;
}

export const importing: readonly DeviceScenario[] = [
  ...targets.flatMap((target) => [importOf(target, "provisioned"), importOf(target, "incomplete")]),
  {
    name: "an import takes the id in any case and spelling, and gives the serial as FortiZTP says it",
    async run(world) {
      await world.stack.import("device", "fgt60ftk21090002");
      expect(world.stack.state("device")).toMatchObject({ id: "FGT60FTK21090002" });
      const inputs = { serial: "FGT60FTK21090002", provisionTarget: "FortiManager", ...byOid, useDefaultScript: true };
      expect((await world.stack.preview({ device: inputs })).operations).toEqual({ device: "same" });
    },
  },
  {
    name: "an import does not take the model of the hardware for the platform of a virtual machine",
    options: {
      variants: { hardwarePlatform: "model" },
      fortinet: { devices: [seed(gate, "FortiGate", { provisionTarget: "FortiGateCloud", region: "JP" })] },
    },
    async run(world) {
      const imported = await world.stack.import("device", gate);
      expect(imported.failures).toEqual({});
      const inputs = { serial: gate, provisionTarget: "FortiGateCloud", region: "JP" };
      expect(visible(world.stack.state("device").inputs)).toEqual(inputs);
      await world.expectNoDrift({ device: inputs });
    },
  },
  {
    name: "a device that has been sent nowhere cannot be imported, and the refusal says what to do",
    async run(world) {
      expect(onlyFailure(await world.stack.import("device", gate))).toMatch(
        /^FGT60FTK22090001 is unprovisioned, so there is no.* import; declare .*, and `pulumi up` provisions it$/,
      );
      expect(onlyFailure(await world.stack.import("device", hiddenGate))).toMatch(/is hidden, so .*unhide it/);
      expect(world.stack.resources.size).toBe(0);
    },
  },
  {
    name: "a serial that the account does not have is not found",
    async run(world) {
      expect(onlyFailure(await world.stack.import("device", unknownGate))).toBe(
        `resource '${unknownGate}' does not exist`,
      );
    },
  },
  {
    name: "an import by somebody whose login fails is not an empty import",
    options: { config: { password: "not the password" } },
    async run(world) {
      expect(onlyFailure(await world.stack.import("device", gate))).toMatch(/FortiCloud could not log in as API user/);
    },
  },
];
