import { z } from "zod";
import { defineFunction, type Func, type Resource } from "../../provider/core/resource";
import { field } from "../../provider/core/shape";
import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { acme, acmeConfig, site } from "./support";

export const urn = "urn:pulumi:dev::fleet::ztp:acme:Site::berlin";
export const type = "ztp:acme:Site";
export const source = 'exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler("acme:Site")';

/** A function that answers with what it was asked. */
export const echo = defineFunction({
  token: "acme:echo",
  doc: "",
  service: acme,
  inputs: { text: field(z.string(), { doc: "" }) },
  outputs: { text: field(z.string(), { doc: "" }), token: field(z.string().optional(), { doc: "", secret: true }) },
  run: async (context, { text }) => ({ text, token: String(context.use(acme).token) }),
});

interface PluginOptions {
  resources?: readonly Resource[];
  functions?: readonly Func[];
  environment?: NodeJS.ProcessEnv;
  engineAddress?: string;
  config?: JsonMap;
}

/** The provider of a tiny registry, configured as the default provider with a token. */
export function makePlugin(options: PluginOptions = {}): PluginProvider {
  const registry = {
    config: [acmeConfig],
    resources: options.resources ?? [site()],
    functions: options.functions ?? [echo],
  };
  const provider = new PluginProvider(registry, "1.2.3", options.engineAddress, options.environment ?? {});
  configure(provider, options.config ?? { acme: '{"token":"tok-1"}' });
  return provider;
}

export function configure(provider: PluginProvider, args: JsonMap, name = "default_0_1_0") {
  return provider.configure({ args, id: "", urn: "", name });
}

const nothing = { urn, type, olds: undefined, news: undefined, oldInputs: undefined, timeout: 0 };
const id = "id-1";

/** The requests of the engine, with what a test is about filled in. */
export const requests = {
  check: (news: JsonMap, olds?: JsonMap) => ({ ...nothing, news, olds }),
  diff: (oldInputs: JsonMap | undefined, news: JsonMap, olds: JsonMap | undefined = oldInputs) => ({
    ...nothing,
    id,
    oldInputs,
    olds,
    news,
  }),
  create: (properties: JsonMap, preview = false, timeout = 0) => ({ urn, type, properties, preview, timeout }),
  read: (inputs?: JsonMap, properties?: JsonMap) => ({ urn, type, id, inputs, properties, timeout: 0 }),
  update: (oldInputs: JsonMap, news: JsonMap, olds: JsonMap = oldInputs, preview = false) => ({
    ...nothing,
    id,
    oldInputs,
    olds,
    news,
    preview,
  }),
  delete: (oldInputs: JsonMap, properties: JsonMap = oldInputs) => ({
    urn,
    type,
    id,
    oldInputs,
    properties,
    timeout: 0,
  }),
};
