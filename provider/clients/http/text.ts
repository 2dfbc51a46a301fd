const longestQuote = 200;

/** True if the reply is a web page: what a proxy, load balancer or captive portal sends in place of an API's answer. */
export function isHtml(contentType: string | undefined, text: string): boolean {
  if (contentType?.toLowerCase().includes("text/html")) return text.trim() !== "";
  return /^\s*(?:<!doctype\s+html|<html[\s>])/i.test(text.slice(0, 200));
}

/** A short, single-line quote of a text or web page. */
export function quote(text: string, html = false): string {
  const plain = html ? textOfHtml(text) : text;
  const line = plain.replace(/\s+/g, " ").trim();
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
}

function textOfHtml(html: string): string {
  return html
    .slice(0, 20_000)
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&nbsp;/g, " ")
    .replace(/&amp;/g, "&");
}

/** What a JSON error body says, looked for where services commonly put it. Undefined if it says nothing. */
export function wordsOfJson(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const body = new Map(Object.entries(value));
  for (const key of ["error_description", "error", "message", "detail"]) {
    const words = wordsOfJson(body.get(key));
    if (words) return words;
  }
  return undefined;
}
