import type { Clock } from "../../core/clock";
import type { Inventory } from "../inventory";
import { folded } from "./fields";
import type { Product } from "./types";
import type { ForticareVariants } from "./variants";
import type { ForticareWorld } from "./world";

/** Kinds of products that FortiZTP provisions. */
const ztpKinds = new Set(["FortiGate", "FortiAP", "FortiSwitch", "FortiExtender"]);

/** Keeps one inventory of two services: what FortiZTP shows of an account are products that the account registered. */
export class ZtpLink {
  readonly #arrivals = new Map<string, () => void>();

  constructor(
    private readonly world: ForticareWorld,
    private readonly inventories: ReadonlyMap<string, Inventory>,
    private readonly clock: Clock,
    private readonly variants: ForticareVariants,
  ) {}

  /** Follows what happened to FortiZTP's inventories from outside: a new device is a registered product, one gone is none. */
  follow(): void {
    for (const product of this.world.products.values()) {
      if (product.inFortiZtp && !this.#holds(product)) this.world.products.delete(product.serialNumber);
    }
    for (const [account, { devices }] of this.inventories) {
      for (const device of devices.values()) {
        const known = this.world.products.get(folded(device.deviceSN));
        if (known) {
          if (known.account === account) known.inFortiZtp = true;
          continue;
        }
        const productModel = (device.model ?? device.deviceType).replace("-", " ");
        const { virtual } = device;
        this.world.addProduct({ serialNumber: device.deviceSN, productModel, virtual, account }).inFortiZtp = true;
      }
    }
  }

  /** A product was registered, moved here or restored: FortiZTP gets it, unprovisioned, so many milliseconds later. */
  arrive(product: Product, delayMs = this.variants.ztpDelayMs): void {
    this.#cancel(product);
    const [kind = ""] = product.productModel.split(" ");
    if (!ztpKinds.has(kind) || product.status !== "Registered" || product.isDecommissioned || this.#holds(product))
      return;
    const add = (): void => {
      this.#arrivals.delete(product.serialNumber);
      const { serialNumber, productModel, virtual } = product;
      this.inventories
        .get(product.account)
        ?.addDevices([{ deviceSN: serialNumber, deviceType: kind, model: productModel.replace(" ", "-"), virtual }]);
      product.inFortiZtp = true;
    };
    if (delayMs === 0) add();
    else this.#arrivals.set(product.serialNumber, this.clock.schedule(delayMs, add));
  }

  /** A product leaves its account or is decommissioned: FortiZTP forgets it at once. */
  leave(product: Product): void {
    this.#cancel(product);
    const inventory = this.inventories.get(product.account);
    const device = this.#device(product);
    if (inventory && device !== undefined) inventory.removeDevice(device);
    product.inFortiZtp = false;
  }

  /** Drops what is on its way. */
  stop(): void {
    for (const cancel of this.#arrivals.values()) cancel();
    this.#arrivals.clear();
  }

  #holds(product: Product): boolean {
    return this.#device(product) !== undefined;
  }

  /** The serial as FortiZTP writes it. */
  #device({ account, serialNumber }: Product): string | undefined {
    const devices = this.inventories.get(account)?.devices;
    if (!devices || devices.has(serialNumber)) return devices && serialNumber;
    return [...devices.keys()].find((serial) => folded(serial) === serialNumber);
  }

  #cancel({ serialNumber }: Product): void {
    this.#arrivals.get(serialNumber)?.();
    this.#arrivals.delete(serialNumber);
  }
}
