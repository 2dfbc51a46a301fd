import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Problem } from "./problem.mjs";
import { isAtLeast, oldestNodeVersion } from "./versions.mjs";

/** The Node that everything runs under: this one if it is new enough, else the one among the npm packages. */
export function findNode(root, running = { version: process.version, path: process.execPath }) {
  if (isAtLeast(running.version, oldestNodeVersion)) return { command: running.path, directory: dirname(running.path) };
  const directory = join(root, "node_modules", "node", "bin");
  const command = join(directory, process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(command)) return { command, directory };
  throw new Problem(
    `Node ${running.version} is too old: install Node ${oldestNodeVersion} or newer from https://nodejs.org, ` +
      `or run "npm ci" so that node_modules brings one along.`,
  );
}
