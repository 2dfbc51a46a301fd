/** A piece of a page: what is in it has been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | undefined | Html | readonly Html[];

/** Writes a piece of a page: every value in it is text and escaped, but for other pieces. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(strings.reduce((text, string, index) => text + rendered(values[index - 1]) + string));
}

/** A piece that is there only if it is wanted. */
export function when(condition: unknown, piece: () => Html): Html | undefined {
  return condition ? piece() : undefined;
}

function rendered(value: Part): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escaped(String(value));
}

const entities: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Vendors' texts are texts: neither markup, nor anything that turns the direction of what follows. */
function escaped(text: string): string {
  const visible = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text
    .replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, visible)
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
