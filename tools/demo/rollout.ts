import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mistDevice, mistOrgId, panosSerial } from "../../simulators";
import { findProjectRoot } from "../toolchain";
import { configureMist } from "./mist";
import { say, table } from "./print";
import type { Setting, Stage } from "./stage";

export const rollout = join(findProjectRoot(), "examples", "rollout");

/** How much faster than the real ones all devices are. */
const speed = 300;

const pair = [panosSerial(11), panosSerial(12)] as const;
const siteId = "a3000000-0000-4000-8000-000000000100";
const accessPoints = [1, 2, 3].map((number) =>
  mistDevice("ap", 720_000 + number, {
    orgId: mistOrgId,
    siteId,
    name: `munich-ap${number}`,
    version: "0.14.29313",
    connected: true,
  }),
);
const [canary] = accessPoints;
if (canary) canary.updateOutcomes = ["downloadFails", "ok"];
const servers = ["rack1-node1", "rack1-node2", "rack1-node3"];

/** A pair of firewalls, a site whose first access point fails at the first attempt, and a rack of bare metal. */
export const oldHardware: Pick<Setting, "mist" | "panos" | "hwautomation"> = {
  panos: {
    devices: [
      { serial: pair[0], hostname: "fw-core-a", mgmtIp: "10.20.0.11", haState: "active", peerSerial: pair[1] },
      { serial: pair[1], hostname: "fw-core-b", mgmtIp: "10.20.0.12", haState: "passive", peerSerial: pair[0] },
    ],
    variants: { timeScale: speed },
  },
  mist: { sites: [{ id: siteId, name: "Munich" }], devices: accessPoints, variants: { upgradeSpeed: speed } },
  hwautomation: { servers: servers.map((serverId) => ({ serverId })), variants: { timeScale: speed } },
};

/** A maintenance window of three waves, of which the second fails at first, and the third is interrupted. */
export async function playWindow(stage: Stage): Promise<void> {
  const { panos, hwautomation: automation } = stage.simulators;
  const { hwautomation } = stage.simulators.describe();
  await configureMist(stage, { pollSeconds: "1" });
  await stage.configure(
    {
      "ztp:panos.baseDir": panos.baseDir,
      "ztp:panos.pollSeconds": "1",
      "ztp:hwautomation.baseUrl": hwautomation.url,
      "ztp:hwautomation.username": hwautomation.username,
      "ztp:hwautomation.pollSeconds": "1",
    },
    { "ztp:hwautomation.password": hwautomation.password },
  );
  const [plan, page] = [stage.file("plan.json"), stage.file("report.html")];

  await stage.step(
    "A maintenance window across vendors: the second wave fails",
    "The program is examples/rollout: a pair of firewalls, then the access points of a site, then servers. Every wave depends on " +
      "the completion of the one before, and on what was measured then. An access point cannot load its image: the servers are " +
      "not touched. `npx ztp report` draws what has become of it.",
    async () => {
      await stage.pulumiFails(
        ["up", "--yes", "--skip-preview"],
        "Whatever depends on this completion is left as it is",
      );
      // Where the job has come to, and what was not even begun.
      await stage.pulumi(["refresh", "--yes", "--skip-preview"]);
      await stage.pulumiInto(plan, ["preview", "--json"]);
      await stage.ztp(["report", "--plan", plan, "--out", page], { calls: {} });
      showWindow(stage, { reboots: 2, upgraded: 0, started: 0 });
    },
  );
  await stage.step(
    "Mend it, and press Ctrl-C in the last wave",
    "With another value of `attempts` the access points get another job. What has passed is history. The servers' workflows go on " +
      "without us.",
    async () => {
      const file = stage.file("window.yaml");
      const window = readFileSync(join(rollout, "window.yaml"), "utf8");
      writeFileSync(file, window.replace("accessPoints: 1", "accessPoints: 2"));
      await stage.pulumi(["config", "set", "window", file]);
      await stage.pulumiInterrupted(["up", "--yes", "--skip-preview"], () => automation.effects.length > 0);
      showWindow(stage, { reboots: 2, upgraded: accessPoints.length, started: servers.length });
    },
  );
  await stage.step(
    "Go on",
    "The next run waits for the same workflows. Nothing was done twice to any device.",
    async () => {
      await stage.pulumi(["up", "--yes", "--skip-preview"]);
      await stage.ztp(["report", "--out", page], { calls: {} });
      showWindow(stage, { reboots: 2, upgraded: accessPoints.length, started: servers.length });
      const commissioned = automation.effects.filter(({ kind }) => kind === "commission");
      if (commissioned.length !== servers.length) throw new Error(`${commissioned.length} servers were commissioned.`);
    },
  );
}

/** What has happened to the devices. */
function showWindow({ simulators }: Stage, wanted: { reboots: number; upgraded: number; started: number }): void {
  const { panos, mist, hwautomation } = simulators;
  const rebooted = panos.actions.filter(({ kind }) => kind === "reboot");
  const installed = mist.firmwareActions().filter(({ kind }) => kind === "install");
  const started = servers.filter((server) => hwautomation.workflowsOf(server).length > 0);
  say();
  table(
    ["wave", "devices", "touched"],
    [
      ["firewalls", String(pair.length), String(rebooted.length)],
      ["access points", String(accessPoints.length), String(installed.length)],
      ["servers", String(servers.length), String(started.length)],
    ],
  );
  const found = { reboots: rebooted.length, upgraded: installed.length, started: started.length };
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`The devices are as ${JSON.stringify(found)}, not as ${JSON.stringify(wanted)}.`);
  }
}
