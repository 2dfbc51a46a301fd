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

/** @param file where its output goes, if not to the terminal */
export function showCommand(words: readonly string[], file?: string): void {
  const redirection = file === undefined ? "" : ` > ${quoted(file)}`;
  say(`\n  ${styleText("cyan", `$ ${words.map(quoted).join(" ")}${redirection}`)}`);
}

export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A row with a message that stands under Diagnostics as well. */
const repeatedRow = /^ *[-+~=]* *\S+:\S+ \S+( \w+(\([\d.]+m?s\))?)? +(warning|error): /;

/** Rows that only matter where the CLI redraws them in place: something has begun, or a resource is as it was. */
const transientRow =
  /^ *[-+~=]* *\S+:\S+ [^\s(]\S*( (creat|updat|delet|refresh|import)ing( \(\d+s\))?( \[diff: .*\])?| refresh( \([\d.]+m?s\))?| running)? *$/;

/** So many rows in a row that say the same of different resources are shown. */
const alike = 8;

/** What a row says, whatever resource it is about and however long it took. */
function kindOf(text: string): string {
  return text.replace(/(\S+:\S+:\S+) \S+/, "$1").replace(/\([\d.]+m?s\)/, "");
}

/**
 * Prints the CLI's own lines as they come, indented, without transient rows, runs of blank lines, and what is left of a
 * long run of rows that say the same.
 */
export class CommandPrinter {
  #blank = true;
  #kind = "";
  #rows = 0;

  line(line: string): void {
    const text = stripVTControlCharacters(line).trimEnd();
    if (transientRow.test(text) || repeatedRow.test(text)) return;
    const kind = kindOf(text);
    if (kind !== text && kind === this.#kind) {
      if (++this.#rows > alike) return;
    } else {
      this.end();
      this.#kind = kind;
      this.#rows = 1;
    }
    if (text === "") {
      this.#blank = true;
      return;
    }
    say(`${this.#blank ? "\n" : ""}    ${line.trimEnd()}`);
    this.#blank = false;
  }

  /** To be called after the last line. */
  end(): void {
    if (this.#rows > alike) say(`    … and ${this.#rows - alike} more like these`);
    this.#rows = 0;
  }
}

/** A table: columns of numbers to the right, texts to the left. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const texts = [head, ...rows].map((row) => row.map(String));
  const columns = head.map((_, column) => {
    const cells = texts.map((row) => row[column] ?? "");
    const width = Math.max(...cells.map((cell) => cell.length));
    const numbers = cells.slice(1).every((cell) => /^[\d.]*$/.test(cell));
    return (text: string) => (numbers ? text.padStart(width) : text.padEnd(width));
  });
  const line = (row: readonly string[]): string => columns.map((pad, column) => pad(row[column] ?? "")).join("   ");
  const [first = [], ...others] = texts;
  say(styleText("bold", line(first).trimEnd()));
  for (const row of others) say(line(row).trimEnd());
}
