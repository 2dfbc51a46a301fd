import { expect } from "vitest";
import { type ForticareOptions, type ForticareVariantChange, organizationApiId, type Product } from "../../simulators";
import { Bench, call, type Reply } from "./helper";

/** Unregistered FortiGates of the default warehouse. */
export const fresh = Array.from({ length: 20 }, (_, index) => `FGT60FTK2409${String(index + 1).padStart(4, "0")}`);
/** One that needs a cloud key, and its key. */
export const keyed = "FGT60FTK24090031";
export const itsKey = "KEYF0031";
/** One whose registration brings no entitlement. */
export const bare = "FG100FTK24010001";
export const ownedElsewhere = "FGT60FTK24990001";
/** One that FortiZTP doesn't know. */
export const webShop = "FV100ETA24010001";

/** Products of the main account. */
export const registered = "FV100ETA23010001";
export const inFortiZtp = "FGT60FTK22090001";
export const unentitled = "FAZ2HFTM23000001";
export const pending = "FGT60FTK23990001";
export const decommissioned = "FGT60ETK18000001";
export const managerMachine = "FMGVMETM23000001";

export const mainId = 100_001;
export const secondId = 100_002;

export const contract = (number: number): string => `2401CT${String(number).padStart(6, "0")}`;
export const service = (number: number): string => `2401VS${String(number).padStart(6, "0")}`;
export const code = (number: number): string => `LIC0${number}-24AAA-24BBB-24CCC-24DDDD`;

export const address = {
  company: "Example Ltd",
  address: "2 Example Street",
  city: "Sunnyvale",
  stateOrProvince: "CA",
  countryCode: "US",
  postalCode: "94086",
  email: "network@example.com",
  phone: "+1 4085550100",
  fax: null,
};

export interface Envelope {
  build: string;
  version: string;
  status: number;
  message: string;
  error: null | { errorCode: number; message: string };
  token: string;
  assets?: Array<Record<string, unknown>> | null;
  assetDetails?: Record<string, unknown> | null;
  assetFolders?: Array<Record<string, unknown>> | null;
  [payload: string]: unknown;
}

/** Simulators with a frozen clock, and a token for FortiCare. */
export class CareBench {
  private constructor(
    readonly bench: Bench,
    readonly token: string,
  ) {}

  static async start(variants: ForticareVariantChange = {}, forticare: ForticareOptions = {}): Promise<CareBench> {
    const bench = await Bench.start({}, { fortinet: { forticare: { ...forticare, variants } } });
    return new CareBench(bench, await bench.signIn({ client_id: "assetmanagement" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
  }

  get forticare() {
    return this.bench.simulators.fortinet.forticare;
  }

  signIn(username: string, clientId = "assetmanagement"): Promise<string> {
    return this.bench.signIn({ username, client_id: clientId });
  }

  organization(): Promise<string> {
    return this.signIn(organizationApiId);
  }

  call(path: string, json: unknown = {}, token: string | undefined = this.token): Promise<Reply> {
    return call(this.bench.simulators.fortinet.forticareUrl + path, { method: "POST", json, token });
  }

  /** A call that must succeed. */
  async ok(path: string, json?: unknown, token?: string): Promise<Envelope> {
    const reply = await this.call(path, json, token);
    expect(reply.json(), reply.text).toMatchObject({ status: 0, error: null });
    expect(reply.status).toBe(200);
    return reply.json<Envelope>();
  }

  /** HTTP status, status and error code of a call that must fail, and its message. */
  async problem(path: string, json?: unknown, token?: string): Promise<[number, number, number | undefined, string]> {
    const reply = await this.call(path, json, token);
    const { status, error } = reply.json<Envelope>();
    expect(status, reply.text).not.toBe(0);
    return [reply.status, status, error?.errorCode, error?.message ?? ""];
  }

  /** Serials that a list shows. */
  async serials(query: object): Promise<string[]> {
    const { assets } = await this.ok("/products/list", query);
    return (assets ?? []).map(({ serialNumber }) => String(serialNumber));
  }

  async details(serialNumber: string): Promise<Record<string, unknown>> {
    return (await this.ok("/products/details", { serialNumber })).assetDetails ?? {};
  }

  /** Registers units; answers with HTTP status, status and what became of each. */
  async register(...registrationUnits: object[]): Promise<[number, number, Array<[string, unknown, unknown]> | null]> {
    const reply = await this.call("/products/register", { registrationUnits });
    const { status, assets } = reply.json<Envelope>();
    const units = assets?.map((unit): [string, unknown, unknown] => [
      String(unit.serialNumber),
      unit.status,
      unit.message,
    ]);
    return [reply.status, status, units ?? null];
  }

  product(serial: string): Product | undefined {
    return this.forticare.products.get(serial);
  }

  /** FortiZTP's status of a device; undefined when it has none. */
  device(serial: string, account?: string): string | undefined {
    return this.bench.simulators.fortinet.account(account).devices.get(serial)?.provisionStatus;
  }

  /** What the API user has used of the limits. */
  usage(): { callsLastMinute: number; callsLastHour: number; errorsLastHour: number } | undefined {
    return this.forticare.usage().find(({ apiId }) => apiId === this.bench.simulators.fortinet.apiId);
  }
}

export const alreadyRegistered =
  "Product-> Product already registered, but no contract associated with request. Please check again.";
