import { rmSync } from "node:fs";
import { join } from "node:path";
import { listFiles, readJson, sameFiles, writeAtomically } from "./files.mjs";
import { lockOf, withLock } from "./lock.mjs";
import { Problem, say } from "./problem.mjs";
import { capture } from "./process.mjs";

const compiledFolders = ["provider", "sdk", "cli", "simulators", "tests", "tools"];
/** The compiler copies the JSON that the provider imports. */
const isSource = (path) => /\.[cm]?ts$|[/\\]provider[/\\].*\.json$/.test(path);

export function compilerInputs(root) {
  const settings = listFiles(root, ["tsconfig.json", "package-lock.json"]);
  return { ...settings, ...listFiles(root, compiledFolders, isSource) };
}

/** Compiles to dist/ when a source has changed. With `tolerant` type errors are shown but do not stop anything. */
export async function ensureCompiled(root, node, { tolerant = false } = {}) {
  const stampFile = join(root, "dist", ".build-stamp.json");
  const isCurrent = () => sameFiles(readJson(stampFile), compilerInputs(root));
  if (isCurrent()) return;
  await withLock(lockOf(root, "compile"), async () => {
    if (isCurrent()) return;
    const inputs = compilerInputs(root);
    say("Compiling ...");
    removeOrphans(root, inputs);
    const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
    const result = await capture(node, [compiler, "--pretty", String(process.stderr.isTTY === true)], { cwd: root });
    if (result.code === 0) return writeAtomically(stampFile, JSON.stringify(inputs));
    say(result.output.trimEnd());
    if (!tolerant) throw new Problem("The TypeScript compiler found errors: see above.");
  });
}

/** The compiler never deletes: what a removed source left behind would be shipped and run. */
function removeOrphans(root, inputs) {
  const outputs = listFiles(join(root, "dist"), compiledFolders);
  for (const output of Object.keys(outputs)) {
    const stem = output.replace(/(\.d)?\.([cm]?)[jt]s(\.map)?$/, "");
    if (!["", ".ts", ".mts", ".cts"].some((extension) => `${stem}${extension}` in inputs))
      rmSync(join(root, "dist", output));
  }
}
