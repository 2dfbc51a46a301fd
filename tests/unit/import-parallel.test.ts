import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inParallel } from "../../cli/import/parallel";

test("a bounded number of items is worked on at once, each once", async () => {
  let under = 0;
  let most = 0;
  const done: number[] = [];
  await inParallel(
    Array.from({ length: 100 }, (_, index) => index),
    async (item) => {
      most = Math.max(most, ++under);
      await setImmediate();
      under--;
      done.push(item);
    },
  );
  expect(most).toBe(16);
  expect(done.sort((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test("no items are no work, and a failure is the caller's", async () => {
  await inParallel([], () => Promise.reject(new Error("never")));
  await expect(inParallel([1, 2], () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});
