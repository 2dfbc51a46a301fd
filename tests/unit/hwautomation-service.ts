import { onTestFinished } from "vitest";
import { type HwAutomationOptions, type Simulators, startSimulators } from "../../simulators";
import { type FunctionCall, functionsOf } from "./functions-of";

export interface SimulatedService {
  simulators: Simulators;
  /** Calls a function of this host with a simulated HWAutomation. */
  call: FunctionCall<"hwautomation">;
}

export async function open(
  host: keyof typeof functionsOf,
  options: HwAutomationOptions = {},
): Promise<SimulatedService> {
  const simulators = await startSimulators({ hwautomation: options });
  onTestFinished(() => simulators.close());
  const { url: baseUrl, username, password } = simulators.describe().hwautomation;
  return { simulators, call: await functionsOf[host]("hwautomation", { baseUrl, username, password, maxRetries: 0 }) };
}
