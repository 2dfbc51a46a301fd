import { expect, test } from "vitest";
import { mistCampusId, mistEdgeIds } from "../../simulators";
import { deviceId, MistBench, nowhere, type Row } from "./mist-helper";
import { ap, benchWith, edgeJobs, newAp, once, start, times } from "./mist-upgrade-helper";

test("the record of what was done, for assertions of others", async () => {
  await using bench = await benchWith({ aps: 2 });
  await start(bench);
  bench.seconds(times.upgraded);
  const of = async (query: string) => (await bench.control("GET", `/mist/firmware-actions${query}`)).json<Row[]>();
  expect(await of("")).toHaveLength(6);
  const own = await of(`?device=${ap(1).toUpperCase()}`);
  expect(own.map(({ kind, version }) => `${kind} ${version}`)).toEqual(once(newAp));
  expect(own).toEqual(bench.mist.firmwareActions(ap(1)));
  expect((await bench.control("DELETE", "/mist/firmware-actions")).status).toBe(204);
  expect(await of("")).toEqual([]);
});

test("versions that there are, replaced", async () => {
  await using bench = await benchWith({ aps: 1 });
  const rows = [{ type: "ap", name: "AP45", version: "1.0", tag: "stable" }];
  expect((await bench.control("PUT", "/mist/firmware", rows)).json()).toEqual(rows);
  expect(await bench.get("/orgs/a1000000-0000-4000-8000-000000000001/devices/versions")).toEqual([
    { model: "AP45", version: "1.0", tag: "stable" },
  ]);
  expect(await bench.get(await start(bench, { version: "stable" }))).toMatchObject({ target_version: "1.0" });
  expect((await bench.control("PUT", "/mist/firmware", [{ type: "phone", name: "x", version: "1" }])).status).toBe(400);
  expect((await bench.control("GET", "/mist/firmware")).json()).toEqual(rows);
  await bench.control("POST", "/reset");
  expect((await bench.control("GET", "/mist/firmware")).json<Row[]>().length).toBeGreaterThan(20);
});

test("jobs, and a job that is purged while it goes on", async () => {
  await using bench = await benchWith({ aps: 1 });
  const job = await start(bench);
  const id = job.split("/").at(-1) ?? "";
  bench.seconds(times.downloading);
  expect((await bench.control("GET", "/mist/upgrades")).json()).toMatchObject({
    site: [{ id, status: "downloading", targets: { downloading: [ap(1)] } }],
    org: [],
    ssr: [],
    edge: [],
  });
  expect((await bench.control("DELETE", `/mist/upgrades/${id}`)).status).toBe(204);
  expect((await bench.control("DELETE", `/mist/upgrades/${id}`)).status).toBe(404);
  expect((await bench.call("GET", job)).status).toBe(404);
  expect((await bench.call("POST", `${job}/cancel`)).status).toBe(404);
  bench.seconds(times.upgraded);
  expect(bench.mist.device(ap(1)).version).toBe(newAp);
});

test("outcomes of a device's updates, and what is bad about them", async () => {
  await using bench = await benchWith({ aps: 1 });
  const path = `/mist/devices/${ap(1)}`;
  expect((await bench.control("PATCH", path, { updateOutcomes: ["neverBack"] })).status).toBe(200);
  expect((await bench.control("PATCH", path, { updateOutcomes: ["explodes"] })).status).toBe(400);
  expect(bench.mist.device(ap(1)).updateOutcomes).toEqual(["neverBack"]);
  expect((await bench.control("PATCH", `/mist/edges/${nowhere}`, { connected: "no" })).status).toBe(400);
});

test.each(["option", "control"])("a fleet of several models, by %s, none with the newest version", async (way) => {
  await using bench = await MistBench.start({}, { fleet: way === "option" });
  if (way === "control") expect((await bench.control("POST", "/mist/fleet")).status).toBe(204);
  const { orgId } = bench.mist;
  const campus = [...bench.mist.world.devices.values()].filter(({ siteId }) => siteId === mistCampusId);
  expect(new Set(campus.map(({ model }) => model))).toEqual(
    new Set(["AP45", "AP32", "EX4100-48P", "EX2300-C-12P", "SRX300", "SSR120"]),
  );
  const stable = { version: "stable" };
  const { upgrade_id: id } = await bench.ok("POST", `/sites/${mistCampusId}/devices/upgrade`, {
    ...stable,
    reboot: true,
  });
  const [router] = campus.filter(({ model }) => model === "SSR120").map(({ mac }) => deviceId(mac));
  await bench.ok("POST", `/orgs/${orgId}/ssr/upgrade`, { device_ids: [router] });
  const edges = { mxedge_ids: mistEdgeIds, versions: { mxagent: "latest", tunterm: "latest" } };
  await bench.ok("POST", edgeJobs, edges);
  bench.seconds(1_000);
  expect(await bench.get(`/sites/${mistCampusId}/devices/upgrade/${id}`)).toMatchObject({
    status: "completed",
    targets: { total: 11, skipped: [], failed: [] },
  });
  expect(await bench.get(`/orgs/${orgId}/ssr/upgrade`)).toMatchObject([{ counts: { success: 1 } }]);
  expect(await bench.get(edgeJobs)).toMatchObject([{ status: "completed", counts: { success: 2 } }]);
});
