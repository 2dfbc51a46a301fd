import { type StageCounts, stages, type UpgradeView, upgradeKeyText } from "../../../clients/mist/upgrades";
import type { JobPhase } from "../../../core/job";

/** Where a job is, as sentences and rows tell of it. */

export function jobName({ key }: Pick<UpgradeView, "key">): string {
  return `upgrade job ${upgradeKeyText(key)}`;
}

export function phaseOf({ outcome, status, counts }: UpgradeView): JobPhase {
  if (outcome === "completed") return "succeeded";
  if (outcome !== "active") return outcome;
  const hasBegun = Object.keys(counts).some((stage) => stage !== "scheduled");
  return !hasBegun && ["created", "queued", "unknown"].includes(status) ? "waiting" : "running";
}

const words: { readonly [stage in keyof StageCounts]?: string } = {
  scheduled: "waiting",
  downloadRequested: "asked to download",
  downloading: "downloading",
  downloaded: "downloaded",
  upgrading: "upgrading",
  rebootInProgress: "rebooting",
  rebooted: "rebooted",
  skipped: "skipped",
  failed: "failed",
};

/** "3 of 12 upgraded, 2 downloading, 1 failed" */
export function progressOf({ counts, total, status, currentPhase, plan }: UpgradeView): string {
  const others = stages.flatMap((stage) => {
    const [count, word] = [counts[stage], words[stage]];
    return count && word ? [`${count} ${word}`] : [];
  });
  const phase = plan.length > 1 && currentPhase ? `phase ${currentPhase} of ${plan.length}: ` : "";
  if (total === 0) return status;
  return `${phase}${[`${counts.upgraded ?? 0} of ${total} upgraded`, ...others].join(", ")}`;
}

/** A full sentence about a job that has not done what it was to do. */
export function reasonOf(view: UpgradeView): string | undefined {
  if (view.outcome === "cancelled") {
    return `${jobName(view)} was cancelled: ${progressOf(view)}. What was upgraded before is not rolled back.`;
  }
  if (view.outcome === "failed") {
    return `${jobName(view)} failed: ${progressOf(view)}.`;
  }
  return undefined;
}
