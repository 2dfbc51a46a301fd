import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FleetRepository, type JobRun } from "./gitops-workflow";
import { expectReadable } from "./support";

const stacks = ["amer", "emea"];
const psk = "pre-shared-key-of-the-hub";
const pullRequest = 7;

describe("the workflow of examples/gitops", () => {
  let fleet: FleetRepository;

  beforeAll(async () => {
    fleet = await FleetRepository.open();
    for (const stack of stacks) {
      await fleet.pulumi(["stack", "init", stack]);
      await fleet.pulumi(["config", "set", "psk", "--secret", "--stack", stack], psk);
    }
  });
  afterAll(() => fleet?.close());

  const one = async (...args: Parameters<FleetRepository["run"]>): Promise<JobRun> => {
    const [run] = await fleet.run(...args);
    if (!run) throw new Error("The job did not run.");
    expectReadable(run);
    return run;
  };
  const comments = (): string[] => (fleet.github.comments.get(pullRequest) ?? []).map(({ body }) => body);
  const commentOf = (stack: string): string =>
    comments().find((body) => body.startsWith(`<!-- fleet preview ${stack} -->`)) ?? "";
  const status = (serial: string): string => fleet.simulators.fortinet.device(serial).provisionStatus;
  const writes = (): number =>
    fleet.simulators.requests.filter({ service: "fortiztp" }).filter(({ method }) => method !== "GET").length;

  test("finds the fleet in order, and tells the other jobs which regions there are", async () => {
    const run = await one("validate", [""]);
    expect(run, run.output).toMatchObject({ code: 0, outputs: 'regions=["amer","emea"]\n' });
    expect(run.output).toContain("inventory/emea.yaml: 6 devices");
  });

  test("refuses a broken inventory with file and line, in the check and in the program", async () => {
    fleet.edit("inventory/emea.yaml", "role: switch", "role: swich");
    const problem = "inventory/emea.yaml:29:44 sites.berlin.sw1.role: there is no role swich; there are: firewall,";
    const checked = await one("validate", [""]);
    expect(checked).toMatchObject({ code: 1, outputs: "" });
    expect(checked.output).toContain(problem);
    expect(checked.output).toContain(
      "::error file=inventory/emea.yaml,line=29,col=44::sites.berlin.sw1.role: there is",
    );
    const preview = await one("preview", ["emea"], { pullRequest, commit: "a1" });
    expect(preview.code).not.toBe(0);
    expect(commentOf("emea")).toContain("### emea: the preview failed\n\n> [!CAUTION]\n");
    expect(commentOf("emea")).toContain(problem);
    fleet.restore("inventory/emea.yaml");
  });

  test("puts a preview of each region on the pull request, with an API user that can only read", async () => {
    const runs = await fleet.run("preview", stacks, { pullRequest, commit: "b2" });
    for (const run of runs) expect(run, run.output).toMatchObject({ code: 0 });
    expect(comments()).toHaveLength(2);
    expect(commentOf("emea")).toContain("### emea: 9 to create\n");
    expect(commentOf("emea")).toContain("fortiManagerOid: known after up (frankfurt)");
    expect(commentOf("emea")).toContain("| create | Script branch | content: secret<br>name: `emea-branch` |");
    expect(commentOf("emea")).toMatch(/\nPreview of b2, \[log\]\(https:\/\/github\.example\/.*\/17\)\n$/);
    expect(commentOf("amer")).toContain("### amer: 7 to create\n");
    expect(runs[1]?.summary).toContain("### emea: 9 to create\n");
    expect(writes()).toBe(0);
  });

  test("brings both regions to what main says", async () => {
    for (const run of await fleet.run("up", stacks)) {
      expect(run, run.output).toMatchObject({ code: 0 });
      expectReadable(run);
    }
    expect(["FGT60FTK22090001", "FG100FTK22010002", "FP231FTF23020001"].map(status)).toEqual(
      Array(3).fill("incomplete"),
    );
    const { scripts } = fleet.simulators.fortinet;
    const branch = [...scripts.values()].find(({ name }) => name === "emea-branch");
    expect(branch?.content).toContain(`set psksecret "${psk}"`);
    expect(branch?.content).toContain('set server "192.0.2.10"');
  });

  test("says that nothing changes, in the same comment", async () => {
    expect(await one("preview", ["emea"], { pullRequest, commit: "c3" })).toMatchObject({ code: 0 });
    expect(comments()).toHaveLength(2);
    expect(commentOf("emea")).toMatch(/### emea: no changes\n\n9 resources unchanged\.\n\nPreview of c3,/);
  });

  test("shows what a change does to a device before it is merged", async () => {
    fleet.edit("inventory/emea.yaml", "22090001, role: firewall }", "22090001, role: firewall, fortiManager: london }");
    const before = writes();
    expect(await one("preview", ["emea"], { pullRequest, commit: "d4" })).toMatchObject({ code: 0 });
    const comment = commentOf("emea");
    expect(comment).toContain("### emea: 1 to update\n");
    expect(comment).toMatch(
      /> \[!WARNING\]\n> - \*\*berlin-fw1\*\*: FGT60FTK22090001 is unprovisioned from FortiManager/,
    );
    expect(comment).toMatch(
      /\| update \| Device berlin-fw1 \| fortiManagerOid: `\d+` \(frankfurt\) → `\d+` \(london\) \|/,
    );
    expect(writes()).toBe(before);
    fleet.restore("inventory/emea.yaml");
  });

  const tooMuch = "this run would reprovision at least 3 devices, and ztp:limits.maxReprovision allows 2";

  test("fails the preview of a change beyond the limits, and shows all of it under the label", async () => {
    fleet.edit("inventory/emea.yaml", "region: europe", "region: global");
    const refused = await one("preview", ["emea"], { pullRequest, commit: "e5" });
    expect(refused.code).not.toBe(0);
    expect(commentOf("emea")).toContain(tooMuch);
    const labelled = { pullRequest, commit: "e5", labels: ["big change"] };
    expect(await one("preview", ["emea"], labelled)).toMatchObject({ code: 0 });
    expect(commentOf("emea")).toContain("### emea: 3 to update\n");
  });

  test("merges such a change only when somebody allows it once", async () => {
    const before = writes();
    const merged = await one("up", ["emea"]);
    expect(merged.code).not.toBe(0);
    expect(merged.output).toContain(tooMuch);
    expect(writes()).toBe(before);
    const allowed = await one("up", ["emea"], { inputs: { max_reprovision: "3" } });
    expect(allowed, allowed.output).toMatchObject({ code: 0 });
    expect(fleet.simulators.fortinet.device("S124FPTF23000001").region).toBe("global");
  });

  test("opens an issue about drift, puts it back, and closes the issue", async () => {
    fleet.simulators.fortinet.unprovision("FGT60FTK22090002");
    const drifted = await one("drift", ["emea"]);
    expect(drifted, drifted.output).toMatchObject({ code: 7 });
    expect(drifted.summary).toContain("### emea: 1 resource drifted\n");
    const [issue] = fleet.github.issues;
    expect(issue).toMatchObject({ title: "Drift in emea", state: "open" });
    expect(issue?.body).toMatch(/\| Device lyon-fw1 `FGT60FTK22090002` \|.*provisionTarget: `FortiManager` → nothing/);

    expect(await one("up", ["emea"])).toMatchObject({ code: 0 });
    expect(status("FGT60FTK22090002")).toBe("incomplete");
    const calm = await one("drift", ["emea"]);
    expect(calm, calm.output).toMatchObject({ code: 0 });
    expect(fleet.github.issues).toHaveLength(1);
    expect(issue?.state).toBe("closed");
  });

  test("leaves the issue alone when it cannot tell", async () => {
    const requests = fleet.github.requests.length;
    fleet.simulators.faults.add({ path: "/v2/devices", times: 100, action: { kind: "status", status: 403 } });
    const failed = await one("drift", ["emea"]);
    fleet.simulators.faults.clear();
    expect(failed, failed.output).toMatchObject({ code: 1 });
    expect(failed.output).toContain("ci/drift could not tell whether there is drift in emea");
    expect(fleet.github.requests).toHaveLength(requests);
  });

  test("has never shown a secret", () => {
    const said = [fleet.log, ...comments(), ...fleet.github.issues.map(({ body }) => body)].join("\n");
    expect(said).toContain("emea-branch");
    expect(said).not.toContain(psk);
    expect(said).not.toContain(fleet.simulators.fortinet.password);
  });
});
