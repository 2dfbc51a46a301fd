import type { FortiManager, FortiZtp, Script } from "../../clients/fortinet/fortiztp";
import { Snapshot } from "../../clients/http/coalesce";

/** A list may be this old where it only saves a call; a change of this run makes it void. */
const maxAgeMs = 60_000;

/** The scripts and FortiManager entries of one account: a refresh of all of them is one list each. */
export class Settings {
  readonly scripts: Entries<Script>;
  readonly managers: Entries<FortiManager>;

  constructor(
    readonly client: FortiZtp,
    private readonly readOnly: boolean,
  ) {
    this.scripts = new Entries(client.scripts);
    this.managers = new Entries(client.fortiManagers);
  }

  /** @throws Error when the configuration forbids writes. */
  assertWritable(what: string): void {
    if (this.readOnly) throw new Error(`${what} was not changed: ztp:fortinet.readOnly is set`);
  }
}

interface Reads<Entry> {
  list(options: { signal: AbortSignal }): Promise<Entry[]>;
  get(oid: number, options: { signal: AbortSignal }): Promise<Entry | undefined>;
}

/** Objects whose oid the vendor invents, listed once for all who read them. */
export class Entries<Entry extends { oid: number }> {
  private readonly snapshot: Snapshot<Entry[]>;
  /** Entries that a resource of this run has made or taken over: a delete that comes later in the run spares them. */
  private readonly claimed = new Set<number>();

  constructor(private readonly reads: Reads<Entry>) {
    this.snapshot = new Snapshot({ maxAgeMs, load: (signal) => reads.list({ signal }) });
  }

  all(signal: AbortSignal): Promise<Entry[]> {
    return this.snapshot.read({ signal });
  }

  /** One entry; undefined only when the vendor says of this very oid that it is not there. */
  async find(oid: number, signal: AbortSignal): Promise<Entry | undefined> {
    const listed = (await this.all(signal)).find((entry) => entry.oid === oid);
    return listed ?? this.reads.get(oid, { signal });
  }

  /** Those that match, except what other resources of this run have made or taken over. */
  async candidates(matches: (entry: Entry) => boolean, signal: AbortSignal): Promise<Entry[]> {
    return (await this.all(signal)).filter((entry) => matches(entry) && !this.claimed.has(entry.oid));
  }

  /**
   * The entry that an id to import names: its oid, or what `named` knows.
   * @throws Error when several have that name
   */
  async byId(id: string, named: (entry: Entry) => boolean, signal: AbortSignal): Promise<Entry | undefined> {
    if (/^\d+$/.test(id)) return this.find(Number(id), signal);
    return onlyOne((await this.all(signal)).filter(named), `entries ${id}`);
  }

  /**
   * A resource of this run owns the entry from now on.
   * @throws Error when another one does already
   */
  claim(oid: number, what: string): void {
    if (this.claimed.has(oid)) {
      throw new Error(`${what} is the same as another one of this program (oid ${oid}); remove one of the two`);
    }
    this.claimed.add(oid);
  }

  isClaimed(oid: number): boolean {
    return this.claimed.has(oid);
  }

  /** Something was written: what was listed before is out of date. */
  changed(): void {
    this.snapshot.invalidate();
  }

  /** The entry was deleted: the vendor may give its oid to another. */
  release(oid: number): void {
    this.claimed.delete(oid);
    this.changed();
  }
}

/** @throws Error when there are several */
export function onlyOne<Entry extends { oid: number }>(entries: readonly Entry[], what: string): Entry | undefined {
  if (entries.length <= 1) return entries[0];
  throw new Error(`there are ${entries.length} ${what}; choose by oid: ${entries.map(({ oid }) => oid).join(" or ")}`);
}
