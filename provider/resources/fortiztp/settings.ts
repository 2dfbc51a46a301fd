import type { FortiManager, FortiZtp, Script } from "../../clients/fortinet/fortiztp";
import { Snapshot } from "../../clients/http/coalesce";
import { isVendorError, type VendorErrorKind } from "../../clients/http/errors";
import { Claims } from "../claims";
import { assertWritable } from "../fortinet/writable";

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
    assertWritable(this.readOnly, what);
  }
}

interface Reads<Entry> {
  list(options: { signal: AbortSignal }): Promise<Entry[]>;
  get(oid: number, options: { signal: AbortSignal }): Promise<Entry | undefined>;
}

/** Objects whose oid the vendor invents, listed once for all who read them. */
export class Entries<Entry extends { oid: number }> {
  readonly claims = new Claims<number>("oid");
  private readonly snapshot: Snapshot<Entry[]>;

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

  /** Those that match, except what other resources of this run own. */
  async candidates(matches: (entry: Entry) => boolean, signal: AbortSignal): Promise<Entry[]> {
    return (await this.all(signal)).filter((entry) => matches(entry) && !this.claims.has(entry.oid));
  }

  /**
   * The entry that an id to import names: its oid, or what `named` knows.
   * @throws Error when several have that name
   */
  async byId(id: string, named: (entry: Entry) => boolean, signal: AbortSignal): Promise<Entry | undefined> {
    if (/^\d+$/.test(id)) return this.find(Number(id), signal);
    return onlyOne((await this.all(signal)).filter(named), `entries ${id}`);
  }

  /** Runs a write, after which the next look is a new list. */
  write<T>(work: () => Promise<T>): Promise<T> {
    return this.snapshot.write(work);
  }
}

/** True unless a write has certainly changed nothing: it was refused, or never sent. */
export function mayHaveChanged(error: unknown): boolean {
  if (!isVendorError(error) || error.ambiguous || error.kind === "canceled") return true;
  // What is no failure of the write itself came after it: a look at what it did.
  return error.method === undefined || error.method === "GET";
}

/** The failure, with what to do next where it is one of these kinds. */
export function advise(error: unknown, hints: { [Kind in VendorErrorKind]?: string }): unknown {
  const hint = isVendorError(error) ? hints[error.kind] : undefined;
  if (!isVendorError(error) || hint === undefined) return error;
  return error.with({ hint: [error.hint, hint].filter(Boolean).join(" ") });
}

/** What to do when FortiZTP refuses to delete something. */
export const inUse =
  "What still refers to it must change or go first, in the program or in the FortiZTP portal; or leave it there with " +
  '`onDelete: "retain"`.';

/** @throws Error when there are several */
export function onlyOne<Entry extends { oid: number }>(entries: readonly Entry[], what: string): Entry | undefined {
  if (entries.length <= 1) return entries[0];
  throw new Error(`there are ${entries.length} ${what}; choose by oid: ${entries.map(({ oid }) => oid).join(" or ")}`);
}
