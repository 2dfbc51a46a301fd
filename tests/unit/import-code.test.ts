import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Code, format, textLiteral } from "../../cli/import/code";
import type { Json } from "../../provider/core/values";
import { anyJson } from "./support";

function codeOf(json: Json): Code {
  if (typeof json === "string") return textLiteral(json);
  if (Array.isArray(json)) return { list: json.map(codeOf) };
  if (typeof json !== "object" || json === null) return String(json);
  return { object: Object.entries(json).map(([key, value]) => [key, codeOf(value)]) };
}

const evaluate = (code: string): unknown => new Function(`"use strict"; return (${code});`)();

/** The text as the formatter of this repository leaves it. */
function formatted(text: string): string {
  const root = join(__dirname, "../..");
  const biome = join(root, "node_modules/.bin/biome");
  return execFileSync(biome, ["format", "--stdin-file-path=tests/unit/x.ts"], {
    cwd: root,
    input: text,
    encoding: "utf8",
  });
}

describe("a text as a literal", () => {
  test.each([
    ["plain", '"plain"'],
    ['say "hi"', `'say "hi"'`],
    [`it's "so"`, `'it\\'s "so"'`],
    ["it's", '"it\'s"'],
    ["back\\slash", '"back\\\\slash"'],
    ["ends\n", '"ends\\n"'],
    ["zwei\nZeilen", "`zwei\nZeilen`"],
    ["`$" + "{x}`\r\n\\", "`\\`\\$" + "{x}\\`\\r\n\\\\`"],
    ["ключ 🔑", '"ключ 🔑"'],
    ["left\u202eright", '"left\\u202eright"'],
    ["\u0000\u007f\u2028", '"\\u0000\\u007f\\u2028"'],
    ["\ud800", '"\\ud800"'],
  ])("%j is %s", (text, literal) => {
    expect(textLiteral(text)).toBe(literal);
    expect(evaluate(literal)).toBe(text);
  });

  test("means what it stands for, whatever it is", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("\n", "\r", "`", "$", "{", "\\", "'", '"', "u", "\u2029") }),
    );
    fc.assert(
      fc.property(text, (value) => evaluate(textLiteral(value)) === value),
      { numRuns: 200 },
    );
  });
});

describe("laid out code", () => {
  test("means what it stands for, whatever it is", () => {
    fc.assert(
      // JSON knows no negative zero either.
      fc.property(anyJson, (json) => JSON.stringify(evaluate(format(codeOf(json)))) === JSON.stringify(json)),
      { numRuns: 200 },
    );
  });

  test("stays on one line up to 120 columns", () => {
    const call = (length: number): string =>
      format({ call: "new Site", args: ['"a"', { object: [["note", `"${"x".repeat(length)}"`]] }] }, "", ";");
    expect(call(92)).toMatch(/^.{120}$/);
    expect(call(93)).toBe(`new Site("a", {\n  note: "${"x".repeat(93)}",\n});`);
  });

  test("is what the formatter would make of it", () => {
    const long = "x".repeat(70);
    const values: Json[] = [
      [],
      {},
      { list: [], object: {} },
      Array.from({ length: 80 }, (_, index) => index * 37 - 500),
      { text: "two\nlines", other: 1 },
      ["two\nlines"],
      [
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ],
      [{ a: 1 }, { a: 3 }],
      [
        [1, 2],
        [3, 4],
      ],
      [long, long],
      { "a-key": 1, plain: [long, { deep: { er: long, and: "more" } }] },
      { 'a"b': true, ключ: null, "10": "ten" },
      { [long]: long },
    ];
    const texts = values.map((value, index) => format(codeOf(value), `const value${index} = `, ";"));
    texts.push(
      format({ call: "new Site", args: [`"${long}${long}"`, codeOf({ a: long, b: long })] }, "const site = ", ";"),
    );
    texts.push(
      `${format({ call: "Object.entries", args: [codeOf({ a: long, b: long })] }, "for (const [name, value] of ", ") {")}\n  new Site(name, { value });\n}`,
    );
    const text = `${texts.join("\n\n")}\n`;
    expect(formatted(text)).toBe(text);
  });
});
