import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packageSchema } from "../provider/core/schema";
import { packageName } from "../provider/hosts/tokens";
import { registry } from "../provider/registry";
import { version } from "../provider/version";
import { trimmedMistSpecification } from "./generate/mist";
import { withConfigurationTable } from "./generate/readme";
import { nodeSdk } from "./generate/typescript";

const root = resolve(__dirname, "../..");

/**
 * Writes `sdk/schema.json`, `sdk/nodejs` and the README's configuration table from the registry; with `--check` it only
 * says whether they are current. With `--mist-openapi <file>` it takes the bodies of Mist's API from that description, and
 * nothing else, since what is compiled by now knows the old ones.
 */
function main(): void {
  const openApi = process.argv.indexOf("--mist-openapi");
  if (openApi >= 0) {
    const text = trimmedMistSpecification(resolve(process.argv[openApi + 1] ?? ""));
    writeFileSync(join(root, "provider/resources/mist/bodies/specification.json"), text);
    return;
  }
  const wanted = new Map<string, string>();
  wanted.set("sdk/schema.json", `${JSON.stringify(packageSchema(registry, packageName, version), undefined, 2)}\n`);
  for (const [name, text] of nodeSdk(registry)) wanted.set(`sdk/nodejs/${name}`, formatted(`sdk/nodejs/${name}`, text));
  wanted.set("README.md", withConfigurationTable(readFileSync(join(root, "README.md"), "utf8"), registry));

  const folder = join(root, "sdk/nodejs");
  mkdirSync(folder, { recursive: true });
  const extra = readdirSync(folder)
    .map((name) => `sdk/nodejs/${name}`)
    .filter((path) => !wanted.has(path));
  const stale = [...wanted].filter(
    ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text,
  );
  if (process.argv.includes("--check")) {
    const wrong = [...stale.map(([path]) => path), ...extra];
    if (wrong.length === 0) return;
    console.error(`Not what the registry gives, run \`npm run generate\`: ${wrong.join(", ")}`);
    process.exitCode = 1;
    return;
  }
  for (const path of extra) rmSync(join(root, path));
  for (const [path, text] of stale) writeFileSync(join(root, path), text);
  console.log(
    stale.length + extra.length === 0
      ? "Everything is current."
      : `Wrote ${[...stale.map(([path]) => path), ...extra].join(", ")}.`,
  );
}

function formatted(path: string, text: string): string {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const options = { cwd: root, input: text, encoding: "utf8" } as const;
  return execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${path}`], options);
}

main();
