import { block, code, count, Page, plain } from "./markdown.ts";
import { type Change, type Message, type Preview, type Property, secret, type Value } from "./preview.ts";

/** A preview for a pull request: what a merge changes in a region, and what that does to its devices. */
export function previewMarkdown(stack: string, { changes, unchanged, warnings, errors }: Preview): string {
  const page = new Page();
  page.add(`### ${plain(stack)}: ${errors.length > 0 ? "the preview failed" : summary(changes)}`);
  page.addLines(errors.map(alertLine), { head: "> [!CAUTION]\n" });
  if (errors.length > 0 && changes.length > 0) page.add("What it found before it failed, which may not be all:");
  page.addLines(warnings.map(alertLine), { head: "> [!WARNING]\n" });
  page.addLines(changes.map(changeRow), { head: "| | resource | change |\n|---|---|---|\n" });
  if (errors.length === 0) page.add(`${count(unchanged, "resource")} unchanged.`);
  return page.toString();
}

/** For a preview that ended without a word in JSON: what it said instead. */
export function failureMarkdown(stack: string, said: string): string {
  const page = new Page();
  page.add(`### ${plain(stack)}: the preview failed`, block(said || "It did not say why."));
  return page.toString();
}

function summary(changes: Change[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of changes) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts].map(([operation, amount]) => `${amount} to ${operation}`).join(", ") || "no changes";
}

/** A line of a GitHub alert; of a message of several lines, such as problems with files, each is one. */
function alertLine({ names, text }: Message): string {
  const shown = names.slice(0, 5).map(plain).join(", ");
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  const about = names.length > 0 ? `**${shown}${more}**: ` : "";
  return `${about}${text.split("\n").map(plain).join("\n")}`.replaceAll(/^/gm, "> - ");
}

function changeRow({ operation, type, name, drifted, properties }: Change): string {
  const dangerous = operation === "delete" || operation === "replace";
  const verb = `${dangerous ? `**${operation}**` : operation}${drifted ? " (drift)" : ""}`;
  const listed = properties.map((property) => propertyText(property, operation)).join("<br>");
  return `| ${verb} | ${plain(type)} ${plain(name)} | ${listed} |`;
}

function propertyText({ path, from, to }: Property, operation: string): string {
  if (operation === "create" || operation === "delete") return `${plain(path)}: ${valueText(to ?? from)}`;
  if (from?.json === secret && to?.json === secret) return `${plain(path)}: another secret`;
  return `${plain(path)}: ${valueText(from)} → ${valueText(to)}`;
}

function valueText(value: Value | undefined): string {
  if (!value) return "nothing";
  const names = value.of.length > 0 ? ` (${value.of.map(plain).join(", ")})` : "";
  if (value.json === undefined) return `known after up${names}`;
  return `${value.json === secret ? "secret" : code(value.json)}${names}`;
}
