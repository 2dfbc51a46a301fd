import { defineConfig } from "vitest/config";

const setupFiles = ["tests/private-state.ts"];
const tests = (folder: string) => `tests/${folder}**/*.test.{ts,mjs}`;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          include: [tests("")],
          exclude: [tests("engine/"), tests("soak/")],
          setupFiles,
          // Generous: nothing waits for it but what hangs, and a busy machine is slow.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One fewer than there are cores would be the default, which is half of a small machine.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Each of these drives the real CLI, whose processes wait for one another: a worker keeps a core busy, hardly more.
        test: {
          name: "engine",
          include: [tests("engine/")],
          setupFiles,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
