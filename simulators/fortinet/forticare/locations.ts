import type { Fields } from "./fields";
import type { Location } from "./types";
import type { ForticareVariants } from "./variants";

/** A location as a request gives it. */
export type LocationInput = Omit<Location, "addressId">;

const countriesWithStates = new Set(["US", "CA", "IN", "BR", "UA"]);
const phoneForm = /^\+\d{1,4} [0-9-]{3,20}$/;

/** Reads a location, and notes what is missing or bad. */
export function readLocation(fields: Fields, variants: ForticareVariants): LocationInput {
  const location: LocationInput = {
    company: fields.text("company"),
    address: fields.text("address"),
    city: fields.text("city"),
    stateOrProvince: fields.text("stateOrProvince"),
    countryCode: fields.text("countryCode"),
    postalCode: fields.text("postalCode"),
    email: fields.text("email"),
    phone: fields.text("phone"),
    fax: fields.text("fax"),
  };
  const { countryCode, stateOrProvince } = location;
  const needsState = countriesWithStates.has(countryCode ?? "");
  if (countryCode !== null && !/^[A-Z]{2}$/.test(countryCode)) fields.invalid("countryCode");
  if (needsState && stateOrProvince !== null && !/^[A-Z]{2}$/.test(stateOrProvince)) fields.invalid("stateOrProvince");
  if (variants.locationFields === "formats") return location;
  for (const name of ["address", "city", "countryCode", "postalCode"] as const)
    if (location[name] === null) fields.invalid(name);
  if (needsState && stateOrProvince === null) fields.invalid("stateOrProvince");
  for (const name of ["phone", "fax"] as const) {
    const value = location[name];
    if (value !== null && !phoneForm.test(value)) fields.invalid(name);
  }
  return location;
}
