import { VendorError } from "../http/errors";
import type { CallOptions } from "./calls";
import { asFailure, changeMany, type Outcome } from "./forticare-bulk";
import { type ForticareCalls, system } from "./forticare-calls";
import { lookAgain } from "./forticare-looks";
import { type FindOptions, ProductReads } from "./forticare-product-reads";
import { type RegisterOptions, Registrar, type Registration } from "./forticare-register";
import type { Location, ProductFilter, RegistrationUnit } from "./forticare-requests";
import { normalizeFolderId } from "./forticare-rules";
import type { Product, ProductDetails, ProductList } from "./forticare-types";
import { locationToWire, sameLocation } from "./forticare-wire";
import { normalizeSerial } from "./lists";

export interface BulkOptions extends CallOptions {
  /** Where the products are. Needed if the scope of the API user is an organization. */
  accountId?: number;
}

/** Registered products, one function a call. What answers with one `Outcome` each throws nothing; all others throw `VendorError`. */
export interface Products {
  /**
   * The products that match all of the filter. A product without any entitlement may be missing although it is
   * registered: see `find`.
   */
  list(filter?: ProductFilter, options?: CallOptions): Promise<ProductList>;
  /** One product as lists have it; with `confirm` also one that they leave out. Undefined: it is not registered here. */
  find(serial: string, options?: FindOptions): Promise<Product | undefined>;
  /** One product in detail, location included. Undefined only on the service's own word, which costs one error. */
  get(serial: string, options?: CallOptions): Promise<ProductDetails | undefined>;
  /**
   * Registers products, or adds a contract each to those that are registered already; ten a call. What follows a batch of
   * failures, or does not fit into the budget, is not attempted (`notAttempted`). What no answer tells of is looked for.
   */
  register(units: readonly RegistrationUnit[], options?: RegisterOptions): Promise<Registration[]>;
  /** Sets the description; an empty one clears it. */
  describe(serial: string, description: string, options?: CallOptions): Promise<void>;
  /** Sets the location; null removes it. */
  locate(serial: string, location: Location | null, options?: CallOptions): Promise<void>;
  /** Moves products to a folder, null and 0 being the root, and looks whether they are there. */
  move(serials: readonly string[], folderId: number | null, options?: BulkOptions): Promise<Outcome[]>;
  /** Decommissions products, which only the portal can undo. Those that are decommissioned already are left as they are. */
  decommission(serials: readonly string[], options?: BulkOptions): Promise<Outcome[]>;
  /** Gives products from one account of an organization to another, where they are in the root folder. */
  transfer(
    serials: readonly string[],
    fromAccountId: number,
    toAccountId: number,
    options?: CallOptions,
  ): Promise<Outcome[]>;
}

export function createProducts(calls: ForticareCalls): Products {
  const reads = new ProductReads(calls);
  const registrar = new Registrar(calls, reads);

  /** Changes one product; an attempt whose outcome is unknown is looked at in the details, which show everything. */
  function change(
    serialNumber: string,
    { path, json, action }: { path: string; json: Record<string, unknown>; action: string },
    isDone: (product: ProductDetails) => boolean,
    { signal }: CallOptions = {},
  ): Promise<void> {
    const look = async () => {
      const product = await reads.get(serialNumber, { signal });
      // Without this an answer no would be asked for again, at the price of one error each time.
      if (!product) throw new VendorError({ kind: "not-found", system, action: `read product ${serialNumber}` });
      return isDone(product) ? { value: undefined } : undefined;
    };
    const verify = () => lookAgain(look, calls.clock, signal);
    return calls.write<void>({ path, json: { serialNumber, ...json }, action, signal, read: () => {}, verify });
  }

  return {
    list: (filter, options) => reads.list(filter, options),
    find: (serial, options) => reads.find(serial, options),
    get: (serial, options) => reads.get(serial, options),
    register: (units, options) => registrar.register(units, options),

    describe(serial, description, options) {
      const serialNumber = normalizeSerial(serial);
      const call = { path: "/products/description", json: { description }, action: `describe product ${serialNumber}` };
      return change(serialNumber, call, (product) => (product.description ?? "") === description.trim(), options);
    },

    locate(serial, location, options) {
      const serialNumber = normalizeSerial(serial);
      const action = `${location ? "set" : "remove"} the location of product ${serialNumber}`;
      const json = { location: location && locationToWire(location) };
      const call = { path: "/products/location", json, action };
      return change(serialNumber, call, (product) => sameLocation(location, product.location), options);
    },

    move(serials, target, options = {}) {
      const folderId = normalizeFolderId(target);
      return changeMany(calls, reads, serials, {
        path: "/products/folder",
        json: { folderId: folderId ?? null },
        verb: "move",
        isDone: (product) => product.folderId === folderId,
        ...options,
      });
    },

    async decommission(serials, options = {}) {
      const { accountId, signal } = options;
      const isDone = ({ isDecommissioned }: Product) => isDecommissioned;
      let done: ReadonlySet<string>;
      try {
        // What FortiCare makes of a second time is not known.
        const { products } = await reads.list({ serials, accountId }, { signal });
        done = new Set(products.filter(isDone).map(({ serialNumber }) => serialNumber));
      } catch (error) {
        const failure = asFailure(error).with({ notAttempted: true });
        return serials.map((serial) => failure.with({ action: `decommission product ${normalizeSerial(serial)}` }));
      }
      const left = serials.map(normalizeSerial).filter((serial) => !done.has(serial));
      const bulk = { path: "/products/decommission", json: {}, verb: "decommission", isDone, ...options };
      const outcomes = await changeMany(calls, reads, left, bulk);
      const outcomeOf = new Map(left.map((serial, index) => [serial, outcomes[index]]));
      return serials.map((serial) => outcomeOf.get(normalizeSerial(serial)));
    },

    transfer(serials, sourceAccountId, targetAccountId, options = {}) {
      return changeMany(calls, reads, serials, {
        path: "/products/transfer",
        json: { sourceAccountId, targetAccountId },
        verb: "transfer",
        isDone: () => true,
        accountId: targetAccountId,
        units: true,
        ...options,
      });
    },
  };
}
