import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPage } from "../../cli/report/page";
import { type Window, windowOf } from "../../cli/report/window";
import { registry } from "../../provider/registry";
import { findChromium, show } from "./chromium";
import { entry, job, recordedWindow, stackOf } from "./report-support";

const { command = "", problem } = findChromium();
if (problem) console.warn(`Tests of the page in a browser are skipped. ${problem}`);

/** What the page measures of itself, since it is a browser that lays it out; the page itself has no script. */
const probe = `<script>
const shown = (each) => !each.textContent.trim() || each.checkVisibility();
const told = {
  width: innerWidth,
  overflow: document.documentElement.scrollWidth - innerWidth,
  text: document.body.innerText,
  hidden: [...document.querySelectorAll("main h2, main h3, main p, main td, main th")].filter((each) => !shown(each)).length,
  ground: getComputedStyle(document.body).backgroundColor,
  foreign: document.querySelectorAll("img, script[src], link, iframe").length,
  requests: performance.getEntriesByType("resource").map(({ name }) => name),
  sheets: [...document.querySelectorAll("article")].map(
    (each) => each.querySelector("h3").textContent + ": " + each.querySelector(".badge").textContent,
  ),
};
document.title = JSON.stringify(told);
parent.postMessage(document.title, "*");
</script>`;

/** A window of the browser is never narrower than 500 pixels, a frame may be. */
const phone = `<!doctype html><title>no answer</title>
<script>addEventListener("message", ({ data }) => { document.title = data; });</script>
<iframe src="page.html" style="width: 360px; height: 800px; border: 0"></iframe>`;

interface Told {
  width: number;
  overflow: number;
  text: string;
  hidden: number;
  ground: string;
  foreign: number;
  requests: string[];
  sheets: string[];
}

describe.skipIf(problem !== undefined)("in a real browser", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-page-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What the page says of itself with a probe in it, which its own policy would not let run. */
  async function measured(window: Window, { frame, flags }: { frame?: string; flags?: string[] } = {}) {
    const page = renderPage(window, new Date("2026-11-22T18:00:00Z"));
    const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
    writeFileSync(join(folder, "page.html"), open.replace("</body>", `${probe}</body>`));
    writeFileSync(join(folder, "frame.html"), frame ?? "");
    const { dom, console } = await show(command, join(folder, frame ? "frame.html" : "page.html"), flags);
    const [, title = ""] = /<title>(.*?)<\/title>/s.exec(dom) ?? [];
    const plain = title.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
    return { told: JSON.parse(plain) as Told, console };
  }

  test("a reader sees the waves, what failed, why, and what waits for it", async () => {
    const { told, console } = await measured(recordedWindow("mist-failed", "mist-failed"));
    expect(told.sheets).toEqual(["Munich: ✗ failed", "Vienna: ○ not started", "Zurich: ○ not started"]);
    const { text } = told;
    expect(text).toContain("5 resources are still to be created: 2 jobs and 3 completions.");
    expect(text).toMatch(/Failures\s+Munich, wave 1; devices: 1 failed, 3 not reached\s+upgrade job site:/);
    expect(text).toContain("Begins when these have passed: UpgradeCompletion Munich.");
    expect(text).toContain("not started: waits for UpgradeCompletion Munich (its job failed: upgrade job site:");
    expect(text.indexOf("Failures")).toBeLessThan(text.indexOf("Wave 1"));
    expect([told.hidden, told.foreign, told.requests]).toEqual([0, 0, []]);
    expect(console).toEqual([]);
  });

  test("it fits a phone, and is dark where the reader wants that", async () => {
    const window = recordedWindow("panos-done");
    const light = await measured(window);
    const dark = await measured(window, { frame: phone, flags: ["--blink-settings=preferredColorScheme=0"] });
    expect([light.told.ground, light.told.overflow]).toEqual(["rgb(246, 247, 249)", 0]);
    expect([dark.told.ground, dark.told.width, dark.told.overflow]).toEqual(["rgb(20, 23, 28)", 360, 0]);
    expect(dark.told.hidden).toBe(0);
  });

  test("markup in the name of a device is read, not run", async () => {
    const name = `<script>document.title = "taken"</script><img src="http://127.0.0.1:9/x" onerror="document.title = 'taken'">`;
    const devices = [{ serial: "1", hostname: name, upgradeStatus: "failed", message: name }];
    const window = windowOf(
      stackOf(entry({ type: job, name, outputs: { phase: "failed", reason: name, devices } })),
      undefined,
      registry,
    );
    const { told, console } = await measured(window);
    expect(told.text).toContain(name);
    expect([told.foreign, told.requests]).toEqual([0, []]);
    expect(console).toEqual([]);
  });

  test("what would run is kept from it by the page's own policy", async () => {
    const file = join(folder, "policy.html");
    const page = renderPage(recordedWindow("mist-done"), new Date("2026-11-22T18:00:00Z"));
    writeFileSync(file, page.replace("</body>", `<script>document.title = "taken"</script></body>`));
    const { dom, console } = await show(command, file);
    expect(dom).toContain("<title>Maintenance window: mist-canary / dev</title>");
    // That the browser tells of it shows that silence elsewhere means something.
    expect(console.join("\n")).toMatch(/Content Security Policy/);
  });
});
