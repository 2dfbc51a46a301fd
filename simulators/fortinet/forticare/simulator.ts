import type { Clock } from "../../core/clock";
import type { ServiceDefinition } from "../../core/service";
import type { Inventory } from "../inventory";
import type { Tokens } from "../tokens";
import { folded } from "./fields";
import { Ledger, type Usage } from "./limits";
import { defaultForticare } from "./seeds";
import { forticareService } from "./service";
import type { ForticareSeed, Product, ProductSeed } from "./types";
import {
  changeForticareVariants,
  defaultForticareVariants,
  type ForticareVariantChange,
  type ForticareVariants,
} from "./variants";
import { ForticareWorld } from "./world";
import { ZtpLink } from "./ztp-link";

/** How the simulated FortiCare starts. */
export interface ForticareOptions extends ForticareSeed {
  /** Behaviour that differs from the default. */
  variants?: ForticareVariantChange;
}

/** What FortiCare shares with FortiCloud's other services. */
export interface ForticareSurroundings {
  readonly clock: Clock;
  readonly tokens: Tokens;
  /** FortiZTP's inventories, by account. */
  readonly inventories: ReadonlyMap<string, Inventory>;
  /** The account that seeds mean unless they name another. */
  readonly mainAccount: string;
}

/** Simulated FortiCare: asset management of the same accounts as FortiZTP. */
export class ForticareSimulator {
  /** Behaviour; assign to its members at any time. */
  readonly variants: ForticareVariants = defaultForticareVariants();
  readonly world: ForticareWorld;
  readonly #ledger = new Ledger();
  readonly #ztp: ZtpLink;
  readonly #options: ForticareOptions;
  readonly #surroundings: ForticareSurroundings;

  constructor(options: ForticareOptions, surroundings: ForticareSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    const { clock, inventories, mainAccount } = surroundings;
    this.world = new ForticareWorld(clock, this.variants, mainAccount);
    this.#ztp = new ZtpLink(this.world, inventories, clock, this.variants);
  }

  /** Products by serial, those of FortiZTP's inventories as they are now. */
  get products(): Map<string, Product> {
    this.#ztp.follow();
    return this.world.products;
  }

  /** Adds products to accounts, or replaces those with the same serial; FortiZTP has its share at once. */
  seed(products: ProductSeed[]): void {
    for (const seed of products) this.#ztp.arrive(this.world.addProduct(seed), 0);
  }

  /** Changes a product as somebody else would, in the portal: also restores a decommissioned one. Throws for an unknown serial. */
  patch(serialNumber: string, change: Partial<Omit<ProductSeed, "serialNumber" | "account">>): Product {
    const product = this.products.get(folded(serialNumber));
    if (!product) throw new Error(`There is no product ${serialNumber}.`);
    Object.assign(product, change);
    if (product.isDecommissioned || product.status === "Pending") this.#ztp.leave(product);
    else this.#ztp.arrive(product, 0);
    return product;
  }

  /** Takes a product out of its account, and out of FortiZTP. */
  remove(serialNumber: string): void {
    const product = this.products.get(folded(serialNumber));
    if (!product) return;
    this.#ztp.leave(product);
    this.world.products.delete(product.serialNumber);
  }

  /** What every API user has used of the limits. */
  usage(): Usage[] {
    return this.#ledger.usage(this.#surroundings.clock.now(), this.variants);
  }

  /** Gives every API user the full limits again. */
  forgetUsage(): void {
    this.#ledger.clear();
  }

  /** Back to the start; FortiZTP's inventories first. */
  reset(): void {
    Object.assign(this.variants, defaultForticareVariants());
    changeForticareVariants(this.variants, this.#options.variants ?? {});
    this.stop();
    this.#ledger.clear();
    const { clock, inventories } = this.#surroundings;
    const given = Object.entries(this.#options).filter(([name, item]) => name !== "variants" && item !== undefined);
    const seed = Object.assign(defaultForticare(clock.now()), Object.fromEntries(given));
    this.world.clear(inventories.keys(), seed.accountIds);
    this.#ztp.follow();
    this.world.stockUp(seed);
    this.seed(seed.products);
    this.world.sell(seed);
  }

  /** The service, to listen for. */
  service(): ServiceDefinition {
    const { clock, tokens } = this.#surroundings;
    const { variants, world } = this;
    return forticareService({
      tokens,
      variants,
      world,
      ledger: this.#ledger,
      ztp: this.#ztp,
      now: () => clock.now(),
    });
  }

  /** Drops what is on its way to FortiZTP. */
  stop(): void {
    this.#ztp.stop();
  }
}
