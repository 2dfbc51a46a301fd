import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkFields, problemText } from "../../provider/core/check";
import { diffFields, sameValue } from "../../provider/core/diff";
import { readResource } from "../../provider/core/lifecycle";
import { assertNames, defineResource } from "../../provider/core/resource";
import { packageSchema } from "../../provider/core/schema";
import {
  besides,
  type Field,
  type Fields,
  field,
  fieldOf,
  object,
  others,
  type Shape,
} from "../../provider/core/shape";
import { importedInputs, managedInputs } from "../../provider/core/state";
import { Secret, unknown, type ValueMap } from "../../provider/core/values";
import { registry } from "../../provider/registry";
import { nodeSdk } from "../../tools/generate/typescript";
import { idleContext, site } from "./support";

// What shapes can say beyond zod, for bodies that a vendor has described.

const of = (shape: Shape, options: Partial<Field> = {}): Field => ({
  doc: "It.",
  change: "update",
  required: false,
  shape,
  ...options,
});
const text: Shape = { kind: "string" };
const whole: Shape = { kind: "integer" };
const part = (fields: Fields): Shape => ({ kind: "object", name: "Part", fields });
const told = (fields: Fields, values: ValueMap) => checkFields(fields, values).problems.map(problemText);
const paths = (fields: Fields, from: ValueMap, to: ValueMap) => diffFields(fields, from, to).map(({ path }) => path);

describe("an object that takes any name", () => {
  const fields: Fields = { isOn: of({ kind: "boolean" }), [others]: of(part({ key: of(text, { secret: true }) })) };

  test("has a field for every name, those that all objects inherit included", () => {
    expect(fieldOf(fields, "isOn")?.shape.kind).toBe("boolean");
    expect(fieldOf(fields, "lan")?.shape.kind).toBe("object");
    expect(fieldOf(fields, "constructor")?.shape.kind).toBe("object");
    expect(fieldOf({ isOn: of(text) }, "constructor")).toBeUndefined();
  });

  test("is checked, compared, read and imported name by name, with its secrets", () => {
    expect(told(fields, { isOn: "yes", lan: { kee: "x" } })).toEqual([
      "isOn must be true or false",
      'lan.kee is not a known property; did you mean "key"?',
    ]);
    expect(checkFields(fields, { lan: { key: "k" } }).values).toEqual({ lan: { key: new Secret("k") } });
    expect(paths(fields, { lan: { key: "a" }, wan: {} }, { lan: { key: "b" }, isOn: true })).toEqual([
      "lan.key",
      "isOn",
    ]);
    const found = { lan: { key: "b", more: 1 }, wan: { key: "c" } };
    expect(managedInputs(fields, { lan: { key: new Secret("a") } }, found)).toEqual({ lan: { key: new Secret("b") } });
    expect(importedInputs(fields, { isOn: true, lan: { key: "b" } })).toEqual({
      isOn: true,
      lan: { key: new Secret("b") },
    });
  });

  test("is a map in the schema, and has an index signature in the SDK", () => {
    const resource = defineResource<Fields, Fields>({ ...site(), inputs: { net: of(part(fields)) }, outputs: {} });
    const package_ = { config: [], resources: [resource], functions: [] };
    const schema = packageSchema(package_, "p", "1") as { resources: { [token: string]: { inputProperties: object } } };
    expect(schema.resources["p:acme:Site"]?.inputProperties).toMatchObject({
      net: { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } },
    });
    const sdk = (nodeSdk(package_).get("acme.ts") ?? "").replaceAll(/\s+/g, " ");
    expect(sdk).toContain(
      "export interface Part { /** It. */ isOn?: boolean; /** It. */ [name: string]: Part | boolean | undefined; }",
    );
    expect(sdk).toContain('secretInputs: [["net","*","key"]]');
  });
});

describe("a field whose shape a neighbour chooses", () => {
  const never: Shape = { kind: "any", problems: () => ["is not for a dog"] };
  const choices = () => ({ cat: part({ claws: of(whole) }), dog: never });
  const fields: Fields = { type: of(text), body: of({ kind: "chosen", by: "type", choices }) };

  test("has that shape once the neighbour is known, the first that knows it, and takes anything before", () => {
    const body = fields.body as Field;
    expect(besides(body, { type: "cat" }).shape.kind).toBe("object");
    expect(besides(body, {}, { type: "cat" }).shape.kind).toBe("object");
    expect(besides(body, { type: "bird" }, { type: "cat" }).shape).toEqual({ kind: "any" });
    for (const type of [unknown, undefined, "toString"]) expect(besides(body, { type }).shape).toEqual({ kind: "any" });
    expect(besides(fields.type as Field, { type: "cat" })).toBe(fields.type);
  });

  test("is checked and compared as such, inside of other objects too", () => {
    const outer: Fields = { pet: of(part(fields)) };
    expect(told(outer, { pet: { type: "cat", body: { claws: "many" } } })).toEqual(["pet.body.claws must be a number"]);
    expect(told(outer, { pet: { type: "dog", body: {} } })).toEqual(["pet.body is not for a dog"]);
    expect(told(outer, { pet: { type: unknown, body: { claws: "many" } } })).toEqual([]);
    expect(paths(fields, { type: "cat", body: { claws: 1 } }, { type: "cat", body: { claws: 2 } })).toEqual([
      "body.claws",
    ]);
    expect(
      managedInputs(fields, { type: "cat", body: { claws: 1 } }, { type: "cat", body: { claws: 2, tail: 1 } }),
    ).toEqual({
      type: "cat",
      body: { claws: 2 },
    });
  });

  test("has all of them in the SDK, or any value where they are too many", () => {
    const sdkOf = (opaque?: true) => {
      const inputs = { type: of(text), body: of({ kind: "chosen", by: "type", choices, opaque } as Shape) };
      const resource = defineResource<Fields, Fields>({ ...site(), inputs, outputs: {} });
      return (nodeSdk({ config: [], resources: [resource], functions: [] }).get("acme.ts") ?? "").replaceAll(
        /\s+/g,
        " ",
      );
    };
    expect(sdkOf()).toContain("body?: Inputs<Part>;");
    expect(sdkOf(true)).toContain("body?: Inputs<unknown>;");
  });
});

describe("doubts", () => {
  const odd: Shape = { kind: "integer", doubts: (value) => (Number(value) % 2 ? ["is odd"] : []) };

  test("are warnings with their path and no problems", () => {
    const checked = checkFields({ ports: of({ kind: "list", item: odd }) }, { ports: [1, 2, "3"] });
    expect(checked.warnings.map(problemText)).toEqual(["ports[0] is odd"]);
    expect(checked.problems.map(problemText)).toEqual(["ports[2] must be a number"]);
  });

  test("of the option that a value of a union is", () => {
    const either = { it: of({ kind: "union", options: [text, odd] }) };
    expect(checkFields(either, { it: 3 }).warnings.map(problemText)).toEqual(["it is odd"]);
    expect(checkFields(either, { it: "3" }).warnings).toEqual([]);
  });

  test("wait for what is not known yet", () => {
    expect(checkFields({ it: of(odd) }, { it: unknown })).toMatchObject({ problems: [], warnings: [] });
  });
});

describe("secrets that only a name tells", () => {
  const secretNames = /(^|_)(password|key)$/;
  const any: Shape = { kind: "any", secretNames };
  const fields: Fields = { more: of({ kind: "map", value: any, secretNames }), all: of(any) };

  test("are marked at every depth, whatever they are, and once", () => {
    const values = { user: "ann", password: "p", list: [{ api_key: ["a", 1] }, { keys: "k" }], key: null };
    const marked = { user: "ann", password: new Secret("p"), list: [{ api_key: new Secret(["a", 1]) }, { keys: "k" }] };
    expect(checkFields(fields, { more: values, all: values }).values).toEqual({
      more: marked,
      all: { ...marked, key: null },
    });
    const again = checkFields(fields, { more: marked }).values;
    expect(again).toEqual({ more: marked });
  });

  test("are told to the SDK as an expression", () => {
    const resource = defineResource<Fields, Fields>({ ...site(), inputs: fields, outputs: {} });
    const sdk = nodeSdk({ config: [], resources: [resource], functions: [] }).get("acme.ts");
    expect(sdk).toContain(`secretInputs: [["more","/${secretNames.source}/"],["all","/${secretNames.source}/"]]`);
  });
});

describe("a number where a vendor may write text", () => {
  test.each<[string, Shape]>([
    ["a number", { kind: "number" }],
    ["a whole number", whole],
    ["a union", { kind: "union", options: [text, whole] }],
  ])("is the same as its text in %s, alone and in a list or set", (_what, shape) => {
    expect(sameValue(of(shape), 20, "20")).toBe(true);
    expect(sameValue(of(shape), 20, "21")).toBe(false);
    expect(sameValue(of({ kind: "list", item: shape }), [1, 2], ["1", "2"])).toBe(true);
    expect(sameValue(of({ kind: "list", item: shape }, { unordered: true }), [1, 2], ["2", "1"])).toBe(true);
    expect(sameValue(of({ kind: "union", options: [text, { kind: "list", item: shape }] }), [1], ["1"])).toBe(true);
  });

  test("is another value where both mean what they are", () => {
    expect(sameValue(of({ kind: "any" }), 20, "20")).toBe(false);
  });
});

describe("what a vendor means where it says nothing", () => {
  const inner: Fields = { isOn: of({ kind: "boolean" }, { assumed: false }), limit: of(whole, { assumed: 10 }) };
  const fields: Fields = {
    name: of(text, { required: true, assumed: "none" }),
    isOn: of({ kind: "boolean" }, { assumed: true }),
    part: of(part(inner)),
    list: of({ kind: "list", item: part(inner) }),
    map: of({ kind: "map", value: part(inner) }),
  };

  test("is no drift where the program says it, nor is an object of nothing else that is left out", () => {
    const prior = { isOn: true, part: { isOn: false, limit: 10 }, list: [{ isOn: false }], map: { a: { limit: 10 } } };
    expect(managedInputs(fields, prior, { list: [{}], map: { a: {} } })).toEqual(prior);
    expect(managedInputs(fields, prior, { isOn: false, part: { limit: 11 }, list: [{}], map: { a: {} } })).toEqual({
      ...prior,
      isOn: false,
      part: { isOn: false, limit: 11 },
    });
  });

  test("is drift where the program says something else", () => {
    expect(managedInputs(fields, { part: { isOn: true } }, {})).toEqual({});
    expect(managedInputs(fields, { part: { isOn: true, limit: 10 } }, { part: {} })).toEqual({ part: { limit: 10 } });
  });

  test("is no drift where it leaves out what is false, whatever it means otherwise", () => {
    expect(managedInputs(fields, { isOn: false }, {})).toEqual({ isOn: false });
    expect(managedInputs(fields, { isOn: false }, { isOn: true })).toEqual({ isOn: true });
  });

  test("is not written by an import, but for what must be said", () => {
    const found = {
      name: "none",
      isOn: true,
      part: { isOn: false, limit: 10 },
      list: [{ isOn: false, limit: 11 }, { limit: 10 }],
      map: { a: { isOn: true }, b: { isOn: false } },
    };
    expect(importedInputs(fields, found)).toEqual({
      name: "none",
      list: [{ limit: 11 }, {}],
      map: { a: { isOn: true }, b: {} },
    });
    expect(importedInputs(fields, { isOn: false, part: { limit: 12 } })).toEqual({
      isOn: false,
      part: { limit: 12 },
    });
  });
});

describe("inputs that are compiled when they are first asked for", () => {
  test("are not asked for by the definition itself", async () => {
    let compiled = 0;
    const resource = defineResource<Fields, Fields>({
      ...site(),
      get inputs() {
        compiled++;
        return { name: field(z.string(), { doc: "A name." }) };
      },
      outputs: {},
      read: async () => ({ inputs: { name: "a" }, outputs: {} }),
    });
    expect(compiled).toBe(0);
    expect((await readResource(resource, idleContext(), "id", undefined))?.inputs).toEqual({ name: "a" });
    expect(compiled).toBeGreaterThan(0);
  });

  test("of every resource have names that they can have", () => {
    for (const resource of registry.resources) expect(() => assertNames(resource), resource.token).not.toThrow();
  });

  test("of every resource have nothing fixed inside of them, where a check would not look for it", () => {
    const inside = (shape: Shape): Shape[] => {
      switch (shape.kind) {
        case "list":
          return [shape.item];
        case "map":
          return [shape.value];
        case "union":
          return shape.options;
        default:
          return [];
      }
    };
    const seen = new Set<Shape>();
    const look = (shape: Shape, path: string): void => {
      if (seen.has(shape)) return;
      seen.add(shape);
      for (const part of inside(shape)) look(part, path);
      if (shape.kind !== "object") return;
      for (const [key, { change, shape: part }] of Object.entries(shape.fields)) {
        expect(change, `${path}.${key}`).not.toMatch(/replace|immutable/);
        look(part, `${path}.${key}`);
      }
    };
    for (const { token, inputs } of registry.resources) {
      for (const [key, { shape }] of Object.entries(inputs as Fields)) look(shape, `${token}.${key}`);
    }
  });

  test("with a name of an output, or one that the engine keeps for itself, are refused", () => {
    const named = (name: string) => ({
      ...site(),
      get inputs(): Fields {
        return { [name]: field(z.string(), { doc: "A name." }) };
      },
    });
    const resourceOf = (name: string) => defineResource<Fields, Fields>(named(name));
    expect(() => assertNames(resourceOf("address"))).toThrow('"address" is an input and an output');
    for (const name of ["id", "urn", "__secret"])
      expect(() => assertNames(resourceOf(name))).toThrow(`"${name}" is a reserved name`);
  });
});

test("an object of zod beside shapes made by hand is checked as ever", () => {
  const fields: Fields = {
    both: of({ kind: "union", options: [text, { kind: "list", item: whole }] }),
    zod: field(object("Z", {}).optional(), { doc: "" }),
  };
  expect(told(fields, { both: [1, "x"], zod: {} })).toEqual(["both[1] must be a number"]);
});
