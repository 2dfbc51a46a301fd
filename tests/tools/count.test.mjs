import { describe, expect, test } from "vitest";
import { addUp, summaryLine, testCounts } from "../../tools/setup/count.mjs";

const report = (changes = {}) => ({
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [{}] }],
  ...changes,
});

describe("the last line of npm test", () => {
  test("names what passed and failed, and skipped only if anything was", () => {
    expect(summaryLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(summaryLine({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
  });

  test("adds the steps up", () => {
    expect(addUp({ passed: 1, failed: 0, skipped: 0 }, { passed: 7, failed: 2, skipped: 1 })).toEqual({
      passed: 8,
      failed: 2,
      skipped: 1,
    });
  });
});

describe("counting tests", () => {
  test("as reported", () => {
    expect(testCounts(report({ numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }), 1)).toEqual({
      passed: 7,
      failed: 2,
      skipped: 2,
    });
  });

  test("a file that could not be loaded is a failure", () => {
    const testResults = [{ status: "failed", assertionResults: [] }];
    expect(testCounts(report({ testResults }), 1)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  });

  test("an error outside of any test is a failure", () => {
    expect(testCounts(report(), 1).failed).toBe(1);
  });

  test("no report and no test are failures", () => {
    expect(testCounts(undefined, 1).failed).toBe(1);
    expect(testCounts(report({ numPassedTests: 0, testResults: [] }), 0).failed).toBe(1);
  });
});
