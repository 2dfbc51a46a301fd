import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Clock } from "../../provider/clients/http/clock";
import type { ClientSurroundings } from "../../provider/clients/http/options";
import { createHwAutomation, type HwAutomationOptions } from "../../provider/clients/hwautomation/hwautomation";
import {
  type FaultAction,
  type HwAutomationVariants,
  Clock as SimulatedClock,
  type SimulatorOptions,
  startSimulators,
} from "../../simulators";

type ClientOptions = Partial<HwAutomationOptions & ClientSurroundings>;

export interface SetupOptions {
  profile?: "doc" | "shipped";
  variants?: Partial<HwAutomationVariants>;
  hwautomation?: SimulatorOptions["hwautomation"];
  client?: ClientOptions;
}

export const noon = Date.UTC(2025, 0, 31, 12);

/** A simulator of one test, and a client whose waits move its clock instead of taking time. */
export async function setup({ profile = "doc", variants, hwautomation, client }: SetupOptions = {}) {
  const simulatedClock = new SimulatedClock({ startAt: noon, frozen: true });
  const simulators = await startSimulators({
    hwautomation: { profile, ...hwautomation, variants },
    clock: simulatedClock,
  });
  onTestFinished(() => simulators.close());
  const warnings: string[] = [];
  const slept: number[] = [];
  const clock: Clock = {
    now: () => simulatedClock.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      simulatedClock.advance(ms);
      // What is on its way may arrive meanwhile.
      await turn();
    },
  };
  const { url, username, password } = simulators.describe().hwautomation;
  const clientWith = (extra: ClientOptions = {}) =>
    createHwAutomation({
      baseUrl: url,
      username,
      password,
      clock,
      random: () => 0.5,
      onWarning: (text) => warnings.push(text),
      ...client,
      ...extra,
    });
  const requests = (method?: string) => simulators.requests.filter({ service: "hwautomation", method });
  return {
    simulators,
    simulator: simulators.hwautomation,
    url,
    username,
    password,
    clock: simulatedClock,
    slept,
    warnings,
    client: clientWith(),
    clientWith,
    requests,
    /** What was asked, in its order. */
    calls: (method?: string) => requests(method).map((entry) => `${entry.method} ${entry.relativePath}`),
    bodies: (method: string) => requests(method).map((entry) => entry.body),
    /** Strikes the next calls. */
    fault: (action: FaultAction, options: { method?: string; path?: string; times?: number; after?: number } = {}) =>
      simulators.faults.add({ service: "hwautomation", action, times: 1, ...options }),
  };
}
