import type { DeviceReport } from "./devices";
import { type Html, html, when } from "./html";
import type { JobReport } from "./jobs";
import { anchor, badge, bar, code, time } from "./parts";
import type { StepReport, Validation } from "./validation";
import { typeOf } from "./window";
import { resultTexts } from "./words";

/** More rows than these are folded. */
const fewRows = 12;

/** One job with all that is known of it. */
export function jobSheet(job: JobReport): Html {
  const { name, token, status, tally, devices, steps, validation, waits, reason, next } = job;
  const id = anchor(job);
  return html`<article class="sheet ${status}" id="${id}" aria-labelledby="${id}-name">
<div class="head"><h3 id="${id}-name">${name}</h3>${badge(status)}<span class="quiet">${typeOf(token)} of ${token.split(":")[0]}</span></div>
${facts(job)}
${when(waits, () => html`<p class="text">${code(waits ?? "")}.</p>`)}
${when(reason, () => html`<p class="text"><strong>Reason:</strong> ${reason}</p>`)}
${when(next, () => html`<p><strong>What to do:</strong> ${code(next ?? "")}</p>`)}
${when(job.replaced, () => html`<p>The next <code>pulumi up</code> makes another job in its place.</p>`)}
${when(pending(job), () => html`<p>${code(pending(job) ?? "")}</p>`)}
${bar(tally)}
${when(devices.length > 0, () => folded(devices.length, `Devices of ${name}`, deviceTable(devices, name)))}
${when(steps.length > 0, () => stepTable(steps, name))}
${when(validation.length > 0, () => validationTable(validation, name))}
</article>`;
}

/** What is still to come of a job that has been asked for. */
function pending({ status, completionIsPlanned }: JobReport): string | undefined {
  if (status === "open") return "It has ended; the next `pulumi up` judges it.";
  if (status !== "waiting" && status !== "running") return undefined;
  const waits = completionIsPlanned ? "; `pulumi up` waits for its end and judges it" : "";
  return `This is how it was when the state was written: \`pulumi refresh\` asks the vendor anew${waits}.`;
}

function facts({ word, targetVersion, strategy, startedAt, endedAt, status }: JobReport): Html {
  const rows: [string, Html | undefined][] = [
    ["Target version", targetVersion === undefined ? undefined : html`${targetVersion}`],
    ["How", strategy === undefined ? undefined : html`${strategy}`],
    ["At", word === "" || status === "planned" ? undefined : html`${word}`],
    ["Started", startedAt === undefined ? undefined : time(startedAt)],
    ["Ended", endedAt === undefined ? undefined : time(endedAt)],
  ];
  const told = rows.filter(([, value]) => value !== undefined);
  return html`${when(told.length > 0, () => html`<dl>${told.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`)}`;
}

function folded(rows: number, title: string, table: Html): Html {
  return rows <= fewRows ? table : html`<details><summary>${title}: ${rows}</summary>${table}</details>`;
}

function deviceTable(devices: readonly DeviceReport[], name: string): Html {
  const rank = ({ result }: DeviceReport) => (result === "failed" ? 0 : 1);
  const sorted = [...devices].sort((one, other) => rank(one) - rank(other));
  const rows = sorted.map(
    (device) =>
      html`<tr><th scope="row">${deviceName(device)}</th><td>${resultBadge(device)}</td><td>${device.version}</td><td class="text">${device.reason}</td></tr>`,
  );
  return html`<div class="wide"><table class="devices"><caption>Devices of ${name}</caption>
<thead><tr><th scope="col">Device</th><th scope="col">Result</th><th scope="col">Runs</th><th scope="col">Reason</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function deviceName({ id, name }: DeviceReport): Html {
  return name === undefined ? html`${id}` : html`${name} <span class="quiet">${id}</span>`;
}

const signs = { done: "✓", failed: "✗", running: "▶", waiting: "…", skipped: "✓", left: "○", unknown: "?" } as const;

function resultBadge({ result, word }: DeviceReport): Html {
  const told =
    word === undefined || word === resultTexts[result] ? undefined : html` <span class="quiet">${word}</span>`;
  return html`<span class="badge ${result}">${signs[result]} ${resultTexts[result]}</span>${told}`;
}

function stepTable(steps: readonly StepReport[], name: string): Html {
  const rows = steps.map(
    ({ name, status, progress, error }) =>
      html`<tr><th scope="row">${name}</th><td>${status}${progress === undefined ? "" : `, ${progress} %`}</td><td class="text">${error}</td></tr>`,
  );
  return html`<div class="wide"><table><caption>Steps of ${name}</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Status</th><th scope="col">Error</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function validationTable(validation: readonly Validation[], name: string): Html {
  const verdict = (passed: boolean | undefined) => (passed === undefined ? "? not told" : passed ? "✓ yes" : "✗ no");
  const rows = validation.flatMap(({ device, differences }) =>
    differences.map(
      ({ what, difference, withinMargin }) =>
        html`<tr><th scope="row">${device}</th><td>${what}</td><td>${difference}</td><td>${verdict(withinMargin)}</td></tr>`,
    ),
  );
  return html`<div class="wide"><table><caption>Measured before and after, ${name}</caption>
<thead><tr><th scope="col">Device</th><th scope="col">What</th><th scope="col">Difference</th><th scope="col">Within the margin</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
