import { describe, expect, test } from "vitest";
import { writeProgram } from "../../cli/import/program";
import { type Account, imported } from "./import-support";

const program = (account: Account): string => writeProgram(imported(account)).text;
/** The statements after the imports. */
const body = (account: Account): string => program(account).replace(/^(import .*\n|\n|const config = .*\n)+/, "");
const names = (account: Account): string[] =>
  [...program(account).matchAll(/\("([^"]+)", \{/g)].map(([, name]) => name as string);

describe("a program", () => {
  test("makes each resource with its inputs in the order of the definition, and nothing else", () => {
    expect(program({ "acme:Site": { 1: { note: "two\nlines", name: "hq", labels: { "a b": "x", c: "y" } } } })).toBe(
      `import * as ztp from "pulumi-ztp";

new ztp.acme.Site("hq", {
  name: "hq",
  note: \`two
lines\`,
  labels: { "a b": "x", c: "y" },
});
`,
    );
  });

  test("leaves out what is the default anyway", () => {
    expect(body({ "acme:Gateway": { 1: { serial: "A", retries: 3 }, 2: { serial: "B", retries: 4 } } })).toBe(
      'new ztp.acme.Gateway("1", { serial: "A" });\nnew ztp.acme.Gateway("2", { serial: "B", retries: 4 });\n',
    );
  });

  test("is the same whatever the order in which the objects were read", () => {
    const account = {
      "acme:Site": { 1: { name: "a-radio", gatewayOid: 9, key: "k" }, 2: { name: "a", radio: { key: "k" } } },
      "acme:Gateway": { 9: { serial: "G9" }, 8: { serial: "G8" } },
    };
    const objects = imported(account);
    expect(writeProgram([...objects].reverse())).toEqual(writeProgram(objects));
  });
});

describe("references", () => {
  test("stand in place of ids, at any depth, behind what they refer to", () => {
    const account = {
      "acme:Site": { 1: { name: "berlin", gatewayOid: 9, radio: { channels: [9], uplinks: [9, 7] } } },
      "acme:Gateway": { 9: { serial: "G9", title: "hq-gate" } },
    };
    expect(body(account)).toBe(`const hqGate = new ztp.acme.Gateway("hq-gate", { serial: "G9" });

new ztp.acme.Site("berlin", {
  name: "berlin",
  gatewayOid: hqGate.oid,
  radio: { channels: [9], uplinks: [hqGate.oid, 7] },
});
`);
  });

  test("to inputs are found in any spelling", () => {
    const account = {
      "acme:Gateway": { 1: { serial: "G1", backup: "g2", title: "a" }, 2: { serial: "G2", title: "b" } },
    };
    expect(body(account)).toBe(
      'const b = new ztp.acme.Gateway("b", { serial: "G2" });\n\n' +
        'new ztp.acme.Gateway("a", { serial: "G1", backup: b.serial });\n',
    );
  });

  test("to what is not imported, to itself, or to one of several stay as they are", () => {
    expect(body({ "acme:Site": { 1: { name: "a", gatewayOid: 9 } } })).toContain("gatewayOid: 9");
    expect(body({ "acme:Gateway": { 1: { serial: "G1", backup: "G1" } } })).toContain('backup: "G1"');
    const twice = { 1: { serial: "G1" }, 2: { serial: "g1" }, 3: { serial: "G3", backup: "G1" } };
    expect(body({ "acme:Gateway": twice })).toContain('backup: "G1"');
  });

  test("that lead in a circle are broken once", () => {
    const account = {
      "acme:Site": { 1: { name: "site", gatewayOid: 2 } },
      "acme:Gateway": { 2: { serial: "G2", siteOid: 1, title: "gate" } },
    };
    expect(body(account)).toBe(
      'const gate = new ztp.acme.Gateway("gate", { serial: "G2", siteOid: 1 });\n\n' +
        'new ztp.acme.Site("site", { name: "site", gatewayOid: gate.oid });\n',
    );
  });

  test("have variables that clash with nothing", () => {
    const gateways = {
      1: { serial: "A", title: "class" },
      2: { serial: "B", title: "10-net" },
      3: { serial: "C", title: "serial" },
      4: { serial: "D", title: "a-b" },
    };
    const sites = Object.fromEntries(
      [1, 2, 3, 4].map((oid) => [`1${oid}`, { name: `site-${oid}`, gatewayOid: oid, note: `${oid}` }]),
    );
    const text = body({ "acme:Gateway": gateways, "acme:Site": { ...sites, 15: { name: "a-b" } } });
    for (const name of ["classGateway", "gateway10Net", "serialGateway", "aB"]) {
      expect(text).toContain(`const ${name} = new ztp.acme.Gateway(`);
      expect(text).toContain(`gatewayOid: ${name}.oid`);
    }
  });
});

describe("the order", () => {
  test("has each kind together, those that others refer to first, by name", () => {
    const account = {
      "acme:Site": { 1: { name: "b", gatewayOid: 1, note: "x" }, 2: { name: "a" } },
      "acme:Gateway": { 1: { serial: "Z", title: "z" }, 2: { serial: "Y", title: "y", retries: 1 } },
    };
    expect(names(account)).toEqual(["y", "z", "a", "b"]);
  });

  test("follows references between objects of one type", () => {
    const gateways = {
      1: { serial: "A", title: "a", backup: "B" },
      2: { serial: "B", title: "b", backup: "C" },
      3: { serial: "C", title: "c" },
    };
    expect(names({ "acme:Gateway": gateways })).toEqual(["c", "b", "a"]);
  });
});

describe("secrets", () => {
  const account = {
    "acme:Site": {
      1: {
        name: "berlin",
        key: "top secret\n",
        radio: { key: "radio secret" },
        guests: [{ name: "Ann" }, { name: "Bob", pin: "guest secret" }],
        limit: 42,
      },
    },
  };

  test("of any depth come from the configuration", () => {
    expect(program(account)).toBe(`import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";

const config = new pulumi.Config();

new ztp.acme.Site("berlin", {
  name: "berlin",
  key: config.requireSecret("berlinKey"),
  radio: { key: config.requireSecret("berlinRadioKey") },
  guests: [{ name: "Ann" }, { name: "Bob", pin: config.requireSecret("berlinGuests1Pin") }],
  limit: config.requireSecretNumber("berlinLimit"),
});
`);
    expect(program(account)).not.toContain(" secret");
  });

  test("are told with their values to who puts them there", () => {
    const found = writeProgram(imported(account)).secrets.map(({ key, path, value }) => ({ key, path, value }));
    expect(found).toEqual([
      { key: "berlinKey", path: "key", value: "top secret\n" },
      { key: "berlinRadioKey", path: "radio.key", value: "radio secret" },
      { key: "berlinGuests1Pin", path: "guests.1.pin", value: "guest secret" },
      { key: "berlinLimit", path: "limit", value: 42 },
    ]);
  });

  test("never share a key", () => {
    const sites = { 1: { name: "a-radio", key: "1" }, 2: { name: "a", key: "2", radio: { key: "3" } } };
    const { secrets } = writeProgram(imported({ "acme:Site": sites }));
    expect(secrets.map(({ key }) => key).sort()).toEqual(["aKey", "aRadioKey", "aRadioSiteKey"]);
  });
});

describe("resources that differ in one input", () => {
  const gateways = (count: number, more: object = {}) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        index + 1,
        { serial: `G${index + 1}`, title: `g-${index + 1}`, ...more },
      ]),
    );

  test("are a list with what they have in common below it", () => {
    const account = {
      "acme:Site": { 99: { name: "hq" } },
      "acme:Gateway": { ...gateways(3, { target: "cloud", siteOid: 99 }), 8: { serial: "G8", title: "other" } },
    };
    expect(body(account)).toBe(`const hq = new ztp.acme.Site("hq", { name: "hq" });

new ztp.acme.Gateway("other", { serial: "G8" });

for (const [name, serial] of Object.entries({ "g-1": "G1", "g-2": "G2", "g-3": "G3" })) {
  new ztp.acme.Gateway(name, { serial, target: "cloud", siteOid: hq.oid });
}
`);
  });

  test("stand one a line where there are many", () => {
    const text = body({ "acme:Gateway": gateways(20) });
    expect(text).toMatch(
      /^for \(const \[name, serial\] of Object\.entries\(\{\n {2}"g-1": "G1",\n {2}"g-10": "G10",\n/,
    );
    expect(text).toMatch(/\n\}\)\) \{\n {2}new ztp\.acme\.Gateway\(name, \{ serial \}\);\n\}\n$/);
    expect(text.split("\n")).toHaveLength(25);
  });

  test("are written one by one where there are only two, or where others refer to them", () => {
    expect(body({ "acme:Gateway": gateways(2) })).not.toContain("for (");
    const sites = { 11: { name: "a", gatewayOid: 1 }, 12: { name: "b", gatewayOid: 2 } };
    const text = body({ "acme:Gateway": gateways(4), "acme:Site": sites });
    expect(text).toContain("const g1 = new ztp.acme.Gateway(");
    expect(text).not.toContain("for (");
  });

  test("may differ in what is called like the loop's own variable", () => {
    const sites = Object.fromEntries([1, 2, 3].map((id) => [id, { name: `S${id}`, title: `s${id}`, note: "same" }]));
    expect(body({ "acme:Site": sites })).toBe(
      'for (const [resourceName, name] of Object.entries({ s1: "S1", s2: "S2", s3: "S3" })) {\n' +
        '  new ztp.acme.Site(resourceName, { name, note: "same" });\n}\n',
    );
  });

  test("are never grouped with secrets of their own", () => {
    const sites = Object.fromEntries([1, 2, 3].map((id) => [id, { name: `S${id}`, key: "same" }]));
    expect(body({ "acme:Site": sites })).not.toContain("for (");
  });
});

describe("resources that differ in several inputs", () => {
  const numbers = [1, 2, 3];
  const gateways = (more: (number: number) => object) =>
    Object.fromEntries(numbers.map((id) => [id, { serial: `G${id}`, title: `g-${id}`, ...more(id) }]));

  test("are a table with what they have in common below it", () => {
    const account = {
      "acme:Site": { 99: { name: "hq" } },
      "acme:Gateway": gateways((id) => ({ target: `place ${id}`, siteOid: 99, retries: 5 + id })),
    };
    expect(body(account)).toBe(`const hq = new ztp.acme.Site("hq", { name: "hq" });

for (const [name, { serial, target, retries }] of Object.entries({
  "g-1": { serial: "G1", target: "place 1", retries: 6 },
  "g-2": { serial: "G2", target: "place 2", retries: 7 },
  "g-3": { serial: "G3", target: "place 3", retries: 8 },
})) {
  new ztp.acme.Gateway(name, { serial, target, siteOid: hq.oid, retries });
}
`);
  });

  test("are a list as far as one input is enough", () => {
    const alike = gateways(() => ({ target: "cloud" }));
    const own = Object.fromEntries(
      [4, 5, 6].map((id) => [id, { serial: `G${id}`, title: `g-${id}`, target: `place ${id}` }]),
    );
    const text = body({ "acme:Gateway": { ...alike, ...own } });
    expect(text).toContain('new ztp.acme.Gateway(name, { serial, target: "cloud" });');
    expect(text).toContain("new ztp.acme.Gateway(name, { serial, target });");
    expect(text.match(/^for /gm)).toHaveLength(2);
  });

  test("have loop variables that mean nothing else", () => {
    const sites = Object.fromEntries(numbers.map((id) => [id, { name: `S${id}`, title: `s${id}`, note: `${id}` }]));
    expect(body({ "acme:Site": sites })).toBe(
      'for (const [resourceName, { name, note }] of Object.entries({\n  s1: { name: "S1", note: "1" },\n' +
        '  s2: { name: "S2", note: "2" },\n  s3: { name: "S3", note: "3" },\n})) {\n' +
        "  new ztp.acme.Site(resourceName, { name, note });\n}\n",
    );
  });

  test("are no table where a column would lose its type, or would be a reference", () => {
    const powers = body({ "acme:Gateway": gateways((id) => ({ power: id === 1 ? "low" : "high" })) });
    expect(powers).not.toContain("for (");
    const sites = Object.fromEntries(numbers.map((id) => [`9${id}`, { name: `s${id}` }]));
    const placed = gateways((id) => ({ target: `place ${id}`, siteOid: Number(`9${id}`) }));
    expect(body({ "acme:Site": sites, "acme:Gateway": placed })).not.toContain("for (");
  });
});
