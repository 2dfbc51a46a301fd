/** A value in a query string. Undefined is left out, booleans become lower case, lists repeat the key. */
export type QueryValue = string | number | boolean | undefined | readonly (string | number)[];

/** Builds a path with every parameter percent-encoded: path`/v2/devices/${serial}`. */
export function path(literals: TemplateStringsArray, ...parameters: readonly (string | number)[]): string {
  return literals.reduce((built, literal, index) => built + encodePathSegment(parameters[index - 1]) + literal);
}

function encodePathSegment(parameter: string | number | undefined): string {
  const encoded = encodeURIComponent(String(parameter ?? ""));
  if (encoded === "") throw new RangeError("A path parameter is empty: the call would reach another resource.");
  // encodeURIComponent keeps dots, and URL parsers climb on segments made of them.
  return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll(".", "%2E") : encoded;
}

/** Base, path and query as one address; a query that the path has itself is kept. Concatenation, because `new URL(path, base)` drops the path of the base. */
export function joinUrl(baseUrl: string, path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const base = path.startsWith("/") ? baseUrl.replace(/\/+$/, "") : baseUrl;
  const parameters = Object.entries(query).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const values = Array.isArray(value) ? value : [value];
    return values.map((item) => `${encodeURIComponent(key)}=${encodeURIComponent(String(item))}`);
  });
  if (parameters.length === 0) return base + path;
  return base + path + (path.includes("?") ? "&" : "?") + parameters.join("&");
}
