import { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { describe, expect, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import * as messages from "../../provider/hosts/messages";

interface Generated {
  serializeBinary(): Uint8Array;
}

/** Fills a generated message by the names of its setters, and reads it back by those of its getters. */
function generated<T extends Generated>(made: T, values: object): T {
  for (const [name, value] of Object.entries(values)) {
    const setter: unknown = Reflect.get(made, `set${name}`);
    if (typeof setter !== "function") throw new Error(`there is no set${name}`);
    const isPlain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    setter.call(made, isPlain ? Struct.fromJavaScript(value as JsonMap) : value);
  }
  return made;
}

function readBack(from: Generated, values: object): object {
  const read = Object.keys(values).map((name) => {
    const getter: unknown = Reflect.get(from, `get${name}`);
    if (typeof getter !== "function") throw new Error(`there is no get${name}`);
    const value: unknown = getter.call(from);
    return [name, value instanceof Struct ? value.toJavaScript() : value];
  });
  return Object.fromEntries(read);
}

const struct = { name: "x", list: [1, { a: null }] };
const urn = "urn:pulumi:s::p::ztp:a:B::n";

/** Our codec, the generated class, and the same values under both sets of names. */
const pairs = {
  handshakeRequest: [
    messages.handshakeRequest,
    proto.ProviderHandshakeRequest,
    { engineAddress: "h:1" },
    { EngineAddress: "h:1" },
  ],
  handshakeResponse: [
    messages.handshakeResponse,
    proto.ProviderHandshakeResponse,
    { acceptSecrets: true, acceptResources: true, acceptOutputs: true },
    { AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true },
  ],
  attachRequest: [messages.attachRequest, plugin.PluginAttach, { address: "h:1" }, { Address: "h:1" }],
  pluginInfo: [messages.pluginInfo, plugin.PluginInfo, { version: "1.0.0" }, { Version: "1.0.0" }],
  schemaResponse: [messages.schemaResponse, proto.GetSchemaResponse, { schema: "{}" }, { Schema: "{}" }],
  mappingResponse: [messages.mappingResponse, proto.GetMappingResponse, { provider: "p" }, { Provider: "p" }],
  configureRequest: [
    messages.configureRequest,
    proto.ConfigureRequest,
    { args: struct, id: "i", urn, name: "n" },
    { Args: struct, Id: "i", Urn: urn, Name: "n" },
  ],
  configureResponse: [
    messages.configureResponse,
    proto.ConfigureResponse,
    { acceptSecrets: true, supportsPreview: true, acceptResources: true, acceptOutputs: true },
    { Acceptsecrets: true, Supportspreview: true, Acceptresources: true, Acceptoutputs: true },
  ],
  checkRequest: [
    messages.checkRequest,
    proto.CheckRequest,
    { urn, olds: { a: 1 }, news: struct, type: "t" },
    { Urn: urn, Olds: { a: 1 }, News: struct, Type: "t" },
  ],
  checkFailure: [
    messages.checkFailure,
    proto.CheckFailure,
    { property: "p", reason: "r" },
    { Property: "p", Reason: "r" },
  ],
  diffRequest: [
    messages.diffRequest,
    proto.DiffRequest,
    { id: "i", urn, olds: { a: 1 }, news: { b: 2 }, oldInputs: { c: 3 }, type: "t" },
    { Id: "i", Urn: urn, Olds: { a: 1 }, News: { b: 2 }, OldInputs: { c: 3 }, Type: "t" },
  ],
  propertyDiff: [messages.propertyDiff, proto.PropertyDiff, { kind: 5, inputDiff: true }, { Kind: 5, Inputdiff: true }],
  createRequest: [
    messages.createRequest,
    proto.CreateRequest,
    { urn, properties: struct, timeout: 90.5, preview: true, type: "t" },
    { Urn: urn, Properties: struct, Timeout: 90.5, Preview: true, Type: "t" },
  ],
  createResponse: [
    messages.createResponse,
    proto.CreateResponse,
    { id: "i", properties: struct },
    { Id: "i", Properties: struct },
  ],
  readRequest: [
    messages.readRequest,
    proto.ReadRequest,
    { id: "i", urn, properties: struct, inputs: { a: 1 }, type: "t", timeout: 5 },
    { Id: "i", Urn: urn, Properties: struct, Inputs: { a: 1 }, Type: "t", Timeout: 5 },
  ],
  readResponse: [
    messages.readResponse,
    proto.ReadResponse,
    { id: "i", properties: struct, inputs: { a: 1 } },
    { Id: "i", Properties: struct, Inputs: { a: 1 } },
  ],
  updateRequest: [
    messages.updateRequest,
    proto.UpdateRequest,
    { id: "i", urn, olds: { a: 1 }, news: { b: 2 }, timeout: 3, preview: true, oldInputs: { c: 3 }, type: "t" },
    { Id: "i", Urn: urn, Olds: { a: 1 }, News: { b: 2 }, Timeout: 3, Preview: true, OldInputs: { c: 3 }, Type: "t" },
  ],
  updateResponse: [messages.updateResponse, proto.UpdateResponse, { properties: struct }, { Properties: struct }],
  deleteRequest: [
    messages.deleteRequest,
    proto.DeleteRequest,
    { id: "i", urn, properties: struct, timeout: 3, oldInputs: { c: 3 }, type: "t" },
    { Id: "i", Urn: urn, Properties: struct, Timeout: 3, OldInputs: { c: 3 }, Type: "t" },
  ],
  invokeRequest: [
    messages.invokeRequest,
    proto.InvokeRequest,
    { token: "t", args: struct, preview: true },
    { Tok: "t", Args: struct, Preview: true },
  ],
  listRequest: [
    messages.listRequest,
    proto.ListRequest,
    { token: "t", query: struct, limit: 20, pageSize: 15, continuationToken: "15" },
    { Token: "t", Query: struct, Limit: 20, PageSize: 15, ContinuationToken: "15" },
  ],
  logRequest: [
    messages.logRequest,
    LogRequest,
    { severity: 2, message: "m", urn, ephemeral: true },
    { Severity: 2, Message: "m", Urn: urn, Ephemeral: true },
  ],
} as const;

describe.each(Object.entries(pairs))("%s", (_name, [ours, Message, values, theirs]) => {
  const codec: { encode(value: object): Buffer; decode(bytes: Uint8Array): object } = ours;

  test("is read as the generated code writes it", () => {
    expect(codec.decode(generated<Generated>(new Message(), theirs).serializeBinary())).toEqual(values);
  });

  test("is written as the generated code reads it", () => {
    expect(readBack(Message.deserializeBinary(codec.encode(values)), theirs)).toEqual(theirs);
  });
});

describe("messages with parts", () => {
  test("check failures come one by one", () => {
    const failures = [
      { property: "", reason: "one" },
      { property: "", reason: "two" },
    ];
    const response = proto.CheckResponse.deserializeBinary(messages.checkResponse.encode({ inputs: struct, failures }));
    expect(response.getFailuresList().map((failure) => failure.toObject())).toEqual(failures);
    expect(messages.checkResponse.decode(response.serializeBinary())).toEqual({ inputs: struct, failures });
    const invoked = proto.InvokeResponse.deserializeBinary(
      messages.invokeResponse.encode({ return: struct, failures }),
    );
    expect(invoked.getReturn()?.toJavaScript()).toEqual(struct);
    expect(invoked.getFailuresList()).toHaveLength(2);
  });

  test("a detailed diff is a map of paths, the kind 0 included", () => {
    const reply = {
      replaces: ["a"],
      deleteBeforeReplace: true,
      changes: 2,
      diffs: ["a", "b"],
      detailedDiff: { 'a["odd.key"][0]': { kind: 5, inputDiff: true }, b: { kind: 0, inputDiff: false } },
      hasDetailedDiff: true,
    };
    const response = proto.DiffResponse.deserializeBinary(messages.diffResponse.encode(reply));
    expect(response.toObject()).toMatchObject({
      replacesList: ["a"],
      deletebeforereplace: true,
      changes: proto.DiffResponse.DiffChanges.DIFF_SOME,
      diffsList: ["a", "b"],
      hasdetaileddiff: true,
    });
    const details = response.getDetaileddiffMap();
    expect(details.get('a["odd.key"][0]')?.getKind()).toBe(proto.PropertyDiff.Kind.UPDATE_REPLACE);
    expect(details.get("b")?.getKind()).toBe(proto.PropertyDiff.Kind.ADD);
    expect(details.getLength()).toBe(2);
    expect(messages.diffResponse.decode(response.serializeBinary())).toEqual(reply);
  });

  test("a list streams results and continuations", () => {
    const parse = (reply: Parameters<typeof messages.listResponse.encode>[0]) =>
      proto.ListResponse.deserializeBinary(messages.listResponse.encode(reply));
    expect(
      parse({ result: { id: "i", name: "n" } })
        .getResult()
        ?.toObject(),
    ).toEqual({ id: "i", name: "n" });
    expect(
      parse({ continuation: { token: "15" } })
        .getContinuation()
        ?.getContinuationToken(),
    ).toBe("15");
    expect(parse({ computed: {} }).hasComputed()).toBe(true);
  });

  test("an empty message has no bytes and ignores any", () => {
    expect(messages.empty.encode({})).toHaveLength(0);
    expect(messages.empty.decode(new Empty().serializeBinary())).toEqual({});
    expect(messages.empty.decode(messages.pluginInfo.encode({ version: "1" }))).toEqual({});
  });

  test("a failure half-way is a status whose only detail is the failed initialisation", () => {
    const bytes = messages.initFailedDetails(9, {
      id: "id-1",
      properties: struct,
      reasons: ["it did not come online", "second"],
      inputs: { a: 1 },
    });
    const status = Status.deserializeBinary(bytes);
    expect(status.getCode()).toBe(9);
    expect(status.getMessage()).not.toBe("");
    const [detail, ...others] = status.getDetailsList();
    expect(others).toEqual([]);
    expect(detail?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
    const failed = detail?.unpack(proto.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
    expect(failed?.getId()).toBe("id-1");
    expect(failed?.getProperties()?.toJavaScript()).toEqual(struct);
    expect(failed?.getReasonsList()).toEqual(["it did not come online", "second"]);
    expect(failed?.getInputs()?.toJavaScript()).toEqual({ a: 1 });
  });
});
