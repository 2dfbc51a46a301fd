import { describe, expect, test } from "vitest";
import { Graph, type Node } from "../../cli/report/waves";
import { windowOf } from "../../cli/report/window";
import { dynamicToken, pluginToken } from "../../provider/hosts/tokens";
import { registry } from "../../provider/registry";
import { completion, entry, job, planOf, recordedWindow, set, stackOf, urnOf } from "./report-support";

const node = (urn: string, needs: string[] = [], gate = false): Node => ({ urn, needs, gate });
const wavesOf = (nodes: Node[]) => {
  const graph = new Graph(nodes);
  return Object.fromEntries(nodes.map(({ urn }) => [urn, graph.wave(urn)]));
};
const names = (window: ReturnType<typeof windowOf>) => window.waves.map(({ jobs }) => jobs.map(({ name }) => name));

describe("the graph", () => {
  test("what waits for a gate belongs to a later wave, what waits for anything else does not", () => {
    expect(wavesOf([node("job"), node("other", ["job"]), node("end", ["job"], true), node("next", ["end"])])).toEqual({
      job: 1,
      other: 1,
      end: 1,
      next: 2,
    });
  });

  test("the longest way counts, and it may lead through resources that are no work", () => {
    const nodes = [
      node("a", [], true),
      node("b", ["a"], true),
      node("folder", ["b"]),
      node("late", ["folder", "a"]),
      node("early"),
    ];
    expect(wavesOf(nodes)).toEqual({ a: 1, b: 2, folder: 2 + 1, late: 3, early: 1 });
    expect(new Graph(nodes).gates("late")).toEqual(["a", "b"]);
    expect(new Graph(nodes).gates("early")).toEqual([]);
  });

  test("circles and what is not there are no reason to hang", () => {
    expect(Object.values(wavesOf([node("a", ["b", "gone"], true), node("b", ["a"])])).every(Number.isInteger)).toBe(
      true,
    );
  });
});

describe("the waves of a stack", () => {
  test.each([
    ["plugin", pluginToken],
    ["dynamic", dynamicToken],
  ] as const)("of the %s host", (_, token) => {
    const [first, end] = [token("panos:UpgradeJob"), token("panos:UpgradeCompletion")];
    const window = windowOf(
      stackOf(
        entry({ type: first, name: "lab", outputs: { phase: "waiting" } }),
        entry({ type: end, name: "lab", propertyDependencies: { jobId: [urnOf(first, "lab")] } }),
        entry({ type: first, name: "core", after: [urnOf(end, "lab")], outputs: { phase: "waiting" } }),
        entry({ type: token("fortiztp:Device"), name: "device", after: [urnOf(end, "lab")] }),
      ),
      undefined,
      registry,
    );
    expect(names(window)).toEqual([["lab"], ["core"]]);
    expect(window.waves.map(({ status }) => status)).toEqual(["passed", "waiting"]);
    expect(window.waves[1]?.after).toEqual(["UpgradeCompletion lab"]);
  });

  test("a completion that names its job by a plain id is its completion all the same", () => {
    const window = windowOf(
      stackOf(
        entry({ type: completion, name: "end", inputs: { jobId: "pulumi-1" } }),
        entry({ type: job, name: "lab", id: "pulumi-1", outputs: { phase: "succeeded", outcome: "upgraded" } }),
      ),
      undefined,
      registry,
    );
    expect(names(window)).toEqual([["lab"]]);
    expect(window.waves[0]?.jobs[0]?.status).toBe("passed");
  });

  test("a set is a job and its own gate", () => {
    const window = windowOf(
      stackOf(
        entry({ type: set, name: "first", inputs: { serials: ["1"] } }),
        entry({ type: set, name: "second", after: [urnOf(set, "first")], inputs: { serials: ["2"] } }),
      ),
      undefined,
      registry,
    );
    expect(names(window)).toEqual([["first"], ["second"]]);
  });

  test("children of a component come after what the component comes after", () => {
    const window = windowOf(
      stackOf(
        entry({ type: set, name: "first" }),
        entry({ type: "lab:Site", name: "site", after: [urnOf(set, "first")] }),
        entry({ type: job, name: "inside", parent: urnOf("lab:Site", "site"), outputs: { phase: "running" } }),
      ),
      undefined,
      registry,
    );
    expect(names(window)).toEqual([["first"], ["inside"]]);
  });

  test("jobs that do not exist yet stand in their waves, with what they wait for", () => {
    const window = windowOf(
      stackOf(entry({ type: job, name: "lab", outputs: { phase: "failed", reason: "no disk" } })),
      planOf(
        entry({ type: completion, name: "lab", propertyDependencies: { jobId: [urnOf(job, "lab")] } }),
        entry({ type: job, name: "core", after: [urnOf(completion, "lab")] }),
        entry({ type: job, name: "other" }),
      ),
      registry,
    );
    expect(names(window)).toEqual([["lab", "other"], ["core"]]);
    const [first, second] = window.waves;
    expect(second?.jobs[0]?.waits).toBe("not started: waits for UpgradeCompletion lab (its job failed: no disk)");
    expect(first?.jobs[1]?.waits).toBe("not started: the next `pulumi up` begins with it");
    expect([first?.toCreate, second?.toCreate]).toEqual([2, 1]);
    expect(window.toCreate).toEqual({ jobs: 2, completions: 1 });
  });
});

describe("what the real engine wrote", () => {
  test("a canary that failed, and its two sites that were never begun", () => {
    const window = recordedWindow("mist-failed", "mist-failed");
    expect(names(window)).toEqual([["Munich"], ["Vienna", "Zurich"]]);
    expect(window.tally).toMatchObject({ failed: 1, left: 3, done: 0 });
    const [munich] = window.waves[0]?.jobs ?? [];
    expect(munich).toMatchObject({ status: "failed", targetVersion: "0.14.30110", strategy: "canary" });
    expect(munich?.reason).toContain("failed: phase 1 of 3: 0 of 4 upgraded, 3 waiting, 1 failed.");
    expect(munich?.next).toContain("`triggers`");
    for (const { waits } of window.waves[1]?.jobs ?? [])
      expect(waits).toMatch(/^not started: waits for UpgradeCompletion Munich \(its job failed: upgrade job site:/);
    expect(window.toCreate).toEqual({ jobs: 2, completions: 3 });
  });

  test("without a plan only what is in the state", () => {
    const window = recordedWindow("mist-submitted");
    expect(names(window)).toEqual([["Munich"]]);
    expect(window.waves[0]?.jobs[0]).toMatchObject({ status: "waiting", word: "waiting, created" });
    expect(window.toCreate).toBeUndefined();
    expect(window.tally).toMatchObject({ waiting: 4 });
  });

  test("all waves passed", () => {
    const window = recordedWindow("mist-done");
    expect(names(window)).toEqual([["Munich"], ["Vienna", "Zurich"]]);
    expect(window.waves.map(({ status }) => status)).toEqual(["passed", "passed"]);
    expect(window.tally).toEqual({ done: 9, failed: 0, skipped: 0, running: 0, waiting: 0, left: 0, unknown: 0 });
    expect(window.waves[0]?.jobs[0]?.devices).toHaveLength(4);
  });

  test("a firewall that failed keeps the pair from its upgrade", () => {
    const window = recordedWindow("panos-failed", "panos-failed");
    expect(window.waves[0]?.jobs[0]?.reason).toContain("Download of 11.1.0 failed: Job 3 failed");
    expect(window.waves[0]?.jobs[0]?.devices).toMatchObject([{ id: "001801000001", result: "failed" }]);
    expect(window.waves[1]?.jobs[0]?.devices.map(({ id }) => id)).toEqual(["001801000011", "001801000012"]);
    expect(window.tally).toMatchObject({ failed: 1, waiting: 2 });
  });

  test("a job that is made anew, of a state from before jobs told their reason", () => {
    const window = recordedWindow("panos-old", "panos-again");
    expect(window.waves[0]?.jobs[0]).toMatchObject({ replaced: true, reason: "1 of 1 device failed" });
    expect(window.waves[1]?.jobs[0]?.waits).toBe("not started: waits for UpgradeCompletion lab (its job is made anew)");
  });

  test("what was measured before and after", () => {
    const [, second] = recordedWindow("panos-done").waves;
    expect(second?.jobs[0]?.devices).toMatchObject([
      { id: "001801000011", name: "fw-core-a", result: "done", version: "11.1.4" },
      { id: "001801000012", name: "fw-core-b", result: "done", version: "11.1.4" },
    ]);
    expect(second?.jobs[0]?.validation[0]).toEqual({
      device: "001801000011",
      passed: true,
      differences: [
        { what: "arp entries", difference: "0", withinMargin: true },
        { what: "routes", difference: "0", withinMargin: true },
        { what: "tcp sessions", difference: "0 (0 %)", withinMargin: true },
      ],
    });
  });
});

test("every resource of the registry that waits for somebody else's work says so", () => {
  const marked = registry.resources.filter(({ work }) => work).map(({ token, work }) => `${token} ${work}`);
  for (const { token, work, outputs, inputs } of registry.resources) {
    // What has a phase is a job; what waits for one refers to it.
    if ("phase" in outputs) expect(work, token).toBe("job");
    if ("onTimeout" in inputs) expect(work, token).toMatch(/completion|both/);
  }
  expect(marked).toEqual(expect.arrayContaining(["mist:UpgradeJob job", "mist:DeviceFirmware both"]));
});
