import { describe, expect, test } from "vitest";
import { camelCase, kebabCase, resourceNames, Scope } from "../../cli/import/names";

test.each([
  ["FGT60FTK21090002", "fgt60ftk21090002"],
  ["Branch baseline (v2)", "branch-baseline-v2"],
  ["  __a__b--c  ", "a-b-c"],
  ["Büro Zürich", "buro-zurich"],
  ["скрипт №1", "скрипт-no1"],
  ["🔑", ""],
])("%j is called %j", (text, name) => {
  expect(kebabCase(text)).toBe(name);
});

test.each([
  [["branch-baseline", "content"], "branchBaselineContent"],
  [["berlin-ap", "guests", "0", "pin"], "berlinApGuests0Pin"],
  [["Device", "10-0-0-1"], "device10001"],
  [["fmg", "fortiManagerOid"], "fmgFortiManagerOid"],
])("%j is the variable %s", (words, name) => {
  expect(camelCase(...words)).toBe(name);
});

describe("names of resources", () => {
  const names = (objects: { id: string; name: string }[], taken: string[] = []) =>
    Object.fromEntries(resourceNames("Script", objects, new Set(taken)));

  test("are those of the objects", () => {
    expect(names([{ id: "7", name: "Baseline" }])).toEqual({ 7: "baseline" });
  });

  test("have the id behind them where several would be the same, whatever their order", () => {
    const objects = [
      { id: "7", name: "Base line" },
      { id: "8", name: "base-line" },
      { id: "9", name: "other" },
    ];
    const expected = { 7: "base-line-7", 8: "base-line-8", 9: "other" };
    expect(names(objects)).toEqual(expected);
    expect(names(objects.reverse())).toEqual(expected);
  });

  test("are never those of the stack's resources", () => {
    expect(names([{ id: "7", name: "hq" }], ["hq"])).toEqual({ 7: "hq-7" });
    expect(names([{ id: "7", name: "hq" }], ["hq", "hq-7"])).toEqual({ 7: "hq-7-2" });
  });

  test("leave alone what another object is called by itself", () => {
    const objects = [
      { id: "7", name: "hq" },
      { id: "8", name: "hq" },
      { id: "9", name: "hq-7" },
    ];
    expect(names(objects)).toEqual({ 7: "hq-7-2", 8: "hq-8", 9: "hq-7" });
  });

  test("come from the id where the object's own has nothing readable", () => {
    expect(names([{ id: "7", name: "***" }])).toEqual({ 7: "script-7" });
    expect(names([{ id: "*", name: "***" }])).toEqual({ "*": "script" });
  });
});

test("a scope gives out each name once", () => {
  const scope = new Scope(["class"]);
  expect(scope.take("class", "classScript")).toBe("classScript");
  expect(scope.take("class", "classScript")).toBe("classScript2");
  expect(scope.take("class", "classScript")).toBe("classScript3");
});
