import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { mistOrgId, mistReadOnlyToken, mistSiteIds, mistUserToken } from "../../simulators";
import { vendorError } from "./fortinet-support";
import { hour, minute, setup } from "./mist-support";
import { rejection } from "./support";

const [headquarters] = mistSiteIds;
const path = `/sites/${headquarters}`;
const keys = ["token-one-of-the-pool", "token-two-of-the-pool", "token-three-of-the-pool"];
const tokens = keys.map((key) => ({ key, name: key }));

describe("calls of a token", () => {
  test("are counted from full hour to full hour, and those beyond the limit wait for the next", async () => {
    const { client, slept, clock, calls } = await setup({ client: { rateLimitPerHour: 2 }, startsAfter: 50 * minute });
    for (let call = 0; call < 3; call++) await client.get(path);
    expect(slept).toEqual([10 * minute + 1_000]);
    expect(clock.now() % hour).toBe(1_000);
    expect(calls()).toHaveLength(3);
    expect(await client.budgets()).toMatchObject([{ windows: [{ counts: "calls", limit: 2, used: 1 }] }]);
  });

  test("stay below the vendor's limit of 5,000, which never refuses them", async () => {
    const { client, mist } = await setup({ variants: { rateLimit: 5 }, client: { rateLimitPerHour: 5 } });
    for (let call = 0; call < 12; call++) await client.get(path);
    expect([...mist.usage().values()]).toEqual([2]);
  });

  test("are counted for all clients and runs of this user, by a hash of the token", async () => {
    const { clientWith, apiToken } = await setup();
    const client = () => clientWith({ clock: undefined });
    await client().get(path);
    const used = async (other: ReturnType<typeof clientWith>) => (await other.budgets())[0]?.windows[0]?.used;
    expect(await used(client())).toBe(1);
    expect(await used(clientWith({ clock: undefined, apiTokens: [mistReadOnlyToken] }))).toBe(0);
    const folder = process.env.ZTP_STATE_DIR ?? "";
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
    expect(files.join("")).toContain("SQLite");
    expect(files.join("")).not.toContain(apiToken);
  });

  test("of what others have used Mist tells the rest", async () => {
    const { client, clientWith } = await setup({ mist: { tokens } });
    await clientWith().get(path);
    expect(await client.usage()).toEqual([{ requests: 2, limit: 5_000 }]);
    expect(await clientWith({ apiTokens: keys }).usage()).toHaveLength(3);
  });
});

describe("a pool of tokens", () => {
  const pool = (extra = {}) => setup({ mist: { tokens }, client: { apiTokens: keys, ...extra } });

  test("uses one after the other, each up to its own limit, and then waits for the hour", async () => {
    const { client, mist, slept, clock } = await pool({ rateLimitPerHour: 2 });
    for (let call = 0; call < 6; call++) await client.get(path);
    expect([...mist.usage().values()]).toEqual([2, 2, 2]);
    expect(slept).toEqual([]);
    await client.get(path);
    expect(slept).toEqual([hour + 1_000]);
    expect(clock.now() % hour).toBe(1_000);
  });

  test("goes on with the next token at once when Mist refuses one, and does not come back before it may", async () => {
    const { client, calls, slept, simulators, mist } = await pool();
    mist.variants.rateLimit = 1;
    await client.get(path);
    await client.get(path);
    await client.get(path);
    expect(slept).toEqual([]);
    expect(simulators.requests.filter({ service: "mist", status: 429 })).toHaveLength(2);
    expect(calls()).toHaveLength(5);
    const failure = await vendorError(client.put(path, { notes: "n" }));
    expect(failure).toMatchObject({ kind: "rate-limited" });
    expect(failure.message).toContain("2025-01-31T13:00:00.000Z");
    expect(calls()).toHaveLength(6);
  });

  test("waits out a short refusal of all of them", async () => {
    const { client, slept, calls, fault } = await pool();
    fault({ kind: "tooManyRequests", retryAfter: 20 }, { times: 3 });
    await client.get(path);
    expect(slept).toEqual([20_000]);
    expect(calls()).toHaveLength(4);
  });

  test("sends a create only once, also when it changes the token for it", async () => {
    const { client, mist, calls } = await pool();
    mist.variants.rateLimit = 1;
    await client.get(path);
    await client.post(`/orgs/${mistOrgId}/sites`, { name: "Berlin" });
    expect(calls("POST")).toHaveLength(2);
    expect([...mist.world.sites.values()].filter(({ data }) => data.name === "Berlin")).toHaveLength(1);
  });

  test("does not turn to the next token because one is not accepted, and says which", async () => {
    const { clientWith, calls } = await setup({ mist: { tokens } });
    const failure = await vendorError(clientWith({ apiTokens: ["deleted-token", ...keys] }).get(path));
    expect(failure.message).toContain("API token 1 of 4 was not accepted");
    expect(calls()).toHaveLength(1);
  });

  test("all of which have the same privileges is checked when they are asked for", async () => {
    const { clientWith, client, orgId } = await pool();
    expect(await client.organization()).toBe(orgId);
    const unequal = clientWith({ apiTokens: [keys[0] ?? "", mistReadOnlyToken] });
    const failure = await vendorError(unequal.self());
    expect(failure).toMatchObject({ kind: "forbidden" });
    expect(failure.message).toContain(
      "API token 2 (auditor) has other privileges than the first (token-one-of-the-pool)",
    );
  });

  test("of the same user is told, since those share their calls", async () => {
    const onWarning = vi.fn();
    const { clientWith, email } = await setup({
      mist: { tokens: [{ key: "second-user-token", email: "admin@example.com" }] },
    });
    await clientWith({ apiTokens: [mistUserToken, "second-user-token"], onWarning }).self();
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`of the same user as another, ${email}`));
  });

  test("ends a call at once when it is canceled", async () => {
    const { client, calls } = await pool();
    const stop = new AbortController();
    stop.abort();
    expect(await rejection(client.get(path, { signal: stop.signal }))).toMatchObject({ kind: "canceled" });
    expect(calls()).toEqual([]);
  });
});
