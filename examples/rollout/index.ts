// One maintenance window: a pair of firewalls, then the access points of a site, then servers. No wave begins before the one
// before it has passed, and its validation with it.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";
import { parse } from "yaml";

/** What window.yaml says. */
interface Window {
  firewalls: { version: string; pair: [primary: string, secondary: string] };
  accessPoints: { site: string; version: string; models: string[] };
  servers: { ids: string[]; deviceType: string; ipmiRange: string; gateway: string };
  attempts: { firewalls: number; accessPoints: number };
}

const file = resolve(import.meta.dirname, new pulumi.Config().get("window") ?? "window.yaml");
const { firewalls, accessPoints, servers, attempts }: Window = parse(readFileSync(file, "utf8"));
const attempt = (wave: keyof Window["attempts"]) => ({ attempt: String(attempts[wave]) });

// Wave 1: the passive member first, then the active one, which then hands over.
const { devices } = await ztp.panos.getInventory();
const serialOf = (name: string) => {
  const found = devices.find(({ hostname }) => hostname === name);
  if (!found) throw new Error(`The upgrade daemon knows no firewall ${name}.`);
  return found.serial;
};
const [primary, secondary] = firewalls.pair;
const pair = new ztp.panos.UpgradeJob("firewalls", {
  mode: "haPair",
  haPairName: "core",
  primarySerial: serialOf(primary),
  secondarySerial: serialOf(secondary),
  targetVersion: firewalls.version,
  triggers: attempt("firewalls"),
});
const firewallsPassed = new ztp.panos.UpgradeCompletion("firewalls", {
  jobId: pair.id,
  targetVersion: firewalls.version,
  // Sessions, routes and ARP entries must be what they were before.
  requireValidation: true,
});

// Wave 2: a tenth of the access points, then half of them, then the rest.
const { siteId } = await ztp.mist.getSite({ name: accessPoints.site });
const site = new ztp.mist.UpgradeJob(
  "access-points",
  {
    siteId,
    models: accessPoints.models,
    targetVersion: accessPoints.version,
    strategy: "canary",
    canaryPhases: [10, 50, 100],
    maxFailurePercentage: 5,
    triggers: attempt("accessPoints"),
  },
  { dependsOn: firewallsPassed },
);
// Passes only if every access point really runs the version.
const accessPointsPassed = new ztp.mist.UpgradeCompletion("access-points", { jobId: site.id });

// Wave 3: the servers, which a controller of the range each gets for good.
const rack = new ztp.hwautomation.BatchCommission(
  "servers",
  {
    servers: servers.ids,
    deviceType: servers.deviceType,
    ipmiRange: servers.ipmiRange,
    gateway: servers.gateway,
  },
  { dependsOn: accessPointsPassed },
);
const serversPassed = new ztp.hwautomation.WorkflowCompletion("servers", { workflows: rack.workflowIds });

/** What came of it. */
export const summary = {
  firewalls: firewallsPassed.outcome,
  accessPoints: accessPointsPassed.counts,
  servers: serversPassed.completedCount,
};
