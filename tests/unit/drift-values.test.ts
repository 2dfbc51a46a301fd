import { describe, expect, it } from "vitest";
import { differingPaths, hideLike, masked, parsePath, valueAt } from "../../cli/drift/values";

describe("values of a drift report", () => {
  it.each<[string, (string | number)[]]>([
    ["a", ["a"]],
    ["a.b[0].c", ["a", "b", 0, "c"]],
    ['a["odd.key"][1]', ["a", "odd.key", 1]],
    ['["say \\"hi\\""].x', ['say "hi"', "x"]],
    ["[0][1]", [0, 1]],
    ["a[", ["a["]],
    ["", []],
  ])("are found at the path %s", (path, steps) => {
    expect(parsePath(path)).toEqual(steps);
  });

  it("are null where there is nothing, and never what an object inherits", () => {
    expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
    expect(valueAt({ a: [] }, ["a", 0, "b"])).toBeNull();
    expect(valueAt({ a: {} }, ["a", "constructor"])).toBeNull();
  });

  it("of another shape than a secret one are hidden as a whole", () => {
    expect(hideLike("plain", { pin: "[secret]" })).toBe("[secret]");
    expect(hideLike([{ pin: "1" }, { pin: "2" }], [{ pin: "[secret]" }])).toEqual([{ pin: "[secret]" }, "[secret]"]);
    expect(hideLike({ a: 1 }, { a: 2 })).toEqual({ a: 1 });
  });

  it("that are equal have no path", () => {
    expect(differingPaths({ a: [1, { b: null }] }, { a: [1, {}] })).toEqual([]);
    expect(differingPaths({ "odd.key": { x: 1 } }, { "odd.key": { x: "1" } })).toEqual(['["odd.key"].x']);
  });

  it("lose Pulumi's marks of special values, and secrets altogether", () => {
    const signature = "4dabf18193072939515e22adb298388d";
    const secret = { [signature]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
    const asset = { [signature]: "c44067f5952c0a294b673a41bacd8c17", hash: "1f" };
    expect(masked({ a: [secret, 1], b: asset })).toEqual({ a: ["[secret]", 1], b: { hash: "1f" } });
  });
});
