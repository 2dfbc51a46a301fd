import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { publish } from "./cli-cache.mjs";
import { cacheDirectory, executableIn, findExecutable } from "./files.mjs";
import { withLock } from "./lock.mjs";
import { Problem, say } from "./problem.mjs";
import { capture } from "./process.mjs";

/**
 * Finds a program that only tests need: on the PATH, in the cache, or in the packages of Debian, which are unpacked into the
 * cache and not installed. It fails nothing: the answer is `{ command }` or `{ problem }`.
 * @param program its `name`, the `product` that a person would install, and `obtain`, which fills a folder with `bin/<name>`
 */
export async function ensureProgram({ name, product, obtain, folder = name }, environment) {
  const onPath = findExecutable(name, environment.PATH);
  if (onPath) return { command: onPath };
  const home = join(cacheDirectory(environment), folder);
  const cached = () => executableIn(join(home, "bin"), name);
  try {
    const fill = () => cached() ?? fillCache(home, { name, obtain }, environment);
    return { command: cached() ?? (await withLock(`${home}.lock`, async () => fill())) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const problem = `There is no ${name}: ${error.message}. Install ${product} to run the tests that need it.`;
    say(problem);
    return { problem };
  }
}

async function fillCache(home, { name, obtain }, environment) {
  mkdirSync(dirname(home), { recursive: true });
  const staging = mkdtempSync(`${home}.new-`);
  try {
    await obtain(staging, environment);
    const { code, output } = await capture(join(staging, "bin", name), ["--version"], { env: environment });
    if (code !== 0) throw new Problem(`that of Debian does not start (${output.trim().split("\n")[0]})`);
    publish(staging, home);
    return join(home, "bin", name);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Unpacks packages into `folder/files`.
 * @param choose which packages, asked with a function that runs a command
 */
export async function unpackDebianPackages(name, choose, folder, env) {
  const tools = ["apt-get", "apt-cache", "dpkg"];
  const missing = tools.find((tool) => !findExecutable(tool, env.PATH));
  if (missing) throw new Problem(`it is not on the PATH, and there is no ${missing} to get it with`);
  say(`Getting ${name} from the packages of Debian ...`);
  const run = (command, ...args) => capture(command, args, { cwd: folder, env, timeoutSeconds: 300 });
  // Images for containers come without the lists of packages.
  if ((await run("apt-cache", "show", name)).stdout === "") await run("apt-get", "update");
  const { code, output } = await run("apt-get", "download", ...(await choose(run)));
  if (code !== 0) throw new Problem(`apt-get could not download it (${output.trim().split("\n").at(-1)})`);
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".deb"))) {
    const unpacked = await run("dpkg", "-x", file, "files");
    if (unpacked.code !== 0) throw new Problem(`dpkg could not unpack ${file} (${unpacked.output.trim()})`);
    rmSync(join(folder, file));
  }
}
