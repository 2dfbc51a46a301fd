import { type Cost, MeasuredStack } from "./measured-stack";
import { watchProcess } from "./memory";
import type { DeviceContender } from "./project";
import type { SimulatorProcess } from "./simulator";

/** The making of a fleet. */
export interface FleetRun {
  up: Cost;
  /** Resident memory of the plugin's process at the end of `up`, in MB. */
  memory?: number;
}

/** A fleet that is made, and then compared with the real thing and found unchanged. */
export interface FleetLife extends FleetRun {
  finished?: { preview: Cost; up: Cost; refresh: Cost };
}

export interface FleetOptions {
  devices: number;
  /** Whether to go on when the fleet is made. */
  finish: boolean;
}

/** Runs the program of a contender on a stack of its own. */
export async function runFleet(
  contender: DeviceContender,
  simulators: SimulatorProcess,
  options: FleetOptions,
): Promise<FleetLife> {
  // Written by hand it makes more calls than an account may in an hour.
  const serials = await simulators.begin(options.devices, contender !== "handWritten");
  const stack = await MeasuredStack.create(contender, simulators, "fortiztp", { serials });
  try {
    const watch = watchProcess(stack.project.pluginDirectory);
    const up = await stack.up().finally(() => watch.stop());
    const life: FleetLife = { up, memory: watch.stop().memory };
    if (!options.finish) return life;
    life.finished = {
      preview: await stack.preview(),
      up: await stack.up("--expect-no-changes"),
      refresh: await stack.refresh(),
    };
    return life;
  } finally {
    stack.dispose();
  }
}
