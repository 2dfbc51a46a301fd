import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DeviceSeed, generateDevices } from "../../simulators";
import { explain, say } from "./print";
import type { Stage } from "./stage";

const devices = 100;
/** Besides them: two FortiManager entries and two scripts, which the simulated account has from the start. */
const objects = devices + 4;
const shownLines = 45;

/** An account whose devices all have been sent somewhere before anybody thought of code. */
export function existingFleet(): DeviceSeed[] {
  return generateDevices(devices).map((device) => ({ ...device, ...targetOf(device), provisionStatus: "provisioned" }));
}

function targetOf({ deviceType, model }: DeviceSeed): Partial<DeviceSeed> {
  if (deviceType === "FortiExtender") return { provisionTarget: "FortiExtenderCloud" };
  if (deviceType !== "FortiGate") return { provisionTarget: "FortiEdgeCloud", region: "europe" };
  if (model === "FortiGate-100F") return { provisionTarget: "FortiManager", fortiManagerOid: 202, scriptOid: 102 };
  return { provisionTarget: "FortiManager", fortiManagerOid: 201, useDefaultScript: true };
}

/** A fleet that is there already comes under management. */
export async function importFleet(stage: Stage, project: string): Promise<void> {
  await stage.step(
    `Take over a fleet of ${devices}`,
    `Another account and an empty project. ${devices} devices were sent to their managements by hand over the years. One ` +
      "command reads them all and writes two files: what `pulumi import` takes in, and the program for it.",
    async () => {
      await stage.ztp(["import", "--service", "fortiztp", "--out", project], { calls: { fortiztp: 5 } });
      const program = readFileSync(join(project, "imported.ts"), "utf8").trimEnd().split("\n");
      say();
      explain(`The program has ${program.length} lines; it begins like this:`);
      say(`\n${program.slice(0, shownLines).join("\n").replace(/^/gm, "    ")}\n    …`);
    },
  );
  await stage.step(
    "Into the stack, and an empty preview",
    "Nothing is written to FortiZTP, which is read twice: for the preview and for the import itself. The program then " +
      "says exactly what is there: no changes.",
    async () => {
      const file = join(project, "import.json");
      await stage.pulumi(["import", "--file", file, "--yes", "--protect=false", "--generate-code=false"], {
        resources: { created: 1, imported: objects },
        calls: { fortiztp: 10 },
      });
      writeFileSync(join(project, "index.ts"), 'import "./imported";\n');
      await stage.pulumi(["preview", "--expect-no-changes"], {
        resources: { unchanged: objects + 1 },
        calls: {},
      });
      const writes = stage.simulators.requests.filter({ service: "fortiztp" }).filter(({ method }) => method !== "GET");
      if (writes.length > 0) throw new Error("The import has written to FortiZTP.");
    },
  );
}
