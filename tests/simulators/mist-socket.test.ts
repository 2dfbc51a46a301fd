import { describe, expect, test } from "vitest";
import { mistOrgId } from "../../simulators";
import { deviceId, headquarters, MistBench, nowhere, type Row, warehouse } from "./mist-helper";
import { Socket } from "./mist-socket-helper";
import { ap, benchWith, newAp, oldAp, start, times } from "./mist-upgrade-helper";

const stats = `/sites/${headquarters}/stats/devices`;
const devices = `/sites/${headquarters}/devices`;
const decoded = (message: Row): Row => JSON.parse(String(message.data));

describe("the handshake", () => {
  test("takes a token, and counts as a call", async () => {
    await using bench = await benchWith({ aps: 1 });
    await using _socket = await Socket.open(bench);
    expect([...bench.mist.usage().values()]).toEqual([1]);
    expect(bench.simulators.requests.filter({ path: "/api-ws/v1/stream" })).toMatchObject([
      { service: "mist", method: "GET", status: 101, account: "automation", applied: true },
    ]);
    bench.mist.variants.socketCounts = "free";
    await using _second = await Socket.open(bench);
    expect([...bench.mist.usage().values()]).toEqual([1]);
  });

  test("takes the cookies of a login", async () => {
    await using bench = await benchWith({ aps: 1 });
    const { email, password } = bench.mist;
    const login = await bench.raw("POST", "/login", {}, { email, password });
    const cookie = login.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    await using socket = await Socket.open(bench, { headers: { cookie } });
    expect(await socket.subscribe(stats)).toMatchObject({ event: "channel_subscribed" });
  });

  test("works over TLS", async () => {
    await using bench = await MistBench.start({}, {}, { tls: true });
    const { url, certificate: ca } = bench.mist.tls ?? { url: "", certificate: "" };
    const headers = { authorization: `Token ${bench.mist.apiToken}` };
    await using socket = await Socket.open(bench, { headers, ca }, url);
    expect(await socket.subscribe(stats)).toMatchObject({ event: "channel_subscribed" });
    await using plain = await Socket.open(bench);
    await plain.subscribe(stats);
    await bench.control("POST", "/mist/messages", { channel: stats, data: { mac: "x" } });
    expect([decoded(await socket.message(2)), decoded(await plain.message(2))]).toEqual([{ mac: "x" }, { mac: "x" }]);
  });

  test("is refused as a call of the API is", async () => {
    await using bench = await benchWith({});
    expect(await Socket.refused(bench)).toMatchObject({
      status: 401,
      body: { detail: "Authentication credentials were not provided." },
    });
    expect((await Socket.refused(bench, { authorization: "Token wrong" })).status).toBe(401);
    expect((await Socket.refused(bench, { authorization: `Token ${bench.mist.apiToken}` }, "/other")).status).toBe(404);
    bench.mist.variants.rateLimit = 1;
    await bench.get("/self");
    const over = await Socket.refused(bench, { authorization: `Token ${bench.mist.apiToken}` });
    expect([over.status, over.headers["retry-after"]]).toEqual([429, "3600"]);
    expect(bench.simulators.requests.filter({ path: "/api-ws/v1/stream", status: 401 })).toHaveLength(2);
  });

  test("a plain GET is no handshake", async () => {
    await using bench = await benchWith({});
    const reply = await fetch(`${bench.mist.url}/api-ws/v1/stream`);
    expect(reply.status).toBe(404);
  });
});

describe("subscriptions", () => {
  test("are acknowledged, also the same one again", async () => {
    await using bench = await benchWith({ aps: 1 });
    await using socket = await Socket.open(bench);
    const acknowledged = { event: "channel_subscribed", channel: stats };
    expect(await socket.subscribe(stats)).toEqual(acknowledged);
    expect(await socket.subscribe(stats)).toEqual(acknowledged);
    await bench.control("POST", "/mist/messages", { channel: stats, data: 1 });
    await socket.message(3);
    await socket.settled();
    expect(socket.messages).toHaveLength(3);
  });

  test.each([
    `/sites/${nowhere}/stats/devices`,
    `/orgs/${nowhere}/mxedges`,
    "/sites/devices",
    "nonsense",
    "/sites/%zz/devices",
    `/sites/${headquarters}/devices/${deviceId(ap(1))}`,
  ])("of %s fail", async (channel) => {
    await using bench = await benchWith({ aps: 1 });
    await using socket = await Socket.open(bench);
    const reply = await socket.subscribe(channel);
    expect(reply).toEqual({ event: "subscribe_failed", channel, detail: expect.stringMatching(/\w/) });
  });

  test("need a privilege, which may be gone by then", async () => {
    await using bench = await benchWith({});
    bench.mist.setPrivileges(bench.mist.apiToken, [{ scope: "site", role: "read", site_id: warehouse }]);
    await using socket = await Socket.open(bench);
    expect(await socket.subscribe(`/sites/${warehouse}/devices`)).toMatchObject({ event: "channel_subscribed" });
    expect(await socket.subscribe(stats)).toMatchObject({
      event: "subscribe_failed",
      detail: "You do not have permission to perform this action.",
    });
    expect(await socket.subscribe(`/orgs/${mistOrgId}/stats/mxedges`)).toMatchObject({ event: "subscribe_failed" });
  });

  test("what is no order is passed over", async () => {
    await using bench = await benchWith({});
    await using socket = await Socket.open(bench);
    for (const order of ["{", "[]", "1", {}, { subscribe: 1 }, { unsubscribe: null }]) socket.send(order);
    await socket.settled();
    expect(socket.messages).toEqual([]);
    expect(await socket.subscribe(stats)).toMatchObject({ event: "channel_subscribed" });
  });

  test("2,000 to a connection, and not one more", async () => {
    await using bench = await benchWith({});
    await using socket = await Socket.open(bench);
    const channel = (number: number) => `/sites/${headquarters}/stats/maps/map-${number}/clients`;
    for (let number = 1; number <= 2_001; number += 1) socket.send({ subscribe: channel(number) });
    expect(await socket.message(2_000)).toEqual({ event: "channel_subscribed", channel: channel(2_000) });
    expect(await socket.message(2_001)).toMatchObject({ event: "subscribe_failed", channel: channel(2_001) });
    // One that is there already isn't one more, and one that is given up makes room.
    expect(await socket.subscribe(channel(1))).toMatchObject({ event: "channel_subscribed" });
    socket.send({ unsubscribe: channel(1) });
    expect(await socket.subscribe(channel(2_001))).toMatchObject({ event: "channel_subscribed" });
    await using second = await Socket.open(bench);
    expect(await second.subscribe(channel(2_001))).toMatchObject({ event: "channel_subscribed" });
  });

  test.each([
    ["silent", [1]],
    ["acknowledged", [1, "channel_unsubscribed"]],
    ["ignored", [1, 2]],
  ] as const)("end with unsubscribe: %s", async (socketUnsubscribe, expected) => {
    await using bench = await benchWith({}, { socketUnsubscribe });
    await using socket = await Socket.open(bench);
    await socket.subscribe(stats);
    await bench.control("POST", "/mist/messages", { channel: stats, data: 1 });
    await socket.message(2);
    socket.send({ unsubscribe: stats });
    await socket.settled();
    await bench.control("POST", "/mist/messages", { channel: stats, data: 2 });
    await socket.settled();
    const seen = socket.messages.slice(1).map(({ event, data }) => (event === "data" ? Number(data) : event));
    expect(seen).toEqual(expected);
  });
});

describe("during an upgrade", () => {
  test("stats come as JSON within JSON, with the device's progress", async () => {
    await using bench = await benchWith({ aps: 2 });
    await using socket = await Socket.open(bench);
    await socket.subscribe(stats);
    await start(bench, { device_ids: [deviceId(ap(1))] });
    bench.seconds(2);
    const first = await socket.message(2);
    expect(first).toMatchObject({ event: "data", channel: stats, data: expect.any(String) });
    expect(decoded(first)).toMatchObject({
      mac: ap(1),
      version: oldAp,
      status: "connected",
      fwupdate: { status: "inprogress", progress: 0 },
    });
    bench.seconds(times.upgraded);
    await socket.settled();
    const seen = socket.messages.slice(1).map(decoded);
    const progress = seen.map(({ fwupdate }) => Number((fwupdate as Row).progress));
    expect(progress).toEqual(progress.toSorted((one, two) => one - two));
    expect(new Set(progress)).toEqual(new Set([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]));
    expect(seen.map(({ status }) => status)).toContain("disconnected");
    expect(seen.at(-1)).toMatchObject({ status: "connected", version: newAp, fwupdate: { status: "success" } });
    expect(new Set(seen.map(({ mac }) => mac))).toEqual(new Set([ap(1)]));
  });

  test("events come over the channel of the site's devices", async () => {
    await using bench = await benchWith({ aps: 1 });
    await using socket = await Socket.open(bench);
    await socket.subscribe(devices);
    await start(bench);
    bench.seconds(times.upgraded);
    await socket.settled();
    const seen = socket.messages.slice(1).map((message) => decoded(message).type);
    expect(seen).toEqual(["AP_UPGRADE_BY_USER", "AP_DISCONNECTED", "AP_RESTARTED", "AP_CONNECTED", "AP_UPGRADED"]);
  });

  test("other sites hear nothing, and Mist Edges have channels of their own", async () => {
    const edge = "a5000000-0000-4000-8000-000000000001";
    const objects = [
      { scope: "org" as const, collection: "mxedges", id: edge, data: { name: "e", site_id: warehouse } },
    ];
    await using bench = await benchWith({ aps: 1 }, {}, { objects });
    await using socket = await Socket.open(bench);
    await socket.subscribe(`/sites/${warehouse}/stats/devices`);
    await socket.subscribe(`/orgs/${mistOrgId}/stats/mxedges`);
    await socket.subscribe(`/sites/${warehouse}/stats/mxedges`);
    await start(bench);
    const versions = { mxagent: "default", tunterm: "current" };
    await bench.ok("POST", `/orgs/${mistOrgId}/mxedges/upgrade`, { mxedge_ids: [edge], versions });
    bench.seconds(1_000);
    await socket.settled();
    const seen = socket.messages.slice(3);
    expect(new Set(seen.map(({ channel }) => channel))).toEqual(
      new Set([`/orgs/${mistOrgId}/stats/mxedges`, `/sites/${warehouse}/stats/mxedges`]),
    );
    expect(decoded(seen.at(-1) ?? {})).toEqual({
      id: edge,
      status: "connected",
      mxagent: "3.1.1090",
      tunterm: "3.1.1057",
    });
  });

  test("older messages have upgrading and progress instead", async () => {
    await using bench = await benchWith({ aps: 1 }, { socketStats: "legacy" });
    await using socket = await Socket.open(bench);
    await socket.subscribe(stats);
    await start(bench);
    bench.seconds(times.downloading + 20);
    await socket.settled();
    expect(decoded(socket.messages.at(-1) ?? {})).toEqual({
      mac: ap(1),
      status: "upgrading",
      upgrading: true,
      progress: 10,
    });
    bench.seconds(times.upgraded);
    await socket.settled();
    expect(decoded(socket.messages.at(-1) ?? {})).toEqual({ mac: ap(1), status: "connected", version: newAp });
  });

  test("channels of tools have objects", async () => {
    await using bench = await benchWith({ aps: 1 });
    await using socket = await Socket.open(bench);
    const channel = `${devices}/${deviceId(ap(1))}/cmd`;
    await socket.subscribe(channel);
    await bench.control("POST", "/mist/messages", { channel, data: { raw: "ok" } });
    expect(await socket.message(2)).toEqual({ event: "data", channel, data: { raw: "ok" } });
  });
});
