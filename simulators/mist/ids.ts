const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the service sends, and takes, for no object. */
export const zeroId = "00000000-0000-0000-0000-000000000000";

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuid.test(value);
}

/** A MAC as Mist writes it: 12 lower-case hex digits. Anything else comes back as it is, in lower case. */
export function normalMac(text: string): string {
  return text.replace(/[:.\-\s]/g, "").toLowerCase();
}

/** A claim code as Mist stores it: without dashes, in capitals. */
export function normalClaimCode(text: string): string {
  return text.replace(/[-\s]/g, "").toUpperCase();
}

/** The id of a device, which follows from its MAC. */
export function deviceIdOf(mac: string, group: string): string {
  return `00000000-0000-0000-${group}-${mac}`;
}

/** The MAC in a device's id, in either form. */
export function macOfDeviceId(id: string): string | undefined {
  return /^00000000-0000-0000-[01]000-([0-9a-f]{12})$/i.exec(id)?.[1]?.toLowerCase();
}

/** The key of an API token as it is shown after its creation: its first and last four characters. */
export function maskedKey(key: string): string {
  return `${key.slice(0, 4)}...${key.slice(-4)}`;
}
