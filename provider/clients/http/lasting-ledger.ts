import { join } from "node:path";
import type { Clock } from "./clock";
import {
  type BudgetLedger,
  type BudgetWindow,
  type Claim,
  type LedgerUsage,
  MemoryLedger,
  type Shortage,
} from "./ledger";
import { RedisLedger } from "./redis-ledger";
import { SqliteLedger } from "./sqlite-ledger";
import { stateFolder } from "./state-folder";

/** Where the budget of an account is kept. */
export interface LedgerPlace {
  /** A Redis that several machines share. Default: a file of this user on this machine. */
  redisUrl?: string;
  /** Told once if the file cannot be used. */
  onWarning?: (message: string) => void;
}

/** The ledger that outlives this process for `key` (service and account). Nothing is opened before it is first used. */
export function lastingLedger(key: string, { redisUrl, onWarning }: LedgerPlace = {}): BudgetLedger {
  if (redisUrl) return new RedisLedger({ url: redisUrl, key });
  const file = join(stateFolder(), "budget.sqlite");
  return new FileLedger({ file, open: () => new SqliteLedger({ file, key }), onWarning });
}

/** One that answers at once. */
interface SyncLedger extends BudgetLedger {
  tryTake(windows: readonly BudgetWindow[], claim?: Claim): Shortage | undefined;
  usage(windows: readonly BudgetWindow[]): LedgerUsage;
}

/** What a `FileLedger` is made of. */
export interface FileLedgerOptions {
  /** For the warning. */
  file: string;
  /** Called on first use. */
  open: () => SyncLedger;
  onWarning?: (message: string) => void;
  clock?: Clock;
}

/** A ledger in a file that must not fail a run: if the file cannot be used, this process counts for itself from there on. */
export class FileLedger implements BudgetLedger {
  /** Knows what this process has done itself, for the case that the file fails halfway. */
  private readonly memory: MemoryLedger;
  private current: SyncLedger | undefined;

  constructor(private readonly options: FileLedgerOptions) {
    this.memory = new MemoryLedger(options.clock);
  }

  tryTake(windows: readonly BudgetWindow[], claim?: Claim): Shortage | undefined {
    const shortage = this.use((ledger) => ledger.tryTake(windows, claim));
    if (!shortage && this.current !== this.memory) this.memory.tryTake(windows, claim);
    return shortage;
  }

  release(id: string): void {
    this.use((ledger) => ledger.release(id));
    if (this.current !== this.memory) this.memory.release(id);
  }

  recordErrors(count: number): void {
    this.use((ledger) => ledger.recordErrors(count));
    if (this.current !== this.memory) this.memory.recordErrors(count);
  }

  pauseUntil(time: number): void {
    this.use((ledger) => ledger.pauseUntil(time));
    this.memory.pauseUntil(time);
  }

  usage(windows: readonly BudgetWindow[]): LedgerUsage {
    return this.use((ledger) => ledger.usage(windows));
  }

  private use<T>(work: (ledger: SyncLedger) => T): T {
    if (this.current === this.memory) return work(this.memory);
    try {
      this.current ??= this.options.open();
      return work(this.current);
    } catch (error) {
      this.current = this.memory;
      this.options.onWarning?.(warning(this.options.file, error));
      return work(this.memory);
    }
  }
}

/** SQLite's result codes for a file that is no database, or a damaged one. */
const damaged = new Set([11, 26]);
const busy = new Set([5, 6]);

function warning(file: string, error: unknown): string {
  const { errcode, message } = error as { errcode?: number; message?: string };
  // Extended codes have the plain one in their lowest byte.
  const code = (errcode ?? 0) & 0xff;
  const hint = damaged.has(code)
    ? "Delete the file."
    : busy.has(code)
      ? "Look for a process that holds it."
      : "Make its folder writable, or name another one with ZTP_STATE_DIR.";
  return (
    `the calls made cannot be recorded in ${file} (${message ?? String(error)}), so this run does not see those of others, ` +
    `and the vendor's limits may be hit. ${hint}`
  );
}
