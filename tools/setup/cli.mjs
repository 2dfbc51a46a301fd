import { rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildCli } from "./cli-build.mjs";
import { addDynamicProvider, publish, stagingDirectory } from "./cli-cache.mjs";
import { downloadCli } from "./cli-download.mjs";
import { cacheDirectory, executableIn, findExecutable } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { Problem, say } from "./problem.mjs";
import { capture } from "./process.mjs";
import { isAtLeast, oldestPulumiVersion, pulumiVersion } from "./versions.mjs";

/**
 * Finds a Pulumi CLI with its Node language host: on the PATH, in the cache, from the official installer, or built from
 * Go modules. `known` is what an earlier setup found, and saves asking an unchanged executable for its version again.
 */
export async function ensureCli({ root, node, environment = process.env, known, sources = { downloadCli, buildCli } }) {
  const onPath = await findOnPath(environment, known);
  if (onPath) return onPath;
  const home = join(cacheDirectory(environment), `pulumi-${pulumiVersion}`);
  const cached = () => findIn(join(home, "bin"), known);
  return (
    (await cached()) ??
    withLock(`${home}.lock`, async () => (await cached()) ?? obtain({ root, node, home, environment, sources }))
  );
}

async function obtain({ root, node, home, environment, sources }) {
  const onPath = findExecutable("pulumi", environment.PATH);
  const reasons = onPath ? [`on the PATH: ${onPath} is too old, or has no pulumi-language-nodejs`] : [];
  for (const reason of reasons) say(`Not used: ${reason}.`);
  for (const source of [sources.downloadCli, sources.buildCli]) {
    const staging = stagingDirectory(home);
    try {
      await source({ root, node, staging, environment });
      addDynamicProvider(root, join(staging, "bin"));
      const found = await findIn(join(staging, "bin"));
      if (!found) throw new Problem("what came out is not a Pulumi CLI with its Node language host");
      publish(staging, home);
      return await findIn(join(home, "bin"));
    } catch (error) {
      reasons.push(error.message);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  }
  throw new Problem(nothingWorked(reasons));
}

function nothingWorked(reasons) {
  return [
    `No Pulumi CLI ${oldestPulumiVersion} or newer was found, and none could be installed:`,
    ...reasons.map((reason) => `  - ${reason}`),
    "Install the Pulumi CLI from https://www.pulumi.com/docs/install/ and put it on the PATH,",
    "or install Go from https://go.dev/dl/ and run this again: the CLI is then built from source.",
  ].join("\n");
}

function findOnPath(environment, known) {
  const command = findExecutable("pulumi", environment.PATH);
  return command && describe(command, environment.PATH, known);
}

const findIn = (directory, known) => {
  const command = executableIn(directory, "pulumi");
  return command && describe(command, directory, known);
};

async function describe(command, path, known) {
  const directory = dirname(command);
  const language = executableIn(directory, "pulumi-language-nodejs") ?? findExecutable("pulumi-language-nodejs", path);
  if (!language) return undefined;
  const stats = statSync(command);
  const identity = `${command}:${stats.size}:${stats.mtimeMs}`;
  const version = known?.identity === identity ? known.version : await versionOf(command);
  if (!isAtLeast(version, oldestPulumiVersion)) return undefined;
  const directories = [...new Set([directory, dirname(language)])];
  return { command, version, directories, identity };
}

async function versionOf(command) {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" };
  const { code, stdout } = await capture(command, ["version"], { env, timeoutSeconds: 30 });
  return code === 0 ? stdout.trim() : "";
}
