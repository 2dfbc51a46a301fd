import type { Outcome, RegisteredProduct, RegistrationUnit } from "../../clients/fortinet/forticare";
import { Batcher } from "../../clients/http/batch";
import { Pace } from "../../clients/http/pace";
import { Turns } from "../../clients/http/turns";
import type { Account } from "./assets";

/** Who hands over products: the engine, resource by resource, or one resource, many at once. */
export type ProductsFrom = "engine" | "resource";

/** Units in one call. */
const unitsPerCall = 10;
/** Serials that are written, ten a call, and then looked at together. */
const serialsTogether = 50;
/** How long no product must have come until a batch leaves that is not full; the most only while a big state is saved. */
const quietMs = { least: 200, most: 15_000 };
/** The same for products that one resource hands over at once. */
const togetherMs = 20;

interface Write {
  serial: string;
  signal: AbortSignal;
}
type Registering = Write & { unit: RegistrationUnit };
type Moving = Write & { folderId: number };
type Transferring = Write & { from: number; to: number };

/**
 * Where writes of many products become few calls, one after the other: what goes wrong must be able to stop the rest.
 * Each write is settled only when FortiCare has taken or refused it, or when nobody can tell; then what is listed of the
 * product is out of date.
 */
export class ProductLane {
  private readonly transfers: Batcher<Transferring, undefined>;
  private readonly registrations: Batcher<Registering, RegisteredProduct>;
  private readonly moves: Batcher<Moving, undefined>;
  private readonly decommissions: Batcher<Write, undefined>;
  private readonly pace: Pace | undefined;
  /** One unit a serial travels in a batch, so the next waits. */
  private readonly turns = new Map<string, Turns>();

  constructor(
    private readonly account: Account,
    private readonly handedOverBy: ProductsFrom,
  ) {
    const { id: accountId } = account;
    const { products } = account.client;
    this.transfers = this.batcher<Transferring, undefined>(serialsTogether, (writes, signal) =>
      inGroups(writes, keyOfTransfer, (serials, { from, to }) => products.transfer(serials, from, to, { signal })),
    );
    this.registrations = this.batcher<Registering, RegisteredProduct>(unitsPerCall, async (writes, signal) => {
      const units = writes.map(({ unit }) => unit);
      return products.register(units, { accountId, signal });
    });
    this.moves = this.batcher<Moving, undefined>(serialsTogether, (writes, signal) =>
      inGroups(writes, keyOfMove, (serials, { folderId }) => products.move(serials, folderId, { accountId, signal })),
    );
    this.decommissions = this.batcher<Write, undefined>(serialsTogether, (writes, signal) => {
      const serials = writes.map(({ serial }) => serial);
      return products.decommission(serials, { accountId, signal });
    });
    const stages = [this.transfers, this.registrations, this.moves, this.decommissions];
    if (handedOverBy === "engine") this.pace = new Pace({ stages, quietMs });
  }

  /** Registers a product, or adds a contract to one that is registered. */
  async register(unit: RegistrationUnit, signal: AbortSignal): Promise<RegisteredProduct> {
    const serial = unit.serialNumber;
    const turns = this.turns.get(serial) ?? new Turns();
    this.turns.set(serial, turns);
    const product = await turns.run(() => this.write(this.registrations, { serial, unit, signal }), signal);
    this.account.products.learned(product);
    return product;
  }

  /** Moves a product to a folder, 0 being the root. */
  move(serial: string, folderId: number, signal: AbortSignal): Promise<undefined> {
    return this.write(this.moves, { serial, folderId, signal });
  }

  decommission(serial: string, signal: AbortSignal): Promise<undefined> {
    return this.write(this.decommissions, { serial, signal });
  }

  /** Gives a product from one account of the organization to another. To be asked of the account that gets it. */
  transfer(serial: string, accounts: { from: number; to: number }, signal: AbortSignal): Promise<undefined> {
    return this.write(this.transfers, { serial, ...accounts, signal });
  }

  private async write<Item extends Write, Result>(batcher: Batcher<Item, Result>, item: Item): Promise<Result> {
    try {
      const written = batcher.add(item, item.signal);
      this.pace?.arrived();
      return await written;
    } finally {
      this.account.products.changed(item.serial);
      this.account.folders.changed();
    }
  }

  private batcher<Item extends Write, Result>(
    together: number,
    run: (items: readonly Item[], signal: AbortSignal) => Promise<readonly (Result | Error)[]>,
  ): Batcher<Item, Result> {
    const engine = this.handedOverBy === "engine";
    return new Batcher({
      maxSize: engine ? together : Number.POSITIVE_INFINITY,
      finishSent: true,
      quietMs: engine ? undefined : togetherMs,
      run: (items) => run(items, whenAllGiveUp(items)),
    });
  }
}

const keyOfMove = ({ folderId }: Moving): string => String(folderId);
const keyOfTransfer = ({ from, to }: Transferring): string => `${from} ${to}`;

/** Does the same to all writes of one kind at once, one kind after the other. One outcome each, in order. */
async function inGroups<Item extends Write>(
  writes: readonly Item[],
  keyOf: (write: Item) => string,
  run: (serials: string[], first: Item) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  for (const group of Map.groupBy(writes, keyOf).values()) {
    const serials = group.map(({ serial }) => serial);
    const results = await run(serials, group[0] as Item);
    for (const [index, serial] of serials.entries()) outcomes.set(serial, results[index]);
  }
  return writes.map(({ serial }) => outcomes.get(serial));
}

/** What is sent is finished, but what still waits for its turn or for the budget is not sent when nobody wants it any more. */
function whenAllGiveUp(writes: readonly Write[]): AbortSignal {
  const controller = new AbortController();
  let left = writes.length;
  for (const { signal } of writes) {
    const gone = () => --left === 0 && controller.abort(signal.reason);
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
  }
  return controller.signal;
}
