import { setImmediate as turn } from "node:timers/promises";
import { onTestFinished, vi } from "vitest";
import { systemClock } from "../../provider/clients/http/clock";
import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { Clock, type PanosOptions, type Simulators, startSimulators } from "../../simulators";
import { startProgram, ztp } from "./sdk-support";

type Name =
  | "getDaemonStatus"
  | "getDashboard"
  | "getDeviceProgress"
  | "getDeviceStatus"
  | "getInventory"
  | "getJob"
  | "getJobs"
  | "getJobSummary"
  | "getPostFlight"
  | "getPreFlight"
  | "getUpgradePath"
  | "getValidationSummary"
  | "getWorkers";

export interface Directory {
  simulators: Simulators;
  /** Calls a function of this host with a simulated work directory. */
  call(name: Name, args?: JsonMap): Promise<JsonMap>;
  /** Puts a job into the queue, as others do, and lets the daemon's time go by. */
  job(body: JsonMap, ms?: number): Promise<void>;
}

/** Those that take nothing but options in the SDK. */
const plain: ReadonlySet<Name> = new Set(["getDaemonStatus", "getDashboard", "getJobSummary", "getWorkers"]);

const hosts = {
  /** Through the protocol of the engine. */
  async plugin(panos: JsonMap): Promise<Directory["call"]> {
    const provider = new PluginProvider(registry, "1.2.3", undefined, {});
    provider.configure({ args: { panos: JSON.stringify(panos) }, id: "", urn: "", name: "default_1_2_3" });
    return async (name, args = {}) => {
      const reply = await provider.invoke({ token: `ztp:panos:${name}`, args, preview: false });
      if (reply.failures?.length) throw new Error(reply.failures.map(({ reason }) => reason).join("\n"));
      return reply.return as JsonMap;
    };
  },
  /** In the program's own process. */
  async dynamic(panos: JsonMap): Promise<Directory["call"]> {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("directory", { panos });
    return async (name, args = {}) => {
      const call = ztp.panos[name] as unknown as (...given: object[]) => Promise<JsonMap>;
      return plain.has(name) ? call({ provider }) : call(args, { provider });
    };
  },
};

export async function open(host: keyof typeof hosts, options: PanosOptions = {}): Promise<Directory> {
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
    call: await hosts[host]({ baseDir }),
    async job(body, ms = 3_600_000) {
      const { createPanos } = await import("../../provider/clients/panos/panos");
      await createPanos({ baseDir }).jobs.submit(body as never);
      await pass(ms);
    },
  };
}
