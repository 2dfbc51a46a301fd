import { join } from "node:path";
import { findProjectRoot } from "../toolchain";
import { say, table } from "./print";
import type { Host, Stage } from "./stage";
import { together } from "./story";

export const mistBranch = join(findProjectRoot(), "examples", "mist-branch");

/** The boxes of examples/mist-branch, with the claim codes that stand on them. */
const claimCodes = {
  "munich-entrance": "MISTAP000000001",
  "munich-office": "MISTAP000000002",
  "munich-access": "MISTSW000000001",
  "vienna-entrance": "MISTAP000000003",
  "vienna-access": "MISTSW000000002",
};
const boxes = Object.keys(claimCodes).length;
/** A group, three templates and a WLAN; site, setting and inventory of two branches; the stack is one more. */
const resources = 5 + 2 * 3 + boxes + 1;

/** Branches of another vendor, beside the Fortinet fleet. */
export async function openBranches(stage: Stage, host: Host): Promise<void> {
  await configureMist(stage);
  await stage.step(
    "Mist branches: preview",
    `The program is examples/mist-branch: templates that all branches share, and for each of two a site with its setting and ` +
      `its devices, ${boxes} boxes fresh from the factory. Their claim codes are in the stack's configuration.`,
    async () => {
      const secrets = Object.entries(claimCodes).map(([name, code]) => `claimCodes:${name}=${code}`);
      secrets.push("officeKey=correct horse battery staple");
      await stage.pulumi(["config", "set-all", ...secrets.flatMap((secret) => ["--secret", secret])]);
      await stage.pulumi(["preview"], {
        resources: { "to create": resources },
        calls: host === "plugin" ? { mist: 8 } : {},
      });
    },
  );
  await stage.step(
    "Open the branches",
    "Templates first, then the sites that name them, then their devices, claimed and assigned together, and at last what " +
      "each device is called. A list is taken once and then known.",
    async () => {
      await stage.pulumi(["up", "--yes", "--skip-preview", ...together], {
        resources: { created: resources },
        calls: { mist: 48 },
      });
      showDevices(stage, boxes);
    },
  );
  await stage.step("Again: nothing to do", "Mist is not asked for anything.", () =>
    stage.pulumi(["up", "--yes", "--skip-preview"], { resources: { unchanged: resources }, calls: {} }),
  );
  await stage.step(
    "Drift, key by key",
    "In the portal somebody gives the office WLAN another VLAN, and adds a syslog server to the switches. The first is drift, " +
      "since the program says which VLAN; the second is not, since it says nothing of syslog.",
    async () => {
      const { world, orgId } = stage.simulators.mist;
      for (const { data } of world.objects("org", orgId, "wlans").values()) data.vlan_id = 30;
      for (const { data } of world.objects("org", orgId, "networktemplates").values()) {
        data.remote_syslog = { enabled: true, servers: [{ host: "192.0.2.9" }] };
      }
      await stage.pulumi(["refresh", "--preview-only", "--diff"], {
        resources: { "to update": 1, unchanged: resources - 1 },
        calls: { mist: 14 },
      });
    },
  );
  await stage.step(
    "Close the branches",
    "The devices go back to the organization's inventory, which keeps them; sites and templates are deleted.",
    async () => {
      await stage.pulumi(["destroy", "--yes", "--skip-preview", ...together], {
        resources: { deleted: resources },
        calls: { mist: 24 },
      });
      showDevices(stage, 0);
    },
  );
}

/** Puts address and credentials of the simulated Mist, and more, into the stack's configuration. */
export async function configureMist(stage: Stage, more: { readonly [key: string]: string } = {}): Promise<void> {
  const { url, apiToken, orgId } = stage.simulators.describe().mist;
  const settings = Object.entries({ baseUrl: url, orgId, ...more }).map(([key, value]) => [`ztp:mist.${key}`, value]);
  await stage.configure(Object.fromEntries(settings), { "ztp:mist.apiToken": apiToken });
}

/** Shows the boxes as Mist has them, and checks how many are at a site. */
function showDevices({ simulators }: Stage, atSites: number): void {
  const { world } = simulators.mist;
  const codes = new Set<string | null>(Object.values(claimCodes));
  const devices = [...world.devices.values()].filter(({ claimCode }) => codes.has(claimCode));
  const rows = devices.map(({ mac, model, orgId, siteId, config }) => [
    String(config?.name ?? ""),
    mac,
    model,
    orgId ? "claimed" : "",
    siteId ? String(world.sites.get(siteId)?.data.name) : "",
  ]);
  say();
  table(["device", "MAC address", "model", "organization", "site"], rows);
  const assigned = devices.filter(({ siteId }) => siteId !== null).length;
  if (assigned !== atSites) throw new Error(`${assigned} of these devices are at a site, not ${atSites}.`);
}
