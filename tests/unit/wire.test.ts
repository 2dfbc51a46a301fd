import * as provider from "@pulumi/pulumi/proto/provider_pb";
import * as fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { describe, expect, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { checkRequest, checkResponse, createRequest, diffRequest, listRequest } from "../../provider/hosts/messages";
import { message } from "../../provider/hosts/wire";
import { anyJsonMap, wireSecret } from "./support";

function decode(news: Struct): JsonMap | undefined {
  const request = new provider.CheckRequest();
  request.setNews(news);
  return checkRequest.decode(request.serializeBinary()).news;
}

function encode(inputs: JsonMap) {
  return provider.CheckResponse.deserializeBinary(checkResponse.encode({ inputs })).getInputs();
}

const same = (news: JsonMap) => {
  expect(decode(Struct.fromJavaScript(news))).toEqual(news);
  expect(encode(news)?.toJavaScript()).toEqual(news);
};

describe("a struct", () => {
  test.each<[string, JsonMap]>([
    ["nothing", {}],
    ["empty containers", { map: {}, list: [], text: "", maps: [{}, []] }],
    ["null, truth and zero", { a: null, b: false, c: 0, d: true }],
    ["numbers at their limits", { a: Number.MAX_SAFE_INTEGER, b: -1e308, c: 5e-324, d: 0.1 }],
    ["any script", { "clé 🔑": "Grüße, 世界 🌍", "\u0000": "\u0000" }],
    ["a secret", { password: wireSecret({ nested: ["x"] }) }],
    ["a text longer than the buffer", { text: "ä".repeat(5_000) }],
    ["lengths of one, two and three bytes", { a: "x".repeat(127), b: "x".repeat(128), c: ["y".repeat(20_000)] }],
  ])("of %s is read and written as the generated code does", (_name, value) => {
    same(value);
  });

  test("may be hundreds of levels deep", () => {
    let deep: JsonMap = { leaf: "x".repeat(200) };
    for (let level = 0; level < 300; level++) deep = { [`l${level}`]: level % 2 ? [deep] : deep };
    const bytes = checkRequest.encode({ news: deep });
    expect(checkRequest.decode(bytes).news).toEqual(deep);
    expect(encode(deep)?.getFieldsMap().getLength()).toBe(1);
  });

  test("keeps a key named __proto__ without touching the prototype", () => {
    const odd = JSON.parse('{"__proto__":{"admin":true},"list":[{"__proto__":1}]}') as JsonMap;
    const bytes = checkRequest.encode({ news: odd });
    const back = checkRequest.decode(bytes).news as JsonMap;
    expect(JSON.stringify(back)).toBe(JSON.stringify(odd));
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect("admin" in back).toBe(false);
    const read = provider.CheckRequest.deserializeBinary(bytes).getNews()?.getFieldsMap();
    expect(read?.get("__proto__")?.getStructValue()?.toJavaScript()).toEqual({ admin: true });
  });

  test("of any JSON is read and written as the generated code does", () => {
    fc.assert(
      fc.property(anyJsonMap, (value) => {
        const json = JSON.parse(JSON.stringify(value)) as JsonMap;
        const bytes = checkRequest.encode({ news: json });
        expect(JSON.stringify(checkRequest.decode(bytes).news)).toBe(JSON.stringify(json));
        // The generated code keeps a map in a plain object and so loses __proto__ keys.
        fc.pre(!JSON.stringify(json).includes("__proto__"));
        const again = provider.CheckRequest.deserializeBinary(bytes);
        expect(again.getNews()?.toJavaScript()).toEqual(json);
        expect(checkRequest.decode(again.serializeBinary()).news).toEqual(json);
      }),
    );
  });

  test("of any numbers keeps every bit", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (numbers) => {
        expect(checkRequest.decode(checkRequest.encode({ news: { numbers } })).news).toEqual({ numbers });
        expect(encode({ numbers })?.toJavaScript()).toEqual({ numbers });
      }),
    );
  });

  test("that is absent is told from one that is empty", () => {
    expect(checkRequest.decode(new provider.CheckRequest().serializeBinary())).toMatchObject({ olds: undefined });
    expect(decode(new Struct())).toEqual({});
    expect(provider.CheckResponse.deserializeBinary(checkResponse.encode({})).hasInputs()).toBe(false);
    expect(provider.CheckResponse.deserializeBinary(checkResponse.encode({ inputs: {} })).hasInputs()).toBe(true);
  });
});

describe("a message", () => {
  test("is read although it has fields of every type that we do not know", () => {
    const request = new provider.CheckRequest();
    request.setUrn("urn");
    request.setRandomseed(new Uint8Array([1, 2, 3]));
    request.setName("name");
    request.setOldOutputs(Struct.fromJavaScript({ a: 1 }));
    request.setType("ztp:a:B");
    expect(checkRequest.decode(request.serializeBinary())).toEqual({ urn: "urn", type: "ztp:a:B" });

    const full = message({ a: [1, "double"], b: [2, "int"], c: [3, "string"], d: [4, "strings"], last: [9, "bool"] });
    const bytes = full.encode({ a: 1.5, b: 2 ** 40, c: "x", d: ["y", "z"], last: true });
    expect(message({ last: [9, "bool"] }).decode(bytes)).toEqual({ last: true });
    expect(message({ last: [9, "bool"] }).decode(Buffer.concat([Buffer.from([0x2d, 1, 2, 3, 4]), bytes]))).toEqual({
      last: true,
    });
  });

  test("that ends too early or has a group is refused instead of read for ever", () => {
    expect(() => checkRequest.decode(Buffer.from([0x80]))).toThrow("ends too early");
    expect(() => checkRequest.decode(Buffer.from([0x7b]))).toThrow("unsupported protobuf wire type 3");
  });

  test("has whole numbers up to 2^53", () => {
    for (const limit of [1, 127, 128, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      const request = new provider.ListRequest();
      request.setLimit(limit);
      expect(listRequest.decode(request.serializeBinary()).limit).toBe(limit);
      expect(provider.ListRequest.deserializeBinary(listRequest.encode({ limit })).getLimit()).toBe(limit);
    }
  });

  test("has the values of proto3 for what was not sent", () => {
    expect(diffRequest.decode(new Uint8Array())).toEqual({ id: "", urn: "", type: "" });
    expect(createRequest.decode(new Uint8Array())).toEqual({ urn: "", timeout: 0, preview: false, type: "" });
  });

  test("is read from a view into a larger buffer", () => {
    const bytes = checkRequest.encode({ urn: "urn", news: { a: "b" } });
    const larger = new Uint8Array(bytes.length + 6);
    larger.set(bytes, 3);
    expect(checkRequest.decode(larger.subarray(3, 3 + bytes.length))).toMatchObject({ urn: "urn", news: { a: "b" } });
  });
});
