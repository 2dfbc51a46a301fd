import { onTestFinished } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { type MistOptions, mistOrgId, type Simulators, startSimulators } from "../../simulators";
import { startProgram, ztp } from "./sdk-support";

type Name =
  | "getApi"
  | "getApiUsage"
  | "getConfigObject"
  | "getDerivedSiteSetting"
  | "getDevice"
  | "getDeviceStats"
  | "getDeviceVersions"
  | "getInventory"
  | "getMxEdgeVersions"
  | "getNetworkTemplate"
  | "getPsk"
  | "getSelf"
  | "getSite"
  | "getSites"
  | "getSsrVersions"
  | "getUpgradeJob"
  | "getUpgradeJobs";

export interface Account {
  simulators: Simulators;
  /** Calls a function of this host with a simulated organization. */
  call(name: Name, args?: JsonMap): Promise<JsonMap>;
  /** The calls to Mist so far, but for that about who calls. */
  calls(): string[];
}

/** Those that take nothing but options in the SDK. */
const plain: ReadonlySet<Name> = new Set(["getApiUsage", "getSelf"]);

const hosts = {
  /** Through the protocol of the engine. */
  async plugin(mist: JsonMap): Promise<Account["call"]> {
    const provider = new PluginProvider(registry, "1.2.3", undefined, {});
    provider.configure({ args: { mist: JSON.stringify(mist) }, id: "", urn: "", name: "default_1_2_3" });
    return async (name, args = {}) => {
      const reply = await provider.invoke({ token: `ztp:mist:${name}`, args, preview: false });
      if (reply.failures?.length) throw new Error(reply.failures.map(({ reason }) => reason).join("\n"));
      return reply.return as JsonMap;
    };
  },
  /** In the program's own process. */
  async dynamic(mist: JsonMap): Promise<Account["call"]> {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("account", { mist });
    return async (name, args = {}) => {
      const call = ztp.mist[name] as unknown as (...given: object[]) => Promise<JsonMap>;
      return plain.has(name) ? call({ provider }) : call(args, { provider });
    };
  },
};

export async function open(
  host: keyof typeof hosts,
  { config = {}, ...mist }: MistOptions & { config?: JsonMap } = {},
): Promise<Account> {
  const simulators = await startSimulators({ mist });
  onTestFinished(() => simulators.close());
  const call = await hosts[host]({ baseUrl: simulators.mist.url, apiToken: simulators.mist.apiToken, ...config });
  const calls = () =>
    simulators.requests
      .filter({ service: "mist" })
      .map(({ method, relativePath }) => `${method} ${relativePath.replace(mistOrgId, "{org}")}`)
      .filter((text) => text !== "GET /self");
  return { simulators, call, calls };
}
