import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runImport } from "../../cli/import/run";
import { registry } from "../../provider/registry";
import { type DeviceSeed, type Simulators, startSimulators } from "../../simulators";
import { listener, project, usual } from "./import-support";

const provisioned = { deviceType: "FortiGate", model: "FortiGate-60F", provisionStatus: "provisioned" };
const many: DeviceSeed[] = Array.from({ length: 300 }, (_, index) => ({
  deviceSN: `FGT60FTK2209${String(index).padStart(4, "0")}`,
  ...provisioned,
  provisionTarget: "FortiManager",
  fortiManagerOid: 201 + (index % 2),
}));
/** What an account may hold that no program can say, or not in full. */
const odd: DeviceSeed[] = [
  { deviceSN: "FGT60FTK21090001", deviceType: "FortiGate", provisionStatus: "hidden" },
  {
    deviceSN: "FGT60FTK21090003",
    ...provisioned,
    provisionStatus: "incomplete",
    provisionTarget: "FortiGateCloud",
    region: "global,europe",
  },
];
let simulators: Simulators;

beforeAll(async () => {
  simulators = await startSimulators({
    fortinet: {
      devices: [...many, ...odd],
      scripts: [
        { oid: 101, name: "branch-baseline", content: "config system global\nend\n" },
        { oid: 103, name: "empty" },
      ],
      fortiManagers: [
        { oid: 201, sn: "FMG-VMTM22000001", ip: "fmg.example.net", scriptOid: 101 },
        { oid: 202, sn: "FMG-VMTM22000002", ip: "fmg2.example.net", scriptOid: 103 },
      ],
    },
  });
});
afterAll(() => simulators?.close());

async function run(password = simulators.fortinet.password) {
  const { authUrl, fortiztpUrl, apiId } = simulators.describe().fortinet;
  const place = project({
    stack: { config: { "ztp:fortinet": JSON.stringify({ authUrl, fortiztpUrl, apiId, password }) } },
  });
  const { said, terminal } = listener();
  simulators.requests.clear();
  const ok = await runImport({ ...usual, services: ["fortiztp"] }, { registry, environment: {}, terminal, ...place });
  return { ok, ...said, text: (file: string) => readFileSync(join(place.folder, file), "utf8") };
}

test("hundreds of devices take one list, and what cannot be imported is told", async () => {
  const { ok, out, error, text } = await run();
  expect(ok).toBe(true);
  const { requests } = simulators;
  expect(requests.count({ path: "/v2/devices" })).toBe(1);
  const calls = requests.count({ service: "fortiztp" });
  expect(calls).toBeLessThanOrEqual(6);
  expect(requests.count({ service: "fortiztp", method: "GET" })).toBe(calls);
  expect(out).toContain(`Vendor calls, sign-in included: ${calls + 1} (1 to FortiCloud, ${calls} to FortiZTP).`);
  expect(out).toContain(
    "Wrote import.json and imported.ts: 300 fortiztp:Device, 2 fortiztp:FortiManager, 1 fortiztp:Script.",
  );
  const [incomplete, empty] = error.slice(error.indexOf("Not imported:")).split("\n").slice(2);
  expect(incomplete).toBe(
    "  fortiztp:Device fgt60ftk21090003 (FGT60FTK21090003): what the vendor tells of it makes no valid program (provisionTarget FortiGateCloud " +
      "needs a region): declare it by hand",
  );
  expect(empty).toContain("  fortiztp:Script empty (103): script 103 (empty) has no content to import");
  // A script that is not imported is named by its number.
  expect(text("imported.ts")).toContain("scriptOid: branchBaseline.oid,");
  expect(text("imported.ts")).toContain("scriptOid: 103,");
  expect(text("imported.ts").match(/for \(const \[name, serial\] of /g)).toHaveLength(2);
});

test("a kind that the vendor refuses to list does not stop the others", async () => {
  const fault = simulators.faults.add({ path: "/v2/setting/fortimanagers", action: { kind: "status", status: 403 } });
  const { ok, out, error } = await run();
  fault.remove();
  expect(ok).toBe(true);
  expect(out).toContain("Wrote import.json and imported.ts: 300 fortiztp:Device, 1 fortiztp:Script.");
  expect(error).toMatch(/\n {2}fortiztp:FortiManager: .*HTTP 403/);
});

test("credentials that do not work are told once, and nothing is written", async () => {
  const { ok, out, error } = await run("wrong-and-secret");
  expect(ok).toBe(false);
  expect(out).toMatch(/^Found nothing to import\.\nVendor calls, sign-in included: \d+ to FortiCloud\.\n$/);
  expect(error).toMatch(
    /^\nNot imported:\n\n {2}fortiztp:Device, fortiztp:FortiManager, fortiztp:Script: .*HTTP 401.*\n$/,
  );
  expect(error).not.toContain("wrong-and-secret");
});
