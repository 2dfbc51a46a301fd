import { type Location, locationFields, type RegistrationUnit } from "./forticare-requests";
import { normalizeFolderId } from "./forticare-rules";
import { normalizeSerial } from "./lists";

/** A location as it is sent: what it says, and nothing else. */
export function locationToWire(location: Location): Record<string, string> {
  const upper: ReadonlySet<string> = new Set(["countryCode", "stateOrProvince"]);
  const entries = locationFields.flatMap((field) => {
    const value = location[field]?.trim();
    if (!value) return [];
    // Codes have two letters; states of other countries have names.
    return [[field, upper.has(field) && value.length === 2 ? value.toUpperCase() : value] as const];
  });
  return Object.fromEntries(entries);
}

/** True if a location that was read says all that the wanted one does. */
export function sameLocation(wanted: Location | null, actual: Location | undefined): boolean {
  if (wanted === null) return actual === undefined;
  const held = locationToWire(actual ?? {});
  return Object.entries(locationToWire(wanted)).every(([field, value]) => held[field] === value);
}

/** The body of a registration. Equal locations are sent once, and units refer to them by their index. */
export function registrationToWire(
  units: readonly RegistrationUnit[],
  accountId: number | undefined,
): Record<string, unknown> {
  const pool = new Map<string, { index: number; location: Record<string, string> }>();
  const registrationUnits = units.map((unit) => {
    const wire = unitToWire(unit);
    if (!unit.location) return wire;
    const location = locationToWire(unit.location);
    const key = JSON.stringify(location);
    const { index } = pool.get(key) ?? { index: pool.size };
    pool.set(key, { index, location });
    return { ...wire, location: { ref: `#/locations/${index}` } };
  });
  const locations = [...pool.values()].map(({ location }) => location);
  return { accountId, registrationUnits, locations: locations.length > 0 ? locations : undefined };
}

function unitToWire(unit: RegistrationUnit): Record<string, unknown> {
  const { assetGroupIds = [] } = unit;
  return {
    serialNumber: normalizeSerial(unit.serialNumber),
    contractNumber: given(unit.contractNumber),
    description: unit.description,
    isGovernment: unit.isGovernment ?? false,
    cloudKey: given(unit.cloudKey)?.toUpperCase(),
    folderId: normalizeFolderId(unit.folderId),
    assetGroupIds: assetGroupIds.length > 0 ? assetGroupIds : undefined,
    replacedSerialNumber: given(unit.replacedSerialNumber)?.toUpperCase(),
    additionalInfo: unit.additionalInfo,
  };
}

function given(text: string | undefined): string | undefined {
  return text?.trim() || undefined;
}
