import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as fc from "fast-check";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { defineConfig } from "../../provider/core/config";
import { type Context, defineResource, type ResourceSpec, type Service } from "../../provider/core/resource";
import { type Fields, field, object } from "../../provider/core/shape";
import { type Json, type JsonMap, Secret, unknown, type Value, type ValueMap } from "../../provider/core/values";

export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret as the engine writes it. */
export function wireSecret(value: Json): JsonMap {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** The section of configuration of all fake resources. */
export const acmeConfig = defineConfig({
  name: "acme",
  doc: "An account at Acme.",
  identity: ["url", "account"],
  fields: {
    url: field(z.string().optional(), { doc: "Where Acme is." }),
    account: field(z.string().optional(), { doc: "The account.", canonical: (text) => text.toLowerCase() }),
    token: field(z.string().min(4).optional(), { doc: "The token.", secret: true }),
    retries: field(z.int().min(0).optional(), { doc: "How often.", default: 3 }),
    dryRun: field(z.boolean().optional(), { doc: "Write nothing." }),
  },
});

/** A service that hands out its own configuration. */
export const acme: Service<{ readonly [key: string]: unknown }> = {
  name: "Acme",
  config: acmeConfig,
  create: (config) => config,
  problems: (config) => (config.token ? [] : ["ztp:acme.token is missing"]),
};

/** Fields of every kind and policy. */
export const siteInputs = {
  name: field(z.string(), { doc: "Its name.", change: "replace", canonical: (text) => text.toUpperCase() }),
  region: field(z.string().optional(), { doc: "Its region.", change: "replace" }),
  size: field(z.int().min(1).max(9).optional(), { doc: "Its size." }),
  password: field(z.string().min(8).optional(), { doc: "Its password.", secret: true }),
  tags: field(z.array(z.string()).optional(), { doc: "Its tags.", unordered: true }),
  radio: field(
    object("Radio", {
      channel: field(z.int().optional(), { doc: "Its channel." }),
      key: field(z.string().optional(), { doc: "Its key.", secret: true }),
    }).optional(),
    { doc: "Its radio." },
  ),
  model: field(z.string().optional(), { doc: "Its model.", change: "immutable" }),
  claimCode: field(z.string().optional(), { doc: "Used once.", change: "writeOnly", secret: true }),
  patience: field(z.int().optional(), { doc: "How long to wait.", change: "local", default: 60 }),
};

export const siteOutputs = {
  address: field(z.string(), { doc: "Where it is.", stable: true }),
  load: field(z.number().optional(), { doc: "How busy it is." }),
  token: field(z.string().optional(), { doc: "Its token.", secret: true }),
};

type SiteSpec = ResourceSpec<typeof siteInputs, typeof siteOutputs>;

/** A resource that does as little as possible; a test replaces what it is about. */
export function site(overrides: Partial<SiteSpec> = {}) {
  return defineResource<typeof siteInputs, typeof siteOutputs>({
    token: "acme:Site",
    doc: "A site.",
    service: acme,
    inputs: siteInputs,
    outputs: siteOutputs,
    create: async (_context, inputs) => ({ id: `id-${inputs.name}`, outputs: { address: "10.0.0.1" } }),
    read: async () => undefined,
    update: async () => ({ address: "10.0.0.1" }),
    delete: async () => {},
    list: async function* () {},
    ...overrides,
  });
}

/** A context for verbs that need none of what a host gives. */
export function idleContext(overrides: Partial<Context> = {}): Context {
  return {
    urn: undefined,
    signal: new AbortController().signal,
    use: () => {
      throw new Error("this test has no services");
    },
    progress: () => {},
    warn: () => {},
    ...overrides,
  };
}

/** A stand-in for the engine that keeps what it is told. `whenDone` is given what ends it. */
export async function startEngine(
  whenDone: (close: () => void) => void = onTestFinished,
): Promise<{ address: string; logs: LogRequest.AsObject[] }> {
  const logs: LogRequest.AsObject[] = [];
  const server = new Server();
  const implementation: Pick<IEngineServer, "log"> = {
    log: (call, callback) => {
      logs.push(call.request.toObject());
      callback(null, new Empty());
    },
  };
  server.addService({ log: EngineService.log }, { ...implementation });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  whenDone(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, logs };
}

/** The error that a promise rejects with; fails if it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    (value) => new Error(`it succeeded with ${JSON.stringify(value)}`, { cause: "no failure" }),
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error(`it failed with something that is no error: ${outcome}`);
  if (outcome.cause === "no failure") throw outcome;
  return outcome;
}

/** Resolves once the condition holds; fails loudly when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { interval: 2, timeout: 10_000 }).toBe(true);
}

/** Keys and texts that tend to break things. */
const oddText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "", "a.b", 'a"b', "[0]", "ключ", "🔑"),
);

/** Any JSON that a program can send, odd keys included. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
    oddText,
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(oddText, tie("json"), { maxKeys: 4 }),
  ),
})).json;

export const anyJsonMap: fc.Arbitrary<JsonMap> = fc.dictionary(oddText, anyJson, { maxKeys: 5 });

/** Values that a definition may be given: any JSON with unknowns and secrets anywhere. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Value[]>(null, true, 0, "", "text", unknown, [], {}),
    oddText,
    fc.double({ noNaN: true }),
    tie("value").map((value) => new Secret(value)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(oddText, tie("value"), { maxKeys: 3 }),
  ),
})).value;

/** Sets of values in which the keys of these fields are frequent. */
export function valuesNear(fields: Fields): fc.Arbitrary<ValueMap> {
  return fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(fields)), oddText), anyValue, { maxKeys: 8 });
}
