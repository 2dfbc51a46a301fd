import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What setup found on this machine, as it wrote it down. */
export interface Toolchain {
  node: { command: string; directory: string };
  cli: { command: string; version: string; directories: string[] };
  /** A redis-server, or why there is none; absent if nobody has looked. */
  redis?: { command?: string; problem?: string };
  /** A Chromium, likewise. */
  chromium?: { command?: string; problem?: string };
}

/** The checkout that this file belongs to, whether it runs from source or from dist/. */
export function findProjectRoot(start = __dirname): string {
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, "package.json"))) return directory;
    if (dirname(directory) === directory) throw new Error(`${start} is not inside of a pulumi-ztp checkout.`);
  }
}

export function readToolchain(root = findProjectRoot()): Toolchain {
  const file = join(root, "node_modules", ".cache", "pulumi-ztp", "toolchain.json");
  const found = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Toolchain>) : {};
  if (!found.node || !found.cli || !existsSync(found.cli.command)) {
    throw new Error('No Pulumi CLI has been set up for this checkout. Run "npm run setup" first.');
  }
  return { node: found.node, cli: found.cli, redis: found.redis, chromium: found.chromium };
}
