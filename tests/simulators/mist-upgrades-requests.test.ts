import { describe, expect, test } from "vitest";
import { mistOrgId, mistReadOnlyToken } from "../../simulators";
import { deviceId, headquarters, nowhere, org, type Row, warehouse } from "./mist-helper";
import {
  ap,
  benchWith,
  edgeJobs,
  newAp,
  newJunos,
  oldAp,
  orgJobs,
  siteJobs,
  ssrJobs,
  start,
  state,
  sw,
} from "./mist-upgrade-helper";

describe("a site's job refuses", () => {
  test.each([
    ["strategy", { strategy: "blue_green" }],
    ["strategy", { strategy: 1 }],
    ["strategy", { strategy: "rrm", version: newJunos, models: ["EX4100-48P"] }],
    ["canary_phases", { strategy: "canary", canary_phases: [] }],
    ["canary_phases", { strategy: "canary", canary_phases: [50, 10] }],
    ["canary_phases", { strategy: "canary", canary_phases: [0, 100] }],
    ["canary_phases", { strategy: "canary", canary_phases: ["1", "100"] }],
    ["canary_phases", { strategy: "canary", canary_phases: 100 }],
    ["max_failures", { strategy: "canary", max_failures: [1, 1] }],
    ["max_failures", { strategy: "canary", max_failures: [-1, 0, 0, 0] }],
    ["max_failure_percentage", { max_failure_percentage: 101 }],
    ["max_failure_percentage", { max_failure_percentage: 1.5 }],
    ["force", { force: "yes" }],
    ["reboot", { reboot: 1 }],
    ["enable_p2p", { enable_p2p: "true" }],
    ["p2p_cluster_size", { p2p_cluster_size: -1 }],
    ["rrm_first_batch_percentage", { rrm_first_batch_percentage: 0 }],
    ["rrm_node_order", { rrm_node_order: "random" }],
    ["rrm_mesh_upgrade", { rrm_mesh_upgrade: "none" }],
    ["start_time", { start_time: "soon" }],
    ["start_time", { start_time: 1_738_324_800_000 }],
    ["reboot_at", { reboot_at: -1 }],
    ["device_ids", { device_ids: ["5c5b35000001"] }],
    ["device_ids", { device_ids: [nowhere] }],
    ["device_ids", { device_ids: deviceId(ap(1)) }],
    ["models", { models: [45] }],
    ["rules", { rules: [{}] }],
    ["rules", { rules: [{ match_serial: "A" }] }],
    ["rules", { rules: [{ match_name: 1 }] }],
    ["rules", { rules: ["match_name"] }],
    ["version", { version: 14 }],
    ["version", { version: "9.9.9", device_ids: [deviceId(ap(1))] }],
    ["version", { version: newAp, models: ["EX4100-48P"] }],
  ])("%s in %j", async (field, body) => {
    await using bench = await benchWith({ aps: 1, switches: 1 });
    const [status, reply] = await bench.outcome("POST", siteJobs, { version: newAp, ...body });
    expect([status, reply]).toEqual([400, { detail: `invalid field: ${field}`, reason: expect.any(String) }]);
    expect(await bench.get(siteJobs)).toEqual([]);
  });

  test("a body that is no object, and one that is no JSON", async () => {
    await using bench = await benchWith({ aps: 1 });
    expect((await bench.call("POST", siteJobs, [])).status).toBe(400);
    const [status, reply] = await bench.outcome("POST", siteJobs, "{");
    expect([status, String(reply?.detail)]).toEqual([400, expect.stringContaining("JSON parse error")]);
  });

  test("a job that matches nothing, unless that is as good as done", async () => {
    await using bench = await benchWith({ aps: 1 });
    const body = { version: newAp, models: ["AP32"] };
    expect(await bench.outcome("POST", siteJobs, body)).toEqual([400, { detail: "No device to upgrade." }]);
    bench.mist.variants.emptyUpgrade = "completed";
    const job = await start(bench, body);
    bench.seconds(2);
    expect(await bench.get(job)).toMatchObject({ status: "completed", targets: { total: 0 } });
  });

  test("a start_time in the past, if a variant says so", async () => {
    await using bench = await benchWith({ aps: 1 });
    const start_time = bench.simulators.clock.now() / 1_000 - 3_600;
    const job = await start(bench, { start_time });
    expect(await bench.get(job)).toMatchObject({ start_time: start_time + 3_600 });
    bench.mist.variants.pastStartTime = "refused";
    expect((await bench.call("POST", siteJobs, { version: newAp, start_time })).status).toBe(400);
  });

  test("ids that aren't at the site, or it leaves them out", async () => {
    await using bench = await benchWith({ aps: 1, elsewhere: 1 }, { unknownUpgradeDevices: "ignored" });
    const job = await start(bench, { device_ids: [deviceId(ap(1)), deviceId(ap(2)), nowhere] });
    expect(await bench.get(job)).toMatchObject({ targets: { total: 1, scheduled: [ap(1)] } });
  });
});

describe("a site's job is for", () => {
  const macs = async (body: Row): Promise<unknown> => {
    await using bench = await benchWith({ aps: 12, switches: 2 });
    bench.mist.world.addDevice({ ...bench.mist.device(ap(12)), model: "AP32" });
    return (await state(bench, await start(bench, body))).scheduled;
  };

  test.each([
    ["all that have the version", {}, Array.from({ length: 12 }, (_, index) => ap(index + 1))],
    ["a model", { models: ["AP32"] }, [ap(12)]],
    ["ids and a model together", { device_ids: [deviceId(ap(3))], models: ["AP32"] }, [ap(3), ap(12)]],
    ["any rule", { rules: [{ match_name: "ap-2" }, { match_model: "AP32" }] }, [ap(2), ap(12)]],
    ["a part of the name", { rules: [{ "match_name[0:4]": "ap-1" }] }, [ap(1), ap(10), ap(11), ap(12)]],
    [
      "all keys of a rule",
      { rules: [{ "match_name[0:4]": "ap-1", "match_model[2:4]": "45" }] },
      [ap(1), ap(10), ap(11)],
    ],
  ])("%s", async (_, body, expected) => {
    expect(await macs(body)).toEqual(expected);
  });

  test("the version that stable stands for with each model, the newest without one", async () => {
    await using bench = await benchWith({ aps: 1, switches: 1 });
    const stable = await bench.get(await start(bench, { version: "stable" }));
    expect(stable).toMatchObject({ target_version: "stable", targets: { total: 2 } });
    bench.seconds(400);
    expect(bench.mist.device(ap(1)).version).toBe(newAp);
    expect(bench.mist.device(sw(1)).pendingVersion).toBe(newJunos);
    const newest = await bench.get(await start(bench, { version: null, models: ["AP45"] }));
    expect(newest).toMatchObject({ target_version: "0.15.30212" });
  });
});

describe("rights and limits", () => {
  const writes: ReadonlyArray<[string, Row]> = [
    [siteJobs, { version: newAp }],
    [orgJobs, { all_sites: true }],
    [ssrJobs, { device_ids: [] }],
    [edgeJobs, { mxedge_ids: [] }],
    [`/sites/${headquarters}/devices/${deviceId(ap(1))}/upgrade`, { version: newAp }],
    [`/sites/${headquarters}/devices/${deviceId(ap(1))}/restart`, {}],
  ];

  test.each(writes)("POST %s needs a privilege to write", async (path, body) => {
    await using bench = await benchWith({ aps: 1 });
    expect((await bench.call("POST", path, body, mistReadOnlyToken)).status).toBe(403);
    expect((await bench.raw("POST", path, {}, body)).status).toBe(401);
    expect(bench.mist.device(ap(1)).fwupdate).toBeNull();
  });

  test("a reader reads", async () => {
    await using bench = await benchWith({ aps: 1 });
    const job = await start(bench);
    expect(await bench.get(job, mistReadOnlyToken)).toMatchObject({ status: "created" });
    expect((await bench.call("POST", `${job}/cancel`, undefined, mistReadOnlyToken)).status).toBe(403);
  });

  test("calls are counted and refused when there are too many", async () => {
    await using bench = await benchWith({ aps: 1 }, { rateLimit: 2 });
    const job = await start(bench);
    await bench.get(job);
    const reply = await bench.call("GET", job);
    expect([reply.status, Number(reply.headers.get("retry-after"))]).toEqual([429, 3_600]);
  });

  test("404 for jobs that there aren't, or that are another site's", async () => {
    await using bench = await benchWith({ aps: 1, elsewhere: 1 });
    const job = await start(bench);
    const id = job.split("/").at(-1) ?? "";
    for (const path of [
      `${siteJobs}/${nowhere}`,
      `${siteJobs}/x`,
      `/sites/${warehouse}/devices/upgrade/${id}`,
      `${orgJobs}/${id}`,
      `${ssrJobs}/${id}`,
      `${ssrJobs}/${id}/cancel`,
      `${edgeJobs}/${id}`,
      `/sites/${headquarters}/ssr/upgrade/${id}`,
      `/sites/${nowhere}/devices/upgrade`,
    ])
      expect((await bench.call("GET", path)).status, path).toBe(404);
    for (const path of [siteJobs, orgJobs, ssrJobs, edgeJobs])
      expect((await bench.call("POST", `${path}/${nowhere}/cancel`)).status, path).toBe(404);
  });
});

test("a fault after the request was carried out leaves a job that a list finds", async () => {
  await using bench = await benchWith({ aps: 1 });
  bench.simulators.faults.add({
    method: "POST",
    path: "/sites/{site_id}/devices/upgrade",
    times: 1,
    action: { kind: "resetAfterCommit" },
  });
  await expect(bench.call("POST", siteJobs, { version: newAp })).rejects.toThrow();
  expect(await bench.get(siteJobs)).toMatchObject([{ target_version: newAp, counts: { total: 1 } }]);
});

describe("versions", () => {
  test("of access points unless told otherwise, by model", async () => {
    await using bench = await benchWith({});
    const rows = await bench.get<Row[]>(`${org}/devices/versions`);
    expect(rows).toContainEqual({ model: "AP45", version: newAp, tag: "stable" });
    expect(rows).toContainEqual({ model: "AP32", version: "0.15.30399" });
    const switches = await bench.get<Row[]>(`/sites/${headquarters}/devices/versions?type=switch&model=EX4100-48P`);
    expect(switches.map(({ version }) => version)).toContain(newJunos);
    expect(new Set(switches.map(({ model }) => model))).toEqual(new Set(["EX4100-48P"]));
    expect(await bench.get(`${org}/devices/versions?type=gateway&model=AP45`)).toEqual([]);
    expect((await bench.call("GET", `${org}/devices/versions?type=phone`)).status).toBe(400);
  });

  test("of SSR and of Mist Edges by channel", async () => {
    await using bench = await benchWith({ routers: 1, aps: 1 });
    expect(await bench.get(`${org}/ssr/versions?channel=beta`)).toEqual([
      { package: "SSR", version: "6.3.3-40r2", default: false, tags: ["beta"] },
    ]);
    const [, newest] = await bench.get<Row[]>(`${org}/ssr/versions?channel=stable`);
    expect(newest).toMatchObject({ version: "6.3.0-107r1", default: true });
    expect((await bench.call("GET", `${org}/ssr/versions?mac=${ap(1)}`)).status).toBe(404);
    expect((await bench.call("GET", `${org}/ssr/versions?channel=nightly`)).status).toBe(400);
    const edges = await bench.get<Row[]>(`${org}/mxedges/versions?channel=stable&distro=bullseye`);
    expect(edges).toContainEqual({ package: "mxagent", version: "3.1.1090", distro: "bullseye", default: true });
    expect(await bench.get(`${org}/mxedges/version?channel=stable`)).toEqual(edges);
    expect(await bench.get(`${org}/mxedges/versions?distro=next`)).toEqual([]);
  });
});

test("events tell of upgrades, page by page", async () => {
  await using bench = await benchWith({ aps: 2 });
  bench.mist.device(ap(2)).updateOutcomes = ["downloadFails"];
  await start(bench);
  bench.seconds(400);
  const path = `/sites/${headquarters}/devices/events/search`;
  const { results } = await bench.get<{ results: Row[] }>(`${path}?mac=${ap(1)}`);
  expect(results.map(({ type }) => type)).toEqual([
    "AP_UPGRADE_BY_USER",
    "AP_DISCONNECTED",
    "AP_RESTARTED",
    "AP_CONNECTED",
    "AP_UPGRADED",
  ]);
  expect(results[4]).toMatchObject({ mac: ap(1), device_type: "ap", org_id: mistOrgId, site_id: headquarters });
  expect(String(results[4]?.text)).toContain(oldAp);
  expect(await bench.get(`${org}/devices/events/search?type=AP_UPGRADE_FAILED`)).toMatchObject({
    total: 1,
    results: [{ mac: ap(2) }],
  });
  const first = await bench.get<{ next: string; results: Row[] }>(`${path}?limit=4`);
  const second = await bench.get<{ results: Row[] }>(first.next.replace("/api/v1", ""));
  expect(new Set([...first.results, ...second.results].map(({ timestamp }) => timestamp)).size).toBe(7);
  expect(await bench.get(`${org}/devices/events/search?device_type=switch`)).toMatchObject({ total: 0 });
  const catalogue = await bench.get<Row[]>("/const/device_events");
  expect(catalogue).toContainEqual({ key: "SW_UPGRADE_FAILED", display: "SW Upgrade Failed" });
});
