import { describe, expect, test } from "vitest";
import { checkResource } from "../../provider/core/lifecycle";
import { refusalOf } from "../../provider/resources/panos/completion-judge";
import type { CompletionOutputs } from "../../provider/resources/panos/completion-view";
import { idPrefix, newId } from "../../provider/resources/panos/job-ids";
import { inputsOf, workOf } from "../../provider/resources/panos/job-inputs";
import { panosUpgradeJob } from "../../provider/resources/panos/upgrade-job";

const outputs: CompletionOutputs = {
  ...{ serials: ["1"], state: "completed", outcome: "upgraded", alreadyAtTarget: false, validationPassed: true },
  ...{ devices: [], preFlights: [], postFlights: [] },
};

describe("ids of jobs", () => {
  test("begin the same for the same resource and inputs, however they are ordered, and are never the same", () => {
    const prefix = idPrefix("urn:a", { serial: "1", triggers: { a: "1", b: "2" }, dryRun: undefined });
    expect(prefix).toMatch(/^pulumi-[0-9a-f]{12}-$/);
    expect(idPrefix("urn:a", { triggers: { b: "2", a: "1" }, serial: "1" })).toBe(prefix);
    expect(idPrefix("urn:b", { serial: "1", triggers: { a: "1", b: "2" } })).not.toBe(prefix);
    expect(idPrefix("urn:a", { serial: "1", triggers: { a: "1" } })).not.toBe(prefix);
    expect(newId(prefix)).not.toBe(newId(prefix));
  });
});

describe("inputs of jobs", () => {
  test.each([
    [{ serial: "1" }, { type: "standalone", devices: ["1"] }],
    [
      { serial: "1", mode: "downloadOnly" as const, dryRun: true },
      { type: "download_only", devices: ["1"], dryRun: true },
    ],
    [
      { mode: "haPair" as const, primarySerial: "1", secondarySerial: "2", haPairName: "core" },
      { type: "ha_pair", devices: ["1", "2"], haPairName: "core" },
    ],
  ])("%j are what the daemon is told, and back", (inputs, work) => {
    expect(workOf(inputs)).toMatchObject(work);
    expect(inputsOf({ dryRun: false, ...work } as never)).toEqual(inputs);
  });

  test.each([
    [{}, "serial is missing"],
    [{ serial: "a b" }, "must be a serial"],
    [{ serial: "1", haPairName: "core" }, "set mode to haPair"],
    [{ mode: "haPair", primarySerial: "1" }, "a pair has two members"],
    [{ mode: "haPair", primarySerial: "1", secondarySerial: "1" }, "the same device"],
    [{ mode: "haPair", serial: "1" }, "serial is of one device"],
    [{ mode: "upgrade", serial: "1" }, "mode"],
  ])("%j are refused", (inputs, message) => {
    const { problems } = checkResource(panosUpgradeJob, undefined, inputs as never);
    expect(problems.map((problem) => `${problem.path} ${problem.message}`).join("\n")).toContain(message);
  });
});

describe("a completion", () => {
  const judged = (
    change: Partial<CompletionOutputs>,
    policy = {},
    phase: "succeeded" | "failed" | "stuck" = "succeeded",
  ) => refusalOf({ phase, reason: "the reason.", outputs: { ...outputs, ...change } }, policy);

  test.each([
    [{}, {}],
    [{}, { requireValidation: true, targetVersion: "11.1.4" }],
    [{ outcome: "validation-failed", validationPassed: false }, {}],
    [{ outcome: "downloaded", validationPassed: undefined }, { requireValidation: true }],
    [{ outcome: "skipped", alreadyAtTarget: true }, { targetVersion: "11.1.4" }],
    [{ outcome: "skipped" }, { skippedIsSuccess: true }],
  ])("of %j passes by %j", (change, policy) => {
    expect(judged(change, policy)).toBeUndefined();
  });

  const device = {
    ...{ serial: "1", upgradePath: [], upgradeStatus: "complete", progress: 100 },
    targetVersion: "11.1.4",
  };
  const rest = { downloadedVersions: [], skippedVersions: [], readyForInstall: false, errors: [], writtenAt: "" };
  test.each([
    [{ outcome: "validation-failed", validationPassed: false }, { requireValidation: true }, "the reason."],
    [{ validationPassed: undefined }, { requireValidation: true }, "the daemon could not measure"],
    [{ outcome: "skipped" }, {}, "Set targetVersion"],
    [{ outcome: "skipped" }, { targetVersion: "11.2.0" }, "It does not run 11.2.0"],
    [{ devices: [{ ...device, ...rest }] }, { targetVersion: "11.2.0" }, "could not be cancelled any more"],
  ])("of %j fails by %j", (change, policy, message) => {
    expect(judged(change, policy)).toContain(message);
  });

  test("of what has failed or is stuck fails with the reason", () => {
    expect(judged({ outcome: "failed" }, {}, "failed")).toBe("the reason.");
    expect(judged({ outcome: undefined }, { skippedIsSuccess: true }, "stuck")).toBe("the reason.");
  });
});
