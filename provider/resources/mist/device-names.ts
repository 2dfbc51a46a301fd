import { createHash } from "node:crypto";
import { z } from "zod";
import {
  isClaimCode,
  isMac,
  isUuid,
  maskedClaimCode,
  normalizeClaimCode,
  normalizeMac,
  normalizeUuid,
} from "../../clients/mist/normal";
import { field } from "../../core/shape";

/** How devices are named: by MAC address, by claim code, by serial. */

const malformed = {
  mac: "must be a MAC address, 12 hexadecimal digits",
  claimCode: "must be a claim code: 15 letters and digits, such as ABCDE-FGHIJ-KLMNO",
};

/** However they are spelled. */
export const macText = z.string().refine(isMac, malformed.mac);
export const claimCodeText = z.string().refine(isClaimCode, malformed.claimCode);

export const claimCodeField = field(claimCodeText, {
  doc:
    "The claim code, which is printed on the device and stands in its order; dashes and the case of letters mean nothing. " +
    "It is a secret: whoever has it can claim the device. Another code is another device.",
  secret: true,
  change: "replace",
  canonical: normalizeClaimCode,
});

/** As `owns` names what brings a device into an organization: so that it is told apart, but not told. */
export function claimName(code: string): string {
  const digest = createHash("sha256").update(normalizeClaimCode(code)).digest("hex").slice(0, 8);
  return `Mist claim code ${maskedClaimCode(code)} (${digest})`;
}

/** The same where the device is known: a code that is encrypted in a state tells nothing. */
export function claimOf(mac: string): string {
  return `claim of Mist device ${normalizeMac(mac)}`;
}

/** As `owns` names what says at which site a device is. */
export function siteName(mac: string): string {
  return `site of Mist device ${normalizeMac(mac)}`;
}

/** A device as the id of an import names it. */
export interface DeviceKey {
  organization?: string;
  mac?: string;
  claimCode?: string;
}

const withOrganization = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*[/:.]\s*(.+)$/is;

/**
 * Reads a MAC address, claim code or device id as people write it, alone or with the id of the organization and `/`, `:`
 * or the `.` of other tools before it.
 * @throws Error when the text is none of them; it does not tell the text, which may be a secret with a slip in it
 */
export function parseDeviceKey(text: string): DeviceKey {
  const [, parent, own] = withOrganization.exec(text.trim()) ?? [];
  const organization = parent && normalizeUuid(parent);
  const name = (own ?? text).trim();
  if (isMac(name)) return { organization, mac: normalizeMac(name) };
  if (isClaimCode(name)) return { organization, claimCode: normalizeClaimCode(name) };
  if (isUuid(name) && /^0{8}-0{4}-0{4}-[01]000-/.test(name))
    return { organization, mac: normalizeMac(name.slice(-12)) };
  throw new Error(
    "the id names no device: give its MAC address or claim code, with the id of the organization and a slash before it " +
      "where it is not the configured one",
  );
}
