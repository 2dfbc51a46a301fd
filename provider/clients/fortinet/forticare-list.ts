import { z } from "zod";
import { type CallOptions, parse } from "./calls";
import type { Body, ForticareCalls } from "./forticare-calls";

/** A list that may come in pages. */
export interface PagedList<T> {
  path: string;
  json: Readonly<Record<string, unknown>>;
  action: string;
  /** Where the items are in the body. */
  key: string;
  item: z.ZodType<T>;
  /** What tells items apart. */
  idOf: (item: T) => string;
}

/** One page, and what is known of the whole. */
export interface ListPage<T> {
  items: T[];
  /** How many are still to come, by the service's count. */
  pagesLeft: number;
}

const mostPages = 1_000;
const pageSchema = z.object({ totalPages: z.coerce.number().int().nonnegative().catch(0) });

/** The items under `key`; null is none. */
export function itemsOf<T>(body: Body, key: string, item: z.ZodType<T>): T[] {
  return parse(z.array(item), body[key] ?? []);
}

/**
 * The pages of a list, as far as they are asked for. They end when none is left; or before, when the service repeats
 * itself or has no more although it announced more.
 */
export async function* pagesOf<T>(
  calls: ForticareCalls,
  list: PagedList<T>,
  { signal }: CallOptions = {},
): AsyncGenerator<ListPage<T>, void, undefined> {
  const { path, json, action, key, item, idOf } = list;
  const seen = new Set<string>();
  for (let number = 1; number <= mostPages; number++) {
    const page = await calls.read({
      path,
      // The first is what one gets without asking, and not every list knows pages.
      json: number === 1 ? json : { ...json, pageNumber: number },
      action,
      signal,
      read: (body) => ({ ...parse(pageSchema, body), items: itemsOf(body, key, item) }),
    });
    const items = page.items.filter((candidate) => isNew(seen, idOf(candidate)));
    const pagesLeft = Math.max(0, page.totalPages - number);
    yield { items, pagesLeft };
    // A page without anything new is one that repeats, or one behind the end.
    if (pagesLeft === 0 || items.length === 0) return;
  }
}

function isNew(seen: Set<string>, id: string): boolean {
  return !seen.has(id) && seen.add(id) !== undefined;
}

/** Everything in a list, whether that is all of it, and how many pages it took. */
export async function listAll<T>(
  calls: ForticareCalls,
  list: PagedList<T>,
  options?: CallOptions,
): Promise<{ items: T[]; complete: boolean; pages: number }> {
  const items: T[] = [];
  let complete = false;
  let pages = 0;
  for await (const page of pagesOf(calls, list, options)) {
    items.push(...page.items);
    complete = page.pagesLeft === 0;
    pages++;
  }
  return { items, complete, pages };
}
