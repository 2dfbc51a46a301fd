/** The longest line, in characters. */
const width = 120;

/** Code that is laid out as Biome and Prettier do it: on one line, or broken up where that is too long. */
export type Code =
  | string
  | { list: readonly Code[] }
  /** A property without a value is a variable of that name. */
  | { object: readonly (readonly [key: string, value?: Code])[] }
  | { call: string; args: readonly Code[] };

/** Lays out code with `before` on its first line and `after` on its last. */
export function format(code: Code, before = "", after = "", indent = ""): string {
  const flat = `${indent}${before}${oneLine(code)}${after}`;
  if (typeof code === "string" ? !breaksBefore(code, before, flat) : flat.length <= width && !mustBreak(code))
    return flat;
  const deeper = `${indent}  `;
  if (typeof code === "string") return `${indent}${before.trimEnd()}\n${deeper}${code}${after}`;
  if ("call" in code) return formatCall(code.call, code.args, before, after, indent);
  if ("list" in code) return [`${indent}${before}[`, ...listLines(code.list, deeper), `${indent}]${after}`].join("\n");
  const lines = code.object.map(([key, value]) =>
    value === undefined ? `${deeper}${key},` : format(value, `${propertyName(key)}: `, ",", deeper),
  );
  return [`${indent}${before}{`, ...lines, `${indent}}${after}`].join("\n");
}

/** A text or name that is too long for the line of its property stands on the next one. */
function breaksBefore(code: string, before: string, flat: string): boolean {
  return before.endsWith(": ") && flat.length > width && !/^`|\(/.test(code);
}

/** Several lines of text do not fit on one, and neither do several objects side by side. */
function mustBreak(code: Code): boolean {
  if (typeof code === "string") return code.includes("\n");
  if ("call" in code) return code.args.some(mustBreak);
  if ("object" in code) return code.object.some(([, value]) => value !== undefined && mustBreak(value));
  const { list } = code;
  const objects = list.every((item) => typeof item === "object" && "object" in item && item.object.length > 1);
  const lists = list.every((item) => typeof item === "object" && "list" in item && item.list.length > 1);
  return (list.length > 1 && (objects || lists)) || list.some(mustBreak);
}

/** The last argument opens on the line of the call, unless the line is too long already. */
function formatCall(call: string, args: readonly Code[], before: string, after: string, indent: string): string {
  const first = args.slice(0, -1).map(oneLine);
  const head = `${before}${call}(${first.map((arg) => `${arg}, `).join("")}`;
  const last = args.at(-1) ?? "";
  if (indent.length + head.length < width) return format(last, head, `)${after}`, indent);
  const lines = args.map((arg) => format(arg, "", ",", `${indent}  `));
  return [`${indent}${before}${call}(`, ...lines, `${indent})${after}`].join("\n");
}

function oneLine(code: Code): string {
  if (typeof code === "string") return code;
  if ("call" in code) return `${code.call}(${code.args.map(oneLine).join(", ")})`;
  if ("list" in code) return `[${code.list.map(oneLine).join(", ")}]`;
  const entries = code.object.map(([key, value]) =>
    value === undefined ? key : `${propertyName(key)}: ${oneLine(value)}`,
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** One item a line; numbers share lines. */
function listLines(list: readonly Code[], indent: string): string[] {
  if (!list.every((item) => typeof item === "string" && /^-?\d/.test(item))) {
    return list.map((item) => format(item, "", ",", indent));
  }
  const lines: string[] = [];
  for (const item of list) {
    const line = lines.at(-1);
    if (line === undefined || line.length + ` ${item},`.length > width) lines.push(`${indent}${item},`);
    else lines[lines.length - 1] = `${line} ${item},`;
  }
  return lines;
}

function propertyName(key: string): string {
  // Written as a name or a string it would set the prototype.
  if (key === "__proto__") return '["__proto__"]';
  return isIdentifier(key) ? key : quoted(key);
}

export function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
}

/** A text as a literal: several lines as they are, in backquotes; what an editor would not show as an escape. */
export function textLiteral(text: string): string {
  if (!/\n./s.test(text)) return quoted(text);
  const escaped = text.replace(/\\|`|\$\{/g, "\\$&").replace(/\r/g, "\\r");
  return `\`${visible(escaped)}\``;
}

/** In the quotes that need fewer escapes. */
function quoted(text: string): string {
  const json = visible(JSON.stringify(text));
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Control characters and those that change how others show, such as the direction of the text, as escapes. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" || character === "\t" ? character : escapeOf(character),
  );
}

function escapeOf(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
