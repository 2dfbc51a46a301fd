import { mkdtempSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Forticare } from "../../provider/clients/fortinet/forticare";
import { VendorError } from "../../provider/clients/http/errors";
import { createRedactor } from "../../provider/clients/http/redact";
import { createTrace } from "../../provider/clients/http/trace";
import { readOnlyApiId } from "../../simulators";
import { brief, failureAt, organization, serials, setup, units } from "./forticare-support";
import { vendorError } from "./fortinet-support";
import { answer, serve, TestClock } from "./support";

const hour = 3_600_000;
const usedErrors = async (client: Forticare) => (await client.budget()).windows[2]?.used;

/** Spends errors, each with a call that FortiCare refuses. */
async function fail(client: Forticare, times: number) {
  for (let time = 0; time < times; time++) await vendorError(client.products.describe(serials.unknown, "x"));
}

describe("the budget", () => {
  test("reads end with three of the vendor's ten errors left, writes with two, and the failure says when to go on", async () => {
    const { client, clock, calls, slept } = await setup();
    await fail(client, 1);
    clock.advance(600_000);
    await fail(client, 6);
    expect(await usedErrors(client)).toBe(7);
    const before = calls().length;
    const read = await vendorError(client.products.list());
    expect(read).toMatchObject({ kind: "rate-limited", code: "error-budget", notAttempted: true });
    expect(read.message).toMatch(
      /^FortiCare could not list products: the error budget is used up\. There is room again in 51 min, at 2025-01-31T13:00:01\.000Z\. .*Mend what has failed/,
    );
    expect(calls()).toHaveLength(before);
    await client.products.describe(serials.web, "still possible");
    await fail(client, 1);
    expect(await vendorError(client.products.describe(serials.web, "no more"))).toMatchObject({ code: "error-budget" });
    expect(slept).toEqual([]);
    clock.advance(hour + 1_000);
    expect((await client.products.list()).complete).toBe(true);
  });

  test("what is registered when the errors run out is not attempted", async () => {
    const { client } = await setup();
    await fail(client, 7);
    const outcomes = await client.products.register([{ serialNumber: serials.unknown }, ...units(3)]);
    expect(brief(outcomes)).toEqual(["rejected", ...Array.from({ length: 3 }, () => "error-budget, not attempted")]);
    expect(failureAt(outcomes, 3).message).toContain("There is room again in 61 min");
  });

  test("when FortiCare is down, a read gives up while errors are left", async () => {
    const { client, fault } = await setup();
    fault("/products/list", { kind: "status", status: 503, body: {} }, { times: 99 });
    expect(await vendorError(client.products.list())).toMatchObject({ kind: "server", transient: true });
    expect(await usedErrors(client)).toBe(3);
  });

  test("what never left does not count as an error", async () => {
    const { clientWith } = await setup();
    const client = clientWith({ forticareUrl: "http://127.0.0.1:1" });
    expect(await vendorError(client.products.list())).toMatchObject({ code: "ECONNREFUSED" });
    expect(await usedErrors(client)).toBe(0);
  });

  test("calls wait for the minute and for the hour, and FortiCare never refuses one", async () => {
    const { client, forticare, simulators, slept } = await setup({ variants: { throttledCalls: "counted" } });
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 100 }, () => client.folders.list()));
    }
    expect(simulators.requests.count({ service: "forticare" })).toBe(1_000);
    expect(simulators.requests.count({ service: "forticare", status: 429 })).toBe(0);
    expect(Math.max(...slept)).toBeGreaterThan(hour / 2);
    expect(forticare.usage()[0]?.errorsLastHour).toBe(0);
  });

  test("the limits can be set, and made shorter for a simulator", async () => {
    const limits = {
      forticareRateLimitPerMinute: 2,
      forticareRateLimitPerHour: 3,
      forticareErrorsPerHour: 1,
      windowScale: 60,
    };
    const { client, slept } = await setup({ client: limits, variants: { windowScale: 60 } });
    for (let call = 0; call < 4; call++) await client.folders.list();
    expect(slept).toEqual([2_000, 59_000]);
    expect((await client.budget()).windows).toMatchObject([
      { counts: "calls", limit: 2, perMs: 1_000 },
      { counts: "calls", limit: 3, perMs: 60_000, used: 2 },
      { counts: "errors", limit: 1, perMs: 60_000, used: 0 },
    ]);
    await fail(client, 1);
    expect(await vendorError(client.folders.list())).toMatchObject({ code: "error-budget" });
  });
});

describe("a refusal because of a limit", () => {
  const modes = [
    { throttleMode: "http429" },
    { throttleMode: "envelope" },
    { throttleMode: "envelope", throttleEnvelopeHttp: 200 },
    { throttleMode: "envelope", errorShape: "string" },
  ] as const;
  const narrow = { limits: { callsPerMinute: 2 } };

  test.each(modes)("is waited out for a minute: %j", async (mode) => {
    const { client, slept, calls } = await setup({ variants: { ...mode, ...narrow } });
    await client.products.describe(serials.web, "one");
    await client.products.describe(serials.web, "two");
    await client.products.describe(serials.web, "three");
    expect(slept).toEqual([60_500]);
    expect(calls()).toHaveLength(4);
  });

  test.each(modes)("that asks for a time is waited out for that: %j", async (mode) => {
    const { client, clock, slept } = await setup({ variants: { ...mode, ...narrow, throttleRetryAfter: true } });
    await client.folders.list();
    await client.folders.list();
    clock.advance(20_000);
    await client.folders.list();
    expect(slept).toEqual([40_500]);
  });

  test.each(modes)("twice in a row ends all work, and says when it may go on: %j", async (mode) => {
    const { client, clock, slept, calls } = await setup({ variants: { ...mode, limits: { callsPerHour: 2 } } });
    await client.folders.list();
    await client.folders.list();
    const failure = await vendorError(client.products.describe(serials.web, "no"));
    expect(failure).toMatchObject({ kind: "rate-limited", code: "throttled", transient: false });
    expect(failure.message).toContain(
      "Nothing more is sent to it for 60 min, until 2025-01-31T13:01:00.500Z. Run again then.",
    );
    expect(calls("/products/description")).toHaveLength(2);
    const next = await vendorError(client.folders.list());
    expect(next).toMatchObject({ code: "paused", notAttempted: true });
    expect(next.message).toContain("There is room again in 60 min");
    expect(calls()).toHaveLength(4);
    expect(slept).toEqual([60_500]);
    clock.advance(hour);
    await client.folders.list();
  });

  test("the same for the products of a batch, those that follow are not attempted", async () => {
    const { client, calls } = await setup({ variants: { limits: { callsPerHour: 1 } } });
    const outcomes = await client.products.register(units(25));
    expect(brief(outcomes.slice(9, 21))).toEqual([
      "answer",
      ...Array.from({ length: 10 }, () => "throttled"),
      "throttled, not attempted",
    ]);
    expect(calls()).toHaveLength(3);
  });

  test("calls in flight together see one refusal, not two in a row", async () => {
    const { clientWith } = await setup();
    const clock = new TestClock().hold();
    const held: ServerResponse[] = [];
    const server = await serve((_call, response, number) => {
      if (number !== 2 && number !== 3) return answer(response, 200, { status: 0, error: null });
      held.push(response);
      if (held.length === 2) for (const both of held) answer(both, 429, {});
    });
    const client = clientWith({ forticareUrl: server.url, clock });
    await client.folders.list();
    const both = Promise.all([client.folders.list(), client.contracts.list()]);
    await expect.poll(() => clock.slept).toHaveLength(2);
    await clock.advance(60_500);
    await both;
    expect(server.calls).toHaveLength(5);
    expect(clock.slept).toEqual([60_500, 60_500]);
  });
});

describe("access", () => {
  const refused = [400, 401, 403] as const;

  test.each(refused)(
    "without permission (HTTP %i) one refusal ends all queued work with one explanation",
    async (status) => {
      const { client, simulators, calls } = await setup({ variants: { permissionFailureHttp: status } });
      const { apiId, password } = simulators.fortinet;
      simulators.fortinet.addUser({ apiId, password, assetManagement: false });
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, index) => vendorError(client.products.find(serials.gates[index] ?? ""))),
      );
      expect(calls()).toHaveLength(1);
      expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(["forbidden"]));
      expect(all.filter(({ notAttempted }) => notAttempted)).toHaveLength(19);
      expect(all[19]?.message).toMatch(/^FortiCare could not list products FGT60FTK24090020: access was denied .*IAM/);
      await vendorError(client.checkAccess());
      expect(calls()).toHaveLength(1);
      expect(await usedErrors(client)).toBe(1);
    },
  );

  test("work that waits for the budget ends with it", async () => {
    const { client, simulators, calls, fault } = await setup({ client: { maxConcurrency: 1 } });
    await client.folders.list();
    for (const user of simulators.fortinet.users.values()) user.assetManagement = false;
    fault("/folders/list", { kind: "delay", ms: 30 });
    const all = await Promise.all(Array.from({ length: 5 }, () => vendorError(client.folders.list())));
    expect(all.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => "forbidden"));
    expect(calls()).toHaveLength(2);
  });

  test("a user who may only read can read", async () => {
    const { clientWith, password } = await setup();
    const client = clientWith({ apiId: readOnlyApiId, password });
    await client.checkAccess();
    expect(await vendorError(client.products.describe(serials.web, "x"))).toMatchObject({ kind: "forbidden" });
  });

  test("a user of an organization must name the account", async () => {
    const { clientWith, forticare } = await setup();
    const client = clientWith(organization);
    const failure = await vendorError(client.checkAccess());
    expect(failure).toMatchObject({ kind: "rejected", code: "account-id-required" });
    expect(failure.message).toContain("set accountId");
    const accountId = forticare.world.accountIds.get("main");
    await client.checkAccess({ accountId });
    const outcomes = await client.products.register(units(1), { accountId });
    expect(brief(outcomes)).toEqual(["answer"]);
    expect(brief(await client.products.register(units(2).slice(1)))).toEqual(["account-id-required"]);
  });
});

describe("login", () => {
  test.each([400, 401, 403] as const)("a token that is refused (HTTP %i) is replaced once", async (authFailureHttp) => {
    const { client, fault, simulators, calls } = await setup({ variants: { authFailureHttp } });
    await client.folders.list();
    fault("/products/description", { kind: "expireTokens" });
    await client.products.describe(serials.web, "x");
    expect(simulators.requests.count({ service: "oauth" })).toBe(2);
    expect(calls("/products/description")).toHaveLength(2);
    expect(await usedErrors(client)).toBe(1);
  });

  test("a token that stays refused ends all work", async () => {
    const { client, fault, simulators, calls } = await setup();
    fault("/folders/list", { kind: "expireTokens" }, { times: 99 });
    const all = await Promise.all(Array.from({ length: 5 }, () => vendorError(client.folders.list())));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(["unauthorized"]));
    expect(all[0]?.message).toContain("resets the password");
    expect(calls()).toHaveLength(2);
    expect(simulators.requests.count({ service: "oauth" })).toBe(2);
  });

  test.each(["uncoded", "coded"] as const)(
    "words about a missing token count like its error code (%s)",
    async (missingToken) => {
      const { clientWith } = await setup({ variants: { missingToken } });
      const server = await serve((call, response, number) => {
        const body = {
          status: number === 1 ? -1 : 0,
          message: number === 1 ? "Please provide token in request." : "",
          error: null,
        };
        answer(response, number === 1 ? 400 : 200, { ...body, token: call.headers.authorization });
      });
      await clientWith({ forticareUrl: server.url }).folders.list();
      expect(server.calls).toHaveLength(2);
    },
  );

  test("credentials that are refused are tried once, not by every call that waits", async () => {
    const { clientWith, simulators } = await setup();
    const client = clientWith({ password: "wrong-password" });
    const all = await Promise.all(Array.from({ length: 6 }, () => vendorError(client.folders.list())));
    await vendorError(client.products.list());
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(["unauthorized"]));
    expect(all[5]?.message).not.toContain("wrong-password");
    expect(all[0]?.message).not.toContain("Local");
    expect(simulators.requests.count({ service: "oauth" })).toBe(1);
    expect(simulators.requests.count({ service: "forticare" })).toBe(0);
  });

  test("asks for a token of its own service, and renews it with the credentials", async () => {
    const { client, clock, simulators } = await setup({ fortinet: { variants: { refreshGrant: "needsCredentials" } } });
    await client.folders.list();
    clock.advance(14_400_000 - 299_000);
    await client.folders.list();
    const bodies = simulators.requests.filter({ service: "oauth" }).map(({ body }) => body);
    expect(bodies).toMatchObject([
      { client_id: "assetmanagement", grant_type: "password" },
      {
        client_id: "assetmanagement",
        grant_type: "refresh_token",
        username: simulators.fortinet.apiId,
        password: expect.any(String),
      },
    ]);
  });

  test("another service's token is not accepted", async () => {
    const { clientWith, calls } = await setup();
    const client = clientWith({ forticareClientId: "fortiztp" });
    expect(await vendorError(client.folders.list())).toMatchObject({ kind: "unauthorized" });
    expect(calls()).toHaveLength(2);
    const elite = clientWith({ forticareClientId: "fcelite" });
    await elite.folders.list();
  });

  test.each([
    [{ error_description: "one", error: "five" }, "one"],
    [{ oauth: { message: "two" }, error_message: "three" }, "two"],
    [{ error_message: "three", message: "four" }, "three"],
    [{ message: "four", error: "five" }, "four"],
    [{ error: "five", status: "failure" }, "five"],
  ])("what the login service says in %j is quoted", async (body, words) => {
    const { clientWith } = await setup();
    const server = await serve((_call, response) => answer(response, 401, body));
    const failure = await vendorError(clientWith({ authUrl: `${server.url}/token/` }).folders.list());
    expect(failure).toMatchObject({ kind: "unauthorized", vendorMessage: words });
  });
});

describe("secrets", () => {
  const secrets = { cloudKey: "KEYX9999", contractNumber: "2401CT999999", code: "ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ" };

  test("never appear in errors, traces and the audit log, though FortiCare repeats them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "forticare-"));
    const redactor = createRedactor();
    const auditLogPath = join(folder, "audit.jsonl");
    const { clientWith } = await setup();
    let received = "";
    const server = await serve((call, response) => {
      received += call.body;
      const token = call.headers.authorization?.replace("Bearer ", "");
      const echo = Object.values(secrets).filter((secret) => received.includes(secret));
      const error = { errorCode: 102, message: `Bad values ${echo.join(" and ")}, token ${token}` };
      const assets = [{ serialNumber: serials.gates[0], status: 2, message: `Product-> bad ${echo.join(" and ")}` }];
      const refusal = { status: -1, message: "Invalid incoming request.", error, token, assets };
      const listed = call.url.endsWith("/licenses/list");
      answer(response, listed ? 200 : 400, listed ? { status: 0, error: null, token, licenses: null } : refusal);
    });
    const trace = createTrace(redactor, join(folder, "trace.log"));
    const client = clientWith({ forticareUrl: server.url, redactor, trace, auditLogPath });
    const { cloudKey, contractNumber, code } = secrets;
    const unit = { serialNumber: serials.gates[0] ?? "", cloudKey: cloudKey.toLowerCase(), contractNumber };
    const failures = [
      ...(await client.products.register([unit])),
      await vendorError(client.licenses.register({ licenseRegistrationCode: code })),
      await vendorError(client.services.register({ contractNumber })),
      await vendorError(client.contracts.list({ contractNumber })),
    ];
    const token = server.calls[0]?.headers.authorization?.replace("Bearer ", "") ?? "";
    expect(token.length).toBeGreaterThan(20);
    const texts = failures.map((failure) =>
      failure instanceof VendorError ? JSON.stringify(failure) + failure.message : "",
    );
    for (const text of texts) expect(text).toContain("[redacted]");
    texts.push(readFileSync(join(folder, "trace.log"), "utf8"), readFileSync(auditLogPath, "utf8"));
    for (const text of texts) {
      for (const secret of [cloudKey, contractNumber, code, token]) expect(text).not.toContain(secret);
    }
    // Reading is no write, though it is a POST.
    const audited = readFileSync(auditLogPath, "utf8").trim().split("\n");
    expect(audited.map((line) => JSON.parse(line).action)).toEqual([
      expect.stringContaining("log in"),
      `register product ${serials.gates[0]}`,
      "register a license",
      "register a service contract",
    ]);
  });

  test.each([200, 400, 500])("bodies that are cut short (HTTP %i) are not quoted", async (status) => {
    const { clientWith } = await setup();
    const body = `{"status":0,"token":"abcdefghijklmnop","assets":[{"licenseFile":"-----BEGIN","email":"noc@example.com`;
    const server = await serve((_call, response) => response.writeHead(status).end(body));
    const client = clientWith({ forticareUrl: server.url, maxRetries: 0 });
    const failures = [await vendorError(client.products.list()), ...(await client.products.register(units(1)))];
    expect(failures).toHaveLength(2);
    for (const failure of failures) {
      expect(failure).toMatchObject({ kind: status === 500 ? "server" : "not-json", transient: true, status });
      expect(failure instanceof VendorError ? failure.message : "").not.toMatch(/abcdef|BEGIN|noc@/);
    }
    expect(failures[1]).toMatchObject({ ambiguous: true });
  });

  test("the echoed token is no part of a result", async () => {
    const { client } = await setup();
    const token = await client.login.token();
    const results = [
      await client.products.list(),
      await client.products.get(serials.web),
      await client.products.register(units(1)),
      await client.folders.list(),
      await client.licenses.list(),
    ];
    expect(JSON.stringify(results)).not.toContain(token);
  });
});
