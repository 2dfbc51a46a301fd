import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOfFile, readJson, writeAtomically } from "./files.mjs";
import { lockOf, withLock } from "./lock.mjs";
import { Problem, say } from "./problem.mjs";
import { capture } from "./process.mjs";

/** Installs the npm packages when they are missing or do not match the lock file. */
export async function ensureDependencies(root, install = runNpm) {
  if (areDependenciesCurrent(root)) return;
  await withLock(lockOf(root, "dependencies"), async () => {
    if (areDependenciesCurrent(root)) return;
    const locked = existsSync(join(root, "package-lock.json"));
    say("Installing npm packages ...");
    await install(root, locked ? "ci" : "install");
    if (existsSync(join(root, "package-lock.json"))) writeStamp(root);
  });
}

export function areDependenciesCurrent(root) {
  const lockFile = join(root, "package-lock.json");
  if (!existsSync(lockFile) || !existsSync(join(root, "node_modules"))) return false;
  if (readStamp(root) === hashOfFile(lockFile)) return true;
  if (!isInstalledByHand(root)) return false;
  writeStamp(root);
  return true;
}

/** npm's own record of node_modules tells whether `npm ci` was run without us. */
function isInstalledByHand(root) {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  const installed = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !installed) return false;
  const names = Object.keys(wanted).filter((name) => name.startsWith("node_modules/") && !wanted[name].link);
  return names.every((name) => {
    if (!installed[name]) return wanted[name].optional === true;
    return installed[name].version === wanted[name].version;
  });
}

const stampFile = (root) => join(root, "node_modules", ".cache", "pulumi-ztp", "package-lock.sha256");

function readStamp(root) {
  return existsSync(stampFile(root)) ? readFileSync(stampFile(root), "utf8") : undefined;
}

function writeStamp(root) {
  writeAtomically(stampFile(root), hashOfFile(join(root, "package-lock.json")));
}

async function runNpm(root, command) {
  // Signs of an enclosing npm run would change how the inner one behaves.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(command|lifecycle|package|execpath|node_execpath)/.test(name),
    ),
  );
  const result = await capture("npm", [command, "--no-audit", "--no-fund"], {
    cwd: root,
    env: environment,
    shell: process.platform === "win32",
  });
  if (result.code !== 0) throw new Problem(`${result.output.trimEnd()}\n\n"npm ${command}" failed: see above.`);
}
