import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launcherText } from "../../tools/setup/plugin.mjs";
import { temporaryFolder, write } from "./folder.mjs";

function plugin() {
  const folder = temporaryFolder({
    "plugin/provider.js": 'console.log("provider runs"); require("node:module").flushCompileCache();',
    "old.js": 'Object.defineProperty(process.versions, "node", { value: "22.18.0" });',
  });
  const launcher = join(folder, "plugin", "pulumi-resource-ztp");
  write(launcher, launcherText("pulumi-ztp", "1.2.3"), 0o755);
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache"), NODE_COMPILE_CACHE: "" };
  const start = (...flags) => spawnSync(process.execPath, [...flags, launcher], { encoding: "utf8", env });
  return { folder, start };
}

test("the launcher starts the provider, with a compile cache outside of the package", () => {
  const { folder, start } = plugin();
  expect(start()).toMatchObject({ status: 0, stdout: "provider runs\n", stderr: "" });
  expect(existsSync(join(folder, "cache", "pulumi-ztp", "compile-1.2.3"))).toBe(true);
});

test("the launcher says in one line that Node is too old", () => {
  const { folder, start } = plugin();
  const { status, stdout, stderr } = start("--require", join(folder, "old.js"));
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^The ztp plugin needs Node\.js 22\.19 or newer, but .*\n$/);
});
