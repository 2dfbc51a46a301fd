/** One page of a list. */
export interface Page<Item, Cursor> {
  items: readonly Item[];
  /** What to fetch next; undefined on the last page. */
  next?: Cursor;
}

/**
 * Every item of a paged list. `fetch` is given the `next` of the page before, undefined for the first. A page is
 * fetched when its first item is asked for, so a reader that stops early costs nothing more. Throws if a service keeps
 * naming the page it has just sent.
 */
export async function* items<Item, Cursor>(
  fetch: (cursor: Cursor | undefined) => Promise<Page<Item, Cursor>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: Cursor | undefined;
  do {
    const page: Page<Item, Cursor> = await fetch(cursor);
    yield* page.items;
    if (page.next !== undefined && page.next === cursor)
      throw new Error(`The list does not go on after page ${cursor}.`);
    cursor = page.next;
  } while (cursor !== undefined);
}
