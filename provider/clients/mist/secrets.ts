import { createRedactor, type Redactor } from "../http/redact";

/** Keys whose values are secret, beyond the names that say so everywhere. */
const otherNames = [
  // Of an API token, of WEP, of OSPF and BGP, of LDAP, of other clouds.
  "keys?",
  "(?:\\w+_)?(?:account|auth|client|partner|access)_?keys?",
  "keypair",
  "keywrap_(?:kek|mack)",
  // As good as a password for SNMP.
  "community_name",
  // Claim codes.
  "magic",
  // Free texts, in which people keep secrets.
  "vars",
  "headers",
].join("|");

export const secretName = new RegExp(
  `^(?:(?:\\w+_)?(?:password|passphrase|secret|psk|(?:api)?token|api_?key)|${otherNames})$`,
);

/** Names in which any value may be secret, but most are ordinary words. */
const freeTexts: ReadonlySet<string> = new Set(["vars", "headers"]);
/** Shorter ones are more likely to be a number or a word, which errors need. */
const shortestFreeText = 8;

/** Whether the value of a key in a body of Mist is secret, by its name on the wire. */
export function isSecretKey(name: string): boolean {
  return secretName.test(name);
}

/** Takes secrets out of what people will see of Mist. */
export function createMistRedactor(): Redactor {
  return createRedactor(otherNames);
}

/** The secret texts in a body, however deep. */
export function secretsIn(body: unknown): string[] {
  const found: string[] = [];
  walk(body, 0, found);
  return found;
}

/** @param shortest of the texts that are secret; 0: none is */
function walk(value: unknown, shortest: number, found: string[]): void {
  if (typeof value === "string") {
    if (shortest > 0 && value.length >= shortest) found.push(value);
  } else if (Array.isArray(value)) {
    for (const item of value) walk(item, shortest, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      walk(item, shortest || (isSecretKey(name) ? (freeTexts.has(name) ? shortestFreeText : 1) : 0), found);
    }
  }
}
