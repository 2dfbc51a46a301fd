import { isDeepStrictEqual } from "node:util";
import type { Page } from "../http/paging";
import type { Reply } from "../http/request";
import { joinUrl, type QueryValue } from "../http/url";

/** An entry of a list. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows to ask for at once: the most that Mist says it gives. It may give fewer, and then says so. */
const largestPage = 1_000;

/**
 * Reads the pages of one list, in any of Mist's ways: arrays with the paging in headers, objects that name the `next` page,
 * and objects that are asked for by `page`. Cursors are paths below the base URL, query included.
 */
export class Pages {
  readonly first: string;
  private readonly limit: number;
  private seen = 0;
  private followed = false;
  private before: readonly Row[] | undefined;

  constructor(
    path: string,
    query: Readonly<Record<string, QueryValue>> = {},
    private readonly warn: (message: string) => void = () => {},
  ) {
    const own = new URLSearchParams(path.split("?")[1]).get("limit");
    const asked = count(query.limit ?? own ?? undefined);
    this.limit = asked ?? largestPage;
    this.first = joinUrl("", path, asked === undefined ? { ...query, limit: this.limit } : query);
  }

  /** What a reply holds, and where to go on. Throws when it is no list. */
  read(reply: Reply, cursor: string): Page<Row, string> {
    const body = reply.json();
    const page = Array.isArray(body) ? this.byHeader(reply, body, cursor) : this.byBody(body, cursor);
    this.before = page.items;
    return page;
  }

  private byHeader({ headers }: Reply, items: Row[], cursor: string): Page<Row, string> {
    const total = count(headers["x-page-total"]);
    return this.numbered(items, cursor, { limit: count(headers["x-page-limit"]), total });
  }

  private byBody(body: unknown, cursor: string): Page<Row, string> {
    const { results, next, limit, total } = (typeof body === "object" && body !== null ? body : {}) as Row;
    if (!Array.isArray(results)) throw new Error("it is no list");
    if (typeof next === "string" && next !== "") {
      this.followed = true;
      return { items: results, next: belowBase(next) };
    }
    // Where pages were linked, the last one has no link.
    if (this.followed) return { items: results };
    return this.numbered(results, cursor, { limit: count(limit), total: count(total) });
  }

  /** A page that says at most how many rows there are in all, and how many a page holds. */
  private numbered(items: Row[], cursor: string, facts: { limit?: number; total?: number }): Page<Row, string> {
    // A list that is not paged, whatever was asked, sends the same again.
    if (items.length > 0 && isDeepStrictEqual(items, this.before)) {
      this.incomplete(facts.total);
      return { items: [] };
    }
    this.seen += items.length;
    const { limit = this.limit, total } = facts;
    const more = total === undefined ? items.length >= limit : this.seen < total;
    if (!more) return { items };
    if (items.length === 0) {
      this.incomplete(total);
      return { items };
    }
    return { items, next: nextPage(cursor, limit) };
  }

  private incomplete(total: number | undefined): void {
    if (total === undefined || this.seen >= total) return;
    const [path] = this.first.split("?");
    this.warn(`Mist counts ${total} entries in ${path} but sent ${this.seen}: the list may be incomplete.`);
  }
}

function count(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** The same page with the next number, counted in pages of the size that was sent. */
function nextPage(cursor: string, limit: number): string {
  const [path = "", query] = cursor.split("?");
  const parameters = new URLSearchParams(query);
  parameters.set("page", String(Number(parameters.get("page") ?? 1) + 1));
  parameters.set("limit", String(limit));
  return `${path}?${parameters}`;
}

/** `next` as it came, since it is encoded already, but below our base URL. */
function belowBase(next: string): string {
  const path = next.replace(/^https?:\/\/[^/]+/i, "").replace(/^[^?]*?\/api\/v1(?=\/)/, "");
  if (!path.startsWith("/")) throw new Error("the next page has no path");
  return path;
}
