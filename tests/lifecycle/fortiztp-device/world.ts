import { FortinetWorld, type FortinetWorldOptions } from "../harness/fortinet-world";
import type { HostKind } from "../harness/host";
import type { Scenario } from "../harness/scenarios";

export { onlyFailure, until, warnings } from "../harness/fortinet-world";

export type DeviceOptions = FortinetWorldOptions;
export type DeviceScenario = Scenario<DeviceWorld, DeviceOptions>;

/** Serials of the simulated inventory, all of them unprovisioned but for the last two. */
export const gate = "FGT60FTK22090001";
export const otherGate = "FGT60FTK22090002";
export const accessPoint = "FP231FTF23010001";
export const extender = "FX200F5922000001";
export const virtualGate = "FGVM02TM23000001";
export const hiddenGate = "FGT60FTK21090001";
export const unknownGate = "FGT60FTK99990001";

/** The first FortiManager entry of the simulated account, in both of its spellings. */
export const byOid = { fortiManagerOid: 201 } as const;
export const byAddress = {
  externalControllerSerial: "FMG-VMTM22000001",
  externalControllerAddress: "fmg.example.net",
} as const;

export const toCloud = { serial: gate, provisionTarget: "FortiGateCloud", region: "europe" } as const;
export const toManager = { serial: gate, provisionTarget: "FortiManager", ...byOid } as const;

/** A stack of devices of its own, and the simulated account behind it, whose clock stands still. */
export class DeviceWorld extends FortinetWorld {
  static async open(kind: HostKind, options: DeviceOptions = {}): Promise<DeviceWorld> {
    return new DeviceWorld(...(await FortinetWorld.begin(kind, "fortiztp:Device", options)));
  }

  override writes(): string[] {
    const carriedOut = this.simulators.requests.filter({ method: "PUT" }).filter((entry) => entry.applied);
    return carriedOut.flatMap(({ body }) => (Array.isArray(body) ? body : [body])).map(writeText);
  }

  device(serial: string = gate) {
    return this.fortinet.device(serial);
  }

  /** The device calls home and is done at once. */
  comesOnline(serial: string = gate): void {
    this.fortinet.setOnline(serial, { provisioningSeconds: 0 });
  }
}

function writeText(body: unknown): string {
  const { deviceSN, provisionStatus, provisionTarget } = body as { [field: string]: string };
  return provisionStatus === "provisioned" ? `${deviceSN} to ${provisionTarget}` : `${deviceSN} unprovisioned`;
}
