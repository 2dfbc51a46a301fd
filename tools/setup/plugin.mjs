import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { listFiles, readJson, sameFiles, writeAtomically } from "./files.mjs";
import { lockOf, withLock } from "./lock.mjs";
import { Problem, say } from "./problem.mjs";
import { oldestNodeVersion } from "./versions.mjs";

export function bundleInputs(root) {
  const wanted = (path) => /\.(ts|json|mjs)$/.test(path);
  return listFiles(
    root,
    ["provider", "sdk/schema.json", "package.json", "package-lock.json", "tools/setup/plugin.mjs"],
    wanted,
  );
}

/** Bundles provider/main.ts into the folder that Pulumi starts the plugin from. */
export async function ensurePlugin(root) {
  const stampFile = join(root, "node_modules", ".cache", "pulumi-ztp", "plugin-stamp.json");
  const isCurrent = () =>
    existsSync(join(root, "plugin", "provider.js")) && sameFiles(readJson(stampFile), bundleInputs(root));
  if (isCurrent()) return;
  await withLock(lockOf(root, "plugin"), async () => {
    if (isCurrent()) return;
    const inputs = bundleInputs(root);
    say("Bundling the plugin ...");
    await bundle(root);
    writeLauncher(root);
    writeAtomically(stampFile, JSON.stringify(inputs));
  });
}

async function bundle(root) {
  const entry = join(root, "provider", "main.ts");
  if (!existsSync(entry))
    throw new Problem("The plugin cannot be built: provider/main.ts, its entry point, is missing.");
  const esbuild = await import(pathToFileURL(createRequire(join(root, "package.json")).resolve("esbuild")).href);
  try {
    const result = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      platform: "node",
      target: "node22",
      format: "cjs",
      // An optional package of the project.
      external: ["ioredis"],
      write: false,
      outfile: join(root, "plugin", "provider.js"),
      logLevel: "silent",
      plugins: [englishOnly, textOfData],
    });
    for (const file of result.outputFiles) writeAtomically(file.path, file.text);
    await report(esbuild, result.warnings, "warning");
  } catch (error) {
    if (!error.errors) throw error;
    await report(esbuild, error.errors, "error");
    throw new Problem("The plugin could not be bundled: see above.");
  }
}

/** The texts of zod in all other languages cost every start of the plugin a tenth of its time. */
const englishOnly = {
  name: "english-only",
  setup(build) {
    build.onResolve({ filter: /[/]locales[/]index[.]js$/ }, ({ path, importer, resolveDir }) =>
      /[/\\]zod[/\\]/.test(importer) ? { path: join(resolveDir, path, "..", "en.js") } : undefined,
    );
  },
};

/** A text is passed over where an object would be built at every start: whoever needs the data parses it. */
const textOfData = {
  name: "text-of-data",
  setup(build) {
    build.onLoad({ filter: /[/\\]provider[/\\].*[.]json$/ }, ({ path }) => ({
      contents: JSON.stringify(JSON.parse(readFileSync(path, "utf8"))),
      loader: "text",
    }));
  },
};

async function report(esbuild, messages, kind) {
  for (const text of await esbuild.formatMessages(messages, { kind })) say(text.trimEnd());
}

function writeLauncher(root) {
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const launcher = join(root, "plugin", "pulumi-resource-ztp");
  writeAtomically(launcher, launcherText(name, version), 0o755);
  writeAtomically(`${launcher}.cmd`, '@echo off\r\nnode "%~dp0pulumi-resource-ztp" %*\r\n');
}

/** Plain old JavaScript above the require: a Node that is too old must still get as far as its one sentence. */
export function launcherText(name, version) {
  const [major, minor] = oldestNodeVersion.split(".");
  return `#!/usr/bin/env node
"use strict";
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < ${major} || (major === ${major} && minor < ${minor})) {
  console.error(\`The ztp plugin needs Node.js ${major}.${minor} or newer, but the "node" on the PATH is \${process.version}.\`);
  process.exit(1);
}
const cache = process.env.XDG_CACHE_HOME || require("node:path").join(require("node:os").homedir(), ".cache");
require("node:module").enableCompileCache?.(require("node:path").join(cache, "${name}", "compile-${version}"));
require("./provider.js");
`;
}
