// Usage: node validate.ts
import { appendFileSync } from "node:fs";
import { devicesOf, readFleet } from "../../fleet/inventory.ts";
import { describe, type Problem } from "../../fleet/source-file.ts";

const { names, regions, problems } = readFleet(".");
for (const problem of problems) {
  console.error(describe(problem));
  if (process.env.GITHUB_ACTIONS) console.log(annotation(problem));
}
if (problems.length > 0) process.exit(1);
for (const { name, inventory } of regions) {
  console.log(`inventory/${name}.yaml: ${Object.keys(devicesOf(inventory)).length} devices`);
}
// The jobs of the workflow run once for each of them.
if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `regions=${JSON.stringify(names)}\n`);

/** What makes GitHub show a problem beside the line that has it. */
function annotation({ file, line, column, path, message }: Problem): string {
  const text = `${path && `${path}: `}${message}`.replaceAll("%", "%25").replaceAll("\n", "%0A");
  return `::error file=${file},line=${line},col=${column}::${text}`;
}
