import { save, type UpgradeContext } from "./context";
import { addError, type DeviceStatus } from "./device-status";
import type { FirewallLink } from "./link";
import type { Steps } from "./threads";
import type { Upgrade } from "./upgrade";

/** What a dry run takes instead of a download, in seconds. */
export const dryRunDownload = 1;

/** Downloads what is missing of a path. The one place where a cancelled upgrade ends is before each image. */
export function* downloadAll(upgrade: Upgrade): Steps<boolean> {
  const { context, status, dryRun } = upgrade;
  const count = status.upgrade_path.length;
  yield* save(context, status, {
    current_phase: "download",
    upgrade_status: "downloading",
    progress: 15,
    upgrade_message: `Preparing to download ${count} image(s)`,
  });
  for (const [index, version] of status.upgrade_path.entries()) {
    if (context.cancelled(upgrade.jobId, status.serial)) {
      context.log("INFO", `Upgrade cancelled for ${status.serial}`);
      yield* save(context, status, { upgrade_status: "cancelled", upgrade_message: "Upgrade cancelled by admin" });
      return false;
    }
    yield* save(context, status, {
      current_path_index: index,
      progress: 15 + Math.floor((index * 35) / count),
      upgrade_message: `Processing image ${index + 1}/${count}: ${version}`,
    });
    if (dryRun) {
      yield* save(context, status, { upgrade_message: `[DRY RUN] Would download version ${version}` });
      yield dryRunDownload;
      continue;
    }
    const images = yield* upgrade.link.images();
    if (images.includes(version)) {
      status.skipped_versions.push(version);
      yield* save(context, status, { upgrade_message: `Version ${version} already downloaded` });
    } else if (!(yield* downloadOne(upgrade, version, index))) {
      return false;
    }
  }
  return true;
}

function* downloadOne({ context, status, link }: Upgrade, version: string, index: number): Steps<boolean> {
  const count = status.upgrade_path.length;
  const { downloadAttempts } = context.settings;
  const tooLittle = yield* diskProblem(context, status, link, version);
  if (tooLittle !== undefined) return yield* failed(context, status, tooLittle);
  const slice = Math.floor(35 / count);
  let problem = "";
  for (let attempt = 1; attempt <= downloadAttempts; attempt += 1) {
    if (attempt > 1) {
      const upgrade_message = `Retry ${attempt}/${downloadAttempts}: Downloading ${version}`;
      yield* save(context, status, { upgrade_message });
    }
    yield* save(context, status, { upgrade_message: `Downloading ${version} (${index + 1}/${count})` });
    const job = yield* link.order("download", version);
    if (job === undefined) {
      problem = `Failed to initiate download of ${version}`;
      continue;
    }
    yield* save(context, status, { upgrade_message: `Downloading ${version} (job ${job})...` });
    context.checkpoint("download");
    const { success, stalled, details } = yield* link.wait(job, (percent) =>
      save(context, status, {
        progress: 15 + index * slice + Math.floor((percent * slice) / 100),
        upgrade_message: `Downloading ${version}: ${percent}%`,
      }),
    );
    if (success) {
      status.downloaded_versions.push(version);
      return true;
    }
    problem = `Download of ${version} ${stalled ? "stalled" : "failed"}: ${details}`;
    context.log("WARNING", `${problem} (attempt ${attempt}/${downloadAttempts})`, status.serial);
  }
  return yield* failed(context, status, `${problem} after ${downloadAttempts} attempts`);
}

/** Asks for the disk before a download and notes it; a text is that there is too little. */
export function* diskProblem(
  { settings }: UpgradeContext,
  status: DeviceStatus,
  link: FirewallLink,
  version?: string,
): Steps<string | undefined> {
  const available = yield* link.diskGb();
  const required = settings.minimumDiskGb;
  const enough = available >= required;
  status.disk_space = { available_gb: available, required_gb: required, check_passed: enough };
  if (enough) return undefined;
  const when = version === undefined ? "" : ` before downloading ${version}`;
  return `Insufficient disk space${when}: ${available.toFixed(2)} GB available, ${required.toFixed(2)} GB required`;
}

function* failed(context: UpgradeContext, status: DeviceStatus, message: string): Steps<false> {
  context.log("ERROR", message, status.serial);
  addError(context.directory, status, "download", message);
  yield* save(context, status, { upgrade_status: "failed", upgrade_message: message });
  return false;
}
