import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkFields, checkRules, nearestHint, problemText } from "../../provider/core/check";
import { type Fields, field, object, openEnum } from "../../provider/core/shape";
import { Secret, unknown, type Value, type ValueMap } from "../../provider/core/values";

const one = (schema: z.ZodType, options: { secret?: boolean } = {}): Fields => ({
  it: field(schema.optional(), { doc: "It.", ...options }),
});
const problemsOf = (fields: Fields, values: ValueMap) => checkFields(fields, values).problems.map(problemText);

describe("the kinds of values", () => {
  test.each<[kind: string, schema: z.ZodType, wrong: Value, problem: string]>([
    ["a string", z.string(), 5, "it must be a string"],
    ["a string with a rule", z.string().min(3), "ab", "it must have >=3 characters"],
    ["a pattern", z.string().regex(/^\d+$/, "must be digits"), "x", "it must be digits"],
    ["a number", z.number(), "5", "it must be a number"],
    ["a number with a rule", z.number().max(3), 4, "it must be <=3"],
    ["a whole number", z.int(), 1.5, "it must be a whole number"],
    ["a whole number with a rule", z.int().positive(), 0, "it must be >0"],
    ["a truth value", z.boolean(), "true", "it must be true or false"],
    ["an enumeration", z.enum(["red", "green"]), "rad", 'it must be one of red, green; did you mean "red"?'],
    ["a list", z.array(z.string()), "a", "it must be a list"],
    ["an item of a list", z.array(z.string()), ["a", 2], "it[1] must be a string"],
    ["a list with a rule", z.array(z.string()).min(2), ["a"], "it must have >=2 items"],
    ["a map", z.record(z.string(), z.string()), ["a"], "it must be a map"],
    ["a value of a map", z.record(z.string(), z.string()), { "odd.key": 1 }, 'it["odd.key"] must be a string'],
    ["an object", object("Part", {}), "a", "it must be an object"],
    ["a property of an object", object("Part", one(z.string())), { it: 1 }, "it.it must be a string"],
    [
      "an unknown property of an object",
      object("Part", one(z.string())),
      { that: 1 },
      "it.that is not a known property",
    ],
    ["a union", z.union([z.string(), z.number()]), true, "it must be a string"],
  ])("%s of the wrong kind is a problem with its path", (_kind, schema, wrong, problem) => {
    const problems = problemsOf(one(schema), { it: wrong });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test.each<[kind: string, schema: z.ZodType, value: Value]>([
    ["a string", z.string().min(3), "abc"],
    ["a number", z.number(), 1.5],
    ["a whole number", z.int(), 3],
    ["a truth value", z.boolean(), false],
    ["an enumeration", z.enum(["a"]), "a"],
    ["a list", z.array(z.int()).max(2), [1, 2]],
    ["a map", z.record(z.string(), z.int()), { a: 1 }],
    ["an object", object("Part", one(z.string())), { it: "a" }],
    ["the second option of a union", z.union([z.string(), z.number()]), 5],
    ["anything", z.any(), { a: [1, "b"] }],
  ])("%s that fits passes unchanged", (_kind, schema, value) => {
    expect(checkFields(one(schema), { it: value })).toEqual({ values: { it: value }, problems: [], warnings: [] });
  });

  test("a value outside an open enumeration passes with a warning that names the nearest", () => {
    const checked = checkFields(one(openEnum(["FortiGate", "FortiAP"])), { it: "FortiGata" });
    expect(checked.problems).toEqual([]);
    expect(checked.values).toEqual({ it: "FortiGata" });
    expect(checked.warnings.map(problemText)).toEqual([
      'it is not one of the values known to work; did you mean "FortiGate"?',
    ]);
  });

  test("a union tells the problems of the option that came closest", () => {
    const near = object("Near", { a: field(z.string(), { doc: "" }), b: field(z.string(), { doc: "" }) });
    const far = object("Far", { c: field(z.string(), { doc: "" }) });
    expect(problemsOf(one(z.union([far, near])), { it: { a: 1, b: "x" } })).toEqual(["it.a must be a string"]);
    expect(problemsOf(one(z.union([near, far])), { it: { a: 1, b: "x" } })).toEqual(["it.a must be a string"]);
  });
});

describe("the problems of a set of values", () => {
  const fields: Fields = {
    name: field(z.string(), { doc: "" }),
    count: field(z.int(), { doc: "" }),
    part: field(object("Part", { size: field(z.int(), { doc: "" }), label: field(z.string(), { doc: "" }) }), {
      doc: "",
    }),
  };

  test("are all told at once, each with its path", () => {
    expect(problemsOf(fields, { nam: "x", count: "many", part: { size: 1.5, colour: "red" } })).toEqual([
      'nam is not a known property; did you mean "name"?',
      "count must be a number",
      "part.size must be a whole number",
      "part.colour is not a known property (there are: label, size)",
      "part.label is required",
      "name is required",
    ]);
  });

  test("a key that every object inherits is no known property", () => {
    const odd = JSON.parse('{"name":"x","count":1,"part":{"size":1,"label":"l"},"constructor":1,"__proto__":{"a":1}}');
    expect(problemsOf(fields, odd).map((text) => text.split(" ")[0])).toEqual(["constructor", "__proto__"]);
  });

  test("null and undefined are absent, for required properties too", () => {
    expect(problemsOf(fields, { name: null, count: undefined, part: { size: 1, label: "l" } })).toEqual([
      "name is required",
      "count is required",
    ]);
    expect(checkFields(one(z.string()), { it: null })).toEqual({ values: {}, problems: [], warnings: [] });
  });

  test("hidden keys of the hosts pass untouched", () => {
    expect(checkFields(one(z.string()), { __urn: "urn" })).toEqual({
      values: { __urn: "urn" },
      problems: [],
      warnings: [],
    });
  });
});

describe("what is not known yet", () => {
  test("nothing is said about an unknown or what stands below it, while real problems beside it are kept", () => {
    const fields: Fields = {
      part: field(object("Part", { size: field(z.int(), { doc: "" }), label: field(z.string(), { doc: "" }) }), {
        doc: "",
      }),
      list: field(z.array(z.int().positive()), { doc: "" }),
      name: field(z.string().min(3), { doc: "" }),
    };
    expect(problemsOf(fields, { part: unknown, list: unknown, name: unknown })).toEqual([]);
    expect(problemsOf(fields, { part: { size: unknown, label: 5 }, list: [unknown, -1], name: unknown })).toEqual([
      "part.label must be a string",
      "list[1] must be >0",
    ]);
    expect(problemsOf(fields, { part: new Secret(unknown), list: new Secret([unknown]), name: "x" })).toEqual([
      "name must have >=3 characters",
    ]);
  });

  test("rules about the length of a list count unknown items", () => {
    const fields = one(z.array(z.string()).min(2).max(3));
    expect(problemsOf(fields, { it: [unknown, "a"] })).toEqual([]);
    expect(problemsOf(fields, { it: [unknown] })).toEqual(["it must have >=2 items"]);
    expect(problemsOf(fields, { it: [unknown, unknown, "a", unknown] })).toEqual(["it must have <=3 items"]);
  });

  test("a rule across fields waits until all that it needs is known, nested values and secrets included", () => {
    const rule = { needs: ["a", "b"] as const, check: ({ a }: { a?: string; b?: string }) => `a is ${a}` };
    const told = (inputs: ValueMap) => checkRules([rule], inputs, { a: "x" });
    expect(told({ a: "x", b: unknown })).toEqual([]);
    expect(told({ a: "x", b: [{ deep: unknown }] })).toEqual([]);
    expect(told({ a: "x", b: new Secret({ deep: unknown }) })).toEqual([]);
    expect(told({ a: "x", other: unknown })).toEqual([{ path: "", message: "a is x" }]);
  });

  test("a rule may say which field it is about, and nothing when all is well", () => {
    const problem = { path: "a", message: "is wrong" };
    const rules = [
      { needs: [], check: () => problem },
      { needs: [], check: () => undefined },
    ];
    expect(checkRules(rules, {}, {})).toEqual([problem]);
    expect(problemText(problem)).toBe("a is wrong");
  });

  test("a rule may tell several problems, each with its path, or an empty list of them", () => {
    const several = [
      { path: "a", message: "is wrong" },
      { path: 'b["x"]', message: "is as well" },
    ];
    const rules = [
      { needs: [], check: () => several },
      { needs: [], check: () => [] },
      { needs: [], check: () => "all is wrong" },
    ];
    expect(checkRules(rules, {}, {})).toEqual([...several, { path: "", message: "all is wrong" }]);
  });
});

describe("hints at the nearest name", () => {
  test("a close name is suggested, whatever its case", () => {
    expect(nearestHint("Sereal", ["serial", "region"])).toBe('; did you mean "serial"?');
    expect(nearestHint("REGION", ["serial", "region"])).toBe('; did you mean "region"?');
  });

  test("nothing close gives what there is, and nothing at all where there is nothing", () => {
    expect(nearestHint("zzzzzz", ["serial", "region"])).toBe(" (there are: region, serial)");
    expect(nearestHint("zzzzzz", [])).toBe("");
  });
});
