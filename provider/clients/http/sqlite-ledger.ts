import { createHash, randomUUID } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Clock, systemClock } from "./clock";
import {
  type BudgetLedger,
  type BudgetWindow,
  type Claim,
  claimMs,
  countErrors,
  countsSince,
  type LedgerUsage,
  type LedgerView,
  memoryOf,
  type Shortage,
  shortageIn,
} from "./ledger";
import { openDatabase } from "./sqlite";

/** Raised when tables change; an older version of us then counts for itself. One that only adds a table need not. */
const schemaVersion = 1;
const schema = `
  CREATE TABLE IF NOT EXISTS entries (account BLOB NOT NULL, counts TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS entries_by_time ON entries (account, counts, at);
  CREATE TABLE IF NOT EXISTS pauses
    (account BLOB PRIMARY KEY, until INTEGER NOT NULL, said INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS claims
    (id TEXT PRIMARY KEY, account BLOB NOT NULL, owner TEXT NOT NULL, errors INTEGER NOT NULL, at INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
`;

/** Longer than any window of a vendor: what other accounts have left behind is removed then. */
const dayMs = 24 * 3_600_000;

/** What a `SqliteLedger` is made of. */
export interface SqliteLedgerOptions {
  file: string;
  /** Service and account. Only its SHA-256 gets into the file. */
  key: string;
  /** Longest wait for another process, in milliseconds; the whole process stands still meanwhile. Default 2,000. */
  busyMs?: number;
  /** In place of the time of this machine. */
  clock?: Clock;
}

/**
 * Logs in a database file: they outlive the process, and all processes of one user on this machine share them.
 * A take is one transaction. All methods, and the constructor, throw what SQLite throws.
 */
export class SqliteLedger implements BudgetLedger {
  private readonly database: DatabaseSync;
  private readonly account: Buffer;
  private readonly clock: Clock;
  private readonly now: () => number;
  private readonly owner = randomUUID();
  private readonly statements: Statements;

  constructor({ file, key, busyMs = 2_000, clock }: SqliteLedgerOptions) {
    this.account = createHash("sha256").update(key).digest();
    this.clock = clock ?? systemClock;
    // Not the clock of this process, which stands still while the machine sleeps: others go by the time of day as well.
    this.now = clock ? () => Math.round(clock.now()) : Date.now;
    this.database = openDatabase(file, busyMs);
    try {
      this.database.exec("BEGIN IMMEDIATE");
      prepareTables(this.database, this.now() - dayMs);
      this.database.exec("COMMIT");
      this.statements = prepare(this.database);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  tryTake(windows: readonly BudgetWindow[], claim?: Claim): Shortage | undefined {
    const { account, statements, owner } = this;
    return this.transaction((now) => {
      statements.forget.run(account, now - memoryOf(windows));
      // Whoever takes is alive, and so are its calls, however long they last.
      if (countErrors(windows)) statements.renew.run(now, account, owner);
      const shortage = shortageIn(this.view(now), windows, claim?.errors ?? 1);
      if (!shortage) statements.record.run(account, "calls", now);
      if (!shortage && claim && countErrors(windows)) {
        statements.claim.run(claim.id, account, owner, claim.errors, now);
      }
      return shortage;
    });
  }

  release(id: string): void {
    this.statements.release.run(id);
  }

  recordErrors(count: number): void {
    this.transaction((now) => {
      for (let left = count; left > 0; left--) this.statements.record.run(this.account, "errors", now);
    });
  }

  pauseUntil(time: number): void {
    const forMs = Math.ceil(time - this.clock.now());
    if (forMs > 0) this.transaction((now) => this.statements.pause.run(this.account, now + forMs, now));
  }

  usage(windows: readonly BudgetWindow[]): LedgerUsage {
    return this.transaction((now) => {
      const used = windows.map((window) => {
        const row = this.statements.count.get(this.account, window.counts, countsSince(window, now));
        return Number(row?.used);
      });
      return { used, pausedUntil: this.clock.now() + this.view(now).pausedUntil - now };
    });
  }

  close(): void {
    this.database.close();
  }

  private view(now: number): LedgerView {
    const { account, statements } = this;
    const time = (row: Record<string, unknown> | undefined) => (row ? Number(row.at) : undefined);
    return {
      now,
      pausedUntil: time(statements.pausedUntil.get(account)) ?? 0,
      // One from the future was written before the clock was set back, by a process that is gone.
      claimed: Number(statements.claimed.get(account, now - claimMs, now)?.errors),
      latest: (counts, place) => time(statements.latest.get(account, counts, place - 1)),
    };
  }

  private transaction<T>(work: (now: number) => T): T {
    const { begin, commit, rollback, rejuvenate, shorten } = this.statements;
    begin.run();
    try {
      // Only now, when it is our turn: whoever comes later writes a later time.
      const now = this.now();
      // What seems to come was written before the clock was set back; it happened by now at the latest.
      rejuvenate.run(now, this.account, now);
      shorten.run(now, now, this.account, now);
      const result = work(now);
      commit.run();
      return result;
    } catch (error) {
      if (this.database.isTransaction) rollback.run();
      throw error;
    }
  }
}

function prepareTables(database: DatabaseSync, before: number): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (version !== 0 && version !== schemaVersion) throw new Error("another version of pulumi-ztp has made it");
  database.exec(`${schema} PRAGMA user_version = ${schemaVersion}`);
  database.prepare("DELETE FROM entries WHERE at < ?").run(before);
  database.prepare("DELETE FROM claims WHERE at < ?").run(before);
  database.prepare("DELETE FROM pauses WHERE until < ?").run(before);
}

function prepare(database: DatabaseSync) {
  const one = "account = ? AND counts IN ('calls', 'errors')";
  const sql = {
    begin: "BEGIN IMMEDIATE",
    commit: "COMMIT",
    rollback: "ROLLBACK",
    record: "INSERT INTO entries (account, counts, at) VALUES (?, ?, ?)",
    forget: `DELETE FROM entries WHERE ${one} AND at <= ?`,
    rejuvenate: `UPDATE entries SET at = ? WHERE ${one} AND at > ?`,
    latest: "SELECT at FROM entries WHERE account = ? AND counts = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
    count: "SELECT count(*) AS used FROM entries WHERE account = ? AND counts = ? AND at > ?",
    claim: "INSERT OR REPLACE INTO claims (id, account, owner, errors, at) VALUES (?, ?, ?, ?, ?)",
    renew: "UPDATE claims SET at = ? WHERE account = ? AND owner = ?",
    claimed: "SELECT coalesce(sum(errors), 0) AS errors FROM claims WHERE account = ? AND at > ? AND at <= ?",
    release: "DELETE FROM claims WHERE id = ?",
    pause: `INSERT INTO pauses (account, until, said) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET until = max(until, excluded.until), said = excluded.said`,
    pausedUntil: "SELECT until AS at FROM pauses WHERE account = ?",
    shorten: "UPDATE pauses SET until = until - said + ?, said = ? WHERE account = ? AND said > ?",
  };
  type Name = keyof typeof sql;
  const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)]);
  return Object.fromEntries(prepared) as { [name in Name]: StatementSync };
}

type Statements = ReturnType<typeof prepare>;
