import { describe, expect, test } from "vitest";
import { judgeBy, readEnvelope } from "../../provider/clients/fortinet/forticare-envelope";
import { createRedactor } from "../../provider/clients/http/redact";

const terms = {
  redactor: createRedactor(),
  now: () => 0,
  throttled: (retryAfterMs: number | undefined) => ({ kind: "rate-limited" as const, retryAfterMs }),
};

/** What a reply with this status and body is, for a write unless told otherwise. */
function judge(status: number, body: unknown, extra: { write?: boolean; units?: boolean; missing?: boolean } = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return judgeBy({ ...terms, write: true, ...extra })({ status, headers: {}, cookies: [], text });
}

const envelope = (status: unknown, error: unknown = null, payload: object = {}) => ({
  build: "1.0.0",
  version: "3.0",
  status,
  message: "Invalid incoming request.",
  error,
  token: "echoed",
  ...payload,
});
const failure = (status: number, errorCode: unknown, message: string, payload: object = {}) =>
  envelope(status, { errorCode, message }, payload);

test("an envelope is read without its token", () => {
  expect(readEnvelope(JSON.stringify(envelope("0", null, { assets: [] })))).toEqual({
    status: 0,
    errorCode: undefined,
    failed: false,
    words: "Invalid incoming request.",
    body: { build: "1.0.0", version: "3.0", status: "0", message: expect.anything(), error: null, assets: [] },
  });
  for (const text of ["", "null", "[]", "7", '"x"', '{"status":']) expect(readEnvelope(text)).toBeUndefined();
});

describe("success takes all three: the HTTP status, the status, and no error", () => {
  test.each([
    [200, 0, null, "read"],
    [204, "0", null, "read"],
    [200, 0, "", "read"],
    [200, 1, null, "rejected"],
    [200, -1, null, "rejected"],
    [200, 0, { errorCode: 301, message: "No." }, "rejected"],
    [400, 0, null, "rejected"],
    [200, null, null, "not-json"],
  ])("%i, %j, %j is %s", (http, status, error, expected) => {
    const judgement = judge(http, envelope(status, error));
    expect(typeof judgement === "object" ? judgement.kind : judgement).toBe(expected);
  });
});

describe("a failure is told by its error code first", () => {
  test.each([
    [400, failure(-1, 101, "Both cannot be empty."), { kind: "rejected" }],
    [
      400,
      failure(-1, 102, "Invalid cloud key provided for registration units[0]. "),
      { kind: "rejected", code: "cloud-key-invalid" },
    ],
    [400, failure(-2, 301, "Contract has already been registered."), { kind: "rejected", code: "used-up" }],
    [200, failure(-2, "301", "No."), { kind: "rejected" }],
    [400, failure(-1, 201, "Invalid security token."), { kind: "unauthorized" }],
    [403, failure(-1, 201, "Invalid security token."), { kind: "unauthorized" }],
    [400, failure(-1, 202, "Access denied."), { kind: "forbidden" }],
    [401, failure(-1, 202, "Access denied."), { kind: "forbidden" }],
    [400, envelope(-1, "Invalid security token."), { kind: "unauthorized" }],
    [400, envelope(-1, "Access denied. No permission to access."), { kind: "forbidden" }],
    [400, { message: "Please provide token in request." }, { kind: "unauthorized" }],
    [401, {}, { kind: "unauthorized" }],
    [401, failure(-1, 999, "Odd."), { kind: "unauthorized" }],
    [403, failure(-1, 999, "Odd."), { kind: "forbidden" }],
    [500, failure(-1, 999, "Odd."), { kind: "server", transient: true, ambiguous: true }],
    [500, failure(-1, 102, "Odd."), { kind: "rejected" }],
    [404, failure(-1, 404, "No route."), { kind: "rejected", reason: "there is no such path" }],
    [404, failure(-2, 301, "Not found."), { kind: "rejected", vendorMessage: "Not found." }],
    [429, {}, { kind: "rate-limited" }],
    [429, failure(-1, 301, "No."), { kind: "rate-limited" }],
    [200, failure(-1, 429, "API call limit exceeded: 100 per minute."), { kind: "rate-limited" }],
    [400, failure(-1, 301, "API error limit exceeded: 10 per hour."), { kind: "rate-limited" }],
    [400, envelope(-1, "Too many requests."), { kind: "rate-limited" }],
    [400, failure(-1, 102, "The folder name exceeds the limit of 100 characters."), { kind: "rejected" }],
    [400, failure(-1, 102, "At most 10 registration units are allowed."), { kind: "rejected" }],
  ])("%i %j", (status, body, expected) => {
    expect(judge(status, body)).toMatchObject(expected);
  });

  test("it is quoted in the vendor's words, those of the error before those of the envelope", () => {
    expect(judge(400, failure(-1, 102, " Bad.  "))).toMatchObject({ status: 400, vendorMessage: "Bad." });
    expect(judge(400, envelope(-1))).toMatchObject({ vendorMessage: "Invalid incoming request." });
    expect(judge(400, failure(-1, 102, "x".repeat(999)))).toMatchObject({
      vendorMessage: expect.stringMatching(/^x{200}…$/),
    });
  });
});

describe("results of units are read whatever the status", () => {
  const mixed = failure(2, 301, "Failed", { assets: [{ serialNumber: "A", status: 2 }] });

  test.each([200, 400, 500])("%i", (status) => {
    expect(judge(status, mixed, { units: true })).toBe("read");
    expect(judge(status, mixed)).not.toBe("read");
  });

  test.each([
    failure(2, 301, "Failed", { assets: null }),
    failure(2, 301, "Failed", { assets: [] }),
    failure(-1, 202, "Access denied.", { assets: [{}] }),
  ])("but not without any, nor where access failed: %j", (body) => {
    expect(judge(400, body, { units: true })).not.toBe("read");
  });
});

describe("that an object is missing", () => {
  test.each([
    [400, failure(-2, 301, "Product is not found."), "not-found"],
    [404, failure(-2, 301, "Product is not found."), "not-found"],
    [200, failure(-2, 301, "Product is not found."), "not-found"],
    [400, envelope(-2, "Product is not found."), "not-found"],
    [400, failure(-1, 301, "Request should include a positive number for accountId."), "rejected"],
    [400, failure(-1, 102, "Invalid serial."), "rejected"],
    [404, failure(-1, 404, "No route."), "rejected"],
    [404, {}, "rejected"],
    [404, "nothing here", "rejected"],
    [410, "nothing here", "rejected"],
  ])("is a business rule's word alone: %i %j is %s", (status, body, kind) => {
    expect(judge(status, body, { write: false, missing: true })).toMatchObject({ kind });
  });
});

describe("what is no envelope", () => {
  test.each([
    [200, '{"status":0,"assets":[{"serial', { kind: "not-json", transient: true, ambiguous: true }],
    [400, '{"status":2,"assets":[{"serial', { kind: "not-json", transient: true, ambiguous: true }],
    [502, '{"status":2,"assets":[{"serial', { kind: "server", transient: true, ambiguous: true }],
    [200, "ok", { kind: "not-json", ambiguous: true }],
    [200, "", { kind: "not-json", ambiguous: true }],
  ])("may have been applied, and is not quoted: %i %j", (status, text, expected) => {
    const judgement = judge(status, text);
    expect(judgement).toMatchObject(expected);
    expect(judgement).not.toHaveProperty("vendorMessage");
  });

  test.each([
    [200, "<html>captive portal</html>"],
    [403, "<html>proxy</html>"],
    [502, "bad gateway"],
    [400, ""],
  ])("is left to the usual judgement: %i %j", (status, text) => {
    expect(judge(status, text)).toBeUndefined();
  });
});
