import type { Forticare, Product } from "../../clients/fortinet/forticare";
import { normalizeSerial } from "../../clients/fortinet/lists";
import { Batcher } from "../../clients/http/batch";
import { systemClock } from "../../clients/http/clock";
import { SingleFlight } from "../../clients/http/coalesce";

/** A list may be this old where it only saves a call; what this run changes is known or looked at anew. */
export const maxAgeMs = 60_000;
/**
 * A list of many pages saves as many calls, and may be older: this old for each page. So a run that takes hours spends no
 * more than a tenth of the 900 calls an hour on lists.
 */
const maxAgePerPageMs = 40_000;
/** So many serials are looked for one by one before all products are listed: one is cheap, a list may have many pages. */
const fewLooks = 3;
/** Looks that come within so many milliseconds of each other are counted together. */
const togetherMs = 50;

interface Sweep {
  /** When it began, among the events of this view. */
  order: number;
  startedAt: number;
  /** How long looks for single products may use it. */
  maxAgeMs: number;
  products: ReadonlyMap<string, Product>;
}

/** What this run knows of a product that it has written; undefined: it must be looked at. */
interface Note {
  order: number;
  notedAt: number;
  product: Product | undefined;
}

/** The registered products of one account: a refresh of a thousand resources is one list. */
export class ProductsView {
  private sweep: Sweep | undefined;
  private readonly notes = new Map<string, Note>();
  private readonly sweeping: SingleFlight<Sweep>;
  private readonly looks: Batcher<string, Product | undefined>;
  /** Looks for single products while there was no list. */
  private singleLooks = 0;
  private events = 0;

  constructor(
    private readonly client: Forticare,
    private readonly accountId: number | undefined,
  ) {
    this.sweeping = new SingleFlight((signal) => this.load(signal));
    this.looks = new Batcher({
      maxSize: Number.POSITIVE_INFINITY,
      maxInFlight: Number.POSITIVE_INFINITY,
      quietMs: togetherMs,
      run: (serials, signal) => this.lookTogether(serials, signal),
    });
  }

  /** A product as lists have it, which may leave out what has no entitlement: undefined proves nothing. */
  async find(serial: string, signal: AbortSignal): Promise<Product | undefined> {
    const key = normalizeSerial(serial);
    return this.known(key)?.product ?? this.looks.add(key, signal);
  }

  /**
   * The same for a product that is known to have been registered: it is gone only when the details say so, too, which
   * costs one of the errors that FortiCare allows in an hour.
   */
  async confirm(serial: string, signal: AbortSignal): Promise<Product | undefined> {
    const listed = await this.find(serial, signal);
    return listed ?? this.client.products.find(serial, { accountId: this.accountId, confirm: true, signal });
  }

  /** All products that lists have. */
  async all(signal: AbortSignal): Promise<Product[]> {
    const isCurrent =
      this.freshSweep(maxAgeMs) !== undefined && [...this.notes.values()].every((note) => this.isOver(note));
    const { products } = isCurrent ? (this.sweep as Sweep) : await this.sweeping.run(signal);
    return [...products.values()];
  }

  /** A product as FortiCare has just told it. */
  learned(product: Product): void {
    this.note(product.serialNumber, product);
  }

  /** Something was done to these products, or to nobody knows which: the next look is a new one. */
  changed(...serials: string[]): void {
    if (serials.length === 0) {
      this.sweep = undefined;
      this.notes.clear();
      this.singleLooks = 0;
    }
    for (const serial of serials) this.note(serial, undefined);
  }

  private note(serial: string, product: Product | undefined): void {
    this.notes.set(normalizeSerial(serial), { order: ++this.events, notedAt: systemClock.now(), product });
  }

  private freshSweep(ageMs = this.sweep?.maxAgeMs ?? 0): Sweep | undefined {
    return this.sweep && systemClock.now() - this.sweep.startedAt <= ageMs ? this.sweep : undefined;
  }

  private isOver({ order }: Note): boolean {
    return this.sweep !== undefined && this.sweep.order > order;
  }

  /** What needs no look; undefined when one is needed. */
  private known(serial: string): { product: Product | undefined } | undefined {
    const note = this.notes.get(serial);
    const sweep = this.freshSweep();
    if (sweep && (!note || this.isOver(note))) {
      const product = sweep.products.get(serial);
      if (product || !note) return { product };
    }
    // What has no entitlement is in no list, though this run has just registered it.
    return note?.product && systemClock.now() - note.notedAt <= maxAgeMs ? { product: note.product } : undefined;
  }

  private async lookTogether(
    serials: readonly string[],
    signal: AbortSignal,
  ): Promise<(Product | undefined | Error)[]> {
    const open = [...new Set(serials)].filter((serial) => !this.known(serial));
    const found = new Map<string, Product | Error>();
    if (open.length > 0 && this.singleLooks + open.length <= fewLooks) {
      this.singleLooks += open.length;
      await Promise.all(
        open.map(async (serial) => {
          const product = await this.lookAt(serial, signal);
          if (product) found.set(serial, product);
        }),
      );
    } else if (open.length > 0) {
      const { products } = await this.sweeping.run(signal);
      for (const serial of open) {
        const product = products.get(serial);
        if (product) found.set(serial, product);
      }
    }
    return serials.map((serial) => found.get(serial) ?? this.known(serial)?.product);
  }

  /** A failure is one of this look alone: it names the serial. */
  private lookAt(serial: string, signal: AbortSignal): Promise<Product | undefined | Error> {
    return this.client.products.find(serial, { accountId: this.accountId, signal }).catch((error: unknown) => {
      if (error instanceof Error) return error;
      throw error;
    });
  }

  private async load(signal: AbortSignal): Promise<Sweep> {
    const order = ++this.events;
    const startedAt = systemClock.now();
    const { products, pages } = await this.client.products.list({ accountId: this.accountId }, { signal });
    this.sweep = {
      order,
      startedAt,
      maxAgeMs: Math.max(maxAgeMs, pages * maxAgePerPageMs),
      products: new Map(products.map((product) => [product.serialNumber, product])),
    };
    return this.sweep;
  }
}
