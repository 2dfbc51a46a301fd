import { describe, expect, it } from "vitest";
import { renderTable } from "../../cli/drift/render";
import { type DriftedProperty, type DriftReport, readRefreshOutput } from "../../cli/drift/report";
import type { Json, JsonMap } from "../../provider/core/values";
import { dynamicEvents, pluginEvents } from "./drift-recorded";

const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};
const device = "urn:pulumi:dev::fleet::ztp:fortiztp:Device::fw";

/** The stream of a refresh of one resource that the engine wants to update. */
function updated(
  ours: JsonMap,
  theirs: JsonMap,
  said: { [key: string]: unknown } = {},
  outputs: { ours: JsonMap; theirs: JsonMap } = { ours: {}, theirs: {} },
): string {
  const common = { urn: device, type: "ztp:fortiztp:Device" };
  const old = { custom: true, id: "1", inputs: ours, outputs: outputs.ours, external: said.external };
  const found = { custom: true, id: "1", inputs: theirs, outputs: outputs.theirs };
  return [
    { resourcePreEvent: { metadata: { op: "refresh", ...common, old } } },
    { resOutputsEvent: { metadata: { op: "update", ...common, old, new: found, ...said } } },
    { summaryEvent: {} },
  ]
    .map((event) => JSON.stringify(event))
    .join("\n");
}

const properties = (...args: Parameters<typeof updated>): DriftedProperty[] | undefined =>
  readRefreshOutput(updated(...args)).report.drift[0]?.properties;
const detailed = (...paths: string[]) => ({
  detailedDiff: Object.fromEntries(paths.map((path) => [path, { inputDiff: true }])),
});

describe("the report of a recorded refresh", () => {
  it("of the plugin host has every changed input, and no output that moved by itself", () => {
    const { report, complete } = readRefreshOutput(pluginEvents);
    const urn = (type: string, name: string) => ({ urn: `urn:pulumi:dev::lab::${type}::${name}`, type, name });
    expect(complete).toBe(true);
    expect(report).toEqual({
      drift: [
        {
          ...urn("ztp:fortiztp:Device", "fw1"),
          id: "FGT60FTK22090001",
          status: "changed",
          properties: [
            { path: "fortiManagerOid", ours: 1002, theirs: null },
            { path: "provisionTarget", ours: "FortiManager", theirs: null },
            { path: "useDefaultScript", ours: true, theirs: null },
          ],
        },
        {
          ...urn("ztp:fortiztp:FortiManager", "hq"),
          id: "1002",
          status: "changed",
          properties: [{ path: "addresses[0]", ours: "hq.example.net", theirs: "other.example.net" }],
        },
        {
          ...urn("ztp:fortiztp:Script", "baseline"),
          id: "1001",
          status: "changed",
          properties: [
            { path: "content", ours: "[secret]", theirs: "[secret]" },
            { path: "name", ours: "my-baseline", theirs: "renamed" },
          ],
        },
      ],
      resources: 4,
    });
  });

  it("of the dynamic host has what is gone, nested paths, and resources that are not ours", () => {
    const { drift, resources } = readRefreshOutput(dynamicEvents).report;
    expect(resources).toBe(3);
    expect(drift.map(({ name, id, status }) => [name, id, status])).toEqual([
      ["hq", "1002", "gone"],
      ["baseline", "1001", "changed"],
      ["hand", "hand", "changed"],
    ]);
    expect(drift[0]?.properties).toEqual([]);
    expect(drift[2]?.properties).toEqual([
      { path: "a", ours: 1, theirs: 2 },
      { path: "extra", ours: null, theirs: { new: "thing" } },
      { path: "list", ours: "[secret]", theirs: "[secret]" },
      { path: "nested.deep.pw", ours: "[secret]", theirs: "[secret]" },
      { path: "nested.deep.y", ours: 2, theirs: 3 },
    ]);
  });

  it("is the same whatever the order in which resources were read", () => {
    const reversed = dynamicEvents.split("\n").reverse();
    const before = reversed.filter((line) => line.includes("resourcePreEvent"));
    const stream = [...before, ...reversed.filter((line) => !before.includes(line))].join("\n");
    expect(readRefreshOutput(stream).report).toEqual(readRefreshOutput(dynamicEvents).report);
  });

  it("leaves out what is no refresh: with --run-program the program's own steps follow", () => {
    const step = (kind: string, op: string) =>
      JSON.stringify({ [kind]: { metadata: { op, urn: device, type: "t", old: { custom: true, id: "1" } } } });
    const read = [step("resourcePreEvent", "refresh"), step("resOutputsEvent", "same")];
    const own = [step("resourcePreEvent", "update"), step("resOutputsEvent", "update")];
    expect(readRefreshOutput([...read, ...own].join("\n")).report).toEqual({ drift: [], resources: 1 });
  });

  it("counts neither components nor providers", () => {
    const events = ["pulumi:providers:ztp", "ztp:fortiztp:Device"].map((type) =>
      JSON.stringify({ resourcePreEvent: { metadata: { op: "refresh", urn: type, type, old: { custom: true } } } }),
    );
    const component = JSON.stringify({
      resourcePreEvent: { metadata: { op: "refresh", urn: "c", type: "c", old: {} } },
    });
    expect(readRefreshOutput([...events, component].join("\n")).report.resources).toBe(1);
  });

  it("is incomplete when the stream is cut, or is something else", () => {
    expect(readRefreshOutput(pluginEvents.slice(0, -90))).toMatchObject({ complete: false });
    expect(readRefreshOutput('View Live: https://example.net\n{\n    "steps": []\n}\nnull\n').complete).toBe(false);
  });
});

describe("the properties of a changed resource", () => {
  it("come from the outputs where the provider compares those", () => {
    const outputs = { ours: { a: 1 }, theirs: { a: 2 } };
    const said = { detailedDiff: { a: { inputDiff: false } } };
    expect(properties({ a: 0 }, { a: 0 }, said, outputs)).toEqual([{ path: "a", ours: 1, theirs: 2 }]);
  });

  it("are found by comparison where the provider says no more than that something differs", () => {
    const ours = { a: { b: [1, 2] }, c: 1, __provider: "old" };
    const theirs = { a: { b: [1, 3, 4] }, c: 2, __provider: "new" };
    expect(properties(ours, theirs)).toEqual([
      { path: "a.b[1]", ours: 2, theirs: 3 },
      { path: "a.b[2]", ours: null, theirs: 4 },
      { path: "c", ours: 1, theirs: 2 },
    ]);
    expect(properties(ours, theirs, { diffs: ["c"] })).toEqual([{ path: "c", ours: 1, theirs: 2 }]);
  });

  it("are outputs for a resource that the program only reads, as the engine compares them", () => {
    const outputs = { ours: { status: "up" }, theirs: { status: "down" } };
    expect(properties({}, { serial: "1" }, { external: true }, outputs)).toEqual([
      { path: "status", ours: "up", theirs: "down" },
    ]);
  });

  it("are sorted as people count", () => {
    const list = (value: number): JsonMap => ({ list: Array<Json>(11).fill(value) });
    const said = detailed("list[10]", "list[9]", "list[2]");
    expect(properties(list(1), list(2), said)?.map(({ path }) => path)).toEqual(["list[2]", "list[9]", "list[10]"]);
  });

  it("are masked on both sides when either says that they are secret, at any depth", () => {
    const masked = { ours: "[secret]", theirs: "[secret]" };
    expect(properties({ pin: secret }, { pin: "2" }, detailed("pin"))).toEqual([{ path: "pin", ...masked }]);
    expect(properties({ pin: "1" }, { pin: secret }, detailed("pin"))).toEqual([{ path: "pin", ...masked }]);
    expect(properties({ pin: secret }, {}, detailed("pin"))).toEqual([{ path: "pin", ours: "[secret]", theirs: null }]);
    expect(properties({ list: secret }, { list: ["2"] }, detailed("list[0]"))).toEqual([
      { path: "list[0]", ...masked },
    ]);
    const nested = properties({ o: { pin: secret, x: 1 } }, { o: { pin: "2", x: 2 } }, detailed("o"));
    expect(nested).toEqual([{ path: "o", ours: { pin: "[secret]", x: 1 }, theirs: { pin: "[secret]", x: 2 } }]);
    const outputs = { ours: { pin: secret }, theirs: { pin: secret } };
    expect(properties({ pin: "1" }, { pin: "2" }, detailed("pin"), outputs)).toEqual([{ path: "pin", ...masked }]);
  });
});

describe("the table", () => {
  const table = (...drift: Partial<DriftReport["drift"][number]>[]): string[] => {
    const full = drift.map((resource) => ({
      urn: device,
      type: "ztp:fortiztp:Device",
      name: "fw",
      id: "1",
      status: "changed" as const,
      properties: [],
      ...resource,
    }));
    return renderTable({ drift: full, resources: 9 }).split("\n");
  };
  const one = (ours: Json, theirs: Json): string | undefined =>
    table({ name: "n", properties: [{ path: "p", ours, theirs }] })[1]?.replace(/^n +\S+ +p +/, "");

  it("is aligned, shows what is lost or gone in one line, and sums up", () => {
    expect(renderTable(readRefreshOutput(pluginEvents).report)).toBe(
      [
        "RESOURCE  TYPE                   PROPERTY      OURS            THEIRS",
        "fw1       fortiztp:Device        no longer has fortiManagerOid 1002, provisionTarget FortiManager, useDefaultScript true",
        "hq        fortiztp:FortiManager  addresses[0]  hq.example.net  other.example.net",
        "baseline  fortiztp:Script        content       [secret]        [secret]",
        "                                 name          my-baseline     renamed",
        "",
        "6 properties of 3 resources differ; `pulumi up --refresh` puts them back.",
        "",
      ].join("\n"),
    );
    expect(renderTable(readRefreshOutput(dynamicEvents).report)).toBe(
      [
        "RESOURCE  TYPE                            PROPERTY        OURS         THEIRS",
        "hq        fortiztp:FortiManager           gone",
        "baseline  fortiztp:Script                 content         [secret]     [secret]",
        "                                          name            my-baseline  renamed",
        "hand      pulumi-nodejs:dynamic:Resource  a               1            2",
        '                                          extra           (none)       {"new":"thing"}',
        "                                          list            [secret]     [secret]",
        "                                          nested.deep.pw  [secret]     [secret]",
        "                                          nested.deep.y   2            3",
        "",
        "7 properties of 2 resources differ and 1 resource is gone; `pulumi up --refresh` puts them back.",
        "",
      ].join("\n"),
    );
  });

  it("says so when nothing has changed", () => {
    const said = (resources: number) => renderTable({ drift: [], resources });
    expect(said(27)).toBe("Nothing has changed behind our back: 27 resources looked at.\n");
    expect(said(1)).toBe("Nothing has changed behind our back: 1 resource looked at.\n");
  });

  it("sums up in correct grammar", () => {
    const property = { path: "a", ours: 1, theirs: 2 };
    const last = (...drift: Parameters<typeof table>) => table(...drift).at(-2);
    const gone = { status: "gone" as const };
    expect(last({ properties: [property] })).toBe(
      "1 property of 1 resource differs; `pulumi up --refresh` puts it back.",
    );
    expect(last(gone)).toBe("1 resource is gone; `pulumi up --refresh` puts it back.");
    expect(last(gone, gone)).toBe("2 resources are gone; `pulumi up --refresh` puts them back.");
    expect(last({ properties: [property] }, gone)).toBe(
      "1 property of 1 resource differs and 1 resource is gone; `pulumi up --refresh` puts them back.",
    );
    expect(last({}, {})).toBe("2 resources differ; `pulumi up --refresh` puts them back.");
  });

  it("has a line for a change without details", () => {
    expect(table({})[1]).toBe("fw        fortiztp:Device  changed; Pulumi does not say what");
  });

  it("cuts long values where one sees how they differ", () => {
    expect(one("x".repeat(41), "y")).toBe(`${"x".repeat(37)}...  y`);
    const start = "a".repeat(60);
    expect(one(`${start} north`, `${start} south`)).toBe("...aaaaaaaaa north  ...aaaaaaaaa south");
    expect(one("z".repeat(100), null)).toBe(`${"z".repeat(37)}...  (none)`);
  });

  it("quotes only what could be taken for something else, and lets nothing steer the terminal", () => {
    expect(one("202", 202)).toBe('"202"  202');
    expect(one("", null)).toBe('""    (none)');
    expect(one("(none)", " x")).toBe('"(none)"  " x"');
    expect(one("192.0.2.1", "two words")).toBe("192.0.2.1  two words");
    expect(one(["a", 1], { b: null })).toBe('["a",1]  {"b":null}');
    expect(one("a\n\u001b[31mb", "c\u009b\u202e")).toBe('"a\\n\\u001b[31mb"  "c\\u009b\\u202e"');
    expect(table({ name: "f\u001bw", status: "gone" })[1]).toMatch(/^f\\u001bw {2}/);
  });

  it("names types shortly, ours alike in both hosts", () => {
    const type = (token: string) => table({ type: token, status: "gone" })[1]?.split(/ {2,}/)[1];
    expect(type("ztp:fortiztp:Device")).toBe("fortiztp:Device");
    expect(type("pulumi-nodejs:dynamic/fortiztp:Device")).toBe("fortiztp:Device");
    expect(type("aws:s3/bucket:Bucket")).toBe("aws:s3:Bucket");
    expect(type("pulumi-nodejs:dynamic:Resource")).toBe("pulumi-nodejs:dynamic:Resource");
  });

  it("keeps its columns when it is coloured", () => {
    const { report } = readRefreshOutput(pluginEvents);
    const coloured = renderTable(report, (format, text) => `<${format}>${text}</>`);
    expect(coloured).toContain("<yellow>renamed</>");
    expect(coloured.replace(/<[^>]*>/g, "")).toBe(renderTable(report));
  });
});
