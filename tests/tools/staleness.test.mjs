import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compilerInputs, ensureCompiled } from "../../tools/setup/build.mjs";
import { ensureDependencies } from "../../tools/setup/dependencies.mjs";
import { sameFiles } from "../../tools/setup/files.mjs";
import { bundleInputs, ensurePlugin } from "../../tools/setup/plugin.mjs";
import { silenceSetup, temporaryFolder, write } from "./folder.mjs";

silenceSetup();

const lockFile = (version) =>
  JSON.stringify({
    packages: {
      "": { name: "project" },
      "node_modules/left": { version },
      "node_modules/other-system": { version: "1.0.0", optional: true },
      "node_modules/linked": { resolved: "examples/linked", link: true },
    },
  });

describe("installing npm packages", () => {
  function recorder() {
    const commands = [];
    const install = async (root, command) => {
      commands.push(command);
      write(join(root, "node_modules", "left", "package.json"), "{}");
    };
    return { commands, install };
  }

  test("once, and again when the lock file has changed", async () => {
    const root = temporaryFolder({ "package-lock.json": lockFile("1.0.0") });
    const { commands, install } = recorder();
    await ensureDependencies(root, install);
    await ensureDependencies(root, install);
    expect(commands).toEqual(["ci"]);
    write(join(root, "package-lock.json"), lockFile("2.0.0"));
    await ensureDependencies(root, install);
    expect(commands).toEqual(["ci", "ci"]);
  });

  test("again when node_modules was removed", async () => {
    const root = temporaryFolder({ "package-lock.json": lockFile("1.0.0") });
    const { commands, install } = recorder();
    await ensureDependencies(root, install);
    rmSync(join(root, "node_modules"), { recursive: true });
    await ensureDependencies(root, install);
    expect(commands).toEqual(["ci", "ci"]);
  });

  test("not after somebody ran npm ci", async () => {
    const installed = JSON.stringify({ packages: { "node_modules/left": { version: "1.0.0" } } });
    const root = temporaryFolder({
      "package-lock.json": lockFile("1.0.0"),
      "node_modules/.package-lock.json": installed,
    });
    const { commands, install } = recorder();
    await ensureDependencies(root, install);
    expect(commands).toEqual([]);
    write(join(root, "package-lock.json"), lockFile("2.0.0"));
    await ensureDependencies(root, install);
    expect(commands).toEqual(["ci"]);
  });

  test("without a lock file by npm install", async () => {
    const { commands, install } = recorder();
    await ensureDependencies(temporaryFolder(), install);
    expect(commands).toEqual(["install"]);
  });
});

describe("what was built before", () => {
  const project = () =>
    temporaryFolder({
      "tsconfig.json": "{}",
      "package.json": JSON.stringify({ name: "pulumi-ztp", version: "0.0.0-test" }),
      "provider/main.ts": "export {};",
      "provider/core/shape.ts": "export {};",
      "tools/setup.mjs": "",
    });

  test("counts as unchanged until a source is edited, added or removed", () => {
    const root = project();
    const before = compilerInputs(root);
    expect(Object.keys(before).sort()).toEqual(["provider/core/shape.ts", "provider/main.ts", "tsconfig.json"]);
    expect(sameFiles(before, compilerInputs(root))).toBe(true);

    write(join(root, "provider/core/shape.ts"), "export const edited = true;");
    expect(sameFiles(before, compilerInputs(root))).toBe(false);

    const edited = compilerInputs(root);
    write(join(root, "provider/core/added.ts"), "");
    expect(sameFiles(edited, compilerInputs(root))).toBe(false);
    rmSync(join(root, "provider/core/added.ts"));
    expect(sameFiles(edited, compilerInputs(root))).toBe(true);
    rmSync(join(root, "provider/core/shape.ts"));
    expect(sameFiles(edited, compilerInputs(root))).toBe(false);
  });

  test("never counts as current without a stamp", () => {
    expect(sameFiles(undefined, {})).toBe(false);
  });

  test("is compiled once, and loses what a removed source left behind", async () => {
    const root = project();
    write(join(root, "node_modules/typescript/bin/tsc"), 'require("node:fs").appendFileSync("dist/runs", "x");');
    const leftovers = ["dist/provider/gone.js", "dist/provider/gone.d.ts", "dist/provider/gone.js.map"];
    for (const file of [...leftovers, "dist/provider/main.js", "dist/provider/main.d.ts"]) write(join(root, file), "");
    await ensureCompiled(root, process.execPath);
    await ensureCompiled(root, process.execPath);
    expect(statSync(join(root, "dist/runs")).size).toBe(1);
    expect(leftovers.filter((file) => existsSync(join(root, file)))).toEqual([]);
    expect(existsSync(join(root, "dist/provider/main.d.ts"))).toBe(true);
  });

  test("is compiled again after errors, which only a tolerant setup passes over", async () => {
    const root = project();
    write(
      join(root, "node_modules/typescript/bin/tsc"),
      'require("node:fs").mkdirSync("dist", { recursive: true }); require("node:fs").appendFileSync("dist/runs", "x"); process.exitCode = 2;',
    );
    await expect(ensureCompiled(root, process.execPath)).rejects.toThrow("found errors");
    await ensureCompiled(root, process.execPath, { tolerant: true });
    expect(statSync(join(root, "dist/runs")).size).toBe(2);
  });

  test("says what is missing when the plugin has no entry point", async () => {
    const root = project();
    rmSync(join(root, "provider/main.ts"));
    await expect(ensurePlugin(root)).rejects.toThrow("provider/main.ts, its entry point, is missing");
    expect(Object.keys(bundleInputs(root))).toContain("provider/core/shape.ts");
  });
});
