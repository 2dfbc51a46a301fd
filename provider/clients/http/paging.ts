/** One page of a list. */
export interface Page<Item, Cursor> {
  items: readonly Item[];
  /** What to fetch next; undefined on the last page. */
  next?: Cursor;
}

/** More pages than any list has: a service that sends so many has lost its way. */
const mostPages = 10_000;

/**
 * Every item of a paged list. `fetch` is given the `next` of the page before, undefined for the first. A page is
 * fetched when its first item is asked for, so a reader that stops early costs nothing more. Throws if a service names
 * a page that it has sent before, or never comes to an end.
 */
export async function* items<Item, Cursor>(
  fetch: (cursor: Cursor | undefined) => Promise<Page<Item, Cursor>>,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<Cursor>();
  let cursor: Cursor | undefined;
  do {
    const page: Page<Item, Cursor> = await fetch(cursor);
    yield* page.items;
    cursor = page.next;
    if (cursor !== undefined && (seen.has(cursor) || seen.size >= mostPages))
      throw new Error(`the list does not go on after page ${cursor}`);
    if (cursor !== undefined) seen.add(cursor);
  } while (cursor !== undefined);
}
