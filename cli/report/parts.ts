import { type Html, html, when } from "./html";
import type { JobReport, Status, Tally } from "./jobs";
import { results, resultTexts, statusTexts, tallyText } from "./words";

/** Pieces that stand in several places of a page. */

export function badge(status: Status): Html {
  return html`<span class="badge ${status}">${statusTexts[status]}</span>`;
}

/** A time to the minute, in UTC: a page is read in more than one place. */
export function time(iso: string | undefined): Html {
  const at = new Date(iso ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return html`an unknown time`;
  const text = at.toISOString();
  return html`<time datetime="${text}">${text.slice(0, 10)} ${text.slice(11, 16)} UTC</time>`;
}

/** What stands between backticks is a command or a value. */
export function code(text: string): Html[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

/** Where the sheet of a job is; what names hold that no address may is left out. */
export function anchor({ urn }: JobReport): string {
  return `job-${encodeURIComponent(urn).replaceAll("%", ".")}`;
}

/** How many devices are how far; the text says the same. */
export function bar(tally: Tally): Html {
  const shown = results.filter((result) => tally[result] > 0);
  const label = `Devices: ${tallyText(tally)}`;
  const part = (result: (typeof results)[number]) =>
    html`<span class="${result}" style="flex: ${tally[result]}" title="${resultTexts[result]}"></span>`;
  return html`${when(shown.length > 0, () => html`<div class="bar" aria-hidden="true">${shown.map(part)}</div>`)}<p>${label}</p>`;
}
