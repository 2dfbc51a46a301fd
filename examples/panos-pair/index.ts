// An upgrade of a high availability pair, which begins only after a firewall of the lab has passed it.
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";

const config = new pulumi.Config();
const targetVersion = config.require("version");
// Another number makes the jobs anew, once what kept a firewall from the upgrade is mended.
const triggers = { attempt: config.get("attempt") ?? "1" };

const lab = new ztp.panos.UpgradeJob("lab", { serial: config.require("lab"), targetVersion, triggers });
const proven = new ztp.panos.UpgradeCompletion("lab", {
  jobId: lab.id,
  targetVersion,
  // Sessions, routes and ARP entries must be what they were before.
  requireValidation: true,
});

// The passive member first, then the active one, which then hands over.
const core = new ztp.panos.UpgradeJob(
  "core",
  {
    mode: "haPair",
    haPairName: "core",
    primarySerial: config.require("primary"),
    secondarySerial: config.require("secondary"),
    targetVersion,
    triggers,
  },
  { dependsOn: proven },
);
const upgraded = new ztp.panos.UpgradeCompletion("core", { jobId: core.id, targetVersion, requireValidation: true });

/** What each member runs now, by its name. */
export const versions = upgraded.devices.apply((members) =>
  Object.fromEntries(members.map(({ serial, hostname, currentVersion }) => [hostname ?? serial, currentVersion])),
);
