import { describe, expect, test } from "vitest";
import { z } from "zod";
import { compile, field, object, openEnum } from "../../provider/core/shape";

describe("compiling a schema", () => {
  test.each([
    ["a string", z.string(), { kind: "string" }],
    ["a truth value", z.boolean(), { kind: "boolean" }],
    ["anything", z.any(), { kind: "any" }],
    ["something unknown", z.unknown(), { kind: "any" }],
    ["an enumeration", z.enum(["a", "b"]), { kind: "string", values: ["a", "b"] }],
    ["a literal", z.literal("a"), { kind: "string", values: ["a"] }],
    ["an open enumeration", openEnum(["a"]), { kind: "string", values: ["a"], open: true }],
    ["a list", z.array(z.string()), { kind: "list", item: { kind: "string" } }],
    ["a map", z.record(z.string(), z.boolean()), { kind: "map", value: { kind: "boolean" } }],
    [
      "a union",
      z.union([z.string(), z.boolean()]),
      { kind: "union", options: [{ kind: "string" }, { kind: "boolean" }] },
    ],
  ])("%s has the shape of its kind", (_name, schema, shape) => {
    expect(compile(schema)).toEqual(shape);
  });

  test("whole numbers are told from numbers", () => {
    expect(compile(z.number()).kind).toBe("number");
    expect(compile(z.int()).kind).toBe("integer");
    expect(compile(z.int().min(1)).kind).toBe("integer");
    expect(compile(z.int32()).kind).toBe("integer");
  });

  test("optional, nullable and readonly wrappers have the shape of what they wrap", () => {
    expect(compile(z.string().optional().nullable().readonly())).toEqual({ kind: "string" });
  });

  test("an object() has the fields that it was made of", () => {
    const fields = { inner: field(z.string(), { doc: "Inner." }) };
    expect(compile(object("Outer", fields, "An outer."))).toEqual({
      kind: "object",
      name: "Outer",
      doc: "An outer.",
      fields,
    });
    expect(compile(z.array(object("Outer", fields)).optional())).toMatchObject({
      kind: "list",
      item: { kind: "object" },
    });
  });

  test.each([
    ["a transform", z.string().transform((text) => text.length)],
    ["a plain zod object", z.object({ a: z.string() })],
    ["a default", z.string().default("x")],
    ["a date", z.date()],
  ])("%s is refused with what to use instead", (_name, schema) => {
    expect(() => compile(schema)).toThrow("a field cannot use zod's");
  });
});

describe("a field", () => {
  test("is required exactly when its schema is not optional", () => {
    expect(field(z.string(), { doc: "" }).required).toBe(true);
    expect(field(z.string().optional(), { doc: "" }).required).toBe(false);
    expect(field(object("Part", {}), { doc: "" }).required).toBe(true);
    expect(field(object("Part", {}).optional(), { doc: "" }).required).toBe(false);
    expect(field(openEnum(["a"]), { doc: "" }).required).toBe(true);
  });

  test("can be changed in place unless it says otherwise", () => {
    expect(field(z.string(), { doc: "" }).change).toBe("update");
    expect(field(z.string(), { doc: "", change: "replace" }).change).toBe("replace");
  });
});
