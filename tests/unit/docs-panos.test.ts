import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { environmentName } from "../../provider/core/config";
import { registry } from "../../provider/registry";
import { panosConfig } from "../../provider/resources/panos/config";
import { outcomeField, outcomes } from "../../provider/resources/panos/job-view";

const page = readFileSync(resolve(__dirname, "../../docs/panos.md"), "utf8");
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] as string);
const offered = [...registry.resources, ...registry.functions]
  .map(({ token }) => token)
  .filter((token) => token.startsWith("panos:"));

/** The rows of the table below a heading, as their cells. */
function rows(heading: string): string[][] {
  const [, rest] = page.split(`\n${heading}\n`);
  if (rest === undefined) throw new Error(`docs/panos.md has no heading "${heading}".`);
  const [section = ""] = rest.split(/\n#+ /);
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("docs/panos.md", () => {
  test("names every resource and function in full, and none that there is not", () => {
    expect(offered.filter((token) => !page.includes(`\`ztp:${token}\``))).toEqual([]);
    expect(all(page, /`(get[A-Z]\w+)`/g).filter((name) => !offered.includes(`panos:${name}`))).toEqual([]);
  });

  test("has every key of the configuration", () => {
    const keys = rows("## Configuration").map(([key = ""]) => key);
    expect(keys.sort()).toEqual(
      Object.keys(panosConfig.fields)
        .map((key) => `\`ztp:panos.${key}\``)
        .sort(),
    );
    expect(page).toContain(`\`${environmentName("panos", "baseDir")}\``);
  });

  test("says of every outcome what a completion makes of it", () => {
    const named = new Set(rows("## What comes of a job").flatMap(([, outcome = ""]) => all(outcome, /`([\w-]+)`/g)));
    expect([...named].sort()).toEqual([...outcomes].sort());
    for (const [, , verdict = ""] of rows("## What comes of a job"))
      expect(verdict).toMatch(/^(passes|fails|waits|refused)/);
    expect(outcomes.filter((outcome) => !outcomeField.doc.includes(outcome))).toEqual([]);
  });

  test("has a row for each function of the guide, and inputs that there are", () => {
    const table = rows("## The functions of the guide, and where they are here");
    expect(table.map(([number]) => Number(number))).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
    for (const [number, what, here] of table) expect([what, here], `row ${number}`).not.toContain("");
    const types = table.flatMap(([, , here = ""]) => all(here, /`([A-Z]\w+)`/g));
    expect(types.filter((type) => !offered.includes(`panos:${type}`))).toEqual([]);
  });
});
