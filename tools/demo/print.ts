import { stripVTControlCharacters, styleText } from "node:util";

const columns = 100;

export function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

export function headline(text: string): void {
  say(`\n${styleText("bold", `== ${text} `.padEnd(columns, "="))}\n`);
}

/** A paragraph, broken into lines. */
export function explain(text: string): void {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) as string;
    if (line && line.length + word.length >= columns) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  say(lines.join("\n"));
}

export function showCommand(words: readonly string[]): void {
  say(`\n  ${styleText("cyan", `$ ${words.map(quoted).join(" ")}`)}`);
}

export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Rows that only matter where the CLI redraws them in place: something has begun, or a resource is as it was. */
const transientRow =
  /^ *[-+~=]* *\S+:\S+ [^\s(]\S*( (creat|updat|delet|refresh|import)ing( \(\d+s\))?( \[diff: .*\])?| refresh( \([\d.]+m?s\))?| running)? *$/;

/** Prints the CLI's own lines as they come, indented, without transient rows and without runs of blank lines. */
export class CommandPrinter {
  #blank = true;

  line(line: string): void {
    const text = stripVTControlCharacters(line).trimEnd();
    if (transientRow.test(text)) return;
    if (text === "") {
      this.#blank = true;
      return;
    }
    say(`${this.#blank ? "\n" : ""}    ${line.trimEnd()}`);
    this.#blank = false;
  }
}

/** A table with its numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const texts = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join("   ");
  const [first = [], ...others] = texts;
  say(styleText("bold", line(first)));
  for (const row of others) say(line(row));
}
