import { describe, expect, test } from "vitest";
import { mistMspId, mistOrgId, mistUserToken } from "../../simulators";
import { headquarters, MistBench, nowhere, org, type Row } from "./mist-helper";

const names = {
  org: "aamwprofiles alarmtemplates apitokens aptemplates assetfilters assets avprofiles deviceprofiles evpn_topologies gatewaytemplates idpprofiles marvisinvites mxclusters mxedges mxtunnels nacportals nacrules nactags networks networktemplates pskportals psks rftemplates sdkinvites sdktemplates secintelprofiles secpolicies servicepolicies services sitegroups sitetemplates ssoroles ssos templates usermacs vpns webhooks wlans wxrules wxtags wxtunnels",
  site: "assetfilters assets beacons evpn_topologies maps psks rfdiags rssizones vbeacons webhooks wlans wxrules wxtags wxtunnels zones",
  msp: "orggroups orgs ssos",
};
const homes = { org, site: `/sites/${headquarters}`, msp: `/msps/${mistMspId}` };
const all = Object.entries(names).flatMap(([scope, list]) =>
  list.split(" ").map((name) => [`${homes[scope as keyof typeof homes]}/${name}`, scope] as const),
);

/** More than any collection requires. */
const everything: Row = {
  name: "one",
  type: "ap",
  mac: "5c5b35000001",
  ssid: "guests",
  passphrase: "correct horse",
  order: 1,
  action: "allow",
  model: "ME-X1",
  delivery: { enabled: false },
  rules: {},
  ap_matching: { enabled: true, rules: [] },
  switches: [],
  devices: [],
  paths: {},
  privileges: [],
};

test("there are 59 standard collections", () => {
  expect([all.length, new Set(all.map(([path]) => path)).size]).toEqual([59, 59]);
});

test.each(all)("%s: list, create, read, update, delete", async (path, scope) => {
  await using bench = await MistBench.start();
  // The user's token reaches the MSP as well.
  const token = mistUserToken;
  const before = await bench.get<Row[]>(path, token);
  const created = await bench.ok("POST", path, { ...everything, extra: { kept: true } }, token);
  expect(created).toMatchObject({ name: "one", extra: { kept: true }, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(created.created_time).toBe(created.modified_time);
  const owner = {
    org: { org_id: mistOrgId },
    site: { org_id: mistOrgId, site_id: headquarters },
    msp: { msp_id: mistMspId },
  };
  expect(created).toMatchObject(owner[scope as keyof typeof owner]);
  const one = `${path}/${created.id}`;
  const { key, ...rest } = created;
  bench.seconds(1.5);
  // Links are signed anew for each reply.
  const links = Object.keys(created).filter((name) => String(created[name]).includes("jwt="));
  const steady = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !links.includes(name) && name !== "last_used"),
  );
  expect(await bench.get(one, token)).toMatchObject(steady);
  const ids = (await bench.get<Row[]>(path, token)).map(({ id }) => id);
  expect(ids).toEqual([...before.map(({ id }) => id), created.id]);
  const changed = await bench.ok("PUT", one, { name: "two", "-extra": "", id: nowhere, org_id: nowhere }, token);
  expect(changed).toMatchObject({ name: "two", id: created.id, created_time: created.created_time });
  expect(changed).not.toHaveProperty("extra");
  expect(Number(changed.modified_time)).toBe(Number(created.modified_time) + 1.5);
  expect(await bench.outcome("DELETE", one, undefined, token)).toEqual([200, undefined]);
  for (const [method, body] of [["GET"], ["PUT", {}], ["DELETE"]] as const)
    expect(await bench.outcome(method, one, body, token)).toEqual([404, { id: created.id }]);
});

describe("bodies", () => {
  test("an update keeps what it leaves out, and replaces what is nested as a whole", async () => {
    await using bench = await MistBench.start();
    const networks = { guests: { vlan_id: 20, subnet: "192.0.2.0/24" }, staff: { vlan_id: 30 } };
    const created = await bench.ok("POST", `${org}/networktemplates`, { name: "campus", networks, dns_servers: ["a"] });
    const path = `${org}/networktemplates/${created.id}`;
    await bench.ok("PUT", path, { networks: { guests: { vlan_id: 21 } } });
    expect(await bench.get(path)).toMatchObject({ name: "campus", dns_servers: ["a"] });
    expect((await bench.get(path)).networks).toEqual({ guests: { vlan_id: 21 } });
    await bench.ok("PUT", path, { "-dns_servers": "", "-nothing": "" });
    expect(await bench.get(path)).not.toHaveProperty("dns_servers");
  });

  test("what nobody has set has a default, and comes back to it; a variant hides defaults", async () => {
    await using bench = await MistBench.start();
    const created = await bench.ok("POST", `${org}/webhooks`, { url: "https://example.com/hook", topics: ["audits"] });
    const defaults = { enabled: true, verify_cert: true, type: "http-post" };
    expect(created).toMatchObject({ ...defaults, for_site: false });
    const path = `${org}/webhooks/${created.id}`;
    expect(await bench.ok("PUT", path, { enabled: false })).toMatchObject({ enabled: false });
    expect(await bench.ok("PUT", path, { "-enabled": "" })).toMatchObject({ enabled: true });
    bench.mist.variants.defaults = "hidden";
    for (const name of Object.keys(defaults)) expect(await bench.get(path)).not.toHaveProperty(name);
  });

  test("malformed JSON, other JSON and bad ids", async () => {
    await using bench = await MistBench.start();
    const detail = { detail: expect.stringMatching(/^JSON parse error - /) };
    expect(await bench.outcome("POST", `${org}/rftemplates`, "{bad")).toEqual([400, detail]);
    expect(await bench.outcome("POST", `${org}/rftemplates`, [])).toEqual([
      400,
      { detail: "Invalid data. Expected a dictionary, but got list." },
    ]);
    expect(await bench.outcome("GET", `${org}/rftemplates/not-an-id`)).toEqual([404, { id: "not-an-id" }]);
    expect((await bench.call("GET", "/orgs/not-an-id/rftemplates")).status).toBe(404);
    expect((await bench.call("GET", `${org}/nothing`)).status).toBe(404);
  });

  test.each([
    ["id", { id: nowhere }],
    ["detail", { detail: "Not found." }],
    ["empty", undefined],
  ] as const)("a 404 may have %s", async (notFoundBody, expected) => {
    await using bench = await MistBench.start({ notFoundBody });
    expect(await bench.outcome("GET", `${org}/rftemplates/${nowhere}`)).toEqual([404, expected]);
    expect(await bench.outcome("GET", `/sites/${nowhere}`)).toEqual([404, expected]);
  });

  test("a success without news may be {}", async () => {
    await using bench = await MistBench.start({ emptySuccess: "object" });
    const { id } = await bench.ok("POST", `${org}/rftemplates`, { name: "x" });
    expect(await bench.outcome("DELETE", `${org}/rftemplates/${id}`)).toEqual([200, {}]);
  });

  test("reads may know a new object later", async () => {
    await using bench = await MistBench.start({ visibilityDelayMs: 5_000 });
    const { id } = await bench.ok("POST", `${org}/rftemplates`, { name: "late" });
    const site = await bench.ok("POST", `${org}/sites`, { name: "late" });
    const paths = [`${org}/rftemplates/${id}`, `/sites/${site.id}`, `/sites/${site.id}/setting`];
    for (const path of paths) expect((await bench.call("GET", path)).status).toBe(404);
    expect(await bench.get(`${org}/rftemplates`)).toEqual([]);
    expect(await bench.get<Row[]>(`${org}/sites`)).toHaveLength(2);
    await bench.ok("PUT", `/sites/${site.id}/setting`, { vars: { a: "1" } });
    bench.seconds(5);
    for (const path of paths) expect((await bench.call("GET", path)).status).toBe(200);
    expect(await bench.get<Row[]>(`${org}/rftemplates`)).toHaveLength(1);
  });

  test.each([
    ["emptyLists", "null", { dns_servers: [] }, { dns_servers: null }],
    ["emptyLists", "absent", { dns_servers: [] }, {}],
    ["nulls", "absent", { dns_servers: null }, {}],
    ["falses", "null", { fips: false }, { fips: null }],
    ["falses", "absent", { fips: false }, {}],
    ["vlanIds", "text", { vlan_id: 7 }, { vlan_id: "7" }],
    ["vlanIds", "number", { vlan_id: "7" }, { vlan_id: 7 }],
    ["vlanIds", "number", { vlan_id: "{{vlan}}" }, { vlan_id: "{{vlan}}" }],
  ])("%s may be %s: %j comes back as %j", async (variant, value, written, read) => {
    await using bench = await MistBench.start();
    const path = `${org}/networktemplates/${(await bench.ok("POST", `${org}/networktemplates`, written)).id}`;
    expect(await bench.get(path)).toMatchObject(written);
    await bench.control("PATCH", "/mist/variants", { [variant]: value });
    const [key = ""] = Object.keys(written);
    expect((await bench.get(path))[key]).toEqual((read as Row)[key]);
  });

  test("objects inside may show more than was written", async () => {
    await using bench = await MistBench.start();
    const auth = { type: "psk", psk: "correct horse" };
    const wlan = await bench.ok("POST", `${org}/wlans`, { ssid: "staff", auth });
    expect(wlan.auth).toEqual(auth);
    bench.mist.variants.nestedDefaults = "shown";
    const shown = await bench.get(`${org}/wlans/${wlan.id}`);
    expect(shown.auth).toEqual({ ...auth, eap_reauth: false, enable_mac_auth: false, multi_psk_only: false });
    expect(shown).not.toHaveProperty("portal");
    expect(JSON.stringify(bench.simulators.requests.entries)).not.toContain("correct horse");
  });

  test("links are signed anew in every reply, and can't be written", async () => {
    await using bench = await MistBench.start();
    const { id } = await bench.ok("POST", `${org}/wlans`, { ssid: "guests", thumbnail: "mine" });
    const path = `${org}/wlans/${id}`;
    const first = await bench.get(path);
    const second = await bench.get(path);
    for (const name of ["portal_template_url", "portal_image", "thumbnail"]) {
      expect(first[name]).toMatch(/\?jwt=\S+\.\S+\.\S+$/);
      expect(second[name]).not.toBe(first[name]);
    }
    bench.mist.variants.signedUrls = "absent";
    expect(await bench.get(path)).not.toHaveProperty("thumbnail");
  });

  test("lists that can be filtered, are", async () => {
    await using bench = await MistBench.start();
    for (const ssid of ["guests", "staff"])
      await bench.ok("POST", `${org}/psks`, { name: "one", ssid, passphrase: "correct horse" });
    expect(await bench.get<Row[]>(`${org}/psks?ssid=staff&name=one`)).toMatchObject([{ ssid: "staff" }]);
    await bench.ok("POST", `${org}/usermacs`, { mac: "5c5b35000001" });
    expect(await bench.get<Row[]>(`${org}/usermacs/search?mac=5c5b35000001`)).toHaveLength(1);
    expect(await bench.get(`${org}/usermacs/search?mac=5c5b35000002`)).toEqual([]);
  });
});

describe("rules", () => {
  test.each([
    ["rftemplates", {}, "name"],
    ["rftemplates", { name: "" }, "name"],
    ["gatewaytemplates", {}, "name"],
    ["templates", {}, "name"],
    ["sitegroups", {}, "name"],
    ["wlans", {}, "ssid"],
    ["aptemplates", { name: "x" }, "ap_matching"],
    ["psks", { name: "x", ssid: "y" }, "passphrase"],
    ["psks", { name: "x", ssid: "y", passphrase: "short" }, "passphrase"],
    ["psks", { name: "x", ssid: "y", passphrase: "z".repeat(64) }, "passphrase"],
    ["psks", { name: "x", ssid: "y", passphrase: "12345678", macs: Array(5_001).fill("5c5b35000001") }, "macs"],
    ["apitokens", { name: "x", src_ips: Array(11).fill("192.0.2.1") }, "src_ips"],
    ["deviceprofiles", { name: "x" }, "type"],
    ["deviceprofiles", { type: "switch" }, "name"],
    ["webhooks", { topics: ["location"] }, "topics"],
    ["webhooks", { topics: ["device_events"] }, "topics"],
    ["webhooks", { topics: ["audits"], assetfilter_ids: [nowhere] }, "topics"],
    ["networktemplates", { switch_matching: { rules: [{ name: "default" }, { name: "x" }] } }, "switch_matching"],
  ])("%s: %j is refused for its %s", async (collection, body, field) => {
    await using bench = await MistBench.start();
    const [status, reply] = await bench.outcome("POST", `${org}/${collection}`, body);
    expect([status, reply]).toEqual([400, { detail: `invalid field: ${field}`, reason: expect.any(String) }]);
    expect((await bench.get<Row[]>(`${org}/${collection}`)).length).toBe(
      collection === "apitokens" ? 2 : collection === "sitegroups" ? 1 : 0,
    );
  });

  test("they hold for updates too, over the whole object", async () => {
    await using bench = await MistBench.start();
    const psk = { name: "x", ssid: "y", passphrase: "f".repeat(64) };
    const path = `${org}/psks/${(await bench.ok("POST", `${org}/psks`, psk)).id}`;
    expect((await bench.call("PUT", path, { passphrase: "short" })).status).toBe(400);
    expect((await bench.call("PUT", path, { "-ssid": "" })).status).toBe(400);
    expect(await bench.get(path)).toMatchObject(psk);
  });

  test("a site's webhook may have more topics than an organisation's", async () => {
    await using bench = await MistBench.start();
    const webhook = await bench.ok("POST", `/sites/${headquarters}/webhooks`, {
      url: "http://x",
      topics: ["location"],
    });
    expect(webhook).toMatchObject({ for_site: true, site_id: headquarters });
  });

  test("only the zero id takes a Mist Edge out of its cluster", async () => {
    await using bench = await MistBench.start();
    const zero = "00000000-0000-0000-0000-000000000000";
    const edge = await bench.ok("POST", `${org}/mxedges`, { name: "edge", model: "ME-X1", mxcluster_id: nowhere });
    const path = `${org}/mxedges/${edge.id}`;
    expect(await bench.ok("PUT", path, { mxcluster_id: null })).toMatchObject({ mxcluster_id: nowhere });
    expect(await bench.ok("PUT", path, { "-mxcluster_id": "" })).toMatchObject({ mxcluster_id: nowhere });
    expect(await bench.ok("PUT", path, { mxcluster_id: zero })).toMatchObject({ mxcluster_id: zero });
    expect(await bench.ok("POST", `${org}/mxedges`, { name: "b", model: "ME-X1" })).toMatchObject({
      mxcluster_id: zero,
    });
  });
});
