import { type Ended, inventoryEntry, save, text, type UpgradeContext } from "./context";
import { addError, beginStatus, type DeviceStatus } from "./device-status";
import { downloadAll } from "./downloads";
import { postFlight, preFlight } from "./flight";
import { FirewallLink } from "./link";
import { passOn, type Steps } from "./threads";

/** What a dry run takes instead of an install, and of a reboot, in seconds. */
const dryRunPause = 2;

/** One upgrade of one device. */
export interface Upgrade {
  readonly context: UpgradeContext;
  readonly status: DeviceStatus;
  readonly link: FirewallLink;
  readonly jobId: string;
  readonly dryRun: boolean;
}

/** Upgrades a device along its path: every image is downloaded, the last one installed. */
export function* upgradeDevice(context: UpgradeContext, serial: string, jobId: string, dryRun: boolean): Steps<Ended> {
  const { directory, paths, log } = context;
  log("INFO", `Starting upgrade for device ${serial} (job: ${jobId}, dry_run: ${dryRun ? "True" : "False"})`);
  const status = beginStatus(directory, serial);
  try {
    const mgmtIp = inventoryEntry(context, serial)?.mgmt_ip;
    if (typeof mgmtIp !== "string" || mgmtIp === "") {
      const message = `Device ${serial} not found in inventory or has no management IP. Run 'panos-upgrade device discover' first`;
      addError(directory, status, "init", message);
      yield* save(context, status, { upgrade_status: "failed", upgrade_message: message });
      return { success: false, message };
    }
    const link = new FirewallLink(context, serial, mgmtIp, jobId);
    const { hostname, version } = yield* link.systemInfo();
    status.hostname = hostname;
    status.current_version = version;
    status.ha_role = "standalone";
    status.starting_version ||= version;
    const path = paths[status.starting_version];
    if (path === undefined) return yield* skip(context, status);
    status.upgrade_path = path;
    status.target_version = path.at(-1) ?? "";
    // An index that the downloads start over anyway.
    if (path.includes(version)) status.current_path_index = path.indexOf(version) + 1;
    yield* save(context, status);

    const success = yield* goThrough({ context, status, link, jobId, dryRun });
    const message = success ? `Upgrade completed successfully for ${serial}` : `Upgrade failed for ${serial}`;
    yield* save(
      context,
      status,
      success
        ? {
            upgrade_status: "complete",
            upgrade_message: `Upgrade completed successfully to version ${status.target_version}`,
          }
        : { upgrade_status: "failed", upgrade_message: "Upgrade failed - see error log for details" },
    );
    log(success ? "INFO" : "ERROR", message, serial);
    return { success, message };
  } catch (error) {
    passOn(error);
    const message = `Upgrade error for ${serial}: ${text(error)}`;
    log("ERROR", message, serial);
    addError(directory, status, "upgrade", message, text(error));
    yield* save(context, status, { upgrade_status: "failed" });
    return { success: false, message };
  }
}

/** Leaves a device alone whose version has no path. */
export function* skip(context: UpgradeContext, status: DeviceStatus): Steps<Ended> {
  const message = `No upgrade path found for version ${status.starting_version}`;
  context.log("WARNING", message, status.serial);
  yield* save(context, status, {
    upgrade_status: "skipped",
    skip_reason: message,
    upgrade_message: `Skipped: No upgrade path for version ${status.starting_version}`,
  });
  return { success: false, message };
}

function* goThrough(upgrade: Upgrade): Steps<boolean> {
  const { context, status } = upgrade;
  try {
    if (!(yield* prepare(upgrade))) return false;
    if (!(yield* downloadAll(upgrade))) return false;
    if (!(yield* verify(upgrade))) return false;
    if (!(yield* install(upgrade))) return false;
    if (!(yield* reboot(upgrade))) return false;
    const version = status.target_version;
    yield* save(context, status, {
      current_phase: "post_flight_validation",
      progress: 90,
      upgrade_message: `Running post-flight validation for version ${version}`,
    });
    context.checkpoint("postFlight");
    if (!upgrade.dryRun) yield* postFlight(context, upgrade.link);
    // What the device really runs is never asked.
    yield* save(context, status, {
      current_version: version,
      progress: 100,
      upgrade_message: `Successfully upgraded to version ${version}`,
    });
    return true;
  } catch (error) {
    passOn(error);
    const message = `Upgrade failed: ${text(error)}`;
    context.log("ERROR", message, status.serial);
    return yield* fail(upgrade, status.current_phase, message, {}, text(error));
  }
}

/** Notes an error; progress and phase stay where they are. */
export function* fail(
  { context, status }: Upgrade,
  phase: string,
  message: string,
  changes: Partial<DeviceStatus> = {},
  details = "",
): Steps<false> {
  addError(context.directory, status, phase, message, details);
  yield* save(context, status, changes);
  return false;
}

function* prepare(upgrade: Upgrade): Steps<boolean> {
  const { context, status, link, dryRun } = upgrade;
  const { settings, softwareChecked } = context;
  yield* save(context, status, {
    current_phase: "pre_flight_validation",
    upgrade_status: "validating",
    progress: 5,
    upgrade_message: "Running pre-flight validation",
  });
  context.checkpoint("preFlight");
  if (!dryRun) {
    const metrics = yield* preFlight(context, link);
    if (typeof metrics === "string") return yield* fail(upgrade, "pre_flight_validation", metrics);
    status.disk_space = {
      available_gb: metrics.disk_available_gb,
      required_gb: settings.minimumDiskGb,
      check_passed: true,
    };
  }
  if (softwareChecked.has(status.serial)) return true;
  yield* save(context, status, { progress: 10, upgrade_message: "Refreshing available software versions..." });
  if (!dryRun && !(yield* link.checkSoftware()))
    context.log("WARNING", `Software check failed or timed out on ${status.serial}, continuing anyway`, status.serial);
  // A dry run counts as well.
  softwareChecked.add(status.serial);
  return true;
}

function* verify(upgrade: Upgrade): Steps<boolean> {
  const { context, status, link, dryRun } = upgrade;
  yield* save(context, status, { progress: 55, upgrade_message: "Verifying all images are downloaded..." });
  if (dryRun) return true;
  const images = yield* link.images();
  const missing = status.upgrade_path.filter((version) => !images.includes(version));
  if (missing.length === 0) return true;
  const message = `Verification failed: missing images: ${missing.join(", ")}`;
  return yield* fail(upgrade, "download", message, { upgrade_status: "failed", upgrade_message: message });
}

function* install(upgrade: Upgrade): Steps<boolean> {
  const { context, status, link, dryRun } = upgrade;
  const version = status.target_version;
  yield* save(context, status, {
    current_phase: "install",
    upgrade_status: "installing",
    progress: 60,
    upgrade_message: `Installing final version ${version}`,
  });
  if (dryRun) {
    yield dryRunPause;
    return true;
  }
  const job = yield* link.order("install", version);
  if (job === undefined) return yield* fail(upgrade, "install", `Failed to initiate installation of ${version}`);
  yield* save(context, status, { upgrade_message: `Installing ${version} (job ${job})...` });
  context.checkpoint("install");
  const { success, stalled, details } = yield* link.wait(job, (percent) =>
    save(context, status, {
      progress: 60 + Math.floor(percent * 0.15),
      upgrade_message: `Installing ${version}: ${percent}%`,
    }),
  );
  if (success) return true;
  const message = `Installation of ${version} ${stalled ? "stalled" : "failed"}: ${details}`;
  return yield* fail(upgrade, "install", message, {
    upgrade_message: stalled ? `Job stalled: Installation of ${version}` : `Install failed: ${details}`,
  });
}

function* reboot(upgrade: Upgrade): Steps<boolean> {
  const { context, status, link, dryRun } = upgrade;
  const { rebootInitialDelay, rebootStabilizationDelay } = context.settings;
  yield* save(context, status, {
    current_phase: "reboot",
    upgrade_status: "rebooting",
    progress: 75,
    upgrade_message: `Rebooting device to activate version ${status.target_version}`,
  });
  if (dryRun) {
    yield dryRunPause;
    return true;
  }
  if (!(yield* link.reboot())) return yield* fail(upgrade, "reboot", "Failed to initiate reboot");
  yield* save(context, status, { upgrade_message: `Reboot initiated, waiting ${rebootInitialDelay}s for shutdown...` });
  context.checkpoint("reboot");
  yield rebootInitialDelay;
  yield* save(context, status, { upgrade_message: "Waiting for device to come back online after reboot" });
  if (!(yield* link.waitUntilReady()))
    return yield* fail(upgrade, "reboot", "Device did not come back online after reboot");
  yield* save(context, status, {
    upgrade_message: `Device is back online, stabilizing (${rebootStabilizationDelay}s)...`,
  });
  yield rebootStabilizationDelay;
  return true;
}
