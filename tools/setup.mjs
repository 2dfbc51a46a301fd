import { realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureCompiled } from "./setup/build.mjs";
import { ensureChromium } from "./setup/chromium.mjs";
import { ensureCli } from "./setup/cli.mjs";
import { ensureDependencies } from "./setup/dependencies.mjs";
import { projectRoot, readJson, writeAtomically } from "./setup/files.mjs";
import { findNode } from "./setup/node.mjs";
import { ensurePlugin } from "./setup/plugin.mjs";
import { say, showFailure } from "./setup/problem.mjs";
import { ensureRedis } from "./setup/redis.mjs";

/** Where setup writes down what it found; tools/workspace.ts reads it. */
const recordFile = join(projectRoot, "node_modules", ".cache", "pulumi-ztp", "toolchain.json");

/**
 * Makes ready what a command needs besides the npm packages: "compiled", "compiled-tolerant", "plugin", "cli", "redis",
 * "chromium". Prints on stderr only. The answer has the environment to run commands in.
 */
export async function setup(needs = ["compiled", "plugin", "cli"]) {
  await ensureDependencies(projectRoot);
  const node = findNode(projectRoot);
  const before = readJson(recordFile);
  if (needs.includes("compiled")) await ensureCompiled(projectRoot, node.command);
  if (needs.includes("compiled-tolerant")) await ensureCompiled(projectRoot, node.command, { tolerant: true });
  if (needs.includes("plugin")) await ensurePlugin(projectRoot);
  const cli = needs.includes("cli")
    ? await ensureCli({ root: projectRoot, node: node.command, known: before?.cli })
    : before?.cli;
  const redis = needs.includes("redis") ? await ensureRedis() : before?.redis;
  const chromium = needs.includes("chromium") ? await ensureChromium() : before?.chromium;
  const record = { node, cli, redis, chromium };
  if (JSON.stringify(record) !== JSON.stringify(before)) writeAtomically(recordFile, JSON.stringify(record, null, 2));
  const directories = [node.directory, ...(cli?.directories ?? [])];
  const env = { ...process.env, PATH: [...directories, process.env.PATH].join(delimiter) };
  return { root: projectRoot, node: node.command, cli, env };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const { cli } = await setup();
    say(`Ready: Pulumi CLI ${cli.version} (${cli.command}).`);
  } catch (error) {
    showFailure(error);
    process.exitCode = 1;
  }
}
