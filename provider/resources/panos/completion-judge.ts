import type { JobView } from "../../core/job";
import type { CompletionOutputs } from "./completion-view";

/** By what a completion passes or fails. */
export interface Policy {
  targetVersion?: string;
  requireValidation?: boolean;
  skippedIsSuccess?: boolean;
}

type Judged = Pick<JobView<CompletionOutputs>, "phase" | "reason" | "outputs">;

/** Why a job that has ended, or is stuck, does not pass; undefined when it does. */
export function refusalOf({ phase, reason, outputs }: Judged, policy: Policy): string | undefined {
  const { outcome, alreadyAtTarget, validationPassed, serials } = outputs;
  const stray = strayText(outputs, policy.targetVersion);
  if (outcome === "skipped") {
    if (alreadyAtTarget || policy.skippedIsSuccess) return undefined;
    return policy.targetVersion === undefined
      ? `${reason} Set targetVersion to have those pass that run it already, or skippedIsSuccess`
      : `${reason} It does not run ${policy.targetVersion}`;
  }
  if (phase !== "succeeded") return [stray, reason ?? `the job is ${phase}`].filter(Boolean).join(": ");
  if (stray) return `${stray}, and the job could not be cancelled any more`;
  const upgraded = outcome === "upgraded" || outcome === "validation-failed";
  if (!policy.requireValidation || !upgraded || validationPassed) return undefined;
  return validationPassed === false
    ? reason
    : `${serials.join(" and ")} upgraded, but not compared with before: the daemon could not measure, and its log says why. ` +
        "Check the devices, then set requireValidation to false to go on";
}

/** Where a device is upgraded to, when that is not where it should. */
export function strayText({ devices }: CompletionOutputs, wanted: string | undefined): string | undefined {
  const stray = devices.find(({ targetVersion }) => targetVersion !== undefined && targetVersion !== wanted);
  if (wanted === undefined || !stray) return undefined;
  return `device ${stray.serial} is upgraded to ${stray.targetVersion}, not to ${wanted}`;
}
