import { onTestFinished } from "vitest";
import { createFortiZtp, type DeviceWrite, type FortinetOptions } from "../../provider/clients/fortinet/fortiztp";
import type { FortinetSurroundings } from "../../provider/clients/fortinet/options";
import type { Clock } from "../../provider/clients/http/clock";
import { VendorError } from "../../provider/clients/http/errors";
import { Clock as SimulatedClock, type SimulatorOptions, startSimulators } from "../../simulators";
import { rejection } from "./support";

/** Simulators of one test, and a client whose waits move their clock instead of taking time. */
export async function setup(
  options: SimulatorOptions & { client?: Partial<FortinetOptions & FortinetSurroundings> } = {},
) {
  const simulatedClock = new SimulatedClock({ startAt: Date.UTC(2025, 0, 31, 12), frozen: true });
  const simulators = await startSimulators({ ...options, clock: simulatedClock });
  onTestFinished(() => simulators.close());
  const slept: number[] = [];
  const clock: Clock = {
    now: () => simulatedClock.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      simulatedClock.advance(ms);
    },
  };
  const { authUrl, fortiztpUrl, apiId, password } = simulators.describe().fortinet;
  const base = { authUrl, fortiztpUrl, apiId, password, clock, random: () => 0.5 };
  const clientWith = (extra: Partial<FortinetOptions & FortinetSurroundings> = {}) =>
    createFortiZtp({ ...base, ...options.client, ...extra });
  const calls = (method?: string) =>
    simulators.requests.filter({ service: "fortiztp", method }).map((entry) => `${entry.method} ${entry.relativePath}`);
  const logins = () => simulators.requests.filter({ service: "oauth" });
  return { simulators, fortinet: simulators.fortinet, slept, clock, clientWith, client: clientWith(), calls, logins };
}

/** Serials of the simulators' default inventory. */
export const serials = {
  gates: Array.from({ length: 4 }, (_, index) => `FGT60FTK2209000${index + 1}`),
  accessPoint: "FP231FTF23010001",
  virtual: "FGVM02TM23000001",
  hidden: "FGT60FTK21090001",
  provisioned: "FGT60FTK21090002",
  unknown: "FGT60FTK99999999",
} as const;

/** A write that sends a FortiGate to FortiGate Cloud. */
export function toCloud(deviceSN: string, extra: Partial<DeviceWrite> = {}): DeviceWrite {
  const target = { provisionTarget: "FortiGateCloud", region: "europe" };
  return { deviceSN, deviceType: "FortiGate", provisionStatus: "provisioned", ...target, ...extra };
}

/** A write that sends a FortiGate to a FortiManager entry. */
export function toManager(deviceSN: string, extra: Partial<DeviceWrite> = {}): DeviceWrite {
  const target = { provisionTarget: "FortiManager", fortiManagerOid: 201 };
  return { deviceSN, deviceType: "FortiGate", provisionStatus: "provisioned", ...target, ...extra };
}

/** The write that clears a device's target. */
export function release(deviceSN: string, deviceType = "FortiGate"): DeviceWrite {
  return { deviceSN, deviceType, provisionStatus: "unprovisioned" };
}

/** The `VendorError` that a promise rejects with. */
export async function vendorError(promise: Promise<unknown>): Promise<VendorError> {
  const error = await rejection(promise);
  if (error instanceof VendorError) return error;
  throw error;
}
