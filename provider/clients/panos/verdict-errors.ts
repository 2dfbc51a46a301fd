import { VendorError } from "../http/errors";
import { quote } from "../http/text";
import { system } from "./errors";
import type { JobRecord } from "./job-file";
import type { Failed, FailureCause, StuckCause, Verdict } from "./outcome";

/** What a user can do about a failure. */
const nextSteps: Record<FailureCause, string> = {
  inventory: "Have the daemon discover the device, then submit another job.",
  "pre-flight": "Free space on the device, or see what the check found, then submit another job.",
  download: "Check that the device reaches the update servers and has the space, then submit another job.",
  install: "Look at the device's own job log, then submit another job.",
  reboot: "The device may run the new version by now: check which one it runs before you submit another job.",
  "skipped-member": "Give the version of that member a path, restart the daemon, then submit another job.",
  unreported: "",
  other: "Check the device, then submit another job.",
};

const stuckSteps: Record<StuckCause, (id: string) => string> = {
  "not-json": (id) => `Mend or remove queue/pending/${id}.json.`,
  "unknown-key": (id) => `Take the key out of queue/pending/${id}.json, or remove the file.`,
  "missing-key": (id) => `Mend or remove queue/pending/${id}.json.`,
  "wrong-name": (id) => `Move the file ${id}.json out of the queue when its devices are done.`,
  "unknown-type": (id) => `Remove queue/active/${id}.json and submit another job.`,
  "too-few-devices": (id) => `Remove queue/active/${id}.json and submit another job.`,
  orphaned: (id) =>
    `Move queue/active/${id}.json back to queue/pending to have it carried out, or out of the queue to give it up.`,
  "daemon-down": (id) =>
    `Start the daemon, then move queue/active/${id}.json back to queue/pending to have it carried out. If the daemon runs, set its clock.`,
  "never-queued": (id) => `Move queue/active/${id}.json back to queue/pending.`,
};

/**
 * The error of a job that did not do what it was for; undefined for one that did or still may. A skipped job is an error
 * here: only who knows the version that was meant can tell that it was there already.
 */
export function verdictError(record: JobRecord, verdict: Verdict, logs: string): VendorError | undefined {
  const named = `${verbOf(record)} ${devicesOf(record)} with job ${record.id}`;
  const make = (reason: string, words: string | undefined, hint: string, code: string = verdict.kind) =>
    new VendorError({
      kind: "rejected",
      system,
      action: named,
      code,
      reason,
      vendorMessage: words && quote(words),
      hint: hint || undefined,
    });
  switch (verdict.kind) {
    case "failed":
      return failedError(verdict, make, logs);
    case "stuck":
      return make(
        `the job is stuck in ${record.place}: ${verdict.reason}`,
        undefined,
        stuckSteps[verdict.cause](record.id),
        verdict.cause,
      );
    case "skipped":
      return make(
        `the daemon skipped ${verdict.serials.join(" and ")}`,
        verdict.reason,
        "It runs the target version already, or one that the upgrade paths do not begin at; the daemon reads them when it starts.",
      );
    case "cancelled":
      return cancelledError(verdict, make);
    case "validation-failed":
      return make(
        `the devices are upgraded, but not as they were before: ${verdict.reason}`,
        undefined,
        "Compare the measurements before and after.",
      ).with({ action: `validate the upgrade of ${devicesOf(record)} with job ${record.id}` });
    case "unknown":
      return make(
        `its file is in ${verdict.place}, but without a result`,
        undefined,
        `The daemon died as it wrote it: check which version the device runs, and the daemon's log in ${logs}.`,
      );
    default:
      return undefined;
  }
}

type Make = (reason: string, words: string | undefined, hint: string, code?: string) => VendorError;

function failedError({ cause, reason, serial, phase, upgraded }: Failed, make: Make, logs: string): VendorError {
  const where = serial ? `device ${serial} failed${phase ? ` in the phase ${phase}` : ""}` : "the job failed";
  const unsaid = cause === "unreported" ? ", and its files do not say of what" : "";
  const half = upgraded.length === 0 ? "" : ` ${upgraded.join(" and ")} was upgraded before and stays so.`;
  const hint = cause === "unreported" ? `The reason is in the daemon's log in ${logs}.` : nextSteps[cause];
  return make(`${where}${unsaid}`, reason, `${hint}${half}`, cause);
}

function cancelledError(verdict: Extract<Verdict, { kind: "cancelled" }>, make: Make): VendorError {
  const { by, reason, failure, upgraded } = verdict;
  const half = upgraded.length === 0 ? "" : ` ${upgraded.join(" and ")} was upgraded before and stays so.`;
  if (by === "withdrawal")
    return make("the job was withdrawn before the daemon took it", undefined, "No device was touched.");
  const why = reason ? ` ("${quote(reason)}")` : "";
  const hint =
    by === "device"
      ? "The daemon refuses this device until it is restarted: restart it, then submit another job."
      : "Submit another job if it is still wanted: this one's id is used up.";
  return make(`it was cancelled${by === "device" ? " by its device" : ""}${why}`, failure, `${hint}${half}`);
}

function verbOf({ type, dryRun }: JobRecord): string {
  if (type === "download_only") return dryRun ? "rehearse the download of images to" : "download images to";
  return dryRun ? "rehearse the upgrade of" : "upgrade";
}

function devicesOf({ devices, haPairName }: JobRecord): string {
  if (devices.length === 0) return "devices";
  return devices.length === 1
    ? `device ${devices[0]}`
    : `${haPairName ? `pair ${haPairName}, ` : ""}devices ${devices.join(" and ")}`;
}
