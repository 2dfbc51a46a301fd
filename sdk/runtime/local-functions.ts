import * as pulumi from "@pulumi/pulumi";
import { invokeFunction } from "../../provider/core/lifecycle";
import { Services } from "../../provider/core/services";
import { unwrap, type Value, type ValueMap } from "../../provider/core/values";
import { configurationResolver } from "../../provider/hosts/configuration";
import { Engine } from "../../provider/hosts/engine";
import { failureText } from "../../provider/hosts/failures";
import { runOperation } from "../../provider/hosts/operation";
import { registry } from "../../provider/registry";
import type { ProviderResource } from "./provider";

const engine = new Engine(undefined);
const servicesOf = new Map<ProviderResource | undefined, Promise<Services>>();

/** Runs a function in the program's process, with the configuration of the stack or of a provider instance. */
export async function runFunction<T>(token: string, args: object, provider: ProviderResource | undefined): Promise<T> {
  const func = registry.functions.find((candidate) => candidate.token === token);
  if (!func) throw new Error(`pulumi-ztp has no function ${token}`);
  let services = servicesOf.get(provider);
  if (!services) {
    services = makeServices(provider);
    servicesOf.set(provider, services);
  }
  const options = { urn: undefined, services: await services, engine, cancel: new AbortController().signal };
  try {
    return unwrap(await runOperation(options, (context) => invokeFunction(func, context, args as ValueMap))) as T;
  } catch (error) {
    // The program is the user's: an error without a stack of ours says enough.
    throw new pulumi.RunError(`${token}: ${failureText(error)}`);
  }
}

async function makeServices(provider: ProviderResource | undefined): Promise<Services> {
  const args: ValueMap = {};
  const config = new pulumi.Config("ztp");
  for (const { name } of registry.config) {
    args[name] = provider ? await resolved(provider.configuration[name]) : config.get(name);
  }
  const resolve = configurationResolver(args, provider === undefined, process.env);
  return new Services(resolve, (message) => void pulumi.log.warn(message));
}

function resolved(value: pulumi.Input<unknown> | undefined): Promise<Value> {
  return new Promise((resolve) => {
    (pulumi.output(value) as pulumi.Output<Value>).apply(resolve);
  });
}
