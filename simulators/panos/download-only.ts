import { type Ended, inventoryEntry, save, text, type UpgradeContext } from "./context";
import { addError, beginStatus, type DeviceStatus } from "./device-status";
import { diskProblem, dryRunDownload } from "./downloads";
import { FirewallLink } from "./link";
import { passOn, type Steps } from "./threads";
import { skip } from "./upgrade";

/** Downloads the images of a path, which is looked up by the version that the inventory knows. */
export function* downloadOnly(context: UpgradeContext, serial: string, jobId: string, dryRun: boolean): Steps<Ended> {
  const { directory, paths, log } = context;
  log(
    "INFO",
    `Starting download-only for device ${serial} (job: ${jobId}, dry_run: ${dryRun ? "True" : "False"})`,
    serial,
  );
  const status = beginStatus(directory, serial);
  try {
    const entry = inventoryEntry(context, serial);
    if (!entry)
      return yield* failed(
        context,
        status,
        "init",
        `Device ${serial} not found in inventory. Run 'panos-upgrade device discover' first`,
      );
    status.hostname = String(entry.hostname ?? serial);
    if (!entry.mgmt_ip) return yield* failed(context, status, "init", `No management IP for device ${serial}`);
    if (!status.starting_version) {
      status.starting_version = String(entry.current_version ?? "");
      status.current_version = status.starting_version;
    }
    const path = paths[status.starting_version];
    if (path === undefined) return yield* skip(context, status);
    yield* save(context, status, {
      upgrade_path: path,
      target_version: path.at(-1) ?? "",
      upgrade_message: `Preparing to download ${path.length} version(s)`,
    });
    const link = new FirewallLink(context, serial, String(entry.mgmt_ip), jobId);
    return yield* download(context, status, link, dryRun);
  } catch (error) {
    passOn(error);
    const message = `Download error for ${serial}: ${text(error)}`;
    log("ERROR", message, serial);
    addError(directory, status, "download", message, text(error));
    yield* save(context, status, { upgrade_status: "failed", upgrade_message: `Download failed: ${text(error)}` });
    return { success: false, message };
  }
}

function* download(context: UpgradeContext, status: DeviceStatus, link: FirewallLink, dryRun: boolean): Steps<Ended> {
  const missing = yield* checkSoftware(context, status, link, dryRun);
  if (missing.length > 0) {
    yield* save(context, status, {
      current_phase: "pre_flight_disk_check",
      progress: 8,
      upgrade_message: "Checking available disk space",
    });
    const problem = dryRun ? undefined : yield* diskProblem(context, status, link);
    if (problem !== undefined) return yield* failed(context, status, "pre_flight", problem);
  }
  for (const [index, version] of missing.entries()) {
    if (context.cancelled(link.jobId, status.serial)) {
      context.log("INFO", `Download cancelled for ${status.serial}`);
      yield* save(context, status, { upgrade_status: "cancelled", upgrade_message: "Download cancelled by admin" });
      return { success: false, message: "Cancelled" };
    }
    yield* save(context, status, {
      current_path_index: status.upgrade_path.indexOf(version),
      current_phase: "download",
      upgrade_status: "downloading",
      progress: 10 + Math.floor((index * 80) / missing.length),
      upgrade_message: `Downloading version ${version} (${index + 1}/${missing.length})`,
    });
    if (dryRun) {
      yield* save(context, status, { upgrade_message: `[DRY RUN] Would download ${version}` });
      yield dryRunDownload;
      continue;
    }
    const ended = yield* downloadOne(context, status, link, version, { index, count: missing.length });
    if (ended) return ended;
  }
  const { downloaded_versions: fetched, skipped_versions: had } = status;
  const summary = [
    ...(fetched.length > 0 ? [`Downloaded ${fetched.length} version(s): ${fetched.join(", ")}`] : []),
    ...(had.length > 0 ? [`Skipped ${had.length} (already present): ${had.join(", ")}`] : []),
  ].join(". ");
  yield* save(context, status, {
    upgrade_status: "download_complete",
    progress: 100,
    ready_for_install: true,
    upgrade_message:
      fetched.length > 0 ? summary : `All ${had.length} version(s) already downloaded: ${had.join(", ")}`,
  });
  const message = `Download complete for ${status.serial}`;
  context.log("INFO", message, status.serial);
  return { success: true, message };
}

/** Refreshes the firewall's list and tells which images it lacks; a dry run asks nothing and lacks them all. */
function* checkSoftware(
  context: UpgradeContext,
  status: DeviceStatus,
  link: FirewallLink,
  dryRun: boolean,
): Steps<string[]> {
  yield* save(context, status, {
    current_phase: "software_check",
    upgrade_status: "validating",
    progress: 5,
    upgrade_message: "Refreshing available software versions...",
  });
  context.checkpoint("preFlight");
  if (dryRun) return status.upgrade_path;
  if (!(yield* link.checkSoftware()))
    context.log("WARNING", `Software check failed or timed out on ${status.serial}, continuing anyway`, status.serial);
  yield* save(context, status, { upgrade_message: "Checking existing software on device" });
  const images = yield* link.images();
  status.skipped_versions.push(...status.upgrade_path.filter((version) => images.includes(version)));
  return status.upgrade_path.filter((version) => !images.includes(version));
}

/** One download, tried once; how the job ends when it fails. */
function* downloadOne(
  context: UpgradeContext,
  status: DeviceStatus,
  link: FirewallLink,
  version: string,
  { index, count }: { index: number; count: number },
): Steps<Ended | undefined> {
  const problem = yield* diskProblem(context, status, link, version);
  if (problem !== undefined) return yield* failed(context, status, "download", problem);
  const job = yield* link.order("download", version);
  if (job === undefined) return yield* failed(context, status, "download", `Failed to initiate download of ${version}`);
  yield* save(context, status, { upgrade_message: `Downloading ${version} (job ${job})...` });
  context.checkpoint("download");
  const slice = Math.floor(80 / count);
  const { success, stalled, details } = yield* link.wait(job, (percent) =>
    save(context, status, {
      progress: 10 + index * slice + Math.floor((percent * slice) / 100),
      upgrade_message: `Downloading ${version}: ${percent}%`,
    }),
  );
  if (!success) {
    const message = `Download of ${version} ${stalled ? "stalled" : "failed"}: ${details}`;
    const shown = stalled ? `Job stalled: Download of ${version}` : `Download failed: ${details}`;
    return yield* failed(context, status, "download", message, shown);
  }
  status.downloaded_versions.push(version);
  yield* save(context, status, { upgrade_message: `Downloaded ${version}` });
  return undefined;
}

function* failed(
  context: UpgradeContext,
  status: DeviceStatus,
  phase: string,
  message: string,
  shown = message,
): Steps<Ended> {
  context.log("ERROR", message, status.serial);
  addError(context.directory, status, phase, message);
  yield* save(context, status, { upgrade_status: "failed", upgrade_message: shown });
  return { success: false, message };
}
