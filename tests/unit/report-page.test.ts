import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Pulumi, PulumiError } from "../../cli/pulumi";
import { report } from "../../cli/report";
import { html } from "../../cli/report/html";
import { renderPage } from "../../cli/report/page";
import { windowOf } from "../../cli/report/window";
import type { JsonMap } from "../../provider/core/values";
import { registry } from "../../provider/registry";
import { completion, entry, job, recorded, recordedFile, recordedWindow, stackOf, urnOf } from "./report-support";
import { wireSecret } from "./support";

const now = new Date("2026-11-22T18:00:00Z");
const attack = `<script>alert("x")</script><img src=x onerror='alert(1)'>`;
const pageOf = (outputs: JsonMap, name = "lab") =>
  renderPage(windowOf(stackOf(entry({ type: job, name, outputs })), undefined, registry), now);

describe("what vendors say is text", () => {
  test("values of a piece are escaped, pieces are not", () => {
    expect(html`<b title="${attack}">${html`<i>${"a & b"}</i>`}${[html`1`, html`2`]}${undefined}</b>`.text).toBe(
      '<b title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;"><i>a &amp; b</i>12</b>',
    );
    expect(html`${"a\u202Eb\u0000c\nd"}`.text).toBe("a\\u202eb\\u0000c\nd");
  });

  test("wherever it stands on the page", () => {
    const devices = [
      { serial: attack, hostname: attack, upgradeStatus: attack, message: attack, currentVersion: attack },
    ];
    const texts = { reason: attack, outcome: attack, resolvedVersion: attack, startedAt: attack };
    const steps = [{ name: attack, status: attack, error: attack }];
    const postFlights = [{ serial: attack, comparison: { [attack]: { difference: 1 } } }];
    const page = pageOf({ phase: "failed", devices, steps, postFlights, ...texts }, attack);
    expect(page).not.toMatch(/<script|<img/i);
    expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(12);
  });

  test("a phase that is none is not taken for one", () => {
    expect(pageOf({ phase: attack })).not.toMatch(/<script|<img/i);
  });
});

test("secrets are never shown, encrypted or in clear", () => {
  const encrypted = { ...wireSecret(null), ciphertext: "v1:abcdef:ghijkl" };
  const page = pageOf({
    phase: "failed",
    reason: wireSecret("hunter2"),
    resolvedVersion: encrypted,
    serials: [encrypted],
  });
  expect(page).not.toMatch(/hunter2|ciphertext|v1:abc|4dabf18/);
  expect(page.match(/\[secret\]/g)?.length).toBeGreaterThan(2);
});

describe("the page", () => {
  test("loads nothing and runs nothing", () => {
    const page = renderPage(recordedWindow("panos-done"), now);
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|url\(|@import|https?:/i);
  });

  test("has tables with scopes, one main heading, and sections with names", () => {
    const page = renderPage(recordedWindow("panos-done"), now);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page.match(/<th>/g)).toBeNull();
    expect(page.match(/<table/g)?.length).toBe(page.match(/<caption>/g)?.length);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"|href="#([^"]+)"/g)) if (id) expect(ids).toContain(id);
  });

  test("leads from a failure to its job", () => {
    const page = renderPage(recordedWindow("mist-failed", "mist-failed"), now);
    const [, target] = /<a href="#([^"]+)">Munich<\/a>/.exec(page) ?? [];
    expect(page).toContain(`<article class="sheet failed" id="${target}"`);
  });

  test("of a stack without jobs says so", () => {
    expect(renderPage(windowOf(stackOf(), undefined, registry), now)).toContain("There are no jobs in this stack.");
  });

  test("folds long tables", () => {
    const serials = Array.from({ length: 30 }, (_, index) => `00180${index}`);
    expect(pageOf({ phase: "running", serials })).toContain("<summary>Devices of lab: 30</summary>");
  });

  test("says what kept the preview from its end", () => {
    const plan = { creates: new Map(), replaces: new Set<string>(), entries: new Map(), errors: ["no such site"] };
    const page = renderPage(windowOf(stackOf(), plan, registry), now);
    expect(page).toContain("The preview failed, and may not know everything: no such site");
  });
});

describe("ztp report", () => {
  let folder: string;
  let stdout: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-report-"));
    stdout = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      stdout += text;
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  const never: Pulumi = async () => {
    throw new Error("should not be asked");
  };

  test("of files writes the page and prints where it is and what it says", async () => {
    const out = join(folder, "window.html");
    const files = ["--state", recordedFile("mist-failed.state"), "--plan", recordedFile("mist-failed.preview")];
    await report([...files, "--out", out], never);
    expect(stdout).toBe(
      `${out}\nmist-canary / dev: 2 waves, 3 jobs (1 failed, 2 not started); devices: 1 failed, 3 not reached; ` +
        "5 resources are still to be created\n",
    );
    expect(readFileSync(out, "utf8")).toMatch(/^<!doctype html>/);
    expect(process.exitCode).toBeUndefined();
  });

  test("of a stack exports it", async () => {
    const asked: (readonly string[])[] = [];
    const pulumi: Pulumi = async (args) => {
      asked.push(args);
      return recorded("mist-done.state");
    };
    await report(["--stack", "prod", "--out", join(folder, "a.html")], pulumi);
    expect(asked).toEqual([["stack", "export", "--stack", "prod"]]);
    expect(stdout).toContain("2 waves, 3 jobs (3 passed); devices: 9 done\n");
  });

  test.each([
    [
      "what is no state",
      ["--state", recordedFile("mist-failed.preview")],
      /mist-failed\.preview\.json holds no state: give what `pulumi stack export` prints/,
    ],
    [
      "what is no preview",
      ["--state", recordedFile("mist-done.state"), "--plan", recordedFile("mist-done.state")],
      /holds no preview: give what `pulumi preview --json` prints/,
    ],
    ["what is no JSON", ["--state", __filename], /is no JSON/],
    ["a file that is not there", ["--state", "nowhere.json"], /nowhere\.json/],
    ["a file and a stack", ["--state", "a", "--stack", "b"], /give one of --state and --stack/],
  ])("refuses %s", async (_, args, message) => {
    const out = join(folder, "a.html");
    await expect(report([...args, "--out", out], never)).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

  test("fails in the words of Pulumi when there is no stack", async () => {
    const pulumi: Pulumi = async () => {
      throw new PulumiError("no stack selected", true);
    };
    await expect(report(["--out", join(folder, "a.html")], pulumi)).rejects.toThrow(
      "the stack cannot be read: no stack selected",
    );
  });

  test("the completion of another stack's job has a row of its own", async () => {
    const window = windowOf(
      stackOf(
        entry({
          type: completion,
          name: "theirs",
          inputs: { jobId: "x" },
          outputs: { serials: ["1"], outcome: "upgraded" },
        }),
      ),
      undefined,
      registry,
    );
    expect(window.waves[0]?.jobs[0]).toMatchObject({
      name: "theirs",
      status: "passed",
      urn: urnOf(completion, "theirs"),
    });
  });
});
