import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MistOptions, mistDevice, mistOrgId, type PanosOptions, panosSerial, panosTarget } from "../../simulators";
import { findProjectRoot } from "../toolchain";
import { configureMist } from "./mist";
import { say, table } from "./print";
import type { Stage } from "./stage";

export const mistCanary = join(findProjectRoot(), "examples", "mist-canary");
export const panosPair = join(findProjectRoot(), "examples", "panos-pair");

/** How much faster than the real ones access points and firewalls are. */
const speed = 300;

const sites = { Munich: 4, Vienna: 3, Zurich: 2 };
const siteIds = Object.fromEntries(
  Object.keys(sites).map((name, index) => [name, `a3000000-0000-4000-8000-00000000010${index}`]),
);
const accessPoints = Object.entries(sites).flatMap(([name, count], site) =>
  Array.from({ length: count }, (_, index) =>
    mistDevice("ap", 710_001 + site * 10 + index, {
      orgId: mistOrgId,
      siteId: siteIds[name],
      name: `${name.toLowerCase()}-ap${index + 1}`,
      version: "0.14.29313",
      connected: true,
    }),
  ),
);
const [canary] = accessPoints;
if (canary) canary.updateOutcomes = ["downloadFails", "ok"];

/** Three sites whose access points run old firmware; the first of Munich fails at the first attempt. */
export const oldAccessPoints: MistOptions = {
  sites: Object.keys(sites).map((name) => ({ id: siteIds[name] as string, name })),
  devices: accessPoints,
  variants: { upgradeSpeed: speed },
};
/** The stack, and of each site the job and its completion. */
const upgrades = 1 + 2 * Object.keys(sites).length;

/** New firmware in waves, of which the first fails. */
export async function upgradeAccessPoints(stage: Stage): Promise<void> {
  await configureMist(stage, { pollSeconds: "1" });
  const { mist } = stage.simulators;
  await stage.step(
    "Firmware in waves: the canary fails",
    "The program is examples/mist-canary. Mist upgrades the access points of a site by itself; a completion waits for that, and " +
      `what depends on it comes after. Here it all goes ${speed} times as fast, and an access point of the first site cannot load ` +
      "its image: the job halts, and the other sites are not touched.",
    async () => {
      await stage.pulumiFails(["up", "--yes", "--skip-preview"], "make another job with another value of `triggers`");
      showAccessPoints(stage, { upgraded: 0 });
    },
  );
  await stage.step(
    "Mend it, and go on",
    "With another value of `attempt` the canary's job is made anew; when its site has passed, the jobs of the other two sites go " +
      "side by side. No access point has been upgraded twice.",
    async () => {
      const waves = stage.file("waves.yaml");
      writeFileSync(waves, readFileSync(join(mistCanary, "waves.yaml"), "utf8").replace("attempt: 1", "attempt: 2"));
      await stage.pulumi(["config", "set", "waves", waves]);
      await stage.pulumi(["up", "--yes", "--skip-preview"], {
        resources: { created: upgrades - 2, replaced: 1, unchanged: 1 },
        calls: { mist: 90 },
      });
      showAccessPoints(stage, { upgraded: accessPoints.length });
      const installed = mist.firmwareActions().filter(({ kind }) => kind === "install");
      if (installed.length !== accessPoints.length) throw new Error(`${installed.length} images were installed.`);
    },
  );
  await stage.step(
    "Again: nothing to do",
    "Jobs that have ended are history. The program asks for the ids of its sites.",
    () => stage.pulumi(["up", "--yes", "--skip-preview"], { resources: { unchanged: upgrades }, calls: { mist: 2 } }),
  );
}

function showAccessPoints({ simulators }: Stage, { upgraded }: { upgraded: number }): void {
  const { world } = simulators.mist;
  const rows = accessPoints.map(({ mac }) => {
    const device = world.devices.get(mac);
    return [
      String(device?.config.name),
      String(world.sites.get(device?.siteId ?? "")?.data.name),
      device?.version ?? "",
    ];
  });
  say();
  table(["access point", "site", "version"], rows);
  const done = rows.filter(([, , version]) => version === "0.14.30110").length;
  if (done !== upgraded) throw new Error(`${done} access points are upgraded, not ${upgraded}.`);
}

const lab = panosSerial(1);
const pair = [panosSerial(11), panosSerial(12)] as const;
/** What it takes before the daemon gives up a download. */
const downloads = 3;

/** A firewall of the lab, which cannot load its image at first, and a pair. */
export const oldFirewalls: PanosOptions = {
  devices: [
    { serial: lab, hostname: "fw-lab", mgmtIp: "10.20.0.1", downloads: [...Array(downloads).fill("fails"), "ok"] },
    { serial: pair[0], hostname: "fw-core-a", mgmtIp: "10.20.0.11", haState: "active", peerSerial: pair[1] },
    { serial: pair[1], hostname: "fw-core-b", mgmtIp: "10.20.0.12", haState: "passive", peerSerial: pair[0] },
  ],
  variants: { timeScale: speed },
};

/** An upgrade of a pair, which waits for that of a firewall of the lab. */
export async function upgradePair(stage: Stage): Promise<void> {
  const { panos } = stage.simulators;
  await stage.configure({ "ztp:panos.baseDir": panos.baseDir, "ztp:panos.pollSeconds": "1" });
  await stage.step(
    "A pair of firewalls: the lab fails",
    "The program is examples/panos-pair. The upgrade daemon takes its jobs from a directory. The firewall of the lab cannot load " +
      "its image, so that the job of the pair is not even written.",
    async () => {
      const config = { version: panosTarget, lab, primary: pair[0], secondary: pair[1] };
      await stage.pulumi([
        "config",
        "set-all",
        ...Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]),
      ]);
      await stage.pulumiFails(["up", "--yes", "--skip-preview"], "download");
      showFirewalls(stage, { reboots: 0 });
    },
  );
  await stage.step(
    "Again, and the pair after it",
    "The daemon upgrades the passive member, then the active one. Each firewall has been rebooted once, and its sessions, " +
      "routes and ARP entries are what they were.",
    async () => {
      await stage.pulumi(["config", "set", "attempt", "2"]);
      await stage.pulumi(["up", "--yes", "--skip-preview"], {
        resources: { created: 3, replaced: 1, unchanged: 1 },
        calls: {},
      });
      showFirewalls(stage, { reboots: 3 });
    },
  );
}

function showFirewalls({ simulators }: Stage, { reboots }: { reboots: number }): void {
  const { panos } = simulators;
  const rows = [...panos.devices.values()].map(({ hostname, serial, version }) => {
    const done = panos.actions.filter((each) => each.serial === serial && each.kind === "reboot").length;
    return [hostname, serial, version, String(done)];
  });
  say();
  table(["firewall", "serial", "version", "reboots"], rows);
  const all = panos.actions.filter(({ kind }) => kind === "reboot").length;
  if (all !== reboots) throw new Error(`There were ${all} reboots, not ${reboots}.`);
}
