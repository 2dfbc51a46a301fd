import { isVendorError, VendorError } from "../http/errors";
import type { CallOptions } from "./calls";
import { type ForticareCalls, system } from "./forticare-calls";
import { lookAgain } from "./forticare-looks";
import type { ProductReads } from "./forticare-product-reads";
import type { Product } from "./forticare-types";
import { batchLimit, mostFailures, readUnits, type UnitResults, unitsTogether } from "./forticare-units";
import { normalizeSerial } from "./lists";

/** A change of many products at once. */
export interface BulkChange extends CallOptions {
  path: string;
  /** What goes with the serials. */
  json: Readonly<Record<string, unknown>>;
  /** As it follows "could not", but for the product: "move". */
  verb: string;
  /** What a look at a product tells. */
  isDone: (product: Product) => boolean;
  /** Where to look for the products. */
  accountId?: number;
  /** The answer has a result for each product. Default: it tells nothing of them. */
  units?: boolean;
}

/** What became of one product: undefined if it is as desired, else why not. */
export type Outcome = VendorError | undefined;

/** Changes products, ten a call one after the other, and looks with one sweep what came of it. Throws nothing. */
export async function changeMany(
  calls: ForticareCalls,
  reads: ProductReads,
  serials: readonly string[],
  change: BulkChange,
): Promise<Outcome[]> {
  const work = new BulkWork(calls, reads, change);
  const distinct = [...new Set(serials.map(normalizeSerial))];
  let end: Outcome;
  let left = distinct;
  while (left.length > 0 && !end) {
    const size = change.units ? await unitsTogether(calls) : batchLimit;
    end = await work.send(left.slice(0, size));
    left = left.slice(size);
  }
  if (end) work.fail(left, notAttempted(end));
  await work.settle(distinct);
  return serials.map((serial) => work.failures.get(normalizeSerial(serial)));
}

class BulkWork {
  readonly failures = new Map<string, VendorError>();
  /** Of these it is known what became of them. */
  private readonly settled = new Set<string>();
  private readonly listed = new Set<string>();

  constructor(
    private readonly calls: ForticareCalls,
    private readonly reads: ProductReads,
    private readonly change: BulkChange,
  ) {}

  fail(serials: readonly string[], failure: VendorError): void {
    for (const serial of serials) this.failures.set(serial, failure.with({ action: this.actionOf(serial) }));
  }

  /** Sends one chunk, and once more what of it the refusal does not name. Answers why nothing else is worth sending, if so. */
  async send(chunk: readonly string[]): Promise<Outcome> {
    const failure = await this.sendOnce(chunk);
    if (!failure) return undefined;
    this.fail(chunk, failure);
    if (failure.ambiguous) return undefined;
    if (!isRefusal(failure)) return failure;
    const others = chunk.filter((serial) => !names(failure, serial));
    if (others.length === 0 || others.length === chunk.length) return undefined;
    try {
      // Some of them may be changed already, and may not be changed twice.
      const done = await this.doneAmong(others);
      for (const serial of others) this.failures.delete(serial);
      const left = others.filter((serial) => !done.has(serial));
      const second = left.length > 0 ? await this.sendOnce(left) : undefined;
      if (second) this.fail(left, second);
      return second?.ambiguous || isRefusal(second) ? undefined : second;
    } catch (error) {
      this.fail(others, asFailure(error));
      return undefined;
    }
  }

  /** Looks what is done: patiently at what was accepted and at what nobody knows. */
  async settle(serials: readonly string[]): Promise<void> {
    const unsettled = () =>
      serials.filter((serial) => this.failures.get(serial)?.ambiguous ?? !this.settled.has(serial));
    try {
      // Of a refused chunk a part may be done, too.
      const sent = (serial: string) => !this.failures.get(serial)?.notAttempted && !this.settled.has(serial);
      this.note(await this.doneAmong(serials.filter(sent)));
      await this.lookAtHidden(unsettled());
      if (unsettled().length === 0) return;
      await lookAgain(
        async () => {
          this.note(await this.doneAmong(unsettled()));
          return unsettled().length === 0 || undefined;
        },
        this.calls.clock,
        this.change.signal,
      );
      for (const serial of unsettled()) this.doubt(serial, "Run again: what is done is then left as it is.");
    } catch (error) {
      for (const serial of unsettled()) this.doubt(serial, `It could not be checked (${asFailure(error).message})`);
    }
  }

  private note(done: ReadonlySet<string>): void {
    for (const serial of done) {
      this.failures.delete(serial);
      this.settled.add(serial);
    }
  }

  private async sendOnce(serialNumbers: readonly string[]): Promise<Outcome> {
    const { path, json, verb, signal, units } = this.change;
    const [first = "", second] = serialNumbers;
    const action = second === undefined ? this.actionOf(first) : `${verb} ${serialNumbers.length} products`;
    const actionOf = (serial: string) => this.actionOf(serial);
    try {
      const answer = await this.calls.write<UnitResults>({
        path,
        json: { ...json, serialNumbers },
        action,
        batchSize: serialNumbers.length,
        units,
        mayFail: units ? Math.min(serialNumbers.length, mostFailures) : 1,
        errorsIn: ({ errors }) => errors,
        read: (body) => (units ? readUnits(this.calls, body, { path, actionOf }) : { results: new Map(), errors: 0 }),
        signal,
      });
      this.take(answer);
      return undefined;
    } catch (error) {
      return asFailure(error);
    }
  }

  private take({ results }: UnitResults): void {
    for (const [serial, result] of results) {
      this.settled.add(serial);
      if (result instanceof VendorError) this.failures.set(serial, result);
    }
  }

  private async doneAmong(serials: readonly string[]): Promise<Set<string>> {
    const { isDone, accountId, signal } = this.change;
    const { products } = await this.reads.list({ serials, accountId }, { signal });
    for (const { serialNumber } of products) this.listed.add(serialNumber);
    return new Set(products.filter(isDone).map(({ serialNumber }) => serialNumber));
  }

  /** What no list shows: with no entitlement a product is in none. */
  private async lookAtHidden(serials: readonly string[]): Promise<void> {
    const { isDone, accountId, signal } = this.change;
    for (const serial of serials.filter((candidate) => !this.listed.has(candidate))) {
      const product = await this.reads.findHidden(serial, { accountId, signal });
      if (product && isDone(product)) this.note(new Set([serial]));
      // The answer no counts as an error, and will be the same for the others.
      if (!product) return;
    }
  }

  private doubt(serial: string, hint: string): void {
    const { units } = this.change;
    const reason = units ? "the answer says nothing about it" : "it was accepted, but the product does not show it";
    const facts = { kind: "rejected", system, reason, transient: true } as const;
    const failure = this.failures.get(serial) ?? new VendorError(facts);
    this.failures.set(serial, failure.with({ action: this.actionOf(serial), ambiguous: true, hint }));
  }

  private actionOf(serial: string): string {
    return `${this.change.verb} product ${serial}`;
  }
}

function isRefusal(failure: Outcome): boolean {
  return isVendorError(failure, "rejected", "not-found");
}

/** The same failure for what was to come after it. */
export function notAttempted(failure: VendorError): VendorError {
  if (failure.notAttempted) return failure;
  const hint = ["It was not sent, since that happened before its turn.", failure.hint].filter(Boolean).join(" ");
  return failure.with({ notAttempted: true, ambiguous: false, hint });
}

/** What was thrown, if it is a failure of a call; else it is thrown again. */
export function asFailure(error: unknown): VendorError {
  if (isVendorError(error)) return error;
  throw error;
}

function names(failure: VendorError, serial: string): boolean {
  const words = (failure.vendorMessage ?? "").toUpperCase().split(/[^A-Z0-9]+/);
  return words.includes(serial);
}
