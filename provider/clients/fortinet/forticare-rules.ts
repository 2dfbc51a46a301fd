import type { Location, RegistrationUnit } from "./forticare-requests";
import { normalizeSerial } from "./lists";

// Pure and light: rules of a preview use it without loading the client. What fails here costs nothing; what FortiCare
// refuses costs one of the ten errors that it allows in an hour.

/** Countries whose state or province FortiCare wants as a two-letter code. */
const countriesWithStates: ReadonlySet<string> = new Set(["US", "CA", "IN", "BR", "UA"]);

/** What is wrong with a serial number, case and blanks around it apart; undefined if nothing is. */
export function serialProblem(serial: string): string | undefined {
  return /^[A-Z0-9]{8,32}$/.test(normalizeSerial(serial))
    ? undefined
    : `the serial number ${JSON.stringify(serial)} must be 8 to 32 letters and digits`;
}

/** The same for a contract number; it is not repeated, since whoever knows it can use it up. */
export function contractNumberProblem(contractNumber: string): string | undefined {
  return /^[A-Z0-9]{8,20}$/i.test(contractNumber.trim())
    ? undefined
    : "the contract number must be 8 to 20 letters and digits";
}

/** The same for a FortiCloud key; it is secret. A malformed one would refuse all that are registered with it. */
export function cloudKeyProblem(cloudKey: string): string | undefined {
  return /^[A-Z0-9]{8}$/.test(cloudKey.trim().toUpperCase())
    ? undefined
    : "the FortiCloud key must be 8 letters and digits, as printed on the device";
}

/** What looks wrong with a licence registration code; worth no more than a warning. */
export function licenseCodeWarning(code: string): string | undefined {
  return /^(?:[A-Z0-9]{5}-){4}[A-Z0-9]{6}$/i.test(code.trim())
    ? undefined
    : "the license registration code does not look like XXXXX-XXXXX-XXXXX-XXXXX-XXXXXX";
}

/** What is wrong with a folder id; 0 is the root. */
export function folderIdProblem(folderId: number): string | undefined {
  return Number.isSafeInteger(folderId) && folderId >= 0
    ? undefined
    : `the folder id ${folderId} must be a whole number, 0 for the root "My Assets"`;
}

/** What is wrong with the name of a folder. */
export function folderNameProblem(name: string): string | undefined {
  if (name.trim() === "" || name.length > 100) return "the folder name must have 1 to 100 characters";
  return name.includes("/") ? "the folder name must not contain a slash" : undefined;
}

/** What is wrong with an account id; users whose scope is an organization (`required`) must give one. */
export function accountIdProblem(accountId: number | undefined, required = false): string | undefined {
  if (accountId === undefined) {
    return required ? "the accountId is missing: the scope of the API user is an organization" : undefined;
  }
  return Number.isSafeInteger(accountId) && accountId > 0
    ? undefined
    : `the accountId ${accountId} must be a positive whole number`;
}

/** What is wrong with a location, each as it follows "location". */
export function locationProblems(location: Location): string[] {
  const { countryCode = "", stateOrProvince = "" } = location;
  const country = countryCode.trim().toUpperCase();
  const problems = (["address", "city", "countryCode", "postalCode"] as const)
    .filter((field) => !location[field]?.trim())
    .map((field) => `${field} is missing`);
  if (country !== "" && !/^[A-Z]{2}$/.test(country)) {
    problems.push(`countryCode ${JSON.stringify(countryCode)} must be the two letters of ISO 3166-1, such as DE`);
  }
  if (countriesWithStates.has(country) && !/^[A-Za-z]{2}$/.test(stateOrProvince.trim())) {
    problems.push(
      `stateOrProvince must be the two-letter code of the state or province, since the country is ${country}`,
    );
  }
  for (const field of ["phone", "fax"] as const) {
    const number = location[field]?.trim();
    if (number && !/^\+\d{1,4} [0-9-]{3,20}$/.test(number)) {
      problems.push(`${field} must be a plus, the country code, a space and the number, such as +1 408-555-0100`);
    }
  }
  return problems;
}

/** Everything that is wrong with a unit to register. */
export function productProblems(unit: RegistrationUnit): string[] {
  const { serialNumber, replacedSerialNumber, contractNumber, cloudKey, folderId, location } = unit;
  const replaced = replacedSerialNumber === undefined ? undefined : serialProblem(replacedSerialNumber);
  const problems = [
    serialProblem(serialNumber),
    replaced && `of the replaced product, ${replaced}`,
    contractNumber === undefined ? undefined : contractNumberProblem(contractNumber),
    cloudKey === undefined ? undefined : cloudKeyProblem(cloudKey),
    folderId === undefined || folderId === null ? undefined : folderIdProblem(folderId),
  ].filter((problem) => problem !== undefined);
  return [...problems, ...(location ? locationProblems(location) : []).map((problem) => `location: ${problem}`)];
}

/** A folder id as it is compared: undefined for the root, which FortiCare also calls 0 and null. */
export function normalizeFolderId(folderId: number | null | undefined): number | undefined {
  return folderId || undefined;
}
