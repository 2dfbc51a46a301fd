import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findProjectRoot, type Toolchain } from "../../tools/toolchain";

/** The Chromium that setup has found, or why there is none. */
export function findChromium(): NonNullable<Toolchain["chromium"]> {
  const file = join(findProjectRoot(), "node_modules", ".cache", "pulumi-ztp", "toolchain.json");
  const found = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Toolchain>).chromium : undefined;
  return found ?? { problem: 'Nobody has looked for a Chromium yet. Run "npm test" once.' };
}

export interface Shown {
  /** The page as it stands after everything has been loaded and run. */
  dom: string;
  /** What the page, or the browser about it, has written to the console. */
  console: string[];
}

/** Opens a page in a browser of its own, which reaches no network. */
export async function show(command: string, file: string, flags: string[] = []): Promise<Shown> {
  const profile = mkdtempSync(join(tmpdir(), "pulumi-ztp-chromium-"));
  const fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];
  const quiet = ["--no-first-run", "--disable-background-networking", "--proxy-server=127.0.0.1:9"];
  const logged = ["--enable-logging=stderr", "--v=0", "--virtual-time-budget=2000", "--dump-dom"];
  const args = [...fixed, ...quiet, ...logged, `--user-data-dir=${profile}`, ...flags, pathToFileURL(file).href];
  try {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [dom, log] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (dom += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
    const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
    if (code !== 0) throw new Error(`Chromium ended with ${code}:\n${log}`);
    return { dom, console: log.split("\n").filter((line) => line.includes("CONSOLE")) };
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
