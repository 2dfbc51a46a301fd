import { describe, expect, test, vi } from "vitest";
import { foreignMistOrgId, mistReadOnlyToken, mistSiteIds } from "../../simulators";
import { mistVariantSchema } from "../../simulators/mist/variants";
import { vendorError } from "./fortinet-support";
import { all, hour, minute, setup } from "./mist-support";
import { answer, serve } from "./support";

const [headquarters, warehouse] = mistSiteIds;
const unknownId = "a3000000-0000-4000-8000-0000000000ff";

/** Every value of a variant of the simulator, so that one that is added is tested. */
function valuesOf(name: keyof typeof mistVariantSchema.shape): string[] {
  const { innerType } = mistVariantSchema.shape[name]._zod.def as unknown as { innerType: { options: string[] } };
  return innerType.options;
}

describe("objects", () => {
  test("are created, read, changed in part and deleted", async () => {
    const { client, orgId, mist } = await setup();
    const made = (await client.post(`/orgs/${orgId}/sites`, { name: "Berlin", timezone: "Europe/Berlin" })) as {
      id: string;
    };
    expect(made).toMatchObject({ name: "Berlin", org_id: orgId });
    const path = `/sites/${made.id}`;
    expect(await client.put(path, { notes: "new" })).toMatchObject({ name: "Berlin", notes: "new" });
    expect(await client.put(path, { "-notes": "" })).not.toHaveProperty("notes", "new");
    expect(await client.get(path)).toMatchObject({ timezone: "Europe/Berlin" });
    expect(await client.remove(path)).toBe(true);
    expect(mist.world.sites.has(made.id)).toBe(false);
  });

  test.each(valuesOf("emptySuccess"))("a success without a body is a success (%s)", async (emptySuccess) => {
    const { client } = await setup({ variants: { emptySuccess } as never });
    expect(await client.remove(`/sites/${headquarters}`)).toBe(true);
  });

  test.each(valuesOf("notFoundBody"))("what is gone is gone only by Mist's own word (%s)", async (notFoundBody) => {
    const { client } = await setup({ variants: { notFoundBody } as never });
    const path = `/sites/${unknownId}`;
    expect(await client.find(path)).toBeUndefined();
    expect(await client.remove(path)).toBe(false);
    const failure = await vendorError(client.get(path, { action: "read site Berlin" }));
    expect(failure).toMatchObject({ kind: "not-found", status: 404 });
    expect(failure.message).toMatch(/^Mist could not read site Berlin: it was not found \(HTTP 404\)/);
    expect(await vendorError(client.put(path, { name: "x" }))).toMatchObject({ kind: "not-found", ambiguous: false });
  });

  test.each([
    [404, "<html><body>nginx</body></html>", "not-json"],
    [404, "404 page not found", "not-json"],
    [200, "<html><body>Please log in</body></html>", "not-json"],
    [200, '{"id": "cut', "not-json"],
    [401, '{"detail": "no"}', "unauthorized"],
    [403, '{"detail": "no"}', "forbidden"],
    [500, "<html>oops</html>", "server"],
  ] as const)("but not by an answer %i %s", async (status, text, kind) => {
    const server = await serve((_call, response) => response.writeHead(status).end(text));
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: server.url });
    expect(await vendorError(client.find(`/sites/${headquarters}`))).toMatchObject({ kind });
    expect(await vendorError(client.remove(`/sites/${headquarters}`))).toMatchObject({ kind });
  });

  test("a refusal is told with Mist's detail and reason", async () => {
    const { client, orgId } = await setup();
    const failure = await vendorError(client.post(`/orgs/${orgId}/sites`, { notes: "x" }, { action: "create a site" }));
    expect(failure).toMatchObject({ kind: "rejected", status: 400, ambiguous: false });
    expect(failure.message).toBe(
      'Mist could not create a site: the request was rejected (HTTP 400): "invalid field: name: name is required".',
    );
  });

  test.each([
    [
      { name: ["This field is required."], vlan: ["too big", "odd"] },
      "name: This field is required.; vlan: too big, odd",
    ],
    [["one", { detail: "two" }], "one, two"],
    [{ detail: { reason: "deep" } }, "deep"],
    [{ error: "other" }, "other"],
  ])("in whatever form they come: %j", async (body, words) => {
    const server = await serve((_call, response) => answer(response, 400, body));
    const { clientWith } = await setup();
    const failure = await vendorError(clientWith({ baseUrl: server.url }).get("/x"));
    expect(failure.vendorMessage).toBe(words);
  });

  test("permission lost between two reads is no absence, and says what to check", async () => {
    const { client, mist, apiToken, orgId } = await setup();
    await client.get(`/sites/${headquarters}`);
    mist.setPrivileges(apiToken, [{ scope: "org", role: "read", org_id: foreignMistOrgId }]);
    const read = await vendorError(client.find(`/sites/${headquarters}`));
    expect(read).toMatchObject({ kind: "forbidden", status: 403 });
    expect(read.message).toContain("must at least read");
    expect(await vendorError(all(client.list(`/orgs/${orgId}/sites`)))).toMatchObject({ kind: "forbidden" });
    mist.setPrivileges(apiToken, [{ scope: "org", role: "read", org_id: orgId }]);
    const write = await vendorError(client.remove(`/sites/${headquarters}`));
    expect(write.message).toContain("needs the role write or admin");
    expect(mist.world.sites.has(headquarters)).toBe(true);
  });

  test("a token that is not accepted says why that may be, and is not tried again", async () => {
    const { clientWith, calls } = await setup();
    const failure = await vendorError(clientWith({ apiTokens: ["deleted-token"] }).find(`/sites/${headquarters}`));
    expect(failure).toMatchObject({ kind: "unauthorized", status: 401 });
    expect(failure.message).toContain("another cloud");
    expect(failure.message).not.toContain("deleted-token");
    expect(calls()).toHaveLength(1);
  });
});

describe("lists", () => {
  const kinds = [
    ["by header", (orgId: string) => `/orgs/${orgId}/sites`],
    ["by next", (orgId: string) => `/orgs/${orgId}/sites/search`],
    ["by page", (orgId: string) => `/orgs/${orgId}/inventory/search?type=ap`],
  ] as const;

  describe.each(kinds)("paged %s", (_name, pathOf) => {
    const forms = [
      ...valuesOf("nextCursor").map((nextCursor) => ({ nextCursor })),
      ...valuesOf("searchTotal").map((searchTotal) => ({ searchTotal })),
    ];
    test.each(forms)("are whole, though the server gives fewer a page than were asked for: %j", async (form) => {
      const { client, orgId, mist, queries } = await setup({ variants: { pageMaximum: 2, ...form } as never });
      for (const number of [1, 2, 3]) {
        mist.world.addSite({ id: `a3000000-0000-4000-8000-00000000010${number}`, name: `Site ${number}` });
      }
      for (const device of [...mist.world.devices.values()].slice(0, 5)) device.orgId ??= orgId;
      const rows = await all(client.list(pathOf(orgId)));
      const keys = rows.map((row) => row.id ?? row.mac);
      expect(rows.length).toBeGreaterThanOrEqual(5);
      expect(new Set(keys).size).toBe(rows.length);
      expect(queries()[0]).toMatchObject({ limit: "1000" });
    });

    test.each([1, 2, 3, 1_000])("end after the last page, of whatever size (%i)", async (pageMaximum) => {
      const { client, orgId } = await setup({ variants: { pageMaximum } });
      const rows = await all(client.list(pathOf(orgId)));
      expect(new Set(rows.map((row) => row.id ?? row.mac)).size).toBe(rows.length);
    });
  });

  test("fetch no page that nobody reads", async () => {
    const { client, orgId, calls } = await setup({ variants: { pageMaximum: 1 } });
    for await (const row of client.list(`/orgs/${orgId}/sites`)) {
      expect(row.name).toBe("Headquarters");
      break;
    }
    expect(calls()).toHaveLength(1);
  });

  test("go on after a 429 in the midst of them", async () => {
    const { client, orgId, slept, fault } = await setup({ variants: { pageMaximum: 1 } });
    fault({ kind: "tooManyRequests", retryAfter: 7 }, { after: 1 });
    expect((await all(client.list(`/orgs/${orgId}/sites`))).map((row) => row.name)).toEqual([
      "Headquarters",
      "Warehouse",
    ]);
    // Random on top of what was asked for.
    expect(slept).toEqual([7_500]);
  });

  test("follow next as it came, also behind a gateway with a path of its own, and never to another host", async () => {
    const server = await serve((call, response) => {
      const next = call.url.includes("after")
        ? undefined
        : `https://elsewhere.example/api/v1/things?after=%5B%22a%20b%22%5D&x=y`;
      answer(response, 200, { results: [{ url: call.url }], next });
    });
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: `${server.url}/mist` });
    expect(client.baseUrl).toBe(`${server.url}/mist/api/v1`);
    const rows = await all(client.list("/things", { query: { site: "a&b" } }));
    expect(rows.map((row) => row.url)).toEqual([
      "/mist/api/v1/things?site=a%26b&limit=1000",
      "/mist/api/v1/things?after=%5B%22a%20b%22%5D&x=y",
    ]);
  });

  test("that turn in a circle end with an error", async () => {
    const server = await serve((call, response) => {
      const next = call.url.includes("b") ? "/api/v1/x?page=a" : "/api/v1/x?page=b";
      answer(response, 200, { results: [{}], next });
    });
    const { clientWith } = await setup();
    const failure = await vendorError(all(clientWith({ baseUrl: server.url }).list("/x", { action: "list things" })));
    expect(failure.message).toBe("Mist could not list things: the list does not go on after page /x?page=b.");
    expect(server.calls.length).toBeLessThan(5);
  });

  test.each([
    ["an array", (rows: object[]) => rows],
    ["results", (results: object[]) => ({ results })],
  ])("that are not paged, whatever was asked, are read once (%s)", async (_name, form) => {
    const rows = Array.from({ length: 3 }, (_, id) => ({ id }));
    const server = await serve((_call, response) => answer(response, 200, form(rows)));
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: server.url });
    expect(await all(client.list("/x?limit=3"))).toEqual(rows);
    expect(server.calls.map(({ url }) => url)).toEqual(["/api/v1/x?limit=3", "/api/v1/x?limit=3&page=2"]);
    expect(await all(client.list("/x"))).toEqual(rows);
    expect(server.calls).toHaveLength(3);
  });

  test("that stop before what Mist counts are told", async () => {
    const server = await serve((call, response) =>
      answer(response, 200, { results: call.url.includes("page=2") ? [] : [{ id: 1 }], total: 9, limit: 1 }),
    );
    const onWarning = vi.fn();
    const { clientWith } = await setup();
    expect(await all(clientWith({ baseUrl: server.url, onWarning }).list("/x"))).toHaveLength(1);
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(
      "Mist counts 9 entries in /x but sent 1: the list may be incomplete.",
    );
  });

  test.each([{}, { detail: "no" }, null, "text", { results: "x" }])("are never empty because of %j", async (body) => {
    const server = await serve((_call, response) => answer(response, 200, body));
    const { clientWith } = await setup();
    expect(await vendorError(all(clientWith({ baseUrl: server.url }).list("/x")))).toMatchObject({ kind: "not-json" });
  });
});

describe("faults", () => {
  const transient = ["html", "resetBeforeCommit", "resetAfterCommit", "truncatedJson", "tooManyRequests"] as const;

  test.each(transient)("a read survives one %s", async (kind) => {
    const { client, fault } = await setup();
    fault({ kind });
    expect(await client.get(`/sites/${warehouse}`)).toMatchObject({ name: "Warehouse" });
  });

  test.each(transient)("a change survives one %s", async (kind) => {
    const { client, fault, mist, calls } = await setup();
    fault({ kind });
    await client.put(`/sites/${warehouse}`, { notes: "n" });
    expect(mist.world.sites.get(warehouse)?.data).toMatchObject({ notes: "n" });
    expect(calls("PUT")).toHaveLength(2);
  });

  test.each(transient)("a delete survives one %s", async (kind) => {
    const { client, fault, mist } = await setup();
    fault({ kind });
    expect(await client.remove(`/sites/${warehouse}`)).toBe(true);
    expect(mist.world.sites.has(warehouse)).toBe(false);
  });

  test.each([502, 503, 504])("HTTP %i is passing", async (status) => {
    const { client, fault } = await setup();
    fault({ kind: "status", status, body: { detail: "later" } });
    expect(await client.get(`/sites/${warehouse}`)).toMatchObject({ name: "Warehouse" });
  });

  test.each(["resetAfterCommit", "truncatedJson"] as const)("a create is never sent twice after a %s", async (kind) => {
    const { client, fault, calls, orgId, mist } = await setup();
    fault({ kind });
    const failure = await vendorError(client.post(`/orgs/${orgId}/sites`, { name: "Berlin" }));
    expect(failure.ambiguous).toBe(true);
    expect(failure.message).toContain("The change may have been applied all the same.");
    expect(calls("POST")).toHaveLength(1);
    expect([...mist.world.sites.values()].filter(({ data }) => data.name === "Berlin")).toHaveLength(1);
  });

  test.each(["resetAfterCommit", "lostResponse"] as const)("but a look finds what it made (%s)", async (kind) => {
    const { client, clientWith, fault, calls, orgId } = await setup({ client: { requestTimeoutSeconds: 0.3 } });
    fault({ kind }, { method: "POST" });
    const look = vi.fn(async () => {
      const rows = await all(clientWith().list(`/orgs/${orgId}/sites`));
      return rows.find((row) => row.name === "Berlin");
    });
    expect(await client.post(`/orgs/${orgId}/sites`, { name: "Berlin" }, { look })).toMatchObject({ name: "Berlin" });
    expect(look).toHaveBeenCalledTimes(1);
    expect(calls("POST")).toHaveLength(1);
  });

  test("a look that finds nothing leaves the doubt, and one that fails is told", async () => {
    const { client, fault, orgId } = await setup();
    const path = `/orgs/${orgId}/sites`;
    fault({ kind: "status", status: 500 });
    expect(await vendorError(client.post(path, { name: "Berlin" }, { look: async () => undefined }))).toMatchObject({
      kind: "server",
      ambiguous: true,
    });
    fault({ kind: "status", status: 500 }, { method: "POST" });
    const look = () => client.get(`/sites/${unknownId}`);
    expect((await vendorError(client.post(path, { name: "Berlin" }, { look }))).message).toContain(
      "could not be checked",
    );
  });

  test("what has been sent is answered also to whoever is canceled meanwhile, since only the answer has the id", async () => {
    const stop = new AbortController();
    const server = await serve((_call, response) => {
      stop.abort();
      answer(response, 200, { id: "new" });
    });
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: server.url });
    expect(await client.post("/x", {}, { signal: stop.signal })).toEqual({ id: "new" });
    expect(await vendorError(client.post("/x", {}, { signal: stop.signal }))).toMatchObject({ kind: "canceled" });
    expect(server.calls).toHaveLength(1);
  });

  test("what was accepted with an error beside it is told", async () => {
    const server = await serve((_call, response) => answer(response, 200, { id: "new", error: "only in part" }));
    const onWarning = vi.fn();
    const { clientWith } = await setup();
    const client = clientWith({ baseUrl: server.url, onWarning });
    expect(await client.put("/x", {})).toMatchObject({ id: "new" });
    await client.get("/x");
    expect(onWarning).toHaveBeenCalledExactlyOnceWith('Mist accepted PUT /x, but speaks of an error: "only in part"');
  });

  test("what certainly never arrived is sent again, also a create", async () => {
    const { client, fault, orgId, calls } = await setup();
    fault({ kind: "tooManyRequests", retryAfter: 1 });
    await client.post(`/orgs/${orgId}/sites`, { name: "Berlin" });
    expect(calls("POST")).toHaveLength(2);
  });
});

describe("429", () => {
  test.each(["seconds", "date"] as const)("is waited out as long as Mist says (%s)", async (retryAfter) => {
    const startsAfter = hour - 2 * minute;
    const variants = { rateLimit: 1, retryAfter };
    const { client, slept, clock } = await setup({ variants, startsAfter });
    await client.get(`/sites/${headquarters}`);
    await client.get(`/sites/${headquarters}`);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(2 * minute);
    expect(clock.now() % hour).toBeLessThan(2_000);
  });

  test("that would take too long names the time of the reset, and holds the others back", async () => {
    const { client, calls } = await setup({ variants: { rateLimit: 1 }, startsAfter: 10 * minute });
    await client.get(`/sites/${headquarters}`);
    const failure = await vendorError(client.get(`/sites/${headquarters}`));
    expect(failure).toMatchObject({ kind: "rate-limited", status: 429 });
    expect(failure.message).toContain(
      "50 min, until 2025-01-31T13:00:00.000Z, which is longer than maxRetryAfterSeconds",
    );
    const next = await vendorError(client.get(`/sites/${warehouse}`));
    expect(next).toMatchObject({ kind: "rate-limited", notAttempted: true });
    expect(next.message).toContain("at 2025-01-31T13:00:00.000Z");
    expect(calls()).toHaveLength(2);
  });

  test("without a Retry-After is waited out for longer each time, and then told", async () => {
    const { client, slept, calls } = await setup({ variants: { rateLimit: 1, retryAfter: "absent" } });
    await client.get(`/sites/${headquarters}`);
    const failure = await vendorError(client.get(`/sites/${headquarters}`));
    expect(slept.filter((ms) => ms > 4_000)).toEqual([5_500, 10_500, 20_500]);
    expect(failure.message).toContain("Tried 4 times");
    expect(calls()).toHaveLength(5);
  });
});

test("a read-only token reads", async () => {
  const { clientWith } = await setup();
  const client = clientWith({ apiTokens: [mistReadOnlyToken] });
  expect(await client.get(`/sites/${headquarters}`)).toMatchObject({ name: "Headquarters" });
  expect(await vendorError(client.put(`/sites/${headquarters}`, { notes: "x" }))).toMatchObject({ kind: "forbidden" });
});
