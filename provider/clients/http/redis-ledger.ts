import { createHash, randomUUID } from "node:crypto";
import { type Clock, systemClock } from "./clock";
import {
  type BudgetLedger,
  type BudgetWindow,
  type Claim,
  claimMs,
  countErrors,
  type LedgerUsage,
  marginMs,
  memoryOf,
  roomOf,
  type Shortage,
} from "./ledger";
import { type Patience, RedisConnection } from "./redis-connection";
import { errorsScript, pauseScript, releaseScript, takeScript, usageScript } from "./redis-scripts";

/** What a `RedisLedger` is made of. */
export interface RedisLedgerOptions {
  /** `redis://` or, with TLS, `rediss://`; may hold a user, a password and a database number. */
  url: string;
  /** Service and account. Only its SHA-256 gets into Redis. */
  key: string;
  patience?: Patience;
  /** In place of the time of the server. */
  clock?: Clock;
}

/**
 * Logs in Redis, which runners on several machines share. Each step is one script, so that it is whole for all of
 * them, and goes by the time of the server: their clocks may differ by more than a window has room for.
 * `tryTake` and `usage` reject with `LedgerUnavailable`; what was lost of the others makes the next take do so.
 */
export class RedisLedger implements BudgetLedger {
  private readonly connection: RedisConnection;
  private readonly keys: readonly string[];
  private readonly clock: Clock;
  private readonly time: () => string;
  private readonly id = randomUUID();
  private steps = 0;
  /** How long errors count, as the last take said. */
  private memoryMs = marginMs + 3_600_000;
  private lost: unknown;

  constructor({ url, key, patience, clock }: RedisLedgerOptions) {
    this.connection = new RedisConnection(url, patience);
    const account = createHash("sha256").update(key).digest("hex");
    // The braces keep the keys on one node of a cluster.
    this.keys = ["calls", "errors", "pause", "claims"].map((name) => `pulumi-ztp:budget:{${account}}:${name}`);
    this.clock = clock ?? systemClock;
    this.time = clock ? () => String(Math.round(clock.now())) : () => "";
  }

  async tryTake(windows: readonly BudgetWindow[], claim?: Claim): Promise<Shortage | undefined> {
    if (this.lost) throw this.lost;
    this.memoryMs = memoryOf(windows);
    const sizes = windows.flatMap((window) => [window.counts, roomOf(window), window.perMs, window.aligned ? 1 : 0]);
    const claimed = claim && countErrors(windows) ? claim.id : "";
    const call = [this.nextId(), this.id, claimed, claim?.errors ?? 1];
    const answer = await this.run(takeScript, ...call, claimMs, marginMs, this.memoryMs, ...sizes);
    if (this.lost) throw this.lost;
    if (!Array.isArray(answer)) return undefined;
    const [of, waitMs] = answer as [Shortage["of"], string];
    return { of, waitMs: waitMs === "inf" ? Number.POSITIVE_INFINITY : Number(waitMs) };
  }

  release(id: string): void {
    this.send(releaseScript, id);
  }

  recordErrors(count: number): void {
    this.send(errorsScript, this.nextId(), count, this.memoryMs);
  }

  pauseUntil(time: number): void {
    const forMs = Math.ceil(time - this.clock.now());
    if (forMs > 0) this.send(pauseScript, forMs);
  }

  async usage(windows: readonly BudgetWindow[]): Promise<LedgerUsage> {
    const spans = windows.flatMap(({ counts, perMs, aligned }) => [counts, perMs, aligned ? 1 : 0]);
    const [pauseMs, ...used] = (await this.run(usageScript, marginMs, ...spans)) as [string, ...number[]];
    return { used, pausedUntil: this.clock.now() + Number(pauseMs) };
  }

  close(): void {
    this.connection.close();
  }

  private nextId(): string {
    return `${this.id}:${++this.steps}`;
  }

  /** One connection keeps the order: a later take comes after this. */
  private send(script: string, ...args: (string | number)[]): void {
    this.run(script, ...args).catch((error: unknown) => {
      this.lost ??= error;
    });
  }

  private run(script: string, ...args: (string | number)[]): Promise<unknown> {
    return this.connection.run(script, this.keys, [this.time(), ...args]);
  }
}
