import type { SimReply } from "../core/http";
import { type Call, invalid, ok } from "./call";
import type { Body } from "./types";

/** Rows with `X-Page-Limit`, `X-Page-Page` and `X-Page-Total`. */
export function headerPage(call: Call, rows: readonly unknown[]): SimReply {
  const { limit, page } = asked(call);
  return {
    status: 200,
    headers: {
      "x-page-limit": String(limit),
      "x-page-page": String(page),
      "x-page-total": String(rows.length),
    },
    json: rows.slice((page - 1) * limit, page * limit),
  };
}

/** An object with `results` that pages by number and doesn't tell where the next page is. */
export function resultsPage(call: Call, rows: readonly unknown[]): SimReply {
  const { limit, page } = asked(call);
  const total = call.context.variants.searchTotal === "shown" ? { total: rows.length } : {};
  return ok({ limit, page, ...total, results: rows.slice((page - 1) * limit, page * limit) });
}

/** An object with `results` and, unless it is the last page, `next`: where to go on. `key` tells rows apart. */
export function searchPage(call: Call, rows: readonly Body[], key: string): SimReply {
  const { context, request } = call;
  const { limit, page } = asked(call);
  const sorted = rows.toSorted((first, second) => (String(first[key]) < String(second[key]) ? -1 : 1));
  const after = request.query.get("search_after");
  const last = after === null ? undefined : cursor(after);
  const from = last === undefined ? (page - 1) * limit : sorted.findIndex((row) => String(row[key]) > last);
  const results = from < 0 ? [] : sorted.slice(from, from + limit);
  const end = Math.floor(context.clock.now() / 1_000);
  const more = from >= 0 && from + limit < sorted.length;
  return ok({
    start: end - 86_400,
    end,
    limit,
    total: rows.length,
    results,
    ...(more ? { next: nextOf(call, results, key, page) } : {}),
  });
}

function nextOf({ context, request }: Call, results: Body[], key: string, page: number): string {
  const query = new URLSearchParams(request.query);
  if (context.variants.nextCursor === "page") query.set("page", String(page + 1));
  else query.set("search_after", JSON.stringify([String(results.at(-1)?.[key])]));
  return `${request.path}?${query}`;
}

function cursor(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && typeof value[0] === "string") return value[0];
  } catch {
    // Not a cursor of ours.
  }
  throw invalid("invalid search_after");
}

/** The page that a request asks for, with the limit that the server grants. */
function asked({ context, request }: Call): { limit: number; page: number } {
  const limit = positive(request.query.get("limit"), "limit", 100);
  return {
    limit: Math.min(limit, context.variants.pageMaximum),
    page: positive(request.query.get("page"), "page", 1),
  };
}

function positive(text: string | null, name: string, usual: number): number {
  if (text === null) return usual;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw invalid(`invalid field: ${name}`);
  return value;
}
