import { describe, expect, test } from "vitest";
import type { Mist, MistVariants } from "../../simulators";
import { headquarters, type MistBench, nowhere, type Row } from "./mist-helper";
import { benchWith, edgeJobs } from "./mist-upgrade-helper";

const edge = (number: number): string => `a5000000-0000-4000-8000-00000000000${number}`;
const objects: Mist.ObjectSeed[] = [1, 2, 3].map((number) => ({
  scope: "org",
  collection: "mxedges",
  id: edge(number),
  data: { name: `edge-${number}`, model: "ME-X1", ...(number === 3 ? { site_id: headquarters } : {}) },
}));
const old = { mxagent: "3.1.1057", tunterm: "3.1.1057" };
const versions = { mxagent: "default", tunterm: "3.1.1104" };
const siteEdges = `/sites/${headquarters}/mxedges/upgrade`;

const benchWithEdges = (variants: Partial<MistVariants> = {}): Promise<MistBench> =>
  benchWith({}, variants, { objects });

/** Starts a job, which its answer doesn't name. */
const startEdges = async (bench: MistBench, body: Row = {}, path = edgeJobs): Promise<string> => {
  const before = (await bench.get<Row[]>(path)).map(({ id }) => id);
  const reply = await bench.call("POST", path, { mxedge_ids: [edge(1), edge(2)], versions, ...body });
  expect([reply.status, reply.text]).toEqual([200, ""]);
  const [job] = (await bench.get<Row[]>(path)).filter(({ id }) => !before.includes(id));
  return `${path}/${job?.id}`;
};

describe("a job on Mist Edges", () => {
  test("brings the packages to their versions", async () => {
    await using bench = await benchWithEdges();
    const job = await startEdges(bench);
    expect(await bench.get(job)).toMatchObject({
      status: "queued",
      channel: "stable",
      strategy: "big_bang",
      versions,
      counts: { queued: 2, upgrading: 0, success: 0, failed: 0 },
    });
    bench.seconds(10);
    expect(await bench.get(job)).toMatchObject({ status: "upgrading", counts: { upgrading: 2 } });
    bench.seconds(400);
    expect(await bench.get(job)).toMatchObject({ status: "completed", counts: { success: 2 } });
    expect(bench.mist.firmware.edge(edge(1)).versions).toEqual({ mxagent: "3.1.1090", tunterm: "3.1.1104" });
    expect(bench.mist.firmware.edge(edge(3)).versions).toEqual(old);
    expect(bench.mist.firmwareActions(edge(2)).map(({ kind }) => kind)).toEqual(["install", "reboot"]);
  });

  test("halts after a failure when they go one by one", async () => {
    await using bench = await benchWithEdges();
    await bench.control("PATCH", `/mist/edges/${edge(1)}`, { updateOutcomes: ["installFails"] });
    const job = await startEdges(bench, { strategy: "serial" });
    bench.seconds(1_000);
    expect(await bench.get(job)).toMatchObject({ status: "failed", counts: { queued: 1, failed: 1 } });
    expect(bench.mist.firmwareActions()).toEqual([]);
  });

  test("keeps what is current, takes the latest of a channel, and needs leave for a downgrade", async () => {
    await using bench = await benchWithEdges();
    const mxedge_ids = [edge(1)];
    await startEdges(bench, { mxedge_ids, versions: { mxagent: "current", tunterm: "latest" }, channel: "beta" });
    bench.seconds(400);
    expect(bench.mist.firmware.edge(edge(1)).versions).toEqual({ mxagent: "3.1.1057", tunterm: "3.1.1104" });
    const lower = { mxedge_ids, versions: { mxagent: "current", tunterm: "3.1.1090" } };
    const refused = await startEdges(bench, lower);
    bench.seconds(400);
    expect(await bench.get(refused)).toMatchObject({ status: "failed", counts: { failed: 1 } });
    await startEdges(bench, { ...lower, allow_downgrades: { tunterm: true } });
    bench.seconds(400);
    expect(bench.mist.firmware.edge(edge(1)).versions).toMatchObject({ tunterm: "3.1.1090" });
  });

  test("takes a distribution instead of versions", async () => {
    await using bench = await benchWithEdges();
    const job = await startEdges(bench, { mxedge_ids: [edge(1)], distro: "bookworm" });
    bench.seconds(400);
    expect(await bench.get(job)).toMatchObject({ status: "completed", distro: "bookworm", versions: {} });
    expect(bench.mist.firmware.edge(edge(1))).toMatchObject({ distro: "bookworm", versions: old });
  });

  test("can be changed until it begins, and cancelled until it is over", async () => {
    await using bench = await benchWithEdges();
    const now = bench.simulators.clock.now() / 1_000;
    const job = await startEdges(bench, { start_time: now + 600 });
    const changed = await bench.ok("PUT", job, { mxedge_ids: [edge(2)], start_time: now + 300 });
    expect(changed).toMatchObject({ start_time: now + 300, counts: { queued: 1 } });
    bench.seconds(300);
    expect(await bench.get(job)).toMatchObject({ status: "upgrading", counts: { upgrading: 1 } });
    expect((await bench.call("PUT", job, { start_time: now + 900 })).status).toBe(400);
    bench.seconds(700);
    expect(bench.mist.firmwareActions(edge(1))).toEqual([]);
    expect(bench.mist.firmwareActions(edge(2))).toHaveLength(2);
    const other = await startEdges(bench, { start_time: now + 3_600 });
    await bench.ok("POST", `${other}/cancel`);
    bench.seconds(3_600);
    expect(await bench.get(other)).toMatchObject({ status: "cancelled", counts: { queued: 2 } });
    expect(bench.mist.firmwareActions(edge(1))).toEqual([]);
  });

  test("of a site is for its own, and isn't the organisation's", async () => {
    await using bench = await benchWithEdges();
    const job = await startEdges(bench, { mxedge_ids: [edge(3)] }, siteEdges);
    expect(await bench.get(edgeJobs)).toEqual([]);
    bench.seconds(400);
    expect(await bench.get(job)).toMatchObject({ status: "completed", counts: { success: 1 } });
    expect((await bench.call("POST", siteEdges, { mxedge_ids: [edge(1)], versions })).status).toBe(400);
  });

  test.each([
    ["mxedge_ids", { versions }],
    ["mxedge_ids", { mxedge_ids: [nowhere], versions }],
    ["versions", { mxedge_ids: [edge(1)] }],
    ["tunterm", { mxedge_ids: [edge(1)], versions: { mxagent: "latest" } }],
    ["versions", { mxedge_ids: [edge(1)], versions: { ...versions, kernel: "latest" } }],
    ["versions", { mxedge_ids: [edge(1)], versions: { mxagent: "1.0", tunterm: "latest" } }],
    ["strategy", { mxedge_ids: [edge(1)], versions, strategy: "rrm" }],
    ["channel", { mxedge_ids: [edge(1)], versions, channel: "nightly" }],
  ])("refuses %s in %j", async (field, body) => {
    await using bench = await benchWithEdges();
    const [status, reply] = await bench.outcome("POST", edgeJobs, body);
    expect([status, reply?.detail]).toEqual([400, `invalid field: ${field}`]);
    expect(await bench.get(edgeJobs)).toEqual([]);
  });
});
