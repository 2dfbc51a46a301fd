// Juniper Mist branches: templates that all share, a site for each, and its devices, claimed, assigned and named.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as ztp from "pulumi-ztp";
import { parse } from "yaml";

/** What branches.yaml says. */
interface Plan {
  groups: string[];
  branches: { [branch: string]: Branch };
}

interface Branch {
  address: string;
  countryCode: string;
  timezone: string;
  voiceVlan: number;
  devices: { [name: string]: { type: "ap" | "switch"; notes?: string } };
}

const config = new pulumi.Config();
const file = resolve(import.meta.dirname, config.get("branches") ?? "branches.yaml");
const { groups, branches }: Plan = parse(readFileSync(file, "utf8"));

// What all branches have in common.
const sitegroupIds = groups.map((name) => new ztp.mist.SiteGroup(name.toLowerCase(), { name }).id);
const switches = new ztp.mist.NetworkTemplate("branch-switches", {
  name: "branch-switches",
  networks: { office: { vlanId: 20 }, voice: { vlanId: "{{voice_vlan}}" } },
  portUsages: { desk: { mode: "access", portNetwork: "office", voipNetwork: "voice", stpEdge: true } },
  switchMatching: {
    enable: true,
    rules: [{ name: "default", portConfig: { "ge-0/0/0-47": { usage: "desk" } } }],
  },
});
const radios = new ztp.mist.RfTemplate("branch-radios", { name: "branch-radios", band24Usage: "auto" });
const wireless = new ztp.mist.WlanTemplate("branch-wireless", { name: "branch-wireless", applies: { sitegroupIds } });
new ztp.mist.Wlan("office", {
  ssid: "Example Office",
  templateId: wireless.id,
  auth: { type: "psk", psk: config.requireSecret("officeKey") },
  vlanId: 20,
});

// The claim code of each box, by branch and name:
//   pulumi config set --secret claimCodes:munich-entrance MISTAP000000001
const claimCodes = new pulumi.Config("claimCodes");

for (const [branch, { voiceVlan, devices, ...place }] of Object.entries(branches)) {
  const site = new ztp.mist.Site(branch, {
    name: branch,
    ...place,
    networktemplateId: switches.id,
    rftemplateId: radios.id,
    sitegroupIds,
    // The boxes go back to the organization's inventory when the branch closes.
    onDelete: "unassignDevices",
  });
  new ztp.mist.SiteSetting(branch, {
    siteId: site.id,
    vars: { voice_vlan: String(voiceVlan) },
    persistConfigOnDevice: true,
  });

  // All boxes of a branch at once: claimed, then assigned, fifty and a hundred a call.
  const names = Object.keys(devices);
  const inventory = new ztp.mist.Inventory(branch, {
    siteId: site.id,
    devices: Object.fromEntries(
      names.map((name) => [name, { claimCode: claimCodes.requireSecret(`${branch}-${name}`) }]),
    ),
  });

  for (const [box, { type, notes }] of Object.entries(devices)) {
    const name = `${branch}-${box}`;
    const args = { siteId: site.id, deviceId: inventory.summaries.apply((known) => known[box].deviceId), name, notes };
    if (type === "ap") new ztp.mist.AccessPoint(name, args);
    else new ztp.mist.Switch(name, args);
  }
}
