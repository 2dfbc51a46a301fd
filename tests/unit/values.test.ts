import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  asSecret,
  fromWire,
  hasSecret,
  hasUnknown,
  type Json,
  joinPath,
  mapFromWire,
  mapsToCompare,
  mapToWire,
  Secret,
  toWire,
  unknown,
  unwrap,
} from "../../provider/core/values";
import { anyJson, anyValue, unknownText, wireSecret } from "./support";

const signature = "4dabf18193072939515e22adb298388d";

describe("values from the wire", () => {
  test.each([
    ["text", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"],
    ["truth value", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"],
    ["number", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"],
    ["list", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"],
    ["asset", "030794c1-ac77-496b-92df-f27374a8bd58"],
    ["archive", "e48ece36-62e2-4504-bad9-02848725956a"],
    ["object", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"],
  ])("the sentinel of an unknown %s is the one unknown", (_type, sentinel) => {
    expect(fromWire(sentinel)).toBe(unknown);
    expect(fromWire({ deep: [sentinel] })).toEqual({ deep: [unknown] });
  });

  test("secrets stay wrapped at every depth", () => {
    const value = fromWire({ list: [wireSecret({ inner: wireSecret("deep") })] });
    expect(value).toEqual({ list: [new Secret({ inner: new Secret("deep") })] });
    expect(hasSecret(value)).toBe(true);
    expect(unwrap(value)).toEqual({ list: [{ inner: "deep" }] });
  });

  test("a secret of nothing is nothing, so that an optional input may be left out inside pulumi.secret", () => {
    expect(mapFromWire({ password: wireSecret(null) })).toEqual({ password: null });
  });

  test("an output value is its value, a secret one is wrapped, one without a value is unknown", () => {
    const output = { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    expect(fromWire({ ...output, value: 5 })).toBe(5);
    expect(fromWire({ ...output, value: "pw", secret: true })).toEqual(new Secret("pw"));
    expect(fromWire(output)).toBe(unknown);
    expect(fromWire({ ...output, secret: true })).toEqual(new Secret(unknown));
  });

  test("a reference to a resource is its id, or its URN where it has none", () => {
    const reference = { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:pulumi:s::p::t::n" };
    expect(fromWire({ ...reference, id: "id-1" })).toBe("id-1");
    expect(fromWire({ ...reference, id: unknownText })).toBe(unknown);
    expect(fromWire(reference)).toBe("urn:pulumi:s::p::t::n");
  });

  test("a key named __proto__ is a key like any other", () => {
    const json = JSON.parse('{"__proto__": {"admin": true}}') as { [key: string]: Json };
    const value = mapFromWire(json);
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(value.admin).toBeUndefined();
    expect(Object.keys(mapToWire(value))).toEqual(["__proto__"]);
  });
});

describe("a map from the wire of which", () => {
  test("nothing is a marker is not copied, neither then nor on its way back", () => {
    const json = { list: [1, { a: null }], map: { text: "x" } };
    const values = mapFromWire(json);
    expect(values).toBe(json);
    expect(mapToWire(values)).toBe(json);
    expect(unwrap(values.list)).toBe(json.list);
  });

  test("a part is a marker keeps the rest, and the request as it was", () => {
    const json = { first: { a: 1 }, secret: wireSecret("pw"), last: [unknownText, { b: 2 }] };
    const asItWas = structuredClone(json);
    const values = mapFromWire(json);
    expect(values).toEqual({ first: { a: 1 }, secret: new Secret("pw"), last: [unknown, { b: 2 }] });
    expect(Object.keys(values)).toEqual(["first", "secret", "last"]);
    expect(values.first).toBe(json.first);
    expect((values.last as unknown[])[1]).toBe(json.last[1]);
    expect(json).toEqual(asItWas);
  });
});

describe("maps to compare", () => {
  const both = { same: { list: [1, { a: "b" }] }, pw: wireSecret("pw"), text: "x", odd: { a: [1, 2] } };

  test("share what is the same to the letter, which nothing looks into", () => {
    const [one, other] = mapsToCompare(structuredClone(both), structuredClone({ ...both, odd: { a: [1] } }));
    expect(one.same).toBe(other.same);
    expect(one.pw).toBe(other.pw);
    expect(one.odd).not.toEqual(other.odd);
    expect(one.text).toBe("x");
  });

  test.each([
    ["an item more", { a: [1] }, { a: [1, 2] }],
    ["a key more", { a: 1 }, { a: 1, b: 2 }],
    ["another key", { a: 1 }, { b: 1 }],
    ["a list for a map", { a: {} }, { a: [] }],
    ["nothing for a list", { a: [] }, { a: null }],
    ["a number as text", { a: 1 }, { a: "1" }],
  ])("tell apart what has %s", (_what, one: Json, other: Json) => {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const [left, right] = mapsToCompare({ value: structuredClone(from) }, { value: structuredClone(to) });
      expect(left).toEqual({ value: from });
      expect(right).toEqual({ value: to });
    }
  });

  test("read markers wherever they differ", () => {
    const [one, other] = mapsToCompare({ value: { a: "old" } }, { value: { a: unknownText }, more: wireSecret("pw") });
    expect(one).toEqual({ value: { a: "old" } });
    expect(other).toEqual({ value: { a: unknown }, more: new Secret("pw") });
  });
});

describe("values to the wire", () => {
  test("any value comes back as it went, unknowns and secrets included", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const back = fromWire(toWire(value));
        expect(unwrap(back)).toEqual(unwrap(value));
        expect(hasUnknown(back)).toBe(hasUnknown(value));
        expect(toWire(fromWire(toWire(back)))).toEqual(toWire(back));
      }),
    );
  });

  test("plain JSON passes unchanged both ways", () => {
    fc.assert(
      fc.property(anyJson, (json) => {
        expect(toWire(fromWire(json))).toEqual(json);
      }),
    );
  });

  test("what is undefined is left out, what is null is kept", () => {
    expect(mapToWire({ gone: undefined, empty: null, nested: { gone: undefined } })).toEqual({
      empty: null,
      nested: {},
    });
  });

  test("unknowns leave as the sentinel of the Node SDK and secrets under Pulumi's signature", () => {
    expect(toWire([unknown, new Secret("pw")])).toEqual([unknownText, wireSecret("pw")]);
  });
});

describe("wrapping", () => {
  test("a value is wrapped once, and nothing stays nothing", () => {
    expect(asSecret({ a: new Secret("x") })).toEqual(new Secret({ a: "x" }));
    const wrapped = new Secret("x");
    expect(asSecret(wrapped)).toBe(wrapped);
    expect(asSecret(undefined)).toBeUndefined();
    expect(asSecret(null)).toBeNull();
  });

  test("a tree without secrets is not copied by unwrapping", () => {
    const tree = { a: [1, { b: "c" }] };
    expect(unwrap(tree)).toBe(tree);
  });

  test("neither a secret nor an unknown shows what it holds when it is printed", () => {
    const value = { password: new Secret("hunter2"), later: unknown };
    expect(`${value.password} ${JSON.stringify(value)} ${value.later}`).not.toContain("hunter2");
  });

  test("an unknown inside a secret is found", () => {
    expect(hasUnknown({ a: [new Secret({ b: unknown })] })).toBe(true);
    expect(hasUnknown({ a: [new Secret({ b: 1 })] })).toBe(false);
  });
});

test.each([
  ["", "name", "name"],
  ["a", "b", "a.b"],
  ["a", 0, "a[0]"],
  ["a[0]", "b", "a[0].b"],
  ["a", "odd.key", 'a["odd.key"]'],
  ["a", 'q"q', 'a["q\\"q"]'],
  ["", "1st", '["1st"]'],
  ["a", "", 'a[""]'],
] as const)("below %j the path of %j is %j", (parent, key, path) => {
  expect(joinPath(parent, key)).toBe(path);
});
