import { VendorError } from "../../clients/http/errors";
import { chunksOf } from "../../clients/http/lists";
import type { Context } from "../../core/resource";
import { failureOf, shortened } from "../sets";
import type { Account } from "./account";
import { deadlineOf } from "./device-work";
import type { OrgInventory, Waiting } from "./org-inventory";

/** Things that one call can carry many of, by what the program calls the devices that each stands for. */
export type Named<Thing> = readonly [thing: Thing, names: readonly string[]];

/** What happens to many devices of an inventory together: the failure of one stops no other, and all are told at the end. */
export class Bulk {
  private readonly failures = new Map<string, Error>();
  /** Failures of whole calls, by what they say. */
  private readonly ofCalls = new Map<string, Error>();
  private readonly warnings: string[] = [];

  constructor(
    readonly account: Account,
    readonly inventory: OrgInventory,
    readonly context: Context,
    readonly timeoutSeconds: number,
  ) {}

  get signal(): AbortSignal {
    return this.context.signal;
  }

  /** How long what Mist takes from now on may take to show. */
  waiting(): Waiting {
    return { signal: this.signal, deadline: deadlineOf(this) };
  }

  fail(names: readonly string[], error: Error): void {
    for (const name of names) this.failures.set(name, error);
  }

  hasFailed(name: string): boolean {
    return this.failures.has(name);
  }

  warn(sentence: string): void {
    this.warnings.push(sentence);
  }

  /**
   * Sends things in calls of at most `size`, several at once.
   * @param what is done to how many devices, as in "assign 100 devices"
   * @param took told of each thing that Mist has not refused, as soon as its call has ended
   */
  async send<Thing, Outcome>(
    things: readonly Named<Thing>[],
    { size, verb }: { size: number; verb: string },
    call: (chunk: Thing[]) => Promise<readonly (Outcome | VendorError)[]>,
    took: (named: Named<Thing>, outcome: Outcome) => void,
  ): Promise<void> {
    if (things.length === 0) return;
    this.account.assertWritable(`the inventory of organization ${this.inventory.id}`);
    let sent = 0;
    const calls = chunksOf(things, size).map(async (chunk) => {
      const outcomes = await call(chunk.map(([thing]) => thing));
      for (const [index, named] of chunk.entries()) {
        const outcome = outcomes[index] as Outcome | VendorError;
        if (outcome instanceof VendorError) this.fail(named[1], this.ofCall(outcome, verb));
        else took(named, outcome);
      }
      sent += chunk.length;
      this.context.progress(`${verb}: ${sent} of ${things.length} devices`);
    });
    // What is on its way when the run is canceled is carried out, and must not be forgotten.
    const ends = await Promise.allSettled(calls);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /**
   * Tells of all that there is to tell.
   * @throws Error that names the devices that failed
   */
  finish(total: number): void {
    if (this.warnings.length > 0) this.context.warn(shortened(this.warnings).join("\n"));
    if (this.failures.size === 0) return;
    this.signal.throwIfAborted();
    const [[name, { message }]] = [...this.failures] as [[string, Error]];
    throw total === 1 ? new Error(`${name}: ${message}`) : failureOf(this.failures, total, "devices");
  }

  /** A call that failed as a whole says the same of each of its devices: without their names it is told once. */
  private ofCall(error: VendorError, verb: string): Error {
    if (error.method === undefined) return error;
    const general = error.with({ action: `${verb} devices` });
    const known = this.ofCalls.get(general.message) ?? general;
    this.ofCalls.set(general.message, known);
    return known;
  }
}
