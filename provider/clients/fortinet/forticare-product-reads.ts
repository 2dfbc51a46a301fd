import { isVendorError } from "../http/errors";
import { type CallOptions, parse } from "./calls";
import type { ForticareCalls } from "./forticare-calls";
import { listAll, type PagedList, pagesOf } from "./forticare-list";
import type { ProductFilter } from "./forticare-requests";
import {
  type Product,
  type ProductDetails,
  type ProductList,
  productDetailsSchema,
  productSchema,
} from "./forticare-types";
import { normalizeSerial } from "./lists";

export interface FindOptions extends CallOptions {
  accountId?: number;
  /**
   * Ask for details before saying that it is not there: lists may leave out what has no entitlement. For products that
   * are known to have been registered, since the question costs one error if the answer is no. Default false.
   */
  confirm?: boolean;
}

/** So many serials are looked up one by one; more, by listing everything, unless that takes more calls. */
const fewSerials = 3;

/** The looks at products, one function each. All throw `VendorError`. */
export class ProductReads {
  constructor(private readonly calls: ForticareCalls) {}

  /** The products that match all of the filter. */
  async list(filter: ProductFilter = {}, options: CallOptions = {}): Promise<ProductList> {
    if (filter.serials) return this.listSerials([...new Set(filter.serials.map(normalizeSerial))], filter, options);
    const { items, ...list } = await listAll(this.calls, listOf(filter, filter.serialPattern), options);
    return { products: items, ...list };
  }

  /** One product as lists have it. */
  async find(serial: string, { accountId, confirm, signal }: FindOptions = {}): Promise<Product | undefined> {
    const { products } = await this.list({ serials: [serial], accountId }, { signal });
    return products[0] ?? (confirm ? this.findHidden(serial, { accountId, signal }) : undefined);
  }

  /** A product that is registered although no list of such has it. If it is not, the question costs one error. */
  async findHidden(serial: string, { accountId, signal }: FindOptions = {}): Promise<Product | undefined> {
    // Details do not tell what waits for its registration, and may know it all the same.
    const pending = await this.list({ serials: [serial], status: "Pending", accountId }, { signal });
    if (pending.products.length > 0) return undefined;
    const details = await this.get(serial, { signal });
    // Nor do they ask for an account: they also show what went to another one.
    const elsewhere = accountId !== undefined && details?.accountId !== undefined && details.accountId !== accountId;
    return elsewhere ? undefined : details;
  }

  /** One product in detail; undefined only if the service itself says that it has none, which costs one error. */
  async get(serial: string, { signal }: CallOptions = {}): Promise<ProductDetails | undefined> {
    const serialNumber = normalizeSerial(serial);
    try {
      return await this.calls.read({
        path: "/products/details",
        json: { serialNumber },
        action: `read product ${serialNumber}`,
        missing: true,
        signal,
        read: ({ assetDetails }) =>
          assetDetails === null || assetDetails === undefined ? undefined : parse(productDetailsSchema, assetDetails),
      });
    } catch (error) {
      if (isVendorError(error, "not-found")) return undefined;
      throw error;
    }
  }

  private async listSerials(
    serials: readonly string[],
    filter: ProductFilter,
    options: CallOptions,
  ): Promise<ProductList> {
    const wanted = new Set(serials);
    const products: Product[] = [];
    let pages = 0;
    if (serials.length > fewSerials) {
      for await (const page of pagesOf(this.calls, listOf(filter, undefined), options)) {
        pages++;
        // A serial is taken for a beginning, and all are listed here.
        const found = page.items.filter(({ serialNumber }) => wanted.delete(serialNumber));
        products.push(...found);
        if (page.pagesLeft === 0 || wanted.size === 0) return { products, complete: true, pages };
        if (page.pagesLeft > wanted.size) break;
      }
    }
    const single = await Promise.all([...wanted].map((serial) => listAll(this.calls, listOf(filter, serial), options)));
    products.push(...single.flatMap(({ items }) => items).filter(({ serialNumber }) => wanted.delete(serialNumber)));
    for (const list of single) pages += list.pages;
    return { products, complete: wanted.size === 0 || single.every(({ complete }) => complete), pages };
  }
}

function listOf(filter: ProductFilter, pattern: string | undefined): PagedList<Product> {
  const { expireBefore, status, productModel, accountId } = filter;
  // One of the two must be there, and the pattern for all is not needed beside the other.
  const serialNumber = pattern ?? (expireBefore === undefined ? "%" : undefined);
  return {
    path: "/products/list",
    json: { serialNumber, expireBefore, status, productModel, accountId },
    action: pattern === undefined ? "list products" : `list products ${pattern}`,
    key: "assets",
    item: productSchema,
    idOf: (product) => product.serialNumber,
  };
}
