import { MeasuredStack } from "./measured-stack";
import { beginWithProducts, folders } from "./products-run";
import type { SimulatorProcess } from "./simulator";
import { type Sizes, windowScale } from "./sizes";
import { mostWithin } from "./statistics";

/** The life of many products, which takes more calls than the limits of an hour allow, in hours that are shorter. */
export interface ScaledRun {
  calls: number;
  seconds: number;
  /** Calls that the service refused because of its limits. */
  throttled: number;
  /** Calls that failed in any other way, or were not answered. */
  failed: number;
  /** The most calls in any of the service's minutes, and in any of its hours. */
  mostInMinute: number;
  mostInHour: number;
  /** Waits for our own limits of which the user was told. */
  waits: number;
}

const latencyMs = 100;
const minuteMs = 60_000 / windowScale;
/** As the CLI sums up at the end of a run. */
const toldWait = /^ +warning: waiting .* for the call budget$/gm;

/** Registers products, refreshes them, moves all to another folder, and describes some of them anew. */
export async function runScaled(simulators: SimulatorProcess, sizes: Sizes): Promise<ScaledRun> {
  const serials = await beginWithProducts(simulators, { registered: 0, fresh: sizes.scaled }, { windowScale });
  // Or no minute would be long enough to reach its limit.
  await simulators.setLatency(latencyMs / windowScale);
  const [first, second] = folders;
  const stack = await MeasuredStack.create("scaled", simulators, "forticare", { serials, folderId: first.folderId });
  try {
    const commands = [await stack.up(), await stack.refresh()];
    stack.change({ serials, folderId: second.folderId, describedAnew: sizes.describedAnew });
    commands.push(await stack.up());
    const requests = commands.flatMap((command) => command.requests);
    const times = requests.map(({ at }) => at);
    return {
      calls: requests.length,
      seconds: commands.reduce((sum, { seconds }) => sum + seconds, 0),
      throttled: requests.filter(({ status }) => status === 429).length,
      failed: requests.filter(({ status }) => status !== 200 && status !== 429).length,
      mostInMinute: mostWithin(times, minuteMs),
      mostInHour: mostWithin(times, 60 * minuteMs),
      waits: commands.flatMap(({ output }) => output.match(toldWait) ?? []).length,
    };
  } finally {
    stack.dispose();
  }
}
