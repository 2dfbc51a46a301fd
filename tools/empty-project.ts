import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { findProjectRoot } from "./toolchain";

/** Makes the folder with a project that has no resource yet, and whose program is index.ts. Answers with the folder. */
export function writeEmptyProject(folder: string): string {
  const root = findProjectRoot();
  mkdirSync(folder);
  const plugins = { providers: [{ name: "ztp", path: join(root, "plugin") }] };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name: "branches", runtime: "nodejs", plugins }));
  writeFileSync(join(folder, "package.json"), '{ "name": "branches", "main": "index.ts" }\n');
  copyFileSync(join(root, "examples", "fleet", "tsconfig.json"), join(folder, "tsconfig.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}
