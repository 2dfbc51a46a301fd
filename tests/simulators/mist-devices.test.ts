import { describe, expect, test } from "vitest";
import { mistActivationCode, mistOrgId } from "../../simulators";
import {
  apMac,
  deviceId,
  foreign,
  headquarters,
  MistBench,
  nowhere,
  org,
  type Row,
  used,
  warehouse,
} from "./mist-helper";

const devices = `/sites/${headquarters}/devices`;
const first = `${devices}/${deviceId(used.ap1)}`;

describe("devices of a site", () => {
  test("are listed by type, access points unless told otherwise", async () => {
    await using bench = await MistBench.start();
    const macs = async (query: string) => (await bench.get<Row[]>(`${devices}${query}`)).map(({ mac }) => mac);
    expect(await macs("")).toEqual([used.ap1, used.ap2]);
    expect(await macs("?type=switch")).toEqual([used.switch]);
    expect(await macs("?type=all")).toEqual([used.ap1, used.ap2, used.switch]);
    expect(await macs("?name=hq-ap-2")).toEqual([used.ap2]);
    const reply = await bench.call("GET", `${devices}?type=all&limit=2`);
    expect(reply.headers.get("x-page-total")).toBe("3");
    expect(await bench.get(`${org}/devices`)).toEqual({
      results: [
        { mac: used.ap1, name: "hq-ap-1" },
        { mac: used.ap2, name: "hq-ap-2" },
        { mac: used.switch, name: "hq-switch" },
        { mac: "020003000001", name: "warehouse-chassis" },
      ],
    });
  });

  test("an update merges at the top level and leaves what the device is", async () => {
    await using bench = await MistBench.start();
    await bench.ok("PUT", first, {
      name: "door",
      radio_config: { band_5: { channel: 36 }, band_6: {} },
      mac: "x",
      id: "y",
    });
    const changed = await bench.ok("PUT", first, { type: "ap", radio_config: { band_5: { channel: 40 } }, mystery: 1 });
    expect(changed).toMatchObject({
      id: deviceId(used.ap1),
      mac: used.ap1,
      serial: "A070900900001",
      model: "AP45",
      type: "ap",
      name: "door",
      mystery: 1,
      site_id: headquarters,
      org_id: mistOrgId,
      for_site: true,
    });
    expect(changed.radio_config).toEqual({ band_5: { channel: 40 } });
    expect(await bench.get<Row[]>(`${org}/inventory?mac=${used.ap1}`)).toMatchObject([{ name: "door" }]);
    expect(await bench.ok("PUT", first, { "-radio_config": "" })).not.toHaveProperty("radio_config");
    expect((await bench.call("PUT", first, { type: "switch" })).status).toBe(400);
  });

  test.each([
    ["another site's", `/sites/${warehouse}/devices/${deviceId(used.ap1)}`],
    ["one without a site", `${devices}/${deviceId(used.spare)}`],
    ["a member of a chassis", `/sites/${warehouse}/devices/${deviceId("d420b0900001")}`],
    ["another organisation's", `${devices}/${deviceId(foreign.mac)}`],
    ["a random id", `${devices}/${nowhere}`],
    ["no id", `${devices}/x`],
  ])("404 for %s", async (_, path) => {
    await using bench = await MistBench.start();
    for (const [method, body] of [["GET"], ["PUT", { name: "x" }]] as const)
      expect((await bench.call(method, path, body)).status).toBe(404);
  });

  test.each(["/image/1", "/image1"])(
    "a picture at %s has a link signed anew each time, until it is deleted",
    async (end) => {
      await using bench = await MistBench.start();
      expect(await bench.get(first)).not.toHaveProperty("image1_url");
      expect((await bench.call("POST", first + end)).status).toBe(400);
      await bench.ok("POST", first + end, "the picture");
      const link = (await bench.get(first)).image1_url;
      expect(link).toContain("jwt=");
      expect((await bench.get(first)).image1_url).not.toBe(link);
      await bench.ok("DELETE", first + end);
      expect(await bench.get(first)).not.toHaveProperty("image1_url");
    },
  );
});

describe("statistics", () => {
  test("tell status, version and uptime by the simulated clock", async () => {
    await using bench = await MistBench.start();
    const path = `/sites/${headquarters}/stats/devices/${deviceId(used.ap1)}`;
    const { id, mac, status, version, uptime } = await bench.get(path);
    expect([id, mac, status, version, uptime]).toEqual([
      deviceId(used.ap1),
      used.ap1,
      "connected",
      "0.14.29633",
      86_400,
    ]);
    bench.seconds(60);
    await bench.control("PATCH", `/mist/devices/${used.ap1}`, { version: "0.14.30000" });
    expect(await bench.get(path)).toMatchObject({ uptime: 86_460, version: "0.14.30000" });
    expect(await bench.get(`${path}?fields=version,uptime`)).toEqual({
      id: deviceId(used.ap1),
      mac: used.ap1,
      type: "ap",
      site_id: headquarters,
      version: "0.14.30000",
      uptime: 86_460,
    });
  });

  test.each([
    ["", [used.ap1, used.ap2]],
    ["?status=disconnected", [used.ap2]],
    ["?type=all", [used.ap1, used.ap2, used.switch, "020003000001"]],
    [`?type=all&site_id=${warehouse}`, ["020003000001"]],
    [`?type=switch&mac=${used.switch}`, [used.switch]],
  ])("of an organisation, with %s", async (query, expected) => {
    await using bench = await MistBench.start();
    const rows = await bench.get<Row[]>(`${org}/stats/devices${query}`);
    expect(rows.map(({ mac }) => mac)).toEqual(expected);
  });

  test("of a site, and the search with next", async () => {
    await using bench = await MistBench.start();
    expect((await bench.get<Row[]>(`/sites/${headquarters}/stats/devices?type=all`)).length).toBe(3);
    expect(await bench.get(`${org}/devices/search?limit=1`)).toMatchObject({
      total: 2,
      results: [{ mac: used.ap1, hostname: ["hq-ap-1"] }],
      next: expect.stringContaining("search_after="),
    });
    expect(await bench.get(`${org}/devices/search?type=switch&site_id=${warehouse}`)).toMatchObject({ total: 1 });
  });
});

describe("device profiles", () => {
  const profile = async (bench: MistBench): Promise<string> =>
    `${org}/deviceprofiles/${(await bench.ok("POST", `${org}/deviceprofiles`, { type: "ap", name: "walls" })).id}`;

  test("success has the devices whose profile changed, or all of them", async () => {
    await using bench = await MistBench.start();
    const path = await profile(bench);
    const macs = [used.ap1, used.switch, foreign.mac];
    expect(await bench.ok("POST", `${path}/assign`, { macs })).toEqual({ success: [used.ap1] });
    expect(await bench.ok("POST", `${path}/assign`, { macs: [used.ap1, used.spare] })).toEqual({
      success: [used.spare],
    });
    expect(await bench.get(first)).toMatchObject({ deviceprofile_id: path.split("/").at(-1) });
    bench.mist.variants.profileSuccess = "all";
    expect(await bench.ok("POST", `${path}/assign`, { macs })).toEqual({ success: [used.ap1] });
    expect(await bench.ok("POST", `${path}/unassign`, { macs: [used.ap1] })).toEqual({ success: [used.ap1] });
    bench.mist.variants.profileSuccess = "changed";
    expect(await bench.ok("POST", `${path}/unassign`, { macs: [used.ap1] })).toEqual({ success: [] });
    expect((await bench.call("POST", `${path}/assign`, { macs: [] })).status).toBe(400);
    expect((await bench.call("POST", `${org}/deviceprofiles/${nowhere}/assign`, { macs })).status).toBe(404);
  });

  test("nobody follows a deleted one; a device's update may choose one as well", async () => {
    await using bench = await MistBench.start();
    const path = await profile(bench);
    const id = path.split("/").at(-1);
    expect(await bench.ok("PUT", first, { deviceprofile_id: id })).toMatchObject({ deviceprofile_id: id });
    expect(await bench.ok("PUT", first, { "-deviceprofile_id": "" })).toMatchObject({ deviceprofile_id: null });
    await bench.ok("PUT", first, { deviceprofile_id: id });
    await bench.ok("DELETE", path);
    expect(await bench.get(first)).toMatchObject({ deviceprofile_id: null });
  });
});

describe("activation codes", () => {
  const path = `${org}/claim`;
  const macs = [1, 2, 3].map((number) => apMac(800_000 + number));

  test("bring devices and subscriptions once", async () => {
    await using bench = await MistBench.start();
    const claim = { code: mistActivationCode, type: "all" };
    const whole = await bench.ok("POST", path, claim);
    expect(whole).toMatchObject({
      inventory_added: macs.map((mac) => ({ mac, type: "ap", magic: expect.stringMatching(/^MISTAP/) })),
      inventory_duplicated: [],
      inventory_pending: [],
      license_added: [{ type: "SUB-MAN", quantity: 3 }],
      license_duplicated: [],
      license_error: [],
    });
    expect(await bench.ok("POST", path, claim)).toMatchObject({
      inventory_added: [],
      inventory_duplicated: macs.map((mac) => ({ mac })),
      license_added: [],
      license_duplicated: [{ type: "SUB-MAN" }],
    });
    for (const bad of [{ ...claim, code: "unknown" }, { code: mistActivationCode }])
      expect((await bench.call("POST", path, bad)).status).toBe(400);
    expect((await bench.call("GET", `${path}/status`)).status).toBe(404);
  });

  test("in the background devices come one after the other", async () => {
    await using bench = await MistBench.start({ activationSeconds: 10 });
    bench.mist.device(macs[2] ?? "").orgId = foreign.code;
    const pending = await bench.ok("POST", path, { code: mistActivationCode, type: "inventory", async: true });
    expect(pending).toMatchObject({ inventory_added: [], inventory_pending: [{ mac: macs[0] }, { mac: macs[1] }] });
    expect(pending).toMatchObject({ license_added: [], license_duplicated: [] });
    const counts = { total: 3, failed: 1 };
    expect(await bench.get(`${path}/status`)).toMatchObject({
      ...counts,
      status: "prepared",
      processed: 1,
      succeed: 0,
    });
    bench.seconds(10);
    expect(await bench.get(`${path}/status?detail=true`)).toMatchObject({
      ...counts,
      status: "ongoing",
      processed: 2,
      completed: [macs[0]],
      incompleted: [macs[1]],
      details: [{ status: "claimed" }, { status: "pending" }, { mac: macs[2], status: "failed" }],
    });
    expect(await bench.get<Row[]>(`${org}/inventory?mac=${macs.join()}`)).toHaveLength(1);
    bench.seconds(10);
    expect(await bench.get(`${path}/status`)).toMatchObject({ ...counts, status: "done", processed: 3, succeed: 2 });
  });
});

describe("faults", () => {
  const create = (bench: MistBench) => bench.call("POST", `${org}/sites`, { name: "Branch" });
  const branches = async (bench: MistBench) => (await bench.get(`${org}/sites/search?name=branch`)).total;

  test.each([
    ["resetBeforeCommit", 0],
    ["resetAfterCommit", 1],
  ] as const)("%s of one route leaves %i sites", async (kind, count) => {
    await using bench = await MistBench.start();
    bench.simulators.faults.add({
      service: "mist",
      method: "POST",
      path: "/orgs/{org_id}/sites",
      times: 1,
      action: { kind },
    });
    await expect(create(bench)).rejects.toThrow();
    expect(await branches(bench)).toBe(count);
    expect((await create(bench)).status).toBe(200);
  });

  test("a page of a proxy, a plain status, a throttled call, logins that end", async () => {
    await using bench = await MistBench.start();
    const { faults } = bench.simulators;
    const path = `/api/v1${org}/sites`;
    faults.add({ method: "POST", path, times: 1, action: { kind: "html", applied: true } });
    const page = await create(bench);
    expect([page.status, page.text]).toEqual([502, expect.stringContaining("<html>")]);
    expect(await branches(bench)).toBe(1);
    faults.add({ method: "POST", path, times: 1, action: { kind: "status", status: 503 } });
    expect((await create(bench)).status).toBe(503);
    faults.add({ service: "mist", times: 1, action: { kind: "tooManyRequests" } });
    expect((await create(bench)).headers.get("retry-after")).toBeNull();
    const { email, password } = bench.mist;
    const login = await bench.raw("POST", "/login", {}, { email, password });
    const cookie = login.headers.getSetCookie().join("; ");
    expect((await bench.raw("GET", "/self", { cookie })).status).toBe(200);
    faults.add({ path: "/self", times: 1, action: { kind: "expireTokens" } });
    expect((await bench.raw("GET", "/self", { cookie })).status).toBe(401);
    await bench.get("/self");
  });
});

test("lists that are the same for everybody need a login all the same", async () => {
  await using bench = await MistBench.start();
  expect(await bench.get<Row[]>("/const/countries")).toContainEqual(expect.objectContaining({ alpha2: "DK" }));
  expect((await bench.get<Row[]>("/const/device_models")).map(({ model }) => model)).toContain("AP45");
  const topics = await bench.get<Row[]>("/const/webhook_topics");
  expect(topics).toContainEqual(expect.objectContaining({ key: "device-events", for_org: true }));
  expect(topics).toContainEqual(expect.objectContaining({ key: "location", for_org: false }));
  expect((await bench.raw("GET", "/const/countries", {})).status).toBe(401);
});
