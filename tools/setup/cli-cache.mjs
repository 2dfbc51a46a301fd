import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder beside `home`, so that it can be renamed to it in one step. */
export function stagingDirectory(home) {
  mkdirSync(dirname(home), { recursive: true });
  const staging = mkdtempSync(`${home}.new-`);
  mkdirSync(join(staging, "bin"));
  return staging;
}

/** Called with the lock held: whatever is at `home` was found unusable. */
export function publish(staging, home) {
  rmSync(home, { recursive: true, force: true });
  renameSync(staging, home);
}

/** The CLI starts dynamic resources through this script, which it looks for beside itself. */
export function addDynamicProvider(root, bin) {
  for (const name of ["pulumi-resource-pulumi-nodejs", "pulumi-resource-pulumi-nodejs.cmd"]) {
    const source = join(root, "node_modules", "@pulumi", "pulumi", name);
    const target = join(bin, name);
    if (!existsSync(source) || existsSync(target)) continue;
    copyFileSync(source, target);
    chmodSync(target, 0o755);
  }
}
