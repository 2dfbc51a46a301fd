import { describe, expect, test } from "vitest";
import { checkFields, problemText } from "../../provider/core/check";
import type { Fields, ObjectShape } from "../../provider/core/shape";
import { isSecret, type ValueMap } from "../../provider/core/values";
import { registry } from "../../provider/registry";
import { bodyFields, camelCase } from "../../provider/resources/mist/bodies/compile";
import { specification } from "../../provider/resources/mist/bodies/schema";
import { collections } from "../../provider/resources/mist/collections";
import { bodySchemas, fieldsIn } from "./mist-support";

/** What users of other providers met: attributes of a wrong type, misspelled, or that never reached Mist. */
const typosAndTypes =
  "T#25, T#50, T#74, T#77, T#83, T#84, T#86, T#87, T#88, T#90, T#98, T#99, T#100, T#103, T#104, T#108, T#112, T#120, T#121, " +
  "T#122, T#125, T#126, T#128, T#129, T#160, T#161";

const camel = (schema: string) => bodyFields(schema, "camel");
const problems = (schema: string, body: ValueMap) => checkFields(camel(schema), body).problems.map(problemText);
const warnings = (schema: string, body: ValueMap) => checkFields(camel(schema), body).warnings.map(problemText);
const wiresOf = (fields: Fields) => Object.entries(fields).map(([key, { wire }]) => wire ?? key);

/** The value at a path of a checked body. */
function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inside, key) => (inside as { [key: string]: unknown })?.[key], value);
}

describe("the collections", () => {
  test("are the 59 that Mist has, 41 of an organization, 15 of a site and 3 of a service provider", () => {
    const scopes = collections.flatMap((collection) => collection.scopes);
    const count = (scope: string) => scopes.filter((each) => each === scope).length;
    expect([count("org"), count("site"), count("msp")]).toEqual([41, 15, 3]);
    expect(new Set(collections.map(({ name }) => name)).size).toBe(collections.length);
  });

  test.each(collections.map((collection) => [collection.name, collection] as const))(
    "%s are told apart by keys that they have",
    (_name, { schema, title, also = [], always = [], cleared = {} }) => {
      const keys = Object.keys(bodyFields(schema, "wire"));
      for (const key of [...(title ? [title] : []), ...also, ...always, ...Object.keys(cleared)])
        expect(keys).toContain(key);
    },
  );
});

describe.each(bodySchemas)("the body %s", (schema) => {
  test("compiles to the last key in both spellings, which have the same keys on the wire", () => {
    const spelled = [...fieldsIn(camel(schema))].map(([, { wire }, key]) => wire ?? key);
    const wired = [...fieldsIn(bodyFields(schema, "wire"))].map(([, , key]) => key);
    expect(spelled).toEqual(wired);
  });

  test("says of every key what it is, in sentences", () => {
    for (const [path, { doc }] of fieldsIn(camel(schema))) expect(doc, path).toMatch(/^[A-Z`].*\.$/s);
  });

  test("has no text, list or map that is a set of anything but scalars", () => {
    for (const [path, { unordered, shape }] of fieldsIn(camel(schema))) {
      if (unordered && shape.kind === "list") expect(["object", "map", "list"], path).not.toContain(shape.item.kind);
    }
  });
});

describe("keys", () => {
  test(`${typosAndTypes}: that are left out are those that Mist alone sets, or that another resource manages`, () => {
    const { schemas } = specification();
    const left = new Set<string>();
    for (const { schema } of collections) {
      const known = new Set(wiresOf(bodyFields(schema, "wire")));
      for (const key of Object.keys(schemas[schema]?.properties ?? {})) if (!known.has(key)) left.add(key);
    }
    expect([...left].sort()).toEqual([
      ...[
        "admin_sso_id",
        "created_by",
        "created_time",
        "domain",
        "flags",
        "for_site",
        "id",
        "key",
        "last_ips",
        "last_used",
      ],
      ...["magic", "modified_time", "msp_id", "msp_logo_url", "msp_name", "mxagent_registered", "org_id"],
      ...[
        "portal_authorize_jwt_secret",
        "portal_authorize_url",
        "portal_image",
        "portal_sso_url",
        "portal_template_url",
      ],
      ...["provision_url", "site_id", "site_ids", "thumbnail", "thumbnail_url", "tunterm_registered", "ui_url", "url"],
      "versions",
    ]);
  });

  test.each([
    ["site_setting", ["blacklist_url", "whitelist_url", "watched_station_url"]],
    ["device_ap", ["image1_url", "image2_url", "image3_url"]],
    ["wlan", ["portal_template_url", "portal_image", "thumbnail"]],
  ])("T#53, T#177: of %s that are signed anew with every read are none of a program", (schema, keys) => {
    for (const key of keys) expect(wiresOf(camel(schema))).not.toContain(key);
  });

  test.each<[schema: string, path: string]>([
    ["template", "applies.orgId"],
    ["zone", "mapId"],
    ["sdkinvite", "siteId"],
    ["rssi_zone", "devices[].deviceId"],
  ])("of %s that the description calls read-only, though only a program can say them: %s", (schema, path) => {
    expect([...fieldsIn(camel(schema))].map(([each]) => each)).toContain(path);
  });

  test("that are newer than the description are there", () => {
    expect(Object.keys(camel("site"))).toContain("routertemplateId");
    expect(Object.keys(camel("psk"))).toContain("vlanName");
    const setting = ["allowMist", "apSyntheticTest", "iotproxy", "varsAnnotations", "mxedgeMgmt", "mistNacedge"];
    expect(Object.keys(camel("site_setting"))).toEqual(expect.arrayContaining(setting));
  });

  test("T#81, T#89: are spelled as programs spell names, whatever the wire has", () => {
    const spelled = [
      "dnsOverride",
      "rrm_node_order",
      "time-to-connect",
      "surrogate_IP",
      "pseudo_802.1ad_enabled",
      "DI1",
    ];
    expect(spelled.map(camelCase)).toEqual([
      ...["dnsOverride", "rrmNodeOrder", "timeToConnect", "surrogateIP", "pseudo8021adEnabled", "DI1"],
    ]);
  });

  test("T#118: that nobody needs to say are not required", () => {
    expect(problems("site", { name: "Berlin" })).toEqual([]);
    expect(problems("network_template", { name: "branch" })).toEqual([]);
    expect(problems("device_switch", {})).toEqual([]);
    expect(problems("site_setting", { gateway: { portConfig: {} } })).toEqual([]);
    expect(problems("gateway_template", { portConfig: {} })).toEqual(["name is required"]);
    expect(problems("webhook", {})).toEqual(["name is required", "topics is required", "url is required"]);
  });
});

describe("what is wrong with a body", () => {
  test.each<[what: string, schema: string, body: ValueMap, problem: string]>([
    [
      "T#107: an unknown key, with the nearest",
      "template",
      { name: "x", applies: { siteGroupIds: ["a"] } },
      'applies.siteGroupIds is not a known property; did you mean "sitegroupIds"?',
    ],
    ["a wrong structure", "network_template", { name: "x", networks: ["office"] }, "networks must be a map"],
    ["a wrong type", "wlan", { ssid: "x", hideSsid: "yes" }, "hideSsid must be true or false"],
    ["a part that is not complete", "site", { name: "x", latlng: { lat: 1 } }, "latlng.lng is required"],
  ])("%s is an error", (_what, schema, body, problem) => {
    expect(problems(schema, body)).toEqual([problem]);
  });

  test.each<[what: string, schema: string, body: ValueMap, warning: string]>([
    [
      "a value that the description does not list",
      "wlan",
      { ssid: "x", roamMode: "11rr" },
      'roamMode is not one of the values known to work; did you mean "11r"?',
    ],
    [
      "a number out of its range",
      "site_setting",
      { apUpdownThreshold: 300 },
      "apUpdownThreshold is 300, and Mist knows 0 to 240",
    ],
    [
      "a text of another length",
      "wlan",
      { ssid: "x", auth: { type: "psk", psk: "short" } },
      "auth.psk has 5 characters, and Mist takes 8 to 64",
    ],
    ["a value of a union", "wlan", { ssid: "x", vlanId: 5000 }, "vlanId is 5000, and Mist knows 1 to 4094"],
  ])("T#25, T#50: %s is a warning, since the description may be out of date", (_what, schema, body, warning) => {
    expect(problems(schema, body)).toEqual([]);
    expect(warnings(schema, body)).toEqual([warning]);
  });

  test("nothing is, where a value stands as a number or as a variable", () => {
    for (const vlanId of [20, "20", "{{office}}"]) {
      expect(checkFields(camel("wlan"), { ssid: "x", vlanId })).toMatchObject({ problems: [], warnings: [] });
    }
  });
});

describe("a device profile", () => {
  test("has the keys of its type, and refuses those of another with its name", () => {
    expect(problems("deviceprofile", { type: "ap", name: "x", bleConfig: {} })).toEqual([]);
    expect(problems("deviceprofile", { type: "ap", name: "x", bgpConfig: { x: {} } })).toEqual([
      "bgpConfig is not for what is of type ap",
    ]);
    const portConfig = { "ge-0/0/0": { usage: "ap", led: 1 } };
    expect(problems("deviceprofile", { type: "switch", name: "x", portConfig })[0]).toContain(
      'portConfig["ge-0/0/0"].led is not a known property',
    );
    expect(problems("deviceprofile", { type: "router", name: "x" })).toEqual([
      "type must be one of ap, gateway, switch",
    ]);
    expect(problems("deviceprofile", {})).toEqual(["name is required", "type is required"]);
  });
});

describe("secrets", () => {
  test.each<[schema: string, body: ValueMap, path: string]>([
    ["wlan", { auth: { psk: "x" } }, "auth.psk"],
    ["wlan", { auth: { keys: ["x"] } }, "auth.keys"],
    ["wlan", { authServers: [{ secret: "x" }] }, "authServers.0.secret"],
    ["wlan", { acctServers: [{ keywrapKek: "x" }] }, "acctServers.0.keywrapKek"],
    ["wlan", { coaServers: [{ secret: "x" }] }, "coaServers.0.secret"],
    ["wlan", { portal: { password: "x" } }, "portal.password"],
    ["wlan", { portal: { twilioAuthToken: "x" } }, "portal.twilioAuthToken"],
    ["wlan", { portal: { amazonClientSecret: "x" } }, "portal.amazonClientSecret"],
    ["wlan", { portal: { smsglobalApiKey: "x" } }, "portal.smsglobalApiKey"],
    ["wlan", { portalApiSecret: "x" }, "portalApiSecret"],
    ["wlan", { dynamicPsk: { defaultPsk: "x" } }, "dynamicPsk.defaultPsk"],
    ["wlan", { airwatch: { apiKey: "x" } }, "airwatch.apiKey"],
    ["psk", { passphrase: "x" }, "passphrase"],
    ["psk", { oldPassphrase: "x" }, "oldPassphrase"],
    ["webhook", { secret: "x" }, "secret"],
    ["webhook", { splunkToken: "x" }, "splunkToken"],
    ["webhook", { oauth2ClientSecret: "x" }, "oauth2ClientSecret"],
    ["webhook", { oauth2Password: "x" }, "oauth2Password"],
    ["webhook", { headers: { any: "x" } }, "headers"],
    ["network_template", { radiusConfig: { authServers: [{ secret: "x" }] } }, "radiusConfig.authServers.0.secret"],
    [
      "network_template",
      { snmpConfig: { v2cConfig: [{ communityName: "x" }] } },
      "snmpConfig.v2cConfig.0.communityName",
    ],
    [
      "network_template",
      { snmpConfig: { v3Config: { usm: [{ users: [{ authenticationPassword: "x" }] }] } } },
      "snmpConfig.v3Config.usm.0.users.0.authenticationPassword",
    ],
    ["network_template", { switchMgmt: { rootPassword: "x" } }, "switchMgmt.rootPassword"],
    [
      "network_template",
      { switchMgmt: { localAccounts: { a: { password: "x" } } } },
      "switchMgmt.localAccounts.a.password",
    ],
    [
      "network_template",
      { switchMgmt: { tacacs: { acctServers: [{ secret: "x" }] } } },
      "switchMgmt.tacacs.acctServers.0.secret",
    ],
    [
      "network_template",
      { ospfAreas: { a: { networks: { b: { authPassword: "x" } } } } },
      "ospfAreas.a.networks.b.authPassword",
    ],
    [
      "network_template",
      { ospfAreas: { a: { networks: { b: { authKeys: { 1: "x" } } } } } },
      "ospfAreas.a.networks.b.authKeys",
    ],
    ["gateway_template", { tunnelConfigs: { a: { psk: "x" } } }, "tunnelConfigs.a.psk"],
    ["gateway_template", { bgpConfig: { a: { authKey: "x" } } }, "bgpConfig.a.authKey"],
    ["gateway_template", { portConfig: { a: { ltePassword: "x" } } }, "portConfig.a.ltePassword"],
    [
      "gateway_template",
      { portConfig: { a: { ipConfig: { poserPassword: "x" } } } },
      "portConfig.a.ipConfig.poserPassword",
    ],
    ["site_setting", { wifi: { meshPsk: "x" } }, "wifi.meshPsk"],
    ["site_setting", { ssr: { conductorToken: "x" } }, "ssr.conductorToken"],
    ["site_setting", { mxedgeMgmt: { mistPassword: "x" } }, "mxedgeMgmt.mistPassword"],
    ["org_setting", { security: { fipsZeroizePassword: "x" } }, "security.fipsZeroizePassword"],
    ["org_setting", { mistNac: { serverCert: { key: "x" } } }, "mistNac.serverCert.key"],
    ["sso", { ldapBindPassword: "x" }, "ldapBindPassword"],
    ["sso", { ldapClientKey: "x" }, "ldapClientKey"],
    ["sso", { oauthCcClientSecret: "x" }, "oauthCcClientSecret"],
    ["sso", { scimSecretToken: "x" }, "scimSecretToken"],
    ["mxcluster", { radsec: { authServers: [{ secret: "x" }] } }, "radsec.authServers.0.secret"],
    ["mxcluster", { mistDas: { coaServers: [{ secret: "x" }] } }, "mistDas.coaServers.0.secret"],
    ["wxlan_tunnel", { ipsec: { psk: "x" } }, "ipsec.psk"],
    ["device_ap", { clientBridge: { auth: { psk: "x" } } }, "clientBridge.auth.psk"],
  ])("in a body of %s: %j", (schema, body, path) => {
    const checked = checkFields(camel(schema), body);
    expect(checked.problems.filter(({ message }) => message !== "is required")).toEqual([]);
    expect(isSecret(at(checked.values, path))).toBe(true);
  });

  test("are neither variables, which are shown unless a program marks them, nor ordinary keys of applications", () => {
    const { values } = checkFields(camel("site_setting"), { vars: { office: "20" } });
    expect(values).toEqual({ vars: { office: "20" } });
    expect(
      [...fieldsIn(camel("org_setting"))].some(([path, { secret }]) => /customApps.*\.key$/.test(path) && secret),
    ).toBe(false);
  });
});

describe("the types of the SDK", () => {
  const objects = new Map<string, Set<string>>();
  const note = ({ name, fields }: ObjectShape) => {
    const shapes = objects.get(name) ?? new Set();
    objects.set(name, shapes.add(Object.keys(fields).sort().join()));
  };
  for (const schema of bodySchemas) {
    for (const [, { shape }] of fieldsIn(camel(schema))) {
      const inner = shape.kind === "list" ? shape.item : shape.kind === "map" ? shape.value : shape;
      if (inner.kind === "object") note(inner);
    }
  }

  test("have one set of keys for each name", () => {
    expect(objects.size).toBeGreaterThan(100);
    expect([...objects].filter(([, shapes]) => shapes.size > 1).map(([name]) => name)).toEqual([]);
  });

  test("have no name of a resource, nor of its arguments", () => {
    const taken = registry.resources.flatMap(({ token }) => {
      const name = token.split(":")[1] as string;
      return token.startsWith("mist:") ? [name, `${name}Args`] : [];
    });
    expect(taken.filter((name) => objects.has(name))).toEqual([]);
  });
});
