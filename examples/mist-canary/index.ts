// New firmware for access points, in waves: one site first, the others only after it passed.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";
import { parse } from "yaml";

/** What waves.yaml says. */
interface Plan {
  version: string;
  models: string[];
  attempt: number;
  waves: string[][];
}

const file = resolve(import.meta.dirname, new pulumi.Config().get("waves") ?? "waves.yaml");
const { version, models, attempt, waves }: Plan = parse(readFileSync(file, "utf8"));

let passed: ztp.mist.UpgradeCompletion[] = [];
for (const wave of waves) {
  // No job of a wave is handed over before every site of the wave before it has passed.
  const dependsOn = passed;
  passed = [];
  for (const name of wave) {
    const { siteId } = await ztp.mist.getSite({ name });
    const job = new ztp.mist.UpgradeJob(
      name,
      {
        siteId,
        models,
        targetVersion: version,
        // A tenth of the site, then half of it, then the rest; it halts where more than a twentieth fail.
        strategy: "canary",
        canaryPhases: [10, 50, 100],
        maxFailurePercentage: 5,
        triggers: { attempt: String(attempt) },
      },
      { dependsOn },
    );
    passed.push(new ztp.mist.UpgradeCompletion(name, { jobId: job.id, timeoutSeconds: 4 * 3600 }));
  }
}
