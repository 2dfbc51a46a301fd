import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTrace } from "../../provider/clients/http/trace";
import { cloudAt, cloudNames, mistBaseUrl } from "../../provider/clients/mist/clouds";
import { CookieJar } from "../../provider/clients/mist/cookies";
import { createMist } from "../../provider/clients/mist/mist";
import {
  dashedClaimCode,
  deviceIdOf,
  isClaimCode,
  isMac,
  isUuid,
  maskedClaimCode,
  normalizeClaimCode,
  normalizeMac,
  normalizeUuid,
} from "../../provider/clients/mist/normal";
import { createMistRedactor, isSecretKey, secretsIn } from "../../provider/clients/mist/secrets";
import { mistDevice, mistSiteIds } from "../../simulators";
import { vendorError } from "./fortinet-support";
import { setup } from "./mist-support";
import { answer, serve } from "./support";

describe("clouds", () => {
  test.each([
    [undefined, "https://api.mist.com/api/v1"],
    ["global05", "https://api.gc4.mist.com/api/v1"],
    ["EMEA 01", "https://api.eu.mist.com/api/v1"],
    ["apac_03", "https://api.gc7.mist.com/api/v1"],
    ["usgov", "https://api.us.mist-federal.com/api/v1"],
    ["api.ac5.mist.com", "https://api.ac5.mist.com/api/v1"],
    ["manage.eu.mist.com", "https://api.eu.mist.com/api/v1"],
    ["https://api.gc3.mist.com/", "https://api.gc3.mist.com/api/v1"],
    ["https://api.gc3.mist.com/api/v1/", "https://api.gc3.mist.com/api/v1"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1"],
    ["localhost:8080", "https://localhost:8080/api/v1"],
    ["https://gateway.example/mist", "https://gateway.example/mist/api/v1"],
    ["https://manage.example", "https://manage.example/api/v1"],
  ])("%s is at %s", (cloud, url) => {
    expect(mistBaseUrl(cloud)).toBe(url);
  });

  test.each(["europe", "emea05", "", "http://", "not a host"])("%j is nowhere", (cloud) => {
    expect(mistBaseUrl(cloud)).toBeUndefined();
  });

  test("that are nowhere make no client", () => {
    expect(() => createMist({ baseUrl: "europe", apiTokens: ["t"] })).toThrow(
      "europe is no address that Mist could have",
    );
  });

  test("are all named, and known by their address", () => {
    expect(cloudNames).toHaveLength(13);
    for (const name of cloudNames) expect(cloudAt(mistBaseUrl(name) ?? "")?.name).toBe(name);
    expect(cloudAt("https://api.mist.com.example/api/v1")).toBeUndefined();
  });
});

describe("one form for every spelling", () => {
  test("of MACs", () => {
    for (const text of ["5C:5B:35:00:00:01", "5c5b.3500.0001", " 5C-5B-35-00-00-01 "]) {
      expect(normalizeMac(text)).toBe("5c5b35000001");
      expect(isMac(text)).toBe(true);
    }
    expect(isMac("5c5b3500000g")).toBe(false);
    expect(deviceIdOf("5C:5B:35:00:00:01")).toBe("00000000-0000-0000-1000-5c5b35000001");
  });

  test("of claim codes", () => {
    expect(normalizeClaimCode(" abcde-fghij-klmno ")).toBe("ABCDEFGHIJKLMNO");
    expect(dashedClaimCode("abcdefghijklmno")).toBe("ABCDE-FGHIJ-KLMNO");
    expect(maskedClaimCode("abcde-fghij-klmno")).toBe("ABCDE-…");
    expect([isClaimCode("ABCDE-FGHIJ-KLMN0"), isClaimCode("ABCDE-FGHIJ-KLMN")]).toEqual([true, false]);
  });

  test("of ids", () => {
    const id = "A1000000-0000-4000-8000-00000000000F";
    expect(normalizeUuid(` ${id} `)).toBe(id.toLowerCase());
    expect([isUuid(id), isUuid("a1000000")]).toEqual([true, false]);
  });
});

test("cookies are kept until they are taken away", () => {
  const jar = new CookieJar();
  expect(jar.empty).toBe(true);
  jar.keep(["csrftoken.eu=a=b; Path=/; Expires=Fri, 31 Jan 2025 12:00:00 GMT", "sessionid.eu=1; HttpOnly", "other=2"]);
  expect(String(jar)).toBe("csrftoken.eu=a=b; sessionid.eu=1; other=2");
  expect([jar.csrfToken(".eu"), jar.csrfToken(".gc1")]).toEqual(["a=b", "a=b"]);
  jar.keep(["other=; Path=/", "sessionid.eu=3", "csrftoken.eu=x; Max-Age=0"]);
  expect(String(jar)).toBe("sessionid.eu=3");
  expect(jar.csrfToken(".eu")).toBeUndefined();
});

describe("secrets", () => {
  test.each([
    ...["password", "passphrase", "old_passphrase", "psk", "mesh_psk", "secret", "portal_api_secret", "key", "keys"],
    ...["amazon_client_secret", "clickatell_api_key", "twilio_auth_token", "gupshup_password", "splunk_token"],
    ...["oauth2_client_secret", "oauth2_password", "headers", "community_name", "authentication_password"],
    ...["encryption_password", "root_password", "mist_password", "lte_password", "poser_password", "auth_key"],
    ...["auth_keys", "auth_password", "conductor_token", "ldap_bind_password", "ldap_client_key", "magic", "vars"],
    ...["oauth_cc_client_secret", "scim_secret_token", "fips_zeroize_password", "org_apitoken", "partner_key"],
    ...["keywrap_kek", "keypair", "two_factor_secret"],
  ])("%s is one", (name) => {
    expect(isSecretKey(name)).toBe(true);
    expect(createMistRedactor().redact(JSON.stringify({ [name]: "needle-needle", x: 1 }))).toBe(
      `{"${name}":"[redacted]","x":1}`,
    );
    expect(secretsIn([{ deep: { [name]: ["needle-needle"] } }])).toEqual(["needle-needle"]);
  });

  test.each([
    ...["name", "ssid", "vlan_id", "passphrase_rules", "passphraseLabel", "psk_id", "oauth2_token_url", "ssh_keys"],
    ...["key_mgmt", "password_policy", "auth_servers", "keywrap_format", "dynamic_psks", "variables"],
  ])("%s is none", (name) => {
    expect(isSecretKey(name)).toBe(false);
    expect(secretsIn({ [name]: "plain-plain" })).toEqual([]);
  });

  test("in lists and maps are masked whole, also where they were cut short", () => {
    const { redact } = createMistRedactor();
    expect(redact('{"auth_keys":{"1":"needle","2":"needle"},"keys":["needle"],"n":1}')).toBe(
      '{"auth_keys":"[redacted]","keys":"[redacted]","n":1}',
    );
    expect(redact('{"vars":{"a":"needle')).toBe('{"vars":"[redacted]"');
    expect(redact('{"keys":["needle')).toBe('{"keys":"[redacted]"');
  });

  test("short free texts are words, which errors need", () => {
    expect(secretsIn({ vars: { a: "10", b: "radius-secret", c: "enabled" }, psk: "1234" })).toEqual([
      "radius-secret",
      "1234",
    ]);
  });

  test("that were sent do not come back in errors, traces or the audit log", async () => {
    const needles = ["needle-token", "needle-passphrase", "needle-of-vars", "needle-value"];
    const server = await serve((call, response) =>
      answer(response, 400, { detail: `${call.body} ${call.headers.authorization} in ${call.url}` }),
    );
    const folder = mkdtempSync(join(tmpdir(), "mist-trace-"));
    const redactor = createMistRedactor();
    const files = { trace: join(folder, "trace"), audit: join(folder, "audit") };
    const { clientWith } = await setup();
    const client = clientWith({
      baseUrl: server.url,
      apiTokens: ["needle-token"],
      redactor,
      trace: createTrace(redactor, files.trace),
      auditLogPath: files.audit,
    });
    const body = {
      passphrase: "needle-passphrase",
      vars: { radius: "needle-of-vars" },
      headers: [{ value: "needle-value" }],
    };
    const failure = await vendorError(client.post("/psks/needle-passphrase", body, { action: "make needle-value" }));
    const claim = mistDevice("ap", 1).claimCode ?? "";
    const [refused] = await client.inventory.claim(mistSiteIds[0], [dashedClaimCode(claim)]);
    const texts = [
      failure.message,
      String((refused as Error).message),
      ...Object.values(files).map((file) => readFileSync(file, "utf8")),
    ];
    for (const text of texts)
      for (const needle of [...needles, claim, dashedClaimCode(claim)]) expect(text).not.toContain(needle);
    expect(texts.every((text) => text.includes("[redacted]") || text.includes("MISTA-…"))).toBe(true);
  });

  test("are found in any body, without an error", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(Array.isArray(secretsIn(JSON.parse(text)))).toBe(true);
      }),
    );
  });
});
