import * as pulumi from "@pulumi/pulumi";
import { pluginToken } from "../../provider/hosts/tokens";
import { currentHost } from "./host";
import { ProviderResource } from "./provider";

/** Calls a function: through the engine in the plugin host, in the program's own process in the dynamic host. */
export async function invoke<T>(token: string, args: object, options?: pulumi.InvokeOptions): Promise<T> {
  if (currentHost() === "plugin") return pulumi.runtime.invoke(pluginToken(token), args, options) as Promise<T>;
  const { runFunction } = await import("./local-functions");
  const provider = options?.provider ?? options?.parent?.getProvider(`${pluginToken(token)}`);
  return runFunction<T>(token, args, provider instanceof ProviderResource ? provider : undefined);
}

/** The same with outputs as arguments; unknown in a preview while an argument is. */
export function invokeOutput<T>(token: string, args: object, options?: pulumi.InvokeOutputOptions): pulumi.Output<T> {
  if (currentHost() === "plugin") return pulumi.runtime.invokeOutput(pluginToken(token), args, options ?? {});
  const dependencies = pulumi.output(options?.dependsOn).apply(() => undefined);
  return pulumi.all([pulumi.output(args), dependencies]).apply(([known]) => invoke<T>(token, known as object, options));
}
