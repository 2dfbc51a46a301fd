import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureProgram, unpackDebianPackages } from "./debian.mjs";
import { writeAtomically } from "./files.mjs";
import { Problem } from "./problem.mjs";

/** Finds a Chromium for the tests of pages, see `ensureProgram`. It takes about a minute and 400 MB once. */
export function ensureChromium({ environment = process.env, obtain = unpackChromium } = {}) {
  return ensureProgram({ name: "chromium", product: "Chromium", obtain }, environment);
}

async function unpackChromium(folder, env) {
  await unpackDebianPackages("chromium", chooseChromium, folder, env);
  if (!existsSync(join(folder, "files/usr/lib/chromium/chromium"))) throw new Problem("the package chromium has none");
  writeAtomically(join(folder, "bin", "chromium"), launcher, 0o755);
}

/** What an installation would add to this system: libraries that it has already are those that its C library fits. */
async function chooseChromium(run) {
  const { code, stdout, output } = await run("apt-get", "install", "--simulate", "--no-install-recommends", "chromium");
  const names = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
  if (code === 0 && names.length > 0) return names;
  throw new Problem(`apt-get cannot tell what it needs (${output.trim().split("\n").at(-1)})`);
}

const launcher = `#!/bin/sh
files=$(dirname "$0")/../files
libraries=$(echo "$files"/usr/lib/*-linux-gnu*)
LD_LIBRARY_PATH=$libraries:$libraries/pulseaudio\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$files/usr/lib/chromium/chromium" "$@"
`;
