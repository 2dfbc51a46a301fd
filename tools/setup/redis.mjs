import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { publish } from "./cli-cache.mjs";
import { cacheDirectory, executableIn, findExecutable, writeAtomically } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { Problem, say } from "./problem.mjs";
import { capture } from "./process.mjs";

/**
 * Finds a redis-server for the tests: on the PATH, in the cache, or in the packages of Debian, which are unpacked into the
 * cache and not installed. Only tests need it, so that it fails nothing: the answer is `{ command }` or `{ problem }`.
 */
export async function ensureRedis({ environment = process.env, obtain = unpackDebianPackages } = {}) {
  const onPath = findExecutable("redis-server", environment.PATH);
  if (onPath) return { command: onPath };
  const home = join(cacheDirectory(environment), "redis");
  const cached = () => executableIn(join(home, "bin"), "redis-server");
  try {
    const command =
      cached() ?? (await withLock(`${home}.lock`, async () => cached() ?? (await fill(home, obtain, environment))));
    return { command };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const problem = `There is no redis-server: ${error.message}. Install Redis to run the tests that need it.`;
    say(problem);
    return { problem };
  }
}

async function fill(home, obtain, environment) {
  mkdirSync(dirname(home), { recursive: true });
  const staging = mkdtempSync(`${home}.new-`);
  try {
    await obtain(staging, environment);
    const { code, output } = await capture(join(staging, "bin", "redis-server"), ["--version"], { env: environment });
    if (code !== 0) throw new Problem(`that of Debian does not start (${output.trim().split("\n")[0]})`);
    publish(staging, home);
    return join(home, "bin", "redis-server");
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function unpackDebianPackages(folder, env) {
  const tools = ["apt-get", "apt-cache", "dpkg"];
  const missing = tools.find((tool) => !findExecutable(tool, env.PATH));
  if (missing) throw new Problem(`it is not on the PATH, and there is no ${missing} to get it with`);
  say("Getting redis-server from the packages of Debian ...");
  const run = (command, ...args) => capture(command, args, { cwd: folder, env, timeoutSeconds: 300 });
  // Images for containers come without the lists of packages.
  if ((await run("apt-cache", "show", "redis-server")).stdout === "") await run("apt-get", "update");
  const servers = ["redis-server", "redis-tools"];
  const { stdout } = await run("apt-cache", "depends", ...servers);
  // The C library is that of the system: another one would not fit its loader.
  const libraries = [...stdout.matchAll(/^ *Depends: (lib[\w.+-]+)$/gm)].map(([, name]) => name);
  const wanted = [...new Set([...servers, ...libraries.filter((name) => name !== "libc6")])];
  const { code, output } = await run("apt-get", "download", ...wanted);
  if (code !== 0) throw new Problem(`apt-get could not download it (${output.trim().split("\n").at(-1)})`);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb"))) {
    const unpacked = await run("dpkg", "-x", file, "files");
    if (unpacked.code !== 0) throw new Problem(`dpkg could not unpack ${file} (${unpacked.output.trim()})`);
    rmSync(join(folder, file));
  }
  if (!existsSync(join(folder, "files/usr/bin/redis-server"))) throw new Problem("the package redis-server has none");
  writeAtomically(join(folder, "bin", "redis-server"), launcher, 0o755);
}

const launcher = `#!/bin/sh
files=$(dirname "$0")/../files
LD_LIBRARY_PATH=$(echo "$files"/usr/lib/*-linux-gnu*)\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$files/usr/bin/redis-server" "$@"
`;
