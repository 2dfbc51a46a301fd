import { describe, expect, test } from "vitest";
import {
  Clock,
  foreignMistOrgId,
  mistMspId,
  mistOrgId,
  mistReadOnlyToken,
  mistSiteGroupId,
  mistSsoEmail,
  mistTwoFactorCode,
  mistTwoFactorEmail,
  mistUserToken,
} from "../../simulators";
import { headquarters, MistBench, nowhere, org, type Row, warehouse } from "./mist-helper";

const noCredentials = { detail: "Authentication credentials were not provided." };
const noPermission = { detail: "You do not have permission to perform this action." };

/** What a browser keeps after a login. */
async function login(bench: MistBench, body: Row, suffix = ""): Promise<{ cookie: string; csrf: string; reply: Row }> {
  const response = await bench.raw("POST", "/login", {}, body);
  expect(response.status, response.text).toBe(200);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
  const csrf = cookies.find((cookie) => cookie.startsWith(`csrftoken${suffix}=`))?.split("=")[1] ?? "";
  return { cookie: cookies.join("; "), csrf, reply: response.json() };
}

describe("tokens", () => {
  test.each([
    ["none", {}],
    ["an unknown one", { authorization: "Token unknown" }],
    ["a bearer", { authorization: "Bearer simAdmin0000000000000000000000000000000000000ADMN" }],
  ])("401 with %s", async (_, headers) => {
    await using bench = await MistBench.start();
    const reply = await bench.raw("GET", "/self", headers as Record<string, string>);
    expect([reply.status, reply.json()]).toEqual([401, noCredentials]);
  });

  test("a token of an organisation has a name and privileges, and no person", async () => {
    await using bench = await MistBench.start();
    const names = { org_name: "Example Retail", name: "Example Retail" };
    expect(await bench.get("/self")).toEqual({
      name: "automation",
      privileges: [{ scope: "org", role: "admin", org_id: mistOrgId, ...names }],
    });
    expect(await bench.get("/self", mistUserToken)).toMatchObject({
      email: bench.mist.email,
      first_name: "Network",
      last_name: "Admin",
      privileges: [{ scope: "org" }, { scope: "msp", msp_name: "Example Networks" }],
    });
    expect(bench.simulators.requests.entries.map(({ account }) => account)).toEqual(["automation", bench.mist.email]);
  });

  test("a read-only one reads and doesn't write; other organisations are closed, unknown ones not there", async () => {
    await using bench = await MistBench.start();
    expect(await bench.get<Row[]>(`${org}/sites`, mistReadOnlyToken)).toHaveLength(2);
    const writes = [
      ["POST", `${org}/sites`],
      ["PUT", `/sites/${headquarters}`],
      ["DELETE", `/sites/${headquarters}`],
      ["PUT", `${org}/inventory`],
    ] as const;
    for (const [method, path] of writes)
      expect(await bench.outcome(method, path, { name: "x" }, mistReadOnlyToken)).toEqual([403, noPermission]);
    expect(await bench.outcome("GET", `/orgs/${foreignMistOrgId}/sites`)).toEqual([403, noPermission]);
    expect(await bench.outcome("GET", `/orgs/${nowhere}`)).toEqual([404, { id: nowhere }]);
    expect((await bench.get<Row[]>(`${org}/sites`)).map(({ name }) => name)).toEqual(["Headquarters", "Warehouse"]);
  });

  test.each([
    ["site", { scope: "site", role: "write", site_id: headquarters }, [403, 200, 403]],
    ["site group", { scope: "sitegroup", role: "write", sitegroup_ids: [mistSiteGroupId] }, [403, 200, 403]],
    ["organisation", { scope: "org", role: "write", org_id: mistOrgId }, [200, 200, 200]],
    ["MSP", { scope: "msp", role: "admin", msp_id: mistMspId }, [200, 200, 200]],
    ["group of organisations", { scope: "orggroup", role: "admin", orggroup_ids: [nowhere] }, [200, 200, 200]],
    ["helpdesk", { scope: "org", role: "helpdesk", org_id: mistOrgId }, [403, 403, 403]],
    ["another MSP", { scope: "msp", role: "admin", msp_id: nowhere }, [403, 403, 403]],
  ])("privileges on a %s reach so far", async (_, privilege, expected) => {
    await using bench = await MistBench.start();
    await bench.ok("PUT", org, { orggroup_ids: [nowhere] });
    await bench.control("POST", "/mist/tokens", [{ key: "some", privileges: [privilege] }]);
    const paths = [`${org}/setting`, `/sites/${headquarters}/setting`, `/sites/${warehouse}/setting`];
    const statuses: number[] = [];
    for (const path of paths) statuses.push((await bench.call("PUT", path, {}, "some")).status);
    expect(statuses).toEqual(expected);
  });

  test("privileges may change at any time, and come back", async () => {
    await using bench = await MistBench.start();
    const { apiToken } = bench.mist;
    const admin = [{ scope: "org" as const, role: "admin" as const, org_id: mistOrgId }];
    bench.mist.setPrivileges(apiToken, []);
    expect(await bench.outcome("GET", `/sites/${headquarters}`)).toEqual([403, noPermission]);
    bench.mist.setPrivileges(apiToken, admin);
    await bench.get(`/sites/${headquarters}`);
    const put = await bench.control("PUT", `/mist/privileges/${bench.mist.email}`, []);
    expect(put.status).toBe(204);
    expect((await bench.call("GET", org, undefined, mistUserToken)).status).toBe(403);
    expect((await bench.control("PUT", "/mist/privileges/nobody", [])).status).toBe(404);
    expect(() => bench.mist.setPrivileges("nobody", [])).toThrow("neither a user nor a token");
  });

  test("the key is told once, masked ever after, and ends with the token", async () => {
    await using bench = await MistBench.start();
    const privileges = [{ scope: "org", role: "read", org_id: mistOrgId }];
    const created = await bench.ok("POST", `${org}/apitokens`, { name: "ci", privileges, src_ips: ["192.0.2.1"] });
    const key = String(created.key);
    expect(key.length).toBeGreaterThan(30);
    await bench.get(`${org}/sites`, key);
    const path = `${org}/apitokens/${created.id}`;
    expect(await bench.get(path)).toMatchObject({ name: "ci", key: `${key.slice(0, 4)}...${key.slice(-4)}` });
    expect((await bench.get<Row[]>(`${org}/apitokens`)).map(({ name }) => name)).toEqual([
      "automation",
      "auditor",
      "ci",
    ]);
    expect(JSON.stringify(await bench.get(`${org}/apitokens`))).not.toContain(key);
    await bench.ok("PUT", path, { privileges: [], src_ips: ["192.0.2.1"] });
    expect((await bench.call("GET", `${org}/sites`, undefined, key)).status).toBe(403);
    expect((await bench.call("PUT", path, { src_ips: [] })).status).toBe(400);
    await bench.ok("DELETE", path);
    expect((await bench.call("GET", "/self", undefined, key)).status).toBe(401);
  });

  test("a token that nobody has used for 90 days is gone", async () => {
    await using bench = await MistBench.start();
    bench.seconds(89 * 86_400);
    await bench.get("/self");
    bench.seconds(89 * 86_400);
    await bench.get("/self");
    expect((await bench.call("GET", "/self", undefined, mistReadOnlyToken)).status).toBe(401);
  });
});

describe("login", () => {
  test.each(["", ".eu", ".gc1"])(
    "cookies ending in %j carry a session; writes need X-CSRFToken",
    async (cookieSuffix) => {
      await using bench = await MistBench.start({ cookieSuffix });
      const { email, password } = bench.mist;
      const { cookie, csrf, reply } = await login(bench, { email, password }, cookieSuffix);
      expect(reply).toEqual({ email, two_factor_required: false, two_factor_passed: true });
      expect(csrf).not.toBe("");
      const me = await bench.raw("GET", "/self", { cookie });
      expect(me.json()).toMatchObject({ email });
      const site = { name: "by cookie" };
      const refusal = { detail: "CSRF Failed: CSRF token missing or incorrect." };
      const withoutToken: Array<Record<string, string>> = [{ cookie }, { cookie, "x-csrftoken": "wrong" }];
      for (const headers of withoutToken) {
        const refused = await bench.raw("POST", `${org}/sites`, headers, site);
        expect([refused.status, refused.json()]).toEqual([403, refusal]);
      }
      expect((await bench.raw("POST", `${org}/sites`, { cookie, "x-csrftoken": csrf }, site)).status).toBe(200);
      expect((await bench.raw("POST", "/logout", { cookie, "x-csrftoken": csrf })).status).toBe(200);
      expect((await bench.raw("GET", "/self", { cookie })).status).toBe(401);
    },
  );

  test("a login may answer {}, ends after a while, or when it is ended", async () => {
    await using bench = await MistBench.start({ loginBody: "empty", sessionMinutes: 10 });
    const { email, password } = bench.mist;
    const first = await login(bench, { email, password });
    expect(first.reply).toEqual({});
    bench.seconds(601);
    expect((await bench.raw("GET", "/self", { cookie: first.cookie })).status).toBe(401);
    for (const end of [() => bench.control("DELETE", "/mist/sessions"), async () => bench.mist.endSessions()]) {
      const { cookie } = await login(bench, { email, password });
      expect((await bench.raw("GET", "/self", { cookie })).status).toBe(200);
      await end();
      expect((await bench.raw("GET", "/self", { cookie })).status).toBe(401);
    }
  });

  test("the second factor comes with the login, or in a step of its own", async () => {
    await using bench = await MistBench.start();
    const account = { email: mistTwoFactorEmail, password: bench.mist.password };
    const whole = await login(bench, { ...account, two_factor: mistTwoFactorCode });
    expect(whole.reply).toMatchObject({ two_factor_required: true, two_factor_passed: true });
    expect((await bench.raw("GET", "/self", { cookie: whole.cookie })).status).toBe(200);
    const { cookie, csrf, reply } = await login(bench, account);
    expect(reply).toMatchObject({ two_factor_required: true, two_factor_passed: false });
    const headers = { cookie, "x-csrftoken": csrf };
    expect((await bench.raw("GET", "/self", { cookie })).status).toBe(401);
    const step = (code: string) => bench.raw("POST", "/login/two_factor", headers, { two_factor: code });
    expect((await step("000000")).status).toBe(401);
    const passed = await step(mistTwoFactorCode);
    expect([passed.status, passed.text]).toEqual([200, ""]);
    expect((await bench.raw("GET", "/self", { cookie })).json()).toMatchObject({ two_factor_verified: true });
    expect((await bench.raw("POST", "/login/two_factor", {}, { two_factor: mistTwoFactorCode })).status).toBe(401);
  });

  test("an authenticator's codes follow the simulated clock, a step early or late", async () => {
    // The first of the RFC's own examples: 287082 at 59 seconds.
    const clock = new Clock({ startAt: 59_000, frozen: true });
    const user = { email: "phone@example.com", totpSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
    await using bench = await MistBench.start({}, { users: [user] }, { clock });
    const account = { email: user.email, password: bench.mist.password };
    const status = async (code: string) =>
      (await bench.raw("POST", "/login", {}, { ...account, two_factor: code })).status;
    expect(await status("287082")).toBe(200);
    expect(await status("287083")).toBe(400);
    bench.seconds(30);
    expect(await status("287082")).toBe(200);
    bench.seconds(30);
    expect(await status("287082")).toBe(400);
  });

  test("the second step of an account without one is 404", async () => {
    await using bench = await MistBench.start();
    const { cookie, csrf } = await login(bench, { email: bench.mist.email, password: bench.mist.password });
    const reply = await bench.raw("POST", "/login/two_factor", { cookie, "x-csrftoken": csrf }, { two_factor: "1" });
    expect(reply.status).toBe(404);
  });

  test("refusals are 400 with a detail; single sign-on tells where to go", async () => {
    await using bench = await MistBench.start();
    const { email, password } = bench.mist;
    const attempt = async (body: unknown): Promise<[number, Row]> => {
      const reply = await bench.raw("POST", "/login", {}, body);
      return [reply.status, reply.json()];
    };
    const wrong = [400, { detail: "Invalid email or password." }];
    expect(await attempt({ email, password: "wrong" })).toEqual(wrong);
    expect(await attempt({ email: "nobody@example.com", password })).toEqual(wrong);
    expect(await attempt({ email })).toEqual([400, { detail: "email and password are required" }]);
    expect(await attempt({ email: mistSsoEmail, password })).toEqual([
      400,
      { detail: expect.stringContaining("identity provider"), forward_url: expect.stringContaining("https://") },
    ]);
    const code = { email: mistTwoFactorEmail, password, two_factor: "000000" };
    expect(await attempt(code)).toEqual([400, { detail: "Invalid two-factor code." }]);
    bench.mist.variants.wrongTwoFactor = "notPassed";
    expect(await attempt(code)).toEqual([200, expect.objectContaining({ two_factor_passed: false })]);
    const bodies = bench.simulators.requests.entries.map(({ body }) => JSON.stringify(body));
    expect(bodies.join()).not.toContain(password);
    expect(bodies.join()).not.toContain("000000");
  });
});

describe("the limit of an hour", () => {
  test("is told, counted by organisation token and by user, and starts afresh on the hour", async () => {
    await using bench = await MistBench.start({ rateLimit: 3 });
    bench.seconds(1_800);
    const usage = await bench.get("/self/usage");
    expect(usage).toEqual({ requests: 1, request_limit: 3, seconds: 1_800 });
    await bench.get("/self");
    await bench.get("/self");
    const refused = await bench.call("GET", "/self");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1800");
    expect(refused.json()).toEqual({ detail: expect.stringContaining("1800 seconds") });
    // Another token of the organisation has a count of its own; a user's tokens and logins share one.
    await bench.get("/self", mistReadOnlyToken);
    await bench.get("/self", mistUserToken);
    const { cookie } = await login(bench, { email: bench.mist.email, password: bench.mist.password });
    expect((await bench.raw("GET", "/self/usage", { cookie })).json()).toMatchObject({ requests: 2 });
    expect([...bench.mist.usage().values()]).toEqual([3, 1, 2]);
    bench.seconds(1_799);
    expect((await bench.call("GET", "/self")).status).toBe(429);
    bench.seconds(1);
    expect(await bench.get("/self/usage")).toMatchObject({ requests: 1, seconds: 3_600 });
  });

  test.each([
    ["a number of our choosing", { retryAfterSeconds: 2 }, "2"],
    ["a date", { retryAfter: "date" as const }, "Fri, 31 Jan 2025 13:00:00 GMT"],
    ["nothing", { retryAfter: "absent" as const }, null],
  ])("Retry-After may be %s", async (_, variants, expected) => {
    await using bench = await MistBench.start({ rateLimit: 1, ...variants });
    await bench.get("/self");
    expect((await bench.call("GET", "/self")).headers.get("retry-after")).toBe(expected);
    await bench.control("DELETE", "/mist/usage");
    await bench.get("/self");
  });
});
