import { generateMistDevices } from "../../simulators";
import { MeasuredStack } from "./measured-stack";
import type { SimulatorProcess } from "./simulator";

/** What one command of the CLI took. */
export interface MistCost {
  /** Calls to Mist. */
  calls: number;
  /** Those of them that claim devices. */
  claims: number;
  /** Those of them that assign devices to sites. */
  assignments: number;
  seconds: number;
}

/** Devices that are claimed and assigned, and then compared with the real thing and found unchanged. */
export interface MistRun {
  up: MistCost;
  refresh: MistCost;
}

/** Brings so many fresh devices to the sites of an organization that has no other. */
export async function runMistDevices(
  contender: "mistInventory" | "mistClaims",
  simulators: SimulatorProcess,
  count: number,
): Promise<MistRun> {
  const devices = generateMistDevices(count);
  await simulators.beginWithMist(devices);
  return measured(contender, simulators, { claimCodes: devices.map(({ claimCode }) => String(claimCode)) });
}

/** Makes so many sites, each with a setting of its own, in front of so many devices. */
export async function runMistSites(simulators: SimulatorProcess, sites: number, count: number): Promise<MistRun> {
  const devices = generateMistDevices(count);
  await simulators.beginWithMist(devices);
  return measured("mistSites", simulators, {
    claimCodes: devices.map(({ claimCode }) => String(claimCode)),
    sites,
  });
}

async function measured(
  contender: "mistInventory" | "mistClaims" | "mistSites",
  simulators: SimulatorProcess,
  fleet: { claimCodes: string[]; sites?: number },
): Promise<MistRun> {
  const stack = await MeasuredStack.create(contender, simulators, "mist", { serials: [], ...fleet });
  const measure = async (command: "up" | "refresh"): Promise<MistCost> => {
    const { requests, calls, seconds } = await stack[command]();
    const toInventory = (method: string) =>
      requests.filter((entry) => entry.method === method && entry.path.endsWith("/inventory")).length;
    return { calls, claims: toInventory("POST"), assignments: toInventory("PUT"), seconds };
  };
  try {
    return { up: await measure("up"), refresh: await measure("refresh") };
  } finally {
    stack.dispose();
  }
}
