import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cacheDirectory } from "./files.mjs";
import { say } from "./problem.mjs";

/** The lock for one kind of work in one checkout, kept outside of it. */
export function lockOf(root, work) {
  return join(cacheDirectory(), "locks", `${createHash("sha256").update(root).digest("hex").slice(0, 16)}-${work}`);
}

/** Runs `work` while no other setup holds `directory`; a lock whose owner has died is taken over. */
export async function withLock(directory, work) {
  mkdirSync(dirname(directory), { recursive: true });
  let told = false;
  while (!take(directory)) {
    if (takeOver(directory)) continue;
    if (!told) say(`Waiting for another setup to finish (${directory}) ...`);
    told = true;
    await pause(200);
  }
  try {
    return await work();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function take(directory) {
  try {
    mkdirSync(directory);
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(join(directory, "pid"), String(process.pid));
  return true;
}

function takeOver(directory) {
  if (isHeld(directory)) return false;
  const aside = `${directory}.${process.pid}.stale`;
  try {
    renameSync(directory, aside);
  } catch {
    return true;
  }
  rmSync(aside, { recursive: true, force: true });
  return true;
}

function isHeld(directory) {
  try {
    const owner = Number(readFileSync(join(directory, "pid"), "utf8"));
    if (owner > 0) return isAlive(owner);
  } catch {}
  // Taken a moment ago: its owner is about to write its id.
  const taken = statSync(directory, { throwIfNoEntry: false });
  return taken !== undefined && Date.now() - taken.mtimeMs < 5000;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
