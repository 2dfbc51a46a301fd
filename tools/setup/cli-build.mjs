import { existsSync } from "node:fs";
import { join } from "node:path";
import { findExecutable, projectRoot } from "./files.mjs";
import { Problem, say } from "./problem.mjs";
import { capture } from "./process.mjs";
import { goParts, pulumiVersion } from "./versions.mjs";

export function findGo(environment) {
  const usual = process.platform === "win32" ? "C:\\Program Files\\Go\\bin\\go.exe" : "/usr/local/go/bin/go";
  return findExecutable("go", environment.PATH) ?? (existsSync(usual) ? usual : undefined);
}

/** Builds the CLI and its language hosts, at the versions pinned in tools/pulumi-cli. */
export async function buildCli({ staging, environment }) {
  const go = findGo(environment);
  if (!go) throw new Problem("build from source: Go is not installed");
  say(`Building the Pulumi CLI ${pulumiVersion} with Go. The first time this takes 8 to 10 minutes.`);
  for (const [index, part] of goParts.entries()) {
    const label = `${part.executable} (${index + 1} of ${goParts.length})`;
    const result = await withProgress(label, () => buildPart(go, part, join(staging, "bin"), environment));
    if (result.code === 0) continue;
    if (part.required) throw new Problem(`build from source: ${part.executable}: ${result.output.trim()}`);
    say(`Warning: ${part.executable} could not be built, so YAML programs will not run.\n${result.output.trim()}`);
  }
}

function buildPart(go, part, bin, environment) {
  const file = join(bin, process.platform === "win32" ? `${part.executable}.exe` : part.executable);
  return capture(go, ["build", "-mod=readonly", "-ldflags", part.ldflags, "-o", file, part.package], {
    cwd: join(projectRoot, "tools", "pulumi-cli", part.directory),
    env: { ...environment, GOWORK: "off" },
  });
}

async function withProgress(label, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const timer = setInterval(() => say(`  ${label}: ${seconds()} s ...`), 20_000);
  try {
    const result = await work();
    say(`  ${label}: ${result.code === 0 ? "done" : "failed"} after ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
