import { describe, expect, test } from "vitest";
import { createFortinetLogin } from "../../provider/clients/fortinet/oauth";
import { organizationApiId } from "../../simulators";
import { serials, setup, toCloud, vendorError } from "./fortinet-support";
import { answer, serve, TestClock } from "./support";

const grants = (logins: { body?: unknown }[]) => logins.map(({ body }) => (body as { grant_type?: string }).grant_type);

describe("login", () => {
  test("a hundred concurrent calls share one token", async () => {
    const { client, logins, calls } = await setup();
    await Promise.all(Array.from({ length: 100 }, () => client.system.get()));
    expect(logins()).toHaveLength(1);
    expect(calls()).toHaveLength(100);
  });

  test("a caller that gives up does not take the login from the others", async () => {
    const { client, simulators, logins } = await setup();
    simulators.faults.add({ service: "oauth", action: { kind: "delay", ms: 20 } });
    const stop = new AbortController();
    const lost = vendorError(client.system.get({ signal: stop.signal }));
    const kept = client.system.get();
    stop.abort();
    expect(await lost).toMatchObject({ kind: "canceled" });
    expect(await kept).toMatchObject({ serviceName: "FortiZTP" });
    expect(logins()).toHaveLength(1);
  });

  test.each(["rotated", "kept", "absent"] as const)(
    "is renewed before it expires (refresh token %s)",
    async (refreshToken) => {
      const { client, simulators, logins } = await setup({ fortinet: { variants: { refreshToken } } });
      for (let day = 0; day < 3; day++) {
        await client.system.get();
        simulators.clock.advance(14_400_000 - 299_000);
      }
      await client.system.get();
      const renewal = refreshToken === "absent" ? "password" : "refresh_token";
      expect(grants(logins())).toEqual(["password", renewal, renewal, renewal]);
    },
  );

  test("is not renewed while enough life is left", async () => {
    const { client, simulators, logins } = await setup({ fortinet: { variants: { tokenLifetimeSeconds: 100 } } });
    await client.system.get();
    simulators.clock.advance(89_000);
    await client.system.get();
    expect(logins()).toHaveLength(1);
    simulators.clock.advance(2_000);
    await client.system.get();
    expect(logins()).toHaveLength(2);
  });

  test.each(["needsCredentials", "refused"] as const)(
    "falls back to the password (refresh %s)",
    async (refreshGrant) => {
      const { client, simulators, logins } = await setup({ fortinet: { variants: { refreshGrant } } });
      await client.system.get();
      simulators.clock.advance(14_399_000);
      await client.system.get();
      expect(grants(logins())).toEqual(["password", "refresh_token", "password"]);
    },
  );

  test("a login service that is down does not stop work that holds a good token", async () => {
    const { client, simulators } = await setup();
    await client.system.get();
    simulators.clock.advance(14_400_000 - 200_000);
    simulators.faults.add({ service: "oauth", action: { kind: "status", status: 503 } });
    expect(await client.system.get()).toMatchObject({ serviceName: "FortiZTP" });
  });

  test("a 401 in mid-run heals by one login and one replay", async () => {
    const { client, simulators, logins, calls } = await setup();
    await client.system.get();
    simulators.faults.add({ service: "fortiztp", times: 1, action: { kind: "expireTokens" } });
    await client.devices.put(toCloud(serials.gates[0] ?? ""));
    expect(grants(logins())).toEqual(["password", "password"]);
    expect(calls("PUT")).toHaveLength(2);
  });

  test("a 401 seen by many callers at once costs one login", async () => {
    const { client, simulators, logins } = await setup();
    await client.system.get();
    simulators.fortinet.tokens.expireAll();
    await Promise.all(Array.from({ length: 20 }, () => client.system.get()));
    expect(logins()).toHaveLength(2);
  });

  test("a 401 that stays fails after one replay, with hints", async () => {
    const { client, simulators, logins } = await setup();
    simulators.faults.add({ service: "fortiztp", action: { kind: "status", status: 401, body: { error: "no" } } });
    const failure = await vendorError(client.system.get());
    expect(failure).toMatchObject({ kind: "unauthorized", status: 401 });
    expect(failure.message).toMatch(/resets the password.*Local, not ORG/);
    expect(logins()).toHaveLength(2);
  });

  test.each(["oauth", "message", "detail", "html", "empty"] as const)(
    "refused credentials fail with hints and without the password (error body %s)",
    async (signInErrorBody) => {
      const { clientWith, logins } = await setup({ fortinet: { variants: { signInErrorBody } } });
      const failure = await vendorError(clientWith({ password: "wrong-password" }).system.get());
      expect(failure).toMatchObject({ kind: "unauthorized", status: 401, system: "FortiCloud" });
      expect(failure.message).toContain("resets the password");
      expect(failure.message).not.toContain("wrong-password");
      expect(logins()).toHaveLength(1);
    },
  );

  test("a user of the organisation type is refused in the vendor's words", async () => {
    const { clientWith } = await setup();
    const failure = await vendorError(clientWith({ apiId: organizationApiId }).system.get());
    expect(failure.message).toContain("organization type");
    expect(failure.message).toContain("type Local");
  });

  test("is tried again on 429, 5xx and resets", async () => {
    const { client, simulators, slept } = await setup();
    simulators.faults.add({ service: "oauth", times: 1, action: { kind: "tooManyRequests", retryAfter: 7 } });
    simulators.faults.add({ service: "oauth", times: 1, action: { kind: "status", status: 502 } });
    simulators.faults.add({ service: "oauth", times: 1, action: { kind: "resetAfterCommit" } });
    await client.system.get();
    expect(slept).toEqual([7_500, 1_000, 2_000]);
  });

  test.each([
    [{ apiId: undefined, password: undefined }, "incomplete"],
    [{ password: undefined }, "incomplete"],
    [{ oauthToken: "a-token" }, "two sets"],
  ])("credentials %j are refused before any call", async (credentials, words) => {
    const { clientWith, simulators } = await setup();
    expect((await vendorError(clientWith(credentials).system.get())).message).toContain(words);
    expect(simulators.requests.entries).toHaveLength(0);
  });
});

describe("a token obtained elsewhere", () => {
  test("is used as it is, and its 401 says that it cannot be renewed", async () => {
    const { client, clientWith, logins, simulators, calls } = await setup();
    const oauthToken = await client.login.token();
    const given = clientWith({ apiId: undefined, password: undefined, oauthToken });
    expect(await given.system.get()).toMatchObject({ serviceName: "FortiZTP" });
    simulators.fortinet.tokens.expireAll();
    const failure = await vendorError(given.system.get());
    expect(failure.message).toContain("cannot be renewed");
    expect(failure.message).not.toContain(oauthToken);
    expect(logins()).toHaveLength(1);
    expect(calls()).toHaveLength(2);
  });
});

test("a token is revoked only when asked", async () => {
  const { client, simulators } = await setup();
  await client.login.revoke();
  expect(simulators.requests.count({ service: "oauth" })).toBe(0);
  await client.system.get();
  await client.login.revoke();
  expect(simulators.fortinet.tokens.list()).toHaveLength(0);
  await client.system.get();
  expect(simulators.requests.count({ service: "oauth" })).toBe(3);
});

test("without a usable expires_in a token lives an hour; an answer without a token is a refusal", async () => {
  const clock = new TestClock().hold();
  const server = await serve((_call, response, number) =>
    answer(response, 200, number < 3 ? { access_token: `token-${number}`, expires_in: null } : { status: "failure" }),
  );
  const login = createFortinetLogin({ apiId: "ID", password: "password", authUrl: `${server.url}/token/`, clock });
  expect(await login.token()).toBe("token-1");
  await clock.advance(3_299_000);
  expect(await login.token()).toBe("token-1");
  login.invalidate("another");
  expect(await login.token()).toBe("token-1");
  await clock.advance(2_000);
  expect(await login.token()).toBe("token-2");
  login.invalidate("token-2");
  expect(await vendorError(login.token())).toMatchObject({ kind: "unauthorized" });
});
