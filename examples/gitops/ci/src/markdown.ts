/** GitHub takes 65,536 characters; the rest is for what is put around a page. */
const room = 60_000;
/** Longer values and messages are cut. */
const longestValue = 100;
const longestMessage = 4_000;

/** A value as code, whatever is in it, fit for a table. */
export function code(value: unknown): string {
  const json = JSON.stringify(value) ?? "";
  // Quotes only where they tell something.
  const plain = typeof value === "string" && value !== "" && json === `"${value}"` ? value : json;
  const fence = "`".repeat(Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const padding = fence.length > 1 ? " " : "";
  return `${fence}${padding}${cut(plain, longestValue).replaceAll("|", "\\|")}${padding}${fence}`;
}

/** Words of others: nothing in them is markup or mentions anybody. */
export function plain(text: string): string {
  // Underscores within words are harmless, and names of variables are there to be copied.
  const harmless = text.replace(/[\\`*<>|~]|\b_|_\b|^#|\](?=\()/g, "\\$&").replaceAll("@", "&#64;");
  return cut(harmless.replace(/\s+/g, " "), longestMessage);
}

/** Text as it is, in a block that nothing in it can end. */
export function block(text: string): string {
  const fence = "`".repeat(Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return `${fence}\n${cut(text, longestMessage)}\n${fence}`;
}

/** `3 devices`, `1 device` */
export function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}

/** A page that stays short enough for a comment, and says what it leaves out. */
export class Page {
  #text = "";

  add(...paragraphs: string[]): void {
    for (const paragraph of paragraphs) this.#text += `${paragraph}\n\n`;
  }

  /** Lines of a list or rows of a table; from the `open`-th on they are folded away. */
  addLines(lines: string[], { head = "", open = 20 }: { head?: string; open?: number } = {}): void {
    const fitting: string[] = [];
    let length = this.#text.length;
    for (const line of lines) {
      length += line.length + 1;
      if (length > room) break;
      fitting.push(line);
    }
    const shown = fitting.slice(0, open);
    const folded = fitting.slice(open);
    if (shown.length > 0) this.add(`${head}${shown.join("\n")}`);
    if (folded.length > 0) {
      this.add(`<details><summary>${folded.length} more</summary>`, `${head}${folded.join("\n")}`, "</details>");
    }
    const left = lines.length - fitting.length;
    if (left > 0) this.add(`${count(left, "more line")} would be too long for a comment.`);
  }

  toString(): string {
    return `${this.#text.trimEnd()}\n`;
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
