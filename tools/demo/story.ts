import { writeFileSync } from "node:fs";
import { makeImportFile } from "../../cli/import-file";
import { dynamicToken, pluginToken } from "../../provider/hosts/tokens";
import { explain, say } from "./print";
import type { Host, Stage } from "./stage";

const device = "fortiztp:Device";
const drifting = { name: "berlin-fw1", serial: "FGT60FTK22090001" };
const existing = { name: "oslo-fw3", serial: "FGT60FTK21090002" };

/** All devices at once instead of as many as the machine has use for: writes that arrive together share a call. */
export const together = ["--parallel", "64"];

/** The life of a fleet, from the first preview to the last device. */
export async function playStory(stage: Stage, host: Host): Promise<void> {
  await configure(stage);
  await provision(stage, host);
  await healDrift(stage);
  await importExisting(stage, host);
  await switchHost(stage, host === "plugin" ? "dynamic" : "plugin");
}

/** Addresses and credentials of the simulated account, with whatever else the stack is to be told. */
export async function configure(stage: Stage, others: Record<string, string> = {}): Promise<void> {
  const { password, ...plain } = stage.simulators.describe().fortinet;
  const settings = Object.entries({ ...plain, ...others }).map(([key, value]) => [`ztp:fortinet.${key}`, value]);
  await stage.configure(Object.fromEntries(settings), { "ztp:fortinet.password": password });
}

async function provision(stage: Stage, host: Host): Promise<void> {
  await stage.step(
    "Preview",
    "Four sites, 26 devices, none of them sent anywhere yet. In front of them a pre-run script and the FortiManager " +
      `entry that lets its devices run it: the firewalls go there by reference. The 29th resource is the stack. ${
        host === "plugin"
          ? "Three lists of the account tell whether every serial is there and can go where the program wants it."
          : "The dynamic host checks the inputs; whether the account has the devices is looked at by `up`."
      }`,
    () =>
      stage.pulumi(["preview"], {
        resources: { "to create": 29 },
        calls: { fortiztp: host === "plugin" ? 3 : 0 },
      }),
  );
  await stage.step(
    "Provision the fleet",
    "First the script, which is read back after its upload, then the FortiManager entry that names it, then the " +
      "devices. Writes travel together, up to ten devices a call. --parallel 64 hands over all devices at once; without it the " +
      "engine hands over a few at a time, which takes a few calls more.",
    async () => {
      await stage.pulumi(["up", "--yes", "--skip-preview", ...together], {
        resources: { created: 29 },
        calls: { fortiztp: 22 },
      });
      stage.expectProvisioned(27);
      say("\n  FortiZTP has 27 provisioned devices now: the fleet, and one that was there before.");
    },
  );
  await stage.step("Again: nothing to do", "The same program once more costs no call at all.", () =>
    stage.pulumi(["up", "--yes", "--skip-preview"], { resources: { unchanged: 29 }, calls: {} }),
  );
}

async function healDrift(stage: Stage): Promise<void> {
  await stage.step(
    "Drift",
    `Somebody unprovisions ${drifting.name} in the portal. A refresh reads the whole account with a handful of lists, ` +
      "however many devices there are, and shows what is different from what the program said. With --preview-only it changes nothing.",
    async () => {
      stage.simulators.fortinet.unprovision(drifting.serial);
      await stage.pulumi(["refresh", "--preview-only", "--diff"], {
        resources: { "to update": 1, unchanged: 28 },
        calls: { fortiztp: 4 },
      });
    },
  );
  await stage.step(
    "Heal",
    "One command: --refresh looks at the fleet first, and up then sends the device where it belongs.",
    async () => {
      await stage.pulumi(["up", "--refresh", "--yes", "--skip-preview"], {
        resources: { updated: 1, unchanged: 28 },
        calls: { fortiztp: 9 },
      });
      stage.expectProvisioned(27);
    },
  );
}

async function importExisting(stage: Stage, host: Host): Promise<void> {
  await stage.step(
    "Take over a device that is provisioned already",
    `${existing.serial} was sent to its FortiManager before this project began. It gets a line in the inventory, and ` +
      "the stack takes it over as it is: nothing is written to FortiZTP. The preview afterwards has nothing to do.",
    async () => {
      const inventory = stage.extended(
        "fleet/inventory.yaml",
        `    fw3: { serial: ${existing.serial}, role: old-firewall }`,
      );
      await stage.pulumi(["config", "set", "fleet:inventory", inventory]);
      const source =
        host === "plugin" ? [pluginToken(device), existing.name, existing.serial] : ["--file", await importFile(stage)];
      await stage.pulumi(["import", ...source, "--yes", "--protect=false", "--generate-code=false"], {
        resources: { imported: 1, unchanged: 29 },
        calls: { fortiztp: 4 },
      });
      await stage.pulumi(["preview", "--expect-no-changes"], { resources: { unchanged: 30 }, calls: {} });
      if (stage.simulators.requests.count({ service: "fortiztp", method: "PUT" }) > 0)
        throw new Error("The import has written to FortiZTP.");
    },
  );
}

/** Dynamic resources cannot be read by the engine, so the file holds what their state will hold. */
async function importFile(stage: Stage): Promise<string> {
  const content = await makeImportFile([{ type: device, name: existing.name, id: existing.serial }], {
    host: "dynamic",
    project: "fleet",
    stack: stage.workspace.stack,
    configuration: { fortinet: stage.simulators.describe().fortinet },
    environment: {},
    signal: stage.signal,
  });
  const file = stage.file("import.json");
  const text = JSON.stringify(content, null, 2);
  writeFileSync(file, text);
  say();
  explain(
    "Pulumi cannot read dynamic resources by itself, so its import file holds their whole state. This one was made " +
      "from what FortiZTP says about the device:",
  );
  say(`\n${text.replace(/^/gm, "    ")}`);
  return file;
}

async function switchHost(stage: Stage, host: Host): Promise<void> {
  const token = host === "plugin" ? pluginToken(device) : dynamicToken(device);
  await stage.step(
    `Switch to the ${host} host`,
    `${
      host === "plugin"
        ? "From now on the plugin executable runs the resources"
        : "From now on the npm package alone runs the resources, as Pulumi's dynamic providers"
    }: the same program, the same stack, no changes.`,
    async () => {
      await stage.pulumi(["config", "set", "ztp:host", host]);
      await stage.pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes"], {
        resources: { unchanged: 30 },
        calls: {},
      });
      await stage.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"], {
        resources: { unchanged: 30 },
        calls: { fortiztp: 4 },
      });
      const types = new Set((await stage.devicesInState()).map(({ type }) => type));
      if (types.size !== 1 || !types.has(token)) throw new Error(`The state has ${[...types].join(", ")}.`);
      say(`\n  All devices in state are ${token} now.`);
    },
  );
}

export async function endStory(stage: Stage): Promise<void> {
  await stage.step(
    "Destroy",
    "Every device is unprovisioned, then the FortiManager entry and the script are deleted; no device leaves the account.",
    async () => {
      await stage.pulumi(["destroy", "--yes", "--skip-preview", ...together], {
        resources: { deleted: 30 },
        calls: { fortiztp: 18 },
      });
      stage.expectProvisioned(0);
      say("\n  FortiZTP has no provisioned device any more.");
    },
  );
}
