import { Snapshot } from "../../clients/http/coalesce";
import { isVendorError } from "../../clients/http/errors";
import type { Mist, Row } from "../../clients/mist/mist";

const maxAgeMs = 60_000;

export type Query = Readonly<Record<string, string | number | boolean>>;

/**
 * The objects of one collection, listed once for all that look at them. What this run has written since the list was
 * taken stands in it, so that a hundred creates need one list.
 */
export class Listing {
  private readonly snapshot: Snapshot<Map<string, Row>>;
  private readonly written = new Map<string, { at: number; row: Row | undefined }>();

  /**
   * @param path where the list is
   * @param keyOf what tells its rows apart
   * @param query what to ask for; several where no single one gives everything
   * @param seen told of every row that a list brings
   */
  constructor(
    client: Mist,
    path: string,
    what: string,
    keyOf: (row: Row) => unknown,
    query: Query | readonly Query[] = {},
    seen?: (row: Row) => void,
  ) {
    this.snapshot = new Snapshot({
      maxAgeMs,
      load: async (signal) => {
        const begun = Date.now();
        const rows = new Map<string, Row>();
        for (const part of [query].flat()) {
          const list = client.list(path, { query: { limit: 1000, ...part }, signal, action: `list ${what}` });
          for await (const row of list) {
            rows.set(String(keyOf(row)), row);
            seen?.(row);
          }
        }
        for (const [key, { at }] of this.written) if (at < begun) this.written.delete(key);
        return rows;
      },
    });
  }

  /** All rows by their keys; with `since` (milliseconds since 1970) from a list that was begun then or later. */
  async all(signal: AbortSignal, since?: number): Promise<Map<string, Row>> {
    const rows = await this.snapshot.read({ signal, since });
    if (this.written.size === 0) return rows;
    const current = new Map(rows);
    for (const [key, { row }] of this.written) {
      if (row) current.set(key, row);
      else current.delete(key);
    }
    return current;
  }

  async find(key: string, signal: AbortSignal): Promise<Row | undefined> {
    const own = this.written.get(key);
    if (own) return own.row;
    return (await this.snapshot.read({ signal })).get(key);
  }

  /** The same where what they are in may be gone, and with it the list. */
  async findIfListed(key: string, signal: AbortSignal): Promise<Row | undefined> {
    try {
      return await this.find(key, signal);
    } catch (error) {
      if (isVendorError(error, "not-found")) return undefined;
      throw error;
    }
  }

  /** What a write of this run has made of an object; undefined when it has deleted it. */
  wrote(key: string, row: Row | undefined): void {
    this.written.set(key, { at: Date.now(), row });
  }

  /** The next look takes a new list. */
  invalidate(): void {
    this.snapshot.invalidate();
  }
}
