import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished, vi } from "vitest";
import { systemClock } from "../../provider/clients/http/clock";
import type { JsonMap } from "../../provider/core/values";
import { Clock, type PanosOptions, type Simulators, startSimulators } from "../../simulators";
import { type FunctionCall, functionsOf } from "./functions-of";

export interface Directory {
  simulators: Simulators;
  /** Calls a function of this host with a simulated work directory. */
  call: FunctionCall<"panos">;
  /** Puts a job into the queue, as others do, and lets the daemon's time go by. */
  job(body: JsonMap, ms?: number): Promise<void>;
}

export async function open(host: keyof typeof functionsOf, options: PanosOptions = {}): Promise<Directory> {
  const clock = new Clock({ frozen: true });
  const simulators = await startSimulators({ clock, panos: options });
  onTestFinished(() => simulators.close());
  const { baseDir } = simulators.panos;
  const pass = async (ms: number) => {
    await simulators.panos.settle();
    clock.advance(ms);
    await turn();
  };
  const sleep = vi.spyOn(systemClock, "sleep").mockImplementation(pass);
  onTestFinished(() => sleep.mockRestore());
  return {
    simulators,
    call: await functionsOf[host]("panos", { baseDir }),
    async job(body, ms = 3_600_000) {
      const { createPanos } = await import("../../provider/clients/panos/panos");
      await createPanos({ baseDir }).jobs.submit(body as never);
      await pass(ms);
    },
  };
}
