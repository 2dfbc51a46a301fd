import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConfig, environmentName, parseConfigValue, resolveConfig } from "../../provider/core/config";
import { ConfigurationError, Services } from "../../provider/core/services";
import { field } from "../../provider/core/shape";
import { Secret, unknown, type Value } from "../../provider/core/values";
import { acme, acmeConfig, anyValue } from "./support";

const resolve = (raw: Value, environment: NodeJS.ProcessEnv = {}, environmentWins = true) =>
  resolveConfig(acmeConfig, raw, environment, environmentWins);

describe("a section of the configuration", () => {
  const expected = { url: "https://a", account: undefined, token: "tok-1", retries: 5, dryRun: true };

  test.each<[string, Value]>([
    ["typed values", { url: "https://a", token: "tok-1", retries: 5, dryRun: true }],
    ["texts", { url: "https://a", token: "tok-1", retries: "5", dryRun: "true" }],
    ["a JSON text", '{"url":"https://a","token":"tok-1","retries":5,"dryRun":true}'],
    [
      "a JSON text with spaces and texts",
      ' { "url": "https://a", "token": "tok-1", "retries": "5", "dryRun": "TRUE" }',
    ],
    ["a secret JSON text", new Secret('{"url":"https://a","token":"tok-1","retries":5,"dryRun":true}')],
    ["values with secrets inside", { url: "https://a", token: new Secret("tok-1"), retries: 5, dryRun: true }],
  ])("is the same as %s", (_name, raw) => {
    expect(resolve(raw)).toEqual({ values: expected, problems: [] });
  });

  test("has its defaults when nothing is said", () => {
    for (const nothing of [undefined, null, "", {}]) {
      expect(resolve(nothing)).toMatchObject({ values: { retries: 3 }, problems: [] });
    }
  });

  test("that is not known yet, or in parts, is no problem and gives no value", () => {
    expect(resolve(unknown).problems).toEqual([]);
    expect(resolve({ url: unknown, retries: unknown })).toMatchObject({
      values: { url: undefined, retries: undefined },
    });
  });

  test("that is no object says how to set its parts", () => {
    const { problems } = resolve("needle");
    expect(problems).toEqual([expect.stringContaining("pulumi config set --path ztp:acme.<key>")]);
    expect(problems.join()).not.toContain("needle");
  });

  test("tells every problem with the full name of the key", () => {
    expect(resolve({ retires: 1, retries: -1, dryRun: "perhaps" }).problems).toEqual([
      'ztp:acme.retires is not a known property; did you mean "retries"?',
      "ztp:acme.retries must be >=0",
      "ztp:acme.dryRun must be true or false",
    ]);
  });

  test("never throws and never shows a value in a problem", () => {
    const needle = "needle-needle";
    fc.assert(
      fc.property(anyValue, fc.constantFrom("token", "url", "retries", "dryRun", "constructor", "x"), (value, key) => {
        resolve(value);
        for (const held of [
          needle,
          [needle],
          { [key]: needle },
          new Secret({ [key]: [needle] }),
          `{"${key}":"${needle}`,
        ]) {
          expect(resolve({ [key]: held }).problems.join()).not.toContain(needle);
          expect(resolve(held).problems.join()).not.toContain(needle);
        }
      }),
    );
  });
});

describe("the environment", () => {
  test.each([
    ["fortinet", "apiId", "ZTP_FORTINET_API_ID"],
    ["fortinet", "maxRetryAfterSeconds", "ZTP_FORTINET_MAX_RETRY_AFTER_SECONDS"],
    ["acme", "url", "ZTP_ACME_URL"],
  ])("names %s.%s %s", (section, key, name) => {
    expect(environmentName(section, key)).toBe(name);
  });

  const environment = {
    ZTP_ACME_TOKEN: "env-token",
    ZTP_ACME_RETRIES: "7",
    ZTP_ACME_DRY_RUN: "false",
    ZTP_ACME_URL: "",
  };

  test("wins for the default provider, whose configuration in state may be old", () => {
    expect(resolve({ token: "conf", retries: 1, url: "https://a" }, environment, true).values).toMatchObject({
      token: "env-token",
      retries: 7,
      dryRun: false,
      url: "https://a",
    });
  });

  test("only fills the gaps of an explicit provider", () => {
    expect(resolve({ token: "conf" }, environment, false).values).toMatchObject({ token: "conf", retries: 7 });
  });

  test("is checked like the configuration, without its values in the problems", () => {
    const { problems } = resolve({}, { ZTP_ACME_RETRIES: "needle", ZTP_ACME_TOKEN: "ned" });
    expect(problems).toEqual(["ztp:acme.token must have >=4 characters", "ztp:acme.retries must be a number"]);
  });
});

test("a list in the environment or in flat configuration is a JSON text, or separated by commas", () => {
  const listing = defineConfig({
    name: "acme",
    doc: "An account at Acme.",
    identity: [],
    fields: { tokens: field(z.array(z.string()).min(1).optional(), { doc: "Tokens.", secret: true }) },
  });
  const read = (text: string) => resolveConfig(listing, {}, { ZTP_ACME_TOKENS: text }, true);
  expect(read("a, b,")).toEqual({ values: { tokens: ["a", "b"] }, problems: [] });
  expect(read('["a,b"]').values).toEqual({ tokens: ["a,b"] });
  expect(resolveConfig(listing, { tokens: "a,b" }, {}, true).values).toEqual({ tokens: ["a", "b"] });
  expect(read(",").problems).toEqual(["ztp:acme.tokens must have >=1 items"]);
  expect(read('{"a":"needle"}').problems).toEqual(["ztp:acme.tokens must be a list"]);
});

test("only texts that look like JSON are parsed, and broken ones stay texts", () => {
  expect(parseConfigValue("5")).toBe("5");
  expect(parseConfigValue("true")).toBe("true");
  expect(parseConfigValue(' ["a"]')).toEqual(["a"]);
  expect(parseConfigValue("{broken")).toBe("{broken");
  expect(parseConfigValue(new Secret('{"a":1}'))).toEqual({ a: 1 });
});

describe("the services of one configuration", () => {
  const servicesWith = (config: Value, warn: (message: string) => void = () => {}) =>
    new Services((section) => resolveConfig(section, config, {}, true), warn);

  test("are made on first use and then shared", () => {
    const services = servicesWith({ token: "tok-1" });
    expect(services.use(acme)).toBe(services.use(acme));
    expect(services.use(acme)).toMatchObject({ token: "tok-1", retries: 3 });
  });

  test("cannot be used with a configuration that cannot work, and say every problem", () => {
    expect(servicesWith({}).problems(acme)).toEqual(["ztp:acme.token is missing"]);
    expect(() => servicesWith({}).use(acme)).toThrow(new ConfigurationError(["ztp:acme.token is missing"]));
    expect(servicesWith({ token: "x", retries: -1 }).problems(acme)).toHaveLength(2);
  });

  test("tell their warnings to whoever made them", () => {
    const told: string[] = [];
    const chatty = {
      ...acme,
      create: (_config: object, surroundings: { warn(text: string): void }) => surroundings.warn("odd"),
    };
    servicesWith({ token: "tok-1" }, (message) => told.push(message)).use(chatty);
    expect(told).toEqual(["odd"]);
  });
});
