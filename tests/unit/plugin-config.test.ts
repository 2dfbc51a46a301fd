import { describe, expect, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { configure, echo, makePlugin, requests } from "./plugin-support";
import { unknownText, wireSecret } from "./support";

const checkConfig = (news: JsonMap) => makePlugin().checkConfig(requests.check(news));

describe("checking the configuration of the provider", () => {
  test("wraps a section that holds a secret as a whole, in the form in which it came", () => {
    const text = '{"token":"tok-1","retries":5}';
    expect(checkConfig({ acme: text }).inputs).toEqual({ acme: wireSecret(text) });
    const typed = { url: "https://a", token: "tok-1" };
    expect(checkConfig({ acme: typed }).inputs).toEqual({ acme: wireSecret(typed) });
    expect(checkConfig({ acme: { token: wireSecret("tok-1") } }).inputs).toEqual({
      acme: wireSecret({ token: "tok-1" }),
    });
    expect(checkConfig({ acme: wireSecret(text) }).inputs).toEqual({ acme: wireSecret(text) });
  });

  test("takes the sections of an explicit instance under their full names", () => {
    const news = { "ztp:acme": { token: "tok-1" }, "ztp:instance": "emea" };
    expect(checkConfig(news)).toEqual({
      inputs: { ...news, "ztp:acme": wireSecret({ token: "tok-1" }) },
      failures: [],
    });
  });

  test("leaves a section without secrets and one that is not known as they are", () => {
    const news = { acme: '{"url":"https://a"}', version: "0.1.0" };
    expect(checkConfig(news)).toEqual({ inputs: news, failures: [] });
    expect(checkConfig({ acme: unknownText })).toEqual({ inputs: { acme: unknownText }, failures: [] });
    expect(checkConfig({})).toEqual({ inputs: {}, failures: [] });
  });

  test("refuses unknown keys with the nearest name, an empty property and no value", () => {
    const { failures } = checkConfig({ acne: "needle", acme: { tokn: "needle", token: "ned" }, host: "plugin" });
    expect(failures).toEqual([
      { property: "", reason: 'ztp:acne is not a known configuration key; did you mean "acme"?' },
      { property: "", reason: 'ztp:acme.tokn is not a known property; did you mean "token"?' },
      { property: "", reason: "ztp:acme.token must have >=4 characters" },
    ]);
    expect(JSON.stringify(failures)).not.toContain("ned");
  });
});

describe("comparing two configurations of the provider", () => {
  const some = { changes: 2, diffs: ["acme"], replaces: [] };
  const none = { changes: 1, diffs: [], replaces: [] };
  const base = { url: "https://a", account: "one", token: "tok-1" };

  test.each<[string, JsonMap, JsonMap, object]>([
    ["equal", { acme: base }, { acme: base }, none],
    ["spelled differently in JSON", { acme: JSON.stringify(base) }, { acme: JSON.stringify(base, undefined, 2) }, none],
    ["a text and typed", { acme: JSON.stringify(base) }, { acme: base }, none],
    [
      "secret and plain",
      { acme: wireSecret(JSON.stringify(base)) },
      { acme: { ...base, token: wireSecret("tok-1") } },
      none,
    ],
    ["an identity spelled differently", { acme: base }, { acme: { ...base, account: "ONE" } }, none],
    ["different in a credential", { acme: base }, { acme: { ...base, token: "tok-2" } }, some],
    [
      "different in a secret JSON text",
      { acme: wireSecret('{"token":"tok-1"}') },
      { acme: wireSecret('{"token":"tok-2"}') },
      some,
    ],
    [
      "different in an identity",
      { acme: base },
      { acme: { ...base, account: "two" } },
      { ...some, replaces: ["acme"] },
    ],
    ["with a new identity", { acme: { token: "tok-1" } }, { acme: base }, some],
    ["without the identity", { acme: base }, { acme: { token: "tok-1" } }, some],
    ["with an identity that is not known yet", { acme: base }, { acme: { ...base, account: unknownText } }, some],
    ["not known yet", { acme: base }, { acme: unknownText }, some],
    ["equal after a switch of hosts", { "ztp:acme": base, "other:token": "x" }, { acme: base }, none],
    ["of another provider", { "other:acme": { account: "two" }, account: "two" }, { acme: base }, some],
    ["new", {}, { acme: base }, some],
  ])("that are %s", (_name, from, to, expected) => {
    expect(makePlugin().diffConfig(requests.diff(from, to))).toEqual(expected);
  });

  test("takes the old outputs where there are no old inputs", () => {
    const request = requests.diff(undefined, { acme: base }, { acme: { ...base, account: "two" } });
    expect(makePlugin().diffConfig(request).replaces).toEqual(["acme"]);
  });
});

describe("the configuration that resources get", () => {
  const environment = {
    PULUMI_CONFIG: '{"ztp:acme":"{\\"token\\":\\"current\\"}","other:acme":"{\\"token\\":\\"foreign\\"}"}',
  };
  const tokenWith = async (env: NodeJS.ProcessEnv, args: JsonMap, name?: string) => {
    const provider = makePlugin({ functions: [echo], environment: env });
    configure(provider, args, name);
    const { return: result } = await provider.invoke({ token: "ztp:acme:echo", args: { text: "x" }, preview: false });
    return result?.token;
  };

  test.each(["default", "default_0_1_0", ""])(
    "of the default provider named %j is the stack's own as it is now",
    async (name) => {
      expect(await tokenWith(environment, { acme: '{"token":"recorded"}' }, name)).toEqual(wireSecret("current"));
      expect(await tokenWith({}, { acme: '{"token":"recorded"}' }, name)).toEqual(wireSecret("recorded"));
    },
  );

  test("of the default provider gives way to the environment", async () => {
    expect(await tokenWith({ ...environment, ZTP_ACME_TOKEN: "env-token" }, {})).toEqual(wireSecret("env-token"));
  });

  test("of an explicit provider is its own, and the environment only fills gaps", async () => {
    const env = { ...environment, ZTP_ACME_TOKEN: "env-token" };
    expect(await tokenWith(env, { acme: { token: wireSecret("emea") } }, "emea")).toEqual(wireSecret("emea"));
    expect(await tokenWith(env, { acme: {} }, "emea")).toEqual(wireSecret("env-token"));
    await expect(tokenWith(environment, {}, "defaults")).rejects.toThrow("ztp:acme.token is missing");
  });

  test("that is missing is a failure of every check, with an empty property", () => {
    const provider = makePlugin({ config: {} });
    expect(provider.check(requests.check({ name: "a" })).failures).toEqual([
      { property: "", reason: "ztp:acme.token is missing" },
    ]);
  });
});

test("the answers about itself are those that the engine needs", () => {
  const provider = makePlugin();
  expect(provider.handshake({ engineAddress: "" })).toEqual({
    acceptSecrets: true,
    acceptResources: false,
    acceptOutputs: false,
  });
  expect(provider.attach({ address: "" })).toEqual({});
  expect(configure(provider, {})).toEqual({
    acceptSecrets: true,
    acceptResources: false,
    acceptOutputs: false,
    supportsPreview: true,
  });
  expect(provider.getPluginInfo()).toEqual({ version: "1.2.3" });
  expect(provider.getMapping()).toEqual({});
  expect(JSON.parse(provider.getSchema().schema ?? "")).toMatchObject({ name: "ztp", version: "1.2.3" });
});
