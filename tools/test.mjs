import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addUp, summaryLine, testCounts } from "./setup/count.mjs";
import { projectRoot, readJson } from "./setup/files.mjs";
import { showFailure } from "./setup/problem.mjs";
import { attach } from "./setup/process.mjs";
import { setup } from "./setup.mjs";

const inModules = (...path) => join(projectRoot, "node_modules", ...path);
const passed = { passed: 1, failed: 0, skipped: 0 };
const failed = { passed: 0, failed: 1, skipped: 0 };

const steps = [
  ["Build", () => prepare(["compiled", "plugin"])],
  ["Format and lint", () => runStep(inModules("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings")],
  ["Generated files are up to date", () => runStep(join(projectRoot, "dist", "tools", "generate.js"), "--check")],
  ["Pulumi CLI, Redis and Chromium", () => prepare(["cli", "redis", "chromium"])],
  ["Tests", () => runVitest(process.argv.slice(2))],
];

async function prepare(needs) {
  await setup(needs);
  return passed;
}

async function runStep(script, ...args) {
  if (!existsSync(script)) throw new Error(`${script} does not exist.`);
  return (await runNode([script, ...args])) === 0 ? passed : failed;
}

async function runVitest(args) {
  const directory = mkdtempSync(join(tmpdir(), "pulumi-ztp-test-"));
  const report = join(directory, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await runNode([inModules("vitest", "vitest.mjs"), "run", ...reporters, ...args]);
    return testCounts(readJson(report), code);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runNode(args) {
  const { node, env } = await setup([]);
  return attach(node, args, { cwd: projectRoot, env });
}

let total = { passed: 0, failed: 0, skipped: 0 };
for (const [headline, step] of steps) {
  console.log(`\n== ${headline}`);
  try {
    total = addUp(total, await step());
  } catch (error) {
    showFailure(error);
    total = addUp(total, failed);
  }
}
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
console.log(`\n${summaryLine(total)}`);
