import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLock } from "../../tools/setup/lock.mjs";
import { silenceSetup, temporaryFolder, write } from "./folder.mjs";

silenceSetup();

test("one at a time, and the lock is gone afterwards even after a failure", async () => {
  const lock = join(temporaryFolder(), "lock");
  const events = [];
  const work = (name) => async () => {
    events.push(`${name} starts`);
    await new Promise(setImmediate);
    events.push(`${name} ends`);
    if (name === "a") throw new Error("a failed");
  };
  const results = await Promise.allSettled([withLock(lock, work("a")), withLock(lock, work("b"))]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(events).toEqual(["a starts", "a ends", "b starts", "b ends"]);
  expect(existsSync(lock)).toBe(false);
});

test("the lock of a process that has died is taken over", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const lock = join(temporaryFolder({ "lock/pid": String(pid) }), "lock");
  expect(await withLock(lock, async () => "done")).toBe("done");
});

test("a taken over lock leaves nothing behind", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const folder = temporaryFolder();
  write(join(folder, "lock", "pid"), String(pid));
  await withLock(join(folder, "lock"), async () => {});
  expect(existsSync(join(folder, `lock.${process.pid}.stale`))).toBe(false);
});
