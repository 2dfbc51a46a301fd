/** What stands for "none" where Mist wants an id. */
export const zeroUuid = "00000000-0000-0000-0000-000000000000";

/** 12 lower-case hex digits, as Mist has it: `5C:5B:35:00:00:01` -> `5c5b35000001`. What is no MAC is only tidied up. */
export function normalizeMac(mac: string): string {
  return mac.replace(/[\s:.-]/g, "").toLowerCase();
}

export function isMac(text: string): boolean {
  return /^[0-9a-f]{12}$/.test(normalizeMac(text));
}

/** 15 upper-case letters and digits, as Mist has it: `abcde-fghij-klmno` -> `ABCDEFGHIJKLMNO`. */
export function normalizeClaimCode(code: string): string {
  return code.replace(/[\s-]/g, "").toUpperCase();
}

export function isClaimCode(text: string): boolean {
  return /^[0-9A-Z]{15}$/.test(normalizeClaimCode(text));
}

/** As it is printed: `ABCDE-FGHIJ-KLMNO`. */
export function dashedClaimCode(code: string): string {
  return normalizeClaimCode(code).replace(/.{5}(?=.)/g, "$&-");
}

/** A claim code as an error may show it: enough to find it in a list, too little to use it. */
export function maskedClaimCode(code: string): string {
  return `${normalizeClaimCode(code).slice(0, 5)}-…`;
}

export function normalizeUuid(id: string): string {
  return id.trim().toLowerCase();
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(normalizeUuid(text));
}

/** The id of the device with this MAC. A virtual chassis has a MAC, and so an id, of its own. */
export function deviceIdOf(mac: string): string {
  return `00000000-0000-0000-1000-${normalizeMac(mac)}`;
}
