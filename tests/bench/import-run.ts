import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateDevices } from "../../simulators/fortinet/seeds";
import { writeEmptyProject } from "../../tools/empty-project";
import { PulumiWorkspace } from "../../tools/workspace";
import type { Cost } from "./measured-stack";
import type { SimulatorProcess } from "./simulator";

/** What it takes to bring a fleet that is there already under management. */
export interface ImportRun {
  /** `npx ztp import`: what is there, as an import file and a program. */
  ztp: Cost;
  /** `pulumi import` of that file. */
  pulumi: Cost;
  /** A preview of that program, which must show no changes. */
  preview: Cost;
}

const target = { provisionTarget: "FortiManager", fortiManagerOid: 201, useDefaultScript: true };

export async function runImport(simulators: SimulatorProcess, devices: number): Promise<ImportRun> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-bench-"));
  const project = writeEmptyProject(join(folder, "project"));
  await simulators.beginWith(
    generateDevices(devices).map((device) => ({ ...device, ...target, provisionStatus: "provisioned" })),
  );
  const workspace = await PulumiWorkspace.create({ project, host: "plugin", env: simulators.environment });
  const measure = async (work: () => Promise<{ seconds: number; code: number | null; output: string }>) => {
    let seconds = 0;
    const { length: calls } = await simulators.requestsDuring("fortiztp", async () => {
      const result = await work();
      if (result.code !== 0) throw new Error(result.output);
      seconds = result.seconds;
    });
    return { calls, seconds };
  };
  try {
    const ztp = await measure(() => workspace.ztp(["import", "--service", "fortiztp", "--out", project]));
    writeFileSync(join(project, "index.ts"), 'import "./imported";\n');
    const file = ["--file", join(project, "import.json"), "--yes", "--protect=false", "--generate-code=false"];
    const pulumi = await measure(() => workspace.run(["import", ...file, "--parallel", "64"]));
    const preview = await measure(() => workspace.run(["preview", "--expect-no-changes", "--parallel", "64"]));
    return { ztp, pulumi, preview };
  } finally {
    workspace.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
