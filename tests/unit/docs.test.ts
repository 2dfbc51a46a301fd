import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { mistBaseUrl } from "../../provider/clients/mist/clouds";
import { packageName } from "../../provider/hosts/tokens";
import { registry } from "../../provider/registry";
import { docs } from "../../provider/resources/mist/bodies/docs";
import { addedKeys } from "../../provider/resources/mist/bodies/overlay";
import { specification } from "../../provider/resources/mist/bodies/schema";
import { collections } from "../../provider/resources/mist/collections";
import { mistConfig } from "../../provider/resources/mist/config";
import { getApi } from "../../provider/resources/mist/get-api";
import { keyRingKeys, settingsOf } from "../../provider/resources/mist/sources";
import { defaultMistVariants } from "../../simulators/mist/variants";

const root = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] as string);

const offered: readonly string[] = [...registry.resources, ...registry.functions].map(({ token }) => token);
const page = read("docs/mist.md");

/** The text below a heading, up to the next one of the same level. */
function section(heading: string): string {
  const [, rest] = page.split(`\n${heading}\n`);
  if (rest === undefined) throw new Error(`docs/mist.md has no heading "${heading}".`);
  return rest.split(new RegExp(`\n#{1,${heading.indexOf(" ")}} `))[0] as string;
}

/** The rows of the first table of a section, as their cells. */
function rows(heading: string): string[][] {
  const lines = section(heading)
    .split("\n")
    .filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const scopeOf = (cell: string) => (cell.includes("`siteId`") ? "site" : cell.includes("`mspId`") ? "msp" : "org");

describe("docs/mist.md", () => {
  test("names no resource or function that does not exist", () => {
    const named = all(page, /`ztp:(mist:\w+)`/g);
    expect([...new Set(named)].filter((token) => !offered.includes(token))).toEqual([]);
    // What follows in short: words that are spelled as functions are.
    const short = all(page, /`(get[A-Z]\w+)`/g);
    expect([...new Set(short)].filter((name) => !offered.includes(`mist:${name}`))).toEqual([]);
  });

  test("names every resource and function of Mist in full", () => {
    const missing = offered.filter((token) => token.startsWith("mist:") && !page.includes(`\`ztp:${token}\``));
    expect(missing).toEqual([]);
  });

  test.each([
    ["### The 57 resources", 57, /^`mist_\w+`$/],
    ["### The 43 data sources", 43, /^`mist_\w+`$/],
    ["### The 5 functions", 5, /^`search_\w+`$/],
  ])("has a row for each of %s, and what it is here", (heading, count, form) => {
    const table = rows(heading);
    const names = table.map(([name]) => name as string);
    expect(names.filter((name) => !form.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(count);
    expect(table).toHaveLength(count);
    for (const [name, here] of table) expect(here, name).toMatch(/^(not yet|`ztp:mist:\w+`(, `\w+`( with `\w+`)?)?)$/);
  });

  test("names collections that there are, where they are", () => {
    const cells = rows("### The 57 resources").map(([, here = ""]) => here);
    const served = cells.filter((cell) => cell.startsWith("`ztp:mist:ConfigObject`"));
    for (const cell of served) {
      const [, name] = /, `(\w+)`/.exec(cell) ?? [];
      const found = collections.find((collection) => collection.name === name);
      expect(found?.scopes, cell).toContain(scopeOf(cell));
      expect(found?.type, `${cell} has a resource of its own`).toBeUndefined();
    }
    expect(served.length).toBeGreaterThan(0);
  });

  test("names every collection that has no resource of its own, and how many there are", () => {
    const missing = collections.filter(({ type, name }) => type === undefined && !page.includes(`\`${name}\``));
    expect(missing.map(({ name }) => name)).toEqual([]);
    const [beyond = ""] = page.split("\nBeyond these `ConfigObject`")[1]?.split("\n\n") ?? [];
    for (const part of beyond.split(";")) {
      const scope = part.includes("of a site") ? "site" : part.includes("of a managed") ? "msp" : "org";
      for (const name of all(part, /`([a-z]+)`/g)) {
        expect(collections.find((collection) => collection.name === name)?.scopes, name).toContain(scope);
      }
    }
    const places = collections.reduce((sum, { scopes }) => sum + scopes.length, 0);
    expect(page).toContain(`the ${places} collections (${collections.length}\nnames)`);
    expect(page).toContain(specification().version);
  });

  test("gives paths that getApi takes", () => {
    const paths = rows("### The 43 data sources").flatMap(([, here = "", what = ""]) => {
      const found = all(what, /`(\/[^`]*)`/g);
      expect(found.length > 0, `${here} ${what}`).toBe(here === "`ztp:mist:getApi`" || what.includes("`getApi`"));
      return found;
    });
    for (const path of paths)
      for (const { check } of getApi.rules ?? []) expect(check({ path } as never), path).toBeUndefined();
  });

  test("names keys and variables of the configuration that are read", () => {
    const keys = all(page, /`ztp:mist\.(\w+)`/g);
    expect(keys.filter((key) => !(key in mistConfig.fields))).toEqual([]);
    const names = all(page, /`((?:MIST|VAULT)_[A-Z_]+)/g);
    expect(names.filter((name) => Object.keys(settingsOf({ [name]: "1" })).length === 0)).toEqual([]);
    for (const key of keyRingKeys) expect(section("## Credentials")).toContain(`\`${key}\``);
  });

  test("names variants that the simulator has", () => {
    const table = rows("## What Mist does, and what the provider does about it");
    const named = table.flatMap(([, , variants = ""]) => all(variants, /`(\w+)`/g));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(name in defaultMistVariants()))).toEqual([]);
  });

  test("has every cloud with its host", () => {
    const cells = rows("## Clouds").flatMap(([name, host, other, its]) => [
      [name, host],
      [other, its],
    ]);
    const known = cells.filter(([name]) => name !== "");
    for (const [name = "", host] of known)
      expect(mistBaseUrl(name.replaceAll("`", ""))).toBe(`https://${host?.replaceAll("`", "")}/api/v1`);
    const named = known.map(([name]) => name?.replaceAll("`", ""));
    for (const text of all(mistConfig.fields.cloud?.doc ?? "", /((?:global|emea|apac)\d\d|usgov)/g))
      expect(named).toContain(text);
    expect(known).toHaveLength(13);
  });
});

describe.each([
  ["docs/panos.md", "panos", 32],
  ["docs/hwautomation.md", "hwautomation", 35],
])("%s", (file, name, count) => {
  const text = read(file);

  test("names every resource and function in full", () => {
    const own = offered.filter((token) => token.startsWith(`${name}:`));
    expect(own.filter((token) => !text.includes(`\`ztp:${token}\``))).toEqual([]);
  });

  test("says of each feature where it is, or that it is not here", () => {
    const rows = [...text.matchAll(/^\| (\d+) \| (.+?) \| (.+) \|$/gm)];
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });
});

describe("README.md", () => {
  /** What it says of the resources, by service. */
  const [, fortiztp = "", forticare = "", mist = "", panos = "", hwautomation = ""] = read("README.md").split(
    /^(?:### The resources|Of FortiCare, .*|Of Juniper Mist:|Of the PAN-OS .*|Of HWAutomation, .*|## A fleet in Git)$/m,
  );

  test.each(Object.entries({ fortiztp, forticare, mist, panos, hwautomation }))(
    "names every resource and function of %s",
    (name, text) => {
      const own = offered.filter((token) => token.startsWith(`${name}:`)).map((token) => token.slice(name.length + 1));
      expect(own.length).toBeGreaterThan(0);
      expect(own.filter((each) => !text.includes(`\`${each}\``))).toEqual([]);
    },
  );

  test("says how many steps the demo has", () => {
    const steps = readdirSync(join(root, "tools/demo")).flatMap((name) =>
      all(read(join("tools/demo", name)), /\b(stage\.step)\(/g),
    );
    expect(read("README.md")).toContain(`the whole story in ${steps.length} steps`);
  });
});

describe("what the keys of Mist's bodies mean", () => {
  test("is told of keys that there are, in sentences", () => {
    const { schemas } = specification();
    const known = new Set<string>();
    for (const [name, { properties }] of Object.entries(schemas)) {
      for (const key of Object.keys({ ...properties, ...addedKeys[name] })) known.add(key).add(`${name}.${key}`);
    }
    expect(Object.keys(docs).filter((key) => !known.has(key))).toEqual([]);
    expect(Object.values(docs).filter((doc) => !/^[A-Z].*\.$/s.test(doc))).toEqual([]);
  });
});

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replaceAll(/[^\w\- ]/g, "");
  return words.trim().replaceAll(" ", "-");
}

describe.each([
  "README.md",
  "CONTRIBUTING.md",
  "docs/fortiztp.md",
  "docs/forticare.md",
  "docs/mist.md",
  "docs/panos.md",
  "docs/hwautomation.md",
])("%s", (file) => {
  test("has links that lead somewhere", () => {
    const targets = all(read(file), /\]\(([^)\s]+)\)/g).filter((target) => !/^https?:/.test(target));
    for (const target of targets) {
      const [path = "", anchor] = target.split("#");
      const at = path === "" ? file : join(dirname(file), path);
      expect(existsSync(join(root, at)), target).toBe(true);
      if (anchor === undefined) continue;
      const headings = all(read(at), /^#+ (.+)$/gm).map(anchorOf);
      expect(headings, target).toContain(anchor);
    }
    expect(read(file)).not.toMatch(/\]\(\s*\)/);
  });

  test("speaks of keys and types of the package that there are", () => {
    const text = read(file);
    const tokens = all(
      text,
      new RegExp(`\\b${packageName}:((?:fortiztp|forticare|mist|panos|hwautomation):\\w+)`, "g"),
    );
    expect([...new Set(tokens)].filter((token) => !offered.includes(token))).toEqual([]);
    const keys = [
      ...text.matchAll(new RegExp(`\\b${packageName}:(fortinet|mist|panos|hwautomation|limits|budget)\\.(\\w+)`, "g")),
    ];
    const unknown = keys.filter(
      ([, name, key = ""]) => !registry.config.some((config) => config.name === name && key in config.fields),
    );
    expect(unknown.map(([text]) => text)).toEqual([]);
  });
});
