import type { ForticareOptions, ForticareVariantChange } from "../../../simulators";
import { FortinetWorld, type FortinetWorldOptions } from "../harness/fortinet-world";
import type { HostKind, JsonMap } from "../harness/host";
import type { Scenario } from "../harness/scenarios";
import type { Program } from "../harness/stack";

export { onlyFailure, until, warnings } from "../harness/fortinet-world";

export interface ProductOptions extends Omit<FortinetWorldOptions, "variants"> {
  variants?: ForticareVariantChange;
  forticare?: ForticareOptions;
}
export type ProductScenario = Scenario<ProductWorld, ProductOptions>;

/** Serials of the simulated warehouse. */
export const serialOf = (number: number): string => `FGT60FTK2409${String(number).padStart(4, "0")}`;
export const gate = serialOf(1);
export const otherGate = serialOf(2);
/** One that needs its key. */
export const keyedGate = serialOf(31);
export const keyOfKeyed = "KEYF0031";
/** One without an entitlement, which lists leave out. */
export const hiddenGate = "FG100FTK24010001";
/** Registered by somebody who is no account here. */
export const foreignGate = "FGT60FTK24990001";
/** Registered in the main account. */
export const registered = "FV100ETA23010001";
export const decommissionedGate = "FGT60ETK18000001";

export const contractOf = (number: number): string => `2401CT${String(number).padStart(6, "0")}`;

/** One that no scenario gets used up: those that are, a product shows. */
export const unusedContract = contractOf(9);

export const berlin = { address: "1 Example Street", city: "Berlin", countryCode: "DE", postalCode: "10115" } as const;

/** Folders of the simulated account. */
export const folders = { production: 5_001, staging: 5_002 } as const;

/** A stack of products of its own, and the simulated account behind it, whose clock stands still. */
export class ProductWorld extends FortinetWorld {
  static open(kind: HostKind, options: ProductOptions = {}): Promise<ProductWorld> {
    return ProductWorld.openFor("forticare:Product", kind, options);
  }

  static async openFor(token: string, kind: HostKind, options: ProductOptions = {}): Promise<ProductWorld> {
    const { variants, forticare, fortinet, ...rest } = options;
    const world = { ...rest, fortinet: { ...fortinet, forticare: { ...forticare, variants } } };
    return new ProductWorld(...(await FortinetWorld.begin(kind, token, world)));
  }

  get forticare() {
    return this.fortinet.forticare;
  }

  product(serial: string = gate) {
    const product = this.forticare.products.get(serial);
    if (!product) throw new Error(`${serial} is not registered.`);
    return product;
  }

  isRegistered(serial: string): boolean {
    return this.forticare.products.get(serial)?.status === "Registered";
  }

  /** The calls to FortiCare since the last look; a register call with its number of units. */
  override takeCalls(): string[] {
    const calls = this.simulators.requests.filter({ service: "forticare" }).map(({ relativePath, body }) => {
      const { registrationUnits, serialNumber } = body as { registrationUnits?: unknown[]; serialNumber?: string };
      if (registrationUnits) return `${relativePath} ${registrationUnits.length}`;
      return relativePath === "/products/list" ? `${relativePath} ${serialNumber}` : relativePath;
    });
    this.simulators.requests.clear();
    return calls;
  }

  override writes(): string[] {
    const read = /^\/(?:\w+\/list|products\/details)$/;
    const requests = this.simulators.requests.filter({ service: "forticare" });
    return requests
      .filter((entry) => entry.applied && !read.test(entry.relativePath))
      .map((entry) => entry.relativePath);
  }

  /** How many errors the vendor has counted. */
  errors(): number {
    return this.forticare.usage().reduce((sum, { errorsLastHour }) => sum + errorsLastHour, 0);
  }

  override secrets(): readonly string[] {
    return [...super.secrets(), keyOfKeyed, unusedContract];
  }
}

/** Many products, numbered from 1. */
export function programOf(count: number, rest: JsonMap = {}): Program {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return Object.fromEntries(numbers.map((number) => [`gate-${number}`, { serialNumber: serialOf(number), ...rest }]));
}
