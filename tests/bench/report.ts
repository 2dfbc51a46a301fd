import type { Round, Row } from "./rows";
import { median } from "./statistics";

export interface Result {
  name: string;
  ours: number;
  baseline?: number;
  bar?: number;
  unit: string;
}

/** The medians of all rounds; without the rows that this machine cannot measure. */
export function summarize(rows: readonly Row[], rounds: readonly Round[]): Result[] {
  const middle = (value: Row["ours"] | undefined): number | undefined => {
    const values = rounds.map((round) => value?.(round)).filter((found) => found !== undefined);
    return values.length > 0 ? rounded(median(values)) : undefined;
  };
  return rows.flatMap(({ name, ours, baseline, bar, unit }) => {
    const own = middle(ours);
    return own === undefined ? [] : [{ name, ours: own, baseline: middle(baseline), bar, unit }];
  });
}

export function table(results: readonly Result[]): string {
  const lines = [
    ["", "ours", "baseline", "bar", ""],
    ...results.map(({ name, ours, baseline, bar, unit }) => [
      name,
      `${ours} ${unit}`,
      baseline === undefined ? "" : `${baseline} ${unit}`,
      bar === undefined ? "" : `<= ${bar} ${unit}`,
      bar === undefined ? "" : ours <= bar ? "met" : "MISSED",
    ]),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => `${line.map(pad).join("  ").trimEnd()}\n`).join("");
}

function rounded(value: number): number {
  return Number(value.toPrecision(value < 1000 ? 3 : 4));
}
