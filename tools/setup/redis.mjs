import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureProgram, unpackDebianPackages } from "./debian.mjs";
import { writeAtomically } from "./files.mjs";
import { Problem } from "./problem.mjs";

/** Finds a redis-server for the tests, see `ensureProgram`. */
export function ensureRedis({ environment = process.env, obtain = unpackRedis } = {}) {
  return ensureProgram({ name: "redis-server", product: "Redis", folder: "redis", obtain }, environment);
}

async function unpackRedis(folder, env) {
  await unpackDebianPackages("redis-server", chooseRedis, folder, env);
  if (!existsSync(join(folder, "files/usr/bin/redis-server"))) throw new Problem("the package redis-server has none");
  writeAtomically(join(folder, "bin", "redis-server"), launcher, 0o755);
}

async function chooseRedis(run) {
  const servers = ["redis-server", "redis-tools"];
  const { stdout } = await run("apt-cache", "depends", ...servers);
  // The C library is that of the system: another one would not fit its loader.
  const libraries = [...stdout.matchAll(/^ *Depends: (lib[\w.+-]+)$/gm)].map(([, name]) => name);
  return [...new Set([...servers, ...libraries.filter((name) => name !== "libc6")])];
}

const launcher = `#!/bin/sh
files=$(dirname "$0")/../files
LD_LIBRARY_PATH=$(echo "$files"/usr/lib/*-linux-gnu*)\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$files/usr/bin/redis-server" "$@"
`;
