/** Takes secrets out of text that people or files will see. */
export interface Redactor {
  /** Registers a value that must never appear; also in its JSON and URL encoded forms. */
  secret(value: string | undefined): void;
  /** The text with every registered value, Authorization header and secret JSON or form field masked. */
  redact(text: string): string;
}

const mask = "[redacted]";
// Masking shorter values would garble ordinary words; JSON keys still protect them.
const shortestSecret = 4;

const secretKey =
  "[\\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|psk|authorization|cookie)[\\w-]*";
// A text, a list, an object or anything else; what was cut short has no end.
const jsonValue = `"(?:[^"\\\\]|\\\\.)*"?|\\[[^\\]]*\\]?|\\{[^}]*\\}?|[^\\s",}\\]]+`;
const jsonFields = (names: string) => new RegExp(`("(?:${names})"\\s*:\\s*)(?:${jsonValue})`, "gi");
const formField = new RegExp(`(\\b${secretKey}=)[^&\\s"]+`, "gi");
const authorizationHeader = /\b((?:proxy-)?authorization\s*[:=]\s*)(?:(?:bearer|basic|token)\s+)?[^\s",;]+/gi;
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const urlCredentials = /(\/\/)[^/\s:@]+:[^/\s@]+@/g;

/**
 * A redactor with no values registered yet.
 * @param names pattern of further JSON fields that are secret whatever they hold, besides those that say so everywhere
 */
export function createRedactor(names?: string): Redactor {
  const values = new Set<string>();
  const jsonField = jsonFields([secretKey, names].filter(Boolean).join("|"));
  let longestFirst: string[] | undefined;
  return {
    secret(value) {
      if (value === undefined || value.length < shortestSecret) return;
      longestFirst = undefined;
      values.add(value);
      values.add(JSON.stringify(value).slice(1, -1));
      values.add(encodeURIComponent(value));
    },
    redact(text) {
      let clean = text;
      // Longest first, so that a secret which contains another is masked as a whole.
      longestFirst ??= [...values].sort((a, b) => b.length - a.length);
      for (const value of longestFirst) clean = clean.replaceAll(value, mask);
      return clean
        .replace(jsonField, `$1"${mask}"`)
        .replace(authorizationHeader, `$1${mask}`)
        .replace(bearer, `$1 ${mask}`)
        .replace(formField, `$1${mask}`)
        .replace(urlCredentials, `$1${mask}@`);
    },
  };
}
