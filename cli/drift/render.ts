import type { Json } from "../../provider/core/values";
import { count } from "../../provider/core/words";
import { dynamicToken, pluginToken } from "../../provider/hosts/tokens";
import type { DriftedResource, DriftReport } from "./report";

export type Style = (format: "bold" | "red" | "yellow", text: string) => string;

/** Longer values are cut. */
const widest = 40;
const nothing = "(none)";
const gap = "  ";

/** The report for people, ending in a line that sums it up. */
export function renderTable(report: DriftReport, style: Style = (_, text) => text): string {
  if (report.drift.length === 0)
    return `Nothing has changed behind our back: ${count(report.resources, "resource")} looked at.\n`;
  const rows = report.drift.flatMap((resource) => rowsOf(resource, style));
  const header = ["RESOURCE", "TYPE", "PROPERTY", "OURS", "THEIRS"];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(gap);
  const lines = rows.map(({ cells, last }) => `${line(cells)}${gap}${last}`.trimEnd());
  return [style("bold", line(header).trimEnd()), ...lines, "", summary(report), ""].join("\n");
}

/** The cells that are aligned, and what ends the line. */
interface Row {
  cells: string[];
  last: string;
}

function rowsOf(resource: DriftedResource, style: Style): Row[] {
  const { name, type, status, properties } = resource;
  const titles = [printable(name), shortType(type)];
  if (status === "gone") return [{ cells: titles, last: style("red", "gone") }];
  if (properties.length === 0) return [{ cells: titles, last: style("yellow", "changed; Pulumi does not say what") }];
  if (properties.length > 1 && properties.every(({ theirs }) => theirs === null)) {
    const lost = properties.map(({ path, ours }) => `${printable(path)} ${shown(ours, null)[0]}`).join(", ");
    return [{ cells: titles, last: style("yellow", `no longer has ${lost}`) }];
  }
  return properties.map(({ path, ours, theirs }, index) => {
    const [left, right] = shown(ours, theirs);
    return { cells: [...(index === 0 ? titles : ["", ""]), printable(path), left], last: style("yellow", right) };
  });
}

/** What our own types are called in either host is the same: `fortiztp:Device`. */
function shortType(type: string): string {
  const [plugin, dynamic] = [pluginToken(""), dynamicToken("")];
  const own = [plugin, dynamic].find((prefix) => type.startsWith(prefix));
  if (own) return type.slice(own.length);
  // `aws:s3/bucket:Bucket` says the same twice.
  return type.replace(/^([^:]*:[^:/]*)\/[^:]*:/, "$1:");
}

/** Both values as they stand in the table, cut so that one sees where they differ. */
function shown(ours: Json, theirs: Json): [string, string] {
  const [left, right] = [text(ours), text(theirs)];
  if (left.length <= widest && right.length <= widest) return [left, right];
  let same = 0;
  while (same < left.length && left[same] === right[same]) same++;
  const from = same > widest / 2 ? same - widest / 4 : 0;
  return [cut(left, from), cut(right, from)];
}

function cut(value: string, from: number): string {
  const rest = from > 0 ? `...${value.slice(from)}` : value;
  return rest.length > widest ? `${rest.slice(0, widest - 3)}...` : rest;
}

/** Strings are quoted only where they could be taken for something else. */
function text(value: Json): string {
  if (value === null) return nothing;
  const json = printable(JSON.stringify(value));
  if (typeof value !== "string" || json !== `"${value}"`) return json;
  return value === "" || value === nothing || value !== value.trim() || isJson(value) ? json : value;
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** Vendors' texts must not steer the terminal. */
function printable(value: string): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

function summary({ drift }: DriftReport): string {
  const changed = drift.filter(({ status }) => status === "changed");
  const gone = drift.length - changed.length;
  const properties = changed.reduce((sum, resource) => sum + resource.properties.length, 0);
  const resources = count(changed.length, "resource");
  const differ = properties > 0 ? `${count(properties, "property", "properties")} of ${resources}` : resources;
  const singular = (properties || changed.length) === 1;
  const parts = [
    ...(changed.length > 0 ? [`${differ} ${singular ? "differs" : "differ"}`] : []),
    ...(gone > 0 ? [`${count(gone, "resource")} ${gone === 1 ? "is" : "are"} gone`] : []),
  ];
  const one = parts.length === 1 && (changed.length > 0 ? singular : gone === 1);
  return `${parts.join(" and ")}; \`pulumi up --refresh\` puts ${one ? "it" : "them"} back.`;
}
