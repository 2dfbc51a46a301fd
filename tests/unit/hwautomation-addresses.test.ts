import { describe, expect, test } from "vitest";
import { addressesIn, assign } from "../../provider/resources/hwautomation/address-range";

const begun = () => true;
const none = () => false;

describe("a range of addresses", () => {
  test("goes from last number to last number, both included", () => {
    expect(addressesIn("10.20.0.9-11")).toEqual(["10.20.0.9", "10.20.0.10", "10.20.0.11"]);
    expect(addressesIn(" 10.20.0.7-7 ")).toEqual(["10.20.0.7"]);
    expect(addressesIn("0.0.0.0-255")).toHaveLength(256);
  });

  test.each(["10.20.0.11-9", "10.20.0.1-256", "10.20.300.1-2", "10.20.0.1", "10.20.0.1-10.20.0.9", "10.20.0.0/24", ""])(
    "%j is none",
    (text) => expect(addressesIn(text)).toBeUndefined(),
  );
});

describe("addresses of servers", () => {
  test("are given in the order of the servers", () => {
    expect(assign(["b", "a"], "10.0.0.1-9", {}, none)).toEqual({ b: "10.0.0.1", a: "10.0.0.2" });
  });

  test("stay, whatever comes before or goes", () => {
    const before = { a: "10.0.0.1", b: "10.0.0.2", c: "10.0.0.3" };
    const after = assign(["new", "c", "b"], "10.0.0.1-9", before, begun);
    expect(after).toEqual({ new: "10.0.0.4", c: "10.0.0.3", b: "10.0.0.2" });
  });

  test("that became free are given when no other is left", () => {
    const before = { a: "10.0.0.1", b: "10.0.0.2" };
    expect(assign(["b", "c", "d"], "10.0.0.1-3", before, begun)).toEqual({
      b: "10.0.0.2",
      c: "10.0.0.3",
      d: "10.0.0.1",
    });
  });

  test("outside of a new range stay with servers that have used them, and only with those", () => {
    const before = { a: "10.0.0.1", b: "10.0.0.2" };
    const usedBy = (server: string) => server === "a";
    expect(assign(["a", "b"], "10.0.1.1-9", before, usedBy)).toEqual({ a: "10.0.0.1", b: "10.0.1.1" });
  });

  test("without a range are those that there are", () => {
    expect(assign(["a", "c"], undefined, { a: "10.0.0.1", b: "10.0.0.2" }, begun)).toEqual({ a: "10.0.0.1" });
  });

  test("are too few in a range that is too small, which says so", () => {
    expect(() => assign(["a", "b"], "10.0.0.1-1", {}, none)).toThrow(
      "ipmiRange 10.0.0.1-1 has no address left for server b",
    );
  });
});
