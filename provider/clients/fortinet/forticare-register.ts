import { VendorError } from "../http/errors";
import { Turns } from "../http/turns";
import type { CallOptions } from "./calls";
import { asFailure, notAttempted } from "./forticare-bulk";
import { type ForticareCalls, system } from "./forticare-calls";
import { lookAgain } from "./forticare-looks";
import type { ProductReads } from "./forticare-product-reads";
import type { RegistrationUnit } from "./forticare-requests";
import type { Product, RegisteredProduct } from "./forticare-types";
import { mostFailures, readUnits, type UnitResults, unitsTogether } from "./forticare-units";
import { registrationToWire } from "./forticare-wire";
import { normalizeSerial } from "./lists";

/** The product as it is registered, or why it is not. */
export type Registration = RegisteredProduct | VendorError;

export interface RegisterOptions extends CallOptions {
  /** Needed if the scope of the API user is an organization. */
  accountId?: number;
}

const path = "/products/register";

/** Registers products, ten a call, one call after the other. */
export class Registrar {
  // A batch that goes wrong must be able to stop the next.
  private readonly turns = new Turns();

  constructor(
    private readonly calls: ForticareCalls,
    private readonly reads: ProductReads,
  ) {}

  /** Registers all that can be, and answers with one outcome each, in order. Throws nothing. */
  register(units: readonly RegistrationUnit[], options: RegisterOptions = {}): Promise<Registration[]> {
    return this.turns.run(() => new Work(this.calls, this.reads, options).run(units));
  }
}

class Work {
  private readonly outcomes = new Map<string, Registration>();
  /** Why nothing else is sent. */
  private end: VendorError | undefined;
  /** Batches in a row that were refused as a whole for one of their products. */
  private refusals = 0;

  constructor(
    private readonly calls: ForticareCalls,
    private readonly reads: ProductReads,
    private readonly options: RegisterOptions,
  ) {}

  async run(units: readonly RegistrationUnit[]): Promise<Registration[]> {
    this.calls.keepSecret(...units.flatMap(({ cloudKey, contractNumber }) => [cloudKey, contractNumber]));
    const firsts = new Map(units.toReversed().map((unit) => [serialOf(unit), unit]));
    let left = [...firsts.values()].reverse();
    while (left.length > 0 && !this.end) {
      const size = await unitsTogether(this.calls);
      const batch = left.slice(0, size);
      const again = await this.send(batch);
      left = [...again, ...left.slice(size)];
      const failed = batch.filter((unit) => this.outcomes.get(serialOf(unit)) instanceof VendorError);
      if (failed.length > mostFailures) this.end ??= tooManyFailed(failed.length);
    }
    if (this.end) this.fail(left, notAttempted(this.end));
    return units.map((unit) => {
      const outcome = firsts.get(serialOf(unit)) === unit ? this.outcomes.get(serialOf(unit)) : undefined;
      return outcome ?? givenTwice(unit);
    });
  }

  /** Sends units together. Answers with those that are to be sent again, because one of them made FortiCare refuse all. */
  private async send(units: readonly RegistrationUnit[]): Promise<RegistrationUnit[]> {
    const answer = await this.sendOnce(units);
    const named = answer instanceof VendorError ? namedIn(answer, units) : [];
    this.refusals = named.length > 0 ? this.refusals + 1 : 0;
    if (!(answer instanceof VendorError)) await this.settle(units, answer);
    else if (named.length === 0) await this.failTogether(units, answer);
    else this.fail(named, answer);
    const others = named.length > 0 ? units.filter((unit) => !named.includes(unit)) : [];
    if (this.refusals < 2 || others.length === 0) return others;
    await this.sendSingly(others);
    return [];
  }

  private async sendSingly(units: readonly RegistrationUnit[]): Promise<void> {
    const errorsLeft = await this.calls.errorsLeft();
    if (errorsLeft < units.length) {
      const few = `the ${errorsLeft} errors that are left in this hour are too few to send ${units.length} one by one`;
      const reason = `two batches in a row were refused, each for a malformed product, and ${few}`;
      const hint = "Correct those two products and run again.";
      return this.fail(units, new VendorError({ kind: "rejected", system, reason, hint, notAttempted: true }));
    }
    for (const unit of units) {
      if (this.end) this.fail([unit], notAttempted(this.end));
      else await this.send([unit]);
    }
  }

  private async sendOnce(units: readonly RegistrationUnit[]): Promise<UnitResults | VendorError> {
    const { accountId, signal } = this.options;
    const [first] = units;
    try {
      return await this.calls.write<UnitResults>({
        path,
        json: registrationToWire(units, accountId),
        action: units.length === 1 && first ? actionOf(first) : `register ${units.length} products`,
        batchSize: units.length,
        units: true,
        mayFail: Math.min(units.length, mostFailures),
        errorsIn: ({ errors }) => errors,
        read: (body) => readUnits(this.calls, body, { path, actionOf: (serial) => `register product ${serial}` }),
        signal,
      });
    } catch (error) {
      return asFailure(error);
    }
  }

  /** Takes each unit's own result. Matched by serial: the order of an answer says nothing. */
  private async settle(units: readonly RegistrationUnit[], { results }: UnitResults): Promise<void> {
    const unknown: RegistrationUnit[] = [];
    for (const unit of units) {
      const result = results.get(serialOf(unit));
      if (!result) unknown.push(unit);
      else
        this.outcomes.set(serialOf(unit), result instanceof VendorError ? result : { ...result, knownFrom: "answer" });
    }
    const reason = "the answer says nothing about it";
    await this.verify(unknown, new VendorError({ kind: "rejected", system, path, reason, ambiguous: true }));
  }

  private async failTogether(units: readonly RegistrationUnit[], failure: VendorError): Promise<void> {
    if (!failure.ambiguous) {
      // What refuses one call in this way would refuse the next.
      if (failure.kind !== "rejected") this.end = failure;
      return this.fail(units, failure);
    }
    if ((await this.verify(units, failure, true)) > 0) this.end = failure;
  }

  /** Looks whether units are registered of which no answer tells. Answers how many could not be found. */
  private async verify(units: readonly RegistrationUnit[], cause: VendorError, deeply = false): Promise<number> {
    let left = units;
    const find = (products: readonly Product[]) => {
      left = left.filter((unit) => {
        const product = products.find((candidate) => isResultOf(unit, candidate));
        if (product) this.outcomes.set(serialOf(unit), { ...product, status: "Registered", knownFrom: "look" });
        return !product;
      });
      return left.length === 0 || undefined;
    };
    const { accountId, signal } = this.options;
    let hint = "No list has it, so nothing is known of it. Run again: what has been registered is found then.";
    try {
      const look = async () =>
        find((await this.reads.list({ serials: left.map(serialOf), accountId }, { signal })).products);
      if (left.length > 0) await lookAgain(look, this.calls.clock, signal);
      for (const unit of deeply && !signal?.aborted ? left : []) {
        const hidden = await this.reads.findHidden(serialOf(unit), { accountId, signal });
        // The answer no counts as an error, and will be the same for those after it.
        if (!hidden) break;
        find([hidden]);
      }
    } catch (error) {
      hint = `Whether it is registered could not be checked (${asFailure(error).message}) Run again later.`;
    }
    this.fail(left, cause.with({ ambiguous: true, transient: true, hint }));
    return left.length;
  }

  private fail(units: readonly RegistrationUnit[], failure: VendorError): void {
    for (const unit of units) this.outcomes.set(serialOf(unit), failure.with({ action: actionOf(unit) }));
  }
}

/** With a contract, only the contract proves that the call was carried out: the product may have been there before. */
function isResultOf(unit: RegistrationUnit, product: Product): boolean {
  if (serialOf(unit) !== product.serialNumber) return false;
  const wanted = normalizeSerial(unit.contractNumber ?? "");
  if (wanted === "") return true;
  return product.contracts.some(({ contractNumber = "" }) => normalizeSerial(contractNumber) === wanted);
}

/** The units that the words of a refusal name by their place in the batch. */
function namedIn(failure: VendorError, units: readonly RegistrationUnit[]): RegistrationUnit[] {
  if (failure.kind !== "rejected" || failure.ambiguous) return [];
  const places = [...(failure.vendorMessage ?? "").matchAll(/registration units\[(\d+)\]/gi)].map(([, index]) =>
    Number(index),
  );
  return units.filter((_, index) => places.includes(index));
}

function tooManyFailed(count: number): VendorError {
  const reason = `${count} products that were sent before it failed, and FortiCare allows few failures in an hour`;
  const hint = "Mend those first, then run again.";
  return new VendorError({ kind: "rejected", system, reason, hint, notAttempted: true });
}

function givenTwice(unit: RegistrationUnit): VendorError {
  const reason = "it is given more than once, and only the first was sent";
  return new VendorError({ kind: "rejected", system, action: actionOf(unit), reason, notAttempted: true });
}

function actionOf(unit: RegistrationUnit): string {
  return `register product ${serialOf(unit)}`;
}

function serialOf({ serialNumber }: RegistrationUnit): string {
  return normalizeSerial(serialNumber);
}
