import { onTestFinished } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { type MistOptions, mistOrgId, type Simulators, startSimulators } from "../../simulators";
import { type FunctionCall, functionsOf } from "./functions-of";

export interface Account {
  simulators: Simulators;
  /** Calls a function of this host with a simulated organization. */
  call: FunctionCall<"mist">;
  /** The calls to Mist so far, but for that about who calls. */
  calls(): string[];
}

export async function open(
  host: keyof typeof functionsOf,
  { config = {}, ...mist }: MistOptions & { config?: JsonMap } = {},
): Promise<Account> {
  const simulators = await startSimulators({ mist });
  onTestFinished(() => simulators.close());
  const call = await functionsOf[host]("mist", {
    baseUrl: simulators.mist.url,
    apiToken: simulators.mist.apiToken,
    ...config,
  });
  const calls = () =>
    simulators.requests
      .filter({ service: "mist" })
      .map(({ method, relativePath }) => `${method} ${relativePath.replace(mistOrgId, "{org}")}`)
      .filter((text) => text !== "GET /self");
  return { simulators, call, calls };
}
