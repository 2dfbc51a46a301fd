import { expect } from "vitest";
import { type FirewallChange, type JobScenario, panosDevices, panosSerial } from "./world";

const serial = panosSerial(1);
const [active, passive] = panosDevices.pair;
const job = { serial };
const pair = { mode: "haPair", primarySerial: active, secondarySerial: passive };

/** A job that ends well: what it comes to. */
function passes(
  name: string,
  inputs: object,
  outputs: object,
  firewalls: FirewallChange = {},
  policy = {},
): JobScenario {
  return {
    name: `${name} passes`,
    async run(world) {
      world.change(firewalls);
      expect(await world.completed(inputs as never, policy)).toMatchObject(outputs);
    },
  };
}

/** A job that does not: what is told, and what becomes of the job's file. */
function fails(
  name: string,
  inputs: object,
  message: string[],
  firewalls: FirewallChange = {},
  policy = {},
): JobScenario {
  return {
    name: `${name} fails`,
    async run(world) {
      world.change(firewalls);
      const told = await world.failing(inputs as never, policy);
      for (const part of message) expect(told).toContain(part);
    },
  };
}

/** What can become of a job, row by row. */
export const outcomeScenarios: readonly JobScenario[] = [
  passes("an upgrade", job, {
    ...{
      outcome: "upgraded",
      state: "completed",
      jobStatus: "complete",
      validationPassed: true,
      alreadyAtTarget: false,
    },
    devices: [{ serial, upgradeStatus: "complete", progress: 100, currentVersion: "11.1.4", targetVersion: "11.1.4" }],
    postFlights: [{ serial, validationPassed: true }],
  }),
  passes(
    "an upgrade after which something is worse",
    job,
    { outcome: "validation-failed", validationPassed: false },
    {
      [serial]: { afterReboot: { tcpSessions: 1 } },
    },
  ),
  fails(
    "an upgrade after which something is worse, where that is required,",
    job,
    [`could not validate the upgrade of device ${serial}`, "TCP sessions -"],
    { [serial]: { afterReboot: { tcpSessions: 1 } } },
    { requireValidation: true },
  ),
  fails(
    "an upgrade that could not be measured, where that is required,",
    job,
    ["not compared with before"],
    { [serial]: { afterReboot: { metricsErrors: 100 } } },
    { requireValidation: true },
  ),
  passes(
    "a device that is at its target already",
    { serial: panosDevices.atTarget, targetVersion: "11.1.4" },
    { outcome: "skipped", state: "failed", alreadyAtTarget: true },
    {},
    { targetVersion: "11.1.4" },
  ),
  fails("a device without a path", { serial: panosDevices.atTarget }, [
    `the daemon skipped ${panosDevices.atTarget}`,
    "Set targetVersion",
  ]),
  passes(
    "a device without a path, where that is agreed to,",
    { serial: panosDevices.atTarget },
    { outcome: "skipped", alreadyAtTarget: false },
    {},
    { skippedIsSuccess: true },
  ),
  fails("a full disk", { serial: panosDevices.fullDisk }, ["Insufficient disk space", "Free space on the device"]),
  fails("a download", job, [`device ${serial} failed in the phase download`], { [serial]: { downloads: ["fails"] } }),
  fails("a download that stalls", job, ["phase download"], { [serial]: { downloads: ["stalls"] } }),
  fails("an installation", job, ["phase install"], { [serial]: { installs: ["fails"] } }),
  fails("a device that does not come back", job, ["phase reboot", "may run the new version by now"], {
    [serial]: { reboots: ["neverBack"] },
  }),
  passes("a pair", pair, { outcome: "upgraded", serials: [active, passive], validationPassed: true }),
  fails("a pair whose passive member cannot be told", pair, ["do not say of what", "logs/text"], {
    [passive]: { haState: "suspended" },
  }),
  fails("a pair with a member without a path", pair, ["Give the version of that member a path"], {
    [passive]: { version: "9.1.0" },
  }),
  passes(
    "a pair at the target",
    pair,
    { outcome: "nothing-to-do", devices: [] },
    {
      [active]: { version: "11.1.4" },
      [passive]: { version: "11.1.4" },
    },
  ),
  passes(
    "a pair of which one member is at the target",
    pair,
    { outcome: "upgraded", devices: [{ serial: active }] },
    {
      [passive]: { version: "11.1.4" },
    },
  ),
  fails("a pair whose second member fails", pair, [`${passive} was upgraded before and stays so`], {
    [active]: { installs: ["fails"] },
  }),
  passes(
    "a download of images",
    { ...job, mode: "downloadOnly" },
    {
      outcome: "downloaded",
      devices: [{ upgradeStatus: "download_complete", readyForInstall: true }],
    },
  ),
  passes("a dry run", { ...job, dryRun: true }, { outcome: "simulated" }),
  {
    name: "a device that has left the inventory fails with the daemon's words",
    async run(world) {
      const id = await world.submitted(job);
      world.daemon.remove(serial);
      const run = await world.stack.up(world.following(job, id));
      expect(run.failures.done?.message).toContain("Have the daemon discover the device");
    },
  },
  {
    name: "a device that is upgraded to another version than the program says is cancelled and fails",
    async run(world) {
      const old = { serial: panosDevices.old };
      const id = await world.submitted(old);
      const run = await world.stack.up(world.following(old, id, { targetVersion: "11.2.0" }));
      const told = `device ${panosDevices.old} is upgraded to 11.1.4, not to 11.2.0`;
      expect(run.failures.done?.message).toContain(told);
      expect(world.jobs("cancelled")).toEqual([`${id}.json`]);
      expect(world.installs(panosDevices.old)).toEqual([]);
    },
  },
  {
    name: "what a worker waits for shows on the row of the completion",
    async run(world) {
      const id = await world.submitted(job);
      const { progress } = await world.up(world.following(job, id));
      const rows = progress.join("\n");
      expect(rows).toContain("waits for the daemon");
      expect(rows).toContain(`15 %: fw-branch-1 (${serial}): Downloading 11.1.0`);
      expect(rows).toContain("75 %");
    },
  },
];
