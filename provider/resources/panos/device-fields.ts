import { z } from "zod";
import type { DeviceStatus } from "../../clients/panos/panos";
import { type Fields, field, object, type ValuesOf } from "../../core/shape";

const text = (doc: string) => field(z.string().optional(), { doc });
const texts = (doc: string) => field(z.array(z.string()), { doc });

const diskSpace = object(
  "DiskSpace",
  {
    availableGb: field(z.number().optional(), { doc: "What was free." }),
    requiredGb: field(z.number().optional(), { doc: "What was needed." }),
    checkPassed: field(z.boolean().optional(), { doc: "Whether that was enough." }),
  },
  "The disk of a device, in gigabytes.",
);

const deviceError = object(
  "DeviceError",
  {
    timestamp: text("When, ISO 8601."),
    phase: text("In which phase, such as init, download, install or reboot."),
    message: field(z.string(), { doc: "What failed, in the daemon's words." }),
    details: text("What the daemon adds."),
  },
  "A failure that the daemon has noted of a device.",
);

/** What the daemon last wrote of a device. */
export const deviceFields = {
  serial: field(z.string(), { doc: "Its serial." }),
  hostname: text("Its name."),
  haRole: text("standalone, for members of a pair too."),
  currentVersion: text(
    "The version that the daemon takes it to run: after an upgrade it has not looked, and after a dry run it is made up.",
  ),
  startingVersion: text("The version that it ran before."),
  targetVersion: text("The version that it is upgraded to: the last of its path."),
  upgradePath: texts("The versions that it goes through."),
  upgradeStatus: field(z.string(), {
    doc:
      "pending, validating, downloading, installing, rebooting, complete, download_complete, failed, cancelled, skipped; " +
      "unknown where the file does not say.",
  }),
  progress: field(z.number(), { doc: "Percent. After a failure as far as it came." }),
  phase: text("What the daemon is at, such as download or install."),
  message: text("What the daemon says."),
  skipReason: text("Why it was skipped."),
  diskSpace: field(diskSpace.optional(), { doc: "Its disk, where the daemon has written that down." }),
  downloadedVersions: texts("Images that were downloaded."),
  skippedVersions: texts("Images that it had already."),
  readyForInstall: field(z.boolean(), { doc: "Whether a download has put all images on it." }),
  errors: field(z.array(deviceError), { doc: "What failed; the last one is what ended the job." }),
  writtenAt: field(z.string(), {
    doc: "When the file was written, ISO 8601: the daemon's own time stamp in it stands still.",
  }),
} satisfies Fields;

export const deviceStatus = object("DeviceStatus", deviceFields, "What the daemon last wrote of a device.");

/** The status of a device as an output. */
export function deviceOf(status: DeviceStatus): ValuesOf<typeof deviceFields> {
  const { serial, hostname, haRole, currentVersion, startingVersion, targetVersion, upgradePath, upgradeStatus } =
    status;
  const { progress, phase, message, skipReason, diskSpace, downloadedVersions, skippedVersions } = status;
  const { readyForInstall, errors, writtenAt } = status;
  return {
    ...{ serial, hostname, haRole, currentVersion, startingVersion, targetVersion, upgradePath, upgradeStatus },
    ...{ progress, phase, message, skipReason, diskSpace, downloadedVersions, skippedVersions },
    ...{ readyForInstall, errors, writtenAt },
  };
}

export const progressFields = {
  serial: field(z.string(), { doc: "Its serial." }),
  status: field(z.string(), { doc: "Its upgrade status; unknown where the daemon has never dealt with it." }),
  progress: field(z.number(), { doc: "Percent." }),
  phase: text("What the daemon is at."),
  message: text("What the daemon says."),
  currentVersion: text("The version that the daemon takes it to run."),
  targetVersion: text("The version that it is upgraded to."),
  stale: field(z.boolean(), {
    doc: "It stands in the middle of work that nobody does any more: the daemon was stopped since, or does not run.",
  }),
} satisfies Fields;

export const deviceProgress = object("DeviceProgress", progressFields, "How far a device is.");
