import { stripVTControlCharacters } from "node:util";
import type { CommandResult } from "../command";

/** The last summary that the CLI printed: `+ 27 to create` becomes `{ "to create": 27 }`. */
export function resourceCounts({ output }: Pick<CommandResult, "output">): Record<string, number> {
  const summary = output.split("Resources:").at(-1) ?? "";
  const counts: Record<string, number> = {};
  for (const line of stripVTControlCharacters(summary).split("\n")) {
    const [, amount, what] = /^ +(?:\d+ changes?\. |[-+~=]+ ?)?(\d+) ([a-z ]+)$/.exec(line) ?? [];
    // An import also counts all of them together.
    if (amount && what && what !== "changes") counts[what] = Number(amount);
  }
  return counts;
}

/** Says how two summaries differ; undefined when they are equal. */
export function differing(expected: Record<string, number>, found: Record<string, number>): string | undefined {
  const text = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([what, amount]) => `${amount} ${what}`)
      .sort()
      .join(", ") || "nothing";
  return text(expected) === text(found) ? undefined : `it says ${text(found)}, not ${text(expected)}`;
}
