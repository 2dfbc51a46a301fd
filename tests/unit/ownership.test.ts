import { describe, expect, test } from "vitest";
import { Ownership } from "../../provider/core/ownership";
import { Secret, unknown } from "../../provider/core/values";
import { site } from "./support";

const urn = (name: string, type = "ztp:acme:Site") => `urn:pulumi:dev::project::${type}::${name}`;
/** A resource that manages what its tags name. */
const keeper = site({ owns: ({ tags }) => (Array.isArray(tags) ? tags.map((tag) => `site ${tag}`) : []) });

describe("who manages what", () => {
  test("is told to every resource but the first that names it", () => {
    const ownership = new Ownership();
    expect(ownership.problems(keeper, urn("one"), { tags: ["a", "b"] })).toEqual([]);
    expect(ownership.problems(keeper, urn("two"), { tags: ["c"] })).toEqual([]);
    expect(ownership.problems(keeper, urn("three"), { tags: ["d", "a"] })).toEqual([
      "site a is managed by one (ztp:acme:Site) already; remove it from one of the two",
    ]);
    expect(ownership.problems(keeper, urn("four"), { tags: ["d"] })).toEqual([
      "site d is managed by three (ztp:acme:Site) already; remove it from one of the two",
    ]);
  });

  test("is no problem of the one that has it, however often it is asked, nor twice in one", () => {
    const ownership = new Ownership();
    for (const tags of [["a"], ["a", "b", "a"], ["a"]]) {
      expect(ownership.problems(keeper, urn("one"), { tags })).toEqual([]);
    }
    expect(ownership.problems(keeper, urn("two"), { tags: ["b"] })).toHaveLength(1);
  });

  test("is told in one sentence for each resource, some of many by name", () => {
    const ownership = new Ownership();
    const many = Array.from({ length: 12 }, (_, index) => `s${index}`);
    ownership.problems(keeper, urn("one"), { tags: many.slice(0, 6) });
    ownership.problems(keeper, urn("two"), { tags: many.slice(6, 8) });
    ownership.problems(keeper, urn("three"), { tags: many.slice(8) });
    expect(ownership.problems(keeper, urn("four"), { tags: many })).toEqual([
      "site s0, site s1, site s2, site s3, site s4 and 1 other are managed by one (ztp:acme:Site) already; remove them from one of the two",
      "site s6, site s7 are managed by two (ztp:acme:Site) already; remove them from one of the two",
      "site s8, site s9, site s10, site s11 are managed by three (ztp:acme:Site) already; remove them from one of the two",
    ]);
    const seven = new Ownership();
    seven.problems(keeper, urn("one"), { tags: many.slice(0, 7) });
    expect(seven.problems(keeper, urn("two"), { tags: many })[0]).toContain("s4 and 2 others are managed");
  });

  test("names a resource without the components that it is in, whatever is in its name", () => {
    const ownership = new Ownership();
    ownership.problems(keeper, urn("a::b", "my:index:Branch$ztp:acme:Site"), { tags: ["x"] });
    expect(ownership.problems(keeper, urn("two"), { tags: ["x"] })[0]).toContain("managed by a::b (ztp:acme:Site)");
  });

  test("can be asked for, and is nobody before a resource has named it", () => {
    const ownership = new Ownership();
    expect(ownership.ownerOf("site a")).toBeUndefined();
    ownership.problems(keeper, urn("one"), { tags: ["a"] });
    ownership.problems(keeper, urn("two"), { tags: ["a"] });
    expect(ownership.ownerOf("site a")).toBe(urn("one"));
  });

  test("is not known of what is not known yet, of a resource without a URN, and of one that owns nothing", () => {
    const ownership = new Ownership();
    expect(ownership.problems(keeper, urn("one"), { tags: unknown })).toEqual([]);
    expect(ownership.problems(keeper, undefined, { tags: ["a"] })).toEqual([]);
    expect(ownership.problems(site(), urn("one"), { tags: ["a"] })).toEqual([]);
    expect(ownership.problems(keeper, urn("two"), { tags: new Secret(["a"]) })).toEqual([]);
    expect(ownership.ownerOf("site a")).toBe(urn("two"));
  });
});
