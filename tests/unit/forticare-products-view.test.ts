import { afterEach, describe, expect, test, vi } from "vitest";
import type { Forticare, Product } from "../../provider/clients/fortinet/forticare";
import { systemClock } from "../../provider/clients/http/clock";
import { ProductsView } from "../../provider/resources/forticare/products-view";

const { signal } = new AbortController();

/** A view of an account whose list has so many pages, and of which it is counted how often it is listed. */
function viewOf(pages: number) {
  const list = vi.fn(async () => ({ products: [] as Product[], complete: true, pages }));
  return { list, view: new ProductsView({ products: { list } } as unknown as Forticare, undefined) };
}

/** Looks for more products than are looked for one by one. */
async function lookFor(view: ProductsView, serials: readonly string[]): Promise<void> {
  await Promise.all(serials.map((serial) => view.find(serial, signal)));
}

const { now } = systemClock;

/** So many milliseconds after the real time. */
function at(ms: number): void {
  vi.spyOn(systemClock, "now").mockImplementation(() => now() + ms);
}

describe("how long a list of products is used", () => {
  afterEach(() => vi.restoreAllMocks());

  test.each([
    { pages: 1, usedForSeconds: 60 },
    { pages: 10, usedForSeconds: 400 },
    { pages: 100, usedForSeconds: 4_000 },
  ])("$pages pages for $usedForSeconds seconds of a run that registers more and more", async (row) => {
    const { list, view } = viewOf(row.pages);
    await lookFor(view, ["A1", "A2", "A3", "A4"]);
    at((row.usedForSeconds - 5) * 1_000);
    await lookFor(view, ["B1", "B2", "B3", "B4"]);
    expect(list).toHaveBeenCalledTimes(1);
    at((row.usedForSeconds + 5) * 1_000);
    await lookFor(view, ["C1", "C2", "C3", "C4"]);
    expect(list).toHaveBeenCalledTimes(2);
  });

  test("all products are never older than a minute", async () => {
    const { list, view } = viewOf(100);
    await view.all(signal);
    at(65_000);
    await view.all(signal);
    expect(list).toHaveBeenCalledTimes(2);
  });
});
