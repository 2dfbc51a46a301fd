import { join } from "node:path";
import { parseArgs, styleText } from "node:util";
import { existingFleet, importFleet } from "./demo/existing";
import {
  mistCanary,
  oldAccessPoints,
  oldFirewalls,
  panosPair,
  upgradeAccessPoints,
  upgradePair,
} from "./demo/firmware";
import { mistBranch, openBranches } from "./demo/mist";
import { onboardBranches, onboarding, slowFortiCloud } from "./demo/onboarding";
import { explain, headline, quoted, say, table } from "./demo/print";
import { oldHardware, playWindow, rollout } from "./demo/rollout";
import { type Host, Stage } from "./demo/stage";
import { configure, endStory, playStory } from "./demo/story";
import { writeEmptyProject } from "./empty-project";

const usage = `Usage: npm run demo -- [--host plugin|dynamic] [--keep]

Shows the life of a fleet with the real Pulumi engine and simulated vendors, all on this machine: no account
is needed, and nothing of yours is touched.

  --host <host>  what runs the resources: the plugin executable (default) or Pulumi's dynamic providers
  --keep         do not destroy the fleet: leave simulators and stack to play with until Ctrl-C
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { host: { type: "string" }, keep: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return say(usage);
  const { host = "plugin" } = values;
  if (host !== "plugin" && host !== "dynamic") throw new Error(`--host is plugin or dynamic, not ${host}`);
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => interruption.abort(new Error("interrupted")));
  }
  introduce(host);
  const stage = await Stage.open(host, interruption.signal);
  try {
    await playStory(stage, host);
    if (!values.keep) {
      await endStory(stage);
      await playExisting(stage, host);
      await playOnboarding(stage, host);
      await playMist(stage, host);
      await playFirmware(stage, host);
    }
    summarize(stage);
    if (values.keep) await keep(stage);
  } finally {
    await stage.close();
  }
}

/** The second story has an account and a project of its own. */
async function playExisting({ workspace, signal, records }: Stage, host: Host): Promise<void> {
  const project = writeEmptyProject(join(workspace.directory, "branches"));
  const stage = await Stage.open(host, signal, { project, fortinet: { devices: existingFleet() }, records });
  try {
    await configure(stage);
    await importFleet(stage, project);
  } finally {
    await stage.close();
  }
}

/** So does the third: its boxes are not even registered. */
async function playOnboarding({ signal, records }: Stage, host: Host): Promise<void> {
  const stage = await Stage.open(host, signal, { project: onboarding, fortinet: slowFortiCloud, records });
  try {
    await onboardBranches(stage, host);
  } finally {
    await stage.close();
  }
}

/** And the fourth, which is about another vendor. */
async function playMist({ signal, records }: Stage, host: Host): Promise<void> {
  const stage = await Stage.open(host, signal, { project: mistBranch, records });
  try {
    await openBranches(stage, host);
  } finally {
    await stage.close();
  }
}

/** The last ones are about work that takes its time. */
async function playFirmware({ signal, records }: Stage, host: Host): Promise<void> {
  const canary = await Stage.open(host, signal, { project: mistCanary, mist: oldAccessPoints, records });
  try {
    await upgradeAccessPoints(canary);
  } finally {
    await canary.close();
  }
  const pair = await Stage.open(host, signal, { project: panosPair, panos: oldFirewalls, records });
  try {
    await upgradePair(pair);
  } finally {
    await pair.close();
  }
  const window = await Stage.open(host, signal, { project: rollout, ...oldHardware, records });
  try {
    await playWindow(window);
  } finally {
    await window.close();
  }
}

function introduce(host: Host): void {
  say(styleText("bold", `pulumi-ztp: the life of a fleet (${host} host)`));
  explain(
    "The program is examples/fleet: 26 Fortinet devices, a script and a FortiManager entry, all of them in " +
      "inventory.yaml. Shorter stories follow: a fleet that is there already, new branches whose boxes nobody has registered yet " +
      "(examples/onboarding), branches of Juniper Mist (examples/mist-branch), new firmware for access points and firewalls " +
      "(examples/mist-canary, examples/panos-pair), and a maintenance window across vendors (examples/rollout). The Pulumi engine " +
      "is the real one; the vendors' systems are simulated. Everything is in a temporary folder that is removed at the end.",
  );
  say();
  explain(
    "All that is indented is printed by the commands themselves. They also get --non-interactive and " +
      "--suppress-progress; left out are rows that only say that an operation has begun, that a device is as it was, or " +
      "what stands under Diagnostics as well.",
  );
}

function summarize({ records }: Stage): void {
  headline("What it took");
  const all = {
    seconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
    fortiztp: records.reduce((sum, { calls }) => sum + calls.fortiztp, 0),
    forticare: records.reduce((sum, { calls }) => sum + calls.forticare, 0),
    mist: records.reduce((sum, { calls }) => sum + calls.mist, 0),
    hwautomation: records.reduce((sum, { calls }) => sum + calls.hwautomation, 0),
    signIn: records.reduce((sum, { signIn }) => sum + signIn, 0),
  };
  table(
    ["step", "seconds", "FortiZTP calls", "FortiCare calls", "Mist calls", "HWAutomation calls", "sign-ins"],
    [
      ...records.map(({ headline, seconds, calls, signIn }, index) => [
        `${index + 1}. ${headline}`,
        seconds.toFixed(1),
        calls.fortiztp,
        calls.forticare,
        calls.mist,
        calls.hwautomation,
        signIn,
      ]),
      ["all", all.seconds.toFixed(1), all.fortiztp, all.forticare, all.mist, all.hwautomation, all.signIn],
    ],
  );
}

/** Leaves everything in place until Ctrl-C, and tells how to use it. */
async function keep(stage: Stage): Promise<void> {
  const { simulators, workspace, signal } = stage;
  const { controlUrl } = simulators.describe();
  const { PATH: path = "", ...variables } = workspace.variables;
  const ownPath = path.slice(0, path.length - (process.env.PATH?.length ?? 0));
  const exports = Object.entries(variables).map(([name, value]) => `  export ${name}=${quoted(value)}`);
  headline("Over to you");
  explain("Everything stays as it is until you press Ctrl-C here, which removes it all. In another terminal:");
  say(`
  cd ${quoted(`${workspace.directory}/project`)}
  export PATH=${quoted(ownPath)}"$PATH"
${exports.join("\n")}

  pulumi stack                                  # what is there
  pulumi up                                     # change ${quoted(stage.file("inventory.yaml"))} first
  pulumi up --refresh
  pulumi destroy

  curl -s ${controlUrl}/                        # how to steer the simulators
  curl -s -X POST ${controlUrl}/fortinet/devices/FGT60FTK22090001/unprovision
  curl -s -X POST ${controlUrl}/fortinet/devices/FGT60FTK22090001/online
`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`\nThe demo ended early: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
