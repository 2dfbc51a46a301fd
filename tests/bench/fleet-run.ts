import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PulumiWorkspace } from "../../tools/workspace";
import { watchMemory } from "./memory";
import { fleetVariable } from "./programs/list";
import { BenchProject, type Contender } from "./project";
import type { SimulatorProcess } from "./simulator";

/** What one command of the CLI took. */
export interface Cost {
  /** Calls to FortiZTP. */
  calls: number;
  seconds: number;
}

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

const timeoutMs = 30 * 60_000;
const parallel = ["--parallel", "64"];

/** Runs the program of a contender on a stack of its own. */
export async function runFleet(
  contender: Contender,
  simulators: SimulatorProcess,
  options: FleetOptions,
): Promise<FleetLife> {
  const project = new BenchProject(contender);
  // Written by hand it makes more calls than an account may in an hour.
  const serials = await simulators.begin(options.devices, contender !== "handWritten");
  const fleetFile = join(project.directory, "fleet.json");
  writeFileSync(fleetFile, JSON.stringify(serials));
  const workspace = await PulumiWorkspace.create({
    project: project.directory,
    host: contender === "handWritten" ? undefined : "plugin",
    env: { ...simulators.environment, [fleetVariable]: fleetFile },
  });
  const measure = async (...args: string[]): Promise<Cost> => {
    let seconds = 0;
    const calls = await simulators.countCalls(async () => {
      seconds = (await workspace.expect([...args, ...parallel], { timeoutMs })).seconds;
    });
    return { calls, seconds };
  };
  try {
    const watch = watchMemory(project.pluginDirectory);
    const up = await measure("up", "--yes", "--skip-preview").finally(() => watch.stop());
    const life: FleetLife = { up, memory: watch.stop() };
    if (!options.finish) return life;
    life.finished = {
      preview: await measure("preview", "--expect-no-changes"),
      up: await measure("up", "--yes", "--skip-preview", "--expect-no-changes"),
      refresh: await measure("refresh", "--yes", "--skip-preview", "--expect-no-changes"),
    };
    return life;
  } finally {
    workspace.dispose();
    project.dispose();
  }
}
