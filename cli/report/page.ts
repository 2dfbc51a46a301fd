import { count } from "../../provider/core/words";
import { Html, html, when } from "./html";
import { jobSheet } from "./job-sheet";
import type { JobReport, Tally } from "./jobs";
import { anchor, badge, code, time } from "./parts";
import { style } from "./style";
import type { Wave, Window } from "./window";
import { results, resultTexts, summaryText, tallyText } from "./words";

/** The whole page. It loads nothing and runs nothing, and its policy lets nothing be loaded or run. */
export function renderPage(window: Window, now: Date): string {
  const failures = window.waves.flatMap(({ jobs }) => jobs.filter(({ reason }) => reason !== undefined));
  const summary = summaryText(window);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Maintenance window: ${window.title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>Maintenance window: ${window.title}</h1>
<p class="quiet">State of ${time(window.writtenAt)}, page of ${time(now.toISOString())}.</p>
<p id="summary">${summary.charAt(0).toUpperCase()}${summary.slice(1)}.</p>
</header>
<main>
${totals(window.tally)}
${notes(window)}
${when(failures.length > 0, () => failureSection(failures))}
${window.waves.map(waveSection)}
</main>
<footer class="quiet"><p>What a job is at is as fresh as the state: <code>pulumi refresh</code> asks the vendors.</p></footer>
</body>
</html>
`.text;
}

function totals(tally: Tally): Html {
  const always = results.slice(0, 4);
  const shown = results.filter((result) => always.includes(result) || tally[result] > 0);
  return html`<section aria-labelledby="totals"><h2 id="totals">Devices</h2>
<ul class="totals">${shown.map((result) => html`<li class="${result}${tally[result] === 0 ? " none" : ""}"><b>${tally[result]}</b> ${resultTexts[result]}</li>`)}</ul></section>`;
}

function notes({ toCreate, previewErrors, waves }: Window): Html[] {
  const notes: Html[] = [];
  if (waves.length === 0) notes.push(html`<p>There are no jobs in this stack.</p>`);
  if (toCreate === undefined) {
    const how =
      "`pulumi preview --json > plan.json` knows them, and `npx ztp report --plan plan.json` shows them here.";
    notes.push(html`<p class="quiet">Jobs that have not begun are not in the state. ${code(how)}</p>`);
  } else if (toCreate.jobs + toCreate.completions > 0) {
    const { jobs, completions } = toCreate;
    const what = `${count(jobs, "job")} and ${count(completions, "completion")}`;
    notes.push(html`<p>${creations(jobs + completions)}: ${what}.</p>`);
  }
  for (const error of previewErrors)
    notes.push(html`<p class="text">The preview failed, and may not know everything: ${error}</p>`);
  return notes;
}

function creations(amount: number): string {
  return `${count(amount, "resource is", "resources are")} still to be created`;
}

function failureSection(failures: readonly JobReport[]): Html {
  const items = failures.map(
    (job) => html`<li class="sheet failed">
<p><strong><a href="#${anchor(job)}">${job.name}</a></strong>, wave ${job.wave}; devices: ${tallyText(job.tally)}</p>
<p class="text">${job.reason}</p>
<p><strong>What to do:</strong> ${code(job.next ?? "")}</p></li>`,
  );
  return html`<section aria-labelledby="failures"><h2 id="failures">Failures</h2><ul class="failures">${items}</ul></section>`;
}

function waveSection({ number, status, jobs, after, toCreate }: Wave): Html {
  const id = `wave-${number}`;
  return html`<section aria-labelledby="${id}"><div class="head"><h2 id="${id}">Wave ${number}</h2>${badge(status)}</div>
${when(after.length > 0, () => html`<p class="quiet">Begins when these have passed: ${after.join(", ")}.</p>`)}
${when(toCreate > 0, () => html`<p>${creations(toCreate)}.</p>`)}
${jobs.map(jobSheet)}
</section>`;
}
