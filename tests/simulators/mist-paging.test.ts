import { describe, expect, test } from "vitest";
import { headquarters, MistBench, org, type Row, warehouse } from "./mist-helper";

const paging = ["x-page-limit", "x-page-page", "x-page-total"];

/** A bench with `count` RF templates. */
async function withTemplates(bench: MistBench, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `template ${index}`);
  for (const name of names) await bench.ok("POST", `${org}/rftemplates`, { name });
  return names;
}

async function page(bench: MistBench, query: string): Promise<[Array<string | null>, unknown[]]> {
  const reply = await bench.call("GET", `${org}/rftemplates${query}`);
  expect(reply.status, reply.text).toBe(200);
  return [paging.map((name) => reply.headers.get(name)), reply.json<Row[]>().map(({ name }) => name)];
}

describe("lists with headers", () => {
  test("tell limit, page and total; there are 100 on a page unless asked", async () => {
    await using bench = await MistBench.start();
    const names = await withTemplates(bench, 5);
    expect(await page(bench, "")).toEqual([["100", "1", "5"], names]);
    expect(await page(bench, "?limit=2")).toEqual([["2", "1", "5"], names.slice(0, 2)]);
    expect(await page(bench, "?limit=2&page=3")).toEqual([["2", "3", "5"], names.slice(4)]);
    expect(await page(bench, "?limit=2&page=4")).toEqual([["2", "4", "5"], []]);
    for (const query of ["limit=0", "limit=x", "page=0", "page=1.5"])
      expect((await bench.call("GET", `${org}/rftemplates?${query}`)).status, query).toBe(400);
  });

  test("the server may grant less than is asked for: 1,000, or what a variant says", async () => {
    await using bench = await MistBench.start();
    const names = await withTemplates(bench, 3);
    expect(await page(bench, "?limit=5000")).toEqual([["1000", "1", "3"], names]);
    bench.mist.variants.pageMaximum = 2;
    expect(await page(bench, "?limit=1000")).toEqual([["2", "1", "3"], names.slice(0, 2)]);
    expect(await page(bench, "?limit=1000&page=2")).toEqual([["2", "2", "3"], names.slice(2)]);
  });

  test("some lists have everything and no such headers", async () => {
    await using bench = await MistBench.start({ pageMaximum: 1 });
    const reply = await bench.call("GET", `${org}/apitokens?limit=1&page=1`);
    expect(reply.json<Row[]>()).toHaveLength(2);
    expect(paging.map((name) => reply.headers.get(name))).toEqual([null, null, null]);
  });
});

describe("search results with next", () => {
  test.each(["searchAfter", "page"] as const)("lead through all of them by %s", async (nextCursor) => {
    await using bench = await MistBench.start({ nextCursor });
    for (const number of [1, 2, 3, 4, 5]) await bench.ok("POST", `${org}/sites`, { name: `branch & ${number}` });
    const found: unknown[] = [];
    const queries: string[] = [];
    let path: string | undefined = `/api/v1${org}/sites/search?limit=2&name=${encodeURIComponent("Branch &")}`;
    while (path !== undefined) {
      expect(path).toMatch(/^\/api\/v1\/orgs\//);
      queries.push(path);
      const body: Row = await bench.get(path.slice("/api/v1".length));
      expect(body).toMatchObject({ limit: 2, total: 5, start: expect.any(Number), end: expect.any(Number) });
      found.push(...(body.results as Row[]).map(({ name }) => name));
      path = body.next as string | undefined;
    }
    expect(found.toSorted()).toEqual([1, 2, 3, 4, 5].map((number) => `branch & ${number}`));
    expect(queries).toHaveLength(3);
    expect(queries[1]).toContain(nextCursor === "page" ? "page=2" : "search_after=%5B%22");
  });

  test("the last page has no next, even when it is full; a bad cursor is 400", async () => {
    await using bench = await MistBench.start();
    expect(await bench.get(`${org}/sites/search?limit=2`)).not.toHaveProperty("next");
    expect(await bench.get(`${org}/sites/search?limit=1`)).toHaveProperty("next");
    for (const cursor of ["x", "[]", "[1]"])
      expect((await bench.call("GET", `${org}/sites/search?search_after=${cursor}`)).status, cursor).toBe(400);
    const past = encodeURIComponent('["zzz"]');
    expect(await bench.get(`${org}/sites/search?search_after=${past}`)).toMatchObject({ results: [], total: 2 });
  });
});

test("results that page by number only have neither headers nor next; total is a variant", async () => {
  await using bench = await MistBench.start({ pageMaximum: 2 });
  await bench.ok("PUT", `/sites/${headquarters}/setting`, { vars: { a: "1", b: "2" } });
  await bench.ok("PUT", `/sites/${warehouse}/setting`, { vars: { a: "3" } });
  const row = (site: string, name: string) => ({ org_id: org.slice(6), site_id: site, src: "site", var: name });
  expect(await bench.get(`${org}/vars/search?limit=100`)).toEqual({
    limit: 2,
    page: 1,
    results: [row(headquarters, "a"), row(headquarters, "b")],
  });
  bench.mist.variants.searchTotal = "shown";
  expect(await bench.get(`${org}/vars/search?page=2`)).toEqual({
    limit: 2,
    page: 2,
    total: 3,
    results: [row(warehouse, "a")],
  });
  expect(await bench.get(`${org}/vars/search?site_id=${warehouse}&var=a&src=site`)).toMatchObject({ total: 1 });
  expect(await bench.get(`${org}/vars/search?src=deviceprofile`)).toMatchObject({ total: 0 });
});

test("the third page of a list can be throttled", async () => {
  await using bench = await MistBench.start();
  await withTemplates(bench, 4);
  const fault = { service: "mist", method: "GET", path: "/orgs/{org_id}/rftemplates", after: 2, times: 1 };
  await bench.control("POST", "/faults", { ...fault, action: { kind: "tooManyRequests", retryAfter: 1 } });
  const statuses: number[] = [];
  for (const number of [1, 2, 3, 3]) {
    const reply = await bench.call("GET", `${org}/rftemplates?limit=1&page=${number}`);
    statuses.push(reply.status);
    if (reply.status === 429) {
      expect(reply.headers.get("retry-after")).toBe("1");
      expect(reply.json()).toHaveProperty("detail");
    }
  }
  expect(statuses).toEqual([200, 200, 429, 200]);
});
