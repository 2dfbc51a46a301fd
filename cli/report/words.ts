import { count } from "../../provider/core/words";
import type { Result } from "./devices";
import type { Status, Tally } from "./jobs";
import type { Window } from "./window";

/** What is said of a status, with a sign, since not everybody sees the colour. */
export const statusTexts: { readonly [Each in Status]: string } = {
  failed: "✗ failed",
  running: "▶ under way",
  waiting: "… waiting",
  open: "◌ ended, not judged yet",
  passed: "✓ passed",
  planned: "○ not started",
};

/** What became of devices, in the order in which it is told. */
export const resultTexts: { readonly [Each in Result]: string } = {
  done: "done",
  failed: "failed",
  running: "in progress",
  waiting: "waiting",
  skipped: "skipped",
  left: "not reached",
  unknown: "not told",
};

export const results = Object.keys(resultTexts) as Result[];

/** "2 done, 1 failed", of what there is. */
export function tallyText(tally: Tally): string {
  const told = results.filter((result) => tally[result] > 0).map((result) => `${tally[result]} ${resultTexts[result]}`);
  return told.join(", ") || "none known";
}

const inSentence: { readonly [Each in Status]: string } = {
  failed: "failed",
  running: "under way",
  waiting: "waiting",
  open: "not judged yet",
  passed: "passed",
  planned: "not started",
};

/** One line about everything, for the terminal and for the head of the page. */
export function summaryText({ waves, tally, toCreate }: Window): string {
  const jobs = waves.flatMap((wave) => wave.jobs);
  if (jobs.length === 0) return "no jobs";
  const states = (Object.keys(inSentence) as Status[]).flatMap((status) => {
    const many = jobs.filter((job) => job.status === status).length;
    return many > 0 ? [`${many} ${inSentence[status]}`] : [];
  });
  const creations = toCreate ? toCreate.jobs + toCreate.completions : 0;
  const more = creations > 0 ? `; ${count(creations, "resource is", "resources are")} still to be created` : "";
  const head = `${count(waves.length, "wave")}, ${count(jobs.length, "job")} (${states.join(", ")})`;
  return `${head}; devices: ${tallyText(tally)}${more}`;
}
