import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkFields } from "../../provider/core/check";
import { type Difference, diffFields, replacing, sameValue } from "../../provider/core/diff";
import { type Change, type Field, type Fields, field, object } from "../../provider/core/shape";
import { Secret, unknown, type Value, type ValueMap } from "../../provider/core/values";
import { siteInputs, valuesNear } from "./support";

const text = z.string().optional();
const withChange = (change: Change) => field(text, { doc: "", change });
const kindsOf = (differences: readonly Difference[]) =>
  differences.map(({ path, kind, change }) => `${kind} ${path} ${change}`);
const diff = (fields: Fields, from: ValueMap, to: ValueMap) => kindsOf(diffFields(fields, from, to));

describe("policies of change", () => {
  test.each<[Change, string[]]>([
    ["update", ["update it update"]],
    ["replace", ["update it replace"]],
    ["immutable", ["update it immutable"]],
    ["local", ["update it local"]],
    ["writeOnly", []],
  ])("a changed field with the policy %s is told as %j", (change, expected) => {
    expect(diff({ it: withChange(change) }, { it: "a" }, { it: "b" })).toEqual(expected);
  });

  test("nested fields inherit the policy of what holds them, unless they have one of their own", () => {
    const fields: Fields = {
      part: field(
        object("Part", {
          plain: field(text, { doc: "" }),
          local: withChange("local"),
          once: withChange("writeOnly"),
          deep: field(object("Deep", { plain: field(text, { doc: "" }) }), { doc: "" }),
        }),
        { doc: "", change: "replace" },
      ),
    };
    const from = { part: { plain: "a", local: "a", once: "a", deep: { plain: "a" } } };
    const to = { part: { plain: "b", local: "b", once: "b", deep: { plain: "b" } } };
    const differences = diffFields(fields, from, to);
    expect(kindsOf(differences)).toEqual([
      "update part.plain replace",
      "update part.local local",
      "update part.deep.plain replace",
    ]);
    expect(replacing(differences).map(({ path }) => path)).toEqual(["part.plain", "part.deep.plain"]);
  });

  test("an identity that comes or goes is an update: the vendor may have told it", () => {
    const fields = { it: withChange("replace") };
    expect(diff(fields, {}, { it: "a" })).toEqual(["add it update"]);
    expect(diff(fields, { it: "a" }, {})).toEqual(["delete it update"]);
    expect(diff(fields, { it: "" }, { it: "a" })).toEqual(["add it update"]);
  });

  test("an identity with a default is another one where it comes or goes: what is absent is known", () => {
    const fields = { it: field(z.int().optional(), { doc: "", change: "replace", default: 0 }) };
    expect(diff(fields, {}, { it: 1 })).toEqual(["add it replace"]);
    expect(diff(fields, { it: 1 }, {})).toEqual(["delete it replace"]);
    expect(diff(fields, {}, { it: 0 })).toEqual([]);
    expect(diff(fields, {}, { it: unknown })).toEqual(["add it update"]);
  });

  test("one item more or less of an identity that stands on both sides makes another object", () => {
    const fields = { it: field(z.array(z.string()), { doc: "", change: "replace" }) };
    expect(diff(fields, { it: ["a"] }, { it: ["a", "b"] })).toEqual(["add it[1] replace"]);
    expect(diff(fields, { it: ["a", "b"] }, { it: ["a"] })).toEqual(["delete it[1] replace"]);
    expect(diff(fields, {}, { it: ["a"] })).toEqual(["add it update"]);
  });

  test.each<[string, Field, Value, Value]>([
    ["a scalar", withChange("replace"), "a", unknown],
    ["a secret scalar", withChange("replace"), "a", new Secret(unknown)],
    ["an item of a list", field(z.array(text), { doc: "", change: "replace" }), ["a"], [unknown]],
    ["a new item of a list", field(z.array(text), { doc: "", change: "replace" }), ["a"], ["a", unknown]],
    ["an item of a set", field(z.array(text), { doc: "", change: "replace", unordered: true }), ["a"], [unknown]],
    ["a value of a map", field(z.record(z.string(), text), { doc: "", change: "replace" }), { a: "a" }, { a: unknown }],
    ["something deep inside", field(z.any(), { doc: "", change: "replace" }), { a: ["b"] }, { a: [unknown] }],
  ])("%s that is not known yet never replaces", (_name, declared, from, to) => {
    expect(diffFields({ it: declared }, { it: from }, { it: to }).map(({ change }) => change)).toEqual(["update"]);
  });

  test("an immutable field that is not known yet is no violation", () => {
    expect(diff({ it: withChange("immutable") }, { it: "a" }, { it: unknown })).toEqual(["update it update"]);
  });
});

describe("values that mean the same", () => {
  const serial = field(text, { doc: "", canonical: (value) => value.trim().toUpperCase() });
  const set = field(z.array(z.string()).optional(), {
    doc: "",
    unordered: true,
    canonical: (value) => value.toLowerCase(),
  });
  const some = field(z.any(), { doc: "" });

  test.each<[string, Field, Value, Value]>([
    ["two spellings", serial, "fgt1 ", "FGT1"],
    ["a secret and its plain value", serial, new Secret("a"), "A"],
    ["nothing and null", some, undefined, null],
    ["nothing and an empty text", some, undefined, ""],
    ["nothing and an empty list", some, undefined, []],
    ["nothing and an empty map", some, undefined, {}],
    ["null and an empty text", some, null, ""],
    ["a secret of an empty text and nothing", some, new Secret(""), undefined],
    ["a set in another order", set, ["a", "B"], ["b", "A"]],
    ["keys in another order", some, { a: 1, b: 2 }, { b: 2, a: 1 }],
    ["a null deep inside", some, { a: { b: null } }, { a: {} }],
    ["an object of nulls and nothing", some, { a: null }, undefined],
    ["a default and its absence", field(z.int().optional(), { doc: "", default: 5 }), 5, undefined],
    ["absence and a false default", field(z.boolean().optional(), { doc: "", default: false }), undefined, false],
  ])("%s are no difference", (_name, declared, from, to) => {
    expect(sameValue(declared, from, to)).toBe(true);
    expect(sameValue(declared, to, from)).toBe(true);
  });

  test.each<[string, Field, Value, Value]>([
    ["another case where case means something", some, "a", "A"],
    ["a list in another order", field(z.array(z.string()), { doc: "" }), ["a", "b"], ["b", "a"]],
    ["a set with a repeated item", set, ["a", "a", "b"], ["a", "b", "b"]],
    ["a number and its text", some, 1, "1"],
    ["false and nothing", some, false, undefined],
    ["zero and nothing", some, 0, undefined],
    [
      "another value than the default and its absence",
      field(z.int().optional(), { doc: "", default: 5 }),
      6,
      undefined,
    ],
  ])("%s is a difference", (_name, declared, from, to) => {
    expect(sameValue(declared, from, to)).toBe(false);
    expect(sameValue(declared, to, from)).toBe(false);
  });
});

describe("paths", () => {
  test("name the leaf that differs, odd keys and indices included", () => {
    const item = object("Item", { label: field(text, { doc: "" }) });
    const fields: Fields = {
      items: field(z.array(item), { doc: "" }),
      labels: field(z.record(z.string(), z.array(z.string())), { doc: "" }),
    };
    const from = { items: [{ label: "a" }, { label: "b" }], labels: { "odd.key": ["x"], same: ["y"] } };
    const to = { items: [{ label: "A" }], labels: { "odd.key": ["x", "z"], same: ["y"], "": ["n"] } };
    expect(diffFields(fields, from, to)).toEqual([
      { path: "items[0].label", property: "items", kind: "update", change: "update" },
      { path: "items[1]", property: "items", kind: "delete", change: "update" },
      { path: 'labels["odd.key"][1]', property: "labels", kind: "add", change: "update" },
      { path: 'labels[""]', property: "labels", kind: "add", change: "update" },
    ]);
  });

  test("of hidden keys and of keys that no definition has are not told", () => {
    expect(diff({ it: withChange("update") }, { __urn: "a", other: 1 }, { __urn: "b", constructor: "x" })).toEqual([]);
  });
});

describe("maps of objects", () => {
  const item = object("Item", { size: field(z.int().optional(), { doc: "" }), label: field(text, { doc: "" }) });
  const fields: Fields = {
    byName: field(z.record(z.string(), item), { doc: "", canonicalKey: (key) => key.trim().toUpperCase() }),
    plain: field(z.record(z.string(), item), { doc: "" }),
  };

  test.each<[string, ValueMap, ValueMap, string[]]>([
    ["a key comes, even without values", { a: {} }, { a: {}, b: {} }, ["add byName.b update"]],
    ["a key goes, even without values", { a: {}, b: {} }, { b: {} }, ["delete byName.a update"]],
    ["a key comes with values, as one difference", { a: {} }, { a: {}, b: { size: 1 } }, ["add byName.b update"]],
    ["a value comes to an object without any", { a: {} }, { a: { size: 1 } }, ["add byName.a.size update"]],
    ["the last value goes", { a: { size: 1 } }, { a: {} }, ["delete byName.a.size update"]],
    ["an object of nothing stays one of nothing", { a: {} }, { a: { size: null, label: "" } }, []],
    ["the first key comes", {}, { a: {} }, ["add byName update"]],
    ["the last key goes", { a: {} }, {}, ["delete byName update"]],
    ["a null stands for a key that is not there", { a: {}, b: null }, { a: {} }, []],
    ["a key that is spelled otherwise", { "fgt-1": { size: 1 } }, { " FGT-1": { size: 1 } }, []],
    [
      "a value below a key that is spelled otherwise, by the new spelling",
      { "fgt-1": { size: 1 }, b: {} },
      { "FGT-1": { size: 2 }, B: {} },
      ["update byName.FGT-1.size update"],
    ],
    [
      "a spelling that goes beside one that comes",
      { a: {}, b: {} },
      { A: {}, c: {} },
      ["delete byName.b update", "add byName.c update"],
    ],
    ["an object that is not known yet", { a: {} }, { a: unknown }, ["update byName.a update"]],
    ["a new object that is not known yet", { a: {} }, { a: {}, b: unknown }, ["add byName.b update"]],
    ["a value that is not known yet", { a: {} }, { a: { size: unknown } }, ["add byName.a.size update"]],
    ["a secret object that stays", { a: new Secret({ size: 1 }) }, { a: { size: 1 } }, []],
    [
      "a secret value below a secret map",
      { a: { size: 1 } },
      { a: { size: new Secret(2) } },
      ["update byName.a.size update"],
    ],
  ])("tell when %s", (_name, from, to, expected) => {
    expect(diff(fields, { byName: from }, { byName: to })).toEqual(expected);
    expect(diff(fields, { byName: new Secret(from) }, { byName: new Secret(to) })).toEqual(expected);
  });

  test("compare keys as they are without another form of them", () => {
    expect(diff(fields, { plain: { a: {} } }, { plain: { A: {} } })).toEqual([
      "delete plain.a update",
      "add plain.A update",
    ]);
  });

  test("are told with the policy of the map, whose first and last key are no other identity", () => {
    const identity = { byName: { ...(fields.byName as Field), change: "replace" as const } };
    expect(diff(identity, { byName: {} }, { byName: { a: {} } })).toEqual(["add byName update"]);
    expect(diff(identity, { byName: { a: {} } }, { byName: { a: {}, b: {} } })).toEqual(["add byName.b replace"]);
    expect(diff(identity, { byName: { a: {} } }, { byName: { a: {}, b: { size: unknown } } })).toEqual([
      "add byName.b update",
    ]);
  });

  test("never differ by the spelling of their keys, and else in the same places whichever is the old one", () => {
    const keys = fc.constantFrom("a", "b", "A", "B ", " c", "toString", "__proto__");
    const items = fc.record(
      { size: fc.constantFrom(1, 2, null), label: fc.constantFrom("", "x") },
      { requiredKeys: [] },
    );
    const maps = fc.uniqueArray(fc.tuple(keys, items), { selector: ([key]) => key.trim().toUpperCase() });
    const respelled = (entries: [string, ValueMap][]): ValueMap =>
      Object.fromEntries(entries.map(([key, value]) => [` ${key.trim().toLowerCase()}`, value]));
    fc.assert(
      fc.property(maps, maps, (one, other) => {
        const [from, to] = [respelled(one), respelled(other)];
        expect(diff(fields, { byName: Object.fromEntries(one) }, { byName: from })).toEqual([]);
        const places = (differences: string[]) => differences.map((text) => text.split(" ").slice(1)).sort();
        expect(places(diff(fields, { byName: from }, { byName: to }))).toEqual(
          places(diff(fields, { byName: to }, { byName: from })),
        );
      }),
    );
  });
});

describe("any two sets of values", () => {
  test("can be compared without an exception, and unknowns never replace", () => {
    fc.assert(
      fc.property(valuesNear(siteInputs), valuesNear(siteInputs), (from, to) => {
        diffFields(siteInputs, from, to);
        for (const key of Object.keys(siteInputs)) {
          expect(
            replacing(diffFields(siteInputs, from, { ...to, [key]: unknown })).map(({ path }) => path),
          ).not.toContain(key);
        }
      }),
    );
  });

  test("do not differ from themselves once they are known", () => {
    fc.assert(
      fc.property(valuesNear(siteInputs), (values) => {
        const known = JSON.parse(JSON.stringify(values)) as ValueMap;
        expect(diffFields(siteInputs, known, structuredClone(known))).toEqual([]);
        const checked = checkFields(siteInputs, known);
        if (checked.problems.length === 0) expect(diffFields(siteInputs, known, checked.values)).toEqual([]);
      }),
    );
  });

  test("differ in the same places whichever is the old one", () => {
    fc.assert(
      fc.property(valuesNear(siteInputs), valuesNear(siteInputs), (from, to) => {
        const places = (differences: Difference[]) => differences.map(({ path }) => path).sort();
        expect(places(diffFields(siteInputs, from, to))).toEqual(places(diffFields(siteInputs, to, from)));
      }),
    );
  });

  test("never show a value in what is told of their differences", () => {
    const differences = diffFields(
      siteInputs,
      { password: "old-needle", tags: ["old-needle"] },
      { password: "new-needle" },
    );
    expect(differences).toHaveLength(2);
    expect(JSON.stringify(differences)).not.toContain("needle");
  });
});
