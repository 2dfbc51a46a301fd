import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { startProgram, ztp } from "./sdk-support";

type Module = "hwautomation" | "mist" | "panos";

/** Calls a function of a module by its name. */
export type FunctionCall<M extends Module> = (
  name: keyof (typeof ztp)[M] & `get${string}`,
  args?: JsonMap,
) => Promise<JsonMap>;

type Hosts = {
  [host in "plugin" | "dynamic"]: <M extends Module>(module: M, config: JsonMap) => Promise<FunctionCall<M>>;
};

/** The functions of a module with this configuration, as each host calls them. */
export const functionsOf: Hosts = {
  /** Through the protocol of the engine. */
  async plugin(module, config) {
    const provider = new PluginProvider(registry, "1.2.3", undefined, {});
    provider.configure({ args: { [module]: JSON.stringify(config) }, id: "", urn: "", name: "default_1_2_3" });
    return async (name, args = {}) => {
      const reply = await provider.invoke({ token: `ztp:${module}:${name}`, args, preview: false });
      if (reply.failures?.length) throw new Error(reply.failures.map(({ reason }) => reason).join("\n"));
      return reply.return as JsonMap;
    };
  },
  /** In the program's own process. */
  async dynamic(module, config) {
    await startProgram({ host: "dynamic" });
    const provider = new ztp.Provider("provider", { [module]: config });
    return async (name, args = {}) => {
      const call = ztp[module][name] as unknown as (...given: object[]) => Promise<JsonMap>;
      const { inputs = {} } = registry.functions.find(({ token }) => token === `${module}:${name}`) ?? {};
      // One without inputs takes nothing but options.
      return Object.keys(inputs).length === 0 ? call({ provider }) : call(args, { provider });
    };
  },
};
