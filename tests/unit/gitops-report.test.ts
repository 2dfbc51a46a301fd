import { describe, expect, test } from "vitest";
import { driftMarkdown } from "../../examples/gitops/ci/src/drift-markdown";
import { code, Page, plain } from "../../examples/gitops/ci/src/markdown";
import { type PreviewJson, readPreview } from "../../examples/gitops/ci/src/preview";
import { failureMarkdown, previewMarkdown } from "../../examples/gitops/ci/src/preview-markdown";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = (type: string, name: string): string => `urn:pulumi:emea::network::ztp:fortiztp:${type}::${name}`;
const stack = { op: "create", urn: "urn:pulumi:emea::network::pulumi:pulumi:Stack::network-emea", newState: {} };
const manager = (name: string, id: string) => {
  const state = { id, inputs: { addresses: ["fmg.example.net"] } };
  return { op: "same", urn: urn("FortiManager", name), oldState: state, newState: state };
};
const target = { provisionTarget: "FortiManager", fortiManagerOid: 1002 };
const page = (preview: PreviewJson): string => previewMarkdown("emea", readPreview(preview));
const rows = (text: string): string[] => text.split("\n").filter((line) => /^\| .*Device|^\| .*Script/.test(line));

/** A device that changes its FortiManager, as `pulumi preview --json` has it. */
function repointed(name: string, serial: string) {
  return {
    op: "update",
    urn: urn("Device", name),
    oldState: { id: serial, inputs: { serial, ...target } },
    newState: { id: serial, inputs: { serial, ...target, fortiManagerOid: 1003 } },
    detailedDiff: { fortiManagerOid: { kind: "update" } },
  };
}

describe("the comment of a preview", () => {
  test("of no change says so", () => {
    expect(page({ steps: [{ ...stack, op: "same" }, manager("frankfurt", "1002")] })).toBe(
      "### emea: no changes\n\n1 resource unchanged.\n",
    );
  });

  test("shows what is made, and where values come from that are not known yet", () => {
    const inputs = { ...target, fortiManagerOid: unknown, serial: "FGT60FTK22090001" };
    const propertyDependencies = { fortiManagerOid: [urn("FortiManager", "frankfurt")] };
    const text = page({
      steps: [stack, { op: "create", urn: urn("Device", "berlin-fw1"), newState: { inputs, propertyDependencies } }],
    });
    expect(text).toContain("### emea: 1 to create\n");
    expect(rows(text)).toEqual([
      "| create | Device berlin-fw1 | provisionTarget: `FortiManager`<br>fortiManagerOid: known after up (frankfurt)<br>serial: `FGT60FTK22090001` |",
    ]);
  });

  test("shows old and new values by the names of what they refer to, and what the change does, the worst first", () => {
    const impact = "FGT60FTK22090001 is unprovisioned from FortiManager 1002 and sent to FortiManager 1003";
    const text = page({
      steps: [
        manager("frankfurt", "1002"),
        manager("london", "1003"),
        repointed("berlin-fw1", "FGT60FTK22090001"),
        {
          op: "delete",
          urn: urn("Device", "lyon-fw1"),
          oldState: { inputs: { serial: "FGT60FTK22090002", ...target } },
        },
        {
          op: "delete",
          urn: urn("Device", "oslo-fw1"),
          oldState: { inputs: { serial: "FGT60FTK22090003", onDelete: "retain" } },
        },
      ],
      diagnostics: [{ urn: urn("Device", "berlin-fw1"), message: `warning: ${impact}\n`, severity: "warning" }],
    });
    expect(text).toContain("### emea: 2 to delete, 1 to update\n");
    expect(text.split("\n").filter((line) => line.startsWith(">"))).toEqual([
      "> [!WARNING]",
      "> - **lyon-fw1**: FGT60FTK22090002 is unprovisioned: it goes nowhere when it next calls home",
      `> - **berlin-fw1**: ${impact}`,
    ]);
    expect(rows(text)).toEqual([
      "| **delete** | Device lyon-fw1 | serial: `FGT60FTK22090002`<br>provisionTarget: `FortiManager`<br>fortiManagerOid: `1002` (frankfurt) |",
      "| **delete** | Device oslo-fw1 | serial: `FGT60FTK22090003`<br>onDelete: `retain` |",
      "| update | Device berlin-fw1 | fortiManagerOid: `1002` (frankfurt) → `1003` (london) |",
    ]);
    expect(text).toContain("2 resources unchanged.");
  });

  test("does not announce the end of a device that another resource takes over", () => {
    const { inputs } = repointed("berlin-fw1", "FGT60FTK22090001").oldState;
    const { warnings } = readPreview({
      steps: [
        { op: "delete", urn: urn("Device", "berlin-fw1"), oldState: { inputs } },
        { op: "create", urn: urn("Device", "bonn-fw1"), newState: { inputs } },
      ],
    });
    expect(warnings).toEqual([]);
  });

  test("never has more of a secret than that it changes", () => {
    const state = { inputs: { name: "emea-branch", content: "[secret]" } };
    const script = { urn: urn("Script", "branch"), oldState: state, newState: state };
    const text = page({
      steps: [
        {
          ...script,
          op: "update",
          detailedDiff: { content: { kind: "update" }, "content.deep[0]": { kind: "update" } },
        },
        { op: "create", urn: urn("Script", "other"), newState: state },
      ],
    });
    expect(rows(text)).toEqual([
      "| update | Script branch | content: another secret<br>content.deep[0]: another secret |",
      "| create | Script other | name: `emea-branch`<br>content: secret |",
    ]);
  });

  test("marks what only puts back what somebody changed elsewhere", () => {
    const change = repointed("berlin-fw1", "FGT60FTK22090001");
    const found = { inputs: { serial: "FGT60FTK22090001" } };
    const refresh = { op: "refresh", urn: change.urn, oldState: change.newState, newState: change.newState };
    const text = page({ steps: [refresh, { ...change, oldState: found }] });
    expect(rows(text)).toEqual(["| update (drift) | Device berlin-fw1 | fortiManagerOid: nothing → `1003` |"]);
    const calm = page({ steps: [{ ...refresh, oldState: change.oldState }, change] });
    expect(rows(calm)).toEqual(["| update | Device berlin-fw1 | fortiManagerOid: `1002` → `1003` |"]);
  });

  test("of a failure has each reason once, with the resources, and what had been found until then", () => {
    const names = ["one", "two", "three", "four", "five", "six"];
    const text = page({
      steps: [repointed("one", "FGT60FTK22090001")],
      diagnostics: [
        ...names.map((name) => {
          return { urn: urn("Device", name), message: "error: Preview failed: no login\n", severity: "error" };
        }),
        { message: "error: inventory/emea.yaml:1:1: one\ninventory/emea.yaml:2:1: two\n", severity: "error" },
        { message: "error: preview failed\n", severity: "error" },
        { message: "listening\n", severity: "info" },
      ],
    });
    expect(text.split("\n").slice(0, 8)).toEqual([
      "### emea: the preview failed",
      "",
      "> [!CAUTION]",
      "> - **five, four, one, six, three and 1 more**: no login",
      "> - inventory/emea.yaml:1:1: one",
      "> - inventory/emea.yaml:2:1: two",
      "",
      "What it found before it failed, which may not be all:",
    ]);
    expect(rows(text)).toHaveLength(1);
    expect(text).not.toMatch(/unchanged|listening|preview failed:/);
  });

  test("of a failure without any other word has that one", () => {
    const text = page({ diagnostics: [{ message: "error: preview failed\n", severity: "error" }] });
    expect(text).toBe("### emea: the preview failed\n\n> [!CAUTION]\n> - preview failed\n");
    expect(failureMarkdown("emea", "error: no stack named 'emea' found")).toBe(
      "### emea: the preview failed\n\n```\nerror: no stack named 'emea' found\n```\n",
    );
  });

  test("folds long lists, and stays short enough for a comment", () => {
    const steps = Array.from({ length: 30 }, (_, index) => repointed(`site${index}-fw1`, `FGT60FTK2209${index}`));
    const folded = page({ steps });
    expect(folded).toContain("<details><summary>10 more</summary>\n\n| | resource | change |");
    expect(rows(folded)).toHaveLength(30);
    expect(folded).not.toContain("too long");

    const many = Array.from({ length: 3_000 }, (_, index) => repointed(`site${index}-fw1`, `FGT60FTK2209${index}`));
    const message = (name: string) => ({
      urn: urn("Device", name),
      message: `warning: ${name} moves`,
      severity: "warning",
    });
    const cut = page({ steps: many, diagnostics: many.map(({ urn: name }) => message(name)) });
    expect(cut.length).toBeLessThan(65_000);
    expect(cut).toContain("### emea: 3000 to update\n");
    expect(cut).toMatch(/\n\d{4} more lines would be too long for a comment\./);
    expect(cut.match(/<details>/g)).toHaveLength(cut.match(/<\/details>/g)?.length ?? 0);
  });
});

describe("text of others in a comment", () => {
  test.each([
    ["ZTP_LIMITS_MAX_UNPROVISION=2", "ZTP_LIMITS_MAX_UNPROVISION=2"],
    ["<img src=x> **b** | `c` _d_", "\\<img src=x\\> \\*\\*b\\*\\* \\| \\`c\\` \\_d\\_"],
    ["[a](http://example.net) @team", "[a\\](http://example.net) &#64;team"],
    ["# one\n  two", "\\# one two"],
  ])("%s is no markup", (text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  test.each([
    ["FortiManager", "`FortiManager`"],
    ["a|b", "`a\\|b`"],
    ["a`b``c", "``` a`b``c ```"],
    ["two\nlines", '`"two\\nlines"`'],
    ["", '`""`'],
    [7, "`7`"],
    [["a", "b"], '`["a","b"]`'],
    ["x".repeat(200), `\`${"x".repeat(99)}…\``],
  ])("%j is code", (value, shown) => {
    expect(code(value)).toBe(shown);
  });

  test("a line too many is counted", () => {
    const text = new Page();
    text.addLines(["a".repeat(59_000), "b".repeat(2_000)]);
    expect(text.toString()).toMatch(/^a+\n\n1 more line would be too long for a comment\.\n$/);
  });
});

describe("the issue about drift", () => {
  test("shows ours and theirs, and what is gone", () => {
    const device = { type: "ztp:fortiztp:Device", name: "lyon-fw1", id: "FGT60FTK22090002" };
    const script = { type: "ztp:fortiztp:Script", name: "branch", id: "1001" };
    const text = driftMarkdown("emea", {
      drift: [
        { ...device, status: "changed", properties: [{ path: "provisionTarget", ours: "FortiManager", theirs: null }] },
        { ...script, status: "changed", properties: [{ path: "content", ours: "[secret]", theirs: "[secret]" }] },
        { ...script, name: "warehouse", status: "gone", properties: [] },
      ],
      resources: 9,
    });
    expect(text).toContain("### emea: 3 resources drifted\n");
    expect(text.split("\n").filter((line) => line.startsWith("| "))).toEqual([
      "| resource | ours → theirs |",
      "| Device lyon-fw1 `FGT60FTK22090002` | provisionTarget: `FortiManager` → nothing |",
      "| Script branch `1001` | content: another secret |",
      "| Script warehouse `1001` | **gone** |",
    ]);
    expect(text).toContain("The next `up` puts it back.");
  });

  test("says that all is well", () => {
    expect(driftMarkdown("emea", { drift: [], resources: 9 })).toBe("### emea: no drift\n\n9 resources looked at.\n");
  });
});
