import { basename, join } from "node:path";
import { someOf } from "../../provider/core/words";
import { stackFlags } from "../project";
import type { Failure, Found } from "./discover";
import type { Imported } from "./expressions";
import type { SecretOf } from "./program";
import { printable } from "./terminal";

/** `3 fortiztp:Device, 1 fortiztp:Script` */
export function countsByType(objects: readonly { resource: { token: string } }[]): string {
  const counts = [...Map.groupBy(objects, ({ resource }) => resource.token)];
  return counts.map(([token, { length }]) => `${length} ${token}`).join(", ");
}

/** What there is, and how much of it the stack has. */
export function foundLine(found: readonly Found[]): string {
  if (found.length === 0) return "Found nothing to import.\n";
  const managed = found.filter(({ inStack }) => inStack).length;
  const subject = managed === found.length ? "All are" : managed === 1 ? "1 is" : `${managed} are`;
  return `Found ${countsByType(found)}.${managed === 0 ? "" : ` ${subject} in the stack already.`}\n`;
}

/** One object a line. */
export function table(found: readonly Found[]): string {
  const rows = found.map(({ resource, name, id, inStack }) => [
    resource.token,
    name,
    printable(id),
    inStack ? "in the stack" : "new",
  ]);
  const all = [["TYPE", "NAME", "ID", "STATE"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] as string).length)));
  return all.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`).join("");
}

/** What could not be imported: objects with the same reason share a line. */
export function failureLines(failures: readonly Failure[]): string {
  const lines = [...Map.groupBy(failures, ({ reason }) => reason)].map(
    ([reason, same]) => `  ${printable(someOf(same.map(({ what }) => what)))}: ${printable(reason)}\n`,
  );
  return lines.length === 0 ? "" : `\nNot imported:\n\n${lines.join("")}`;
}

/** How many calls each vendor service got. */
export function callsLine(calls: ReadonlyMap<string, number>): string {
  const parts = [...calls].map(([system, count]) => `${count} to ${system}`);
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
  return `Vendor calls, sign-in included: ${parts.length > 1 ? `${total} (${parts.join(", ")})` : (parts[0] ?? "none")}.\n`;
}

export interface Result {
  /** The import file holds secrets as they are. */
  inClear: boolean;
  imported: readonly Imported[];
  importFile: string;
  program: string;
  /** As the user named it. */
  stack: string | undefined;
  /** In the stack's configuration now. */
  stored: readonly SecretOf[];
  /** To be put there. */
  missing: readonly SecretOf[];
}

/** What was written. */
export function writtenLines({ importFile, program, imported, stored, missing }: Result): string {
  const lines = [`Wrote ${importFile} and ${program}: ${countsByType(imported)}.`];
  if (stored.length > 0) lines.push(`In the stack's configuration, encrypted: ${keys(stored)}.`);
  if (missing.length > 0) lines.push(`Not in the stack's configuration: ${keys(missing)}.`);
  return `${lines.join("\n")}\n`;
}

/** The commands that come next, as they are to be typed. */
export function nextLines({ inClear, importFile, program, stack, missing }: Result): string {
  const flags = stackFlags(stack)
    .map((flag) => ` ${shellWord(flag)}`)
    .join("");
  const file = shellWord(importFile);
  const commands = [
    ...missing.map(({ key }) => `pulumi config set --secret --raw ${key}${flags}`),
    `pulumi import --file ${file} --yes --protect=false --generate-code=false${flags}`,
    ...(inClear ? [`rm ${file}`] : []),
    `pulumi preview${flags}`,
  ];
  const notes = missing.map(
    ({ key, path, object }) =>
      `${key} is the ${path} of ${object.resource.token} ${printable(object.id)}; its command reads standard input.`,
  );
  if (inClear) notes.push(`${importFile} holds secrets in clear: delete it after the import.`);
  const module = basename(program, ".ts");
  notes.push(`The preview shows no changes once ${program} is in the program, such as by \`import "./${module}";\`.`);
  return `\nNext:\n\n${commands.map((command) => `  ${command}\n`).join("")}\n${notes.join("\n")}\n`;
}

function keys(secrets: readonly SecretOf[]): string {
  return someOf(secrets.map(({ key }) => key));
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The paths of the two files as they are told. The program is not called `import.ts`: Node would load `import.json` for
 * `import "./import"`, and a preview would delete what has just been imported.
 */
export function filesIn(folder: string): { importFile: string; program: string } {
  return { importFile: join(folder, "import.json"), program: join(folder, "imported.ts") };
}
