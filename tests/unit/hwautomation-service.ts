import { onTestFinished } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { type HwAutomationOptions, type Simulators, startSimulators } from "../../simulators";
import { startProgram, ztp } from "./sdk-support";

type Name =
  | "getDatabaseInfo"
  | "getDeviceTypes"
  | "getFirmwareInventory"
  | "getFirmwareStatus"
  | "getHealth"
  | "getMaasMachines"
  | "getServer"
  | "getServers";

export interface SimulatedService {
  simulators: Simulators;
  /** Calls a function of this host with a simulated HWAutomation. */
  call(name: Name, args?: JsonMap): Promise<JsonMap>;
}

/** Those that take nothing but options in the SDK. */
const plain: ReadonlySet<Name> = new Set(["getDatabaseInfo", "getDeviceTypes", "getFirmwareInventory", "getHealth"]);

const hosts = {
  /** Through the protocol of the engine. */
  async plugin(hwautomation: JsonMap): Promise<SimulatedService["call"]> {
    const provider = new PluginProvider(registry, "1.2.3", undefined, {});
    provider.configure({
      args: { hwautomation: JSON.stringify(hwautomation) },
      id: "",
      urn: "",
      name: "default_1_2_3",
    });
    return async (name, args = {}) => {
      const reply = await provider.invoke({ token: `ztp:hwautomation:${name}`, args, preview: false });
      if (reply.failures?.length) throw new Error(reply.failures.map(({ reason }) => reason).join("\n"));
      return reply.return as JsonMap;
    };
  },
  /** In the program's own process. */
  async dynamic(hwautomation: JsonMap): Promise<SimulatedService["call"]> {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("service", { hwautomation });
    return async (name, args = {}) => {
      const call = ztp.hwautomation[name] as unknown as (...given: object[]) => Promise<JsonMap>;
      return plain.has(name) ? call({ provider }) : call(args, { provider });
    };
  },
};

export async function open(host: keyof typeof hosts, options: HwAutomationOptions = {}): Promise<SimulatedService> {
  const simulators = await startSimulators({ hwautomation: options });
  onTestFinished(() => simulators.close());
  const { url: baseUrl, username, password } = simulators.describe().hwautomation;
  return { simulators, call: await hosts[host]({ baseUrl, username, password, maxRetries: 0 }) };
}
