import { describe, expect, test } from "vitest";
import { devicesOf, resultOf } from "../../cli/report/devices";
import { stepsOf } from "../../cli/report/validation";
import { windowOf } from "../../cli/report/window";
import type { Json, JsonMap } from "../../provider/core/values";
import { registry } from "../../provider/registry";
import { completion, entry, job, set, stackOf, urnOf } from "./report-support";

const only = (...entries: Parameters<typeof stackOf>) => {
  const [first] = windowOf(stackOf(...entries), undefined, registry).waves[0]?.jobs ?? [];
  if (!first) throw new Error("There is no job.");
  return first;
};
const jobOf = (outputs: JsonMap, inputs: JsonMap = { serial: "1" }) =>
  only(entry({ type: job, name: "lab", inputs, outputs }));

test.each([
  ["upgraded", "done"],
  ["complete", "done"],
  ["nothing-to-do", "skipped"],
  ["skipped", "skipped"],
  ["failed", "failed"],
  ["validation-failed", "failed"],
  ["wrongVersion", "failed"],
  ["cancelled", "failed"],
  ["lost", "failed"],
  ["scheduled", "waiting"],
  ["rebootInProgress", "running"],
  ["unknown", "unknown"],
])("%s means %s", (word, result) => {
  expect(resultOf(word)).toBe(result);
});

describe("devices", () => {
  test("of a set: results by serial, and those that have no job yet", () => {
    const outputs = {
      results: {
        "2": { jobId: "b", passed: false, outcome: "failed", reason: "no disk" },
        "1": { jobId: "a", passed: true, outcome: "skipped", currentVersion: "11.1.4" },
      },
    };
    expect(devicesOf({ serials: ["1", "2", "3"] }, outputs)).toMatchObject([
      { id: "1", result: "done", word: "skipped", version: "11.1.4" },
      { id: "2", result: "failed", reason: "no disk" },
      { id: "3", result: "unknown" },
    ]);
  });

  test("of a completion: stages, and those that run another version", () => {
    const outputs = {
      upgradePlan: [["a"], ["b", "c"]],
      targets: { upgraded: ["a", "b"], failed: ["c"] },
      wrongVersionMacs: ["b"],
      failedMacs: ["c"],
    };
    expect(devicesOf({}, outputs).map(({ id, result }) => `${id} ${result}`)).toEqual([
      "a done",
      "b failed",
      "c failed",
    ]);
  });

  test("of a list of them, with the last error", () => {
    const errors: Json[] = [{ message: "first" }, { message: "Download failed", details: "no route" }];
    const devices = [{ serial: "1", hostname: "fw", upgradeStatus: "failed", message: "…", errors }];
    expect(devicesOf({}, { devices })).toEqual([
      { id: "1", name: "fw", result: "failed", word: "failed", reason: "Download failed: no route" },
    ]);
  });

  test("steps are no devices", () => {
    const outputs = {
      subTasks: [{ name: "push BIOS", status: "running", progress: 40 }],
      devices: [{ serial: "1", name: "x", status: "done" }],
    };
    expect(stepsOf(outputs)).toEqual([{ name: "push BIOS", status: "running", progress: 40, error: undefined }]);
    expect(devicesOf({ serverId: "srv-1" }, { subTasks: outputs.subTasks })).toEqual([
      { id: "srv-1", result: "unknown" },
    ]);
  });
});

describe("a job", () => {
  test.each([
    ["waiting", "waiting", undefined],
    ["running", "running", undefined],
    ["succeeded", "open", undefined],
    ["stuck", "failed", /Nobody goes on/],
    ["failed", "failed", /another value of `triggers`/],
    ["cancelled", "failed", /another value of `triggers`/],
    ["expired", "failed", /Its record is gone/],
  ] as const)("in the phase %s is %s", (phase, status, next) => {
    const report = jobOf({ phase, serials: ["1"] });
    expect(report.status).toBe(status);
    if (next) expect(report.next).toMatch(next);
    else expect(report.next).toBeUndefined();
  });

  test("of which half is done tells how far it is", () => {
    const outputs = { phase: "running", status: "in_progress", progress: 42.6, currentStep: "push BIOS" };
    expect(jobOf(outputs).word).toBe("running, in_progress, 43 %, push BIOS");
  });

  test("counts are believed over names, and what they leave out is waited for", () => {
    const counts = { upgraded: 3, downloading: 1, failed: 1, skipped: 1 };
    expect(jobOf({ phase: "running", counts, total: 8 }).tally).toEqual({
      ...{ done: 3, running: 1, failed: 1, skipped: 1, waiting: 2, left: 0, unknown: 0 },
    });
  });

  test("that was let pass although devices failed stands among the failures", () => {
    const report = only(
      entry({ type: job, name: "lab", outputs: { phase: "waiting" } }),
      entry({
        type: completion,
        name: "lab",
        propertyDependencies: { jobId: [urnOf(job, "lab")] },
        outputs: { counts: { upgraded: 2, failed: 1 }, total: 3, wrongVersionMacs: ["a"] },
      }),
    );
    expect(report).toMatchObject({ status: "passed", tally: { done: 1, failed: 2 } });
    expect(report.reason).toBe("2 of 3 devices failed\na: it counts as upgraded, but runs another version");
    expect(report.next).toContain("let it pass");
  });

  test("a set that was interrupted says why, and goes on", () => {
    const results = { "1": { jobId: "a", passed: true }, "2": { jobId: "b", passed: false, reason: "no disk" } };
    const outputs = { results, __unfinished: "1 of 2 devices failed: no disk" };
    const report = only(entry({ type: set, name: "all", inputs: { serials: ["1", "2", "3"] }, outputs }));
    expect(report).toMatchObject({ status: "failed", reason: "1 of 2 devices failed: no disk" });
    expect(report.next).toContain("`pulumi up` goes on");
    expect(report.tally).toMatchObject({ done: 1, failed: 1, unknown: 1 });
  });

  test("that is many in one is as far as they are, and its completion has the last word", () => {
    const batch = "ztp:hwautomation:BatchCommission";
    const workflows = {
      a: { workflowId: "1", status: "running" },
      b: { workflowId: "2", status: "failed", error: "no power" },
      c: { status: "notStarted" },
    };
    const begun = entry({ type: batch, name: "rack", inputs: { servers: ["a", "b", "c"] }, outputs: { workflows } });
    expect(only(begun)).toMatchObject({
      status: "running",
      reason: "b: no power",
      tally: { running: 1, failed: 1, waiting: 1 },
    });
    const results = Object.fromEntries(
      ["a", "b", "c"].map((server) => [server, { workflowId: server, status: "completed" }]),
    );
    const ended = entry({
      type: "ztp:hwautomation:WorkflowCompletion",
      name: "rack",
      propertyDependencies: { workflows: [urnOf(batch, "rack")] },
      outputs: { status: "completed", results },
    });
    expect(only(begun, ended)).toMatchObject({
      status: "passed",
      word: "completed",
      reason: undefined,
      tally: { done: 3 },
    });
  });

  test("times are those of the vendor, seconds too", () => {
    const report = jobOf({ phase: "failed", startsAt: 1795369270, completedAt: "2026-11-22T17:42:30.906Z" });
    expect([report.startedAt, report.endedAt]).toEqual(["2026-11-22T17:41:10.000Z", "2026-11-22T17:42:30.906Z"]);
  });
});
