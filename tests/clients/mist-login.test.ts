import { describe, expect, test } from "vitest";
import { isTotpSecret, totp } from "../../provider/clients/mist/totp";
import { mistSiteIds, mistSsoEmail, mistTwoFactorCode, mistTwoFactorEmail } from "../../simulators";
import { vendorError } from "./fortinet-support";
import { hour, minute, setup } from "./mist-support";
import { answer, serve } from "./support";

const [headquarters] = mistSiteIds;
const path = `/sites/${headquarters}`;

describe("a login with a password", () => {
  test.each(["", ".eu", ".gc4", ".of-a-new-cloud"])(
    "T#214: reads and writes, whatever the cookies' names end with (%s)",
    async (cookieSuffix) => {
      const { loginWith, calls, mist } = await setup({ variants: { cookieSuffix } });
      const client = loginWith();
      expect(await client.get(path)).toMatchObject({ name: "Headquarters" });
      await client.put(path, { notes: "n" });
      expect(mist.world.sites.get(headquarters)?.data).toMatchObject({ notes: "n" });
      expect(calls()).toEqual(["POST /login", `GET ${path}`, `PUT ${path}`]);
    },
  );

  test("the name of the own cloud counts first, when there are several", async () => {
    const cookies = ["csrftoken=other; Path=/", "csrftoken.eu=own; Path=/", "sessionid.eu=1; HttpOnly"];
    const server = await serve((call, response) =>
      answer(response, 200, {}, call.url.endsWith("/login") ? ({ "set-cookie": cookies } as never) : {}),
    );
    const { loginWith } = await setup();
    // The proxy stands for the host of the cloud.
    const client = loginWith({ baseUrl: "http://api.eu.mist.com", proxy: server.url, noProxy: "" });
    await client.get(path);
    expect(server.calls.at(-1)?.headers).toMatchObject({
      "x-csrftoken": "own",
      cookie: "csrftoken=other; csrftoken.eu=own; sessionid.eu=1",
    });
  });

  test("is made once for all that begin together", async () => {
    const { loginWith, calls } = await setup();
    const client = loginWith();
    await Promise.all(Array.from({ length: 5 }, () => client.get(path)));
    expect(calls("POST")).toEqual(["POST /login"]);
  });

  test("is made anew when it has ended, once a call, and counts for the same user", async () => {
    const { loginWith, calls, clock } = await setup({ variants: { sessionMinutes: 30 } });
    const client = loginWith();
    await client.get(path);
    clock.advance(31 * minute);
    await Promise.all([client.get(path), client.put(path, { notes: "n" })]);
    expect(calls("POST")).toEqual(["POST /login", "POST /login"]);
    const [budget] = await client.budgets();
    expect(budget?.windows[0]).toMatchObject({ limit: 5_000, perMs: hour, aligned: true });
  });

  test("whose CSRF token has become void is made anew", async () => {
    const { loginWith, mist, calls } = await setup();
    const client = loginWith();
    await client.get(path);
    for (const session of mist.world.accounts.sessions.values()) Object.assign(session, { csrf: "another" });
    await client.put(path, { notes: "n" });
    expect(calls("POST")).toHaveLength(2);
  });

  test("goes on with the cookies that any answer hands out", async () => {
    const server = await serve((call, response, number) => {
      const cookies = number === 1 ? ["sessionid=1", "csrftoken=a"] : number === 2 ? ["csrftoken=b; Max-Age=60"] : [];
      answer(response, 200, { cookie: call.headers.cookie, csrf: call.headers["x-csrftoken"] }, {
        "set-cookie": cookies,
      } as never);
    });
    const { loginWith } = await setup();
    const client = loginWith({ baseUrl: server.url });
    expect(await client.get("/x")).toMatchObject({ csrf: "a" });
    expect(await client.put("/x", {})).toEqual({ cookie: "sessionid=1; csrftoken=b", csrf: "b" });
  });

  test("survives a passing failure of the login itself", async () => {
    const { loginWith, fault } = await setup();
    fault({ kind: "html", status: 503 });
    fault({ kind: "resetAfterCommit" }, { after: 1 });
    expect(await loginWith().get(path)).toMatchObject({ name: "Headquarters" });
  });

  test("that is refused says so once, and is not tried again, lest the user be locked out", async () => {
    const { loginWith, calls } = await setup();
    const client = loginWith({ password: "wrong-password" });
    const failure = await vendorError(client.find(path));
    expect(failure).toMatchObject({ kind: "unauthorized", status: 400 });
    expect(failure.message).toMatch(/^Mist could not log in as admin@example.com: the login was not accepted/);
    expect(failure.message).toContain('"Invalid email or password"');
    expect(failure.message).not.toContain("wrong-password");
    expect(await vendorError(client.remove(path))).toMatchObject({ kind: "unauthorized" });
    expect(calls()).toEqual(["POST /login"]);
  });

  test("is impossible with single sign-on, which is told", async () => {
    const { loginWith } = await setup();
    const failure = await vendorError(loginWith({ email: mistSsoEmail }).get(path));
    expect(failure.message).toContain("identity provider");
    expect(failure.message).toContain("API token");
  });

  test("is ended only when asked, if there is one", async () => {
    const { loginWith, calls, mist, client: withToken } = await setup();
    const client = loginWith();
    await client.logout();
    await withToken.logout();
    expect(calls()).toEqual([]);
    await client.get(path);
    await client.logout();
    expect(mist.world.accounts.sessions.size).toBe(0);
    await client.get(path);
    expect(calls("POST")).toEqual(["POST /login", "POST /logout", "POST /login"]);
  });
});

describe("a second factor", () => {
  test.each(["refused", "notPassed"] as const)("is given with the login (%s)", async (wrongTwoFactor) => {
    const { loginWith, calls } = await setup({ variants: { wrongTwoFactor } });
    const client = loginWith({ email: mistTwoFactorEmail, twoFactor: mistTwoFactorCode });
    expect(await client.get(path)).toMatchObject({ name: "Headquarters" });
    expect(calls("POST")).toEqual(["POST /login"]);
  });

  test("that is missing is told, with what to do", async () => {
    const { loginWith } = await setup();
    const failure = await vendorError(loginWith({ email: mistTwoFactorEmail }).get(path));
    expect(failure).toMatchObject({ kind: "unauthorized" });
    expect(failure.message).toContain("asks for a second factor");
    expect(failure.message).toContain("totpSecret");
  });

  test.each(["refused", "notPassed"] as const)("that is wrong is told (%s)", async (wrongTwoFactor) => {
    const { loginWith } = await setup({ variants: { wrongTwoFactor } });
    const failure = await vendorError(loginWith({ email: mistTwoFactorEmail, twoFactor: "654321" }).get(path));
    expect(failure).toMatchObject({ kind: "unauthorized" });
    expect(failure.message).toContain("A code is good for half a minute");
    expect(failure.message).not.toContain("654321");
  });

  test("may be asked for in a second step, in the same session", async () => {
    const server = await serve((call, response) => {
      if (call.url.endsWith("/login")) {
        const facts = { two_factor_required: true, two_factor_passed: false };
        return answer(response, 200, facts, { "set-cookie": ["sessionid=1", "csrftoken=c"] } as never);
      }
      answer(response, 200, {});
    });
    const { loginWith, clock } = await setup();
    const totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    await loginWith({ baseUrl: server.url, totpSecret }).get("/x");
    expect(server.calls.map(({ url }) => url)).toEqual(["/api/v1/login", "/api/v1/login/two_factor", "/api/v1/x"]);
    const [, second] = server.calls;
    expect(second?.headers).toMatchObject({ cookie: "sessionid=1; csrftoken=c", "x-csrftoken": "c" });
    expect(JSON.parse(second?.body ?? "")).toEqual({ two_factor: totp(totpSecret, clock.now()) });
  });

  // The vectors of RFC 6238, of which six digits are left.
  test.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_234_567_890, "005924"],
    [20_000_000_000, "353130"],
  ])("comes from its secret, as an authenticator at second %i has it", (second, code) => {
    const secret = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq";
    expect(totp(secret, second * 1_000)).toBe(code);
    expect(totp(`otpauth://totp/Mist:me?secret=${secret.replaceAll(" ", "")}&issuer=Mist`, second * 1_000)).toBe(code);
  });

  test("a secret is base32, or an otpauth URL with one", () => {
    expect(isTotpSecret("GEZDGNBV")).toBe(true);
    for (const text of ["", "12345678", "GEZD!", "otpauth://totp/x"]) expect(isTotpSecret(text)).toBe(false);
  });
});

test("an answer to a login without any cookie is no login", async () => {
  const server = await serve((_call, response) => answer(response, 200, {}));
  const { loginWith } = await setup();
  const failure = await vendorError(loginWith({ baseUrl: server.url }).get("/x"));
  expect(failure.message).toContain("the answer has no session cookie");
  expect(server.calls).toHaveLength(1);
});
