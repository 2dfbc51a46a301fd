import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../tools/setup/files.mjs";
import { findNode } from "../../tools/setup/node.mjs";
import { capture } from "../../tools/setup/process.mjs";
import { temporaryFolder, write } from "./folder.mjs";

/** A process that attaches to a child running this script, and ends with its code. */
function attached(script) {
  const module = join(projectRoot, "tools", "setup", "process.mjs");
  const folder = temporaryFolder({ "child.js": script });
  write(
    join(folder, "parent.mjs"),
    `import { attach } from ${JSON.stringify(module)};
     process.exitCode = await attach(process.execPath, [${JSON.stringify(join(folder, "child.js"))}]);`,
  );
  return join(folder, "parent.mjs");
}

test("an attached command passes its exit code on", () => {
  expect(spawnSync(process.execPath, [attached("process.exitCode = 9")]).status).toBe(9);
  expect(spawnSync(process.execPath, [attached('process.kill(process.pid, "SIGKILL")')]).status).toBe(137);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"])("an attached command is given %s", async (signal) => {
  const script = `process.on("${signal}", () => process.exit(7)); setInterval(() => {}, 1000); console.log("ready")`;
  const parent = spawn(process.execPath, [attached(script)], { stdio: ["ignore", "pipe", "inherit"] });
  parent.stdout.once("data", () => parent.kill(signal));
  expect(await new Promise((resolve) => parent.once("close", resolve))).toBe(7);
});

test("an attached command ends when npm's shell is gone", async () => {
  const script = 'process.on("SIGTERM", () => { console.log("bye"); process.exit(); }); setInterval(() => {}, 1000);';
  const shell = `require("node:child_process").spawn(process.execPath, [process.argv[1]], { stdio: "inherit" })`;
  const parent = attached(`${script} console.log("ready");`);
  const npmShell = spawn(process.execPath, ["-e", shell, parent], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, npm_lifecycle_event: "simulate" },
  });
  let printed = "";
  npmShell.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
    if (text.includes("ready")) npmShell.kill("SIGKILL");
  });
  await new Promise((resolve) => npmShell.once("close", resolve));
  expect(printed).toBe("ready\nbye\n");
});

test("a captured command that is too slow or missing has an exit code too", async () => {
  const slow = await capture(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { timeoutSeconds: 0.2 });
  expect(slow).toMatchObject({ code: 1, output: "(ended by SIGKILL)" });
  expect((await capture(join(temporaryFolder(), "nothing"), [])).code).toBe(127);
});

test("an unknown command lists the known ones", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["tools/run.mjs", "constructor"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("Commands: build, demo, test,");
});

test("a Node that is new enough is used, else the one among the npm packages", () => {
  const root = temporaryFolder();
  expect(findNode(root, { version: "v22.19.0", path: "/usr/bin/node" }).command).toBe("/usr/bin/node");
  const old = { version: "v20.20.2", path: "/usr/bin/node" };
  expect(() => findNode(root, old)).toThrow(/^Node v20\.20\.2 is too old: install Node 22\.19\.0 or newer from /);
  write(join(root, "node_modules", "node", "bin", "node"), "");
  expect(findNode(root, old).directory).toBe(join(root, "node_modules", "node", "bin"));
});
