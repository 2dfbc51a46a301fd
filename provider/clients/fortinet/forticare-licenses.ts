import { Turns } from "../http/turns";
import { type CallOptions, parse } from "./calls";
import type { Body, ForticareCalls } from "./forticare-calls";
import { listAll } from "./forticare-list";
import { lookAgain } from "./forticare-looks";
import type { LicenseFilter, LicenseRegistration } from "./forticare-requests";
import { type License, licenseSchema, type ProductDetails, productDetailsSchema } from "./forticare-types";
import { normalizeSerial } from "./lists";

/** Licences, one function a call. All throw `VendorError`. */
export interface Licenses {
  /** The licences of the account that match all of the filter. */
  list(filter?: LicenseFilter, options?: CallOptions): Promise<License[]>;
  /**
   * Uses up a registration code, for a product or for a new virtual one, and answers with that product; its `licenses`
   * hold the licence file where there is one. If the answer is lost, the licence that is new in the list tells.
   */
  register(registration: LicenseRegistration, options?: CallOptions): Promise<ProductDetails>;
  /** The licence file of a virtual product. Others fail with the code "no-download", which costs one error. Needs the right to write. */
  download(serial: string, options?: CallOptions): Promise<string>;
}

export interface LicenseReads {
  get(serial: string, options: CallOptions): Promise<ProductDetails | undefined>;
}

export function createLicenses(calls: ForticareCalls, products: LicenseReads): Licenses {
  // What is new in the list could be another registration's, if two were under way.
  const turns = new Turns();

  async function list(filter: LicenseFilter = {}, options: CallOptions = {}): Promise<License[]> {
    const { licenseNumber, licenseSKU, status, accountId } = filter;
    const json = { licenseNumber, licenseSKU, status, accountId };
    const shape = { key: "licenses", item: licenseSchema, idOf: (license: License) => JSON.stringify(license) };
    return (await listAll(calls, { path: "/licenses/list", json, action: "list licenses", ...shape }, options)).items;
  }

  const registered = ({ accountId }: LicenseRegistration, options: CallOptions) =>
    list({ status: "Registered", accountId }, options);

  async function register(registration: LicenseRegistration, { signal }: CallOptions): Promise<ProductDetails> {
    const { licenseRegistrationCode, description, additionalInfo, isGovernment = false, accountId } = registration;
    const serialNumber = registration.serialNumber && normalizeSerial(registration.serialNumber);
    const code = licenseRegistrationCode.trim();
    calls.keepSecret(code);
    const before = new Set((await registered(registration, { signal })).map(idOf));
    const look = async () => {
      const fresh = (await registered(registration, { signal })).filter(
        (license) => !before.has(idOf(license)) && (!serialNumber || license.serialNumber === serialNumber),
      );
      const [license, another] = fresh;
      if (!license?.serialNumber || another) return undefined;
      const product = await products.get(license.serialNumber, { signal });
      return product && { value: product };
    };
    return calls.write({
      path: "/licenses/register",
      json: { licenseRegistrationCode: code, serialNumber, description, additionalInfo, isGovernment, accountId },
      action: serialNumber ? `register a license for product ${serialNumber}` : "register a license",
      signal,
      read: readProduct,
      verify: () => lookAgain(look, calls.clock, signal),
    });
  }

  return {
    list,
    register: (registration, options = {}) => turns.run(() => register(registration, options), options.signal),
    download(serial, { signal } = {}) {
      const serialNumber = normalizeSerial(serial);
      return calls.read({
        path: "/licenses/download",
        json: { serialNumber },
        action: `download the license of product ${serialNumber}`,
        signal,
        read({ licenseFile }) {
          if (typeof licenseFile === "string" && licenseFile !== "") return licenseFile;
          throw new Error("it holds no license file");
        },
      });
    },
  };
}

/** The product in an answer to a registration. */
export function readProduct({ assetDetails }: Body): ProductDetails {
  if (assetDetails === null || assetDetails === undefined) throw new Error("it names no product");
  return parse(productDetailsSchema, assetDetails);
}

function idOf({ licenseNumber, serialNumber }: License): string {
  return `${licenseNumber} ${serialNumber}`;
}
