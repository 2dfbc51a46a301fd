import * as pulumi from "@pulumi/pulumi";
import { pluginToken } from "../../provider/hosts/tokens";
import { currentHost } from "./host";
import { ProviderResource } from "./provider";
import { markSecrets } from "./secrets";

/** Calls a function: through the engine in the plugin host, in the program's own process in the dynamic host. */
export async function invoke<T>(token: string, args: object, options?: pulumi.InvokeOptions): Promise<T> {
  if (currentHost() === "plugin") {
    const result: Promise<T> = pulumi.runtime.invoke(pluginToken(token), args, options);
    // The program is the user's: an error without a stack of the SDK says enough.
    return result.catch((error: Error) => {
      throw new pulumi.RunError(`${token}: ${error.message.replace(/^invocation of \S+ returned an error: /, "")}`);
    });
  }
  const { runFunction } = await import("./local-functions");
  const provider = options?.provider ?? options?.parent?.getProvider(`${pluginToken(token)}`);
  return runFunction<T>(token, args, provider instanceof ProviderResource ? provider : undefined);
}

/**
 * The same with outputs as arguments; unknown in a preview while an argument, or what it comes from, is unknown.
 * @param secrets paths of what is secret in the result; the whole output is secret then
 */
export function invokeOutput<T>(
  token: string,
  args: object,
  options?: pulumi.InvokeOutputOptions,
  secrets: readonly (readonly string[])[] = [],
): pulumi.Output<T> {
  const given = pulumi.output(args);
  const ids = pulumi.output(sources(given)).apply(idsOf);
  const dependencies = pulumi.output(options?.dependsOn).apply(idsOf);
  return pulumi.all([given, ids, dependencies]).apply(async ([known]) => {
    const result = await invoke<T & object>(token, known as object, options);
    return pulumi.output(markSecrets(result, secrets));
  }) as pulumi.Output<T>;
}

/** The resources that an output comes from. A resource that is not there yet may be what the function would read. */
async function sources(output: pulumi.Output<unknown>): Promise<pulumi.Resource[]> {
  // Known to every Output of the SDK, though not to its types; without it, only unknown arguments hold a call back.
  const internal = output as unknown as { allResources?(): Promise<Set<pulumi.Resource>> };
  return [...((await internal.allResources?.()) ?? [])];
}

function idsOf(resources: unknown): pulumi.Output<string>[] {
  return [resources].flat().flatMap((resource) => (pulumi.CustomResource.isInstance(resource) ? [resource.id] : []));
}
